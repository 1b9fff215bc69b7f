// `aws4.aws4`: signs requests to AWS.

const library = require("aws4");

export default library;
export { library as "module.exports" };

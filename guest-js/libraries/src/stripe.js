// `stripe`: payments.

const library = require("stripe");

export default library;
export { library as "module.exports" };

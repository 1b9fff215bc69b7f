// `jsforce`: Salesforce.

const library = require("jsforce");

export default library;
export { library as "module.exports" };

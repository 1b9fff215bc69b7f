// `skyflowlib.skyflow`: vaults of Skyflow.

const library = require("skyflow-node");

export default library;
export { library as "module.exports" };

// `google.cloud.bigquery`: tables.

const library = require("@google-cloud/bigquery");

export default library;
export { library as "module.exports" };

// `google.cloud.storage`: objects.

const library = require("@google-cloud/storage");

export default library;
export { library as "module.exports" };

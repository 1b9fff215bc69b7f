// `twilio`: messages and calls.

const library = require("twilio");

export default library;
export { library as "module.exports" };

// `nodemailjet.nodemailjet`: mail through Mailjet.

const library = require("node-mailjet");

export default library;
export { library as "module.exports" };

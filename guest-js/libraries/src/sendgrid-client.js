// `sendgrid.client`: the API of SendGrid.

const library = require("@sendgrid/client");

export default library;
export { library as "module.exports" };

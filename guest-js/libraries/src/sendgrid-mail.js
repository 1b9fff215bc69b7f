// `sendgrid.mail`: mail through SendGrid.

const library = require("@sendgrid/mail");

export default library;
export { library as "module.exports" };

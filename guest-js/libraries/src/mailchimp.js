// `mailchimplib.mailchimp`: the marketing API of Mailchimp.

const library = require("@mailchimp/mailchimp_marketing");

export default library;
export { library as "module.exports" };

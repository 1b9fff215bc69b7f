// The global `mailchimplib`, whose member `mailchimp` is the package.

import library from "fnhost:lib/mailchimp";

const global = { mailchimp: library };

export default global;
export { global as "module.exports" };

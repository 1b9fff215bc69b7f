// `OAuth`: OAuth 1.0a and 2.

import oauth from "oauth";

export default oauth;
export { oauth as "module.exports" };

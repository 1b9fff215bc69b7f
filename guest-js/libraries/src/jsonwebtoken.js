// `jsonwebtoken`: JSON Web Tokens.

import jsonwebtoken from "jsonwebtoken";

export default jsonwebtoken;
export { jsonwebtoken as "module.exports" };

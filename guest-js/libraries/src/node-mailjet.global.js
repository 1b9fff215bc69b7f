// The global `nodemailjet`, whose member `nodemailjet` is the package.

import library from "fnhost:lib/node-mailjet";

const global = { nodemailjet: library };

export default global;
export { global as "module.exports" };

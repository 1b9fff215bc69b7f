// The global `aws4`, whose member `aws4` is the package.

import library from "fnhost:lib/aws4";

const global = { aws4: library };

export default global;
export { global as "module.exports" };

// The global `cryptojslib`, whose member `cryptojs` is the package.

import library from "fnhost:lib/crypto-js";

const global = { cryptojs: library };

export default global;
export { global as "module.exports" };

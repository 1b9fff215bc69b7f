// The global `skyflowlib`, whose member `skyflow` is the package.

import library from "fnhost:lib/skyflow-node";

const global = { skyflow: library };

export default global;
export { global as "module.exports" };

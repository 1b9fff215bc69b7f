// The global `libphonenumberjslib`, whose member `libphonenumberjs` is the package.

import libphonenumberjs from "fnhost:lib/libphonenumber-js";

const libphonenumberjslib = { libphonenumberjs };

export default libphonenumberjslib;
export { libphonenumberjslib as "module.exports" };

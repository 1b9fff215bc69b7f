// `libphonenumber-js`: telephone numbers, with what the package knows by default of every country.

import libphonenumberjs from "libphonenumber-js";

export default libphonenumberjs;
export { libphonenumberjs as "module.exports" };

// Unit `fnhost:web/btoa-package`: what `require("btoa")` gives.

import { btoa } from "fnhost:platform/base64";

export default btoa;
export { btoa as "module.exports" };

// Unit `fnhost:web/atob-package`: what `require("atob")` gives.

import { atob } from "fnhost:platform/base64";

export default atob;
export { atob as "module.exports" };

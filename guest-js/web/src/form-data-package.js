// Unit `fnhost:web/form-data-package`: what `require("form-data")` gives.

import { FormData } from "fnhost:web/form-data";

export { FormData };
export default FormData;
export { FormData as "module.exports" };

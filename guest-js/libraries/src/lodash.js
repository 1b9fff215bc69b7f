// `_`: lodash, as a whole.

import lodash from "lodash";

export default lodash;
export { lodash as "module.exports" };

// Node's module `sys`, the old name of `util`.

import util from "node:util";

export default util;
export { util as "module.exports" };

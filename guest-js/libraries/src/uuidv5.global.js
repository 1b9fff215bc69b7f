// The global `uuidv5`, whose member of the same name is the package.

import uuidv5Package from "fnhost:lib/uuidv5";

const uuidv5 = { uuidv5: uuidv5Package };

export default uuidv5;
export { uuidv5 as "module.exports" };

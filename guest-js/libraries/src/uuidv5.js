// `uuidv5`: UUIDs made from names.

import uuidv5 from "uuidv5";

export default uuidv5;
export { uuidv5 as "module.exports" };

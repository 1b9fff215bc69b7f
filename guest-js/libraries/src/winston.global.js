// The global `winstonlib`, whose member `winston` is the package.

import library from "fnhost:lib/winston";

const global = { winston: library };

export default global;
export { global as "module.exports" };

// Node's module `wasi`, inert: there are no files.

import { unavailableMembers } from "./internal/unavailable.js";

const refused = unavailableMembers("wasi", ["WASI"]);
const api = { ...refused };

export const { WASI } = refused;
export default api;
export { api as "module.exports" };

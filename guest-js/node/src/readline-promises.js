// Node's module `readline/promises`, inert: there is no terminal.

import { unavailableMembers } from "./internal/unavailable.js";

const refused = unavailableMembers("readline/promises", ["Interface", "Readline", "createInterface"]);
const api = { ...refused };

export const { Interface, Readline, createInterface } = refused;
export default api;
export { api as "module.exports" };

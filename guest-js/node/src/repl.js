// Node's module `repl`, inert: there is no terminal.

import { unavailableMembers } from "./internal/unavailable.js";

const refused = unavailableMembers("repl", ["REPLServer", "Recoverable", "start", "writer", "isValidSyntax"]);
const api = { ...refused };

export const { REPLServer, Recoverable, start, writer, isValidSyntax } = refused;
export default api;
export { api as "module.exports" };

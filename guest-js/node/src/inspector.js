// Node's module `inspector`, inert: nobody can look in.

import { unavailableMembers } from "./internal/unavailable.js";

const url = () => undefined;
const console = globalThis.console;

const refused = unavailableMembers("inspector", ["Session", "open", "close", "waitForDebugger"]);
const api = { ...refused, url, console };

export const { Session, open, close, waitForDebugger } = refused;
export { url, console };
export default api;
export { api as "module.exports" };

// Node's module `readline`, inert: there is no terminal.

import { unavailableMembers } from "./internal/unavailable.js";
import promises from "node:readline/promises";

const nothing = () => true;
const clearLine = nothing;
const clearScreenDown = nothing;
const cursorTo = nothing;
const moveCursor = nothing;

const refused = unavailableMembers("readline", ["Interface", "createInterface", "emitKeypressEvents"]);
const api = { ...refused, clearLine, clearScreenDown, cursorTo, moveCursor, promises };

export const { Interface, createInterface, emitKeypressEvents } = refused;
export { clearLine, clearScreenDown, cursorTo, moveCursor, promises };
export default api;
export { api as "module.exports" };

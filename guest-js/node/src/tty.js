// Node's module `tty`, inert: there is no terminal.

import { unavailableMembers } from "./internal/unavailable.js";

const isatty = () => false;

const refused = unavailableMembers("tty", ["ReadStream", "WriteStream"]);
const api = { ...refused, isatty };

export const { ReadStream, WriteStream } = refused;
export { isatty };
export default api;
export { api as "module.exports" };

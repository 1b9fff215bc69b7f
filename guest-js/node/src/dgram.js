// Node's module `dgram`, inert: requests leave through `fetch` and `http`.

import { unavailableMembers } from "./internal/unavailable.js";

const refused = unavailableMembers("dgram", ["Socket", "createSocket"]);
const api = { ...refused };

export const { Socket, createSocket } = refused;
export default api;
export { api as "module.exports" };

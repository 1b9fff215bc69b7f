// Node's module `net`, inert but for telling addresses: requests leave through `fetch` and `http`.

import { unavailableMembers } from "./internal/unavailable.js";

const part = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const four = new RegExp(`^(?:${part}\\.){3}${part}$`);
const group = /^[0-9a-f]{1,4}$/i;

export function isIPv4(text) {
  return four.test(`${text}`);
}

export function isIPv6(text) {
  const address = `${text}`.replace(/%[0-9a-z\-.:]+$/i, "");
  const halves = address.split("::");
  if (halves.length > 2 || /[^0-9a-f:.]/i.test(address)) return false;
  let count = 0;
  for (const [side, half] of halves.entries()) {
    if (half === "") continue;
    const groups = half.split(":");
    for (const [index, text] of groups.entries()) {
      const isLast = side === halves.length - 1 && index === groups.length - 1;
      if (isLast && isIPv4(text)) count += 2;
      else if (group.test(text)) count++;
      else return false;
    }
  }
  return halves.length === 2 ? count <= 7 : count === 8;
}

export function isIP(text) {
  if (isIPv4(text)) return 4;
  return isIPv6(text) ? 6 : 0;
}

const refused = unavailableMembers("net", [
  "BlockList",
  "SocketAddress",
  "connect",
  "createConnection",
  "createServer",
  "Server",
  "Socket",
  "Stream",
  "getDefaultAutoSelectFamily",
  "setDefaultAutoSelectFamily",
  "getDefaultAutoSelectFamilyAttemptTimeout",
  "setDefaultAutoSelectFamilyAttemptTimeout",
]);
const api = { ...refused, isIP, isIPv4, isIPv6 };

export const {
  BlockList,
  SocketAddress,
  connect,
  createConnection,
  createServer,
  Server,
  Socket,
  Stream,
  getDefaultAutoSelectFamily,
  setDefaultAutoSelectFamily,
  getDefaultAutoSelectFamilyAttemptTimeout,
  setDefaultAutoSelectFamilyAttemptTimeout,
} = refused;
export default api;
export { api as "module.exports" };

// Node's module `http2`, inert: the host speaks HTTP/2 where a server does.

import { unavailableMembers } from "./internal/unavailable.js";
import { constants } from "./internal/http2-constants.js";

const sensitiveHeaders = Symbol("sensitiveHeaders");

const refused = unavailableMembers("http2", [
  "connect",
  "createServer",
  "createSecureServer",
  "getDefaultSettings",
  "getPackedSettings",
  "getUnpackedSettings",
  "performServerHandshake",
  "Http2ServerRequest",
  "Http2ServerResponse",
]);
const api = { ...refused, constants, sensitiveHeaders };

export const {
  connect,
  createServer,
  createSecureServer,
  getDefaultSettings,
  getPackedSettings,
  getUnpackedSettings,
  performServerHandshake,
  Http2ServerRequest,
  Http2ServerResponse,
} = refused;
export { constants, sensitiveHeaders };
export default api;
export { api as "module.exports" };

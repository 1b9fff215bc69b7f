// Node's module `tls`, inert: requests are encrypted by the host.

import { unavailableMembers } from "./internal/unavailable.js";

const DEFAULT_MIN_VERSION = "TLSv1.2";
const DEFAULT_MAX_VERSION = "TLSv1.3";
const DEFAULT_ECDH_CURVE = "auto";
const CLIENT_RENEG_LIMIT = 3;
const CLIENT_RENEG_WINDOW = 600;
const rootCertificates = Object.freeze([]);
const getCiphers = () => ["tls_aes_256_gcm_sha384", "tls_aes_128_gcm_sha256", "tls_chacha20_poly1305_sha256"];

const refused = unavailableMembers("tls", [
  "convertALPNProtocols",
  "checkServerIdentity",
  "createSecureContext",
  "SecureContext",
  "TLSSocket",
  "Server",
  "createServer",
  "connect",
  "createSecurePair",
]);
const api = {
  ...refused,
  DEFAULT_MIN_VERSION,
  DEFAULT_MAX_VERSION,
  DEFAULT_ECDH_CURVE,
  CLIENT_RENEG_LIMIT,
  CLIENT_RENEG_WINDOW,
  rootCertificates,
  getCiphers,
};

export const {
  convertALPNProtocols,
  checkServerIdentity,
  createSecureContext,
  SecureContext,
  TLSSocket,
  Server,
  createServer,
  connect,
  createSecurePair,
} = refused;
export {
  DEFAULT_MIN_VERSION,
  DEFAULT_MAX_VERSION,
  DEFAULT_ECDH_CURVE,
  CLIENT_RENEG_LIMIT,
  CLIENT_RENEG_WINDOW,
  rootCertificates,
  getCiphers,
};
export default api;
export { api as "module.exports" };

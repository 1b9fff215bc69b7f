// Unit `node:https`: `node:http` under TLS. Certificates are checked by the host, against Mozilla's authorities; what a
// caller says of them (`ca`, `cert`, `rejectUnauthorized`) changes nothing.

import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { URL } from "fnhost:platform/url";
import { nodeError } from "./internal/errors.js";

/** As `http.Agent`, a function. */
export function Agent(options = undefined) {
  if (!(this instanceof Agent)) return new Agent(options);
  HttpAgent.call(this, options);
  this.defaultPort = 443;
  this.protocol = "https:";
  this.maxCachedSessions = this.options.maxCachedSessions ?? 100;
  this._sessionCache = { map: {}, list: [] };
}
Object.setPrototypeOf(Agent, HttpAgent);
Object.setPrototypeOf(Agent.prototype, HttpAgent.prototype);

Agent.prototype.getName = function getName(options = {}) {
  const parts = ["ca", "cert", "clientCertEngine", "ciphers", "key", "pfx"].map((key) => options[key] || "");
  parts.push(options.rejectUnauthorized ?? "");
  parts.push(options.servername && options.servername !== options.host ? options.servername : "");
  const rest = ["minVersion", "maxVersion", "secureProtocol", "crl", "honorCipherOrder", "ecdhCurve", "dhparam"];
  parts.push(...rest.map((key) => options[key] ?? ""), options.secureOptions ?? "", options.sessionIdContext || "");
  parts.push(options.sigalgs || "", options.privateKeyIdentifier || "", options.privateKeyEngine || "");
  return `${HttpAgent.prototype.getName.call(this, options)}:${parts.join(":")}`;
};

export const globalAgent = new Agent({ keepAlive: true, scheduling: "lifo", timeout: 5000 });

/** As `http.request`. */
export function request(input, options, callback) {
  if (typeof input === "string" || input instanceof URL || input?.searchParams !== undefined) {
    if (typeof options === "function") return httpRequest(input, { _defaultAgent: globalAgent }, options);
    return httpRequest(input, { ...options, _defaultAgent: globalAgent }, callback);
  }
  return httpRequest({ ...input, _defaultAgent: globalAgent }, options);
}

/** As `http.get`. */
export function get(input, options, callback) {
  const sent = request(input, options, callback);
  sent.end();
  return sent;
}

function noServers(name) {
  const message = `\`${name}\` is not available: a function sends requests, it does not listen for any`;
  return nodeError(Error, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", message);
}

export function createServer() {
  throw noServers("https.createServer");
}

export class Server {
  constructor() {
    throw noServers("https.Server");
  }
}

const api = { Agent, globalAgent, Server, createServer, get, request };

export default api;
export { api as "module.exports" };

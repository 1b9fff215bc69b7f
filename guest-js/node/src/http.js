// Unit `node:http`: the client side, whose requests go the way of `fetch`. A function answers nobody, so there are no
// servers.

import { statusTextFor } from "fnhost:platform/response";
import { Agent } from "./http/agent.js";
import { ClientRequest, useStatusTexts } from "./http/client.js";
import { validateHeaderName, validateHeaderValue } from "./http/headers.js";
import { IncomingMessage } from "./http/incoming.js";
import { METHODS, statusCodes } from "./http/names.js";
import { useDefaultAgent } from "./http/options.js";
import { OutgoingMessage } from "./http/outgoing.js";
import { invalidArgType, nodeError } from "./internal/errors.js";

export const STATUS_CODES = statusCodes(statusTextFor);
export const maxHeaderSize = 16384;
export const globalAgent = new Agent({ keepAlive: true, scheduling: "lifo", timeout: 5000 });

useDefaultAgent(globalAgent);
useStatusTexts((status) => STATUS_CODES[status] ?? "");

/** Makes a request that is sent when it is ended. */
export function request(url, options, callback) {
  return new ClientRequest(url, options, callback);
}

/** A request without a body, ended already. */
export function get(url, options, callback) {
  const sent = request(url, options, callback);
  sent.end();
  return sent;
}

function noServers(name) {
  const message = `\`${name}\` is not available: a function sends requests, it does not listen for any`;
  return nodeError(Error, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", message);
}

export function createServer() {
  throw noServers("http.createServer");
}

export class Server {
  constructor() {
    throw noServers("http.Server");
  }
}

export class ServerResponse extends OutgoingMessage {
  constructor() {
    super();
    throw noServers("http.ServerResponse");
  }
}

export function setMaxIdleHTTPParsers(max) {
  if (typeof max !== "number") throw invalidArgType("max", "number", max);
}

export function _connectionListener() {
  throw noServers("http.Server");
}

const api = {
  _connectionListener,
  METHODS,
  STATUS_CODES,
  Agent,
  ClientRequest,
  IncomingMessage,
  OutgoingMessage,
  Server,
  ServerResponse,
  createServer,
  validateHeaderName,
  validateHeaderValue,
  get,
  request,
  setMaxIdleHTTPParsers,
  maxHeaderSize,
  globalAgent,
};

export { Agent, ClientRequest, IncomingMessage, METHODS, OutgoingMessage, validateHeaderName, validateHeaderValue };
export default api;
export { api as "module.exports" };

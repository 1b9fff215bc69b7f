// `http.OutgoingMessage`: headers with Node's checks, and where a body is written.

import { Writable } from "node:stream";
import { invalidArgType, nodeError } from "../internal/errors.js";
import { isHeaderValue, OutgoingHeaders, validateHeaderName } from "./headers.js";

/** The headers of a message, and where its body is written. */
export class OutgoingMessage extends Writable {
  #headers = new OutgoingHeaders();

  constructor() {
    super({ autoDestroy: false, emitClose: true, decodeStrings: true });
    this.headersSent = false;
    this.finished = false;
    this.sendDate = false;
    this.shouldKeepAlive = true;
    this.chunkedEncoding = false;
    this.useChunkedEncodingByDefault = true;
    this.socket = null;
    this.timeoutCb = null;
  }

  /** The pairs of a message that was not sent yet. */
  _pairs(uniqueHeaders = undefined) {
    return this.#headers.pairs(uniqueHeaders);
  }

  _fillHeaders(headers) {
    this.#headers.fill(headers);
  }

  get connection() {
    return this.socket;
  }

  set connection(socket) {
    this.socket = socket;
  }

  #requireUnsent(action) {
    if (!this.headersSent) return;
    throw nodeError(Error, "ERR_HTTP_HEADERS_SENT", `Cannot ${action} headers after they are sent to the client`);
  }

  setHeader(name, value) {
    this.#requireUnsent("set");
    this.#headers.set(name, value);
    return this;
  }

  appendHeader(name, value) {
    this.#requireUnsent("append");
    this.#headers.append(name, value);
    return this;
  }

  setHeaders(headers) {
    this.#requireUnsent("set");
    if (typeof headers?.entries !== "function" || Array.isArray(headers)) {
      throw invalidArgType("headers", ["Headers", "Map"], headers);
    }
    for (const [name, value] of headers.entries()) this.#headers.set(name, value);
    return this;
  }

  getHeader(name) {
    return this.#headers.get(requireName(name));
  }

  hasHeader(name) {
    return this.#headers.map.has(requireName(name).toLowerCase());
  }

  removeHeader(name) {
    requireName(name);
    this.#requireUnsent("remove");
    this.#headers.map.delete(name.toLowerCase());
  }

  getHeaders() {
    const headers = { __proto__: null };
    for (const [key, { value }] of this.#headers.map) headers[key] = value;
    return headers;
  }

  getHeaderNames() {
    return [...this.#headers.map.keys()];
  }

  getRawHeaderNames() {
    return Array.from(this.#headers.map.values(), ({ name }) => name);
  }

  /** Checks them. There is no way for them to the receiver, so that a request refuses them. */
  addTrailers(trailers) {
    const pairs = Array.isArray(trailers) ? trailers : Object.entries(trailers);
    for (const [name, value] of pairs) {
      validateHeaderName(name, "Trailer name");
      if (isHeaderValue(value)) continue;
      throw nodeError(TypeError, "ERR_INVALID_CHAR", `Invalid character in trailer content ["${name}"]`);
    }
    return pairs;
  }

  flushHeaders() {}

  setTimeout(milliseconds, callback = undefined) {
    if (callback !== undefined) this.on("timeout", callback);
    if (this.socket !== null) this.socket.setTimeout(milliseconds);
    else this.once("socket", (socket) => socket.setTimeout(milliseconds));
    return this;
  }
}

function requireName(name) {
  if (typeof name !== "string") throw invalidArgType("name", "string", name);
  return name;
}

// `http.OutgoingMessage` and `http.ClientRequest`: a request that is written to and sent by the host. A body that is
// given whole goes with its length; one that is written in pieces goes as it comes, with the host's backpressure.

import requests from "fnhost:destination/requests@1.0.0";
import { drop } from "fnhost:platform/boundary";
import { requireRunning } from "fnhost:platform/phase";
import { failureOf } from "fnhost:platform/send";
import { queueMicrotask } from "fnhost:platform/timers";
import { URL } from "fnhost:platform/url";
import { Buffer } from "node:buffer";
import { Writable } from "node:stream";
import { invalidArgType, isUint8Array, nodeError, received } from "../internal/errors.js";
import { requireUsableAgent } from "./agent.js";
import { abortedAnswer, failureError, hangUp } from "./failure.js";
import { isToken, OutgoingHeaders } from "./headers.js";
import { IncomingMessage } from "./incoming.js";
import { ClientSocket } from "./socket.js";

const pieceMax = 65536;
const timeoutMax = 2147483647;
const badPath = /[^\u0021-\u00ff]/;
// Methods whose requests have no body unless one is written.
const bodyless = new Set(["GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "CONNECT"]);

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
  }

  /** The pairs of a message that was not sent yet. */
  _pairs() {
    return this.#headers.pairs();
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

  addTrailers() {
    throw nodeError(Error, "ERR_HTTP_TRAILER_INVALID", "Trailers are invalid with this transfer encoding");
  }

  flushHeaders() {}
}

function requireName(name) {
  if (typeof name !== "string") throw invalidArgType("name", "string", name);
  return name;
}

/** A request, and the answer to it as the event `response`. */
export class ClientRequest extends OutgoingMessage {
  #exchange = undefined;
  #whole = undefined;
  #isOver = false;
  #hasTimeout = false;
  #url;

  constructor(input, options, callback) {
    super();
    requireRunning("http.request");
    const given = requestOptions(input, options, callback);
    this.#take(given.options);
    if (typeof given.callback === "function") this.once("response", given.callback);
    queueMicrotask(() => this.#connected());
  }

  #take(options) {
    const agent = agentOf(options);
    const expected = agent?.protocol ?? options._defaultAgent.protocol;
    const protocol = options.protocol || expected;
    if (options.path && badPath.test(`${options.path}`)) {
      throw nodeError(TypeError, "ERR_UNESCAPED_CHARACTERS", "Request path contains unescaped characters");
    }
    if (protocol !== expected) {
      const message = `Protocol "${protocol}" not supported. Expected "${expected}"`;
      throw nodeError(TypeError, "ERR_INVALID_PROTOCOL", message);
    }
    const defaultPort = options.defaultPort || agent.defaultPort || 80;
    const port = options.port || defaultPort;
    const host = hostOf(options, "hostname") || hostOf(options, "host") || "localhost";
    this.agent = agent;
    this.protocol = protocol;
    this.host = host;
    this.path = options.path || "/";
    this.method = methodOf(options);
    this.useChunkedEncodingByDefault = !bodyless.has(this.method);
    this.res = null;
    this.aborted = false;
    this.reusedSocket = false;
    this.maxHeadersCount = null;
    this.timeout = options.timeout === undefined ? undefined : duration(options.timeout, "timeout");
    this.#takeHeaders(options, host, Number(port) === Number(defaultPort) ? "" : `:${port}`);
    if (options.socketPath) {
      const message = "`socketPath` is not available: there are no files here";
      throw nodeError(Error, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", message);
    }
    this.#url = { origin: `${protocol}//${bracketed(host)}:${port}` };
    if (options.signal !== undefined && options.signal !== null) this.#obey(options.signal);
  }

  #takeHeaders(options, host, portText) {
    if (options.headers !== undefined && options.headers !== null) this._fillHeaders(options.headers);
    if (!this.hasHeader("host") && options.setHost !== false) this.setHeader("Host", `${bracketed(host)}${portText}`);
    if (options.auth && !this.hasHeader("Authorization")) {
      this.setHeader("Authorization", `Basic ${Buffer.from(options.auth).toString("base64")}`);
    }
  }

  /** Breaks the request off with `signal`. */
  #obey(signal) {
    const abort = () => {
      const error = new Error("The operation was aborted", { cause: signal.reason });
      error.code = "ABORT_ERR";
      error.name = "AbortError";
      this.destroy(error);
    };
    if (signal.aborted) queueMicrotask(abort);
    else signal.addEventListener("abort", abort, { once: true });
  }

  #connected() {
    if (this.destroyed) return;
    this.socket = new ClientSocket(this, this.protocol === "https:");
    if (this.timeout !== undefined) this.#watch(this.timeout);
    this.emit("socket", this.socket);
    // Whoever waits for this before the body is sent has no need to: the host's connection is as good as made.
    if (/^100-continue$/i.test(`${this.getHeader("expect") ?? ""}`)) queueMicrotask(() => this.emit("continue"));
  }

  #watch(milliseconds) {
    if (!this.#hasTimeout) this.socket.on("timeout", () => this.emit("timeout"));
    this.#hasTimeout = true;
    this.socket.setTimeout(milliseconds);
  }

  /** Sends the head. `body` is the contract's `outgoing-body`, null for none. */
  #begin(body) {
    const { origin } = this.#url;
    const path = `${this.path}`.replaceAll("#", "%23");
    const url = `${origin}${path.startsWith("/") ? "" : "/"}${path}`;
    this.headersSent = true;
    this.chunkedEncoding = body?.tag === "pieces" && body.val === null;
    this.#exchange = new requests.Exchange();
    this.#exchange.send(this.method, url, this._pairs(), body, false).then(
      (answer) => this.#answered(answer),
      (error) => this.#failed(failureOf(error)),
    );
  }

  #beginPieces() {
    const length = this.hasHeader("transfer-encoding") ? undefined : Number(this.getHeader("content-length") ?? NaN);
    const isKnown = Number.isSafeInteger(length) && length >= 0;
    this.#begin({ tag: "pieces", val: isKnown ? length : null });
  }

  #answered(answer) {
    if (this.destroyed) {
      drop(answer.body.val);
      return;
    }
    this._sign();
    this.res = IncomingMessage.answering(this, answer, statusText(answer.status));
    const tell = () => {
      if (!this.emit("response", this.res)) this.res._dump();
    };
    // As in Node, where an answer is read after what was written before it has been said to be written.
    if (this.writableEnded && !this.writableFinished && !this.destroyed) this.once("finish", tell);
    else tell();
  }

  #failed(failure) {
    if (this.res === null) this.destroy(failureError(failure));
  }

  /** Something came or went: the time without either begins anew. */
  _sign() {
    this.socket?.sign();
  }

  /** The answer has been read, or given up. */
  _answerClosed() {
    this.#isOver = true;
    if (!this.destroyed) this.destroy();
  }

  write(chunk, encoding, callback) {
    requireChunk(chunk);
    return super.write(chunk, encoding, callback);
  }

  end(chunk, encoding, callback) {
    if (typeof chunk === "function") return this.end(undefined, undefined, chunk);
    if (typeof encoding === "function") return this.end(chunk, undefined, encoding);
    this.finished = true;
    if (chunk === undefined || chunk === null) return super.end(callback);
    requireChunk(chunk);
    const isWhole = !this.headersSent && !this.writableEnded && this.writableLength === 0;
    if (!isWhole || this.hasHeader("transfer-encoding")) return super.end(chunk, encoding, callback);
    this.#whole = typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk;
    return super.end(callback);
  }

  _write(chunk, _encoding, callback) {
    if (!this.headersSent) this.#beginPieces();
    this.#send(chunk).then(() => callback(), callback);
  }

  async #send(bytes) {
    for (let start = 0; start < bytes.length; start += pieceMax) {
      this._sign();
      const piece = bytes.subarray(start, start + pieceMax);
      // Nobody takes any more: the answer, or the failure, says why.
      if (!(await this.#exchange.write(new Uint8Array(piece.buffer, piece.byteOffset, piece.length), false))) return;
    }
  }

  _final(callback) {
    if (!this.headersSent) {
      const bytes = this.#whole ?? new Uint8Array(0);
      const hasBody = bytes.length > 0 || this.useChunkedEncodingByDefault;
      const val = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
      if (!this.destroyed) this.#begin(hasBody ? { tag: "whole", val: { tag: "bytes", val } } : null);
      callback();
      return;
    }
    this.#exchange.write(new Uint8Array(0), true).then(() => callback(), callback);
  }

  flushHeaders() {
    if (this.headersSent || this.destroyed) return;
    if (this.useChunkedEncodingByDefault || this.hasHeader("content-length")) this.#beginPieces();
  }

  abort() {
    if (this.aborted) return;
    this.aborted = true;
    queueMicrotask(() => this.emit("abort"));
    this.destroy();
  }

  _destroy(error, callback) {
    let reason = error;
    if (!this.#isOver) {
      this.#isOver = true;
      this.#exchange?.cancel();
      if (this.res === null) reason ??= hangUp();
      else if (!this.res.destroyed) this.res.destroy(error ?? abortedAnswer());
    }
    if (this.#exchange !== undefined) drop(this.#exchange);
    this.socket?.close(reason !== null && reason !== undefined);
    callback(reason);
  }

  setTimeout(milliseconds, callback = undefined) {
    if (this.destroyed) return this;
    this.timeout = duration(milliseconds, "msecs");
    if (callback !== undefined) this.once("timeout", callback);
    if (this.socket !== null) this.#watch(this.timeout);
    return this;
  }

  setNoDelay() {}

  setSocketKeepAlive() {}

  clearTimeout(callback = undefined) {
    this.setTimeout(0, callback);
  }

  onSocket() {}
}

/** The words for a status; http.js knows them. */
let statusText = () => "";
export function useStatusTexts(textOf) {
  statusText = textOf;
}

let defaultAgent;
export function useDefaultAgent(agent) {
  defaultAgent = agent;
}

/** The options and the callback of `request(url, options, callback)`, any of which may be missing. */
function requestOptions(input, options, callback) {
  let base = null;
  if (typeof input === "string") base = urlOptions(new URL(input));
  else if (isUrl(input)) base = urlOptions(input);
  else return { options: { ...input }, callback: options };
  if (typeof options === "function") return { options: base, callback: options };
  return { options: { ...base, ...options }, callback };
}

function isUrl(value) {
  return value !== null && typeof value === "object" && Boolean(value.href && value.protocol && value.searchParams);
}

function urlOptions(url) {
  const { protocol, hostname, hash, search, pathname, href, port, username, password } = url;
  const options = { __proto__: null, protocol, hash, search, pathname, href };
  options.hostname = hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
  options.path = `${pathname || ""}${search || ""}`;
  if (port !== "") options.port = Number(port);
  if (username || password) options.auth = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return options;
}

function agentOf(options) {
  const fallback = options._defaultAgent ?? defaultAgent;
  options._defaultAgent = fallback;
  const { agent } = options;
  if (agent === false) return new fallback.constructor();
  if (agent === null || agent === undefined) return fallback;
  if (typeof agent.addRequest !== "function") {
    throw wrongOption("agent", "one of Agent-like Object, undefined, or false", agent);
  }
  requireUsableAgent(agent);
  return agent;
}

function hostOf(options, name) {
  const host = options[name];
  if (host === null || host === undefined || typeof host === "string") return host;
  throw wrongOption(name, "of type string or one of undefined or null", host);
}

function wrongOption(name, expected, value) {
  const message = `The "options.${name}" property must be ${expected}. Received ${received(value)}`;
  return nodeError(TypeError, "ERR_INVALID_ARG_TYPE", message);
}

function bracketed(host) {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}

function methodOf({ method }) {
  if (method === null || method === undefined) return "GET";
  if (typeof method !== "string") {
    throw wrongOption("method", "of type string", method);
  }
  if (method === "") return "GET";
  if (!isToken(method)) {
    throw nodeError(TypeError, "ERR_INVALID_HTTP_TOKEN", `Method must be a valid HTTP token ["${method}"]`);
  }
  return method.toUpperCase();
}

function duration(value, name) {
  if (typeof value !== "number") throw invalidArgType(name, "number", value);
  if (value < 0 || !Number.isFinite(value)) {
    const message = `The value of "${name}" is out of range. It must be a non-negative finite number. Received ${value}`;
    throw nodeError(RangeError, "ERR_OUT_OF_RANGE", message);
  }
  return Math.min(value, timeoutMax);
}

function requireChunk(chunk) {
  if (typeof chunk === "string" || isUint8Array(chunk)) return;
  if (chunk === null) throw nodeError(TypeError, "ERR_STREAM_NULL_VALUES", "May not write null values to stream");
  throw invalidArgType("chunk", ["string", "Buffer", "Uint8Array"], chunk);
}

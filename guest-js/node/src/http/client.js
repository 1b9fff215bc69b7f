// `http.ClientRequest`: a request that is written to and sent by the host. A body that is given whole goes with its length;
// one that is written in pieces goes as it comes, with the host's backpressure.

import requests from "fnhost:destination/requests@1.0.0";
import { drop, nameClass } from "fnhost:platform/boundary";
import { requireRunning } from "fnhost:platform/phase";
import { failureOf } from "fnhost:platform/send";
import { queueMicrotask } from "fnhost:platform/timers";
import { Buffer } from "node:buffer";
import process from "node:process";
import { invalidArgType, isUint8Array, nodeError } from "../internal/errors.js";
import { abortedAnswer, failureError, hangUp } from "./failure.js";
import { IncomingMessage } from "./incoming.js";
import { agentOf, bracketed, duration, hostOf, methodOf, portOf, requestOptions, signalOf } from "./options.js";
import { OutgoingMessage } from "./outgoing.js";
import { ClientSocket } from "./socket.js";

const pieceMax = 65536;
const badPath = /[^\u0021-\u00ff]/;
// Methods whose requests have no body unless one is written.
const bodyless = new Set(["GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "CONNECT"]);

/** A request, and the answer to it as the event `response`. */
export class ClientRequest extends OutgoingMessage {
  #exchange = undefined;
  #whole = undefined;
  #isOver = false;
  #unique = undefined;
  #agentTimeout = undefined;
  // What waits for the socket, as everything that is sent does in Node.
  #held = [];
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
    const port = portOf(options, defaultPort);
    const host = hostOf(options, "hostname") || hostOf(options, "host") || "localhost";
    this.agent = agent;
    // The default agent's time is as long as what a function has.
    if (agent !== options._defaultAgent) this.#agentTimeout = agent.options?.timeout;
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
    if (Array.isArray(options.uniqueHeaders)) {
      this.#unique = new Set(options.uniqueHeaders.map((name) => `${name}`.toLowerCase()));
    }
    this.#takeHeaders(options, host, port === Number(defaultPort) ? "" : `:${port}`);
    if (options.socketPath) {
      const message = "`socketPath` is not available: there are no files here";
      throw nodeError(Error, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", message);
    }
    this.#url = { origin: `${protocol}//${bracketed(host)}:${port}` };
    const signal = signalOf(options);
    if (signal !== undefined) this.#obey(signal);
  }

  #takeHeaders(options, host, portText) {
    const { headers } = options;
    if (headers !== undefined && headers !== null) {
      if (Array.isArray(headers.host)) throw invalidArgType("options.headers.host", "string", headers.host);
      this._fillHeaders(headers);
    }
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
    const milliseconds = this.timeout ?? this.#agentTimeout;
    if (milliseconds !== undefined || this.agent?.options?.timeout) this.#listen();
    if (milliseconds) this.socket.setTimeout(milliseconds);
    this.emit("socket", this.socket);
    const held = this.#held;
    this.#held = [];
    for (const action of held) action();
    // Whoever waits for this before the body is sent has no need to: the host's connection is as good as made.
    if (/^100-continue$/i.test(`${this.getHeader("expect") ?? ""}`)) queueMicrotask(() => this.emit("continue"));
  }

  /** Does it now, or once there is a socket. */
  #onceConnected(action) {
    if (this.socket === null) this.#held.push(action);
    else action();
  }

  #listen() {
    if (this.timeoutCb !== null) return;
    this.timeoutCb = () => this.emit("timeout");
    this.socket.on("timeout", this.timeoutCb);
  }

  /** From here on the headers are as they are; they go when there is a socket, and a body. */
  #seal(isInPieces) {
    this.headersSent = true;
    this.chunkedEncoding = isInPieces && this.#length() === null;
  }

  /** How long the body is, if the headers say so. */
  #length() {
    const length = this.hasHeader("transfer-encoding") ? undefined : Number(this.getHeader("content-length") ?? NaN);
    return Number.isSafeInteger(length) && length >= 0 ? length : null;
  }

  /** The head as Node would send it; null before. */
  get _header() {
    if (!this.headersSent) return null;
    const lines = this._pairs(this.#unique).map(([name, value]) => `${name}: ${value}\r\n`);
    return `${this.method} ${this.path} HTTP/1.1\r\n${lines.join("")}\r\n`;
  }

  get _headerSent() {
    return this.#exchange !== undefined;
  }

  /** Sends the head. `body` is the contract's `outgoing-body`, null for none. */
  #begin(body) {
    const { origin } = this.#url;
    const path = `${this.path}`.replaceAll("#", "%23");
    const url = `${origin}${path.startsWith("/") ? "" : "/"}${path}`;
    this.#exchange = new requests.Exchange();
    this.#exchange.send(this.method, url, this._pairs(this.#unique), body, false).then(
      (answer) => this.#answered(answer),
      (error) => this.#failed(failureOf(error)),
    );
  }

  #beginPieces() {
    this.#begin({ tag: "pieces", val: this.#length() });
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
    if (this.res !== null || this.destroyed) return;
    this.#isOver = true;
    // As in Node, it is not destroyed yet for those who hear of it.
    process.nextTick(() => {
      if (this.destroyed) return;
      try {
        this.emit("error", failureError(failure));
      } finally {
        this.destroy();
      }
    });
  }

  /** Something came or went: the time without either begins anew. */
  _sign() {
    this.socket?.sign();
  }

  /** The answer has been read, or given up: for `error`, if somebody gave it up for one. */
  _answerClosed(error) {
    if (this.destroyed) return;
    this.#isOver = true;
    if (error !== null) this.#exchange?.cancel();
    this.destroy(error ?? undefined);
  }

  write(chunk, encoding, callback) {
    requireChunk(chunk);
    if (typeof encoding === "function") return this.write(chunk, undefined, encoding);
    if (this.destroyed) return super.write(chunk, encoding, callback);
    if (this.finished) return this.#refuse(callback);
    if (!this.headersSent) this.#seal(true);
    return super.write(chunk, encoding, callback);
  }

  end(chunk, encoding, callback) {
    if (typeof chunk === "function") return this.end(undefined, undefined, chunk);
    if (typeof encoding === "function") return this.end(chunk, undefined, encoding);
    const isEmpty = chunk === undefined || chunk === null;
    if (!isEmpty) requireChunk(chunk);
    if (this.destroyed) return super.end(isEmpty ? undefined : chunk, encoding, callback);
    if (this.finished) return this.#endAgain(isEmpty, callback);
    if (typeof callback === "function") this.once("finish", callback);
    this.finished = true;
    const isWhole = !this.headersSent && this.writableLength === 0;
    if (!this.headersSent) this.#seal(!isWhole || this.hasHeader("transfer-encoding"));
    if (isEmpty) return super.end();
    if (!isWhole || this.hasHeader("transfer-encoding")) return super.end(chunk, encoding);
    this.#whole = typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk;
    return super.end();
  }

  #endAgain(isEmpty, callback) {
    if (!isEmpty) this.#refuse(callback);
    else if (this.writableFinished) super.end(callback);
    else if (typeof callback === "function") this.once("finish", callback);
    return this;
  }

  /** Tells that it is too late to write. What was written before goes on. */
  #refuse(callback) {
    const error = nodeError(Error, "ERR_STREAM_WRITE_AFTER_END", "write after end");
    process.nextTick(() => {
      if (typeof callback === "function") callback(error);
      this.emit("error", error);
    });
    return false;
  }

  _write(chunk, _encoding, callback) {
    this.#onceConnected(() => {
      if (this.#exchange === undefined) this.#beginPieces();
      this.#send(chunk).then(() => callback(), callback);
    });
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
    this.#onceConnected(() => {
      if (this.#exchange !== undefined) {
        this.#exchange.write(new Uint8Array(0), true).then(() => callback(), callback);
        return;
      }
      const bytes = this.#whole ?? new Uint8Array(0);
      const hasBody = bytes.length > 0 || this.useChunkedEncodingByDefault;
      const val = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
      this.#begin(hasBody ? { tag: "whole", val: { tag: "bytes", val } } : null);
      callback();
    });
  }

  flushHeaders() {
    if (this.headersSent || this.destroyed) return;
    this.#seal(this.useChunkedEncodingByDefault);
    if (!this.useChunkedEncodingByDefault && !this.hasHeader("content-length")) return;
    this.#onceConnected(() => this.#beginPieces());
  }

  addTrailers(trailers) {
    if (super.addTrailers(trailers).length === 0) return;
    throw nodeError(Error, "ERR_HTTP_TRAILER_INVALID", "Trailers are invalid with this transfer encoding");
  }

  abort() {
    if (this.aborted) return;
    this.aborted = true;
    process.nextTick(() => this.emit("abort"));
    this.destroy();
  }

  _destroy(error, callback) {
    let reason = error;
    if (!this.#isOver) {
      this.#isOver = true;
      this.#exchange?.cancel();
      if (this.res !== null) process.nextTick(() => this.#giveUpAnswer());
      // Whoever calls off what has not begun is told of nothing.
      else if (!this.aborted || this.socket !== null) reason ??= hangUp();
    }
    this.#held = [];
    if (this.#exchange !== undefined) drop(this.#exchange);
    this.socket?.close(reason !== null && reason !== undefined);
    callback(reason);
  }

  #giveUpAnswer() {
    if (!this.res.destroyed && !this.res.complete) this.res.destroy(abortedAnswer());
  }

  setTimeout(milliseconds, callback = undefined) {
    if (this.destroyed) return this;
    this.timeout = duration(milliseconds, "msecs");
    if (callback !== undefined) this.once("timeout", callback);
    if (this.socket !== null) {
      this.#listen();
      this.socket.setTimeout(this.timeout);
    }
    return this;
  }

  setNoDelay() {}

  setSocketKeepAlive() {}

  clearTimeout(callback = undefined) {
    this.setTimeout(0, callback);
  }

  onSocket() {}
}
nameClass(ClientRequest, "ClientRequest");

/** The words for a status; http.js knows them. */
let statusText = () => "";
export function useStatusTexts(textOf) {
  statusText = textOf;
}

function requireChunk(chunk) {
  if (typeof chunk === "string" || isUint8Array(chunk)) return;
  if (chunk === null) throw nodeError(TypeError, "ERR_STREAM_NULL_VALUES", "May not write null values to stream");
  throw invalidArgType("chunk", ["string", "Buffer", "Uint8Array"], chunk);
}

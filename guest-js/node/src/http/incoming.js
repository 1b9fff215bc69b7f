// `http.IncomingMessage`: an answer, whose body is read from the host as far as somebody reads it here.

import { drop, nameClass } from "fnhost:platform/boundary";
import { encodeUtf8 } from "fnhost:platform/encoding";
import { failureOf } from "fnhost:platform/send";
import { Buffer } from "node:buffer";
import { Readable } from "node:stream";
import { abortedAnswer, failureError } from "./failure.js";
import { distinctHeaders, joinedHeaders } from "./headers.js";

const readMax = 65536;

export class IncomingMessage extends Readable {
  #pairs = [];
  #headers = undefined;
  #incoming = undefined;
  #whole = undefined;
  #isCut = false;

  constructor(socket) {
    super({ autoDestroy: true, highWaterMark: socket?.readableHighWaterMark });
    this.httpVersionMajor = 1;
    this.httpVersionMinor = 1;
    this.httpVersion = "1.1";
    this.complete = false;
    this.rawTrailers = [];
    this.trailers = {};
    this.trailersDistinct = { __proto__: null };
    this.aborted = false;
    this.upgrade = false;
    this.url = "";
    this.method = null;
    this.statusCode = null;
    this.statusMessage = null;
    this.client = socket;
    this.socket = socket;
    this.req = undefined;
    this._dumped = false;
  }

  /** The message for the contract's `answer` to `request`. */
  static answering(request, answer, statusText) {
    const message = new IncomingMessage(request.socket);
    message.req = request;
    message.statusCode = answer.status;
    message.statusMessage = answer.statusText ?? statusText;
    message.#pairs = answer.headers;
    request.socket.on("timeout", () => message.emit("timeout"));
    const { tag, val } = answer.body;
    if (tag === "rest") message.#incoming = val;
    else message.#whole = val.tag === "text" ? encodeUtf8(val.val) : val.val;
    return message;
  }

  get connection() {
    return this.socket;
  }

  set connection(socket) {
    this.socket = socket;
  }

  get rawHeaders() {
    return this.#pairs.flat();
  }

  get headers() {
    this.#headers ??= joinedHeaders(this.#pairs);
    return this.#headers;
  }

  set headers(headers) {
    this.#headers = headers;
  }

  get headersDistinct() {
    return distinctHeaders(this.#pairs);
  }

  setTimeout(milliseconds, callback = undefined) {
    if (callback !== undefined) this.on("timeout", callback);
    this.socket?.setTimeout(milliseconds);
    return this;
  }

  _read() {
    if (this.#whole !== undefined) {
      const bytes = this.#whole;
      this.#whole = undefined;
      if (bytes.length > 0) this.push(asBuffer(bytes));
      this.#end();
      return;
    }
    if (this.#incoming === undefined) {
      if (!this.complete) this.#end();
      return;
    }
    this.#incoming.read(readMax).then(
      ({ bytes, last }) => {
        this.req?._sign();
        if (last) this.#close();
        if (this.destroyed) return;
        const room = bytes.length === 0 || this.push(asBuffer(bytes));
        if (last) this.#end();
        else if (bytes.length === 0 && room) this._read();
      },
      (error) => {
        this.#close();
        this.#fail(failureOf(error));
      },
    );
  }

  #end() {
    this.complete = true;
    this.req?.socket?._answered();
    this.push(null);
  }

  #close() {
    if (this.#incoming !== undefined) drop(this.#incoming);
    this.#incoming = undefined;
  }

  /** The connection ended, or what came over it makes no sense. */
  #fail(failure) {
    if (this.destroyed) return;
    if (failure.code.startsWith("HPE_")) this.req?.emit("error", failureError(failure));
    this.#isCut = true;
    this.destroy(abortedAnswer());
  }

  _destroy(error, callback) {
    if (!this.complete) {
      this.aborted = true;
      this.emit("aborted");
      this.#incoming?.cancel();
      this.#close();
    }
    this.req?._answerClosed(this.#isCut ? null : error);
    // Whoever does not listen for errors is told by `aborted`.
    callback(error !== null && this.listenerCount("error") === 0 ? null : error);
  }

  /** Reads the rest, for nobody. */
  _dump() {
    this._dumped = true;
    this.resume();
  }
}
nameClass(IncomingMessage, "IncomingMessage");

function asBuffer({ buffer, byteOffset, byteLength }) {
  return Buffer.from(buffer, byteOffset, byteLength);
}

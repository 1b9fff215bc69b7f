// The SDK's HTTP client over the host's requests. A stream that is sent is read to its end first; agents and proxies mean
// nothing here, as the host has its own connections.

import AWS from "aws-sdk/lib/core.js";
import { Buffer } from "node:buffer";
import requests from "fnhost:destination/requests@1.0.0";
import { bytesOf, drop } from "fnhost:platform/boundary";
import { failureOf } from "fnhost:platform/send";
import { clearTimeout, setTimeout } from "fnhost:platform/timers";
import { failRunning } from "fnhost:runtime";
import { loadedUnit } from "fnhost:platform/require";
import { Emitter } from "./emitter.js";
import { systemError } from "./failures.js";

// What is asked for at a time; what comes is what has arrived.
const readMax = 262144;

/** A request under way, and what the SDK keeps as its `stream`. */
class Exchange extends Emitter {
  didCallback = false;

  constructor(request, options, onResponse, onError) {
    super();
    this.request = request;
    this.onResponse = onResponse;
    this.onError = onError;
    this.response = undefined;
    this.timer = undefined;
    this.isOver = false;
    this.timeout = Number(options.timeout) || 0;
  }

  abort() {
    if (this.isOver) return;
    this.end();
    // Whoever aborts is done with it first, as in Node.
    const aborted = AWS.util.error(new Error("socket hang up"), { code: "TimeoutError" });
    Promise.resolve().then(() => this.fail(aborted));
  }

  destroy() {
    this.abort();
  }

  /** Counts the time without anything arriving from now on. */
  wait() {
    clearTimeout(this.timer);
    if (!(this.timeout > 0)) return;
    this.timer = setTimeout(() => {
      if (this.isOver) return;
      this.end();
      const message = `Connection timed out after ${this.timeout}ms`;
      this.fail(AWS.util.error(new Error(message), { code: "TimeoutError" }));
    }, this.timeout);
  }

  /** Nothing that arrives is wanted any more. */
  end() {
    this.isOver = true;
    clearTimeout(this.timer);
    this.response?.close();
  }

  fail(error) {
    if (this.didCallback) return;
    this.didCallback = true;
    calling(() => this.onError(error));
  }

  async run() {
    const { endpoint, path, method, headers } = this.request;
    const url = `${endpoint.protocol}//${endpoint.host}${path}`;
    try {
      const body = await bodyOf(this.request.body);
      if (this.isOver) return;
      this.wait();
      const answer = await requests.send(method, url, pairsOf(headers), body);
      if (this.isOver) {
        drop(answer.body.val);
        return;
      }
      if (body !== undefined) {
        const length = Number(headers["Content-Length"]) || 0;
        this.emit("sendProgress", { loaded: length, total: length });
      }
      this.response = new Incoming(this, answer);
      await this.response.deliver();
    } catch (thrown) {
      if (this.isOver) return;
      this.end();
      this.fail(thrown instanceof Error && thrown.payload === undefined ? thrown : networkError(thrown));
    }
  }
}

/** An answer, with as much of Node's `IncomingMessage` as the SDK uses. */
class Incoming extends Emitter {
  constructor(exchange, answer) {
    super();
    this.exchange = exchange;
    this.statusCode = answer.status;
    this.statusMessage = "";
    this.headers = headersOf(answer.headers);
    this.body = answer.body;
    this.chunk = null;
  }

  /** Hands out head and body: to whoever listens, or through `pipe`. */
  async deliver() {
    const { exchange } = this;
    calling(() => {
      exchange.onResponse(this);
      this.emit("headers", this.statusCode, this.headers, this.statusMessage);
    });
    for (;;) {
      const piece = await this.next();
      if (exchange.isOver) return;
      if (piece.bytes.length > 0) await this.give(Buffer.from(piece.bytes.buffer, piece.bytes.byteOffset, piece.bytes.length));
      if (exchange.isOver) return;
      if (piece.last) break;
      exchange.wait();
    }
    exchange.end();
    calling(() => this.emit("end"));
  }

  async next() {
    const { tag, val } = this.body;
    if (tag === "whole") {
      const bytes = val.tag === "text" ? Buffer.from(val.val) : val.val;
      return { bytes, last: true };
    }
    return val.read(readMax);
  }

  async give(chunk) {
    this.chunk = chunk;
    calling(() => {
      this.emit("data", chunk);
      this.emit("readable");
    });
    this.chunk = null;
    if (this.target !== undefined && this.target.write(chunk) === false) {
      this.exchange.wait();
      await new Promise((resolve) => this.target.once("drain", resolve));
    }
  }

  read() {
    const { chunk } = this;
    this.chunk = null;
    return chunk;
  }

  pipe(target, { end = true } = {}) {
    this.target = target;
    if (end) this.on("end", () => target.end());
    return target;
  }

  close() {
    if (this.body.tag === "rest") drop(this.body.val);
  }
}

/** Runs what belongs to the function or the SDK. What it throws is nobody's to catch, as in a callback of Node's. */
function calling(action) {
  try {
    action();
  } catch (error) {
    failRunning(error);
  }
}

function networkError(thrown) {
  const error = systemError(failureOf(thrown));
  const isTimeout = error.code === "ECONNRESET" || error.code === "EPIPE" || error.code === "ETIMEDOUT";
  return isTimeout ? AWS.util.error(error, { code: "TimeoutError" }) : error;
}

/** Names in lower case, several of one name in one line, as Node has them. */
function headersOf(pairs) {
  const headers = {};
  for (const [name, value] of pairs) {
    const key = name.toLowerCase();
    if (key === "set-cookie") (headers[key] ??= []).push(value);
    else headers[key] = headers[key] === undefined ? value : `${headers[key]}, ${value}`;
  }
  return headers;
}

function pairsOf(headers) {
  const pairs = [];
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (value === undefined || value === null) continue;
    for (const item of Array.isArray(value) ? value : [value]) pairs.push([name, `${item}`]);
  }
  return pairs;
}

/** The contract's body. */
async function bodyOf(body) {
  if (body === undefined || body === null || body === "") return undefined;
  if (typeof body === "string") return { tag: "text", val: body };
  const bytes = bytesOf(body);
  if (bytes !== undefined) return { tag: "bytes", val: bytes };
  if (body instanceof AWS.util.stream.Stream) return { tag: "bytes", val: await allOf(body) };
  return { tag: "text", val: `${body}` };
}

/** Everything that a stream gives. */
function allOf(stream) {
  return new Promise((resolve, reject) => {
    const pieces = [];
    stream.on("data", (piece) => pieces.push(typeof piece === "string" ? Buffer.from(piece) : piece));
    stream.on("error", reject);
    stream.on("end", () => resolve(bytesOf(Buffer.concat(pieces))));
    stream.resume?.();
  });
}

function NodeHttpClient() {}
NodeHttpClient.prototype.handleRequest = function handleRequest(request, options, onResponse, onError) {
  const exchange = new Exchange(request, options ?? {}, onResponse, onError);
  request.stream = exchange;
  exchange.run();
  return exchange;
};

AWS.NodeHttpClient = NodeHttpClient;
AWS.HttpClient.prototype = NodeHttpClient.prototype;
AWS.HttpClient.streamsApiVersion = 2;

/** Whoever takes the answer's stream over gets one of Node's, if there are any. */
AWS.HttpResponse.prototype.createUnbufferedStream = function createUnbufferedStream() {
  this.streaming = true;
  const streams = loadedUnit("node:stream");
  return streams === undefined ? this.stream : this.stream.pipe(new streams.PassThrough());
};

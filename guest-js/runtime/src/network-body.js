// The body of an answer that came over the network: read when it is asked for, all of it, once.

import http from "wasi:http/types@0.3.0";
import { drop, resolvedOutcome } from "./boundary.js";
import { joined } from "./bytes.js";
import { decodeUtf8 } from "./encoding.js";
import { FetchError } from "./errors.js";
import { failureOf } from "./failure.js";
import { limited } from "./limits.js";

// The engine makes room for what is asked for, and clears it, so asking for much costs even where little comes: a body that
// fills what was asked for is asked for more.
const readMin = 2048;
const readMax = 131072;

/** The content behind `response`, a resource of the host. `options` has the request's URLs, signal and limits. */
export class NetworkContent {
  #response;
  #options;
  #reading = undefined;

  constructor(response, options) {
    this.#response = response;
    this.#options = options;
  }

  /** Gives the connection back if nobody has read the body. */
  release() {
    if (this.#reading !== undefined || this.#response === undefined) return;
    drop(this.#response);
    this.#response = undefined;
  }

  async bytes() {
    const first = this.#reading === undefined;
    const bytes = await this.#read();
    // A clone of the response may read the same bytes.
    return first ? bytes : bytes.slice();
  }

  async text() {
    return decodeUtf8(await this.#read());
  }

  #read() {
    if (this.#reading === undefined) {
      const { url, signal, timeout } = this.#options;
      this.#reading = limited(this.#receive(), signal, timeout, () => {
        return new FetchError(`Response timeout while trying to fetch ${url} (over ${timeout}ms)`, "body-timeout");
      });
    }
    return this.#reading;
  }

  async #receive() {
    const { url, sentUrl, size } = this.#options;
    if (this.#response === undefined) throw brokenBody(url, sentUrl, new Error("Premature close"));
    const [stream, trailers] = http.Response.consumeBody(this.#response, resolvedOutcome());
    const pieces = [];
    let length = 0;
    let asked = readMin;
    try {
      for (;;) {
        const piece = await stream.read(asked);
        if (piece.length === 0) break;
        pieces.push(piece);
        length += piece.length;
        if (piece.length === asked && asked < readMax) asked *= 4;
        if (size > 0 && length > size) throw new FetchError(`content size at ${url} over limit: ${size}`, "max-size");
      }
    } catch (error) {
      drop(trailers);
      throw error instanceof FetchError ? error : brokenBody(url, sentUrl, error);
    } finally {
      drop(stream);
    }
    // A body that was cut off ends like a whole one; only this tells them apart.
    const outcome = await trailers.read();
    drop(trailers);
    if (outcome.tag === "err") throw brokenBody(url, sentUrl, { payload: outcome.val });
    return joined(pieces);
  }
}

function brokenBody(url, sentUrl, error) {
  const [reason, code] = failureOf(sentUrl, error);
  return new FetchError(`Invalid response body while trying to fetch ${url}: ${reason}`, "system", code);
}

// The body of an answer that came over the network: here with the head, or read when it is asked for, all of it, once.

import { contentOfWire } from "./body.js";
import { drop } from "./boundary.js";
import { joined } from "./bytes.js";
import { decodeUtf8 } from "./encoding.js";
import { FetchError } from "./errors.js";
import { limited } from "./limits.js";
import { failureOf } from "./send.js";
import { hrefOf } from "./url.js";

// What is asked for at a time; what comes is what has arrived.
const readMax = 262144;

/** The content behind `incoming`, a resource of the host. `hop` is the request that it answers; `size` its limit, or 0. */
export class NetworkContent {
  constructor(incoming, hop, size) {
    this.incoming = incoming;
    this.hop = hop;
    this.size = size;
    this.reading = undefined;
  }

  /** Gives the connection back if nobody has read the body. */
  release() {
    if (this.reading !== undefined || this.incoming === undefined) return;
    drop(this.incoming);
    this.incoming = undefined;
  }

  bytes() {
    // A clone of the response may read the same bytes.
    return this.reading === undefined ? this.read() : this.read().then((bytes) => bytes.slice());
  }

  text() {
    return this.read().then(decodeUtf8);
  }

  read() {
    if (this.reading === undefined) {
      const { url, signal, timeout } = this.hop;
      this.reading = limited(receive(this), signal, timeout, () => {
        const message = `Response timeout while trying to fetch ${hrefOf(url)} (over ${timeout}ms)`;
        return new FetchError(message, "body-timeout");
      });
    }
    return this.reading;
  }
}

/** The content of a body that came with the head: the contract's `body`. */
export function wholeContent(body, hop, size) {
  const content = contentOfWire(body);
  if (size === 0) return content;
  // As when it is read: whoever asks for more than the limit gets an error.
  const checked = async (read) => {
    const length = (await content.bytes()).length;
    if (length > size) throw tooLarge(hop.url, size);
    return read();
  };
  return { bytes: () => checked(() => content.bytes()), text: () => checked(() => content.text()) };
}

function tooLarge(url, size) {
  return new FetchError(`content size at ${hrefOf(url)} over limit: ${size}`, "max-size");
}

async function receive({ incoming, hop, size }) {
  if (incoming === undefined) throw brokenBody(hop.url, new Error("Premature close"));
  const pieces = [];
  let length = 0;
  try {
    for (;;) {
      const { bytes, last } = await incoming.read(readMax);
      pieces.push(bytes);
      length += bytes.length;
      if (size > 0 && length > size) throw tooLarge(hop.url, size);
      if (last) return joined(pieces);
    }
  } catch (error) {
    throw error instanceof FetchError ? error : brokenBody(hop.url, error);
  } finally {
    drop(incoming);
  }
}

function brokenBody(url, error) {
  const { reason, code } = failureOf(error);
  return new FetchError(`Invalid response body while trying to fetch ${hrefOf(url)}: ${reason}`, "system", code);
}

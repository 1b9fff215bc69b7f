// The body of an answer that came over the network: here with the head, or read when it is asked for, once, in pieces.

import { contentOfWire } from "./body.js";
import { drop } from "./boundary.js";
import { decodeUtf8 } from "./encoding.js";
import { codedError, FetchError } from "./errors.js";
import { abortError, limited } from "./limits.js";
import { allBytes, PiecesContent } from "./pieces.js";
import { failureOf } from "./send.js";
import { hrefOf } from "./url.js";

// What is asked for at a time; what comes is what has arrived.
const readMax = 262144;

/** The content behind `incoming`, the host's. `hop` is the request that it answers; `size` its limit, or 0. */
export class NetworkContent extends PiecesContent {
  constructor(incoming, hop, size, isChunked) {
    super();
    this.incoming = incoming;
    this.hop = hop;
    this.size = size;
    this.isChunked = isChunked;
  }

  /** Gives the connection back if nobody has read the body. */
  release() {
    if (this.isOpen || this.incoming === undefined) return;
    drop(this.incoming);
    this.incoming = undefined;
  }

  bytes() {
    const { url, signal, timeout } = this.hop;
    const reader = this.open();
    const read = allBytes(reader, limit(this.size, url)).catch((error) => {
      reader.cancel();
      throw isFinal(error) ? error : brokenBody(url, error);
    });
    const timedOut = () => {
      const message = `Response timeout while trying to fetch ${hrefOf(url)} (over ${timeout}ms)`;
      return new FetchError(message, "body-timeout");
    };
    return limited(read, signal, timeout, timedOut, () => reader.cancel());
  }

  text() {
    return this.bytes().then(decodeUtf8);
  }

  /** The one reader over the host's pieces. What it fails with is what Node's stream would. */
  start() {
    let { incoming } = this;
    const { signal } = this.hop;
    this.incoming = undefined;
    let failed = incoming === undefined ? prematureClose(this.isChunked) : undefined;
    const close = (error) => {
      failed ??= error;
      if (incoming !== undefined) drop(incoming);
      incoming = undefined;
    };
    const step = async () => {
      while (incoming !== undefined) {
        if (signal?.aborted) {
          this.giveUp(incoming);
          close(abortError());
          break;
        }
        const reading = incoming.read(readMax);
        try {
          const { bytes, last } = await limited(reading, signal, 0, undefined, () => this.giveUp(incoming));
          if (last) close();
          if (bytes.length > 0) return bytes;
        } catch (error) {
          reading.catch(() => {}).then(() => close());
          failed ??= isFinal(error) ? error : streamError(error, this.isChunked);
          throw failed;
        }
      }
      if (failed !== undefined) throw failed;
      return undefined;
    };
    // The host takes one call at a time.
    let latest;
    return {
      next: () => {
        latest = latest === undefined ? step() : latest.then(step, step);
        return latest;
      },
      cancel: () => {
        if (incoming !== undefined) this.giveUp(incoming);
        failed ??= abortError();
      },
    };
  }

  giveUp(incoming) {
    incoming?.cancel();
  }
}

/** The content of a body that came with the head: the contract's `body`. */
export function wholeContent(body, hop, size) {
  const content = contentOfWire(body);
  const { signal } = hop;
  if (size === 0 && (signal === null || signal === undefined)) return content;
  // As when it is read: whoever asks for more than the limit, or after the signal, gets an error.
  const checked = async (read) => {
    if (signal?.aborted) throw abortError();
    if (size > 0) limit(size, hop.url)((await content.bytes()).length);
    return read();
  };
  return {
    bytes: () => checked(() => content.bytes()),
    text: () => checked(() => content.text()),
    open: () => content.open(),
    share: () => content.share(),
  };
}

/** What throws once more than `size` bytes have come. */
function limit(size, url) {
  let length = 0;
  return (more) => {
    length += more;
    if (size > 0 && length > size) {
      throw new FetchError(`content size at ${hrefOf(url)} over limit: ${size}`, "max-size");
    }
  };
}

function isFinal(error) {
  return error instanceof FetchError || error?.name === "AbortError";
}

function prematureClose(isChunked) {
  return codedError(Error, isChunked ? "ERR_STREAM_PREMATURE_CLOSE" : "ECONNRESET", "Premature close");
}

/** The error of a stream for what the host says. */
function streamError(error, isChunked) {
  const { reason, code } = failureOf(error);
  return reason === "Premature close" ? prematureClose(isChunked) : codedError(Error, code, reason);
}

function brokenBody(url, error) {
  const { message, code } = error;
  return new FetchError(`Invalid response body while trying to fetch ${hrefOf(url)}: ${message}`, "system", code);
}

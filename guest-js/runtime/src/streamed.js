// Bodies that are given as something to read from: streams of the web and of Node, iterables, Blobs, forms. What they
// are is told by what they can do, as those classes are not in every function. Nothing is read before it is sent.

import { bytesOf } from "./boundary.js";
import { decodeUtf8, encodeUtf8 } from "./encoding.js";
import { codedError, FetchError } from "./errors.js";
import { formBody } from "./form-key.js";
import { formParts } from "./multipart.js";
import { allBytes, PiecesContent } from "./pieces.js";

const pieceMax = 65536;

/** The content behind a stream, a Blob or a form, and its Content-Type; undefined for any other object. */
export function streamedContent(body) {
  const tag = body[Symbol.toStringTag];
  if (typeof body.getBoundary === "function") {
    const type = `multipart/form-data;boundary=${body.getBoundary()}`;
    return { content: new StreamedContent(nodeStart(body), knownLength(body), true), type };
  }
  if ((tag === "Blob" || tag === "File") && typeof body.arrayBuffer === "function") {
    const content = new StreamedContent(() => iteratorReader(blobPieces(body)), body.size, false);
    return { content, type: body.type || null };
  }
  if (tag === "FormData" && typeof body.getAll === "function") {
    const { boundary, parts, length } = formParts(body);
    const content = new StreamedContent(() => iteratorReader(partPieces(parts)), length, false);
    return { content, type: `multipart/form-data; boundary=${boundary}` };
  }
  const start = readerOf(body);
  return start === undefined ? undefined : { content: new StreamedContent(start, undefined, true), type: null };
}

/** What makes a reader of `body`, which is a stream or can be iterated; undefined where it is neither. */
function readerOf(body) {
  if (typeof body.pipe === "function" && typeof body.on === "function") return nodeStart(body);
  if (typeof body.getReader === "function") return () => webReader(body);
  if (typeof body[Symbol.asyncIterator] === "function") return () => iteratorReader(body[Symbol.asyncIterator]());
  return undefined;
}

/** How long a form of the package `form-data` is, if it knows. Our own that comes here has streams it may not count. */
function knownLength(form) {
  if (form[formBody] !== undefined) return undefined;
  if (typeof form.getLengthSync !== "function" || typeof form.hasKnownLength !== "function") return undefined;
  return form.hasKnownLength() ? form.getLengthSync() : undefined;
}

/** Bytes that come in pieces. `isOnce`: they cannot be had again. */
export class StreamedContent extends PiecesContent {
  constructor(start, length, isOnce) {
    super();
    this.start = start;
    // What a Blob says of itself may be anything; the contract takes no other number.
    this.length = Number.isSafeInteger(length) && length >= 0 ? length : undefined;
    this.isOnce = isOnce;
  }

  /** The same bytes once more. */
  again() {
    return new StreamedContent(this.start, this.length, this.isOnce);
  }

  async bytes(body) {
    try {
      return await allBytes(this.open());
    } catch (error) {
      if (error?.name === "AbortError") throw error;
      const message = `Invalid response body while trying to fetch ${body.url}: ${error?.message ?? error}`;
      throw new FetchError(message, "system", error?.code);
    }
  }

  text(body) {
    return this.bytes(body).then(decodeUtf8);
  }
}

/** The bytes that a stream's chunk stands for. */
function chunkBytes(chunk) {
  const bytes = typeof chunk === "object" && chunk !== null ? bytesOf(chunk) : undefined;
  if (bytes !== undefined) return bytes;
  if (typeof chunk === "string") return encodeUtf8(chunk);
  const received = chunk === null || typeof chunk !== "object" ? `${typeof chunk}` : "an object";
  const expected = "of type string or an instance of Buffer or Uint8Array";
  const message = `The "chunk" argument must be ${expected}. Received ${received}`;
  throw codedError(TypeError, "ERR_INVALID_ARG_TYPE", message);
}

function webReader(stream) {
  const reader = stream.getReader();
  return {
    async next() {
      const { done, value } = await reader.read();
      return done ? undefined : chunkBytes(value);
    },
    cancel(reason) {
      Promise.resolve(reader.cancel(reason)).catch(() => {});
    },
  };
}

function iteratorReader(iterator) {
  return {
    async next() {
      const { done, value } = await iterator.next();
      return done ? undefined : chunkBytes(value);
    },
    cancel() {
      Promise.resolve(iterator.return?.()).catch(() => {});
    },
  };
}

/** What makes a reader of `stream`. If it fails before that, who reads is told; nobody else has to listen for it. */
function nodeStart(stream) {
  let failed;
  stream.on?.("error", (error) => {
    failed ??= { error };
  });
  return () => nodeReader(stream, failed);
}

/** Over the events that all streams of Node have, those of its first years too. Between two pieces it is paused. */
function nodeReader(stream, failed) {
  const chunks = [];
  let outcome;
  let wake = () => {};
  const ended = (result) => {
    outcome ??= result;
    wake();
  };
  if (failed !== undefined) ended(failed);
  else if (stream.errored !== null && stream.errored !== undefined) ended({ error: stream.errored });
  else if (stream.readableEnded) ended({});
  else if (stream.destroyed) ended({ error: prematureClose() });
  else {
    stream.on("data", (chunk) => {
      chunks.push(chunk);
      stream.pause?.();
      wake();
    });
    stream.on("end", () => ended({}));
    stream.on("error", (error) => ended({ error }));
    stream.on("close", () => ended({ error: prematureClose() }));
  }
  return {
    async next() {
      if (chunks.length === 0 && outcome === undefined) {
        await new Promise((resolve) => {
          wake = resolve;
          stream.resume?.();
        });
      }
      if (chunks.length > 0) return chunkBytes(chunks.shift());
      if (outcome?.error !== undefined) throw outcome.error;
      return outcome === undefined ? this.next() : undefined;
    },
    cancel(reason) {
      ended({ error: reason ?? prematureClose() });
      stream.destroy?.(reason);
    },
  };
}

function prematureClose() {
  return codedError(Error, "ERR_STREAM_PREMATURE_CLOSE", "Premature close");
}

async function* blobPieces(blob) {
  for (let start = 0; start < blob.size; start += pieceMax) {
    yield await blob.slice(start, start + pieceMax).arrayBuffer();
  }
}

async function* partPieces(parts) {
  for (const part of parts) {
    if (part instanceof Uint8Array) yield part;
    else yield* blobPieces(part);
  }
}

/** Sends what `reader` gives as the body of `exchange`, in pieces, each when there is room for it. */
export async function sendPieces(exchange, reader) {
  for (;;) {
    const bytes = await reader.next();
    if (bytes === undefined) {
      await exchange.write(new Uint8Array(0), true);
      return;
    }
    for (let start = 0; start < bytes.length; start += pieceMax) {
      if (await exchange.write(bytes.subarray(start, start + pieceMax), false)) continue;
      reader.cancel();
      return;
    }
  }
}


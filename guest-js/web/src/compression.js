// Unit `fnhost:web/compression`: CompressionStream and DecompressionStream, over the host's codecs. One is open from a
// stream's first chunk to its end.

import host from "fnhost:destination/compression@1.0.0";
import { asInterface, bytesOf, drop } from "fnhost:platform/boundary";
import { encodeUtf8 } from "fnhost:platform/encoding";
import { codedError } from "fnhost:platform/errors";
import { shown } from "fnhost:platform/shown";
import { invalidType, invalidValue } from "fnhost:web/arguments";
import { TransformStream } from "fnhost:web/streams";

const inspectKey = Symbol.for("nodejs.util.inspect.custom");
const options = { level: -1, windowBits: 15, memoryLevel: 8, strategy: 0, dictionary: undefined };
const noFlush = 0;
const finish = 4;
const outputMax = 65536;
const empty = new Uint8Array(0);

const compressing = { __proto__: null, deflate: "deflate", "deflate-raw": "deflate-raw", gzip: "gzip" };
const decompressing = { __proto__: null, deflate: "inflate", "deflate-raw": "inflate-raw", gzip: "gunzip" };

/** A call to the host, whose failures become errors with zlib's words and codes. */
function called(call) {
  try {
    return call();
  } catch (thrown) {
    const failure = thrown?.payload;
    if (typeof failure?.code !== "string") throw thrown;
    const error = codedError(TypeError, failure.code, failure.message);
    error.errno = failure.errno;
    throw error;
  }
}

function chunkBytes(chunk) {
  if (typeof chunk === "string") return encodeUtf8(chunk);
  const bytes = bytesOf(chunk);
  if (bytes !== undefined) return bytes;
  throw invalidType("chunk", "of type string or an instance of Buffer, TypedArray, or DataView", chunk);
}

/** The stream that puts its chunks through a codec of this format. */
function transformStream(format) {
  let codec;
  let isEnded = false;
  const close = () => {
    if (codec !== undefined) drop(codec);
    codec = undefined;
  };
  const put = (bytes, flush, controller) => {
    if (isEnded) {
      if (bytes.length > 0) throw new TypeError("Additional input after the end of the compressed data");
      return;
    }
    let given = bytes;
    for (;;) {
      const { bytes: output, isFull, isEnded: ended, unread } = called(() => codec.write(given, flush, outputMax));
      if (output.length > 0) controller.enqueue(output);
      if (ended) {
        isEnded = true;
        if (unread > 0) throw new TypeError("Additional input after the end of the compressed data");
        return;
      }
      if (!isFull) return;
      given = empty;
    }
  };
  const guarded = (work) => {
    try {
      codec ??= called(() => host.Codec.openZlib(format, options));
      work();
    } catch (error) {
      close();
      throw error;
    }
  };
  return new TransformStream({
    transform(chunk, controller) {
      guarded(() => put(chunkBytes(chunk), noFlush, controller));
    },
    flush(controller) {
      guarded(() => put(empty, finish, controller));
      close();
    },
    cancel: close,
  });
}

/** The standard's CompressionStream. */
export class CompressionStream {
  #transform;

  constructor(format) {
    const known = compressing[`${format}`];
    if (known === undefined) throw invalidValue("format", format);
    this.#transform = transformStream(known);
  }

  get readable() {
    return this.#transform.readable;
  }

  get writable() {
    return this.#transform.writable;
  }

  [inspectKey](depth, options, inspect) {
    const { readable, writable } = this;
    return shown("CompressionStream", { readable, writable }, depth, options, inspect);
  }
}

/** The standard's DecompressionStream. */
export class DecompressionStream {
  #transform;

  constructor(format) {
    const known = decompressing[`${format}`];
    if (known === undefined) throw invalidValue("format", format);
    this.#transform = transformStream(known);
  }

  get readable() {
    return this.#transform.readable;
  }

  get writable() {
    return this.#transform.writable;
  }

  [inspectKey](depth, options, inspect) {
    const { readable, writable } = this;
    return shown("DecompressionStream", { readable, writable }, depth, options, inspect);
  }
}

asInterface(CompressionStream, "CompressionStream", ["readable", "writable"]);
asInterface(DecompressionStream, "DecompressionStream", ["readable", "writable"]);

// Node's module `zlib`: at once and with callbacks; its streams are zlib-streams.js, loaded into functions that name one.
// As the global `zlib` it is its own member `zlib`, as the package of this name has one, which Segment's functions use.

import { Buffer } from "node:buffer";
import host from "fnhost:destination/compression@1.0.0";
import { encodeUtf8 } from "fnhost:platform/encoding";
import { bytesOf, drop } from "fnhost:platform/boundary";
import { joined } from "fnhost:platform/bytes";
import { setImmediate } from "fnhost:platform/timers";
import { classes as streams } from "node:zlib-classes";
import { failRunning } from "fnhost:runtime";
import { codes, constants, modes } from "./internal/zlib-constants.js";
import { inputOf, openCodec, outputMaxOf, settingsOf, zlibError } from "./internal/zlib-codec.js";
import { invalidArgType, nodeError, requireFunction, requireNumber } from "./internal/errors.js";

const pieceBytes = 1 << 20;

/** All of `input`, converted. */
function convert(mode, input, options) {
  const bytes = inputOf(input);
  const settings = settingsOf(mode, options);
  const outputMax = outputMaxOf(options);
  const codec = openCodec(settings, bytes.length);
  try {
    return Buffer.from(written(codec, bytes, settings.finishFlush, outputMax).buffer);
  } finally {
    drop(codec);
  }
}

function written(codec, bytes, flush, outputMax) {
  const pieces = [];
  let length = 0;
  let input = bytes;
  for (;;) {
    const output = zlibError(() =>
      codec.write(input, flush, Math.min(pieceBytes, Math.max(outputMax - length + 1, 1))),
    );
    length += output.bytes.length;
    if (length > outputMax) {
      throw nodeError(RangeError, "ERR_BUFFER_TOO_LARGE", `Cannot create a Buffer larger than ${outputMax} bytes`);
    }
    pieces.push(output.bytes);
    if (!output.isFull) return joined(pieces);
    input = new Uint8Array(0);
  }
}

/** The forms of one conversion: with a callback, and at once. */
function forms(name, mode) {
  const sync = {
    [`${name}Sync`](buffer, options) {
      const converted = convert(mode, buffer, options);
      return options?.info ? { buffer: converted, engine: engineOf(mode, options, buffer) } : converted;
    },
  }[`${name}Sync`];
  const later = {
    [name](buffer, options, callback) {
      if (typeof options === "function") {
        callback = options;
        options = {};
      }
      requireFunction(callback, "callback");
      // What is wrong with the options is thrown, what is wrong with the data is for the callback.
      const bytes = buffer === undefined || buffer === null ? new Uint8Array(0) : inputOf(buffer, "chunk");
      settingsOf(mode, options);
      outputMaxOf(options);
      setImmediate(() => {
        let result;
        let failure = null;
        try {
          result = sync(bytes, options);
        } catch (error) {
          failure = error;
        }
        try {
          if (failure === null) callback(null, result);
          else callback(failure);
        } catch (error) {
          failRunning(error);
        }
      });
    },
  }[name];
  return { [name]: later, [`${name}Sync`]: sync };
}

/** What Node shows as the stream that has converted `input`. */
function engineOf(mode, options, input) {
  const constructor = streams[Object.keys(modes).find((name) => modes[name] === mode)];
  const engine = constructor === undefined ? {} : new constructor(options);
  engine.bytesWritten = inputOf(input).length;
  engine.close?.();
  return engine;
}

/** The CRC-32 of data that follow others with the CRC `value`. */
export function crc32(data, value = 0) {
  const bytes = typeof data === "string" ? encodeUtf8(data) : ArrayBuffer.isView(data) ? bytesOf(data) : undefined;
  if (bytes === undefined) throw invalidArgType("data", ["string", "Buffer", "TypedArray", "DataView"], data);
  requireNumber(value, "value", 0, 0xffffffff);
  return host.crc32(bytes, value >>> 0);
}

function streamClass(name) {
  const constructor = streams[name];
  if (constructor !== undefined) return constructor;
  throw new Error(`zlib's streams are not loaded into this function: write \`${name}\` in its source`);
}

const api = {
  crc32,
  ...forms("deflate", modes.Deflate),
  ...forms("gzip", modes.Gzip),
  ...forms("deflateRaw", modes.DeflateRaw),
  ...forms("unzip", modes.Unzip),
  ...forms("inflate", modes.Inflate),
  ...forms("gunzip", modes.Gunzip),
  ...forms("inflateRaw", modes.InflateRaw),
  ...forms("brotliCompress", modes.BrotliCompress),
  ...forms("brotliDecompress", modes.BrotliDecompress),
};
for (const name of Object.keys(modes)) {
  const create = { [`create${name}`]: (options) => new (streamClass(name))(options) }[`create${name}`];
  api[`create${name}`] = create;
  Object.defineProperty(api, name, { get: () => streams[name], enumerable: true, configurable: true });
}
Object.defineProperty(api, "constants", { value: Object.freeze(constants), enumerable: true });
Object.defineProperty(api, "codes", { value: Object.freeze(codes), enumerable: true });
// As in Node, the older constants are members of the module too, but not listed.
for (const [name, value] of Object.entries(constants)) {
  if (/^Z_/.test(name))
    Object.defineProperty(api, name, { value, enumerable: false, configurable: true, writable: true });
}
Object.defineProperty(api, "zlib", { value: api, enumerable: false, configurable: true, writable: true });

// Who imports one of these finds what the module has by then.
export const { Deflate, Inflate, Gzip, Gunzip, DeflateRaw, InflateRaw, Unzip, BrotliCompress, BrotliDecompress } = api;
export const {
  deflate,
  deflateSync,
  gzip,
  gzipSync,
  deflateRaw,
  deflateRawSync,
  unzip,
  unzipSync,
  inflate,
  inflateSync,
  gunzip,
  gunzipSync,
  inflateRaw,
  inflateRawSync,
  brotliCompress,
  brotliCompressSync,
  brotliDecompress,
  brotliDecompressSync,
  createDeflate,
  createInflate,
  createDeflateRaw,
  createInflateRaw,
  createGzip,
  createGunzip,
  createUnzip,
  createBrotliCompress,
  createBrotliDecompress,
} = api;
export { codes, constants };
export default api;
export { api as "module.exports" };

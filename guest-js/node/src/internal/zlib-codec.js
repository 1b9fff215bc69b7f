// What zlib's functions and streams share: options checked as Node checks them, the host's codec, and its errors.

import host from "fnhost:destination/compression@1.0.0";
import { bytesOf } from "fnhost:platform/boundary";
import { encodeUtf8 } from "fnhost:platform/encoding";
import { invalidArgType, isAnyArrayBuffer, nodeError, outOfRange } from "./errors.js";
import { constants, modes } from "./zlib-constants.js";

const { Codec } = host;
const formats = [undefined, "deflate", "inflate", "gzip", "gunzip", "deflate-raw", "inflate-raw", "unzip"];
const bufferMax = 4294967296;

/** The bytes of what is to be converted: `name` is what Node's message calls it, which takes buffers for a `chunk` later. */
export function inputOf(value, name = "buffer") {
  if (typeof value === "string") return encodeUtf8(value);
  if (ArrayBuffer.isView(value) || isAnyArrayBuffer(value)) return bytesOf(value);
  const types = ["string", "Buffer", "TypedArray", "DataView"];
  throw invalidArgType(name, name === "chunk" ? types : [...types, "ArrayBuffer"], value);
}

/** A number that was given, or the default; anything else is refused. */
export function numberIn(value, name, min, max, fallback) {
  if (value === undefined || Number.isNaN(value)) return fallback;
  if (typeof value !== "number") throw invalidArgType(name, "number", value);
  if (!Number.isFinite(value)) throw outOfRange(name, "a finite number", value);
  if (value < min || value > max) {
    throw outOfRange(name, max === Infinity ? `>= ${min}` : `>= ${min} and <= ${max}`, value);
  }
  return value;
}

export function outputMaxOf(options) {
  return numberIn(options?.maxOutputLength, "options.maxOutputLength", 1, bufferMax, bufferMax);
}

function dictionaryOf(dictionary) {
  if (dictionary === undefined) return undefined;
  if (ArrayBuffer.isView(dictionary) || isAnyArrayBuffer(dictionary)) return bytesOf(dictionary);
  throw invalidArgType("options.dictionary", ["Buffer", "TypedArray", "DataView", "ArrayBuffer"], dictionary);
}

// Parameters of Brotli's encoder that are on or off.
const flags = [constants.BROTLI_PARAM_DISABLE_LITERAL_CONTEXT_MODELING, constants.BROTLI_PARAM_LARGE_WINDOW];

function brotliParameters(params, isCompressing) {
  if (params !== undefined && (typeof params !== "object" || params === null)) {
    throw invalidArgType("options.params", "Object", params);
  }
  const parameters = [];
  const isKnown = (key) => parameters.some(([known]) => known === Number(key));
  for (const key of Object.keys(params ?? {})) {
    if (!(Number(key) >= 0 && Number(key) <= 9) || isKnown(key)) {
      throw nodeError(RangeError, "ERR_BROTLI_INVALID_PARAM", `${key} is not a valid Brotli parameter`);
    }
    const value = params[key];
    if (typeof value !== "number" && typeof value !== "boolean") {
      throw invalidArgType("options.params[key]", "number", value);
    }
    if (isCompressing && flags.includes(Number(key)) && Number(value) >>> 0 > 1) {
      throw nodeError(Error, "ERR_ZLIB_INITIALIZATION_FAILED", "Initialization failed");
    }
    parameters.push([Number(key), Number(value) >>> 0]);
  }
  return parameters;
}

/** What a stream is told, checked: `options` of any kind in, what `openCodec` takes out. */
export function settingsOf(mode, options) {
  const isBrotli = mode === modes.BrotliCompress || mode === modes.BrotliDecompress;
  const [last, finish] = isBrotli
    ? [constants.BROTLI_OPERATION_EMIT_METADATA, constants.BROTLI_OPERATION_FINISH]
    : [constants.Z_BLOCK, constants.Z_FINISH];
  const common = {
    mode,
    chunkSize: numberIn(options?.chunkSize, "options.chunkSize", 64, Infinity, constants.Z_DEFAULT_CHUNK),
    flush: numberIn(options?.flush, "options.flush", 0, last, 0),
    finishFlush: numberIn(options?.finishFlush, "options.finishFlush", 0, last, finish),
    fullFlush: isBrotli ? constants.BROTLI_OPERATION_FLUSH : constants.Z_FULL_FLUSH,
  };
  if (isBrotli) return { ...common, parameters: brotliParameters(options?.params, mode === modes.BrotliCompress) };
  // Zero says that the data themselves know; not every mode may be told so.
  const isInflating = mode === modes.Inflate || mode === modes.Gunzip || mode === modes.Unzip;
  const smallest = mode === modes.Gzip || mode === modes.Gunzip ? 9 : constants.Z_MIN_WINDOWBITS;
  const isFromData =
    isInflating && (options?.windowBits === undefined || options.windowBits === null || options.windowBits === 0);
  return {
    ...common,
    windowBits: isFromData ? 0 : numberIn(options?.windowBits, "options.windowBits", smallest, 15, 15),
    level: numberIn(options?.level, "options.level", -1, 9, -1),
    memoryLevel: numberIn(options?.memLevel, "options.memLevel", 1, 9, 8),
    strategy: numberIn(options?.strategy, "options.strategy", 0, 4, 0),
    dictionary: dictionaryOf(options?.dictionary),
  };
}

/** A codec of the host. `size` is how much there is to convert, if that is known. */
export function openCodec(settings, size = undefined) {
  const { mode } = settings;
  if (settings.parameters !== undefined) {
    const parameters = [...settings.parameters];
    if (size !== undefined && parameters.every(([key]) => key !== constants.BROTLI_PARAM_SIZE_HINT)) {
      parameters.push([constants.BROTLI_PARAM_SIZE_HINT, Math.min(size, 0xffffffff)]);
    }
    return zlibError(() => Codec.openBrotli(mode === modes.BrotliCompress, parameters));
  }
  const { level, windowBits, memoryLevel, strategy, dictionary } = settings;
  return zlibError(() => Codec.openZlib(formats[mode], { level, windowBits, memoryLevel, strategy, dictionary }));
}

/** What `call` gives; the host's refusals as Node's errors. */
export function zlibError(call) {
  try {
    return call();
  } catch (thrown) {
    const failure = thrown?.payload;
    if (typeof failure?.message !== "string") throw thrown;
    const error = new Error(failure.message);
    error.errno = failure.errno;
    error.code = failure.code;
    throw error;
  }
}

// What the parts of `node:crypto` share: bytes and text on their way to the host and back, its failures as Node's
// errors, and callbacks that come later. It computes nothing.

import { Buffer } from "node:buffer";
import host from "fnhost:destination/crypto@1.0.0";
import { bytesOf, crossingText, drop } from "fnhost:platform/boundary";
import { isBuilding, whenReady } from "fnhost:platform/phase";
import { queueMicrotask, setImmediate } from "fnhost:platform/timers";
import { invalidArgType, invalidArgValue, isAnyArrayBuffer, nodeError, requireType } from "../internal/errors.js";

const { apply } = Reflect;
const { isView } = ArrayBuffer;
const errorClasses = { __proto__: null, Error, TypeError, RangeError };
const viewTypes = ["string", "Buffer", "TypedArray", "DataView"];
const bufferTypes = ["string", "ArrayBuffer", "Buffer", "TypedArray", "DataView"];

/** The error that Node throws where the host failed; anything else that was thrown as it is. */
export function failureError(thrown) {
  const failure = thrown?.payload;
  if (typeof failure?.message !== "string") return thrown;
  const { name, message, code } = failure;
  const error = new (errorClasses[name] ?? Error)(message);
  if (!code) return error;
  const parts = /^error:[0-9A-F]+:([^:]*):[^:]*:(.*)$/.exec(message);
  if (parts !== null) {
    error.library = parts[1];
    error.reason = parts[2];
  }
  error.code = code;
  return error;
}

/** An error that Node throws from its native side: the code is no part of its text. */
export function nativeError(Constructor, code, message) {
  return failureError({ payload: { name: Constructor.name, message, code } });
}

/** The error of an OpenSSL routine: `error:1C800064:Provider routines::bad decrypt`. */
export function opensslError(message, code) {
  return failureError({ payload: { name: "Error", message, code } });
}

/** What `object[method](...given)` gives; where the host fails, Node's error for it is thrown. */
export function called(object, method, ...given) {
  try {
    return apply(object[method], object, given);
  } catch (thrown) {
    throw failureError(thrown);
  }
}

/** A Buffer over bytes that came from the host: they are nobody else's. */
export function asBuffer(bytes) {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The bytes in an ArrayBuffer of their own. */
export function asArrayBuffer(bytes) {
  if (bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength) return bytes.buffer;
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
}

/** The encoding, or UTF-8 for what is none. */
function textEncoding(encoding) {
  return typeof encoding === "string" && Buffer.isEncoding(encoding) ? encoding : "utf8";
}

function isUtf8(encoding) {
  return encoding === undefined || encoding === null || encoding === "utf8" || encoding === "utf-8";
}

/** The bytes of a text; an encoding that is not known counts as UTF-8, as deep inside Node. */
function textBytes(text, encoding) {
  return bytesOf(Buffer.from(text, textEncoding(encoding)));
}

/** What `update` of hashes, signatures and ciphers takes: text that may cross as it is, or bytes, not copied. */
export function updateInput(data, encoding) {
  if (typeof data === "string") {
    if (isUtf8(encoding)) return crossingText(data);
    if (typeof encoding === "string" && encoding.toLowerCase() === "hex" && data.length % 2 !== 0) {
      throw invalidArgValue("encoding", encoding, `is invalid for data of length ${data.length}`);
    }
    return textBytes(data, encoding);
  }
  if (!isView(data)) throw invalidArgType("data", viewTypes, data);
  return bytesOf(data);
}

/** Text or bytes as the contract's `data`. */
export function hostData(input) {
  return typeof input === "string" ? { tag: "text", val: input } : { tag: "bytes", val: input };
}

/** The bytes of a buffer, view or text, not copied. */
export function inputBytes(value, name, encoding = undefined) {
  if (typeof value === "string") return bytesOf(Buffer.from(value, encoding === "buffer" ? "utf8" : encoding));
  if (!isAnyArrayBuffer(value) && !isView(value)) throw invalidArgType(name, bufferTypes, value);
  return bytesOf(value);
}

/** As `inputBytes`, for the host: a UTF-8 text crosses as it is. */
export function inputData(value, name, encoding = undefined) {
  if (typeof value === "string" && isUtf8(encoding)) return hostData(crossingText(value));
  return hostData(inputBytes(value, name, encoding));
}

export function isStringOrBuffer(value) {
  return typeof value === "string" || isView(value) || isAnyArrayBuffer(value);
}

/** Bytes as a Buffer, or as a text in `encoding`. */
export function encoded(bytes, encoding) {
  const buffer = asBuffer(bytes);
  return encoding && encoding !== "buffer" ? buffer.toString(encoding) : buffer;
}

export function requireObject(value, name) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalidArgType(name, "Object", value);
}

export function requireOneOf(value, name, allowed) {
  if (allowed.includes(value)) return;
  const list = allowed.map((item) => (typeof item === "string" ? `'${item}'` : `${item}`)).join(", ");
  throw invalidArgValue(name, value, `must be one of: ${list}`);
}

/** `options[key]`, which has to be a text if it is there. */
export function stringOption(options, key) {
  const value = options?.[key];
  if (value !== undefined && value !== null) requireType(value, `options.${key}`, "string");
  return value;
}

/** `options[key]` as a 32-bit unsigned number; undefined where there is none. */
export function uint32Option(options, key) {
  const value = options?.[key];
  if (value === undefined || value === null) return undefined;
  if (value >>> 0 !== value) throw invalidArgValue(`options.${key}`, value);
  return value;
}

// What is asked for most is known without asking the host.
const usualHashes = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"];
const knownHashes = new Map(usualHashes.map((name) => [name, true]));
const knownHashesMax = 100;

/** Whether there is a hash of this name, in any of its spellings. */
export function isHash(name) {
  let known = knownHashes.get(name);
  if (known === undefined) {
    known = hashFailure(name) === undefined;
    // A function can ask for any number of names.
    if (knownHashes.size > knownHashesMax) knownHashes.clear();
    knownHashes.set(name, known);
  }
  return known;
}

/** The error for a hash that does not exist; undefined if it does. */
export function hashFailure(name) {
  try {
    host.hash(crossingText(name), undefined, { tag: "text", val: "" }, undefined, undefined);
    return undefined;
  } catch (thrown) {
    return failureError(thrown);
  }
}

/** Throws Node's error for a hash that does not exist. */
export function requireHash(name) {
  if (!isHash(name)) throw nativeError(TypeError, "ERR_CRYPTO_INVALID_DIGEST", `Invalid digest: ${name}`);
}

/**
 * Calls `callback` once the code that is running has come to its end, with what `compute` gives, or with the error it
 * throws first. The work itself is done at once: an instance has one thread. As in Node, what is wrong with the arguments
 * is thrown at once as well.
 */
export function later(callback, compute) {
  let results;
  try {
    results = [null, ...compute()];
  } catch (error) {
    if (typeof error?.code === "string" && !error.code.startsWith("ERR_OSSL_")) throw error;
    results = [error];
  }
  if (!isBuilding()) {
    setImmediate(callback, ...results);
    return;
  }
  // Timers are refused while the function is built.
  queueMicrotask(() => callback(...results));
}

const heldWhileBuilding = new Set();

whenReady(() => {
  for (const release of heldWhileBuilding) release();
  heldWhileBuilding.clear();
});

/**
 * The host's resources do not outlive the build, while the objects that hold them are kept with the heap. `release` is
 * called when the build ends; later it is not needed.
 */
export function releaseWithBuild(release) {
  if (isBuilding()) heldWhileBuilding.add(release);
}

export function forgetRelease(release) {
  heldWhileBuilding.delete(release);
}

export { Buffer, crossingText, drop, host, isView };

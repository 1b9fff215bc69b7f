// The global `crypto`: hashes, HMACs and random values, all computed by the host. It has no ciphers, signatures or
// key handling, and is no WebCrypto.

import host from "fnhost:destination/crypto@1.0.0";
import random from "wasi:random/random@0.3.0";
import { atob, base64OfBinary } from "./base64.js";
import { bytesOf } from "./boundary.js";
import { hexBytes, hexText, joined, latin1Bytes, latin1Text } from "./bytes.js";
import { encodeUtf8 } from "./encoding.js";
import { codedError, DOMException, stringSafely } from "./errors.js";
import { requireRunning } from "./phase.js";

const algorithms = {
  __proto__: null,
  md5: "md5",
  sha1: "sha1",
  sha224: "sha224",
  sha256: "sha256",
  sha384: "sha384",
  sha512: "sha512",
};
const randomBytesMax = 65536;

/** The host's name of an algorithm in any spelling that OpenSSL takes: `sha256`, `SHA-256`, `RSA-SHA256`. */
function algorithmNamed(name) {
  if (typeof name !== "string") throw invalidArgument("algorithm", "of type string", name);
  return algorithms[name.toLowerCase().replace(/^rsa-/, "").replace("-", "")];
}

function invalidArgument(name, expected, value) {
  const received = value === null || value === undefined ? `${value}` : `type ${typeof value} (${stringSafely(value)})`;
  const message = `The "${name}" argument must be ${expected}. Received ${received}`;
  return codedError(TypeError, "ERR_INVALID_ARG_TYPE", message);
}

/** The bytes of a text in one of Node's encodings, or of a buffer or view. */
function inputBytes(name, data, encoding) {
  if (typeof data === "string") return textBytes(data, encoding);
  const bytes = bytesOf(data);
  if (bytes === undefined) {
    throw invalidArgument(name, "of type string or an instance of Buffer, TypedArray, or DataView", data);
  }
  return bytes;
}

function textBytes(text, encoding) {
  switch (`${encoding ?? "utf8"}`.toLowerCase()) {
    case "hex":
      return hexBytes(text);
    case "base64":
    case "base64url":
      return latin1Bytes(atob(text));
    case "latin1":
    case "binary":
    case "ascii":
      return latin1Bytes(text);
    default:
      return encodeUtf8(text);
  }
}

function digestText(bytes, encoding) {
  switch (`${encoding}`.toLowerCase()) {
    case "hex":
      return hexText(bytes);
    case "base64":
      return base64OfBinary(latin1Text(bytes));
    case "base64url":
      return base64OfBinary(latin1Text(bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    case "latin1":
    case "binary":
      return latin1Text(bytes);
    default:
      return bytes;
  }
}

/** What `createHash` and `createHmac` share: pieces are collected, and the host sees them at once. */
class Digest {
  #pieces = [];
  #compute;
  #done = false;

  constructor(compute) {
    this.#compute = compute;
  }

  update(data, encoding) {
    this.#requireOpen();
    const bytes = inputBytes("data", data, encoding);
    // A caller may reuse its buffer before the digest is asked for.
    this.#pieces.push(typeof data === "string" ? bytes : bytes.slice());
    return this;
  }

  digest(encoding) {
    this.#requireOpen();
    this.#done = true;
    return digestText(this.#compute(joined(this.#pieces)), encoding);
  }

  copy() {
    this.#requireOpen();
    const copy = new this.constructor(this.#compute);
    copy.#pieces = [...this.#pieces];
    return copy;
  }

  #requireOpen() {
    if (this.#done) throw codedError(Error, "ERR_CRYPTO_HASH_FINALIZED", "Digest already called");
  }
}

class Hash extends Digest {}
class Hmac extends Digest {}

export const crypto = {
  createHash(algorithm) {
    const known = algorithmNamed(algorithm);
    if (known === undefined) throw new Error("Digest method not supported");
    return new Hash((data) => host.digest(known, data));
  },

  createHmac(algorithm, key) {
    const known = algorithmNamed(algorithm);
    if (known === undefined) throw codedError(TypeError, "ERR_CRYPTO_INVALID_DIGEST", `Invalid digest: ${algorithm}`);
    const keyBytes = inputBytes("key", key).slice();
    return new Hmac((data) => host.hmac(known, keyBytes, data));
  },

  getHashes: () => Object.keys(algorithms),

  getRandomValues(view) {
    requireRunning("crypto.getRandomValues");
    const isInteger = ArrayBuffer.isView(view) && !/^(?:Float|DataView)/.test(view[Symbol.toStringTag] ?? "DataView");
    if (!isInteger) throw new DOMException("The data argument must be an integer-type TypedArray", "TypeMismatchError");
    if (view.byteLength > randomBytesMax) {
      const message = "The requested length exceeds 65,536 bytes";
      throw new DOMException(message, "QuotaExceededError");
    }
    bytesOf(view).set(freshBytes(view.byteLength));
    return view;
  },

  randomUUID() {
    requireRunning("crypto.randomUUID");
    const bytes = freshBytes(16);
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = hexText(bytes);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  },
};

/** `length` random bytes; the host may give fewer at a time. */
function freshBytes(length) {
  const pieces = [];
  for (let missing = length; missing > 0;) {
    const piece = random.getRandomBytes(missing);
    pieces.push(piece);
    missing -= piece.length;
  }
  return joined(pieces);
}

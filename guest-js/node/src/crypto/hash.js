// Hashes and HMACs. What comes in pieces is collected, and the host sees it at once; only what is long is handed over
// as it comes. The streams' side is streams.js.

import { encodeUtf8 } from "fnhost:platform/encoding";
import { joined } from "fnhost:platform/bytes";
import { isBuilding } from "fnhost:platform/phase";
import { invalidArgType, invalidArgValue, nodeError, requireInteger, requireType } from "../internal/errors.js";
import {
  asBuffer,
  Buffer,
  called,
  drop,
  failureError,
  hashFailure,
  host,
  hostData,
  isHash,
  isView,
  requireHash,
  stringOption,
  updateInput,
} from "./common.js";
import { secretBytes } from "./keys.js";
import { lazyStream } from "./streams.js";

const uint32Max = 4294967295;
// Pieces shorter than this are collected: one copy is cheaper than a call. So much of them, and the host gets them.
const pieceLengthMax = 16384;
const collectedMax = 262144;

const kHandle = Symbol("kHandle");
const kState = Symbol("kState");
const kFinalized = Symbol("kFinalized");

/** The encodings that the host writes; Buffer knows the others. */
const hostEncodings = { __proto__: null, hex: "hex", base64: "base64", base64url: "base64url" };

/** A hash, or HMAC, under way. */
export class Digester {
  #algorithm;
  #key;
  #outputLength;
  #pieces = [];
  #collected = 0;
  #hasher;

  constructor(algorithm, key = undefined, outputLength = undefined) {
    this.#algorithm = algorithm;
    this.#key = key;
    this.#outputLength = outputLength;
  }

  /** Takes a text that may cross, or bytes that the caller may change afterwards. */
  update(input) {
    if (typeof input === "string") {
      this.#collect(input);
    } else if (input.length < pieceLengthMax || isBuilding()) {
      this.#collect(input.slice());
    } else {
      this.#handOver();
      called(this.#hasher, "update", hostData(input));
    }
  }

  #collect(piece) {
    this.#pieces.push(piece);
    this.#collected += piece.length;
    // The host's resources do not outlive the build.
    if (this.#collected > collectedMax && this.#pieces.length > 1 && !isBuilding()) this.#handOver();
  }

  #handOver() {
    this.#hasher ??= called(host.Hasher, "open", this.#algorithm, this.#key, this.#outputLength);
    if (this.#pieces.length > 0) called(this.#hasher, "update", hostData(wholeOf(this.#pieces)));
    this.#pieces = [];
    this.#collected = 0;
  }

  /** The digest, as a text if `encoding` is one of the host's. */
  digest(encoding) {
    if (this.#hasher === undefined) {
      const data = hostData(wholeOf(this.#pieces));
      this.#pieces = [];
      try {
        return host.hash(this.#algorithm, this.#key, data, this.#outputLength, encoding).val;
      } catch (thrown) {
        throw failureError(thrown);
      }
    }
    this.#handOver();
    const result = called(this.#hasher, "digest", encoding).val;
    drop(this.#hasher);
    this.#hasher = undefined;
    return result;
  }

  copy(outputLength) {
    const copy = new Digester(this.#algorithm, this.#key, outputLength ?? this.#outputLength);
    copy.#pieces = [...this.#pieces];
    copy.#collected = this.#collected;
    if (this.#hasher !== undefined) copy.#hasher = called(this.#hasher, "copy", copy.#outputLength);
    return copy;
  }
}

/** What is left of a Digester whose value went down a stream: the value can still be asked for. */
class Flushed {
  #value;

  constructor(value) {
    this.#value = value.slice();
  }

  update() {
    throw nodeError(Error, "ERR_CRYPTO_HASH_UPDATE_FAILED", "Hash update failed");
  }

  digest(encoding) {
    return encoding === undefined ? new Uint8Array(this.#value) : Buffer.from(this.#value).toString(encoding);
  }

  copy() {
    throw nodeError(Error, "ERR_CRYPTO_HASH_FINALIZED", "Digest already called");
  }
}

/** One text or byte string of all. */
function wholeOf(pieces) {
  if (pieces.length === 0) return "";
  if (pieces.length === 1) return pieces[0];
  if (pieces.every((piece) => typeof piece === "string")) return pieces.join("");
  return joined(pieces.map((piece) => (typeof piece === "string" ? encodeUtf8(piece) : piece)));
}

function digestOf(digester, encoding) {
  const name = encoding ? `${encoding}`.toLowerCase() : "";
  const hostEncoding = hostEncodings[name];
  if (hostEncoding !== undefined) return digester.digest(hostEncoding);
  const buffer = asBuffer(digester.digest(undefined));
  return Buffer.isEncoding(name) ? buffer.toString(name) : buffer;
}

function finalizedError() {
  return nodeError(Error, "ERR_CRYPTO_HASH_FINALIZED", "Digest already called");
}

export function Hash(algorithm, options) {
  if (!new.target) return new Hash(algorithm, options);
  const isCopy = algorithm instanceof Digester;
  if (!isCopy) requireType(algorithm, "algorithm", "string");
  const outputLength = typeof options === "object" && options !== null ? options.outputLength : undefined;
  if (outputLength !== undefined) requireInteger(outputLength, "options.outputLength", 0, uint32Max);
  this._options = options;
  if (isCopy) {
    this[kHandle] = algorithm.copy(outputLength);
  } else {
    if (!isHash(algorithm)) throw hashFailure(algorithm);
    this[kHandle] = new Digester(algorithm, undefined, outputLength);
    // Whether a hash can have this length is for the host to say.
    if (outputLength !== undefined) this[kHandle].copy().digest();
  }
  this[kState] = { [kFinalized]: false };
}

Hash.prototype.copy = function copy(options) {
  if (this[kState][kFinalized]) throw finalizedError();
  return new Hash(this[kHandle], options);
};

Hash.prototype._transform = function _transform(chunk, encoding, callback) {
  this[kHandle].update(updateInput(chunk, encoding));
  callback();
};

Hash.prototype._flush = function _flush(callback) {
  const value = digestOf(this[kHandle]);
  this[kHandle] = new Flushed(value);
  this.push(value);
  callback();
};

Hash.prototype.update = function update(data, encoding) {
  if (this[kState][kFinalized]) throw finalizedError();
  this[kHandle].update(updateInput(data, encoding));
  return this;
};

Hash.prototype.digest = function digest(outputEncoding) {
  if (this[kState][kFinalized]) throw finalizedError();
  const result = digestOf(this[kHandle], outputEncoding);
  this[kState][kFinalized] = true;
  return result;
};

export function Hmac(hmac, key, options) {
  if (!(this instanceof Hmac)) return new Hmac(hmac, key, options);
  requireType(hmac, "hmac", "string");
  const encoding = stringOption(options, "encoding");
  const bytes = secretBytes(key, encoding).slice();
  requireHash(hmac);
  this._options = options;
  this[kHandle] = new Digester(hmac, bytes);
  this[kState] = { [kFinalized]: false };
}

Hmac.prototype.update = Hash.prototype.update;

Hmac.prototype.digest = function digest(outputEncoding) {
  if (this[kState][kFinalized]) {
    const empty = Buffer.alloc(0);
    return outputEncoding && outputEncoding !== "buffer" ? empty.toString(outputEncoding) : empty;
  }
  const result = digestOf(this[kHandle], outputEncoding);
  this[kState][kFinalized] = true;
  return result;
};

Hmac.prototype._flush = function _flush(callback) {
  const value = digestOf(this[kHandle]);
  this[kHandle] = new Flushed(new Uint8Array(0));
  this.push(value);
  callback();
};

Hmac.prototype._transform = Hash.prototype._transform;

lazyStream(Hash, "Transform");
lazyStream(Hmac, "Transform");

/** A hash in one call. */
export function hash(algorithm, input, outputEncoding = "hex") {
  requireType(algorithm, "algorithm", "string");
  if (typeof input !== "string" && !isView(input)) {
    throw invalidArgType("input", ["Buffer", "TypedArray", "DataView", "string"], input);
  }
  requireType(outputEncoding, "outputEncoding", "string");
  if (!Buffer.isEncoding(outputEncoding) && outputEncoding.toLowerCase() !== "buffer") {
    throw invalidArgValue("outputEncoding", outputEncoding);
  }
  if (!isHash(algorithm)) throw new Error(`Digest method ${algorithm} is not supported`);
  // Nobody changes the bytes meanwhile, so they need not be copied.
  const data = hostData(updateInput(input));
  const whole = { digest: (encoding) => called(host, "hash", algorithm, undefined, data, undefined, encoding).val };
  return digestOf(whole, outputEncoding);
}

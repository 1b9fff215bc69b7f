// Signatures: `createSign`, `createVerify`, `sign` and `verify`.

import { requireRunning } from "fnhost:platform/phase";
import { invalidArgType, invalidArgValue, nodeError, requireFunction, requireType } from "../internal/errors.js";
import {
  asBuffer,
  crossingText,
  hostData,
  inputBytes,
  inputData,
  isHash,
  isView,
  later,
  nativeError,
  opensslError,
  requireHash,
  updateInput,
} from "./common.js";
import { RSA_NO_PADDING, RSA_PKCS1_PADDING, RSA_PKCS1_PSS_PADDING, RSA_PSS_SALTLEN_MAX_SIGN } from "./constants.js";
import { Digester } from "./hash.js";
import { consumePrivate, consumePublic, withKey } from "./keys.js";
import { lazyStream, linkWhileBuilding } from "./streams.js";

const kHandle = Symbol("kHandle");

const RSA_PSS_SALTLEN_MIN = -3;

function integerOption(name, options) {
  const value = options[name];
  if (value !== undefined && value !== value >> 0) throw invalidArgValue(`options.${name}`, value);
  return value;
}

/** Padding, salt length and encoding, in the order in which Node looks at them. */
function signatureOptions(options) {
  const padding = integerOption("padding", options);
  let saltLength = integerOption("saltLength", options);
  if (padding === RSA_PKCS1_PSS_PADDING && saltLength === undefined) saltLength = RSA_PSS_SALTLEN_MAX_SIGN;
  const dsaEncoding = typeof options === "object" ? (options.dsaEncoding ?? undefined) : undefined;
  if (dsaEncoding !== undefined && dsaEncoding !== "der" && dsaEncoding !== "ieee-p1363") {
    throw invalidArgValue("options.dsaEncoding", dsaEncoding);
  }
  return { padding, saltLength, dsaEncoding };
}

/** The contract's `signature-options` for a key. */
function hostOptions(key, { padding, saltLength, dsaEncoding }, hash, prehashed) {
  const { algorithm } = key.details;
  const isRsa = algorithm === "rsa" || algorithm === "rsa-pss";
  if (isRsa && padding === RSA_NO_PADDING) {
    const message = "error:1C8000A8:Provider routines::invalid padding mode";
    throw opensslError(message, "ERR_OSSL_INVALID_PADDING_MODE");
  }
  if (isRsa && padding !== undefined && padding !== RSA_PKCS1_PADDING && padding !== RSA_PKCS1_PSS_PADDING) {
    const message = "error:1C8000A5:Provider routines::illegal or unsupported padding mode";
    throw opensslError(message, "ERR_OSSL_ILLEGAL_OR_UNSUPPORTED_PADDING_MODE");
  }
  const isPss = padding === RSA_PKCS1_PSS_PADDING;
  // Below what the named lengths are: digest, automatic, the longest, and the longest of the digest's.
  if (isRsa && isPss && saltLength < RSA_PSS_SALTLEN_MIN) {
    throw opensslError("error:1C800070:Provider routines::invalid salt length", "ERR_OSSL_INVALID_SALT_LENGTH");
  }
  const name = isPss ? "pss" : "pkcs1";
  return { hash, prehashed, padding: isRsa && padding !== undefined ? name : undefined, saltLength, dsaEncoding };
}

/** A signature of these is not the same the next time, so it has no place in a heap that is kept. */
function requireRunningFor(key, options) {
  const { algorithm } = key.details;
  const isFixed = algorithm.startsWith("ed") || (algorithm === "rsa" && options.padding !== RSA_PKCS1_PSS_PADDING);
  if (!isFixed) requireRunning("crypto.sign");
}

/** What signing and verifying of data that come in pieces have in common. */
class PiecewiseSignature {
  #algorithm;
  #digester;

  constructor(algorithm) {
    this.#algorithm = crossingText(algorithm);
    this.#digester = new Digester(this.#algorithm);
  }

  #open() {
    if (this.#digester === undefined) throw nativeError(Error, "ERR_CRYPTO_INVALID_STATE", "Not initialised");
    return this.#digester;
  }

  update(input) {
    this.#open().update(input);
  }

  /** Calls `use` with the hash's name and the hash, unless a key is not fit for a hash that was made before. */
  finish(key, use) {
    const digester = this.#open();
    this.#digester = undefined;
    if (key.details.algorithm === "ed25519" || key.details.algorithm === "ed448") {
      throw nativeError(Error, "ERR_CRYPTO_UNSUPPORTED_OPERATION", "Unsupported crypto operation");
    }
    return use(this.#algorithm, hostData(digester.digest(undefined)));
  }
}

function initialise(stream, algorithm, options) {
  requireType(algorithm, "algorithm", "string");
  if (!isHash(algorithm)) throw nativeError(TypeError, "ERR_CRYPTO_INVALID_DIGEST", "Invalid digest");
  stream[kHandle] = new PiecewiseSignature(algorithm);
  stream._options = options;
  linkWhileBuilding();
}

function _write(chunk, encoding, callback) {
  this.update(chunk, encoding);
  callback();
}

function update(data, encoding) {
  this[kHandle].update(updateInput(data, encoding));
  return this;
}

export function Sign(algorithm, options) {
  if (!(this instanceof Sign)) return new Sign(algorithm, options);
  initialise(this, algorithm, options);
}

Sign.prototype._write = _write;
Sign.prototype.update = update;

Sign.prototype.sign = function sign(options, encoding) {
  if (!options) throw nodeError(Error, "ERR_CRYPTO_SIGN_KEY_REQUIRED", "No key provided to sign");
  const signature = withKey(options, consumePrivate, (key) => {
    const given = signatureOptions(options);
    return this[kHandle].finish(key, (hash, digest) => {
      requireRunningFor(key, given);
      return asBuffer(key.sign(hostOptions(key, given, hash, true), digest));
    });
  });
  return encoding && encoding !== "buffer" ? signature.toString(encoding) : signature;
};

export function Verify(algorithm, options) {
  if (!(this instanceof Verify)) return new Verify(algorithm, options);
  initialise(this, algorithm, options);
}

Verify.prototype._write = _write;
Verify.prototype.update = update;

Verify.prototype.verify = function verify(options, signature, signatureEncoding) {
  return withKey(options, consumePublic, (key) => {
    const given = signatureOptions(options);
    const bytes = inputBytes(signature, "signature", signatureEncoding);
    return this[kHandle].finish(key, (hash, digest) => key.verify(hostOptions(key, given, hash, true), digest, bytes));
  });
};

lazyStream(Sign, "Writable");
lazyStream(Verify, "Writable");

function hashName(algorithm) {
  return algorithm === undefined || algorithm === null ? undefined : crossingText(algorithm);
}

/** `sign(algorithm, data, key)`: all at once. */
export function signOneShot(algorithm, data, key, callback) {
  if (algorithm !== undefined && algorithm !== null) requireType(algorithm, "algorithm", "string");
  if (callback !== undefined) requireFunction(callback, "callback");
  const input = inputData(data, "data");
  if (!key) throw nodeError(Error, "ERR_CRYPTO_SIGN_KEY_REQUIRED", "No key provided to sign");
  const given = signatureOptions(key);
  const hash = hashName(algorithm);
  return withKey(key, consumePrivate, (native) => {
    if (hash !== undefined) requireHash(hash);
    requireRunningFor(native, given);
    return atOnceOrLater(callback, () => asBuffer(native.sign(hostOptions(native, given, hash, false), input)));
  });
}

function atOnceOrLater(callback, compute) {
  if (callback === undefined) return compute();
  later(callback, () => [compute()]);
  return undefined;
}

/** `verify(algorithm, data, key, signature)`: all at once. */
export function verifyOneShot(algorithm, data, key, signature, callback) {
  if (algorithm !== undefined && algorithm !== null) requireType(algorithm, "algorithm", "string");
  if (callback !== undefined) requireFunction(callback, "callback");
  const input = inputData(data, "data");
  const given = signatureOptions(key);
  if (!isView(signature)) throw invalidArgType("signature", ["Buffer", "TypedArray", "DataView"], signature);
  const bytes = inputBytes(signature, "signature");
  const hash = hashName(algorithm);
  return withKey(key, consumePublic, (native) => {
    if (hash !== undefined) requireHash(hash);
    return atOnceOrLater(callback, () => native.verify(hostOptions(native, given, hash, false), input, bytes));
  });
}

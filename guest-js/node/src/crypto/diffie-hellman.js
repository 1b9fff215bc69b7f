// Diffie-Hellman, with the numbers of a group and with elliptic curves.

import { requireRunning } from "fnhost:platform/phase";
import {
  invalidArgType,
  invalidArgValue,
  isAnyArrayBuffer,
  nodeError,
  requireInteger,
  requireType,
} from "../internal/errors.js";
import {
  asBuffer,
  Buffer,
  called,
  crossingText,
  encoded,
  host,
  hostData,
  inputBytes,
  isView,
  nativeError,
  opensslError,
  requireObject,
} from "./common.js";
import { isKeyObject, nativeKeyOf } from "./keys.js";
import { NativeKey } from "./native-key.js";
import { primeBytes, uint32Bytes } from "./primes.js";
import { freshBytes } from "./random.js";

const kHandle = Symbol("kHandle");
const int32Max = 2147483647;
const int32Min = -2147483648;
const usualGenerator = 2;
const sizeTypes = ["number", "string", "ArrayBuffer", "Buffer", "TypedArray", "DataView"];

// How long, in bits, the private numbers of the well-known groups are; of others they are as long as the prime.
const privateBits = { modp5: 200, modp14: 225, modp15: 275, modp16: 325, modp17: 375, modp18: 400 };

/** The group of a well-known name. */
export function namedGroup(name) {
  const group = host.namedGroup(crossingText(name));
  if (group === undefined || group === null) throw nativeError(Error, "ERR_CRYPTO_UNKNOWN_DH_GROUP", "Unknown DH group");
  return group;
}

/** Without the zeros in front. */
function trimmed(bytes) {
  const start = bytes.findIndex((byte) => byte !== 0);
  return start === -1 ? new Uint8Array(0) : bytes.slice(start);
}

/** `bytes` with zeros in front, `length` bytes long. */
function padded(bytes, length) {
  if (bytes.length >= length) return bytes;
  const result = new Uint8Array(length);
  result.set(bytes, length - bytes.length);
  return result;
}

/** Less than zero, zero, or more: as big-endian numbers compare. */
function compared(one, other) {
  return asBuffer(padded(one, other.length)).compare(asBuffer(padded(other, one.length)));
}

function bitLength(bytes) {
  const number = trimmed(bytes);
  return number.length === 0 ? 0 : number.length * 8 - Math.clz32(number[0]) + 24;
}

function keyLengthError(what) {
  return nativeError(RangeError, "ERR_CRYPTO_INVALID_KEYLEN", `Supplied key is too ${what}`);
}

/** Private and public number in a group. */
class Numbers {
  #group;
  #bits;
  #privateKey;
  #publicKey;
  verifyError;

  constructor(group, bits = undefined) {
    this.#group = { prime: trimmed(group.prime), generator: trimmed(group.generator) };
    this.#bits = bits ?? Math.max(bitLength(group.prime) - 1, 1);
    this.verifyError = called(host, "checkGroup", this.#group);
  }

  #power(base, exponent) {
    return called(host, "power", base, exponent, this.#group.prime);
  }

  generate() {
    requirePrimeBits(bitLength(this.#group.prime));
    this.#privateKey ??= this.#fresh();
    this.#publicKey = trimmed(this.#power(this.#group.generator, this.#privateKey));
    return this.#publicKey;
  }

  #fresh() {
    requireRunning("crypto.createDiffieHellman().generateKeys");
    const bytes = freshBytes(Math.ceil(this.#bits / 8));
    const spare = bytes.length * 8 - this.#bits;
    bytes[0] &= 0xff >>> spare;
    // As long as it is said to be, and so never zero.
    bytes[0] |= 0x80 >>> spare;
    return bytes;
  }

  secretWith(key) {
    const other = trimmed(key);
    const { prime } = this.#group;
    if (compared(other, new Uint8Array([1])) <= 0) throw keyLengthError("small");
    const last = prime.slice();
    last[last.length - 1] -= 1;
    if (compared(other, last) === 0) throw keyLengthError("large");
    if (this.#privateKey === undefined) {
      throw nativeError(Error, "ERR_CRYPTO_INVALID_STATE", "No private key - did you forget to generate one?");
    }
    return padded(this.#power(other, this.#privateKey), prime.length);
  }

  get prime() {
    return this.#group.prime;
  }

  get generator() {
    return this.#group.generator;
  }

  get publicKey() {
    return requireKey(this.#publicKey, "public");
  }

  set publicKey(bytes) {
    this.#publicKey = trimmed(bytes);
  }

  get privateKey() {
    return requireKey(this.#privateKey, "private");
  }

  set privateKey(bytes) {
    this.#privateKey = trimmed(bytes);
  }
}

function requireKey(key, kind) {
  if (key !== undefined) return key.slice();
  throw nativeError(Error, "ERR_CRYPTO_INVALID_STATE", `No ${kind} key - did you forget to generate one?`);
}

function initialise(object, numbers) {
  object[kHandle] = numbers;
  Object.defineProperty(object, "verifyError", { value: numbers.verifyError, enumerable: true });
}

/** The generator's bytes: a number, or bytes in one of the forms Node takes. */
function generatorBytes(generator, encoding) {
  if (typeof generator === "number") {
    requireInteger(generator, "generator", int32Min, int32Max);
    return generator < 2 ? new Uint8Array(0) : uint32Bytes(generator);
  }
  if (typeof generator !== "string" && !isView(generator) && !isAnyArrayBuffer(generator)) {
    throw invalidArgType("generator", sizeTypes, generator);
  }
  return trimmed(inputBytes(generator, "generator", encoding));
}

export function DiffieHellman(sizeOrKey, keyEncoding, generator, genEncoding) {
  if (!(this instanceof DiffieHellman)) return new DiffieHellman(sizeOrKey, keyEncoding, generator, genEncoding);
  const isBytes = typeof sizeOrKey === "string" || isView(sizeOrKey) || isAnyArrayBuffer(sizeOrKey);
  if (typeof sizeOrKey !== "number" && !isBytes) throw invalidArgType("sizeOrKey", sizeTypes, sizeOrKey);
  if (!isBytes) requireInteger(sizeOrKey, "sizeOrKey", int32Min, int32Max);
  const isEncoding = !keyEncoding || keyEncoding === "buffer" || Buffer.isEncoding(keyEncoding);
  const [encoding, given, givenEncoding] = isEncoding
    ? [keyEncoding || undefined, generator, genEncoding]
    : [undefined, keyEncoding, generator];
  const known = isBytes ? inputBytes(sizeOrKey, "sizeOrKey", encoding) : undefined;
  const number = generatorBytes(given || usualGenerator, givenEncoding);
  if (compared(number, new Uint8Array([1])) <= 0) {
    throw opensslError("error:02800065:Diffie-Hellman routines::bad generator", "ERR_OSSL_DH_BAD_GENERATOR");
  }
  const prime = known ?? freshPrime(sizeOrKey, number);
  initialise(this, new Numbers({ prime, generator: number }));
}

const primeBitsMin = 512;

function requirePrimeBits(bits) {
  if (bits >= primeBitsMin) return;
  throw opensslError("error:0280007E:Diffie-Hellman routines::modulus too small", "ERR_OSSL_DH_MODULUS_TOO_SMALL");
}

function freshPrime(bits, generator) {
  requirePrimeBits(bits);
  return primeBytes(bits, generator.length === 1 ? generator[0] : 0);
}

export function DiffieHellmanGroup(name) {
  if (!(this instanceof DiffieHellmanGroup)) return new DiffieHellmanGroup(name);
  requireType(name, "name", "string");
  initialise(this, new Numbers(namedGroup(name), privateBits[name.toLowerCase()]));
}

const shared = {
  generateKeys(encoding) {
    return encoded(this[kHandle].generate().slice(), encoding);
  },

  computeSecret(key, inputEncoding, outputEncoding) {
    return encoded(this[kHandle].secretWith(inputBytes(key, "key", inputEncoding)), outputEncoding);
  },

  getPrime(encoding) {
    return encoded(this[kHandle].prime.slice(), encoding);
  },

  getGenerator(encoding) {
    return encoded(this[kHandle].generator.slice(), encoding);
  },

  getPublicKey(encoding) {
    return encoded(this[kHandle].publicKey, encoding);
  },

  getPrivateKey(encoding) {
    return encoded(this[kHandle].privateKey, encoding);
  },
};

const settable = {
  setPublicKey(key, encoding) {
    this[kHandle].publicKey = inputBytes(key, "key", encoding);
    return this;
  },

  setPrivateKey(key, encoding) {
    this[kHandle].privateKey = inputBytes(key, "key", encoding);
    return this;
  },
};

Object.assign(DiffieHellman.prototype, shared, settable);
Object.assign(DiffieHellmanGroup.prototype, shared);

let curves;

/** Throws unless this is one of OpenSSL's names for a curve. */
function requireCurve(name) {
  curves ??= host.listSupported().curves;
  if (!curves.includes(name)) throw nativeError(TypeError, "ERR_CRYPTO_INVALID_CURVE", "Invalid EC curve name");
}

export function getCurves() {
  curves ??= host.listSupported().curves;
  return [...curves];
}

function wrongPair() {
  return nativeError(RangeError, "ERR_CRYPTO_INVALID_KEYPAIR", "Invalid key pair");
}

/** Private number and public point on a curve. Keys go to the host for one operation each. */
class Point {
  #curve;
  #privateKey;
  #publicKey;

  constructor(curve) {
    this.#curve = curve;
  }

  #hostKey(kind, bytes) {
    return NativeKey.parse({ data: hostData(bytes), format: "raw", kind, curve: this.#curve });
  }

  generate() {
    requireRunning("crypto.createECDH().generateKeys");
    const key = NativeKey.generate({ algorithm: "ec", namedCurve: this.#curve, explicitCurve: false });
    this.#privateKey = key.serialize("raw");
    this.#publicKey = pointOf(key, "uncompressed");
    key.forget();
  }

  secretWith(bytes) {
    const other = this.#otherKey(bytes);
    try {
      if (this.#privateKey === undefined) throw wrongPair();
      const own = this.#hostKey("private", this.#privateKey);
      try {
        if (compared(pointOf(own, "uncompressed"), this.#publicKey) !== 0) throw wrongPair();
        return own.agree(other);
      } finally {
        own.forget();
      }
    } finally {
      other.forget();
    }
  }

  #otherKey(bytes) {
    try {
      return this.#hostKey("public", bytes);
    } catch {
      const message = "Public key is not valid for specified curve";
      throw nodeError(Error, "ERR_CRYPTO_ECDH_INVALID_PUBLIC_KEY", message);
    }
  }

  get privateKey() {
    if (this.#privateKey !== undefined) return trimmed(this.#privateKey);
    throw nativeError(Error, "ERR_CRYPTO_OPERATION_FAILED", "Failed to get ECDH private key");
  }

  set privateKey(bytes) {
    let key;
    try {
      key = this.#hostKey("private", bytes);
    } catch {
      const message = "Private key is not valid for specified curve.";
      throw nativeError(RangeError, "ERR_CRYPTO_INVALID_KEYTYPE", message);
    }
    this.#privateKey = key.serialize("raw");
    this.#publicKey = pointOf(key, "uncompressed");
    key.forget();
  }

  publicKeyAs(format) {
    if (this.#publicKey === undefined) {
      throw nativeError(Error, "ERR_CRYPTO_OPERATION_FAILED", "Failed to get ECDH public key");
    }
    if (format === "uncompressed") return this.#publicKey.slice();
    return convertedPoint(this.#publicKey, this.#curve, format);
  }

  set publicKey(bytes) {
    try {
      this.#publicKey = convertedPoint(bytes, this.#curve, "uncompressed");
    } catch {
      throw nativeError(Error, "ERR_CRYPTO_OPERATION_FAILED", "Failed to convert Buffer to EC_POINT");
    }
  }
}

/** The public point of a private key. */
function pointOf(privateKey, format) {
  const publicKey = privateKey.toPublic();
  try {
    return publicKey.serialize("raw", format);
  } finally {
    publicKey.forget();
  }
}

function convertedPoint(bytes, curve, format) {
  const key = NativeKey.parse({ data: hostData(bytes), format: "raw", kind: "public", curve });
  try {
    return key.serialize("raw", format);
  } finally {
    key.forget();
  }
}

export function ECDH(curve) {
  if (!(this instanceof ECDH)) return new ECDH(curve);
  requireType(curve, "curve", "string");
  requireCurve(curve);
  this[kHandle] = new Point(curve);
}

function pointFormat(format) {
  if (!format) return "uncompressed";
  if (format === "compressed" || format === "hybrid" || format === "uncompressed") return format;
  throw nodeError(TypeError, "ERR_CRYPTO_ECDH_INVALID_FORMAT", `Invalid ECDH format: ${format}`);
}

ECDH.prototype.computeSecret = shared.computeSecret;
ECDH.prototype.setPrivateKey = settable.setPrivateKey;
ECDH.prototype.setPublicKey = settable.setPublicKey;
ECDH.prototype.getPrivateKey = shared.getPrivateKey;

ECDH.prototype.generateKeys = function generateKeys(encoding, format) {
  this[kHandle].generate();
  return this.getPublicKey(encoding, format);
};

ECDH.prototype.getPublicKey = function getPublicKey(encoding, format) {
  return encoded(this[kHandle].publicKeyAs(pointFormat(format)), encoding);
};

ECDH.convertKey = function convertKey(key, curve, inputEncoding, outputEncoding, format) {
  requireType(curve, "curve", "string");
  const bytes = inputBytes(key, "key", inputEncoding);
  const wanted = pointFormat(format);
  requireCurve(curve);
  let converted;
  try {
    converted = convertedPoint(bytes, curve, wanted);
  } catch {
    throw nativeError(Error, "ERR_CRYPTO_OPERATION_FAILED", "Failed to convert Buffer to EC_POINT");
  }
  return encoded(converted, outputEncoding);
};

const agreeing = ["dh", "ec", "x448", "x25519"];

/** The secret that a private and a public KeyObject share. */
export function diffieHellman(options) {
  requireObject(options, "options");
  const { privateKey, publicKey } = options;
  if (!isKeyObject(privateKey)) throw invalidArgValue("options.privateKey", privateKey);
  if (!isKeyObject(publicKey)) throw invalidArgValue("options.publicKey", publicKey);
  const wrongType = (type, expected) => {
    const message = `Invalid key object type ${type}, expected ${expected}.`;
    return nodeError(TypeError, "ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE", message);
  };
  if (privateKey.type !== "private") throw wrongType(privateKey.type, "private");
  if (publicKey.type === "secret") throw wrongType(publicKey.type, "private or public");
  const kinds = [privateKey.asymmetricKeyType, publicKey.asymmetricKeyType];
  if (kinds[0] !== kinds[1] || !agreeing.includes(kinds[0])) {
    const message = `Incompatible key types for Diffie-Hellman: ${kinds[0]} and ${kinds[1]}`;
    throw nodeError(Error, "ERR_CRYPTO_INCOMPATIBLE_KEY", message);
  }
  const native = nativeKeyOf(publicKey);
  const other = publicKey.type === "private" ? native.toPublic() : native;
  return asBuffer(nativeKeyOf(privateKey).agree(other));
}

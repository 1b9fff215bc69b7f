// KeyObject and its kinds, and what Node takes for a key: PEM, DER, JWK, KeyObject, CryptoKey. Reading and writing of
// keys is the host's.

import { invalidArgType, invalidArgValue, nodeError, requireType } from "../internal/errors.js";
import {
  asBuffer,
  Buffer,
  crossingText,
  host,
  hostData,
  inputBytes,
  inputData,
  isStringOrBuffer,
  nativeError,
  requireObject,
  requireOneOf,
} from "./common.js";
import { NativeKey } from "./native-key.js";

const { parse, stringify } = JSON;

// On a CryptoKey of webcrypto.js: the KeyObject in it.
const keyObjectKey = Symbol.for("fnhost.keyObject");
const kKeyType = Symbol("kKeyType");

let nativeOf;
let isKeyObjectItself;

/** The bytes of a secret key. They stay in the function. */
export class SecretBytes {
  #bytes;

  constructor(bytes) {
    this.#bytes = bytes;
  }

  get bytes() {
    return this.#bytes;
  }
}

export class KeyObject {
  #native;

  constructor(type, handle) {
    if (type !== "secret" && type !== "public" && type !== "private") throw invalidArgValue("type", type);
    if (!(handle instanceof SecretBytes) && !(handle instanceof NativeKey)) {
      throw invalidArgType("handle", "object", handle);
    }
    this[kKeyType] = type;
    this.#native = handle;
  }

  static {
    nativeOf = (key) => key.#native;
    isKeyObjectItself = (value) => typeof value === "object" && value !== null && #native in value;
  }

  static from(key) {
    if (!isCryptoKey(key)) throw invalidArgType("key", "CryptoKey", key);
    return key[keyObjectKey];
  }

  get type() {
    return this[kKeyType];
  }

  equals(otherKeyObject) {
    if (!isKeyObject(otherKeyObject)) throw invalidArgType("otherKeyObject", "KeyObject", otherKeyObject);
    if (otherKeyObject.type !== this.type) return false;
    const own = this.#native;
    const other = nativeOf(otherKeyObject);
    if (own instanceof SecretBytes) return host.sameBytes(own.bytes, other.bytes);
    return own.equals(other);
  }
}
Object.defineProperty(KeyObject.prototype, Symbol.toStringTag, { value: "KeyObject", configurable: true });

export class SecretKeyObject extends KeyObject {
  constructor(handle) {
    super("secret", handle);
  }

  get symmetricKeySize() {
    return nativeOf(this).bytes.length;
  }

  export(options) {
    const { bytes } = nativeOf(this);
    if (options !== undefined) {
      requireObject(options, "options");
      requireOneOf(options.format, "options.format", [undefined, "buffer", "jwk"]);
      if (options.format === "jwk") return { kty: "oct", k: asBuffer(bytes).toString("base64url") };
    }
    return Buffer.from(bytes);
  }
}

class AsymmetricKeyObject extends KeyObject {
  get asymmetricKeyType() {
    return nativeOf(this).details.algorithm;
  }

  get asymmetricKeyDetails() {
    const { algorithm, modulusLength, divisorLength, publicExponent, namedCurve, ...pss } = nativeOf(this).details;
    if (algorithm === "ec") return { namedCurve };
    if (algorithm === "dsa") return { modulusLength, divisorLength };
    if (algorithm !== "rsa" && algorithm !== "rsa-pss") return {};
    const details = { modulusLength, publicExponent: BigInt(`0x${asBuffer(publicExponent).toString("hex")}`) };
    for (const name of ["hashAlgorithm", "mgf1HashAlgorithm", "saltLength"]) {
      if (pss[name] !== undefined && pss[name] !== null) details[name] = pss[name];
    }
    return details;
  }
}

export class PublicKeyObject extends AsymmetricKeyObject {
  constructor(handle) {
    super("public", handle);
  }

  export(options) {
    const native = nativeOf(this);
    if (options?.format === "jwk") return exportedJwk(native);
    const { format, type } = parseKeyEncoding(options, this.asymmetricKeyType, true);
    return exported(native, { format, type });
  }
}

export class PrivateKeyObject extends AsymmetricKeyObject {
  constructor(handle) {
    super("private", handle);
  }

  export(options) {
    const native = nativeOf(this);
    if (options?.format === "jwk") {
      if (options.passphrase !== undefined) throw incompatibleOptions("jwk", "does not support encryption");
      return exportedJwk(native);
    }
    return exported(native, parseKeyEncoding(options, this.asymmetricKeyType, false));
  }
}

/** A key in the form that `encoding`, as `parseKeyEncoding` gives it, asks for. */
export function exported(native, { format, type, cipher, passphrase }) {
  if (format === "jwk") return exportedJwk(native);
  const encryption = typeof cipher === "string" ? [crossingText(cipher), passphrase] : undefined;
  const written = native.serialize(format, type, encryption);
  return typeof written === "string" ? written : asBuffer(written);
}

const jwkCurves = ["prime256v1", "secp256k1", "secp384r1", "secp521r1"];
const jwkMembers = {
  RSA: ["kty", "n", "e", "d", "p", "q", "dp", "dq", "qi"],
  EC: ["kty", "x", "y", "crv", "d"],
  OKP: ["crv", "d", "x", "kty"],
};

function exportedJwk(native) {
  const { algorithm, namedCurve } = native.details;
  if (algorithm === "rsa-pss" || algorithm === "dsa" || algorithm === "dh") {
    throw nativeError(Error, "ERR_CRYPTO_JWK_UNSUPPORTED_KEY_TYPE", "Unsupported JWK Key Type.");
  }
  if (algorithm === "ec" && !jwkCurves.includes(namedCurve)) {
    throw nativeError(Error, "ERR_CRYPTO_JWK_UNSUPPORTED_CURVE", `Unsupported JWK EC curve: ${namedCurve}.`);
  }
  const jwk = parse(native.serialize("jwk"));
  const ordered = {};
  for (const name of jwkMembers[jwk.kty]) if (jwk[name] !== undefined) ordered[name] = jwk[name];
  return ordered;
}

export function isKeyObject(value) {
  return isKeyObjectItself(value);
}

function isCryptoKey(value) {
  return typeof value === "object" && value !== null && isKeyObjectItself(value[keyObjectKey]);
}

/** What the host holds of a KeyObject. */
export function nativeKeyOf(keyObject) {
  return nativeOf(keyObject);
}

function incompatibleOptions(encoding, reason) {
  const message = `The selected key encoding ${encoding} ${reason}.`;
  return nodeError(Error, "ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS", message);
}

function wrongKeyType(type, expected) {
  const message = `Invalid key object type ${type}, expected ${expected}.`;
  return nodeError(TypeError, "ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE", message);
}

function optionName(name, objectName) {
  return objectName === undefined ? `options.${name}` : `options.${objectName}.${name}`;
}

function parseKeyType(type, isRequired, keyType, isPublic, name) {
  if (type === undefined && !isRequired) return undefined;
  if (type === "pkcs1") {
    if (keyType !== undefined && keyType !== "rsa") throw incompatibleOptions(type, "can only be used for RSA keys");
    return type;
  }
  if ((type === "spki" && isPublic !== false) || (type === "pkcs8" && isPublic !== true)) return type;
  if (type === "sec1" && isPublic !== true) {
    if (keyType !== undefined && keyType !== "ec") throw incompatibleOptions(type, "can only be used for EC keys");
    return type;
  }
  throw invalidArgValue(name, type);
}

/**
 * How a key is written, or how one is to be written: then `keyType` says what kind of key it is. `isPublic` is
 * undefined where both kinds will do.
 */
export function parseKeyEncoding(encoding, keyType, isPublic, objectName) {
  requireObject(encoding, "options");
  const isInput = keyType === undefined;
  const { format = isInput ? "pem" : undefined } = encoding;
  if (format !== "pem" && format !== "der" && format !== "jwk") {
    throw invalidArgValue(optionName("format", objectName), format);
  }
  const isRequired = (!isInput || format === "der") && format !== "jwk";
  const type = parseKeyType(encoding.type, isRequired, keyType, isPublic, optionName("type", objectName));
  if (isPublic === true) return { format, type };
  return { format, type, ...parseEncryption(encoding, { isInput, format, type, objectName }) };
}

function parseEncryption({ cipher, passphrase, encoding }, { isInput, format, type, objectName }) {
  const isEncrypted = cipher !== undefined && cipher !== null;
  if (!isInput) {
    if (isEncrypted) {
      if (typeof cipher !== "string") throw invalidArgValue(optionName("cipher", objectName), cipher);
      if (format === "der" && (type === "pkcs1" || type === "sec1")) {
        throw incompatibleOptions(type, "does not support encryption");
      }
    } else if (passphrase !== undefined) {
      throw invalidArgValue(optionName("cipher", objectName), cipher);
    }
  }
  const isNeeded = isInput ? passphrase !== undefined : isEncrypted;
  if (isNeeded && !isStringOrBuffer(passphrase)) {
    throw invalidArgValue(optionName("passphrase", objectName), passphrase);
  }
  const bytes = passphrase === undefined ? undefined : inputBytes(passphrase, "key.passphrase", encoding);
  return { cipher, passphrase: bytes };
}

const keyTypes = ["ArrayBuffer", "Buffer", "TypedArray", "DataView", "string", "KeyObject", "CryptoKey"];

/** What a key is wanted for. Node words its errors after it. */
export const consumePublic = { kind: "public", isCreated: false };
export const consumePrivate = { kind: "private", isCreated: false };
const createPublic = { kind: "public", isCreated: true };
const createPrivate = { kind: "private", isCreated: true };

function allowedTypes(context) {
  return context === createPrivate ? keyTypes.slice(0, 5) : keyTypes;
}

function nativeOfKeyObject(key, context) {
  if (context === createPrivate) throw invalidArgType("key", ["string", ...keyTypes.slice(0, 4)], key);
  if (key.type !== "private") {
    if (context === consumePrivate || context === createPublic) throw wrongKeyType(key.type, "private");
    if (key.type !== "public") throw wrongKeyType(key.type, "private or public");
  }
  return nativeOf(key);
}

/**
 * What is given as a key, as a key of the host: `native`, and whether it was made here, `isOwn`, so that it can be
 * forgotten after use.
 */
export function prepareAsymmetricKey(key, context) {
  if (isKeyObject(key)) return { native: nativeOfKeyObject(key, context), isOwn: false };
  if (isCryptoKey(key)) return { native: nativeOfKeyObject(key[keyObjectKey], context), isOwn: false };
  if (isStringOrBuffer(key)) return parsedKey(inputData(key, "key"), { format: "pem" }, context);
  if (typeof key === "object") {
    const { key: data, encoding, format } = key;
    if (isKeyObject(data)) return { native: nativeOfKeyObject(data, context), isOwn: false };
    if (isCryptoKey(data)) return { native: nativeOfKeyObject(data[keyObjectKey], context), isOwn: false };
    if (format === "jwk") {
      requireObject(data, "key.key");
      return { native: keyFromJwk(data, context.kind), isOwn: true };
    }
    if (!isStringOrBuffer(data)) throw invalidArgType("key.key", allowedTypes(context), data);
    const input = inputData(data, "key", encoding);
    return parsedKey(input, parseKeyEncoding(key, undefined, context.kind === "private" ? false : undefined), context);
  }
  throw invalidArgType("key", context === createPrivate ? ["string", ...keyTypes.slice(0, 4)] : keyTypes, key);
}

function parsedKey(data, { format, type, passphrase }, { kind }) {
  return { native: NativeKey.parse({ data, format, kind, structure: type, passphrase }), isOwn: true };
}

/** Calls `use` with the host's key behind `key`, and forgets a key that was made for it. */
export function withKey(key, context, use) {
  const { native, isOwn } = prepareAsymmetricKey(key, context);
  try {
    return use(native);
  } finally {
    if (isOwn) native.forget();
  }
}

function keyFromJwk(jwk, kind) {
  requireOneOf(jwk.kty, "key.kty", ["RSA", "EC", "OKP"]);
  if (jwk.kty === "OKP") return keyFromOkp(jwk, kind);
  const isPublic = kind === "public";
  const source = { kty: jwk.kty };
  const take = (names) => {
    for (const name of names) {
      requireType(jwk[name], `key.${name}`, "string");
      source[name] = jwk[name];
    }
  };
  if (jwk.kty === "EC") {
    requireType(jwk.crv, "key.crv", "string");
    requireOneOf(jwk.crv, "key.crv", ["P-256", "secp256k1", "P-384", "P-521"]);
    take(isPublic ? ["crv", "x", "y"] : ["crv", "x", "y", "d"]);
  } else {
    take(isPublic ? ["n", "e"] : ["n", "e", "d", "p", "q", "dp", "dq", "qi"]);
  }
  try {
    return NativeKey.parse({ data: hostData(crossingText(stringify(source))), format: "jwk", kind });
  } catch {
    throw nativeError(TypeError, "ERR_CRYPTO_INVALID_JWK", `Invalid JWK ${jwk.kty} key`);
  }
}

/** Only the private part counts where there is one; the public one follows from it. */
function keyFromOkp(jwk, kind) {
  requireType(jwk.crv, "key.crv", "string");
  requireOneOf(jwk.crv, "key.crv", ["Ed25519", "Ed448", "X25519", "X448"]);
  requireType(jwk.x, "key.x", "string");
  if (kind === "private") requireType(jwk.d, "key.d", "string");
  const bytes = inputBytes(kind === "public" ? jwk.x : jwk.d, "key", "base64");
  try {
    return NativeKey.parse({ data: hostData(bytes), format: "raw", kind, curve: jwk.crv.toLowerCase() });
  } catch {
    throw nodeError(TypeError, "ERR_CRYPTO_INVALID_JWK", "Invalid JWK data");
  }
}

/** The bytes of a secret key: a text, a buffer, a KeyObject or a CryptoKey. */
export function secretBytes(key, encoding = undefined) {
  const keyObject = isCryptoKey(key) ? key[keyObjectKey] : key;
  if (isKeyObject(keyObject)) {
    if (keyObject.type !== "secret") throw wrongKeyType(keyObject.type, "secret");
    return nativeOf(keyObject).bytes;
  }
  if (!isStringOrBuffer(key)) throw invalidArgType("key", keyTypes, key);
  return inputBytes(key, "key", encoding);
}

export function createSecretKey(key, encoding) {
  if (!isStringOrBuffer(key)) throw invalidArgType("key", keyTypes.slice(0, 4), key);
  return secretKeyObject(inputBytes(key, "key", encoding).slice());
}

export function secretKeyObject(bytes) {
  return new SecretKeyObject(new SecretBytes(bytes));
}

export function createPublicKey(key) {
  const { native, isOwn } = prepareAsymmetricKey(key, createPublic);
  return new PublicKeyObject(isOwn ? native : native.toPublic());
}

export function createPrivateKey(key) {
  return new PrivateKeyObject(prepareAsymmetricKey(key, createPrivate).native);
}

// `importKey`: each kind of key, from the formats that it has.

import { Buffer } from "node:buffer";
import nodeCrypto from "node:crypto";
import { cryptoKey } from "./crypto-key.js";
import { curves } from "./generate-key.js";
import { dataError, domError, readKey } from "./errors.js";
import { requireUsages } from "./usages.js";

const { createPrivateKey, createPublicKey, createSecretKey, ECDH } = nodeCrypto;

/** A new CryptoKey of what `keyData` holds: bytes, or for `jwk` the converted dictionary. */
export function importKey(format, keyData, algorithm, extractable, usages) {
  const key = importerOf(algorithm.name)({ format, keyData, algorithm, extractable, usages });
  if (key.type !== "public" && key.usages.length === 0) {
    throw domError(`Usages cannot be empty when importing a ${key.type} key.`, "SyntaxError");
  }
  return key;
}

function importerOf(name) {
  if (name.startsWith("RSA")) return importRsa;
  if (name.startsWith("EC")) return importEc;
  if (name.startsWith("AES")) return importAes;
  if (name === "HMAC") return importHmac;
  if (name === "HKDF" || name === "PBKDF2") return importSecret;
  return importOkp;
}

function unsupportedFormat(what, format) {
  return domError(`Unable to import ${what} key with format ${format}`, "NotSupportedError");
}

/** What the standard asks of a JWK beside its numbers. */
function requireJwk({ keyData, extractable, usages }, use) {
  if (usages.length > 0 && keyData.use !== undefined && keyData.use !== use) {
    throw dataError('Invalid JWK "use" Parameter');
  }
  const operations = keyData.key_ops;
  if (operations !== undefined) {
    const known = operations.filter((operation) => keyOperations.includes(operation));
    if (new Set(known).size < known.length) throw dataError("Duplicate key operation");
    if (usages.some((usage) => !operations.includes(usage))) throw dataError("Key operations and usage mismatch");
  }
  if (keyData.ext === false && extractable) throw dataError('JWK "ext" Parameter and extractable mismatch');
}

const keyOperations = [
  "sign",
  "verify",
  "encrypt",
  "decrypt",
  "wrapKey",
  "unwrapKey",
  "deriveKey",
  "deriveBits",
];

function requireKty({ kty }, expected) {
  if (!kty) throw dataError();
  if (kty !== expected) throw dataError('Invalid JWK "kty" Parameter');
}

function algMismatch() {
  return dataError('JWK "alg" does not match the requested algorithm');
}

/** The KeyObject in `spki` or `pkcs8`. */
function keyFromDer(format, key) {
  return readKey(() =>
    format === "spki"
      ? createPublicKey({ key, format: "der", type: "spki" })
      : createPrivateKey({ key, format: "der", type: "pkcs8" }),
  );
}

function keyFromJwk(key) {
  return readKey(() =>
    key.d === undefined ? createPublicKey({ key, format: "jwk" }) : createPrivateKey({ key, format: "jwk" }),
  );
}

function requireType(keyObject, type) {
  if (keyObject.asymmetricKeyType !== type) throw dataError("Invalid key type");
}

const rsaAlgs = {
  RS: ["RS1", "RS256", "RS384", "RS512"],
  PS: ["PS1", "PS256", "PS384", "PS512"],
  OAEP: ["RSA-OAEP", "RSA-OAEP-256", "RSA-OAEP-384", "RSA-OAEP-512"],
};
const hashes = ["SHA-1", "SHA-256", "SHA-384", "SHA-512"];
const rsaKinds = { "RSASSA-PKCS1-v1_5": "RS", "RSA-PSS": "PS", "RSA-OAEP": "OAEP" };

/** The hash that the `alg` of a JWK names. As in Node, what kind of key it names does not matter. */
function hashOfAlg(alg) {
  const lists = [...Object.values(rsaAlgs), ["HS1", "HS256", "HS384", "HS512"]];
  return hashes.find((name, index) => lists.some((list) => list[index] === alg));
}

/** The `alg` of a JWK for an RSA key. */
export function rsaAlg({ name, hash }) {
  return rsaAlgs[rsaKinds[name]][hashes.indexOf(hash.name)];
}

function importRsa(given) {
  const { format, keyData, algorithm, extractable, usages } = given;
  const { name, hash } = algorithm;
  let keyObject;
  if (format === "spki" || format === "pkcs8") {
    requireUsages(name, format === "spki" ? "public" : "private", usages);
    keyObject = keyFromDer(format, keyData);
  } else if (format === "jwk") {
    requireKty(keyData, "RSA");
    requireUsages(name, keyData.d === undefined ? "public" : "private", usages);
    requireJwk(given, name === "RSA-OAEP" ? "enc" : "sig");
    if (keyData.alg !== undefined && hashOfAlg(keyData.alg) !== hash.name) throw algMismatch();
    keyObject = keyFromJwk(keyData);
  } else {
    throw unsupportedFormat("RSA", format);
  }
  requireType(keyObject, "rsa");
  return cryptoKey(keyObject, rsaAlgorithm(name, keyObject, hash), usages, extractable);
}

/** The `algorithm` of an RSA key. */
export function rsaAlgorithm(name, keyObject, hash) {
  const { modulusLength, publicExponent } = keyObject.asymmetricKeyDetails;
  const hex = publicExponent.toString(16);
  const exponent = new Uint8Array(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex"));
  return { name, modulusLength, publicExponent: exponent, hash: { name: hash.name } };
}

const ecAlgs = { ES256: "P-256", ES384: "P-384", ES512: "P-521" };

function importEc(given) {
  const { format, keyData, algorithm, extractable, usages } = given;
  const { name, namedCurve } = algorithm;
  if (!Object.hasOwn(curves, namedCurve)) throw domError("Unrecognized namedCurve", "NotSupportedError");
  let keyObject;
  if (format === "raw") {
    requireUsages(name, "public", usages);
    keyObject = keyFromPoint(namedCurve, keyData);
  } else if (format === "jwk") {
    requireKty(keyData, "EC");
    if (keyData.crv !== namedCurve) throw dataError('JWK "crv" does not match the requested algorithm');
    requireUsages(name, keyData.d === undefined ? "public" : "private", usages);
    requireJwk(given, name === "ECDH" ? "enc" : "sig");
    if (name === "ECDSA" && keyData.alg !== undefined && ecAlgs[keyData.alg] !== namedCurve) throw algMismatch();
    keyObject = keyFromJwk(keyData);
  } else {
    requireUsages(name, format === "spki" ? "public" : "private", usages);
    keyObject = keyFromDer(format, keyData);
  }
  requireType(keyObject, "ec");
  if (keyObject.asymmetricKeyDetails.namedCurve !== curves[namedCurve]) throw dataError("Named curve mismatch");
  return cryptoKey(keyObject, { name, namedCurve }, usages, extractable);
}

/** The public key at a point of a curve, compressed or not. */
function keyFromPoint(crv, bytes) {
  let point;
  try {
    point = ECDH.convertKey(bytes, curves[crv]);
  } catch {
    throw dataError();
  }
  const half = (point.length - 1) / 2;
  const x = point.subarray(1, 1 + half).toString("base64url");
  const y = point.subarray(1 + half).toString("base64url");
  if (half < 1) throw dataError();
  return keyFromJwk({ kty: "EC", crv, x, y });
}

const okpLengths = { Ed25519: 32, Ed448: 57, X25519: 32, X448: 56 };

function importOkp(given) {
  const { format, keyData, algorithm, extractable, usages } = given;
  const { name } = algorithm;
  let keyObject;
  if (format === "raw") {
    requireUsages(name, "public", usages);
    const length = okpLengths[name];
    if (keyData.length !== length) throw dataError(`${name} raw keys must be exactly ${length}-bytes`);
    keyObject = keyFromJwk({ kty: "OKP", crv: name, x: Buffer.from(keyData).toString("base64url") });
  } else if (format === "jwk") {
    keyObject = okpFromJwk(given);
  } else {
    requireUsages(name, format === "spki" ? "public" : "private", usages);
    keyObject = keyFromDer(format, keyData);
  }
  requireType(keyObject, name.toLowerCase());
  return cryptoKey(keyObject, { name }, usages, extractable);
}

function okpFromJwk(given) {
  const { keyData, algorithm, usages } = given;
  const { name } = algorithm;
  requireKty(keyData, "OKP");
  if (keyData.crv !== name) throw dataError('JWK "crv" Parameter and algorithm name mismatch');
  const isForSignatures = name.startsWith("Ed");
  requireJwk(given, isForSignatures ? "sig" : "enc");
  if (keyData.alg !== undefined && isForSignatures && keyData.alg !== name && keyData.alg !== "EdDSA") {
    throw algMismatch();
  }
  if (keyData.d !== undefined && typeof keyData.x !== "string") throw dataError("Invalid JWK");
  requireUsages(name, keyData.d === undefined ? "public" : "private", usages);
  const keyObject = keyFromJwk(keyData);
  if (keyObject.type === "private") {
    // The public part has to be that of the private one.
    const { kty, crv, x } = keyData;
    const publicKey = keyFromJwk({ kty, crv, x });
    if (!createPublicKey(keyObject).equals(publicKey)) throw dataError();
  }
  return keyObject;
}

function requireAesLength(bits) {
  if (bits !== 128 && bits !== 192 && bits !== 256) throw dataError("Invalid key length");
}

/** The `alg` of a JWK for an AES key. */
export function aesAlg({ name, length }) {
  return `A${length}${name.slice(4)}`;
}

function secretFromJwk(given, use) {
  const { keyData } = given;
  requireKty(keyData, "oct");
  requireJwk(given, use);
  if (typeof keyData.k !== "string") throw dataError();
  return Buffer.from(keyData.k, "base64url");
}

function importAes(given) {
  const { format, keyData, algorithm, extractable, usages } = given;
  const { name } = algorithm;
  requireUsages(name, "secret", usages);
  if (format !== "raw" && format !== "jwk") throw unsupportedFormat("AES", format);
  const bytes = format === "raw" ? keyData : secretFromJwk(given, "enc");
  const length = bytes.length * 8;
  requireAesLength(length);
  if (format === "jwk" && keyData.alg !== undefined && keyData.alg !== aesAlg({ name, length })) throw algMismatch();
  return cryptoKey(createSecretKey(bytes), { name, length }, usages, extractable);
}

/** The `alg` of a JWK for an HMAC key. */
export function hmacAlg(hash) {
  return `HS${hash.name.slice(4)}`;
}

function importHmac(given) {
  const { format, keyData, algorithm, extractable, usages } = given;
  const { name, hash, length } = algorithm;
  requireUsages(name, "secret", usages);
  if (format !== "raw" && format !== "jwk") throw unsupportedFormat("HMAC", format);
  const bytes = format === "raw" ? keyData : secretFromJwk(given, "sig");
  const bits = bytes.length * 8;
  if (bits === 0 || length === 0) throw dataError("Zero-length key is not supported");
  // Lengths that are no multiple of 8 are not taken, as in Node.
  if (length !== undefined && length !== bits) throw dataError("Invalid key length");
  if (format === "jwk" && keyData.alg !== undefined && hashOfAlg(keyData.alg) !== hash.name) throw algMismatch();
  return cryptoKey(createSecretKey(bytes), { name, hash: { name: hash.name }, length: bits }, usages, extractable);
}

function importSecret({ format, keyData, algorithm, extractable, usages }) {
  const { name } = algorithm;
  if (extractable) throw domError(`${name} keys are not extractable`, "SyntaxError");
  requireUsages(name, "secret", usages);
  if (format !== "raw") throw unsupportedFormat(name, format);
  return cryptoKey(createSecretKey(keyData), { name }, usages, false);
}

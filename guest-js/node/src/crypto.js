// `node:crypto`, and the global `crypto`. Everything but WebCrypto, which is loaded when it is named; what is computed
// is computed by the host.

import { bytesOf } from "fnhost:platform/boundary";
import { loadedUnit } from "fnhost:platform/require";
import { invalidArgType, isAnyArrayBuffer, nodeError, requireType } from "./internal/errors.js";
import { Cipher, Cipheriv, Decipher, Decipheriv, getCipherInfo, getCiphers } from "./crypto/cipher.js";
import { host, isView, nativeError } from "./crypto/common.js";
import { constants } from "./crypto/constants.js";
import { hkdf, hkdfSync, pbkdf2, pbkdf2Sync, scrypt, scryptSync } from "./crypto/derive.js";
import { DiffieHellman, diffieHellman, DiffieHellmanGroup, ECDH, getCurves } from "./crypto/diffie-hellman.js";
import { Hash, hash, Hmac } from "./crypto/hash.js";
import { generateKey, generateKeyPair, generateKeyPairSync, generateKeySync } from "./crypto/keygen.js";
import { createPrivateKey, createPublicKey, createSecretKey, KeyObject } from "./crypto/keys.js";
import { checkPrime, checkPrimeSync, generatePrime, generatePrimeSync } from "./crypto/primes.js";
import {
  getRandomValues,
  randomBytes,
  randomFill,
  randomFillSync,
  randomInt,
  randomUUID,
} from "./crypto/random.js";
import { privateDecrypt, privateEncrypt, publicDecrypt, publicEncrypt } from "./crypto/rsa.js";
import { Sign, signOneShot, Verify, verifyOneShot } from "./crypto/signatures.js";
import { X509Certificate } from "./crypto/x509/certificate.js";
import { Certificate } from "./crypto/x509/spkac.js";

const comparable = ["ArrayBuffer", "Buffer", "TypedArray", "DataView"];

function comparableBytes(value, name) {
  if (isView(value) || isAnyArrayBuffer(value)) return bytesOf(value);
  const error = invalidArgType(name, comparable, value);
  error.message = error.message.replace(/ Received .*$/s, "");
  throw error;
}

function timingSafeEqual(buf1, buf2) {
  const one = comparableBytes(buf1, "buf1");
  const other = comparableBytes(buf2, "buf2");
  if (one.length === other.length) return host.sameBytes(one, other);
  const message = "Input buffers must have the same byte length";
  throw nativeError(RangeError, "ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH", message);
}

let hashes;

function getHashes() {
  hashes ??= host.listSupported().hashes;
  return [...hashes];
}

function setFips(value) {
  if (!value) return;
  throw nodeError(Error, "ERR_CRYPTO_FIPS_UNAVAILABLE", "Cannot set FIPS mode: it is not available");
}

function setEngine(id) {
  requireType(id, "id", "string");
  throw nodeError(Error, "ERR_CRYPTO_ENGINE_UNKNOWN", `Engine "${id}" was not found`);
}

function createCipheriv(cipher, key, iv, options) {
  return new Cipheriv(cipher, key, iv, options);
}

function createDecipheriv(cipher, key, iv, options) {
  return new Decipheriv(cipher, key, iv, options);
}

function createCipher(cipher, password, options) {
  return new Cipher(cipher, password, options);
}

function createDecipher(cipher, password, options) {
  return new Decipher(cipher, password, options);
}

function createDiffieHellman(sizeOrKey, keyEncoding, generator, genEncoding) {
  return new DiffieHellman(sizeOrKey, keyEncoding, generator, genEncoding);
}

function createDiffieHellmanGroup(name) {
  return new DiffieHellmanGroup(name);
}

function createECDH(curve) {
  return new ECDH(curve);
}

function createHash(algorithm, options) {
  return new Hash(algorithm, options);
}

function createHmac(hmac, key, options) {
  return new Hmac(hmac, key, options);
}

function createSign(algorithm, options) {
  return new Sign(algorithm, options);
}

function createVerify(algorithm, options) {
  return new Verify(algorithm, options);
}

function getFips() {
  return 0;
}

function secureHeapUsed() {
  return { total: 0, used: 0, utilization: 0, min: 0 };
}

const api = {
  checkPrime,
  checkPrimeSync,
  createCipheriv,
  createDecipheriv,
  createDiffieHellman,
  createDiffieHellmanGroup,
  createECDH,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  createSign,
  createVerify,
  diffieHellman,
  generatePrime,
  generatePrimeSync,
  getCiphers,
  getCipherInfo,
  getCurves,
  getDiffieHellman: createDiffieHellmanGroup,
  getHashes,
  hkdf,
  hkdfSync,
  pbkdf2,
  pbkdf2Sync,
  generateKeyPair,
  generateKeyPairSync,
  generateKey,
  generateKeySync,
  privateDecrypt,
  privateEncrypt,
  publicDecrypt,
  publicEncrypt,
  randomBytes,
  randomFill,
  randomFillSync,
  randomInt,
  randomUUID,
  scrypt,
  scryptSync,
  sign: signOneShot,
  setEngine,
  timingSafeEqual,
  getFips,
  setFips,
  verify: verifyOneShot,
  hash,
  Certificate,
  Cipher,
  Cipheriv,
  Decipher,
  Decipheriv,
  DiffieHellman,
  DiffieHellmanGroup,
  ECDH,
  Hash,
  Hmac,
  KeyObject,
  Sign,
  Verify,
  X509Certificate,
  secureHeapUsed,
  constants,
  getRandomValues,
};

function hidden(name, value) {
  Object.defineProperty(api, name, { value, writable: true, configurable: true, enumerable: false });
}

hidden("createCipher", createCipher);
hidden("createDecipher", createDecipher);
for (const name of ["prng", "pseudoRandomBytes", "rng"]) hidden(name, randomBytes);
Object.defineProperty(api, "fips", { get: getFips, set: setFips });

// WebCrypto is a unit of its own. The builder loads it into functions that have one of these two words; others do not
// have it, and reading all members of this object must not load it.
function webCrypto() {
  return loadedUnit("fnhost:web/webcrypto")?.crypto;
}

Object.defineProperty(api, "webcrypto", { get: webCrypto, enumerable: true });
Object.defineProperty(api, "subtle", { get: () => webCrypto()?.subtle, enumerable: true });

// Of these two only the names count: whoever imports them reads them off `api`.
const webcrypto = undefined;
const subtle = undefined;

export {
  checkPrime,
  checkPrimeSync,
  createCipheriv,
  createDecipheriv,
  createDiffieHellman,
  createDiffieHellmanGroup,
  createECDH,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  createSign,
  createVerify,
  diffieHellman,
  generatePrime,
  generatePrimeSync,
  getCiphers,
  getCipherInfo,
  getCurves,
  createDiffieHellmanGroup as getDiffieHellman,
  getHashes,
  hkdf,
  hkdfSync,
  pbkdf2,
  pbkdf2Sync,
  generateKeyPair,
  generateKeyPairSync,
  generateKey,
  generateKeySync,
  privateDecrypt,
  privateEncrypt,
  publicDecrypt,
  publicEncrypt,
  randomBytes,
  randomFill,
  randomFillSync,
  randomInt,
  randomUUID,
  scrypt,
  scryptSync,
  signOneShot as sign,
  setEngine,
  timingSafeEqual,
  getFips,
  setFips,
  verifyOneShot as verify,
  hash,
  Certificate,
  Cipher,
  Cipheriv,
  Decipher,
  Decipheriv,
  DiffieHellman,
  DiffieHellmanGroup,
  ECDH,
  Hash,
  Hmac,
  KeyObject,
  Sign,
  Verify,
  X509Certificate,
  secureHeapUsed,
  constants,
  getRandomValues,
  webcrypto,
  subtle,
  api as default,
  api as "module.exports",
};

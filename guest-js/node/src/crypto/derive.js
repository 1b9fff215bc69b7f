// PBKDF2, scrypt and HKDF. The work is the host's, and charged by it.

import {
  invalidArgType,
  isAnyArrayBuffer,
  nodeError,
  outOfRange,
  requireFunction,
  requireInteger,
  requireType,
} from "../internal/errors.js";
import {
  asArrayBuffer,
  asBuffer,
  called,
  crossingText,
  host,
  hostData,
  inputBytes,
  inputData,
  isView,
  later,
  requireHash,
} from "./common.js";
import { isKeyObject, secretBytes } from "./keys.js";

const int32Max = 2147483647;
const uint32Max = 4294967295;
const hkdfLengthMax = 4294967296;
const hkdfInfoMax = 1024;

function pbkdf2Maker(password, salt, iterations, keylen, digest) {
  requireType(digest, "digest", "string");
  const secret = inputData(password, "password");
  const saltData = inputData(salt, "salt");
  requireInteger(iterations, "iterations", 1, int32Max);
  requireInteger(keylen, "keylen", 0, int32Max);
  return () => {
    requireHash(digest);
    const derivation = { tag: "pbkdf2", val: { hash: crossingText(digest), iterations } };
    return asBuffer(called(host, "derive", derivation, secret, saltData, keylen));
  };
}

export function pbkdf2Sync(password, salt, iterations, keylen, digest) {
  return pbkdf2Maker(password, salt, iterations, keylen, digest)();
}

export function pbkdf2(password, salt, iterations, keylen, digest, callback) {
  const [hash, done] = typeof digest === "function" ? [undefined, digest] : [digest, callback];
  const derive = pbkdf2Maker(password, salt, iterations, keylen, hash);
  requireFunction(done, "callback");
  later(done, () => [derive()]);
}

const scryptDefaults = { N: 16384, r: 8, p: 1, maxmem: 33554432 };
const scryptNames = [
  ["N", "cost"],
  ["r", "blockSize"],
  ["p", "parallelization"],
];

function scryptParameters(options) {
  const values = { ...scryptDefaults };
  if (!options) return values;
  for (const [name, longName] of scryptNames) {
    const isGiven = options[name] !== undefined;
    if (isGiven) requireInteger(options[name], name, 0, uint32Max);
    if (options[longName] !== undefined) {
      if (isGiven) throw nodeError(Error, "ERR_CRYPTO_SCRYPT_INVALID_PARAMETER", "Invalid scrypt parameter");
      requireInteger(options[longName], longName, 0, uint32Max);
    }
    values[name] = (isGiven ? options[name] : options[longName]) || scryptDefaults[name];
  }
  if (options.maxmem !== undefined) {
    requireInteger(options.maxmem, "maxmem", 0);
    values.maxmem = options.maxmem || scryptDefaults.maxmem;
  }
  return values;
}

function scryptMaker(password, salt, keylen, options) {
  const secret = inputData(password, "password");
  const saltData = inputData(salt, "salt");
  requireInteger(keylen, "keylen", 0, int32Max);
  const { N, r, p, maxmem } = scryptParameters(options);
  const val = { cost: N, blockSize: r, parallelization: p, memoryBytesMax: maxmem };
  return () => asBuffer(called(host, "derive", { tag: "scrypt", val }, secret, saltData, keylen));
}

export function scryptSync(password, salt, keylen, options) {
  return scryptMaker(password, salt, keylen, options)();
}

export function scrypt(password, salt, keylen, options, callback) {
  const [given, done] = callback === undefined ? [undefined, options] : [options, callback];
  const derive = scryptMaker(password, salt, keylen, given);
  requireFunction(done, "callback");
  later(done, () => [derive()]);
}

const ikmTypes = ["string", "SecretKeyObject", "ArrayBuffer", "TypedArray", "DataView", "Buffer"];
const sourceTypes = ["string", "ArrayBuffer", "TypedArray", "DataView", "Buffer"];

function isBytes(value) {
  return typeof value === "string" || isView(value) || isAnyArrayBuffer(value);
}

function hkdfMaker(digest, ikm, salt, info, length) {
  requireType(digest, "digest", "string");
  if (!isKeyObject(ikm) && !isBytes(ikm)) throw invalidArgType("ikm", ikmTypes, ikm);
  const secret = isKeyObject(ikm) ? hostData(secretBytes(ikm)) : inputData(ikm, "ikm");
  if (!isBytes(salt)) throw invalidArgType("salt", sourceTypes, salt);
  if (!isBytes(info)) throw invalidArgType("info", sourceTypes, info);
  const infoBytes = inputBytes(info, "info");
  requireInteger(length, "length", 0, hkdfLengthMax);
  if (infoBytes.length > hkdfInfoMax) {
    throw outOfRange("info", `must not contain more than ${hkdfInfoMax} bytes`, infoBytes.length);
  }
  const saltData = inputData(salt, "salt");
  return () => {
    requireHash(digest);
    const derivation = { tag: "hkdf", val: { hash: crossingText(digest), info: infoBytes } };
    if (length > uint32Max) throw nodeError(RangeError, "ERR_CRYPTO_INVALID_KEYLEN", "Invalid key length");
    return asArrayBuffer(called(host, "derive", derivation, secret, saltData, length));
  };
}

export function hkdfSync(digest, ikm, salt, info, length) {
  return hkdfMaker(digest, ikm, salt, info, length)();
}

export function hkdf(digest, ikm, salt, info, length, callback) {
  const derive = hkdfMaker(digest, ikm, salt, info, length);
  requireFunction(callback, "callback");
  later(callback, () => [derive()]);
}

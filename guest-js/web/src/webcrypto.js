// WebCrypto: `crypto.subtle` and its classes, on the keys and operations of `node:crypto`. Every operation is computed
// when it is called, as an instance has one thread; its promise is settled by then.

import nodeCrypto from "node:crypto";
import { asInterface } from "fnhost:platform/boundary";
import { decodeUtf8, encodeUtf8 } from "fnhost:platform/encoding";
import { hashName, normalizeAlgorithm } from "./webcrypto/algorithms.js";
import {
  requireArguments,
  toAlgorithmIdentifier,
  toBytes,
  toCryptoKey,
  toJsonWebKey,
  toKeyFormat,
  toKeyUsages,
  toUnsignedLong,
} from "./webcrypto/convert.js";
import { CryptoKey } from "./webcrypto/crypto-key.js";
import { dataError, illegalConstructor, invalidThis } from "./webcrypto/errors.js";
import { exportKey } from "./webcrypto/export-key.js";
import { generateKey } from "./webcrypto/generate-key.js";
import { importKey } from "./webcrypto/import-key.js";
import { cipher, deriveBits, keyLength, requireDerivation, sign, verify } from "./webcrypto/operations.js";

const { getRandomValues, hash, randomUUID } = nodeCrypto;
const { parse, stringify } = JSON;
const permission = Symbol("permission");
const ordinals = ["1st", "2nd", "3rd", "4th", "5th", "6th", "7th"];
const toBoolean = (value) => Boolean(value);

/** The arguments of a method, converted one by one; `converters` may be longer than what is required. */
function converted(self, method, given, converters) {
  if (self !== subtle) throw invalidThis("SubtleCrypto");
  const prefix = `Failed to execute '${method}' on 'SubtleCrypto'`;
  requireArguments(given.length, converters.length, prefix);
  return converters.map((convert, index) => convert(given[index], { prefix, context: `${ordinals[index]} argument` }));
}

const identifier = toAlgorithmIdentifier;

/** What `importKey` takes for a key in a format. */
function toKeyData(format) {
  return format === "jwk" ? toJsonWebKey : toBytes;
}

export class SubtleCrypto {
  constructor(...given) {
    if (given[0] !== permission) throw illegalConstructor();
  }

  async digest(algorithm, data) {
    const [named, bytes] = converted(this, "digest", arguments, [identifier, toBytes]);
    const digest = hash(hashName(normalizeAlgorithm(named, "digest")), bytes, "buffer");
    return digest.buffer.slice(digest.byteOffset, digest.byteOffset + digest.byteLength);
  }

  async generateKey(algorithm, extractable, keyUsages) {
    const given = converted(this, "generateKey", arguments, [identifier, toBoolean, toKeyUsages]);
    return generateKey(normalizeAlgorithm(given[0], "generateKey"), given[1], given[2]);
  }

  async deriveBits(algorithm, baseKey, length = null) {
    const given = converted(this, "deriveBits", arguments, [identifier, toCryptoKey]);
    const options = { prefix: "Failed to execute 'deriveBits' on 'SubtleCrypto'", context: "3rd argument" };
    const bits = length === null ? null : toUnsignedLong(length, options);
    const normalized = normalizeAlgorithm(given[0], "deriveBits");
    requireDerivation(normalized, given[1], "deriveBits");
    return deriveBits(normalized, given[1], bits);
  }

  async deriveKey(algorithm, baseKey, derivedKeyAlgorithm, extractable, keyUsages) {
    const converters = [identifier, toCryptoKey, identifier, toBoolean, toKeyUsages];
    const [named, base, derivedNamed, isExtractable, usages] = converted(this, "deriveKey", arguments, converters);
    const normalized = normalizeAlgorithm(named, "deriveBits");
    const derived = normalizeAlgorithm(derivedNamed, "importKey");
    requireDerivation(normalized, base, "deriveKey");
    const length = keyLength(normalizeAlgorithm(derivedNamed, "get key length"));
    const bits = deriveBits(normalized, base, length);
    return importKey("raw", new Uint8Array(bits), derived, isExtractable, usages);
  }

  async importKey(format, keyData, algorithm, extractable, keyUsages) {
    const toData = (value, options) => toKeyData(`${format}`)(value, options);
    const converters = [toKeyFormat, toData, identifier, toBoolean];
    const [kind, data, named, isExtractable] = converted(this, "importKey", arguments, converters);
    const options = { prefix: "Failed to execute 'importKey' on 'SubtleCrypto'", context: "5th argument" };
    const usages = toKeyUsages(keyUsages, options);
    return importKey(kind, data, normalizeAlgorithm(named, "importKey"), isExtractable, usages);
  }

  async exportKey(format, key) {
    const [kind, given] = converted(this, "exportKey", arguments, [toKeyFormat, toCryptoKey]);
    return exportKey(kind, given);
  }

  async sign(algorithm, key, data) {
    const [named, given, bytes] = converted(this, "sign", arguments, [identifier, toCryptoKey, toBytes]);
    return sign(normalizeAlgorithm(named, "sign"), given, bytes);
  }

  async verify(algorithm, key, signature, data) {
    const converters = [identifier, toCryptoKey, toBytes, toBytes];
    const [named, given, signed, bytes] = converted(this, "verify", arguments, converters);
    return verify(normalizeAlgorithm(named, "verify"), given, signed, bytes);
  }

  async encrypt(algorithm, key, data) {
    const [named, given, bytes] = converted(this, "encrypt", arguments, [identifier, toCryptoKey, toBytes]);
    return cipher(true, normalizeAlgorithm(named, "encrypt"), given, bytes, "encrypt");
  }

  async decrypt(algorithm, key, data) {
    const [named, given, bytes] = converted(this, "decrypt", arguments, [identifier, toCryptoKey, toBytes]);
    return cipher(false, normalizeAlgorithm(named, "decrypt"), given, bytes, "decrypt");
  }

  async wrapKey(format, key, wrappingKey, algorithm) {
    const converters = [toKeyFormat, toCryptoKey, toCryptoKey, identifier];
    const [kind, given, wrapping, named] = converted(this, "wrapKey", arguments, converters);
    const normalized = normalizedFor(named, "wrapKey", "encrypt");
    const exported = exportKey(kind, given);
    const bytes = kind === "jwk" ? jwkBytes(exported, normalized.name) : new Uint8Array(exported);
    return cipher(true, normalized, wrapping, bytes, "wrapKey");
  }

  async unwrapKey(format, wrappedKey, unwrappingKey, unwrapAlgorithm, unwrappedKeyAlgorithm, extractable, keyUsages) {
    const converters = [toKeyFormat, toBytes, toCryptoKey, identifier, identifier, toBoolean, toKeyUsages];
    const given = converted(this, "unwrapKey", arguments, converters);
    const [kind, wrapped, unwrapping, named, unwrappedNamed, isExtractable, usages] = given;
    const normalized = normalizedFor(named, "unwrapKey", "decrypt");
    const bytes = new Uint8Array(cipher(false, normalized, unwrapping, wrapped, "unwrapKey"));
    const data = kind === "jwk" ? jwkOf(bytes) : bytes;
    return importKey(kind, data, normalizeAlgorithm(unwrappedNamed, "importKey"), isExtractable, usages);
  }
}

/** An algorithm for wrapping keys, or one that encrypts anything. */
function normalizedFor(named, operation, otherOperation) {
  try {
    return normalizeAlgorithm(named, operation);
  } catch {
    return normalizeAlgorithm(named, otherOperation);
  }
}

/** The JSON of a JWK. AES-KW takes nothing but whole blocks, so it gets spaces at the end. */
function jwkBytes(jwk, name) {
  const text = stringify(jwk);
  return encodeUtf8(name === "AES-KW" ? text.padEnd(Math.ceil(text.length / 8) * 8) : text);
}

function jwkOf(bytes) {
  let jwk;
  try {
    jwk = parse(decodeUtf8(bytes));
  } catch {
    throw dataError("Invalid wrapped JWK key");
  }
  const prefix = "Failed to execute 'importKey' on 'SubtleCrypto'";
  return toJsonWebKey(jwk, { prefix, context: "2nd argument" });
}

export class Crypto {
  constructor(...given) {
    if (given[0] !== permission) throw illegalConstructor();
  }

  get subtle() {
    if (this !== crypto) throw invalidThis("Crypto");
    return subtle;
  }

  getRandomValues(array) {
    if (this !== crypto) throw invalidThis("Crypto");
    return getRandomValues(array);
  }

  randomUUID() {
    if (this !== crypto) throw invalidThis("Crypto");
    return randomUUID();
  }
}

const subtle = new SubtleCrypto(permission);

export const crypto = new Crypto(permission);

export { CryptoKey };

asInterface(SubtleCrypto, "SubtleCrypto", [
  "digest",
  "generateKey",
  "deriveBits",
  "deriveKey",
  "importKey",
  "exportKey",
  "sign",
  "verify",
  "encrypt",
  "decrypt",
  "wrapKey",
  "unwrapKey",
]);
asInterface(Crypto, "Crypto", ["subtle", "getRandomValues", "randomUUID"]);

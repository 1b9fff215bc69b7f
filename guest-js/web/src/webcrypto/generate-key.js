// `generateKey`.

import nodeCrypto from "node:crypto";
import { codedError } from "fnhost:platform/errors";
import { requireRunning } from "fnhost:platform/phase";
import { cryptoKey } from "./crypto-key.js";
import { domError, operation, operationError } from "./errors.js";
import { rsaAlgorithm } from "./import-key.js";
import { requirePairUsages, requireUsages, usagesFor } from "./usages.js";

const { generateKeyPairSync, generateKeySync } = nodeCrypto;

/** The curves there are, with OpenSSL's names. */
export const curves = { "P-256": "prime256v1", "P-384": "secp384r1", "P-521": "secp521r1" };

/** A new CryptoKey, or a pair of them. */
export function generateKey(algorithm, extractable, usages) {
  const { name } = algorithm;
  if (name.startsWith("AES")) return generateAes(algorithm, extractable, usages);
  if (name === "HMAC") return generateHmac(algorithm, extractable, usages);
  if (name.startsWith("RSA")) return generateRsa(algorithm, extractable, usages);
  const { namedCurve } = algorithm;
  const isEc = name.startsWith("EC");
  if (isEc && !Object.hasOwn(curves, namedCurve)) throw domError("Unrecognized namedCurve", "NotSupportedError");
  requirePairUsages(name, usages);
  requireRunning("crypto.subtle.generateKey");
  const pair = operation(() =>
    isEc ? generateKeyPairSync("ec", { namedCurve: curves[namedCurve] }) : generateKeyPairSync(name.toLowerCase()),
  );
  return keyPair(pair, isEc ? { name, namedCurve } : { name }, extractable, usages);
}

function emptyUsages() {
  return domError("Usages cannot be empty when creating a key.", "SyntaxError");
}

function keyPair({ publicKey, privateKey }, algorithm, extractable, usages) {
  const privateUsages = usagesFor(algorithm.name, "private", usages);
  if (privateUsages.length === 0) throw emptyUsages();
  const publicUsages = usagesFor(algorithm.name, "public", usages);
  return {
    __proto__: null,
    publicKey: cryptoKey(publicKey, algorithm, publicUsages, true),
    privateKey: cryptoKey(privateKey, algorithm, privateUsages, extractable),
  };
}

/** A number of big-endian bytes that has to fit into 32 bits. */
function exponentOf(bytes) {
  let number = 0;
  for (const byte of bytes) {
    number = number * 256 + byte;
    if (number > 0xffffffff) {
      throw operationError("The publicExponent must be equivalent to an unsigned 32-bit value");
    }
  }
  return number;
}

function generateRsa({ name, modulusLength, publicExponent, hash }, extractable, usages) {
  const exponent = exponentOf(publicExponent);
  requirePairUsages(name, usages);
  requireRunning("crypto.subtle.generateKey");
  const pair = operation(() => generateKeyPairSync("rsa", { modulusLength, publicExponent: exponent }));
  return keyPair(pair, rsaAlgorithm(name, pair.publicKey, hash), extractable, usages);
}

function generateAes({ name, length }, extractable, usages) {
  if (length !== 128 && length !== 192 && length !== 256) {
    throw operationError("AES key length must be 128, 192, or 256 bits");
  }
  requireUsages(name, "secret", usages);
  return secretKey("aes", { name, length }, extractable, usages);
}

/** The length of a key that HMAC with this hash takes best, in bits. */
export function blockBits(hash) {
  return hash.name === "SHA-1" || hash.name === "SHA-256" ? 512 : 1024;
}

function generateHmac({ name, hash, length = blockBits(hash) }, extractable, usages) {
  if (length % 8 !== 0) {
    const message = `The property 'algorithm.length' must be a multiple of 8. Received ${length}`;
    throw codedError(TypeError, "ERR_INVALID_ARG_VALUE", message);
  }
  requireUsages(name, "secret", usages);
  return secretKey("hmac", { name, length, hash: { name: hash.name } }, extractable, usages);
}

function secretKey(type, algorithm, extractable, usages) {
  requireRunning("crypto.subtle.generateKey");
  const keyObject = operation(() => generateKeySync(type, { length: algorithm.length }));
  if (usages.length === 0) throw emptyUsages();
  return cryptoKey(keyObject, algorithm, usages, extractable);
}

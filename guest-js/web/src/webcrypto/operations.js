// Encryption, signatures and derivation, with CryptoKeys.

import { Buffer } from "node:buffer";
import nodeCrypto from "node:crypto";
import { codedError } from "fnhost:platform/errors";
import { requireRunning } from "fnhost:platform/phase";
import { hashName } from "./algorithms.js";
import { keyObjectOf } from "./crypto-key.js";
import { blockBits } from "./generate-key.js";
import { invalidAccess, operation, operationError } from "./errors.js";

const { constants, createCipheriv, createDecipheriv, createHmac, diffieHellman, hkdfSync, pbkdf2Sync } = nodeCrypto;
const { privateDecrypt, publicEncrypt, sign: nodeSign, timingSafeEqual, verify: nodeVerify } = nodeCrypto;

const aesBlock = 16;
const digestLengths = { "SHA-1": 20, "SHA-256": 32, "SHA-384": 48, "SHA-512": 64 };

function arrayBuffer(buffer) {
  if (buffer.byteLength === buffer.buffer.byteLength) return buffer.buffer;
  return buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength);
}

/** Encrypts or decrypts; `usage` is what the key has to be for. */
export function cipher(isEncrypting, algorithm, key, data, usage) {
  if (key.algorithm.name !== algorithm.name || !key.usages.includes(usage)) throw invalidAccess();
  switch (algorithm.name) {
    case "RSA-OAEP":
      return rsaOaep(isEncrypting, algorithm, key, data);
    case "AES-CTR":
      return aesCtr(isEncrypting, algorithm, key, data);
    case "AES-CBC":
      requireBytes(algorithm.iv, "algorithm.iv");
      return operation(() => arrayBuffer(Buffer.concat(aes(isEncrypting, "cbc", key, algorithm.iv, data))));
    case "AES-GCM":
      return aesGcm(isEncrypting, algorithm, key, data);
    default:
      return aesKw(isEncrypting, key, data);
  }
}

function requireBytes(bytes, name) {
  if (bytes.length !== aesBlock) throw operationError(`${name} must contain exactly ${aesBlock} bytes`);
}

/** The pieces that AES in this mode makes of `data`. */
function aes(isEncrypting, mode, key, iv, data) {
  const create = isEncrypting ? createCipheriv : createDecipheriv;
  const cipher = create(`aes-${key.algorithm.length}-${mode}`, keyObjectOf(key), iv);
  return [cipher.update(data), cipher.final()];
}

/** Counter mode whose counter is only the last `length` bits: after its last value it starts over, at zero. */
function aesCtr(isEncrypting, { counter, length }, key, data) {
  requireBytes(counter, "algorithm.counter");
  if (length === 0 || length > 128) throw operationError("AES-CTR algorithm.length must be between 1 and 128");
  const value = BigInt(`0x${Buffer.from(counter).toString("hex")}`);
  const period = 1n << BigInt(length);
  const blocks = BigInt(Math.ceil(data.length / aesBlock));
  return operation(() => {
    if (blocks > period) throw new Error("the counter would come to a value twice");
    const left = period - (value % period);
    if (blocks <= left) return arrayBuffer(Buffer.concat(aes(isEncrypting, "ctr", key, counter, data)));
    const split = Number(left) * aesBlock;
    const restart = Buffer.from((value - (value % period)).toString(16).padStart(2 * aesBlock, "0"), "hex");
    const before = aes(isEncrypting, "ctr", key, counter, data.subarray(0, split));
    const after = aes(isEncrypting, "ctr", key, restart, data.subarray(split));
    return arrayBuffer(Buffer.concat([...before, ...after]));
  });
}

const tagLengths = [32, 64, 96, 104, 112, 120, 128];

function aesGcm(isEncrypting, { iv, additionalData, tagLength = 128 }, key, data) {
  if (!tagLengths.includes(tagLength)) throw operationError(`${tagLength} is not a valid AES-GCM tag length`);
  const authTagLength = tagLength / 8;
  if (!isEncrypting && data.length < authTagLength) throw operationError("The provided data is too small.");
  return operation(() => {
    const create = isEncrypting ? createCipheriv : createDecipheriv;
    const cipher = create(`aes-${key.algorithm.length}-gcm`, keyObjectOf(key), iv, { authTagLength });
    if (additionalData !== undefined) cipher.setAAD(additionalData);
    if (isEncrypting) {
      const pieces = [cipher.update(data), cipher.final()];
      return arrayBuffer(Buffer.concat([...pieces, cipher.getAuthTag()]));
    }
    cipher.setAuthTag(data.subarray(data.length - authTagLength));
    const pieces = [cipher.update(data.subarray(0, data.length - authTagLength)), cipher.final()];
    return arrayBuffer(Buffer.concat(pieces));
  });
}

function aesKw(isEncrypting, key, data) {
  return operation(() => {
    const create = isEncrypting ? createCipheriv : createDecipheriv;
    // The initial value of RFC 3394.
    const cipher = create(`id-aes${key.algorithm.length}-wrap`, keyObjectOf(key), Buffer.alloc(8, 0xa6));
    return arrayBuffer(Buffer.concat([cipher.update(data), cipher.final()]));
  });
}

function rsaOaep(isEncrypting, { label }, key, data) {
  if (key.type !== (isEncrypting ? "public" : "private")) throw invalidAccess();
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const options = { key: keyObjectOf(key), padding, oaepHash: hashName(key.algorithm.hash), oaepLabel: label };
  if (isEncrypting) requireRunning("crypto.subtle.encrypt");
  return operation(() => arrayBuffer(isEncrypting ? publicEncrypt(options, data) : privateDecrypt(options, data)));
}

function requireUse(algorithm, key, usage) {
  if (!key.usages.includes(usage) || algorithm.name !== key.algorithm.name) {
    throw invalidAccess(`Unable to use this key to ${usage}`);
  }
}

function requireKind(key, kind) {
  if (key.type !== kind) throw invalidAccess(`Key must be a ${kind} key`);
}

/** The hash's name for Node, and its options for the key. */
function signing(algorithm, key) {
  const keyObject = keyObjectOf(key);
  switch (algorithm.name) {
    case "ECDSA":
      return [hashName(algorithm.hash), { key: keyObject, dsaEncoding: "ieee-p1363" }];
    case "RSA-PSS":
      requireSaltLength(algorithm.saltLength, key.algorithm);
      return [
        hashName(key.algorithm.hash),
        { key: keyObject, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: algorithm.saltLength },
      ];
    case "RSASSA-PKCS1-v1_5":
      return [hashName(key.algorithm.hash), { key: keyObject }];
    default:
      return [null, { key: keyObject }];
  }
}

function requireSaltLength(saltLength, { modulusLength, hash }) {
  const max = Math.ceil((modulusLength - 1) / 8) - digestLengths[hash.name] - 2;
  if (saltLength <= max) return;
  const range = `It must be >= 0 && <= ${max}. Received ${saltLength}`;
  const message = `The value of "algorithm.saltLength" is out of range. ${range}`;
  throw codedError(RangeError, "ERR_OUT_OF_RANGE", message);
}

function hmacOf(key, data) {
  return createHmac(hashName(key.algorithm.hash), keyObjectOf(key)).update(data).digest();
}

export function sign(algorithm, key, data) {
  requireUse(algorithm, key, "sign");
  if (algorithm.name === "HMAC") return operation(() => arrayBuffer(hmacOf(key, data)));
  requireKind(key, "private");
  if (algorithm.name === "ECDSA" || algorithm.name === "RSA-PSS") requireRunning("crypto.subtle.sign");
  return operation(() => {
    const [hash, options] = signing(algorithm, key);
    return arrayBuffer(nodeSign(hash, data, options));
  });
}

export function verify(algorithm, key, signature, data) {
  requireUse(algorithm, key, "verify");
  if (algorithm.name === "HMAC") {
    const expected = operation(() => hmacOf(key, data));
    return expected.length === signature.length && timingSafeEqual(expected, signature);
  }
  requireKind(key, "public");
  return operation(() => {
    const [hash, options] = signing(algorithm, key);
    return nodeVerify(hash, data, options, signature);
  });
}

const agreeing = ["ECDH", "X25519", "X448"];

/** `length` bits that follow from `baseKey`; all that there are where it is null. */
export function deriveBits(algorithm, baseKey, length) {
  if (agreeing.includes(algorithm.name)) return agreedBits(algorithm, baseKey, length);
  if (algorithm.name === "PBKDF2" && algorithm.iterations === 0) throw operationError("iterations cannot be zero");
  if (length === 0) return new ArrayBuffer(0);
  if (length === null) throw operationError("length cannot be null");
  if (length % 8 !== 0) throw operationError("length must be a multiple of 8");
  const { hash, salt, info, iterations } = algorithm;
  const bytes = length / 8;
  const keyObject = keyObjectOf(baseKey);
  return operation(() =>
    algorithm.name === "HKDF"
      ? hkdfSync(hashName(hash), keyObject, salt, info, bytes)
      : arrayBuffer(pbkdf2Sync(keyObject.export(), salt, iterations, bytes, hashName(hash))),
  );
}

function agreedBits({ public: publicKey }, baseKey, length) {
  if (publicKey.type !== "public") throw invalidAccess("algorithm.public must be a public key");
  if (baseKey.type !== "private") throw invalidAccess("baseKey must be a private key");
  const { name, namedCurve } = publicKey.algorithm;
  if (!agreeing.includes(name)) throw invalidAccess("Keys must be ECDH, X25519, or X448 keys");
  if (name !== baseKey.algorithm.name) throw invalidAccess("The public and private keys must be of the same type");
  if (namedCurve !== baseKey.algorithm.namedCurve) throw invalidAccess("Named curve mismatch");
  const keys = { privateKey: keyObjectOf(baseKey), publicKey: keyObjectOf(publicKey) };
  const bits = operation(() => diffieHellman(keys));
  if (length === null) return arrayBuffer(bits);
  const bytes = Math.ceil(length / 8);
  if (bits.length < bytes) throw operationError("derived bit length is too small");
  const result = new Uint8Array(bits.subarray(0, bytes));
  if (length % 8 !== 0) result[bytes - 1] &= 0xff << (8 - (length % 8));
  return result.buffer;
}

/** How many bits a key of this algorithm has; null where any number will do. */
export function keyLength({ name, length, hash }) {
  if (name === "HKDF" || name === "PBKDF2") return null;
  if (name === "HMAC") {
    if (length === undefined) return blockBits(hash);
    if (length !== 0) return length;
  } else if (length === 128 || length === 192 || length === 256) {
    return length;
  }
  throw operationError("Invalid key length");
}

export function requireDerivation(algorithm, baseKey, usage) {
  if (!baseKey.usages.includes(usage)) throw invalidAccess(`baseKey does not have ${usage} usage`);
  if (baseKey.algorithm.name !== algorithm.name) throw invalidAccess("Key algorithm mismatch");
}

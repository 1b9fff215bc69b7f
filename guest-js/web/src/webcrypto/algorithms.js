// Which algorithms there are, for what, and with which parameters.

import { parameters } from "./convert.js";
import { notSupported } from "./errors.js";

const rsa = ["RSASSA-PKCS1-v1_5", "RSA-PSS", "RSA-OAEP"];
const ec = ["ECDSA", "ECDH"];
const okp = ["Ed25519", "Ed448", "X25519", "X448"];
const aes = ["AES-CTR", "AES-CBC", "AES-GCM", "AES-KW"];

function all(names, dictionary) {
  return Object.fromEntries(names.map((name) => [name, dictionary]));
}

const ciphers = {
  "RSA-OAEP": "RsaOaepParams",
  "AES-CBC": "AesCbcParams",
  "AES-GCM": "AesGcmParams",
  "AES-CTR": "AesCtrParams",
};
const signatures = {
  "RSASSA-PKCS1-v1_5": null,
  "RSA-PSS": "RsaPssParams",
  ECDSA: "EcdsaParams",
  HMAC: null,
  Ed25519: null,
  Ed448: "Ed448Params",
};

/** By operation, then by name: the dictionary of parameters, or null for none. */
const supported = {
  digest: all(["SHA-1", "SHA-256", "SHA-384", "SHA-512"], null),
  generateKey: {
    ...all(rsa, "RsaHashedKeyGenParams"),
    ...all(ec, "EcKeyGenParams"),
    ...all(aes, "AesKeyGenParams"),
    HMAC: "HmacKeyGenParams",
    ...all(okp, null),
  },
  sign: signatures,
  verify: signatures,
  importKey: {
    ...all(rsa, "RsaHashedImportParams"),
    ...all(ec, "EcKeyImportParams"),
    HMAC: "HmacImportParams",
    ...all(["HKDF", "PBKDF2", ...aes, ...okp], null),
  },
  deriveBits: {
    HKDF: "HkdfParams",
    PBKDF2: "Pbkdf2Params",
    ECDH: "EcdhKeyDeriveParams",
    X25519: "EcdhKeyDeriveParams",
    X448: "EcdhKeyDeriveParams",
  },
  encrypt: ciphers,
  decrypt: ciphers,
  "get key length": { ...all(aes, "AesDerivedKeyParams"), HMAC: "HmacImportParams", ...all(["HKDF", "PBKDF2"], null) },
  wrapKey: { "AES-KW": null },
  unwrapKey: { "AES-KW": null },
};

/** What `algorithm` says, as the standard normalizes it for an operation. */
export function normalizeAlgorithm(algorithm, operation) {
  const given = typeof algorithm === "string" ? { name: algorithm } : algorithm;
  const options = { prefix: "Failed to normalize algorithm", context: "passed algorithm" };
  const wanted = parameters.Algorithm(given, options).name.toUpperCase();
  const names = supported[operation];
  const name = Object.keys(names).find((known) => known.toUpperCase() === wanted);
  if (name === undefined) throw notSupported();
  if (names[name] === null) return { name };
  const normalized = parameters[names[name]](given, options);
  normalized.name = name;
  if (normalized.hash !== undefined) normalized.hash = normalizeAlgorithm(normalized.hash, "digest");
  return normalized;
}

/** Node's name of a hash: `sha256` for `SHA-256`. */
export function hashName({ name }) {
  return name.toLowerCase().replace("-", "");
}

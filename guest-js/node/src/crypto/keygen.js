// New keys and key pairs.

import { requireRunning } from "fnhost:platform/phase";
import { invalidArgValue, nodeError, requireFunction, requireInteger, requireType } from "../internal/errors.js";
import { crossingText, isView, later, requireHash, requireObject, requireOneOf } from "./common.js";
import { namedGroup } from "./diffie-hellman.js";
import { exported, parseKeyEncoding, PrivateKeyObject, PublicKeyObject, secretKeyObject } from "./keys.js";
import { NativeKey } from "./native-key.js";
import { primeBytes, uint32Bytes } from "./primes.js";
import { freshBytes } from "./random.js";

const uint32Max = 4294967295;
const int32Max = 2147483647;

function requireUint32(value, name) {
  requireInteger(value, name, 0, uint32Max);
}

/** The host's `key-parameters` for what Node takes, checked as Node does. */
function keyParameters(type, options) {
  switch (type) {
    case "rsa":
    case "rsa-pss":
      return rsaParameters(type, options);
    case "ec":
      return ecParameters(options);
    case "ed25519":
    case "ed448":
    case "x25519":
    case "x448":
      return { algorithm: type };
    case "dsa":
      return dsaParameters(options);
    case "dh":
      return dhParameters(options);
    default:
      throw invalidArgValue("type", type, "must be a supported key type");
  }
}

function rsaParameters(algorithm, options) {
  requireObject(options, "options");
  const { modulusLength, publicExponent, saltLength, hash, mgf1Hash } = options;
  requireUint32(modulusLength, "options.modulusLength");
  if (publicExponent !== undefined && publicExponent !== null) requireUint32(publicExponent, "options.publicExponent");
  const parameters = { algorithm, modulusLength, publicExponent: uint32Bytes(publicExponent ?? 65537) };
  if (algorithm === "rsa") return parameters;
  const { hashAlgorithm = hash, mgf1HashAlgorithm = mgf1Hash } = options;
  if (saltLength !== undefined) requireInteger(saltLength, "options.saltLength", 0, int32Max);
  if (hashAlgorithm !== undefined) requireType(hashAlgorithm, "options.hashAlgorithm", "string");
  if (mgf1HashAlgorithm !== undefined) requireType(mgf1HashAlgorithm, "options.mgf1HashAlgorithm", "string");
  if (hash !== undefined && hash !== hashAlgorithm) throw invalidArgValue("options.hash", hash);
  if (mgf1Hash !== undefined && mgf1Hash !== mgf1HashAlgorithm) throw invalidArgValue("options.mgf1Hash", mgf1Hash);
  for (const name of [hashAlgorithm, mgf1HashAlgorithm]) if (name !== undefined) requireHash(name);
  return { ...parameters, hashAlgorithm, mgf1HashAlgorithm, saltLength };
}

function dsaParameters(options) {
  requireObject(options, "options");
  const { modulusLength } = options;
  requireUint32(modulusLength, "options.modulusLength");
  const divisorLength = options.divisorLength ?? undefined;
  if (divisorLength !== undefined) requireInteger(divisorLength, "options.divisorLength", 0, int32Max);
  return { algorithm: "dsa", modulusLength, divisorLength };
}

function ecParameters(options) {
  requireObject(options, "options");
  const { namedCurve, paramEncoding } = options;
  requireType(namedCurve, "options.namedCurve", "string");
  if (paramEncoding !== undefined && paramEncoding !== null && paramEncoding !== "named" && paramEncoding !== "explicit") {
    throw invalidArgValue("options.paramEncoding", paramEncoding);
  }
  return { algorithm: "ec", namedCurve: crossingText(namedCurve), explicitCurve: paramEncoding === "explicit" };
}

function dhParameters(options) {
  requireObject(options, "options");
  const { group: name, primeLength, prime, generator } = options;
  const given = (value) => value !== undefined && value !== null;
  const incompatible = (one, other) => {
    const message = `Option "${one}" cannot be used in combination with option "${other}"`;
    return nodeError(TypeError, "ERR_INCOMPATIBLE_OPTION_PAIR", message);
  };
  if (given(name)) {
    if (given(prime)) throw incompatible("group", "prime");
    if (given(primeLength)) throw incompatible("group", "primeLength");
    if (given(generator)) throw incompatible("group", "generator");
    requireType(name, "options.group", "string");
    return { algorithm: "dh", group: namedGroup(name) };
  }
  if (given(prime)) {
    if (given(primeLength)) throw incompatible("prime", "primeLength");
    if (!isView(prime)) throw invalidArgValue("options.prime", prime);
  } else if (given(primeLength)) {
    requireInteger(primeLength, "options.primeLength", 0, int32Max);
  } else {
    const message = "At least one of the group, prime, or primeLength options is required";
    throw nodeError(TypeError, "ERR_MISSING_OPTION", message);
  }
  if (given(generator)) requireInteger(generator, "options.generator", 0, int32Max);
  const number = generator ?? 2;
  const bytes = given(prime) ? new Uint8Array(prime.buffer, prime.byteOffset, prime.byteLength) : undefined;
  const group = { prime: bytes ?? primeBytes(primeLength, number), generator: uint32Bytes(number) };
  return { algorithm: "dh", group };
}

function encodingOf(options, name, type, isPublic) {
  const encoding = options?.[name];
  if (encoding === undefined || encoding === null) return undefined;
  if (typeof encoding !== "object") throw invalidArgValue(`options.${name}`, encoding);
  return parseKeyEncoding(encoding, type, isPublic, name);
}

/** A function that makes the pair, after everything was checked. */
function keyPairMaker(type, options) {
  requireType(type, "type", "string");
  const publicEncoding = encodingOf(options, "publicKeyEncoding", type, true);
  const privateEncoding = encodingOf(options, "privateKeyEncoding", type, false);
  if (options !== undefined) requireObject(options, "options");
  const parameters = keyParameters(type, options);
  requireRunning("crypto.generateKeyPair");
  return () => {
    const privateKey = NativeKey.generate({ explicitCurve: false, ...parameters });
    const publicKey = privateKey.toPublic();
    return {
      publicKey: publicEncoding ? exported(publicKey, publicEncoding) : new PublicKeyObject(publicKey),
      privateKey: privateEncoding ? exported(privateKey, privateEncoding) : new PrivateKeyObject(privateKey),
    };
  };
}

export function generateKeyPairSync(type, options) {
  return keyPairMaker(type, options)();
}

export function generateKeyPair(type, options, callback) {
  const [given, done] = typeof options === "function" ? [undefined, options] : [options, callback];
  requireFunction(done, "callback");
  const make = keyPairMaker(type, given);
  later(done, () => {
    const { publicKey, privateKey } = make();
    return [publicKey, privateKey];
  });
}

// What `util.promisify` gives: one object of both keys.
Object.defineProperty(generateKeyPair, Symbol.for("nodejs.util.promisify.custom"), {
  value: (type, options) =>
    new Promise((resolve, reject) => {
      generateKeyPair(type, options, (error, publicKey, privateKey) => {
        if (error) reject(error);
        else resolve({ publicKey, privateKey });
      });
    }),
});

function secretKeyMaker(type, options) {
  requireType(type, "type", "string");
  requireObject(options, "options");
  const { length } = options;
  if (type === "hmac") requireInteger(length, "options.length", 8, int32Max);
  else if (type === "aes") requireOneOf(length, "options.length", [128, 192, 256]);
  else throw invalidArgValue("type", type, "must be a supported key type");
  requireRunning("crypto.generateKey");
  return () => secretKeyObject(freshBytes(Math.floor(length / 8)));
}

export function generateKeySync(type, options) {
  return secretKeyMaker(type, options)();
}

export function generateKey(type, options, callback) {
  const [given, done] = typeof options === "function" ? [undefined, options] : [options, callback];
  requireFunction(done, "callback");
  const make = secretKeyMaker(type, given);
  later(done, () => [make()]);
}

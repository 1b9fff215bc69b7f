// Arguments as Web IDL converts them, with Node's words for what cannot be: dictionaries, sequences, numbers, bytes.

import { codedError } from "fnhost:platform/errors";
import { isCryptoKey } from "./crypto-key.js";
import { domError } from "./errors.js";

const { isView } = ArrayBuffer;

function conversionError(message, { prefix, context = "Value" }, code = "ERR_INVALID_ARG_TYPE") {
  const subject = context === "" ? "" : `${context} `;
  return codedError(TypeError, code, `${prefix}: ${subject}${message}`);
}

/** Throws unless there are at least `needed` arguments. */
export function requireArguments(count, needed, prefix) {
  if (count >= needed) return;
  const message = `${needed} argument${needed === 1 ? "" : "s"} required, but only ${count} present.`;
  throw conversionError(message, { prefix, context: "" }, "ERR_MISSING_ARGS");
}

function isObject(value) {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

function toText(value, options) {
  if (typeof value === "symbol") throw conversionError("is a Symbol and cannot be converted to a string.", options);
  return `${value}`;
}

function toNumber(value, options) {
  if (typeof value === "bigint") throw conversionError("is a BigInt and cannot be converted to a number.", options);
  if (typeof value === "symbol") throw conversionError("is a Symbol and cannot be converted to a number.", options);
  return Number(value);
}

/** A converter to unsigned numbers that refuses what is out of range. */
function unsigned(bits) {
  const max = 2 ** bits - 1;
  return (value, options) => {
    const number = toNumber(value, options);
    if (!Number.isFinite(number)) throw conversionError("is not a finite number.", options);
    const whole = Math.trunc(number);
    if (whole >= 0 && whole <= max) return whole + 0;
    throw conversionError(`is outside the expected range of 0 to ${max}.`, options, "ERR_OUT_OF_RANGE");
  };
}

const octet = unsigned(8);
const unsignedShort = unsigned(16);
const unsignedLong = unsigned(32);

/** As `unsigned long` is where nothing is enforced: modulo 2^32. */
export function toUnsignedLong(value, options) {
  const number = toNumber(value, options);
  return Number.isFinite(number) ? Math.trunc(number) % 4294967296 : 0;
}

function isShared(buffer) {
  return typeof SharedArrayBuffer === "function" && buffer instanceof SharedArrayBuffer;
}

const sharedRefused = "is a view on a SharedArrayBuffer, which is not allowed.";

/** The bytes of a buffer or view, not copied. */
export function toBytes(value, options) {
  if (isView(value)) {
    if (isShared(value.buffer)) throw conversionError(sharedRefused, options);
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  throw conversionError("is not instance of ArrayBuffer, Buffer, TypedArray, or DataView.", options);
}

function toUint8Array(value, options) {
  if (!(value instanceof Uint8Array)) throw conversionError("is not an Uint8Array object.", options);
  if (isShared(value.buffer)) throw conversionError(sharedRefused, options);
  return value;
}

export function toAlgorithmIdentifier(value, options) {
  return isObject(value) ? value : toText(value, options);
}

export function toCryptoKey(value, options) {
  if (!isCryptoKey(value)) throw conversionError("is not of type CryptoKey.", options);
  return value;
}

function enumeration(name, values) {
  return (value, options) => {
    const text = `${value}`;
    if (values.includes(text)) return text;
    const message = `value '${text}' is not a valid enum value of type ${name}.`;
    throw conversionError(message, options, "ERR_INVALID_ARG_VALUE");
  };
}

export const toKeyFormat = enumeration("KeyFormat", ["raw", "pkcs8", "spki", "jwk"]);

const toKeyUsage = enumeration("KeyUsage", [
  "encrypt",
  "decrypt",
  "sign",
  "verify",
  "deriveKey",
  "deriveBits",
  "wrapKey",
  "unwrapKey",
]);

// More than this no list of a few words has; a hostile iterator has no end.
const sequenceLengthMax = 10000;

function sequence(convert) {
  return (value, options) => {
    const refused = () => conversionError("can not be converted to sequence.", options);
    if (!isObject(value) || typeof value[Symbol.iterator] !== "function") throw refused();
    const items = [];
    for (const item of value) {
      if (items.length === sequenceLengthMax) throw refused();
      items.push(convert(item, { ...options, context: `${options.context}, index ${items.length}` }));
    }
    return items;
  };
}

export const toKeyUsages = sequence(toKeyUsage);

/** A converter to a dictionary; `members` are name to converter, with an exclamation mark where one is required. */
function dictionary(name, members) {
  const sorted = Object.keys(members)
    .map((key) => ({ key: key.replace("!", ""), isRequired: key.endsWith("!"), convert: members[key] }))
    .sort((left, right) => (left.key < right.key ? -1 : 1));
  return (value, options) => {
    if (value !== undefined && value !== null && !isObject(value)) {
      throw conversionError("can not be converted to a dictionary", options);
    }
    const result = {};
    for (const { key, isRequired, convert } of sorted) {
      const member = value?.[key];
      if (member !== undefined) {
        const place = options.context ? ` (${options.context})` : "";
        result[key] = convert(member, { prefix: options.prefix, context: `'${key}' of '${name}'${place}` });
      } else if (isRequired) {
        const message = `can not be converted to '${name}' because '${key}' is required in '${name}'.`;
        throw conversionError(message, options, "ERR_MISSING_OPTION");
      }
    }
    return result;
  };
}

const toBoolean = (value) => Boolean(value);

/** A copy: the caller may change its buffer while the operation is under way. */
function toOwnBytes(value, options) {
  return toBytes(value, options).slice();
}

/** OpenSSL, as Node has it, takes no other. */
function toEmptyContext(value, options) {
  const bytes = toOwnBytes(value, options);
  if (bytes.length > 0) throw domError("Non zero-length context is not yet supported.", "NotSupportedError");
  return bytes;
}

const hash = { "hash!": toAlgorithmIdentifier };

/** The parameters of algorithms, by the names of their dictionaries. */
export const parameters = {
  Algorithm: dictionary("Algorithm", { "name!": toText }),
};
const dictionaries = {
  RsaHashedKeyGenParams: { "modulusLength!": unsignedLong, "publicExponent!": toUint8Array, ...hash },
  RsaHashedImportParams: hash,
  EcKeyGenParams: { "namedCurve!": toText },
  EcKeyImportParams: { "namedCurve!": toText },
  AesKeyGenParams: { "length!": unsignedShort },
  AesDerivedKeyParams: { "length!": unsignedShort },
  HmacKeyGenParams: { ...hash, length: unsignedLong },
  HmacImportParams: { ...hash, length: unsignedLong },
  RsaPssParams: { "saltLength!": unsignedLong },
  RsaOaepParams: { label: toOwnBytes },
  EcdsaParams: hash,
  Ed448Params: { context: toEmptyContext },
  HkdfParams: { ...hash, "salt!": toOwnBytes, "info!": toOwnBytes },
  Pbkdf2Params: { ...hash, "iterations!": unsignedLong, "salt!": toOwnBytes },
  AesCbcParams: { "iv!": toOwnBytes },
  AesGcmParams: { "iv!": toOwnBytes, tagLength: octet, additionalData: toOwnBytes },
  AesCtrParams: { "counter!": toOwnBytes, "length!": octet },
  EcdhKeyDeriveParams: { "public!": toCryptoKey },
};
for (const name of Object.keys(dictionaries)) {
  parameters[name] = dictionary(name, { "name!": toText, ...dictionaries[name] });
}

const toOtherPrimes = sequence(dictionary("RsaOtherPrimesInfo", { r: toText, d: toText, t: toText }));
const jwkTexts = ["kty", "use", "alg", "crv", "x", "y", "d", "n", "e", "p", "q", "dp", "dq", "qi", "k"];

export const toJsonWebKey = dictionary("JsonWebKey", {
  ...Object.fromEntries(jwkTexts.map((name) => [name, toText])),
  key_ops: sequence(toText),
  ext: toBoolean,
  oth: toOtherPrimes,
});

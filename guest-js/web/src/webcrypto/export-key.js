// `exportKey`.

import { Buffer } from "node:buffer";
import { keyObjectOf } from "./crypto-key.js";
import { domError, invalidAccess } from "./errors.js";
import { aesAlg, hmacAlg, rsaAlg } from "./import-key.js";

/** The key as bytes in an ArrayBuffer, or for `jwk` as an object. */
export function exportKey(format, key) {
  if (!key.extractable) throw invalidAccess("key is not extractable");
  const keyObject = keyObjectOf(key);
  const { name } = key.algorithm;
  if (name === "HKDF" || name === "PBKDF2") throw domError("Not yet supported", "NotSupportedError");
  if (format === "jwk") return exportJwk(key, keyObject);
  if (format === "raw") return exportRaw(key, keyObject);
  if (format === "spki" && key.type === "public") return arrayBuffer(keyObject.export({ format: "der", type: "spki" }));
  if (format === "pkcs8" && key.type === "private") {
    return arrayBuffer(keyObject.export({ format: "der", type: "pkcs8" }));
  }
  throw unable(format === "spki" ? "raw" : format, key);
}

function unable(format, key) {
  return invalidAccess(`Unable to export a ${format} ${key.algorithm.name} ${key.type} key`);
}

function arrayBuffer(buffer) {
  return buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength);
}

function exportRaw(key, keyObject) {
  if (key.type === "secret") return arrayBuffer(keyObject.export());
  if (key.type !== "public" || key.algorithm.name.startsWith("RSA")) throw unable("raw", key);
  const { x, y } = keyObject.export({ format: "jwk" });
  const first = Buffer.from(x, "base64url");
  // A point of a curve, not compressed, or a number alone.
  if (y === undefined) return arrayBuffer(first);
  return arrayBuffer(Buffer.concat([Buffer.from([4]), first, Buffer.from(y, "base64url")]));
}

/** The `alg` member of a JWK, where there is one. */
function algOf({ name, hash, length }) {
  if (name.startsWith("RSA")) return rsaAlg({ name, hash });
  if (name.startsWith("AES")) return aesAlg({ name, length });
  if (name === "HMAC") return hmacAlg(hash);
  return name.startsWith("Ed") ? name : undefined;
}

function exportJwk(key, keyObject) {
  const jwk = { key_ops: key.usages, ext: key.extractable, ...keyObject.export({ format: "jwk" }) };
  const alg = algOf(key.algorithm);
  return alg === undefined ? jwk : { ...jwk, alg };
}

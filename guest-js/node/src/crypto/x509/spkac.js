// Certificate: signed public keys with a challenge, as the element `keygen` of old browsers made them.

import { Buffer, inputBytes } from "../common.js";
import { createPublicKey, nativeKeyOf } from "../keys.js";
import * as asn1 from "./asn1.js";
import { isSignedBy } from "./signed.js";

/** What is in one: the key's bytes, the challenge, and the signature over both. */
function partsOf(spkac, encoding) {
  const text = Buffer.from(inputBytes(spkac, "spkac", encoding)).toString("latin1");
  const [signed, algorithm, signature] = asn1.valuesOf(Buffer.from(text.trim(), "base64")) ?? [];
  const [keyInfo, challenge] = (signature && asn1.valuesIn(signed.content)) ?? [];
  return challenge?.tag === asn1.ia5String ? { signed, algorithm, signature, keyInfo, challenge } : undefined;
}

function keyIn({ keyInfo }) {
  try {
    return createPublicKey({ key: Buffer.from(keyInfo.bytes), format: "der", type: "spki" });
  } catch {
    return undefined;
  }
}

function verifySpkac(spkac, encoding) {
  const parts = partsOf(spkac, encoding);
  const key = parts && keyIn(parts);
  if (key === undefined) return false;
  return isSignedBy(nativeKeyOf(key), parts.algorithm, parts.signed.bytes, parts.signature);
}

function exportPublicKey(spkac, encoding) {
  const parts = partsOf(spkac, encoding);
  const key = parts && keyIn(parts);
  return key === undefined ? "" : Buffer.from(key.export({ format: "pem", type: "spki" }));
}

function exportChallenge(spkac, encoding) {
  const parts = partsOf(spkac, encoding);
  return parts === undefined ? "" : Buffer.from(parts.challenge.content);
}

export function Certificate() {
  if (!(this instanceof Certificate)) return new Certificate();
}

Object.assign(Certificate, { exportChallenge, exportPublicKey, verifySpkac });
Object.assign(Certificate.prototype, { verifySpkac, exportPublicKey, exportChallenge });

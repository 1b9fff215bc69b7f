// The public key in a certificate's legacy object.

import { asBuffer, Buffer } from "../common.js";
import { createPublicKey } from "../keys.js";
import * as asn1 from "./asn1.js";

const nistCurves = { prime256v1: "P-256", secp384r1: "P-384", secp521r1: "P-521" };
const orderBits = { prime256v1: 256, secp256k1: 256, secp384r1: 384, secp521r1: 521 };

/** What there is to say of the key in a SubjectPublicKeyInfo: nothing, for most kinds. */
export function legacyKey(keyInfo) {
  let key;
  try {
    key = createPublicKey({ key: Buffer.from(keyInfo.bytes), format: "der", type: "spki" });
  } catch {
    return {};
  }
  const kind = key.asymmetricKeyType;
  if (kind === "rsa") return legacyRsa(key);
  if (kind !== "ec") return {};
  const { namedCurve } = key.asymmetricKeyDetails;
  const point = asBuffer(asn1.bitsOf(asn1.valuesIn(keyInfo.content)[1]));
  const legacy = { bits: orderBits[namedCurve], pubkey: Buffer.from(point), asn1Curve: namedCurve };
  if (nistCurves[namedCurve] !== undefined) legacy.nistCurve = nistCurves[namedCurve];
  return legacy;
}

function legacyRsa(key) {
  const { modulusLength, publicExponent } = key.asymmetricKeyDetails;
  const modulus = Buffer.from(key.export({ format: "jwk" }).n, "base64url").toString("hex").toUpperCase();
  const exponent = `0x${publicExponent.toString(16)}`;
  return { modulus, bits: modulusLength, exponent, pubkey: key.export({ format: "der", type: "spki" }) };
}

// Which usages each kind of key may have.

import { domError } from "./errors.js";

const wrapping = ["wrapKey", "unwrapKey"];
const deriving = ["deriveKey", "deriveBits"];
const cipher = { public: ["encrypt", "wrapKey"], private: ["decrypt", "unwrapKey"] };
const signature = { public: ["verify"], private: ["sign"] };
const agreement = { public: [], private: deriving };

const usagesOf = {
  "RSASSA-PKCS1-v1_5": signature,
  "RSA-PSS": signature,
  "RSA-OAEP": cipher,
  ECDSA: signature,
  ECDH: agreement,
  Ed25519: signature,
  Ed448: signature,
  X25519: agreement,
  X448: agreement,
  "AES-CTR": { secret: ["encrypt", "decrypt", ...wrapping] },
  "AES-CBC": { secret: ["encrypt", "decrypt", ...wrapping] },
  "AES-GCM": { secret: ["encrypt", "decrypt", ...wrapping] },
  "AES-KW": { secret: wrapping },
  HMAC: { secret: ["sign", "verify"] },
  HKDF: { secret: deriving },
  PBKDF2: { secret: deriving },
};

function unsupported(article, what) {
  return domError(`Unsupported key usage for ${article} ${what} key`, "SyntaxError");
}

/** Throws unless a key of this kind, `public`, `private` or `secret`, may have all the usages. */
export function requireUsages(name, kind, usages) {
  if (usages.every((usage) => usagesOf[name][kind].includes(usage))) return;
  if (name.startsWith("AES")) throw unsupported("an", "AES");
  throw unsupported(name === "HMAC" || name.startsWith("RSA") ? "an" : "a", name);
}

/** Throws unless one key of a pair may have each of the usages. */
export function requirePairUsages(name, usages) {
  const { public: publicUsages, private: privateUsages } = usagesOf[name];
  if (usages.every((usage) => publicUsages.includes(usage) || privateUsages.includes(usage))) return;
  if (name.startsWith("RSA")) throw unsupported("a", "RSA");
  throw unsupported("an", name);
}

/** Those of the usages that a key of this kind has. */
export function usagesFor(name, kind, usages) {
  return usagesOf[name][kind].filter((usage) => usages.includes(usage));
}

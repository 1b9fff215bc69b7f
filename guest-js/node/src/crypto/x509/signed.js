// Whether something is signed by a key, as the algorithm in the document says.

import { hostData } from "../common.js";
import * as asn1 from "./asn1.js";

const hashes = {
  "1.2.840.113549.1.1.4": ["rsa", "md5"],
  "1.2.840.113549.1.1.5": ["rsa", "sha1"],
  "1.2.840.113549.1.1.11": ["rsa", "sha256"],
  "1.2.840.113549.1.1.12": ["rsa", "sha384"],
  "1.2.840.113549.1.1.13": ["rsa", "sha512"],
  "1.2.840.113549.1.1.14": ["rsa", "sha224"],
  "1.2.840.113549.1.1.15": ["rsa", "sha512-224"],
  "1.2.840.113549.1.1.16": ["rsa", "sha512-256"],
  "1.2.840.10045.4.1": ["ec", "sha1"],
  "1.2.840.10045.4.3.1": ["ec", "sha224"],
  "1.2.840.10045.4.3.2": ["ec", "sha256"],
  "1.2.840.10045.4.3.3": ["ec", "sha384"],
  "1.2.840.10045.4.3.4": ["ec", "sha512"],
  "1.2.840.10040.4.3": ["dsa", "sha1"],
  "2.16.840.1.101.3.4.3.1": ["dsa", "sha224"],
  "2.16.840.1.101.3.4.3.2": ["dsa", "sha256"],
  "1.3.101.112": ["ed25519"],
  "1.3.101.113": ["ed448"],
};
const pss = "1.2.840.113549.1.1.10";
const hashNames = {
  "1.3.14.3.2.26": "sha1",
  "2.16.840.1.101.3.4.2.1": "sha256",
  "2.16.840.1.101.3.4.2.2": "sha384",
  "2.16.840.1.101.3.4.2.3": "sha512",
  "2.16.840.1.101.3.4.2.4": "sha224",
};

/** `algorithm` and `signature` are values of the document, `key` the host's. */
export function isSignedBy(key, algorithm, bytes, signature) {
  const options = optionsFor(key.details.algorithm, algorithm);
  const signed = asn1.bitsOf(signature);
  if (options === undefined || signed === undefined) return false;
  try {
    return key.verify({ prehashed: false, ...options }, hostData(bytes), signed);
  } catch {
    return false;
  }
}

/** The contract's `signature-options`; undefined for a key of another kind, and for algorithms that are not known. */
function optionsFor(kind, algorithm) {
  const [type, parameters] = asn1.valuesIn(algorithm.content) ?? [];
  const number = type && asn1.objectNumber(type.content);
  if (number === pss) return kind === "rsa" || kind === "rsa-pss" ? pssOptions(parameters) : undefined;
  const [wanted, hash] = hashes[number] ?? [];
  return wanted === kind ? { hash } : undefined;
}

function pssOptions(parameters) {
  const fields = (parameters && asn1.valuesIn(parameters.content)) ?? [];
  const inside = (number) => {
    const value = fields.find(({ tag }) => tag === asn1.field(number));
    return value && asn1.firstValue(value.content);
  };
  const named = inside(0);
  const hash = named === undefined ? "sha1" : hashNames[asn1.objectNumber(asn1.firstValue(named.content)?.content ?? [])];
  const length = inside(2)?.content ?? [20];
  return hash === undefined ? undefined : { hash, padding: "pss", saltLength: length.at(-1) };
}

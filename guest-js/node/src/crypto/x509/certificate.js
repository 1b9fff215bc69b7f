// X509Certificate. Read here, in the function; what is signed, the host verifies.

import { inspect } from "fnhost:platform/inspect";
import { invalidArgType, invalidArgValue, requireType } from "../../internal/errors.js";
import { asBuffer, Buffer, called, host, hostData, isView, opensslError } from "../common.js";
import { createPublicKey, isKeyObject, nativeKeyOf } from "../keys.js";
import * as asn1 from "./asn1.js";
import { addressBytes, matchesEmail, matchesHost, matchOptions, requirePlain } from "./match.js";
import { accessLines, alternativeNames, comparableName, kinds, nameLines, nameObject, partsOfType } from "./names.js";
import { isSignedBy } from "./signed.js";
import { legacyKey } from "./legacy.js";

const ids = {
  altNames: "2.5.29.17",
  constraints: "2.5.29.19",
  keyUsage: "2.5.29.15",
  extendedKeyUsage: "2.5.29.37",
  subjectKey: "2.5.29.14",
  authorityKey: "2.5.29.35",
  access: "1.3.6.1.5.5.7.1.1",
  commonName: "2.5.4.3",
  emailAddress: "1.2.840.113549.1.9.1",
};

function unreadable() {
  return opensslError("error:068000A8:asn1 encoding routines::wrong tag", "ERR_OSSL_ASN1_WRONG_TAG");
}

/** The DER in what is given: DER itself, or the first PEM block of a certificate. */
function derOf(bytes) {
  if (bytes[0] === 0x30 && asn1.firstValue(bytes) !== undefined && partsOf(bytes) !== undefined) return bytes;
  const label = "(X509 |TRUSTED )?CERTIFICATE";
  const text = asBuffer(bytes).toString("latin1");
  const block = new RegExp(`-----BEGIN ${label}-----([^-]*)-----END \\1CERTIFICATE-----`).exec(text);
  if (block === null) {
    throw opensslError("error:0480006C:PEM routines::no start line", "ERR_OSSL_PEM_NO_START_LINE");
  }
  return Buffer.from(block[2], "base64");
}

/** The fields of a certificate; undefined where the bytes are none. */
function partsOf(der) {
  const [signed, algorithm, signature] = asn1.valuesOf(der) ?? [];
  if (signature === undefined || signed.tag !== asn1.sequence || algorithm.tag !== asn1.sequence) return undefined;
  const fields = asn1.valuesIn(signed.content) ?? [];
  if (fields[0]?.tag === asn1.field(0)) fields.shift();
  const [serial, , issuer, validity, subject, keyInfo, ...optional] = fields;
  if (keyInfo?.tag !== asn1.sequence || serial.tag !== asn1.integer) return undefined;
  const [from, to] = asn1.valuesIn(validity.content) ?? [];
  if (to === undefined) return undefined;
  const extensions = extensionsIn(optional.find(({ tag }) => tag === asn1.field(3)));
  return { signed, algorithm, signature, serial, issuer, subject, from, to, keyInfo, extensions };
}

/** The contents of the extensions by their numbers. */
function extensionsIn(value) {
  const extensions = new Map();
  for (const extension of (value && asn1.valuesOf(value.content)) ?? []) {
    const parts = asn1.valuesIn(extension.content) ?? [];
    const content = parts.at(-1);
    if (content?.tag !== asn1.octetString) continue;
    const id = asn1.objectNumber(parts[0].content);
    if (!extensions.has(id)) extensions.set(id, content.content);
  }
  return extensions;
}

function fingerprintOf(bytes, algorithm) {
  const hex = called(host, "hash", algorithm, undefined, hostData(bytes), undefined, "hex").val;
  return hex.toUpperCase().match(/../g).join(":");
}

/** A bit of the extension that says what the key is for; undefined where there is no such extension. */
function usageBit(extensions, bit) {
  const usage = extensions.get(ids.keyUsage);
  if (usage === undefined) return undefined;
  const bits = asn1.firstValue(usage)?.content ?? [];
  return ((bits[1 + (bit >> 3)] ?? 0) & (0x80 >> (bit & 7))) !== 0;
}

const certificateSigning = 5;

/** Whether the key identifiers, where both certificates have them, are the same. */
function identifiersMatch(issued, issuer) {
  const authority = issued.extensions.get(ids.authorityKey);
  const fields = (authority && asn1.valuesOf(authority)) ?? [];
  const wantedKey = fields.find(({ tag }) => tag === asn1.field(0, false))?.content;
  const own = issuer.extensions.get(ids.subjectKey);
  const ownKey = own && asn1.firstValue(own)?.content;
  if (wantedKey !== undefined && ownKey !== undefined && Buffer.compare(wantedKey, ownKey) !== 0) return false;
  const wantedSerial = fields.find(({ tag }) => tag === asn1.field(2, false))?.content;
  return wantedSerial === undefined || Buffer.compare(wantedSerial, issuer.serial.content) === 0;
}

export class X509Certificate {
  #der;
  #parts;
  #publicKey;

  constructor(buffer) {
    const bytes = typeof buffer === "string" ? Buffer.from(buffer) : buffer;
    if (!isView(bytes)) throw invalidArgType("buffer", ["string", "Buffer", "TypedArray", "DataView"], bytes);
    this.#der = derOf(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)).slice();
    this.#parts = partsOf(this.#der);
    if (this.#parts === undefined) throw unreadable();
    this.#der = Buffer.from(asn1.firstValue(this.#der).bytes);
  }

  static isOne(value) {
    return typeof value === "object" && value !== null && #parts in value;
  }

  get subject() {
    return nameLines(this.#parts.subject.content) || undefined;
  }

  get subjectAltName() {
    const content = this.#parts.extensions.get(ids.altNames);
    return content && alternativeNames(content);
  }

  get issuer() {
    return nameLines(this.#parts.issuer.content) || undefined;
  }

  /** Known only of certificates that a connection brought. */
  get issuerCertificate() {
    return undefined;
  }

  get infoAccess() {
    const content = this.#parts.extensions.get(ids.access);
    return content && accessLines(content);
  }

  get validFrom() {
    return asn1.timeText(this.#parts.from);
  }

  get validTo() {
    return asn1.timeText(this.#parts.to);
  }

  get fingerprint() {
    return fingerprintOf(this.#der, "sha1");
  }

  get fingerprint256() {
    return fingerprintOf(this.#der, "sha256");
  }

  get fingerprint512() {
    return fingerprintOf(this.#der, "sha512");
  }

  get keyUsage() {
    const content = this.#parts.extensions.get(ids.extendedKeyUsage);
    return content && asn1.valuesOf(content)?.map((value) => asn1.objectNumber(value.content));
  }

  get serialNumber() {
    const hex = Buffer.from(this.#parts.serial.content).toString("hex").toUpperCase();
    return hex.replace(/^(?:00)+(?=..)/, "") || "0";
  }

  get raw() {
    return this.#der;
  }

  get publicKey() {
    this.#publicKey ??= createPublicKey({ key: Buffer.from(this.#parts.keyInfo.bytes), format: "der", type: "spki" });
    return this.#publicKey;
  }

  toString() {
    const lines = this.#der.toString("base64").match(/.{1,64}/g);
    return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
  }

  toJSON() {
    return this.toString();
  }

  get ca() {
    const { extensions } = this.#parts;
    if (usageBit(extensions, certificateSigning) === false) return false;
    const constraints = extensions.get(ids.constraints);
    const [first] = (constraints && asn1.valuesOf(constraints)) ?? [];
    return first?.tag === asn1.boolean && first.content[0] !== 0;
  }

  #alternatives(tag) {
    const content = this.#parts.extensions.get(ids.altNames);
    const names = (content && asn1.valuesOf(content)) ?? [];
    return names.filter((name) => name.tag === tag).map((name) => Buffer.from(name.content));
  }

  /** The first alternative name of this kind that matches, or else of the subject's parts of this type. */
  #matching(tag, type, { subject }, matches) {
    const names = this.#alternatives(tag).map((name) => name.toString("latin1"));
    const found = names.find(matches);
    if (found !== undefined || subject === "never" || (names.length > 0 && subject !== "always")) return found;
    return partsOfType(this.#parts.subject.content, type).find(matches);
  }

  checkHost(name, options) {
    requireType(name, "name", "string");
    const rules = matchOptions(options);
    requirePlain(name);
    const host = name.replace(/\0$/, "");
    return this.#matching(kinds.dns, ids.commonName, rules, (known) => host !== "" && matchesHost(known, host, rules));
  }

  checkEmail(email, options) {
    requireType(email, "email", "string");
    const rules = matchOptions(options);
    requirePlain(email);
    const found = this.#matching(kinds.email, ids.emailAddress, rules, (known) => matchesEmail(known, email));
    return found === undefined ? undefined : email;
  }

  checkIP(ip, options) {
    requireType(ip, "ip", "string");
    matchOptions(options);
    const bytes = Buffer.from(addressBytes(ip));
    return this.#alternatives(kinds.ip).some((known) => bytes.equals(known)) ? ip : undefined;
  }

  checkIssued(otherCert) {
    if (!isCertificate(otherCert)) throw invalidArgType("otherCert", "X509Certificate", otherCert);
    const issuer = otherCert.#parts;
    return (
      comparableName(this.#parts.issuer.content) === comparableName(issuer.subject.content) &&
      identifiersMatch(this.#parts, issuer) &&
      usageBit(issuer.extensions, certificateSigning) !== false
    );
  }

  checkPrivateKey(pkey) {
    if (!isKeyObject(pkey)) throw invalidArgType("pkey", "KeyObject", pkey);
    if (pkey.type !== "private") throw invalidArgValue("pkey", pkey);
    return createPublicKey(pkey).equals(this.publicKey);
  }

  verify(pkey) {
    if (!isKeyObject(pkey)) throw invalidArgType("pkey", "KeyObject", pkey);
    if (pkey.type !== "public") throw invalidArgValue("pkey", pkey);
    const { signed, algorithm, signature } = this.#parts;
    return isSignedBy(nativeKeyOf(pkey), algorithm, signed.bytes, signature);
  }

  toLegacyObject() {
    const legacy = { subject: nameObject(this.#parts.subject.content), issuer: nameObject(this.#parts.issuer.content) };
    const { subjectAltName, infoAccess, keyUsage } = this;
    if (subjectAltName !== undefined) legacy.subjectaltname = subjectAltName;
    if (infoAccess !== undefined) legacy.infoAccess = accessObject(infoAccess);
    legacy.ca = this.ca;
    Object.assign(legacy, legacyKey(this.#parts.keyInfo));
    legacy.valid_from = this.validFrom;
    legacy.valid_to = this.validTo;
    for (const name of ["fingerprint", "fingerprint256", "fingerprint512"]) legacy[name] = this[name];
    if (keyUsage !== undefined) legacy.ext_key_usage = keyUsage;
    legacy.serialNumber = this.serialNumber;
    legacy.raw = this.raw;
    return legacy;
  }
}

/** Whether `value` is an X509Certificate. */
export const { isOne: isCertificate } = X509Certificate;
delete X509Certificate.isOne;

function accessObject(lines) {
  const result = Object.create(null);
  for (const line of lines.split("\n")) {
    const [, name, value] = /^([^:]*):(.*)$/.exec(line) ?? [];
    if (name === undefined) continue;
    result[name] ??= [];
    result[name].push(value.startsWith('"') ? JSON.parse(value) : value);
  }
  return result;
}

const shown = ["subject", "subjectAltName", "issuer", "infoAccess", "validFrom", "validTo", "fingerprint"];

Object.defineProperty(X509Certificate.prototype, Symbol.for("nodejs.util.inspect.custom"), {
  value(depth, options) {
    if (depth < 0) return this;
    const names = [...shown, "fingerprint256", "fingerprint512", "keyUsage", "serialNumber"];
    const members = Object.fromEntries(names.map((name) => [name, this[name]]));
    const depthLeft = options.depth === null || options.depth === undefined ? null : options.depth - 1;
    return `X509Certificate ${inspect(members, { ...options, depth: depthLeft })}`;
  },
});

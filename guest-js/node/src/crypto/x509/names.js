// Names in certificates: those of people and machines, as OpenSSL writes them, and the alternative ones, as Node does.

import { Buffer } from "../common.js";
import * as asn1 from "./asn1.js";

const shortNames = {
  "2.5.4.3": "CN",
  "2.5.4.4": "SN",
  "2.5.4.5": "serialNumber",
  "2.5.4.6": "C",
  "2.5.4.7": "L",
  "2.5.4.8": "ST",
  "2.5.4.9": "street",
  "2.5.4.10": "O",
  "2.5.4.11": "OU",
  "2.5.4.12": "title",
  "2.5.4.13": "description",
  "2.5.4.15": "businessCategory",
  "2.5.4.16": "postalAddress",
  "2.5.4.17": "postalCode",
  "2.5.4.18": "postOfficeBox",
  "2.5.4.20": "telephoneNumber",
  "2.5.4.41": "name",
  "2.5.4.42": "GN",
  "2.5.4.43": "initials",
  "2.5.4.44": "generationQualifier",
  "2.5.4.45": "x500UniqueIdentifier",
  "2.5.4.46": "dnQualifier",
  "2.5.4.51": "houseIdentifier",
  "2.5.4.65": "pseudonym",
  "2.5.4.72": "role",
  "2.5.4.97": "organizationIdentifier",
  "1.2.840.113549.1.9.1": "emailAddress",
  "1.2.840.113549.1.9.2": "unstructuredName",
  "1.2.840.113549.1.9.8": "unstructuredAddress",
  "0.9.2342.19200300.100.1.1": "UID",
  "0.9.2342.19200300.100.1.3": "mail",
  "0.9.2342.19200300.100.1.25": "DC",
  "1.3.6.1.4.1.311.60.2.1.1": "jurisdictionL",
  "1.3.6.1.4.1.311.60.2.1.2": "jurisdictionST",
  "1.3.6.1.4.1.311.60.2.1.3": "jurisdictionC",
};

const latin1Tags = [0x12, 0x13, 0x14, 0x16, 0x17, 0x18, 0x1a];

/** The text of a string of any kind; of what is none, a character for each byte. */
function textOf({ tag, content }) {
  const buffer = Buffer.from(content.buffer, content.byteOffset, content.length);
  if (tag === asn1.utf8String) return buffer.toString("utf8");
  if (tag === 0x1e) return Buffer.from(buffer).swap16().toString("utf16le");
  if (tag !== 0x1c) return buffer.toString("latin1");
  let text = "";
  for (let at = 0; at + 4 <= buffer.length; at += 4) text += String.fromCodePoint(Math.min(buffer.readUInt32BE(at), 0x10ffff));
  return text;
}

function isText(tag) {
  return tag === asn1.utf8String || tag === 0x1e || tag === 0x1c || latin1Tags.includes(tag);
}

/** A name: a list of sets of `{ type, value }`, which nearly always have one member. */
function nameParts(content) {
  return (asn1.valuesIn(content) ?? []).map((group) =>
    (asn1.valuesIn(group.content) ?? []).flatMap((pair) => {
      const [type, value] = asn1.valuesIn(pair.content) ?? [];
      return value === undefined ? [] : [{ type: asn1.objectNumber(type.content), value }];
    }),
  );
}

/** As RFC 2253 wants a value escaped. */
function escaped(text, escapesControls) {
  let result = "";
  let index = 0;
  const { length } = text;
  for (const character of text) {
    const isFirst = index === 0;
    const isLast = index === length - 1;
    index += character.length;
    if (/["+,;<>\\]/.test(character) || (character === " " && (isFirst || isLast)) || (character === "#" && isFirst)) {
      result += `\\${character}`;
    } else if (escapesControls && /[\0-\x1f\x7f]/.test(character)) {
      result += `\\${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
    } else {
      result += character;
    }
  }
  return result;
}

/** A line for each part: `C=US`. */
export function nameLines(content) {
  const shown = ({ type, value }) => `${shortNames[type] ?? type}=${escaped(textOf(value), true)}`;
  return nameParts(content)
    .map((group) => group.map(shown).join(" + "))
    .join("\n");
}

/** In one line, the last part first. */
function nameInLine(content) {
  const shown = ({ type, value }) => {
    const isKnown = shortNames[type] !== undefined && isText(value.tag);
    const text = isKnown ? escaped(textOf(value), false) : `#${Buffer.from(value.bytes).toString("hex").toUpperCase()}`;
    return `${shortNames[type] ?? type}=${text}`;
  };
  return nameParts(content)
    .map((group) => group.map(shown).join("+"))
    .reverse()
    .join(",");
}

/** As an object; what is there more than once is a list. */
export function nameObject(content) {
  const result = Object.create(null);
  for (const { type, value } of nameParts(content).flat()) {
    const name = shortNames[type] ?? type;
    const text = textOf(value);
    if (result[name] === undefined) result[name] = text;
    else if (Array.isArray(result[name])) result[name].push(text);
    else result[name] = [result[name], text];
  }
  return result;
}

/** The values of all parts of this type. */
export function partsOfType(content, type) {
  return nameParts(content)
    .flat()
    .filter((part) => part.type === type)
    .map((part) => textOf(part.value));
}

/** The same text for names that count as the same: case and spaces do not matter. */
export function comparableName(content) {
  const value = (part) => {
    if (!isText(part.value.tag)) return Buffer.from(part.value.bytes).toString("hex");
    return textOf(part.value).trim().replace(/[ \t\n\v\f\r]+/g, " ").toLowerCase();
  };
  const groups = nameParts(content).map((group) => group.map((part) => `${part.type}=${value(part)}`).sort());
  return JSON.stringify(groups);
}

/** Text as it is where it cannot be mistaken for something else; otherwise in quotes, as in JSON. */
function quotedIfNeeded(bytes, isUtf8, prefix = "") {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const text = buffer.toString(isUtf8 ? "utf8" : "latin1");
  const unsafe = isUtf8 ? /["\\,'\0-\x1f\x7f]/ : /["\\,'\0-\x1f\x7f-\xff]/;
  if (!unsafe.test(text)) return prefix + text;
  const quoted = text.replace(isUtf8 ? /["\\,\0-\x1f\x7f]/g : /["\\,\0-\x1f\x7f-\xff]/g, (character) => {
    if (character === "\\" || character === '"') return `\\${character}`;
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return `"${prefix}${quoted}"`;
}

function addressText(bytes) {
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.length !== 16) return `<invalid length=${bytes.length}>`;
  const pairs = Array.from({ length: 8 }, (_, at) => bytes[2 * at] * 256 + bytes[2 * at + 1]);
  return pairs.map((pair) => pair.toString(16).toUpperCase()).join(":");
}

const otherNames = {
  "1.3.6.1.5.5.7.8.9": ["SmtpUTF8Mailbox", asn1.utf8String],
  "1.3.6.1.5.5.7.8.5": ["XmppAddr", asn1.utf8String],
  "1.3.6.1.5.5.7.8.7": ["SRVName", asn1.ia5String],
  "1.3.6.1.4.1.311.20.2.3": ["UPN", asn1.utf8String],
  "1.3.6.1.5.5.7.8.8": ["NAIRealm", asn1.utf8String],
};

function otherNameText(content) {
  const [type, holder] = asn1.valuesIn(content) ?? [];
  const value = holder && asn1.firstValue(holder.content);
  const [prefix, tag] = otherNames[type && asn1.objectNumber(type.content)] ?? [];
  if (prefix === undefined || value?.tag !== tag) return "<unsupported>";
  return quotedIfNeeded(value.content, tag === asn1.utf8String, `${prefix}:`);
}

/** What kinds of general names there are, by their tags. */
export const kinds = {
  email: asn1.field(1, false),
  dns: asn1.field(2, false),
  ip: asn1.field(7, false),
};

function generalName({ tag, content }) {
  switch (tag) {
    case kinds.dns:
      return `DNS:${quotedIfNeeded(content, false)}`;
    case kinds.email:
      return `email:${quotedIfNeeded(content, false)}`;
    case asn1.field(6, false):
      return `URI:${quotedIfNeeded(content, false)}`;
    case asn1.field(4): {
      const name = nameInLine(asn1.firstValue(content)?.content ?? content);
      return `DirName:${quotedIfNeeded(Buffer.from(name), true)}`;
    }
    case kinds.ip:
      return `IP Address:${addressText(content)}`;
    case asn1.field(8, false):
      return `Registered ID:${asn1.objectNumber(content)}`;
    case asn1.field(0):
      return `othername:${otherNameText(content)}`;
    case asn1.field(3):
      return "X400Name:<unsupported>";
    default:
      return "EdiPartyName:<unsupported>";
  }
}

/** The text of `subjectAltName`. */
export function alternativeNames(bytes) {
  return asn1.valuesOf(bytes)?.map(generalName).join(", ");
}

const accessMethods = {
  "1.3.6.1.5.5.7.48.1": "OCSP",
  "1.3.6.1.5.5.7.48.2": "CA Issuers",
  "1.3.6.1.5.5.7.48.3": "AD Time Stamping",
  "1.3.6.1.5.5.7.48.4": "ad dvcs",
  "1.3.6.1.5.5.7.48.5": "CA Repository",
};

/** The text of `infoAccess`. */
export function accessLines(bytes) {
  const lines = asn1.valuesOf(bytes)?.map((entry) => {
    const [method, location] = asn1.valuesIn(entry.content) ?? [];
    if (location === undefined) return "";
    const number = asn1.objectNumber(method.content);
    return `${accessMethods[number] ?? number} - ${generalName(location)}`;
  });
  return lines?.join("\n");
}

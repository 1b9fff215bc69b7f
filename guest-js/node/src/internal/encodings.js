// The encodings of text that Buffer knows. The host converts; here is what each is called and how much room it takes.

import host from "fnhost:destination/encoding@1.0.0";
import { crossingText } from "fnhost:platform/boundary";

const { fromCharCode } = String;
const { apply } = Reflect;

// The engine passes these on its stack as arguments.
const argumentsMax = 4096;

/** A text whose low bytes count alone: a surrogate may not cross without the other. */
function lowBytes(text) {
  return text.isWellFormed()
    ? text
    : text.replace(/[\ud800-\udfff]/g, (unit) => fromCharCode(unit.charCodeAt(0) & 255));
}

/** UTF-16 with lone surrogates, which no text for the host can hold. */
function brokenUtf16Bytes(text) {
  const bytes = new Uint8Array(text.length * 2);
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    bytes[index * 2] = unit;
    bytes[index * 2 + 1] = unit >> 8;
  }
  return bytes;
}

function brokenUtf16Text(bytes) {
  const units = new Uint16Array(bytes.length >> 1);
  for (let index = 0; index < units.length; index++) units[index] = bytes[index * 2] | (bytes[index * 2 + 1] << 8);
  let text = "";
  for (let start = 0; start < units.length; start += argumentsMax) {
    text += apply(fromCharCode, undefined, units.subarray(start, start + argumentsMax));
  }
  return text;
}

function base64Length(text) {
  let { length } = text;
  if (text.endsWith("=")) length--;
  if (length > 1 && text[length - 1] === "=") length--;
  return (length * 3) >>> 2;
}

const everyByte = (bytes, length) => length;
const clippedTo = (perByte) => (text, length) =>
  text.length > length * perByte ? text.slice(0, length * perByte) : text;
const whole = (text) => text;

function singleByte(name) {
  return {
    name,
    text: (bytes) => host.bytesToText(bytes, name),
    bytes: (text) => host.textToBytes(lowBytes(text), "latin1"),
    byteLength: (text) => text.length,
    clipped: clippedTo(1),
    wholeCharacters: everyByte,
  };
}

function base64(name) {
  return {
    name,
    text: (bytes) => host.bytesToText(bytes, name),
    bytes: (text) => host.textToBytes(crossingText(text), "base64"),
    byteLength: base64Length,
    clipped: whole,
    wholeCharacters: everyByte,
  };
}

export const encodings = {
  utf8: {
    name: "utf8",
    text: (bytes) => (bytes.length === 0 ? "" : host.decode(bytes, "utf-8", false, true)),
    bytes: (text) => host.encode(crossingText(text)),
    byteLength: (text) => host.encode(crossingText(text)).length,
    clipped(text, length) {
      if (text.length <= length) return text;
      // Not between the two halves of a character.
      const code = text.charCodeAt(length - 1);
      return text.slice(0, code >= 0xd800 && code < 0xdc00 ? length + 1 : length);
    },
    wholeCharacters(bytes, length) {
      // Every byte within a character starts with the bits 10.
      while (length > 0 && (bytes[length] & 0xc0) === 0x80) length--;
      return length;
    },
  },
  utf16le: {
    name: "utf16le",
    text(bytes) {
      const text = host.bytesToText(bytes, "utf16le");
      return text.includes("\ufffd") ? brokenUtf16Text(bytes) : text;
    },
    bytes: (text) => (text.isWellFormed() ? host.textToBytes(text, "utf16le") : brokenUtf16Bytes(text)),
    byteLength: (text) => text.length * 2,
    clipped: clippedTo(0.5),
    wholeCharacters: (bytes, length) => length & ~1,
  },
  latin1: singleByte("latin1"),
  ascii: singleByte("ascii"),
  base64: base64("base64"),
  base64url: base64("base64url"),
  hex: {
    name: "hex",
    text: (bytes) => host.bytesToText(bytes, "hex"),
    bytes: (text) => host.textToBytes(crossingText(text), "hex"),
    byteLength: (text) => text.length >>> 1,
    clipped: clippedTo(2),
    wholeCharacters: everyByte,
  },
};

const aliases = { "utf-8": "utf8", ucs2: "utf16le", "ucs-2": "utf16le", "utf-16le": "utf16le", binary: "latin1" };

/** The encoding that Node calls so, in any case; undefined if it knows none. */
export function encodingNamed(name) {
  const text = `${name}`;
  if (Object.hasOwn(encodings, text)) return encodings[text];
  const lower = text.toLowerCase();
  const key = Object.hasOwn(aliases, lower) ? aliases[lower] : lower;
  return Object.hasOwn(encodings, key) ? encodings[key] : undefined;
}

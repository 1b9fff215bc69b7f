// Node's module `querystring`.

import { Buffer } from "node:buffer";
import { nodeError } from "./internal/errors.js";

const pairsMax = 1000;
const hasEscape = /%[0-9a-f]{2}/i;

/** Text as part of a query. */
export function escape(value) {
  const text = typeof value === "string" ? value : typeof value === "object" ? String(value) : `${value}`;
  try {
    return encodeURIComponent(text);
  } catch {
    return escapeBroken(text);
  }
}

/** As Node has it: what follows the first half of a pair is taken for the second, whatever it is. */
function escapeBroken(text) {
  let escaped = "";
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0xd800 || code > 0xdfff) {
      escaped += encodeURIComponent(text[index]);
      continue;
    }
    index++;
    if (index >= text.length) throw nodeError(URIError, "ERR_INVALID_URI", "URI malformed");
    const point = 0x10000 + (((code & 0x3ff) << 10) | (text.charCodeAt(index) & 0x3ff));
    escaped += encodeURIComponent(String.fromCodePoint(point));
  }
  return escaped;
}

function digit(code) {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** The bytes that a text with `%` stands for, what is no escape being kept; with `spaces`, `+` is a space. */
export function unescapeBuffer(text, spaces = false) {
  const bytes = Buffer.from(`${text}`, "latin1");
  let length = 0;
  for (let index = 0; index < bytes.length; index++) {
    let byte = bytes[index];
    if (byte === 43 && spaces) byte = 32;
    if (byte === 37 && index + 2 < bytes.length) {
      const high = digit(bytes[index + 1]);
      const low = digit(bytes[index + 2]);
      if (high !== -1 && low !== -1) {
        byte = high * 16 + low;
        index += 2;
      }
    }
    bytes[length++] = byte;
  }
  return bytes.subarray(0, length);
}

export function unescape(text, spaces = false) {
  try {
    return decodeURIComponent(text);
  } catch {
    return unescapeBuffer(text, spaces).toString();
  }
}

function primitiveText(value) {
  if (typeof value === "string") return value;
  if (typeof value === "number" && Number.isFinite(value)) return `${value}`;
  if (typeof value === "bigint" || typeof value === "boolean") return `${value}`;
  return "";
}

export function stringify(values, separator, equals, options) {
  separator ||= "&";
  equals ||= "=";
  if (values === null || typeof values !== "object") return "";
  const custom = options?.encodeURIComponent;
  const encode = typeof custom === "function" ? custom : api.escape;
  const text = (value) => {
    const plain = primitiveText(value);
    return encode === escape && typeof value !== "string" && !plain.includes("+") ? plain : encode(plain);
  };
  const pairs = [];
  for (const key of Object.keys(values)) {
    const name = `${encode(primitiveText(key))}${equals}`;
    const value = values[key];
    if (Array.isArray(value)) for (const item of value) pairs.push(name + text(item));
    else pairs.push(name + text(value));
  }
  return pairs.join(separator);
}

function add(result, name, value) {
  const known = result[name];
  if (known === undefined) result[name] = value;
  else if (Array.isArray(known)) known.push(value);
  else result[name] = [known, value];
}

export function parse(text, separator, equals, options) {
  const result = { __proto__: null };
  if (typeof text !== "string" || text === "") return result;
  separator = separator ? `${separator}` : "&";
  equals = equals ? `${equals}` : "=";
  let left = typeof options?.maxKeys === "number" ? options.maxKeys : pairsMax;
  if (!(left > 0)) left = Infinity;
  const custom = options?.decodeURIComponent;
  const decode = typeof custom === "function" ? custom : api.unescape;
  const decoded = (part) => {
    if (part === "") return part;
    const plain = part.replaceAll("+", "%20");
    if (decode === unescape) return hasEscape.test(plain) ? unescape(plain, true) : plain;
    try {
      return decode(plain);
    } catch {
      return unescape(plain, true);
    }
  };
  for (let start = 0; start <= text.length && left > 0;) {
    let end = separator === "" ? -1 : text.indexOf(separator, start);
    if (end === -1) end = text.length;
    // An empty pair counts, though it gives nothing.
    left--;
    if (end > start) {
      const pair = text.slice(start, end);
      const at = pair.indexOf(equals);
      const name = at === -1 ? pair : pair.slice(0, at);
      add(result, decoded(name), at === -1 ? "" : decoded(pair.slice(at + equals.length)));
    }
    start = end + (separator.length || 1);
  }
  return result;
}

const api = { unescapeBuffer, unescape, escape, stringify, encode: stringify, parse, decode: parse };

export { parse as decode, stringify as encode };
export default api;
export { api as "module.exports" };

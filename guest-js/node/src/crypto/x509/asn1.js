// ASN.1's distinguished encoding, as far as certificates need it: one value after another, numbers of objects, times.

const contextual = 0x80;
const constructed = 0x20;

export const sequence = 0x30;
export const set = 0x31;
export const objectIdentifier = 0x06;
export const bitString = 0x03;
export const octetString = 0x04;
export const utf8String = 0x0c;
export const ia5String = 0x16;
export const utcTime = 0x17;
export const integer = 0x02;
export const boolean = 0x01;

/** The tag of a field `[number]`: one that holds other values, or one that is a value itself. */
export function field(number, holdsValues = true) {
  return contextual | (holdsValues ? constructed : 0) | number;
}

/** The value at `offset`: tag, content, and all of its bytes; undefined where there is none. */
function valueAt(bytes, offset) {
  if (offset + 2 > bytes.length) return undefined;
  let start = offset + 2;
  let length = bytes[offset + 1];
  if (length >= 0x80) {
    const count = length & 0x7f;
    if (count < 1 || count > 4 || start + count > bytes.length) return undefined;
    length = 0;
    for (const end = start + count; start < end; start++) length = length * 256 + bytes[start];
  }
  const end = start + length;
  if (end > bytes.length) return undefined;
  return { tag: bytes[offset], content: bytes.subarray(start, end), bytes: bytes.subarray(offset, end) };
}

/** The values that `content` is made of; undefined if it is not made of values. */
export function valuesIn(content) {
  const values = [];
  for (let offset = 0; offset < content.length;) {
    const value = valueAt(content, offset);
    if (value === undefined) return undefined;
    values.push(value);
    offset += value.bytes.length;
  }
  return values;
}

/** The values in the first value of `bytes`, if it has this tag. */
export function valuesOf(bytes, tag = sequence) {
  const value = valueAt(bytes, 0);
  return value?.tag === tag ? valuesIn(value.content) : undefined;
}

/** The first value of `bytes`. */
export function firstValue(bytes) {
  return valueAt(bytes, 0);
}

/** The bytes of a bit string that has whole ones. */
export function bitsOf({ tag, content }) {
  return tag === bitString && content[0] === 0 ? content.subarray(1) : undefined;
}

/** `1.2.840.113549`. */
export function objectNumber(content) {
  const parts = [];
  let part = 0n;
  for (const byte of content) {
    part = (part << 7n) | BigInt(byte & 0x7f);
    if ((byte & 0x80) !== 0) continue;
    if (parts.length === 0) {
      const first = part < 80n ? part / 40n : 2n;
      parts.push(first, part - first * 40n);
    } else {
      parts.push(part);
    }
    part = 0n;
  }
  return parts.join(".");
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `Sep  3 21:40:37 2022 GMT`. */
export function timeText({ tag, content }) {
  const digits = String.fromCharCode(...content.subarray(0, 32));
  const isShort = tag === utcTime;
  const parts = (isShort ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?Z$/ : /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/).exec(digits);
  if (parts === null) return "Bad time value";
  const [, year, month, day, hours, minutes, seconds = "00"] = parts;
  const century = isShort ? (Number(year) < 50 ? "20" : "19") : "";
  return `${months[month - 1]} ${String(Number(day)).padStart(2)} ${hours}:${minutes}:${seconds} ${century}${year} GMT`;
}

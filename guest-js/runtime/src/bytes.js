// Between bytes and text in the encodings that the host has no call for: Latin-1 and hexadecimal. UTF-8 is encoding.js.

import encoding from "fnhost:destination/encoding@1.0.0";

const { fromCharCode } = String;
const { apply } = Reflect;

const ascii = /^[\0-\x7f]*$/;

// The engine passes these on its stack as arguments.
const argumentsMax = 8192;

/** One character a byte. */
export function latin1Text(bytes) {
  if (bytes.length <= argumentsMax) return apply(fromCharCode, undefined, bytes);
  let text = "";
  for (let start = 0; start < bytes.length; start += argumentsMax) {
    text += apply(fromCharCode, undefined, bytes.subarray(start, start + argumentsMax));
  }
  return text;
}

/** The low byte of every character. Text that is all ASCII, nearly all there is, takes no loop. */
export function latin1Bytes(text) {
  if (ascii.test(text)) return encoding.encode(text);
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
  return bytes;
}

/** Two digits a byte. For digests, so the loop is short. */
export function hexText(bytes) {
  let text = "";
  for (const byte of bytes) text += (byte < 16 ? "0" : "") + byte.toString(16);
  return text;
}

/** The bytes of hexadecimal digits, up to the first pair that is none, as Node reads them. */
export function hexBytes(text) {
  const pairs = /^(?:[0-9a-f]{2})*/i.exec(text)[0];
  const bytes = new Uint8Array(pairs.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = Number.parseInt(pairs.slice(index * 2, index * 2 + 2), 16);
  }
  return bytes;
}

/** One piece as it is, several copied together. */
export function joined(pieces) {
  if (pieces.length === 1) return pieces[0];
  let length = 0;
  for (const piece of pieces) length += piece.length;
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return bytes;
}

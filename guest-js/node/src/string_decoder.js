// Node's module `string_decoder`: text from bytes that come in pieces. What does not make a character yet is kept.

import { bytesOf } from "fnhost:platform/boundary";
import { format } from "fnhost:platform/format";
import { joined } from "fnhost:platform/bytes";
import { asBuffer } from "fnhost:platform/loaded";
import { encodingNamed } from "./internal/encodings.js";
import { invalidArgType, nodeError } from "./internal/errors.js";

/** How many bytes at the end are the beginning of a character: told by its first byte. */
function unfinishedUtf8(bytes) {
  const { length } = bytes;
  for (let count = 1; count <= Math.min(3, length); count++) {
    const byte = bytes[length - count];
    if ((byte & 0xc0) === 0x80) continue;
    const wanted = byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : byte < 0xf8 ? 4 : 1;
    return wanted > count ? count : 0;
  }
  return 0;
}

function unfinishedUtf16(bytes) {
  const odd = bytes.length % 2;
  const last = bytes[bytes.length - 1 - odd];
  return bytes.length - odd >= 2 && last >= 0xd8 && last <= 0xdb ? odd + 2 : odd;
}

const unfinishedBase64 = (bytes) => bytes.length % 3;
const unfinished = {
  utf8: unfinishedUtf8,
  utf16le: unfinishedUtf16,
  base64: unfinishedBase64,
  base64url: unfinishedBase64,
};
const characterSizes = { utf8: 4, utf16le: 4, base64: 3, base64url: 3 };
const none = new Uint8Array(0);
const kept = Symbol("kept");

/** A function, not a class, as it is called without `new` by constructors of the old kind. */
export function StringDecoder(encoding) {
  const found =
    encoding === undefined || encoding === null || encoding === "" ? encodingNamed("utf8") : encodingNamed(encoding);
  if (found === undefined)
    throw nodeError(TypeError, "ERR_UNKNOWN_ENCODING", format(["Unknown encoding: %s", encoding]));
  this.encoding = found.name;
  this[kept] = none;
}

StringDecoder.prototype.write = function write(chunk) {
  if (typeof chunk === "string") return chunk;
  if (this?.[kept] === undefined) {
    throw nodeError(TypeError, "ERR_INVALID_THIS", 'Value of "this" must be of type StringDecoder');
  }
  const piece = bytesOf(chunk);
  if (piece === undefined || !ArrayBuffer.isView(chunk)) {
    throw invalidArgType("buf", ["Buffer", "TypedArray", "DataView"], chunk);
  }
  const bytes = this[kept].length === 0 ? piece : joined([this[kept], piece]);
  let rest = unfinished[this.encoding]?.(bytes) ?? 0;
  // As in Node, half a unit at the end of a piece hides that the one before it is half a character.
  if (rest === 3 && this.encoding === "utf16le" && this[kept].length === 0) rest = 1;
  this[kept] = rest === 0 ? none : bytes.slice(bytes.length - rest);
  return encodingNamed(this.encoding).text(rest === 0 ? bytes : bytes.subarray(0, bytes.length - rest));
};

StringDecoder.prototype.end = function end(chunk) {
  const text = chunk === undefined ? "" : this.write(chunk);
  const rest = this[kept];
  this[kept] = none;
  return rest.length === 0 ? text : text + encodingNamed(this.encoding).text(rest);
};

StringDecoder.prototype.text = function text(chunk, offset) {
  this[kept] = none;
  return this.write(chunk.slice(offset));
};

Object.defineProperties(StringDecoder.prototype, {
  lastChar: {
    configurable: true,
    enumerable: true,
    get() {
      const shown = new Uint8Array(4);
      shown.set(this[kept]);
      return asBuffer(shown);
    },
  },
  lastNeed: {
    configurable: true,
    enumerable: true,
    get() {
      return this[kept].length === 0 ? 0 : this.lastTotal - this[kept].length;
    },
  },
  lastTotal: {
    configurable: true,
    enumerable: true,
    get() {
      const [first] = this[kept];
      if (first === undefined) return 0;
      if (this.encoding === "utf8") return first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
      if (this.encoding === "utf16le") return this[kept].length > 1 ? characterSizes.utf16le : 2;
      return characterSizes[this.encoding];
    },
  },
});

const api = { StringDecoder };

export default api;
export { api as "module.exports" };

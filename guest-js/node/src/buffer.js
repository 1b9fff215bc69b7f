// Node's module `buffer`: Buffer over Uint8Array. Text and bytes are converted by the host; a Buffer never shares a pool
// with another, so `buf.buffer` holds its bytes alone. Numbers are read and written in internal/numbers.js.

import host from "fnhost:destination/encoding@1.0.0";
import { bytesOf, nameClass } from "fnhost:platform/boundary";
import { DOMException } from "fnhost:platform/errors";
import { inspect } from "fnhost:platform/inspect";
import { loadedUnit } from "fnhost:platform/loaded";
import { encodingNamed, encodings } from "./internal/encodings.js";
import {
  invalidArgType,
  invalidArgValue,
  isAnyArrayBuffer,
  isUint8Array,
  nodeError,
  outOfRange,
  requireInteger,
  requireNumber,
  requireType,
} from "./internal/errors.js";
import { numberMethods, outOfBounds } from "./internal/numbers.js";
import { warnOnce } from "./internal/warnings.js";

const { apply, ownKeys } = Reflect;
const { isArray } = Array;
const { setPrototypeOf, defineProperty, defineProperties } = Object;
const typedArray = Object.getPrototypeOf(Uint8Array.prototype);
const { fill: fillBytes, set: setBytes, indexOf: indexOfByte, lastIndexOf: lastIndexOfByte, copyWithin } = typedArray;
const customInspect = Symbol.for("nodejs.util.inspect.custom");

export const kMaxLength = 4294967296;
export const kStringMaxLength = 536870888;
export const constants = { MAX_LENGTH: kMaxLength, MAX_STRING_LENGTH: kStringMaxLength };

let inspectedMax = 50;

class FastBuffer extends Uint8Array {
  constructor(bufferOrLength, byteOffset, length) {
    super(bufferOrLength, byteOffset, length);
  }
}

/** Makes a Buffer of bytes that nobody else holds. */
function asBuffer(bytes) {
  return setPrototypeOf(bytes, FastBuffer.prototype);
}

/** The bytes of a part, for the host. */
function part(buffer, start, end) {
  return new Uint8Array(buffer.buffer, buffer.byteOffset + start, end - start);
}

export function Buffer(value, encodingOrOffset, length) {
  warnOnce(
    "DEP0005",
    "Buffer() is deprecated due to security and usability issues. Please use the Buffer.alloc(), Buffer.allocUnsafe(), " +
      "or Buffer.from() methods instead.",
  );
  if (typeof value !== "number") return Buffer.from(value, encodingOrOffset, length);
  if (typeof encodingOrOffset === "string") throw invalidArgType("string", "string", value);
  return Buffer.alloc(value);
}

// Functions that can be called with `new`, which real code does: `new Buffer.from(…)`.
Buffer.from = function from(value, encodingOrOffset, length) {
  if (typeof value === "string") return fromString(value, encodingOrOffset);
  if (typeof value === "object" && value !== null) {
    if (isAnyArrayBuffer(value)) return fromArrayBuffer(value, encodingOrOffset, length);
    const primitive = value.valueOf?.();
    if (
      primitive !== undefined &&
      primitive !== null &&
      primitive !== value &&
      (typeof primitive === "string" || typeof primitive === "object")
    ) {
      return from(primitive, encodingOrOffset, length);
    }
    const copied = fromObject(value);
    if (copied !== undefined) return copied;
    if (typeof value[Symbol.toPrimitive] === "function") {
      const text = value[Symbol.toPrimitive]("string");
      if (typeof text === "string") return fromString(text, encodingOrOffset);
    }
  }
  throw invalidArgType("first argument", ["string", "Buffer", "ArrayBuffer", "Array", "Array-like Object"], value);
};

Buffer.copyBytesFrom = function copyBytesFrom(view, offset, length) {
  const kind = Object.getOwnPropertyDescriptor(typedArray, Symbol.toStringTag).get.call(view);
  if (kind === undefined) throw invalidArgType("view", ["TypedArray"], view);
  if (view.length === 0) return new FastBuffer();
  if (offset === undefined) offset = 0;
  else requireInteger(offset, "offset", 0);
  if (offset >= view.length) return new FastBuffer();
  let end = view.length;
  if (length !== undefined) {
    requireInteger(length, "length", 0);
    end = Math.min(offset + length, view.length);
  }
  return asBuffer(bytesOf(view.subarray(offset, end)).slice());
};

Buffer.of = function of(...items) {
  return new FastBuffer(items);
};

function fromString(text, encoding) {
  if (typeof encoding !== "string" || encoding === "") return asBuffer(encodings.utf8.bytes(text));
  const found = requireEncoding(encoding);
  return text === "" ? new FastBuffer() : asBuffer(found.bytes(text));
}

function requireEncoding(encoding) {
  const found = encodingNamed(encoding);
  if (found === undefined) throw unknownEncoding(encoding);
  return found;
}

function encodingText(encoding) {
  const isText = typeof encoding === "string" || typeof encoding === "symbol" || typeof encoding === "function";
  return isText ? String(encoding) : inspect(encoding, { depth: 0 });
}

function unknownEncoding(encoding) {
  return nodeError(TypeError, "ERR_UNKNOWN_ENCODING", `Unknown encoding: ${encodingText(encoding)}`);
}

function fromArrayBuffer(buffer, offset, length) {
  offset = offset === undefined ? 0 : +offset || 0;
  const room = buffer.byteLength - offset;
  if (room < 0) throw outOfBounds("offset");
  if (length === undefined) return new FastBuffer(buffer, offset, room);
  length = +length;
  if (!(length > 0)) length = 0;
  if (length > room) throw outOfBounds("length");
  return new FastBuffer(buffer, offset, length);
}

function fromObject(value) {
  if (value.length !== undefined || isAnyArrayBuffer(value.buffer)) {
    return typeof value.length === "number" ? fromArrayLike(value) : new FastBuffer();
  }
  return value.type === "Buffer" && isArray(value.data) ? fromArrayLike(value.data) : undefined;
}

function fromArrayLike(list) {
  if (!(list.length > 0)) return new FastBuffer();
  if (isUint8Array(list) || isArray(list)) return new FastBuffer(list);
  requireSize(list.length);
  const buffer = new FastBuffer(list.length);
  apply(setBytes, buffer, [list, 0]);
  return buffer;
}

function requireSize(size) {
  requireNumber(size, "size", 0, kMaxLength);
}

Buffer.alloc = function alloc(size, fill, encoding) {
  requireSize(size);
  const buffer = new FastBuffer(size);
  return fill !== undefined && fill !== 0 && size > 0 ? filledWithin(buffer, fill, 0, size, encoding) : buffer;
};

Buffer.allocUnsafe = function allocUnsafe(size) {
  requireSize(size);
  return new FastBuffer(size);
};

Buffer.allocUnsafeSlow = function allocUnsafeSlow(size) {
  requireSize(size);
  return new FastBuffer(size);
};

export function SlowBuffer(size) {
  requireSize(size);
  return new FastBuffer(size);
}
setPrototypeOf(SlowBuffer.prototype, Uint8Array.prototype);
setPrototypeOf(SlowBuffer, Uint8Array);

Buffer.isBuffer = function isBuffer(value) {
  return value instanceof Buffer;
};

Buffer.isEncoding = function isEncoding(encoding) {
  return typeof encoding === "string" && encoding !== "" && encodingNamed(encoding) !== undefined;
};

Buffer.byteLength = byteLength;
function byteLength(text, encoding) {
  if (typeof text !== "string") {
    if (ArrayBuffer.isView(text) || isAnyArrayBuffer(text)) return text.byteLength;
    throw invalidArgType("string", ["string", "Buffer", "ArrayBuffer"], text);
  }
  if (text === "") return 0;
  const found = (encoding ? encodingNamed(encoding) : undefined) ?? encodings.utf8;
  return found.byteLength(text);
}

Buffer.concat = function concat(list, length) {
  if (!isArray(list)) throw invalidArgType("list", "Array", list);
  if (list.length === 0) return new FastBuffer();
  if (length === undefined) {
    length = 0;
    for (let index = 0; index < list.length; index++) if (list[index].length) length += list[index].length;
    requireSize(length);
  } else {
    requireInteger(length, "length", 0, kMaxLength);
  }
  const joined = new FastBuffer(length);
  let offset = 0;
  for (let index = 0; index < list.length; index++) {
    const piece = list[index];
    if (!isUint8Array(piece)) throw invalidArgType(`list[${index}]`, ["Buffer", "Uint8Array"], piece);
    if (offset >= length) continue;
    const fits = piece.length <= length - offset;
    apply(setBytes, joined, [fits ? piece : part(piece, 0, length - offset), offset]);
    offset += piece.length;
  }
  return joined;
};

Buffer.compare = function compare(one, other) {
  if (!isUint8Array(one)) throw invalidArgType("buf1", ["Buffer", "Uint8Array"], one);
  if (!isUint8Array(other)) throw invalidArgType("buf2", ["Buffer", "Uint8Array"], other);
  return one === other ? 0 : compared(part(one, 0, one.length), part(other, 0, other.length));
};

Buffer.poolSize = 8192;

// The engine compares two texts of one byte a character in one go.
const loopMax = 64;

function compared(one, other) {
  const length = Math.min(one.length, other.length);
  const near = Math.min(length, loopMax);
  for (let index = 0; index < near; index++) {
    if (one[index] !== other[index]) return one[index] < other[index] ? -1 : 1;
  }
  if (near < length) {
    const left = host.bytesToText(one, "latin1");
    const right = host.bytesToText(other, "latin1");
    return left === right ? 0 : left < right ? -1 : 1;
  }
  return Math.sign(one.length - other.length);
}

const prototype = {
  get parent() {
    return this instanceof Buffer ? this.buffer : undefined;
  },

  get offset() {
    return this instanceof Buffer ? this.byteOffset : undefined;
  },

  toString(encoding, start, end) {
    const { length } = this;
    if (arguments.length === 0) return encodings.utf8.text(part(this, 0, length));
    if (start <= 0) start = 0;
    else if (start >= length) return "";
    else start = Math.trunc(start) || 0;
    if (end === undefined || end > length) end = length;
    else end = Math.trunc(end) || 0;
    if (end <= start) return "";
    const found = encoding === undefined ? encodings.utf8 : requireEncoding(encoding);
    return found.text(part(this, start, end));
  },

  toJSON() {
    const data = [];
    for (let index = 0; index < this.length; index++) data.push(this[index]);
    return { type: "Buffer", data };
  },

  equals(other) {
    if (!isUint8Array(other)) throw invalidArgType("otherBuffer", ["Buffer", "Uint8Array"], other);
    if (this === other) return true;
    if (this.byteLength !== other.byteLength) return false;
    return compared(part(this, 0, this.length), part(other, 0, other.length)) === 0;
  },

  inspect(recurseTimes, context) {
    return inspected(this, context);
  },

  compare(target, targetStart, targetEnd, sourceStart, sourceEnd) {
    if (!isUint8Array(target)) throw invalidArgType("target", ["Buffer", "Uint8Array"], target);
    if (targetStart === undefined) targetStart = 0;
    else requireInteger(targetStart, "targetStart", 0, kMaxLength);
    if (targetEnd === undefined) targetEnd = target.length;
    else requireInteger(targetEnd, "targetEnd", 0, target.length);
    if (sourceStart === undefined) sourceStart = 0;
    else requireInteger(sourceStart, "sourceStart", 0, kMaxLength);
    if (sourceEnd === undefined) sourceEnd = this.length;
    else requireInteger(sourceEnd, "sourceEnd", 0, this.length);
    if (sourceStart >= sourceEnd) return targetStart >= targetEnd ? 0 : -1;
    if (targetStart >= targetEnd) return 1;
    return compared(part(this, sourceStart, sourceEnd), part(target, targetStart, targetEnd));
  },

  indexOf(value, byteOffset, encoding) {
    return searched(this, value, byteOffset, encoding, true);
  },

  lastIndexOf(value, byteOffset, encoding) {
    return searched(this, value, byteOffset, encoding, false);
  },

  includes(value, byteOffset, encoding) {
    return searched(this, value, byteOffset, encoding, true) !== -1;
  },

  fill(value, offset, end, encoding) {
    return filledWithin(this, value, offset, end, encoding);
  },

  write(text, offset, length, encoding) {
    if (offset === undefined) return written(this, encodings.utf8, text, 0, this.length);
    if (length === undefined && typeof offset === "string") {
      encoding = offset;
      length = this.length;
      offset = 0;
    } else {
      requireInteger(offset, "offset", 0, this.length);
      const room = this.length - offset;
      if (length === undefined) {
        length = room;
      } else if (typeof length === "string") {
        encoding = length;
        length = room;
      } else {
        requireInteger(length, "length", 0, this.length);
        if (length > room) length = room;
      }
    }
    return written(this, encoding ? requireEncoding(encoding) : encodings.utf8, text, offset, length);
  },

  copy(target, targetStart, sourceStart, sourceEnd) {
    if (!isUint8Array(this)) throw invalidArgType("source", ["Buffer", "Uint8Array"], this);
    if (!isUint8Array(target)) throw invalidArgType("target", ["Buffer", "Uint8Array"], target);
    targetStart = targetStart === undefined ? 0 : floored(targetStart);
    if (targetStart < 0) throw outOfRange("targetStart", ">= 0", targetStart);
    sourceStart = sourceStart === undefined ? 0 : floored(sourceStart);
    if (sourceStart < 0 || sourceStart > this.length) {
      throw outOfRange("sourceStart", `>= 0 && <= ${this.length}`, sourceStart);
    }
    sourceEnd = sourceEnd === undefined ? this.length : floored(sourceEnd);
    if (sourceEnd < 0) throw outOfRange("sourceEnd", ">= 0", sourceEnd);
    if (targetStart >= target.length || sourceStart >= sourceEnd) return 0;
    const count = Math.min(sourceEnd - sourceStart, target.length - targetStart, this.length - sourceStart);
    apply(setBytes, target, [part(this, sourceStart, sourceStart + count), targetStart]);
    return count;
  },

  subarray(start, end) {
    const { length } = this;
    start = within(start, length);
    end = end === undefined ? length : within(end, length);
    return new FastBuffer(this.buffer, this.byteOffset + start, end > start ? end - start : 0);
  },

  slice(start, end) {
    return this.subarray(start, end);
  },

  swap16() {
    return swapped(this, 2);
  },

  swap32() {
    return swapped(this, 4);
  },

  swap64() {
    return swapped(this, 8);
  },
};

function floored(value) {
  const number = Math.floor(+value);
  return Number.isSafeInteger(number) ? number : 0;
}

/** An offset as `slice` takes it: counted from the end where it is negative, never outside. */
function within(offset, length) {
  offset = Math.trunc(offset);
  if (offset === 0 || Number.isNaN(offset)) return 0;
  if (offset < 0) return Math.max(offset + length, 0);
  return Math.min(offset, length);
}

function swapped(buffer, size) {
  const { length } = buffer;
  if (length % size !== 0) {
    throw nodeError(RangeError, "ERR_INVALID_BUFFER_SIZE", `Buffer size must be a multiple of ${size * 8}-bits`);
  }
  for (let start = 0; start < length; start += size) {
    for (let low = start, high = start + size - 1; low < high; low++, high--) {
      const byte = buffer[low];
      buffer[low] = buffer[high];
      buffer[high] = byte;
    }
  }
  return buffer;
}

function written(buffer, encoding, text, offset, length) {
  if (typeof text !== "string") throw nodeError(TypeError, "ERR_INVALID_ARG_TYPE", "argument must be a string");
  if (length === 0 || text === "") return 0;
  // No character is less than a byte, so what is far beyond the room need not be converted.
  const bytes = encoding.bytes(encoding.clipped(text, length));
  const count = bytes.length <= length ? bytes.length : encoding.wholeCharacters(bytes, length);
  apply(setBytes, buffer, [count === bytes.length ? bytes : bytes.subarray(0, count), offset]);
  return count;
}

function filledWithin(buffer, value, offset, end, encoding) {
  let pattern = value;
  if (typeof value === "string") {
    if (offset === undefined || typeof offset === "string") {
      encoding = offset;
      offset = 0;
      end = buffer.length;
    } else if (typeof end === "string") {
      encoding = end;
      end = buffer.length;
    }
    pattern = patternOf(value, encoding);
  }
  if (offset === undefined) {
    offset = 0;
    end = buffer.length;
  } else {
    requireInteger(offset, "offset", 0, kMaxLength);
    if (end === undefined) end = buffer.length;
    else requireInteger(end, "end", 0, buffer.length);
    if (offset >= end) return buffer;
  }
  if (end > buffer.length) throw outOfBounds();
  if (isUint8Array(pattern) || ArrayBuffer.isView(pattern)) fillWith(buffer, bytesOf(pattern), offset, end, value);
  else apply(fillBytes, buffer, [typeof pattern === "number" ? pattern : pattern & 255, offset, end]);
  return buffer;
}

function patternOf(text, encoding) {
  const found = encoding === undefined || encoding === null ? encodings.utf8 : encodingNamed(encoding || "utf8");
  if (found === undefined) {
    requireType(encoding, "encoding", "string");
    throw unknownEncoding(encoding);
  }
  return text === "" ? 0 : found.bytes(text);
}

/** Fills with a pattern, by doubling what is there already. */
function fillWith(buffer, pattern, offset, end, value) {
  if (pattern.length === 0) throw invalidArgValue("value", value);
  const room = end - offset;
  apply(setBytes, buffer, [pattern.length <= room ? pattern : pattern.subarray(0, room), offset]);
  for (let done = pattern.length; done < room; done *= 2) {
    apply(copyWithin, buffer, [offset + done, offset, offset + Math.min(done, room - done)]);
  }
}

function searched(buffer, value, byteOffset, encoding, forward) {
  if (!ArrayBuffer.isView(buffer)) throw invalidArgType("buffer", ["Buffer", "TypedArray", "DataView"], buffer);
  if (typeof byteOffset === "string") {
    encoding = byteOffset;
    byteOffset = undefined;
  }
  byteOffset = Math.trunc(Math.max(-0x80000000, Math.min(+byteOffset, 0x7fffffff)));
  if (Number.isNaN(byteOffset)) byteOffset = forward ? 0 : buffer.length;
  if (typeof value === "number") {
    const at = startOf(buffer.length, byteOffset, 1, forward);
    if (at < 0 || buffer.length === 0) return -1;
    return apply(forward ? indexOfByte : lastIndexOfByte, buffer, [value & 255, at]);
  }
  const found = encoding === undefined ? encodings.utf8 : encodingNamed(encoding);
  const step = found === encodings.utf16le ? 2 : 1;
  if (typeof value === "string") {
    if (found === undefined) throw unknownEncoding(encoding);
    return positionOf(buffer, found.bytes(value), byteOffset, step, forward);
  }
  if (isUint8Array(value)) return positionOf(buffer, part(value, 0, value.length), byteOffset, step, forward);
  throw invalidArgType("value", ["number", "string", "Buffer", "Uint8Array"], value);
}

/** Where a search begins, as an offset from the front; -1 where there is nothing to find. */
function startOf(length, offset, needleLength, forward) {
  if (offset < 0) {
    if (offset + length >= 0) return offset + length;
    return forward || needleLength === 0 ? 0 : -1;
  }
  if (offset + needleLength <= length) return offset;
  if (needleLength === 0) return length;
  return forward ? -1 : length - 1;
}

function positionOf(buffer, needle, byteOffset, step, forward) {
  const { length } = buffer;
  const start = startOf(length, byteOffset, needle.length, forward);
  if (start <= -1 || needle.length === 0) return start;
  if (length === 0 || needle.length > length || (forward && start + needle.length > length)) return -1;
  if (step === 2 && (length < 2 || needle.length < 2)) return -1;
  const find = forward ? indexOfByte : lastIndexOfByte;
  const last = length - needle.length;
  const size = step === 2 ? needle.length - (needle.length % 2) : needle.length;
  let at = Math.min(start - (step === 2 ? start % 2 : 0), forward ? start : last);
  while (at >= 0 && at <= last) {
    at = apply(find, buffer, [needle[0], at]);
    if (at === -1) return -1;
    if (at % step === 0 && at <= last && isAt(buffer, needle, at, size)) return at;
    at += forward ? 1 : -1;
  }
  return -1;
}

function isAt(buffer, needle, at, size) {
  for (let index = 1; index < size; index++) if (buffer[at + index] !== needle[index]) return false;
  return true;
}

function inspected(buffer, context) {
  const shown = Math.min(inspectedMax, buffer.length);
  const remaining = buffer.length - shown;
  let text = shown > 0 ? encodings.hex.text(part(buffer, 0, shown)).replace(/(.{2})(?!$)/g, "$1 ") : "";
  if (remaining > 0) text += ` ... ${remaining} more byte${remaining > 1 ? "s" : ""}`;
  if (context) {
    const extras = { __proto__: null };
    for (const key of ownKeys(buffer)) {
      if (typeof key === "string" && /^\d+$/.test(key)) continue;
      const { enumerable } = Object.getOwnPropertyDescriptor(buffer, key);
      if (context.showHidden || enumerable) extras[key] = buffer[key];
    }
    if (ownKeys(extras).length > 0) {
      const members = inspect(extras, { ...context, breakLength: Infinity, compact: true });
      text += `${buffer.length > 0 ? ", " : ""}${members.slice("[Object: null prototype] { ".length, -" }".length)}`;
    }
  }
  return `<${buffer.constructor.name} ${text}>`;
}

/** The methods for one encoding, `hexSlice` and `hexWrite` say, which packages use. */
function encodingMethods() {
  const methods = {};
  const names = { ascii: "ascii", base64: "base64", base64url: "base64url", latin1: "latin1", hex: "hex" };
  for (const [name, key] of Object.entries({ ...names, ucs2: "utf16le", utf8: "utf8" })) {
    const encoding = encodings[key];
    methods[`${name}Slice`] = function (start = 0, end = this.length) {
      if (start > this.length) throw nodeError(RangeError, "ERR_OUT_OF_RANGE", "Index out of range");
      end = Math.min(end, this.length);
      return end <= start ? "" : encoding.text(part(this, start, end));
    };
    methods[`${name}Write`] = function (text, offset = 0, length = this.length - offset) {
      if (offset > this.length) throw outOfBounds("offset");
      return written(this, encoding, text, offset, Math.min(length, this.length - offset));
    };
  }
  return methods;
}

function addMethods(methods) {
  const descriptors = Object.getOwnPropertyDescriptors(methods);
  for (const descriptor of Object.values(descriptors)) descriptor.enumerable = true;
  defineProperties(FastBuffer.prototype, descriptors);
}

nameClass(Buffer, "Buffer");
addMethods(numberMethods);
addMethods(encodingMethods());
addMethods(prototype);
FastBuffer.prototype.toLocaleString = FastBuffer.prototype.toString;
FastBuffer.prototype[customInspect] = FastBuffer.prototype.inspect;
defineProperty(FastBuffer.prototype, "constructor", { value: Buffer, writable: true, configurable: true });
defineProperty(Buffer, "prototype", { value: FastBuffer.prototype, writable: false });
setPrototypeOf(Buffer, Uint8Array);
defineProperty(Buffer, Symbol.species, { configurable: true, get: () => FastBuffer });

const transcodable = ["ascii", "latin1", "utf8", "utf16le"];

/** The text of `source` in another encoding; what that cannot hold becomes a question mark. */
export function transcode(source, fromEncoding, toEncoding) {
  if (!isUint8Array(source)) throw invalidArgType("source", ["Buffer", "Uint8Array"], source);
  if (source.length === 0) return Buffer.alloc(0);
  const from = encodingNamed(fromEncoding);
  const to = encodingNamed(toEncoding);
  if (!transcodable.includes(from?.name) || !transcodable.includes(to?.name)) {
    const error = new Error("Unable to transcode Buffer [U_ILLEGAL_ARGUMENT_ERROR]");
    error.code = "U_ILLEGAL_ARGUMENT_ERROR";
    error.errno = 1;
    throw error;
  }
  // Not `latin1Slice` for ASCII: a high byte is no character there.
  let text = from.text(part(source, 0, source.length));
  if (from.name === "ascii")
    text = host.bytesToText(part(source, 0, source.length), "latin1").replace(/[^\0-\x7f]/g, "\ufffd");
  if (to.name === "latin1") text = text.replace(/[^\0-\xff]/gu, "?");
  if (to.name === "ascii") text = text.replace(/[^\0-\x7f]/gu, "?");
  return asBuffer(to.bytes(text));
}

function inputBytes(input) {
  if ((input?.buffer ?? input)?.detached === true) {
    throw nodeError(Error, "ERR_INVALID_STATE", "Cannot validate on a detached buffer");
  }
  const bytes = input instanceof DataView ? undefined : bytesOf(input);
  if (bytes === undefined) throw invalidArgType("input", ["ArrayBuffer", "Buffer", "TypedArray"], input);
  return bytes;
}

export function isUtf8(input) {
  const bytes = inputBytes(input);
  try {
    host.decode(bytes, "utf-8", true, true);
    return true;
  } catch {
    return false;
  }
}

export function isAscii(input) {
  const bytes = inputBytes(input);
  // UTF-8 takes two bytes for each character that is not ASCII.
  return host.encode(host.bytesToText(bytes, "latin1")).length === bytes.length;
}

/** Unlike the global of this name, as in Node: what is more than a byte is refused. */
export function btoa(input) {
  if (arguments.length === 0) throw nodeError(TypeError, "ERR_MISSING_ARGS", 'The "input" argument must be specified');
  const text = `${input}`;
  if (/[^\0-\xff]/.test(text)) throw new DOMException("Invalid character", "InvalidCharacterError");
  return text === "" ? "" : host.base64Encode(text);
}

/** Unlike the global of this name, as in Node: what is no base64 is refused. */
export function atob(input) {
  if (arguments.length === 0) throw nodeError(TypeError, "ERR_MISSING_ARGS", 'The "input" argument must be specified');
  let text = `${input}`.replace(/[\t\n\f\r ]/g, "");
  if (text.length % 4 === 0) text = text.replace(/={1,2}$/, "");
  if (/[^A-Za-z0-9+/]/.test(text)) throw new DOMException("Invalid character", "InvalidCharacterError");
  if (text.length % 4 === 1) {
    throw new DOMException("The string to be decoded is not correctly encoded.", "InvalidCharacterError");
  }
  return host.base64Decode(text);
}

export function resolveObjectURL(url) {
  return loadedUnit("fnhost:web/object-urls")?.resolveObjectURL(url);
}

export const INSPECT_MAX_BYTES = inspectedMax;

const api = {
  Buffer,
  SlowBuffer,
  transcode,
  isUtf8,
  isAscii,
  kMaxLength,
  kStringMaxLength,
  btoa,
  atob,
  constants,
  get INSPECT_MAX_BYTES() {
    return inspectedMax;
  },
  set INSPECT_MAX_BYTES(value) {
    requireNumber(value, "INSPECT_MAX_BYTES", 0);
    inspectedMax = value;
  },
  // Units of their own, which a source that names them has loaded.
  get Blob() {
    return globalThis.Blob;
  },
  resolveObjectURL,
  get File() {
    return globalThis.File;
  },
};

export default api;
export { api as "module.exports" };

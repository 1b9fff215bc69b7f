// Random values, from the host's generator. None while the function is built: the heap is kept, and every event would
// have the same.

import random from "wasi:random/random@0.3.0";
import { bytesOf } from "fnhost:platform/boundary";
import { hexText, joined } from "fnhost:platform/bytes";
import { DOMException } from "fnhost:platform/errors";
import { requireRunning } from "fnhost:platform/phase";
import { invalidArgType, isAnyArrayBuffer, outOfRange, requireFunction, requireType } from "../internal/errors.js";
import { asBuffer, isView, later, requireObject } from "./common.js";

const int32Max = 2147483647;
const valuesMax = 65536;
const integerMax = 0xffff_ffff_ffff;

/** `length` random bytes; the host may give fewer at a time. */
export function freshBytes(length) {
  if (length === 0) return new Uint8Array(0);
  const first = random.getRandomBytes(length);
  if (first.length >= length) return first;
  const pieces = [first];
  for (let missing = length - first.length; missing > 0;) {
    const piece = random.getRandomBytes(missing);
    pieces.push(piece);
    missing -= piece.length;
  }
  return joined(pieces);
}

function checkedOffset(offset, elementSize, length) {
  requireType(offset, "offset", "number");
  const bytes = offset * elementSize;
  const max = Math.min(length, int32Max);
  if (!(bytes <= max && bytes >= 0)) throw outOfRange("offset", `>= 0 && <= ${max}`, bytes);
  return bytes >>> 0;
}

function checkedSize(size, elementSize, offset, length) {
  requireType(size, "size", "number");
  const bytes = size * elementSize;
  if (!(bytes <= int32Max && bytes >= 0)) throw outOfRange("size", `>= 0 && <= ${int32Max}`, bytes);
  if (bytes + offset > length) throw outOfRange("size + offset", `<= ${length}`, bytes + offset);
  return bytes >>> 0;
}

export function randomBytes(size, callback) {
  const length = checkedSize(size, 1, 0, Infinity);
  if (callback !== undefined) requireFunction(callback, "callback");
  requireRunning("crypto.randomBytes");
  if (callback === undefined) return asBuffer(freshBytes(length));
  // As Node: there is nothing to wait for.
  if (length === 0) callback(null, asBuffer(new Uint8Array(0)));
  else later(callback, () => [asBuffer(freshBytes(length))]);
  return undefined;
}

function requireFillable(buffer) {
  if (isAnyArrayBuffer(buffer) || isView(buffer)) return;
  throw invalidArgType("buf", ["ArrayBuffer", "ArrayBufferView"], buffer);
}

function fill(buffer, offset, size) {
  const bytes = isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
  bytes.set(freshBytes(size), offset);
}

export function randomFillSync(buf, offset = 0, size = undefined) {
  requireFillable(buf);
  const elementSize = buf.BYTES_PER_ELEMENT || 1;
  const start = checkedOffset(offset, elementSize, buf.byteLength);
  const length = size === undefined ? buf.byteLength - start : checkedSize(size, elementSize, start, buf.byteLength);
  requireRunning("crypto.randomFillSync");
  fill(buf, start, length);
  return buf;
}

export function randomFill(buf, offset, size, callback) {
  requireFillable(buf);
  const elementSize = buf.BYTES_PER_ELEMENT || 1;
  let given = [offset, size, callback];
  if (typeof offset === "function") given = [0, buf.length, offset];
  else if (typeof size === "function") given = [offset, buf.length - offset, size];
  else requireFunction(callback, "callback");
  const start = checkedOffset(given[0], elementSize, buf.byteLength);
  const length =
    given[1] === undefined ? buf.byteLength - start : checkedSize(given[1], elementSize, start, buf.byteLength);
  requireRunning("crypto.randomFill");
  if (length === 0) {
    given[2](null, buf);
    return;
  }
  later(given[2], () => {
    fill(buf, start, length);
    return [buf];
  });
}

export function getRandomValues(view) {
  const isInteger = isView(view) && !/^(?:Float|DataView)/.test(view[Symbol.toStringTag] ?? "DataView");
  if (!isInteger) throw new DOMException("The data argument must be an integer-type TypedArray", "TypeMismatchError");
  if (view.byteLength > valuesMax) {
    throw new DOMException("The requested length exceeds 65,536 bytes", "QuotaExceededError");
  }
  requireRunning("crypto.getRandomValues");
  bytesOf(view).set(freshBytes(view.byteLength));
  return view;
}

// So many random integers are made of one call.
const integersKept = 32;
let kept = new Uint8Array(0);
let keptOffset = 0;

function randomInteger48() {
  if (keptOffset === kept.length) {
    kept = freshBytes(6 * integersKept);
    keptOffset = 0;
  }
  let value = 0;
  for (const end = keptOffset + 6; keptOffset < end; keptOffset++) value = value * 256 + kept[keptOffset];
  return value;
}

export function randomInt(min, max, callback) {
  const isMinGiven = typeof max !== "undefined" && typeof max !== "function";
  const [from, to, done] = isMinGiven ? [min, max, callback] : [0, min, max];
  if (done !== undefined) requireFunction(done, "callback");
  if (!Number.isSafeInteger(from)) throw invalidArgType("min", "a safe integer", from);
  if (!Number.isSafeInteger(to)) throw invalidArgType("max", "a safe integer", to);
  if (to <= from) throw outOfRange("max", `greater than the value of "min" (${from})`, to);
  const range = to - from;
  if (!(range <= integerMax)) throw outOfRange(isMinGiven ? "max - min" : "max", `<= ${integerMax}`, range);
  requireRunning("crypto.randomInt");
  // What lies beyond the last multiple of the range would make some values likelier than others.
  const limit = integerMax - (integerMax % range);
  let value = randomInteger48();
  while (value >= limit) value = randomInteger48();
  const result = (value % range) + from;
  if (done === undefined) return result;
  later((error, number) => done(error ?? undefined, number), () => [result]);
  return undefined;
}

export function randomUUID(options) {
  if (options !== undefined) requireObject(options, "options");
  const { disableEntropyCache = false } = options ?? {};
  requireType(disableEntropyCache, "options.disableEntropyCache", "boolean");
  requireRunning("crypto.randomUUID");
  const bytes = freshBytes(16);
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = hexText(bytes);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

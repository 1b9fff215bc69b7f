// The global `structuredClone`. Of platform objects it knows none: what is no value of the language itself and cannot
// be taken apart is refused, as the standard has it.

import { DOMException } from "./errors.js";
import { typedArrayName } from "./inspect-objects.js";

const { getPrototypeOf, keys: ownKeys } = Object;
const { apply } = Reflect;
const { toString: tagOf } = Object.prototype;
const errors = { __proto__: null, Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };
const { transfer } = ArrayBuffer.prototype;

// The engine's stack is small, and running over its end is the end of the instance.
const depthMax = 200;

/** A deep copy of `value`. Buffers named in `options.transfer` are detached: they belong to the copy from then on. */
export function structuredClone(value, options = undefined) {
  if (arguments.length === 0) throw new TypeError('The "value" argument must be specified');
  const moved = [...(options?.transfer ?? [])];
  for (const buffer of moved) {
    if (!(buffer instanceof ArrayBuffer) || transfer === undefined) {
      throw new DOMException("Value could not be cloned: it cannot be transferred.", "DataCloneError");
    }
  }
  const clone = cloneOf(value, new Map(), 0);
  // Last, so that a value that cannot be cloned loses nothing.
  for (const buffer of moved) apply(transfer, buffer, []);
  return clone;
}

function cloneOf(value, copies, depth) {
  if (typeof value === "symbol" || typeof value === "function") throw notCloneable(String(value));
  if (typeof value !== "object" || value === null) return value;
  const known = copies.get(value);
  if (known !== undefined) return known;
  if (depth > depthMax) throw notCloneable("An object that is nested too deep");
  const copy = emptyCopy(value, copies, depth);
  copies.set(value, copy);
  fill(copy, value, copies, depth);
  return copy;
}

function notCloneable(what) {
  return new DOMException(`${what} could not be cloned.`, "DataCloneError");
}

/** The copy of `value` without what may lead back to it. */
function emptyCopy(value, copies, depth) {
  if (Array.isArray(value)) return new Array(value.length);
  if (value instanceof Map) return new Map();
  if (value instanceof Set) return new Set();
  if (value instanceof Date) return new Date(value.getTime());
  if (value instanceof RegExp) return new RegExp(value.source, value.flags);
  if (value instanceof Error) return emptyError(value);
  if (value instanceof ArrayBuffer) return value.slice(0);
  if (ArrayBuffer.isView(value)) return copyOfView(value, copies, depth);
  if (isBoxed(value)) return Object(value.valueOf());
  if (isOpaque(value)) throw notCloneable(`#<${apply(tagOf, value, []).slice(8, -1)}>`);
  return {};
}

function isBoxed(value) {
  return value instanceof Number || value instanceof String || value instanceof Boolean || value instanceof BigInt;
}

/** What holds something that no copy could get. */
function isOpaque(value) {
  for (const constructor of [Promise, WeakMap, WeakSet, WeakRef, Symbol]) if (value instanceof constructor) return true;
  return false;
}

function copyOfView(view, copies, depth) {
  const buffer = cloneOf(view.buffer, copies, depth + 1);
  const name = typedArrayName(view);
  if (name === undefined) return new DataView(buffer, view.byteOffset, view.byteLength);
  return new globalThis[name](buffer, view.byteOffset, view.length);
}

function emptyError(error) {
  const constructor = errors[`${error.name}`] ?? Error;
  return new constructor();
}

function fill(copy, value, copies, depth) {
  if (copy instanceof Map) {
    for (const [key, member] of [...value])
      copy.set(cloneOf(key, copies, depth + 1), cloneOf(member, copies, depth + 1));
  } else if (copy instanceof Set) {
    for (const member of [...value]) copy.add(cloneOf(member, copies, depth + 1));
  } else if (copy instanceof Error) {
    fillError(copy, value, copies, depth);
  } else if (Array.isArray(copy) || getPrototypeOf(copy) === Object.prototype) {
    for (const key of ownKeys(value)) copy[key] = cloneOf(value[key], copies, depth + 1);
  }
}

/** Of an error, only what every error has is copied. */
function fillError(copy, error, copies, depth) {
  for (const key of ["message", "stack", "cause"]) {
    const descriptor = Object.getOwnPropertyDescriptor(error, key);
    if (descriptor === undefined || !("value" in descriptor)) continue;
    const value = key === "cause" ? cloneOf(descriptor.value, copies, depth + 1) : `${descriptor.value}`;
    Object.defineProperty(copy, key, { value, writable: true, configurable: true, enumerable: false });
  }
}

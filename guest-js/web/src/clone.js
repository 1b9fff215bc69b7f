// Unit `fnhost:web/clone`: the global `structuredClone`. Of platform objects it knows DOMException, and those that have a
// method of the key in clonable.js; others are copied as plain objects, as in Node. It does not recurse: the engine's
// stack is small.

import { define } from "fnhost:platform/boundary";
import { clonable, transferable } from "fnhost:platform/clonable";
import { codedError, DOMException } from "fnhost:platform/errors";
import { typedArrayName } from "fnhost:platform/inspect-objects";

const { getPrototypeOf, getOwnPropertyDescriptor, keys: ownKeys } = Object;
const { apply } = Reflect;
const { isArray } = Array;
const { toString: tagOf } = Object.prototype;
const { toString: sourceOf } = Function.prototype;
const { transfer } = ArrayBuffer.prototype;
const detachedGetter = getOwnPropertyDescriptor(ArrayBuffer.prototype, "detached")?.get;
const iteratorPrototype = getPrototypeOf(getPrototypeOf([].values()));
const errors = { __proto__: null, Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };
const opaque = [Promise, WeakMap, WeakSet, WeakRef, FinalizationRegistry];

/** A deep copy of `value`. Buffers named in `options.transfer` are detached: they belong to the copy from then on. */
export function structuredClone(value, options = undefined) {
  if (arguments.length === 0) throw codedError(TypeError, "ERR_MISSING_ARGS", "The value argument must be specified");
  return cloneAndMove(value, options).clone;
}

/** The same, with the objects that take the place of what is not a buffer and was handed over. */
export function cloneAndMove(value, options) {
  const { buffers, objects } = transferred(options);
  const copies = new Map();
  const moves = objects.map((object) => object[transferable]());
  moves.forEach(({ copy }, index) => copies.set(objects[index], copy));
  const unfilled = [];
  const clone = copyOf(value, copies, unfilled);
  // What is copied while the list is read is added to it.
  for (const [copy, original] of unfilled) fill(copy, original, copies, unfilled);
  // Last, so that a value that cannot be cloned loses nothing.
  for (const buffer of buffers) apply(transfer, buffer, []);
  for (const { move } of moves) move();
  return { clone, moved: moves.map(({ copy }) => copy) };
}

const nothing = { buffers: [], objects: [] };

function transferred(options) {
  if (options === undefined || options === null) return nothing;
  if (typeof options !== "object" && typeof options !== "function") {
    throw codedError(
      TypeError,
      "ERR_INVALID_ARG_TYPE",
      "The options argument must be either an object or undefined",
    );
  }
  const given = options.transfer;
  if (given === undefined || given === null) return nothing;
  if (typeof given !== "object" || typeof given[Symbol.iterator] !== "function") {
    throw codedError(TypeError, "ERR_INVALID_ARG_TYPE", "Optional transferList argument must be an iterable");
  }
  const moved = [...given];
  const buffers = moved.filter((object) => object instanceof ArrayBuffer && transfer !== undefined);
  const objects = moved.filter((object) => typeof object?.[transferable] === "function");
  if (buffers.length + objects.length < moved.length) {
    throw codedError(TypeError, "ERR_INVALID_TRANSFER_OBJECT", "Found invalid object in transferList");
  }
  if (new Set(moved).size < moved.length) {
    throw new DOMException("Transfer list contains duplicate ArrayBuffer", "DataCloneError");
  }
  return { buffers, objects };
}

/** The copy of `value`; if it is to get members, it is noted in `unfilled`. */
function copyOf(value, copies, unfilled) {
  if (typeof value === "symbol") throw notCloneable(String(value));
  if (typeof value === "function") throw notCloneable(apply(sourceOf, value, []));
  if (typeof value !== "object" || value === null) return value;
  const known = copies.get(value);
  if (known !== undefined) return known;
  const prototype = getPrototypeOf(value);
  let copy;
  if (isArray(value)) copy = new Array(value.length);
  else if (prototype === Object.prototype || prototype === null) copy = plainCopy(value);
  else copy = emptyCopy(value, copies);
  copies.set(value, copy);
  if (isFilled(copy)) unfilled.push([copy, value]);
  return copy;
}

function notCloneable(what) {
  return new DOMException(`${what} could not be cloned.`, "DataCloneError");
}

function plainCopy(value) {
  if (value === globalThis || apply(tagOf, value, []) === "[object Arguments]") throw notCloneable("#<Object>");
  return {};
}

/** The copy of `value` without what may lead back to it. */
function emptyCopy(value, copies) {
  if (typeof value[clonable] === "function") return value[clonable]();
  if (value instanceof Map) return new Map();
  if (value instanceof Set) return new Set();
  if (value instanceof Date) return new Date(Date.prototype.getTime.call(value));
  if (value instanceof RegExp) return new RegExp(value.source, value.flags);
  if (value instanceof DOMException) return new DOMException(value.message, value.name);
  if (value instanceof Error) return emptyError(value);
  if (value instanceof ArrayBuffer) return copyOfBuffer(value);
  if (ArrayBuffer.isView(value)) return copyOfView(value, copies);
  if (value instanceof Number) return Object(Number.prototype.valueOf.call(value));
  if (value instanceof String) return Object(String.prototype.valueOf.call(value));
  if (value instanceof Boolean) return Object(Boolean.prototype.valueOf.call(value));
  if (value instanceof BigInt) return Object(BigInt.prototype.valueOf.call(value));
  if (value instanceof Symbol) throw notCloneable("[object Symbol]");
  if (typeof SharedArrayBuffer === "function" && value instanceof SharedArrayBuffer) return value;
  for (const constructor of opaque) if (value instanceof constructor) throw notCloneable(`#<${constructor.name}>`);
  if (apply(Object.prototype.isPrototypeOf, iteratorPrototype, [value])) throw notCloneable(iteratorText(value));
  return plainCopy(value);
}

function iteratorText(value) {
  const tag = apply(tagOf, value, []);
  return tag === "[object Generator]" ? tag : "#<Object>";
}

function copyOfBuffer(buffer) {
  if (detachedGetter !== undefined && apply(detachedGetter, buffer, [])) {
    throw notCloneable("An ArrayBuffer is detached and");
  }
  if (!buffer.resizable) return buffer.slice(0);
  const copy = new ArrayBuffer(buffer.byteLength, { maxByteLength: buffer.maxByteLength });
  new Uint8Array(copy).set(new Uint8Array(buffer));
  return copy;
}

function copyOfView(view, copies) {
  let buffer = copies.get(view.buffer);
  if (buffer === undefined) {
    buffer = view.buffer instanceof ArrayBuffer ? copyOfBuffer(view.buffer) : view.buffer;
    copies.set(view.buffer, buffer);
  }
  const name = typedArrayName(view);
  if (name === undefined) return new DataView(buffer, view.byteOffset, view.byteLength);
  return new globalThis[name](buffer, view.byteOffset, view.length);
}

function emptyError(error) {
  const constructor = errors[`${error.name}`] ?? Error;
  return new constructor();
}

/** True for what has members that are copied as well. */
function isFilled(copy) {
  if (isArray(copy)) return true;
  const prototype = getPrototypeOf(copy);
  if (prototype === Object.prototype || prototype === Map.prototype || prototype === Set.prototype) return true;
  return copy instanceof Error;
}

function fill(copy, value, copies, unfilled) {
  if (copy instanceof Map) {
    for (const [key, member] of [...Map.prototype.entries.call(value)]) {
      copy.set(copyOf(key, copies, unfilled), copyOf(member, copies, unfilled));
    }
  } else if (copy instanceof Set) {
    for (const member of [...Set.prototype.values.call(value)]) copy.add(copyOf(member, copies, unfilled));
  } else if (copy instanceof Error) {
    fillError(copy, value, copies, unfilled);
  } else {
    for (const key of ownKeys(value)) {
      const member = copyOf(value[key], copies, unfilled);
      // A member of this name is no prototype.
      if (key === "__proto__") defineOwn(copy, key, member);
      else copy[key] = member;
    }
  }
}

function defineOwn(target, key, value) {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}

/** Of an error, only what every error has is copied. */
function fillError(copy, error, copies, unfilled) {
  if (typeof error.stack === "string") define(copy, "stack", error.stack);
  if (copy instanceof DOMException) return;
  const message = getOwnPropertyDescriptor(error, "message");
  if (message !== undefined && "value" in message) define(copy, "message", `${message.value}`);
  const cause = getOwnPropertyDescriptor(error, "cause");
  if (cause !== undefined && "value" in cause) define(copy, "cause", copyOf(cause.value, copies, unfilled));
}

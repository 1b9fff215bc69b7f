// Node's errors as its modules throw them: class, code and words. Bundled into each unit that throws them, so that it
// holds only what several need.

import { define } from "fnhost:platform/boundary";
import { inspect } from "fnhost:platform/inspect";

const { captureStackTrace } = Error;
const { apply } = Reflect;

function coded(Constructor, code, message) {
  const error = new Constructor(message);
  error.code = code;
  define(error, "toString", toStringWithCode);
  return error;
}

function toStringWithCode() {
  return `${this.name} [${this.code}]: ${this.message}`;
}

/** Takes the frames above `above` out of the stack, where the engine can. */
export function hideFrames(error, above) {
  if (captureStackTrace !== undefined && above !== undefined) captureStackTrace(error, above);
  return error;
}

export function nodeError(Constructor, code, message) {
  return coded(Constructor, code, message);
}

/** `a`, `a or b`, `a, b, or c`. */
export function listed(items, word = "or") {
  if (items.length < 3) return items.join(` ${word} `);
  return `${items.slice(0, -1).join(", ")}, ${word} ${items.at(-1)}`;
}

const primitives = ["string", "function", "number", "object", "Function", "Object", "boolean", "bigint", "symbol"];

/** What Node says it received. */
export function received(value) {
  if (value === undefined || value === null) return `${value}`;
  if (typeof value === "function") return `function ${value.name}`;
  if (typeof value === "object") {
    const name = value.constructor?.name;
    return name ? `an instance of ${name}` : inspect(value, { depth: -1 });
  }
  let shown = inspect(value);
  if (shown.length > 28) shown = `${shown.slice(0, 25)}...`;
  return `type ${typeof value} (${shown})`;
}

function expectation(expected) {
  const types = [];
  const instances = [];
  const others = [];
  for (const name of expected) {
    if (primitives.includes(name)) types.push(name.toLowerCase());
    else if (/^(?:[A-Z][a-zA-Z0-9]*)+$/.test(name)) instances.push(name);
    else others.push(name);
  }
  if (instances.length > 0 && types.includes("object")) {
    types.splice(types.indexOf("object"), 1);
    instances.push("Object");
  }
  const parts = [];
  if (types.length > 0) parts.push(`${types.length > 1 ? "one of type" : "of type"} ${listed(types)}`);
  if (instances.length > 0) parts.push(`an instance of ${listed(instances)}`);
  if (others.length > 1) parts.push(`one of ${listed(others)}`);
  else if (others.length === 1) parts.push(others[0].toLowerCase() === others[0] ? others[0] : `an ${others[0]}`);
  return parts.join(" or ");
}

function subject(name) {
  if (name.endsWith(" argument")) return `The ${name}`;
  return `The "${name}" ${name.includes(".") ? "property" : "argument"}`;
}

export function invalidArgType(name, expected, value) {
  const wanted = expectation(Array.isArray(expected) ? expected : [expected]);
  const message = `${subject(name)} must be ${wanted}. Received ${received(value)}`;
  return coded(TypeError, "ERR_INVALID_ARG_TYPE", message);
}

export function invalidArgValue(name, value, reason = "is invalid", Constructor = TypeError) {
  let shown = inspect(value);
  if (shown.length > 128) shown = `${shown.slice(0, 128)}...`;
  const kind = name.includes(".") ? "property" : "argument";
  return coded(Constructor, "ERR_INVALID_ARG_VALUE", `The ${kind} '${name}' ${reason}. Received ${shown}`);
}

export function outOfRange(name, range, value) {
  let shown;
  if (Number.isInteger(value) && Math.abs(value) > 2 ** 32) {
    shown = separated(String(value));
  } else if (typeof value === "bigint") {
    shown = `${value > 2n ** 32n || value < -(2n ** 32n) ? separated(String(value)) : value}n`;
  } else {
    shown = inspect(value);
  }
  const message = `The value of "${name}" is out of range. It must be ${range}. Received ${shown}`;
  return coded(RangeError, "ERR_OUT_OF_RANGE", message);
}

function separated(digits) {
  return digits.replace(/\B(?=(?:\d{3})+$)/g, "_");
}

/** Throws Node's error unless `value` is of the type that `typeof` calls `type`. */
export function requireType(value, name, type) {
  if (typeof value !== type) throw invalidArgType(name, type, value);
}

export function requireNumber(value, name, min = undefined, max = undefined) {
  requireType(value, name, "number");
  if (!((min !== undefined && value < min) || (max !== undefined && value > max)) && !Number.isNaN(value)) return;
  if (min === undefined && max === undefined) return;
  const from = min === undefined ? "" : `>= ${min}`;
  const to = max === undefined ? "" : `<= ${max}`;
  throw outOfRange(name, [from, to].filter((part) => part !== "").join(" && "), value);
}

export function requireInteger(value, name, min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER) {
  requireType(value, name, "number");
  if (!Number.isInteger(value)) throw outOfRange(name, "an integer", value);
  if (value < min || value > max) throw outOfRange(name, `>= ${min} && <= ${max}`, value);
}

export function requireFunction(value, name) {
  if (typeof value !== "function") throw invalidArgType(name, "Function", value);
}

const typedArrayTag = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
).get;

/** Whether `value` is a Uint8Array of any subclass, which no property can fake. */
export function isUint8Array(value) {
  return apply(typedArrayTag, value, []) === "Uint8Array";
}

const lengthOf = ({ prototype }) => Object.getOwnPropertyDescriptor(prototype, "byteLength").get;
const bufferKinds = [ArrayBuffer, globalThis.SharedArrayBuffer]
  .filter((constructor) => typeof constructor === "function")
  .map((constructor) => ({ constructor, length: lengthOf(constructor) }));

/** Whether `value` is a buffer, which a prototype alone does not make it. */
export function isAnyArrayBuffer(value) {
  const kind = bufferKinds.find(({ constructor }) => value instanceof constructor);
  if (kind === undefined) return false;
  try {
    apply(kind.length, value, []);
    return true;
  } catch {
    return false;
  }
}

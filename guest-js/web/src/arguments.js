// Unit `fnhost:web/arguments`: Node's errors for arguments of the wrong kind, in its words. It checks nothing itself but
// what its last functions say.

import { codedError } from "fnhost:platform/errors";
import { inspect } from "fnhost:platform/inspect";

const { isInteger } = Number;

/** What Node says it has received: `type string ('x')`, `an instance of Map`. */
export function received(value) {
  if (value === undefined || value === null) return `${value}`;
  if (typeof value === "function") return value.name ? `function ${value.name}` : "function ";
  if (typeof value === "object") {
    const name = value.constructor?.name;
    return name ? `an instance of ${name}` : inspect(value, { depth: -1 });
  }
  let text = inspect(value);
  if (text.length > 28) text = `${text.slice(0, 25)}...`;
  return `type ${typeof value} (${text})`;
}

function subject(name) {
  if (name.endsWith(" argument")) return name;
  return `"${name}" ${name.includes(".") ? "property" : "argument"}`;
}

/** The error for `value`, which should be `expected`: `of type function`, `an instance of AbortSignal`. */
export function invalidType(name, expected, value) {
  const message = `The ${subject(name)} must be ${expected}. Received ${received(value)}`;
  return codedError(TypeError, "ERR_INVALID_ARG_TYPE", message);
}

/** The error for a value of the right type that is not allowed. */
export function invalidValue(name, value, reason = "is invalid") {
  let text = inspect(value);
  if (text.length > 128) text = `${text.slice(0, 128)}...`;
  const kind = name.includes(".") ? "property" : "argument";
  return codedError(TypeError, "ERR_INVALID_ARG_VALUE", `The ${kind} '${name}' ${reason}. Received ${text}`);
}

/** The error for a number that is not in `range`: `>= 0`. */
export function outOfRange(name, range, value) {
  let text;
  if (typeof value === "bigint") text = `${separated(`${value}`)}n`;
  else if (isInteger(value) && Math.abs(value) > 2 ** 32) text = separated(`${value}`);
  else text = inspect(value);
  const message = `The value of "${name}" is out of range. It must be ${range}. Received ${text}`;
  return codedError(RangeError, "ERR_OUT_OF_RANGE", message);
}

/** Large numbers are written `4_294_967_297`. */
function separated(digits) {
  return digits.replace(/\B(?=(?:\d{3})+$)/g, "_");
}

/** The error for arguments that are not there at all. */
export function missing(...names) {
  const quoted = names.map((name) => `"${name}"`);
  const last = quoted.pop();
  const list = quoted.length > 0 ? `${quoted.join(", ")}${quoted.length > 1 ? "," : ""} and ${last}` : last;
  const message = `The ${list} argument${names.length > 1 ? "s" : ""} must be specified`;
  return codedError(TypeError, "ERR_MISSING_ARGS", message);
}

/** The error for a method that was taken off its object. */
export function invalidThis(type) {
  return codedError(TypeError, "ERR_INVALID_THIS", `Value of "this" must be of type ${type}`);
}

export function requireFunction(value, name) {
  if (typeof value !== "function") throw invalidType(name, "of type function", value);
}

export function requireNumber(value, name, min, max = Infinity) {
  if (typeof value !== "number") throw invalidType(name, "of type number", value);
  if (value < min || value > max || Number.isNaN(value)) {
    const range = max === Infinity ? `>= ${min}` : `>= ${min} && <= ${max}`;
    throw outOfRange(name, range, value);
  }
}

/** Anything that looks like an AbortSignal will do, as in Node. */
export function requireSignal(value, name) {
  if (value !== undefined && (value === null || typeof value !== "object" || !("aborted" in value))) {
    throw invalidType(name, "an instance of AbortSignal", value);
  }
}

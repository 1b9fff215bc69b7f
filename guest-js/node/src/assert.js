// Node's module `assert`. A failed `ok` cannot show its expression, as there is no source to read it from.

import { CallTracker } from "./internal/call-tracker.js";
import { warnOnce } from "./internal/warnings.js";
import { inspect } from "fnhost:platform/inspect";
import { isPromise, isRegExp } from "node:util/types";
import { nameClass } from "fnhost:platform/boundary";
import { AssertionError } from "./internal/assertion-error.js";
import { isDeepEqual } from "./internal/deep-equal.js";
import { invalidArgType, invalidArgValue, nodeError, received, requireFunction } from "./internal/errors.js";

const { apply } = Reflect;

function throwFailure(options) {
  if (options.message instanceof Error) throw options.message;
  throw new AssertionError(options);
}

function requireTwo(args) {
  if (args.length >= 2) return;
  throw nodeError(TypeError, "ERR_MISSING_ARGS", 'The "actual" and "expected" arguments must be specified');
}

function checkTruth(start, args) {
  const [value, message] = args;
  if (value) return;
  const isMissing = args.length === 0;
  if (message instanceof Error) throw message;
  const error = new AssertionError({
    actual: value,
    expected: true,
    message: isMissing ? "No value argument passed to `assert.ok()`" : message,
    operator: "==",
    stackStartFn: start,
  });
  error.generatedMessage = isMissing || message === undefined || message === null;
  throw error;
}

export function ok(...args) {
  checkTruth(ok, args);
}

/** The function `assert` itself, which is `ok` with members. */
const assert = function ok(...args) {
  checkTruth(assert, args);
};

function warnOfArguments() {
  warnOnce(
    "DEP0094",
    "assert.fail() with more than one argument is deprecated. Please use assert.strictEqual() instead or only pass a message.",
  );
}

export function fail(actual, expected, message, operator, stackStartFn) {
  const count = arguments.length;
  let shown = message;
  let isGenerated = false;
  if ((actual === undefined || actual === null) && count <= 1) {
    shown = "Failed";
    isGenerated = true;
  } else if (count === 1) {
    shown = actual;
    actual = undefined;
  } else {
    warnOfArguments();
    if (count === 2) operator = "!=";
  }
  if (shown instanceof Error) throw shown;
  const error = new AssertionError({
    actual,
    expected,
    operator: operator ?? "fail",
    stackStartFn: stackStartFn ?? fail,
    message: shown,
  });
  if (isGenerated) error.generatedMessage = true;
  throw error;
}

/** A check of two values, by name and by what it takes for right. */
function comparison(name, operator, holds) {
  const check = {
    [name](actual, expected, message) {
      requireTwo(arguments);
      if (!holds(actual, expected)) throwFailure({ actual, expected, message, operator, stackStartFn: check });
    },
  }[name];
  return check;
}

const looselyEqual = (left, right) => left == right || (Number.isNaN(left) && Number.isNaN(right));
const deepLoose = (left, right) => isDeepEqual(left, right, false);
const deepStrict = (left, right) => isDeepEqual(left, right, true);
const not = (holds) => (left, right) => !holds(left, right);

export const equal = comparison("equal", "==", looselyEqual);
export const notEqual = comparison("notEqual", "!=", not(looselyEqual));
export const deepEqual = comparison("deepEqual", "deepEqual", deepLoose);
export const notDeepEqual = comparison("notDeepEqual", "notDeepEqual", not(deepLoose));
export const deepStrictEqual = comparison("deepStrictEqual", "deepStrictEqual", deepStrict);
export const notDeepStrictEqual = comparison("notDeepStrictEqual", "notDeepStrictEqual", not(deepStrict));
export const strictEqual = comparison("strictEqual", "strictEqual", Object.is);
export const notStrictEqual = comparison("notStrictEqual", "notStrictEqual", not(Object.is));

/** What of an error was looked at: the values of the given keys. */
class Comparison {
  constructor(source, keys, actual = undefined) {
    for (const key of keys) {
      if (!(key in source)) continue;
      const isMatched =
        actual !== undefined &&
        typeof actual[key] === "string" &&
        isRegExp(source[key]) &&
        source[key].exec(actual[key]) !== null;
      this[key] = isMatched ? actual[key] : source[key];
    }
  }
}

function checkKey(actual, expected, key, message, keys, check) {
  if (key in actual && deepStrict(actual[key], expected[key])) return;
  if (message) throwFailure({ actual, expected, message, operator: check.name, stackStartFn: check });
  const error = new AssertionError({
    actual: new Comparison(actual, keys),
    expected: new Comparison(expected, keys, actual),
    operator: "deepStrictEqual",
    stackStartFn: check,
  });
  Object.assign(error, { actual, expected, operator: check.name });
  throw error;
}

function mismatch(options, isGenerated) {
  const error = new AssertionError(options);
  error.generatedMessage = isGenerated;
  return error;
}

function checkThrown(actual, expected, message, check) {
  if (isRegExp(expected)) {
    if (expected.exec(String(actual)) !== null) return;
    if (message instanceof Error) throw message;
    const text = `The input did not match the regular expression ${inspect(expected)}. Input:\n\n${inspect(String(actual))}\n`;
    throw mismatch({ actual, expected, message: message ?? text, operator: check.name, stackStartFn: check }, !message);
  }
  if (typeof expected === "object") {
    checkThrownObject(actual, expected, message, check);
    return;
  }
  if (expected.prototype !== undefined && actual instanceof expected) return;
  if (Object.prototype.isPrototypeOf.call(Error, expected) || expected === Error) {
    throw notInstance(actual, expected, message, check);
  }
  const result = apply(expected, {}, [actual]);
  if (result === true) return;
  if (message instanceof Error) throw message;
  const name = expected.name ? `"${expected.name}" ` : "";
  let text = `The ${name}validation function is expected to return "true". Received ${inspect(result)}`;
  if (actual instanceof Error) text += `\n\nCaught error:\n\n${actual.name}: ${actual.message}`;
  throw mismatch({ actual, expected, message: message ?? text, operator: check.name, stackStartFn: check }, !message);
}

function notInstance(actual, expected, message, check) {
  if (message instanceof Error) return message;
  let text = `The error is expected to be an instance of "${expected.name}". Received `;
  if (actual instanceof Error)
    text += `"${actual.constructor?.name || actual.name}"\n\nError message:\n\n${actual.message}`;
  else text += `"${inspect(actual, { depth: -1 })}"`;
  return mismatch({ actual, expected, message: message ?? text, operator: check.name, stackStartFn: check }, !message);
}

function checkThrownObject(actual, expected, message, check) {
  if (typeof actual !== "object" || actual === null) {
    const error = new AssertionError({ actual, expected, message, operator: "deepStrictEqual", stackStartFn: check });
    error.operator = check.name;
    throw error;
  }
  const keys = Object.keys(expected);
  if (expected instanceof Error) keys.push("name", "message");
  else if (keys.length === 0) throw invalidArgValue("error", expected, "may not be an empty object");
  for (const key of keys) {
    if (typeof actual[key] === "string" && isRegExp(expected[key]) && expected[key].exec(actual[key]) !== null)
      continue;
    checkKey(actual, expected, key, message, keys, check);
  }
}

const nothing = Symbol("nothing");

function thrownBy(action) {
  requireFunction(action, "fn");
  try {
    action();
  } catch (error) {
    return error;
  }
  return nothing;
}

async function rejectionOf(action) {
  let promise = action;
  if (typeof action === "function") {
    promise = action();
    if (!isThenable(promise)) {
      const message = `Expected instance of Promise to be returned from the "promiseFn" function but got ${received(promise)}.`;
      throw nodeError(TypeError, "ERR_INVALID_RETURN_VALUE", message);
    }
  } else if (!isThenable(promise)) {
    throw invalidArgType("promiseFn", ["Function", "Promise"], promise);
  }
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return nothing;
}

function isThenable(value) {
  return (
    isPromise(value) ||
    (value !== null &&
      typeof value === "object" &&
      typeof value.then === "function" &&
      typeof value.catch === "function")
  );
}

function expectFailure(check, actual, expected, message, count) {
  if (typeof expected === "string") {
    if (count === 4) throw invalidArgType("error", ["Object", "Error", "Function", "RegExp"], expected);
    const text = typeof actual === "object" && actual !== null ? actual.message : actual;
    if (text === expected) {
      const kind = typeof actual === "object" && actual !== null ? "error message" : "error";
      const words = `The "error/message" argument is ambiguous. The ${kind} "${text}" is identical to the message.`;
      throw nodeError(TypeError, "ERR_AMBIGUOUS_ARGUMENT", words);
    }
    message = expected;
    expected = undefined;
  } else if (
    expected !== undefined &&
    expected !== null &&
    typeof expected !== "object" &&
    typeof expected !== "function"
  ) {
    throw invalidArgType("error", ["Function", "Error", "RegExp", "Object"], expected);
  }
  if (actual === nothing) {
    const name = expected?.name ? ` (${expected.name})` : "";
    const what = check.name === "rejects" ? "rejection" : "exception";
    throwFailure({
      actual: undefined,
      expected,
      operator: check.name,
      message: `Missing expected ${what}${name}${message ? `: ${message}` : "."}`,
      stackStartFn: check,
    });
  }
  if (expected) checkThrown(actual, expected, message, check);
}

function expectNoFailure(check, actual, expected, message) {
  if (actual === nothing) return;
  if (typeof expected === "string") {
    message = expected;
    expected = undefined;
  }
  const isMeant = expected === undefined || matches(actual, expected);
  if (!isMeant) throw actual;
  const what = check.name === "doesNotReject" ? "rejection" : "exception";
  throwFailure({
    actual,
    expected,
    operator: check.name,
    message: `Got unwanted ${what}${message ? `: ${message}` : "."}\nActual message: "${actual?.message}"`,
    stackStartFn: check,
  });
}

function matches(actual, expected) {
  if (isRegExp(expected)) return expected.exec(String(actual)) !== null;
  if (typeof expected !== "function") throw invalidArgType("expected", ["Function", "RegExp"], expected);
  if (expected.prototype !== undefined && actual instanceof expected) return true;
  if (Object.prototype.isPrototypeOf.call(Error, expected)) return false;
  return apply(expected, {}, [actual]) === true;
}

export function throws(action, expected, message) {
  expectFailure(throws, thrownBy(action), expected, message, arguments.length + 1);
}

export async function rejects(action, expected, message) {
  expectFailure(rejects, await rejectionOf(action), expected, message, arguments.length + 1);
}

export function doesNotThrow(action, expected, message) {
  expectNoFailure(doesNotThrow, thrownBy(action), expected, message);
}

export async function doesNotReject(action, expected, message) {
  expectNoFailure(doesNotReject, await rejectionOf(action), expected, message);
}

export function ifError(error) {
  if (error === null || error === undefined) return;
  let message = "ifError got unwanted exception: ";
  if (typeof error === "object" && typeof error.message === "string") {
    message += error.message.length === 0 && error.constructor ? error.constructor.name : error.message;
  } else {
    message += inspect(error);
  }
  const failure = new AssertionError({
    actual: error,
    expected: null,
    operator: "ifError",
    message,
    stackStartFn: ifError,
  });
  failure.generatedMessage = false;
  throw failure;
}

function checkMatch(text, pattern, message, check) {
  if (!isRegExp(pattern)) throw invalidArgType("regexp", "RegExp", pattern);
  const isText = typeof text === "string";
  const wanted = check.name === "match";
  if (isText && (pattern.exec(text) !== null) === wanted) return;
  if (message instanceof Error) throw message;
  const words = wanted ? "The input did not match the" : "The input was expected to not match the";
  const shown = isText
    ? `${words} regular expression ${inspect(pattern)}. Input:\n\n${inspect(text)}\n`
    : `The "string" argument must be of type string. Received ${received(text)}`;
  throw mismatch(
    { actual: text, expected: pattern, message: message || shown, operator: check.name, stackStartFn: check },
    !message,
  );
}

export function match(text, pattern, message) {
  checkMatch(text, pattern, message, match);
}

export function doesNotMatch(text, pattern, message) {
  checkMatch(text, pattern, message, doesNotMatch);
}

const common = {
  fail,
  AssertionError,
  ok,
  equal,
  notEqual,
  deepEqual,
  notDeepEqual,
  deepStrictEqual,
  notDeepStrictEqual,
  strictEqual,
  notStrictEqual,
  throws,
  rejects,
  doesNotThrow,
  doesNotReject,
  ifError,
  match,
  doesNotMatch,
  CallTracker,
};

export const strict = function strict(...args) {
  checkTruth(strict, args);
};
nameClass(assert, "ok");
nameClass(strict, "strict");
Object.assign(assert, common);
Object.assign(strict, common, {
  equal: strictEqual,
  deepEqual: deepStrictEqual,
  notEqual: notStrictEqual,
  notDeepEqual: notDeepStrictEqual,
});
assert.strict = strict.strict = strict;

export { AssertionError, CallTracker };
export default assert;
export { assert as "module.exports" };

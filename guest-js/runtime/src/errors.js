// The error classes that functions throw and meet, and how a thrown value becomes the contract's `error`.
// It decides nothing about retries; the host does.

import { crossingText, define, nameClass } from "./boundary.js";
import { inspect } from "./inspect.js";

const { captureStackTrace } = Error;

/** Takes the constructor's own frame out of the stack: it says nothing to who reads it. */
function hideFrame(error, constructor) {
  if (captureStackTrace !== undefined) captureStackTrace(error, constructor);
}

// As in Segment's own runtime, `name` is an own property that follows the subclass, and further arguments are ignored.
function errorClass(name) {
  const classes = {
    [name]: class extends Error {
      constructor(message) {
        super(message);
        this.name = this.constructor.name;
        hideFrame(this, new.target);
      }
    },
  };
  return classes[name];
}

// The engine's setter takes nothing but a string; in Node `stack` is a plain property, and functions hide it with undefined.
const { get: getStack, set: setStack } = Object.getOwnPropertyDescriptor(Error.prototype, "stack") ?? {};
if (setStack !== undefined) {
  const set = function (value) {
    if (typeof value === "string") setStack.call(this, value);
    else define(this, "stack", value);
  };
  Object.defineProperty(Error.prototype, "stack", { get: getStack, set, configurable: true });
}

export const EventNotSupported = errorClass("EventNotSupported");
export const InvalidEventPayload = errorClass("InvalidEventPayload");
export const ValidationError = errorClass("ValidationError");
export const RetryError = errorClass("RetryError");
export const DropEvent = errorClass("DropEvent");

const classes = [EventNotSupported, InvalidEventPayload, ValidationError, RetryError, DropEvent];
const tags = ["event-not-supported", "invalid-event-payload", "validation-error", "retry-error", "drop-event"];

/** What `fetch` rejects with, as node-fetch 2 makes it: `code` and `errno` are there for system errors only. */
export class FetchError extends Error {
  constructor(message, type, code) {
    super();
    // By assignment, as in node-fetch: there the message is enumerable and reaches JSON.
    this.message = message;
    this.type = type;
    if (code !== undefined && code !== null) this.code = this.errno = code;
    hideFrame(this, FetchError);
  }
}

/** What `fetch` rejects with when its signal was aborted. */
export class AbortError extends Error {
  constructor(message) {
    super();
    this.message = message;
    this.type = "aborted";
    hideFrame(this, AbortError);
  }
}

for (const [constructor, name] of [
  [FetchError, "FetchError"],
  [AbortError, "AbortError"],
]) {
  nameClass(constructor, name);
  define(constructor.prototype, "name", name);
}

const domCodes = {
  AbortError: 20,
  TimeoutError: 23,
  InvalidCharacterError: 5,
  DataCloneError: 25,
  QuotaExceededError: 22,
};

/** The part of DOMException that the globals here need: a name, and the old numeric code. */
export class DOMException extends Error {
  constructor(message = "", options = undefined) {
    super(message);
    const name = typeof options === "object" && options !== null ? (options.name ?? "Error") : (options ?? "Error");
    define(this, "name", `${name}`);
    hideFrame(this, new.target);
  }

  get code() {
    return Object.hasOwn(domCodes, this.name) ? domCodes[this.name] : 0;
  }
}
nameClass(DOMException, "DOMException");
Object.defineProperty(DOMException.prototype, Symbol.toStringTag, { value: "DOMException", configurable: true });

/** `new constructor(message)` with Node's `code` on it. */
export function codedError(constructor, code, message) {
  const error = new constructor(message);
  error.code = code;
  return error;
}

/** `object[key]`, or undefined where a getter or a proxy throws. */
export function readSafely(object, key) {
  try {
    return object[key];
  } catch {
    return undefined;
  }
}

/** `String(value)`, or what can be said of a value that refuses. */
export function stringSafely(value) {
  try {
    return String(value);
  } catch {
    return inspect(value);
  }
}

/** The contract's `error` for whatever a handler threw. Never throws. */
export function toWitError(thrown) {
  for (let index = 0; index < classes.length; index++) {
    if (isInstance(thrown, classes[index])) {
      return { tag: tags[index], val: crossingText(stringSafely(readSafely(thrown, "message"))) };
    }
  }
  return { tag: "uncaught", val: toException(thrown) };
}

function isInstance(value, constructor) {
  try {
    return value instanceof constructor;
  } catch {
    return false;
  }
}

function toException(thrown) {
  const isObject = (typeof thrown === "object" && thrown !== null) || typeof thrown === "function";
  if (!isObject) return { name: "Error", message: crossingText(stringSafely(thrown)), stack: "", code: null };
  const name = readSafely(thrown, "name");
  const message = readSafely(thrown, "message");
  const stack = readSafely(thrown, "stack");
  const code = readSafely(thrown, "code");
  const text = message !== undefined && isInstance(thrown, Error) ? stringSafely(message) : inspect(thrown);
  return {
    name: typeof name === "string" && name !== "" && typeof thrown !== "function" ? crossingText(name) : "Error",
    message: crossingText(typeof message === "string" ? message : text),
    stack: typeof stack === "string" ? crossingText(withoutHead(stack, name, message)) : "",
    code: typeof code === "string" || typeof code === "number" ? crossingText(code) : null,
  };
}

/** A stack without the "Name: message" that some code puts first; the engine puts none. */
function withoutHead(stack, name, message) {
  const head = `${typeof name === "string" ? name : ""}: ${typeof message === "string" ? message : ""}\n`;
  return stack.startsWith(head) ? stack.slice(head.length) : stack;
}

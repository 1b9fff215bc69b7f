// The error classes that functions throw and meet, and how a thrown value becomes the contract's `error`.
// It decides nothing about retries; the host does.

import { asInterface, crossingText, define, nameClass } from "./boundary.js";
import { inspect } from "./inspect.js";
import { captureStackTrace } from "./stacks.js";

// As in Segment's own runtime, `name` is an own property that follows the subclass, and further arguments are ignored.
function errorClass(name) {
  const classes = {
    [name]: class extends Error {
      constructor(message) {
        super(message);
        this.name = this.constructor.name;
        captureStackTrace(this, new.target);
      }
    },
  };
  return classes[name];
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
    captureStackTrace(this, FetchError);
  }
}

/** What `fetch` rejects with when its signal was aborted. */
export class AbortError extends Error {
  constructor(message) {
    super();
    this.message = message;
    this.type = "aborted";
    captureStackTrace(this, AbortError);
  }
}

for (const [constructor, name] of [
  [FetchError, "FetchError"],
  [AbortError, "AbortError"],
]) {
  nameClass(constructor, name);
  define(constructor.prototype, "name", name);
}

// The old numeric codes count from 1 in this order. `-` has a constant and no error.
const domNames = (
  "IndexSizeError - HierarchyRequestError WrongDocumentError InvalidCharacterError - NoModificationAllowedError " +
  "NotFoundError NotSupportedError InUseAttributeError InvalidStateError SyntaxError InvalidModificationError " +
  "NamespaceError InvalidAccessError - TypeMismatchError SecurityError NetworkError AbortError URLMismatchError " +
  "QuotaExceededError TimeoutError InvalidNodeTypeError DataCloneError"
).split(" ");
const domConstants = (
  "INDEX_SIZE DOMSTRING_SIZE HIERARCHY_REQUEST WRONG_DOCUMENT INVALID_CHARACTER NO_DATA_ALLOWED NO_MODIFICATION_ALLOWED " +
  "NOT_FOUND NOT_SUPPORTED INUSE_ATTRIBUTE INVALID_STATE SYNTAX INVALID_MODIFICATION NAMESPACE INVALID_ACCESS VALIDATION " +
  "TYPE_MISMATCH SECURITY NETWORK ABORT URL_MISMATCH QUOTA_EXCEEDED TIMEOUT INVALID_NODE_TYPE DATA_CLONE"
).split(" ");

/** The standard's DOMException: a message, a name, and for some names a number. */
export class DOMException extends Error {
  #message;
  #name;

  constructor(message = "", options = "Error") {
    super();
    this.#message = stringOf(message);
    if (typeof options === "object" && options !== null) {
      this.#name = stringOf(options.name === undefined ? "Error" : options.name);
      if ("cause" in options) define(this, "cause", options.cause);
    } else {
      this.#name = stringOf(options);
    }
    captureStackTrace(this, new.target);
  }

  get name() {
    return this.#name;
  }

  get message() {
    return this.#message;
  }

  get code() {
    const index = this.#name === "-" ? -1 : domNames.indexOf(this.#name);
    return index + 1;
  }
}

function stringOf(value) {
  return `${value}`;
}

asInterface(DOMException, "DOMException", ["name", "message", "code"]);
for (const target of [DOMException, DOMException.prototype]) {
  domConstants.forEach((name, index) => {
    Object.defineProperty(target, `${name}_ERR`, { value: index + 1, enumerable: true });
  });
}

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
    stack: typeof stack === "string" && stack !== `${name}: ${message}` ? crossingText(withoutHead(stack)) : "",
    code: typeof code === "string" || typeof code === "number" ? crossingText(code) : null,
  };
}

/** A stack's frames; all of it where there are none. */
export function withoutHead(stack) {
  const start = stack.search(/^ +at /m);
  return start === -1 ? stack : stack.slice(start);
}

/** What a message says of an argument that is of the wrong type. */
export function receivedText(value) {
  if (value === undefined || value === null) return `${value}`;
  if (typeof value === "function") return `function ${value.name}`;
  if (typeof value === "object") return `an instance of ${stringSafely(value.constructor?.name ?? "Object")}`;
  const text = typeof value === "string" ? `'${value}'` : stringSafely(value);
  return `type ${typeof value} (${text.length > 28 ? `${text.slice(0, 25)}...` : text})`;
}

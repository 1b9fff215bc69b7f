// Node's module `util`. How values look is decided by the platform's `inspect`.

import * as types from "node:util/types";
import { Buffer } from "node:buffer";
import process from "node:process";
import { TextDecoder, TextEncoder } from "fnhost:platform/encoding";
import { AbortController, AbortSignal } from "fnhost:platform/events";
import { format as formatted } from "fnhost:platform/format";
import { defaults as defaultOptions, inspect as inspected, useEscapes, useInspect } from "fnhost:platform/inspect";
import { setImmediate, setTimeout, sleepFor } from "./internal/timer-promises.js";
import { isDeepEqual } from "./internal/deep-equal.js";
import { errnoByName } from "./internal/errno.js";
import { invalidArgType, nodeError, outOfRange, requireFunction, requireType } from "./internal/errors.js";
import { parseArgs } from "./internal/parse-args.js";
import { styles, styleText } from "./internal/style.js";

const { apply } = Reflect;

const optionNames = Object.keys(defaultOptions);

/** Options as the platform takes them: what changed among the defaults counts. */
function inspectOptions(options) {
  const given = { ...options };
  for (const key of optionNames) {
    if (given[key] === undefined) given[key] = defaultOptions[key];
  }
  return given;
}

export function inspect(value, options = undefined, depth = undefined, colors = undefined) {
  if (typeof options === "boolean") options = { showHidden: options };
  if (depth !== undefined && (typeof options !== "object" || options === null)) options = {};
  if (typeof options !== "object" || options === null) options = undefined;
  const given = inspectOptions(options);
  if (arguments.length >= 3 && depth !== undefined) given.depth = depth;
  if (arguments.length >= 4 && colors !== undefined) given.colors = colors;
  return inspected(value, given);
}
useInspect(inspect);
inspect.custom = Symbol.for("nodejs.util.inspect.custom");
inspect.colors = styles.colors;
inspect.styles = styles.names;
useEscapes((style) => inspect.colors[inspect.styles[style]]);
inspect.replDefaults = { ...defaultOptions };
Object.defineProperty(inspect, "defaultOptions", {
  configurable: true,
  enumerable: true,
  get: () => defaultOptions,
  set(options) {
    if (typeof options !== "object" || options === null) throw invalidArgType("options", "Object", options);
    Object.assign(defaultOptions, options);
  },
});

export function format(...args) {
  if (args.length === 0) return "";
  if (typeof args[0] === "string" && args[0].includes("%j")) checkJson(args);
  return formatted(args);
}

/** Throws what has no JSON throws, which the platform's `format` would show. */
function checkJson(args) {
  let used = 1;
  for (const [, letter] of args[0].matchAll(/%([sdifjoOc%])/g)) {
    if (letter === "%") continue;
    if (used >= args.length) return;
    const value = args[used++];
    if (letter !== "j") continue;
    try {
      JSON.stringify(value);
    } catch (error) {
      if (!/circular/i.test(error?.message)) throw error;
    }
  }
}

export function formatWithOptions(options, ...args) {
  if (typeof options !== "object" || options === null) throw invalidArgType("inspectOptions", "object", options);
  if (args.length === 0) return "";
  return formatted(args, options);
}

export function promisify(original) {
  requireFunction(original, "original");
  const custom = original[promisify.custom];
  if (custom) {
    requireFunction(custom, "util.promisify.custom");
    return Object.defineProperty(custom, promisify.custom, { value: custom, writable: false, configurable: true });
  }
  function promisified(...args) {
    return new Promise((resolve, reject) => {
      apply(original, this, [
        ...args,
        (error, value) => {
          if (error) reject(error);
          else resolve(value);
        },
      ]);
    });
  }
  Object.setPrototypeOf(promisified, Object.getPrototypeOf(original));
  Object.defineProperty(promisified, promisify.custom, { value: promisified, writable: false, configurable: true });
  return Object.defineProperties(promisified, Object.getOwnPropertyDescriptors(original));
}
promisify.custom = Symbol.for("nodejs.util.promisify.custom");
for (const [timer, promised] of [
  [setTimeout, (delay, value, options) => sleepFor(delay, value, options)],
  [setImmediate, (value, options) => sleepFor(undefined, value, options)],
]) {
  Object.defineProperty(timer, promisify.custom, { value: promised, configurable: true });
}

export function callbackify(original) {
  requireFunction(original, "original");
  function callbackified(...args) {
    const callback = args.pop();
    requireFunction(callback, "last argument");
    const report = (error) => {
      let reason = error;
      if (!error) {
        reason = nodeError(Error, "ERR_FALSY_VALUE_REJECTION", "Promise was rejected with falsy value");
        reason.reason = error;
      }
      process.nextTick(callback, reason);
    };
    apply(original, this, args).then((value) => process.nextTick(callback, null, value), report);
  }
  const descriptors = Object.getOwnPropertyDescriptors(original);
  if (typeof descriptors.length.value === "number") descriptors.length.value++;
  if (typeof descriptors.name.value === "string") descriptors.name.value += "Callbackified";
  delete descriptors.prototype;
  return Object.defineProperties(callbackified, descriptors);
}

export function inherits(constructor, parent) {
  if (constructor === undefined || constructor === null) throw invalidArgType("ctor", "Function", constructor);
  if (parent === undefined || parent === null) throw invalidArgType("superCtor", "Function", parent);
  if (parent.prototype === undefined) throw invalidArgType("superCtor.prototype", "Object", parent.prototype);
  Object.defineProperty(constructor, "super_", { value: parent, writable: true, configurable: true });
  Object.setPrototypeOf(constructor.prototype, parent.prototype);
}

const warned = new Set();

export function deprecate(original, message, code = undefined) {
  if (code !== undefined) requireType(code, "code", "string");
  let isWarned = false;
  function deprecated(...args) {
    if (!isWarned) {
      isWarned = true;
      if (code === undefined || !warned.has(code)) process.emitWarning(message, "DeprecationWarning", code);
      if (code !== undefined) warned.add(code);
    }
    return new.target ? Reflect.construct(original, args, new.target) : apply(original, this, args);
  }
  Object.setPrototypeOf(deprecated, original);
  if (original.prototype) deprecated.prototype = original.prototype;
  return deprecated;
}

export function debuglog(set, callback = undefined) {
  const log = () => {};
  Object.defineProperty(log, "enabled", { get: () => false, configurable: true, enumerable: true });
  if (typeof callback === "function") callback(log);
  return log;
}
export { debuglog as debug };

export function isDeepStrictEqual(left, right) {
  return isDeepEqual(left, right, true);
}

export function toUSVString(value) {
  return `${value}`.toWellFormed();
}

const escapes =
  /[\u001b\u009b][[\]()#;?]*(?:(?:(?:(?:;[-a-zA-Z\d/#&.:=?%@~_]+)*|[a-zA-Z\d]+(?:;[-a-zA-Z\d/#&.:=?%@~_]*)*)?\u0007)|(?:(?:\d{1,4}(?:;\d{0,4})*)?[\dA-PR-TZcf-ntqry=><~]))/g;

export function stripVTControlCharacters(text) {
  requireType(text, "str", "string");
  return text.replace(escapes, "");
}

export function getSystemErrorName(number) {
  requireType(number, "err", "number");
  if (number >= 0 || !Number.isSafeInteger(number)) throw outOfRange("err", "a negative integer", number);
  return Object.keys(errnoByName).find((name) => errnoByName[name] === -number) ?? `Unknown system error ${number}`;
}

export function getSystemErrorMap() {
  return new Map(Object.keys(errnoByName).map((name) => [-errnoByName[name], [name, name]]));
}

export function aborted(signal, resource) {
  if (!(signal instanceof AbortSignal)) return Promise.reject(invalidArgType("signal", "AbortSignal", signal));
  if (typeof resource !== "object" || resource === null) {
    return Promise.reject(invalidArgType("resource", "Object", resource));
  }
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

export function transferableAbortController() {
  return new AbortController();
}

export function transferableAbortSignal(signal) {
  return signal;
}

export function _extend(target, source) {
  if (source === null || typeof source !== "object") return target;
  return Object.assign(target, source);
}

export function _errnoException(number, call, original) {
  const name = getSystemErrorName(number);
  const error = new Error(original ? `${call} ${name} ${original}` : `${call} ${name}`);
  return Object.assign(error, { errno: number, code: name, syscall: call });
}

/** The old checks that Node keeps for packages that use them. */
const oldChecks = {
  isArray: Array.isArray,
  isBoolean: (value) => typeof value === "boolean",
  isBuffer: (value) => Buffer.isBuffer(value),
  isDate: types.isDate,
  isError: (value) => types.isNativeError(value) || value instanceof Error,
  isFunction: (value) => typeof value === "function",
  isNull: (value) => value === null,
  isNullOrUndefined: (value) => value === null || value === undefined,
  isNumber: (value) => typeof value === "number",
  isObject: (value) => value !== null && typeof value === "object",
  isPrimitive: (value) => value === null || (typeof value !== "object" && typeof value !== "function"),
  isRegExp: types.isRegExp,
  isString: (value) => typeof value === "string",
  isSymbol: (value) => typeof value === "symbol",
  isUndefined: (value) => value === undefined,
  log: (...args) => process.stdout.write(`${format(...args)}\n`),
};

const typesApi = types.default;
const api = {
  _errnoException,
  _extend,
  aborted,
  callbackify,
  debug: debuglog,
  debuglog,
  deprecate,
  format,
  formatWithOptions,
  getSystemErrorMap,
  getSystemErrorName,
  inherits,
  inspect,
  isDeepStrictEqual,
  parseArgs,
  promisify,
  stripVTControlCharacters,
  styleText,
  toUSVString,
  transferableAbortController,
  transferableAbortSignal,
  TextDecoder,
  TextEncoder,
  types: typesApi,
  ...oldChecks,
};

export const {
  isArray,
  isBoolean,
  isBuffer,
  isDate,
  isError,
  isFunction,
  isNull,
  isNullOrUndefined,
  isNumber,
  isObject,
  isPrimitive,
  isRegExp,
  isString,
  isSymbol,
  isUndefined,
  log,
} = oldChecks;
export { parseArgs, styleText, TextDecoder, TextEncoder, typesApi as types };
export default api;
export { api as "module.exports" };

// Node's module `console`: the global, and `Console`, which writes to streams of the caller's.

import { console } from "fnhost:platform/console";
import { format } from "fnhost:platform/format";
import { inspect } from "fnhost:platform/inspect";
import { nodeError } from "./internal/errors.js";

function requireStream(stream, name) {
  if (typeof stream?.write === "function") return;
  throw nodeError(TypeError, "ERR_CONSOLE_WRITABLE_STREAM", `Console expects a writable stream instance for ${name}`);
}

export class Console {
  #streams;
  #inspectOptions;
  #ignoresErrors;
  #indentation = "";
  #counts = new Map();
  #starts = new Map();

  constructor(options, stderr = undefined, ignoreErrors = true) {
    const isStream = typeof options?.write === "function";
    const given = isStream ? { stdout: options, stderr, ignoreErrors } : options;
    requireStream(given?.stdout, "stdout");
    if (given.stderr !== undefined) requireStream(given.stderr, "stderr");
    this.#streams = { out: given.stdout, err: given.stderr ?? given.stdout };
    this.#ignoresErrors = given.ignoreErrors ?? true;
    this.#inspectOptions = given.inspectOptions;
    // Its methods work without their object.
    for (const name of methodNames) this[name] = this[name].bind(this);
  }

  #write(kind, text) {
    const indented = this.#indentation === "" ? text : this.#indentation + text.replaceAll("\n", `\n${this.#indentation}`);
    try {
      this.#streams[kind].write(`${indented}\n`);
    } catch (error) {
      if (!this.#ignoresErrors) throw error;
    }
  }

  log(...args) {
    this.#write("out", args.length === 0 ? "" : format(args, this.#inspectOptions));
  }

  warn(...args) {
    this.#write("err", args.length === 0 ? "" : format(args, this.#inspectOptions));
  }

  trace(...args) {
    const holder = { name: "Trace", message: args.length === 0 ? "" : format(args, this.#inspectOptions) };
    Error.captureStackTrace(holder, this.trace);
    this.#write("err", holder.stack);
  }

  dir(value, options) {
    this.#write("out", inspect(value, { customInspect: false, ...this.#inspectOptions, ...options }));
  }

  assert(condition, ...args) {
    if (condition) return;
    args[0] = args.length === 0 ? "Assertion failed" : `Assertion failed: ${args[0]}`;
    this.warn(...args);
  }

  count(label = "default") {
    const count = (this.#counts.get(`${label}`) ?? 0) + 1;
    this.#counts.set(`${label}`, count);
    this.log(`${label}: ${count}`);
  }

  countReset(label = "default") {
    this.#counts.delete(`${label}`);
  }

  time(label = "default") {
    this.#starts.set(`${label}`, Date.now());
  }

  timeLog(label = "default", ...args) {
    const start = this.#starts.get(`${label}`);
    if (start !== undefined) this.log(`${label}: ${Date.now() - start}ms`, ...args);
  }

  timeEnd(label = "default") {
    this.timeLog(label);
    this.#starts.delete(`${label}`);
  }

  group(...args) {
    if (args.length > 0) this.log(...args);
    this.#indentation += "  ";
  }

  groupEnd() {
    this.#indentation = this.#indentation.slice(2);
  }

  table(data) {
    this.log(data);
  }

  clear() {}
}

const { prototype } = Console;
prototype.info = prototype.debug = prototype.dirxml = prototype.log;
prototype.error = prototype.warn;
prototype.groupCollapsed = prototype.group;
const methodNames = Object.getOwnPropertyNames(prototype).filter((name) => name !== "constructor");
for (const name of ["info", "debug", "dirxml", "error", "groupCollapsed"]) {
  Object.defineProperty(prototype, name, { enumerable: false });
}

console.Console = Console;

export default console;
export { console as "module.exports" };

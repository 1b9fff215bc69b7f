// `require`: units (Node's modules, the web's larger globals, libraries) and CommonJS files, evaluated when they are asked
// for, while the function is built; and the globals that stand for units. It reads nothing; the builder answers.

import host from "fnhost:destination/modules@1.0.0";
import { define } from "./boundary.js";
import { codedError } from "./errors.js";
import { internals } from "./internals.js";
import { useLoadedUnits } from "./loaded.js";
import { globals } from "./on-demand.js";

const evaluate = globalThis.eval;
const { parse } = JSON;
const { repeat } = String.prototype;
const { apply } = Reflect;

// Modules by path: CommonJS's `module`. One that is still being evaluated is there too, so that cycles end.
const modules = new Map();

/** The error for what the host refused. */
function loadError(thrown) {
  const failure = thrown?.payload;
  if (typeof failure?.message !== "string") return thrown;
  return codedError(Error, failure.code, failure.message);
}

/** The host's answer, or its refusal as an error. */
function answered(call, ...given) {
  try {
    return call(...given);
  } catch (thrown) {
    throw loadError(thrown);
  }
}

/** What a unit, a library or a file exports. `path` is the host's name for it. */
export function requirePath(path) {
  const known = modules.get(path);
  if (known !== undefined) return exportsOf(known);
  const source = answered(host.load, path);
  useNeeds(source.units, source.globals);
  const module = { id: path, path: folderOf(path), filename: path, exports: {}, loaded: false, children: [], paths: [] };
  modules.set(path, module);
  try {
    run(module, source);
  } catch (thrown) {
    modules.delete(path);
    throw thrown;
  }
  module.loaded = true;
  return exportsOf(module);
}

function exportsOf({ exports }) {
  // What an ES module among the units says that `require` gives.
  const isUnit = typeof exports === "object" && exports !== null && Object.hasOwn(exports, "module.exports");
  return isUnit ? exports["module.exports"] : exports;
}

function run(module, { kind, text, line }) {
  const path = module.filename;
  if (kind === "json") {
    module.exports = parseJson(path, text);
    return;
  }
  const isUnit = kind === "unit";
  const require = isUnit ? requireForUnit : requireFor(path);
  // Units are the first lines of evaluated text for the engine, so what is the user's begins below all of them.
  const body = evaluate(isUnit ? `(function(exports,require,module){${text}\n})` : apply(repeat, "\n", [line]) + text);
  apply(body, module.exports, [module.exports, require, module, path, module.path]);
}

function parseJson(path, text) {
  try {
    return parse(text);
  } catch (thrown) {
    thrown.message = `${path}: ${thrown.message}`;
    throw thrown;
  }
}

function requireForUnit(name) {
  return internals[name] ?? requirePath(name);
}

/** The `require` of the file at `referrer`. */
export function requireFor(referrer) {
  const resolve = (specifier) => {
    if (typeof specifier !== "string") {
      const message = `The "id" argument must be of type string. Received ${specifier === null ? "null" : typeof specifier}`;
      throw codedError(TypeError, "ERR_INVALID_ARG_TYPE", message);
    }
    return answered(host.resolve, referrer, specifier);
  };
  const require = (specifier) => requirePath(resolve(specifier));
  require.resolve = resolve;
  require.cache = {};
  require.extensions = {};
  require.main = undefined;
  return require;
}

function folderOf(path) {
  const end = path.lastIndexOf("/");
  return end <= 0 ? "/" : path.slice(0, end);
}

/** Loads units, and makes globals of those whose names are given. */
export function useNeeds(units, names) {
  for (const unit of units) requirePath(unit);
  for (const name of names) makeGlobal(name);
}

/** What the unit exports if it was loaded; undefined if not. It loads nothing. */
export function loadedUnit(name) {
  const module = modules.get(name);
  return module === undefined ? undefined : exportsOf(module);
}

function makeGlobal(name) {
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, name);
  if (descriptor?.get?.onDemand !== true) return;
  define(globalThis, name, valueOf(name));
}

function valueOf(name) {
  const [unit, member] = globals[name];
  const exports = requirePath(unit);
  return member === "default" ? exports : exports[member];
}

useLoadedUnits(loadedUnit);

// Until a source names them these cost a getter. Who reaches one in a way that no scan of a source can see is told so.
for (const name of Object.keys(globals)) {
  const get = () => {
    const value = valueOf(name);
    define(globalThis, name, value);
    return value;
  };
  get.onDemand = true;
  const set = (value) => define(globalThis, name, value);
  Object.defineProperty(globalThis, name, { get, set, configurable: true, enumerable: false });
}

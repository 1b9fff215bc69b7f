// `require`: units (Node's modules, the web's larger globals, libraries) and CommonJS files, evaluated when they are asked
// for, while the function is built; and the globals that stand for units. It reads nothing; the builder answers.

import host from "fnhost:destination/modules@1.0.0";
import { crossingText, define } from "./boundary.js";
import { codedError } from "./errors.js";
import { internals } from "./internals.js";
import { useLoadedUnits } from "./loaded.js";
import { globals } from "./on-demand.js";
import { isBuilding } from "./phase.js";

const evaluate = globalThis.eval;
const { parse, stringify } = JSON;
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
  const source = kept.get(path) ?? answered(host.load, path);
  useNeeds(source.units, source.globals);
  const module = { id: path, path: folderOf(`/${path}`), filename: path, exports: {}, loaded: false, children: [], paths: [] };
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

function run(module, { kind, text, line, requires, imports }) {
  const path = module.filename;
  if (kind === "json") {
    module.exports = parseJson(path, text);
    return;
  }
  const isUnit = kind === "unit";
  const require = isUnit ? requireForUnit : requireFor(path, requires);
  // Units are the first lines of evaluated text for the engine, so what is the user's begins below all of them.
  const body = evaluate(isUnit ? `(function(exports,require,module){${text}\n})` : apply(repeat, "\n", [line]) + text);
  const given = [module.exports, require, module, `/${path}`, module.path];
  if (!isUnit) given.push(importerFor(path, imports));
  apply(body, module.exports, given);
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

/** The `require` of the file at `referrer`, which may ask for `specifiers` when nothing can be loaded any more. */
export function requireFor(referrer, specifiers) {
  const resolve = (asked) => {
    if (typeof asked !== "string") {
      const message = `The "id" argument must be of type string. Received ${asked === null ? "null" : typeof asked}`;
      throw codedError(TypeError, "ERR_INVALID_ARG_TYPE", message);
    }
    const specifier = crossingText(asked);
    return isBuilding() ? answered(host.resolve, referrer, specifier) : resolvedBefore(referrer, specifier);
  };
  if (specifiers.length > 0) later.push(() => keepRequired(referrer, specifiers));
  const require = (specifier) => requirePath(resolve(specifier));
  require.resolve = resolve;
  require.cache = {};
  require.extensions = {};
  require.main = undefined;
  return require;
}

// What was found for files that may ask for it later, by referrer and specifier, and the texts of what is not evaluated
// before somebody asks.
const found = new Map();
const kept = new Map();
const refused = new Map();
// Bounds on those texts: what is beyond has to be required at the top level.
const keptMax = { files: 2000, length: 8 << 20 };
let keptLength = 0;
// What is to be done when the function's top level is over.
const later = [];

const keyOf = (referrer, specifier) => `${referrer}\n${specifier}`;

function resolvedBefore(referrer, specifier) {
  const key = keyOf(referrer, specifier);
  if (refused.has(key)) throw refused.get(key);
  return found.get(key) ?? answered(host.resolve, referrer, specifier);
}

/** Has at hand what `referrer` gives to `require`: evaluated where it is the function's own, as text where a package's. */
function keepRequired(referrer, specifiers) {
  for (const specifier of specifiers) {
    try {
      const path = host.resolve(referrer, specifier);
      found.set(keyOf(referrer, specifier), path);
      if (modules.has(path) || kept.has(path)) continue;
      if (!referrer.includes("node_modules/")) requirePath(path);
      else keepText(path);
    } catch (thrown) {
      // It is thrown when it is asked for, if it ever is.
      refused.set(keyOf(referrer, specifier), loadError(thrown));
    }
  }
}

function keepText(path) {
  const source = host.load(path);
  keptLength += source.text.length;
  if (source.kind === "unit" || kept.size >= keptMax.files || keptLength > keptMax.length) return;
  kept.set(path, source);
  useNeeds(source.units, source.globals);
  if (source.requires.length > 0) later.push(() => keepRequired(path, source.requires));
}

/** What `import()` is in the file at `referrer`, which may ask for `specifiers` when nothing can be loaded any more. */
export function importerFor(referrer, specifiers) {
  const namespaces = new Map();
  const failures = new Map();
  if (specifiers.length > 0) {
    later.push(async () => {
      for (const specifier of specifiers) {
        try {
          namespaces.set(specifier, await importNow(referrer, specifier));
        } catch (thrown) {
          failures.set(specifier, thrown);
        }
      }
    });
  }
  return async (specifier) => {
    const name = crossingText(specifier);
    if (failures.has(name)) throw failures.get(name);
    return namespaces.get(name) ?? importNow(referrer, name);
  };
}

async function importNow(referrer, specifier) {
  if (!isBuilding()) throw loadError(refusalOf(referrer, specifier));
  try {
    return await import(`fnhost:import/${stringify([referrer, specifier])}`);
  } catch (thrown) {
    // The engine's own words for what the host has refused come first.
    const [, refusal] = /^Error resolving module '.*?' from '.*?': ([^]*)$/.exec(thrown?.message) ?? [];
    throw refusal === undefined ? thrown : codedError(Error, "ERR_MODULE_NOT_FOUND", refusal);
  }
}

function refusalOf(referrer, specifier) {
  try {
    host.resolve(referrer, specifier);
  } catch (thrown) {
    return thrown;
  }
  return new Error(`cannot import ${specifier}`);
}

/** Loads what may be asked for later; the last step of a build. */
export async function loadLater() {
  // More is added meanwhile.
  for (let index = 0; index < later.length; index++) await later[index]();
  later.length = 0;
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
    // A library that looks for its own name while it is evaluated finds nothing.
    if (modules.get(globals[name][0])?.loaded === false) return undefined;
    const value = valueOf(name);
    define(globalThis, name, value);
    return value;
  };
  get.onDemand = true;
  const set = (value) => define(globalThis, name, value);
  Object.defineProperty(globalThis, name, { get, set, configurable: true, enumerable: false });
}

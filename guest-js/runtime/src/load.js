// Takes the user's code in, while the function is built, and finds its handlers. It calls none of them.

import { crossingText, eventTypes, useHandler } from "fnhost:runtime";
import { EventNotSupported, stringSafely, withoutHead } from "./errors.js";
import { inspect } from "./inspect.js";
import { importerFor, requireFor, useNeeds } from "./require.js";

const evaluate = globalThis.eval;
const names = Object.keys(eventTypes);

/**
 * Runs a script. `text` is an expression for a sloppy-mode function made by the builder, with the script as its body;
 * its parameters are `$fnhost` and then `parameterNames`. The engine sees `line` empty lines before it; `path` is the
 * script's own, for `require`; `units` and `globals` are what it needs of those made on demand, `requires` and `imports` what
 * it may ask for later. It hands `$fnhost` one reader a handler before the script starts: declared functions are there
 * already, as they are hoisted.
 */
export function runScript({ text, parameterNames, path, line, units, globals, requires, imports }) {
  useNeeds(units, globals);
  const defaults = { __proto__: null };
  for (const name of names) defaults[name] = unsupported(eventTypes[name]);
  const module = { exports: {} };
  const given = { __proto__: null, ...defaults, module, exports: module.exports, require: requireFor(path, requires) };
  let readers = {};
  let before = {};
  const takeReaders = (passed) => {
    readers = passed;
    before = readAll(readers, defaults);
  };

  const body = evaluate("\n".repeat(line) + text);
  body.call(globalThis, takeReaders, importerFor(path, imports), ...parameterNames.map((name) => given[name]));

  const after = readAll(readers, defaults);
  for (const name of names) {
    const handler = after[name] ?? before[name] ?? handlerOf(module.exports, name);
    if (handler !== undefined) useHandler(name, handler);
  }
}

/** Takes the handlers a module exports by name, as members of its default export, or as that: a function of the name. */
export function useModule(namespace) {
  for (const name of names) {
    const handler = functionAt(namespace, name) ?? handlerOf(namespace.default, name);
    if (handler !== undefined) useHandler(name, handler);
  }
}

/** What a handler's name stands for until the script says otherwise. */
function unsupported(type) {
  return (event) => {
    throw new EventNotSupported(`${event?.type ?? type} not supported`);
  };
}

function readAll(readers, defaults) {
  const values = { __proto__: null };
  for (const name of names) {
    const value = functionFrom(readers[name]);
    if (value !== defaults[name]) values[name] = value;
  }
  return values;
}

/** The handler `name` of what is exported as a whole: a member, or all of it. */
function handlerOf(exported, name) {
  return functionAt(exported, name) ?? functionFrom(() => (exported.name === name ? exported : undefined));
}

/** `object[name]` if it can be read and is a function. */
function functionAt(object, name) {
  return functionFrom(() => object[name]);
}

/** What `read` gives if it is a function. A `let` that was not reached yet cannot be read. */
function functionFrom(read) {
  try {
    const value = read();
    return typeof value === "function" ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The error to end a build with when the user's top level threw `thrown`: its message names the class, as the engine's
 * own report of an error does not, and its stack is the original one.
 */
export function topLevelError(thrown) {
  const isError = thrown instanceof Error;
  const text = isError ? `${stringSafely(thrown.name)}: ${stringSafely(thrown.message)}` : inspect(thrown);
  const error = new Error(crossingText(text));
  const stack = isError ? thrown.stack : "";
  Object.defineProperty(error, "stack", { value: crossingText(withoutHead(stringSafely(stack))) });
  return error;
}

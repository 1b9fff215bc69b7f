// How `inspect` shows an error: its stack first, then what else it carries. The engine's own stacks have no first line
// with the message, so it is put there.

import { prefixOf, shape, visibleKeys } from "./inspect.js";

const { isArray } = Array;
const { getOwnPropertyDescriptor } = Object;
const { apply } = Reflect;
const errorToString = Error.prototype.toString;

export function errorShape(context, error, constructor, tag) {
  const found = shape(visibleKeys(context, error), "{", "}");
  const { keys } = found;
  const name = error.name === undefined || error.name === null ? "Error" : String(error.name);
  let stack = stackText(error);
  if (!context.showHidden) removeShownKeys(keys, error, stack);
  if ("cause" in error && !keys.includes("cause")) keys.push("cause");
  if (isArray(getOwnPropertyDescriptor(error, "errors")?.value) && !keys.includes("errors")) keys.push("errors");
  stack = withClass(stack, constructor, name, tag);
  const message = error.message;
  const afterMessage = typeof message === "string" && message !== "" ? stack.indexOf(message) + message.length : 0;
  if (!stack.includes("\n    at", Math.max(0, afterMessage))) stack = `[${stack}]`;
  if (context.indentation !== 0) stack = stack.replaceAll("\n", `\n${" ".repeat(context.indentation)}`);
  found.base = stack;
  if (keys.length === 0) found.done = stack;
  return found;
}

/** Name, message and frames. The engine's own stack has the frames only; one that was assigned has what it has. */
function stackText(error) {
  const { stack } = error;
  const head = apply(errorToString, error, []);
  if (typeof stack !== "string" || stack === "") return stack ? String(stack) : head;
  return /^\s*at /.test(stack) ? `${head}\n${stack.trimEnd()}` : stack;
}

/** What stands in the stack is not listed again among the properties. */
function removeShownKeys(keys, error, stack) {
  for (const key of ["name", "message", "stack"]) {
    const index = keys.indexOf(key);
    if (index !== -1 && (key === "stack" || stack.includes(error[key]))) keys.splice(index, 1);
  }
}

/** Puts the error's class into the first line, where it says more than the error's name. */
function withClass(stack, constructor, name, tag) {
  let length = name.length;
  const startsWithName = stack.startsWith(name) && /^(?:$|:|\n)/.test(stack.slice(length, length + 1));
  if (constructor !== null && !(name.endsWith("Error") && startsWithName)) return stack;
  let fallback = "Error";
  if (constructor === null) {
    const start = /^([A-Z][a-z_ A-Z0-9[\]()-]+)(?::|\n\s+at)/.exec(stack) ?? /^([a-z_A-Z0-9-]*Error)$/.exec(stack);
    fallback = start?.[1] ?? "";
    length = fallback.length;
    fallback ||= "Error";
  }
  const prefix = prefixOf(constructor, tag, fallback).slice(0, -1);
  if (name === prefix) return stack;
  if (!prefix.includes(name)) return `${prefix} [${name}]${stack.slice(length)}`;
  return length === 0 ? `${prefix}: ${stack}` : `${prefix}${stack.slice(length)}`;
}

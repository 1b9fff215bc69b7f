// `%` format strings, as Node 20's `util.format` reads them. How a single value looks is inspect.js.

import { defaults, formatBigInt, formatNumber, guarded, inspect } from "./inspect.js";

const { stringify } = JSON;
const { getPrototypeOf, getOwnPropertyDescriptor, hasOwn } = Object;
const { apply } = Reflect;
const functionToString = Function.prototype.toString;

/**
 * `args` as one text, as `console.log` prints them: a first text may hold `%` directives for those after it. `options` are
 * those of `inspect`.
 */
export function format(args, options = undefined) {
  const first = args[0];
  if (args.length === 1) return typeof first === "string" ? first : inspect(first, options);
  let used = 0;
  let text = "";
  if (typeof first === "string") {
    used = 1;
    text = first;
    if (first.includes("%")) {
      const directives = formatDirectives(first, args, options);
      text = directives.text;
      used = directives.used;
    }
  }
  for (let index = used; index < args.length; index++) {
    if (index > 0) text += " ";
    const value = args[index];
    text += typeof value === "string" ? value : inspect(value, options);
  }
  return text;
}

function formatDirectives(template, args, options) {
  let text = "";
  let used = 1;
  let last = 0;
  for (let at = template.indexOf("%"); at !== -1 && at + 1 < template.length; at = template.indexOf("%", at)) {
    const directive = template[at + 1];
    let replacement;
    if (directive === "%") replacement = "%";
    else if (used < args.length) replacement = formatDirective(directive, args[used], options);
    if (replacement !== undefined) {
      if (directive !== "%") used++;
      text += template.slice(last, at) + replacement;
      last = at + 2;
    }
    at += replacement === undefined ? 1 : 2;
  }
  return { text: text + template.slice(last), used };
}

/** The text for one argument, or undefined where the letter is no directive. */
function formatDirective(letter, value, options) {
  switch (letter) {
    case "s":
      return formatAsString(value, options);
    case "j":
      return formatAsJson(value);
    case "d":
      return formatAsNumber(value, numberOf, options);
    case "i":
      return formatAsNumber(value, Number.parseInt, options);
    case "f":
      return formatAsNumber(value, Number.parseFloat, options);
    case "O":
      return inspect(value, options);
    case "o":
      return inspect(value, { ...options, showHidden: true, showProxy: true, depth: 4 });
    case "c":
      return "";
    default:
      return undefined;
  }
}

function numberOf(value) {
  return Number(value);
}

function isSeparated(options) {
  return options?.numericSeparator ?? defaults.numericSeparator;
}

function formatAsNumber(value, convert, options) {
  if (typeof value === "bigint" && convert !== Number.parseFloat) return formatBigInt(value, isSeparated(options));
  if (typeof value === "symbol") return "NaN";
  return formatNumber(guarded(() => convert(value), NaN), isSeparated(options));
}

function formatAsString(value, options) {
  if (typeof value === "number") return formatNumber(value, isSeparated(options));
  if (typeof value === "bigint") return formatBigInt(value, isSeparated(options));
  if (typeof value === "object" && value !== null && hasBuiltInToString(value)) {
    return inspect(value, { ...options, depth: 0, colors: false, compact: 3 });
  }
  return guarded(() => String(value), undefined) ?? inspect(value);
}

function formatAsJson(value) {
  try {
    return `${stringify(value)}`;
  } catch (error) {
    const message = guarded(() => String(error.message), "");
    return /circular/i.test(message) ? "[Circular]" : `[Thrown: ${message}]`;
  }
}

/** Whether `String(value)` would say nothing that the class of `value` does not say anyway. */
function hasBuiltInToString(value) {
  return guarded(() => {
    if (typeof value.toString !== "function") return true;
    let owner = value;
    while (!hasOwn(owner, "toString")) owner = getPrototypeOf(owner);
    if (owner === value) return false;
    const constructor = getOwnPropertyDescriptor(owner, "constructor")?.value;
    return typeof constructor === "function" && isBuiltIn(constructor);
  }, true);
}

function isBuiltIn(constructor) {
  const name = constructor.name;
  // A typed array is written as its numbers: the class that has its `toString` is no global.
  if (name === "TypedArray") return false;
  return /^[A-Z]/.test(name) && apply(functionToString, constructor, []).includes("[native code]");
}

// `%` format strings, as Node 20's `util.format` reads them. How a single value looks is inspect.js.

import { formatNumber, guarded, inspect } from "./inspect.js";

const { stringify } = JSON;
const { getPrototypeOf, getOwnPropertyDescriptor, hasOwn } = Object;
const { apply } = Reflect;
const functionToString = Function.prototype.toString;

/** `args` as one text, as `console.log` prints them: a first text may hold `%` directives for those after it. */
export function format(args) {
  const first = args[0];
  if (args.length === 1) return typeof first === "string" ? first : inspect(first);
  let used = 0;
  let text = "";
  if (typeof first === "string") {
    used = 1;
    text = first;
    if (first.includes("%")) {
      const directives = formatDirectives(first, args);
      text = directives.text;
      used = directives.used;
    }
  }
  for (let index = used; index < args.length; index++) {
    if (index > 0) text += " ";
    const value = args[index];
    text += typeof value === "string" ? value : inspect(value);
  }
  return text;
}

function formatDirectives(template, args) {
  let text = "";
  let used = 1;
  let last = 0;
  for (let at = template.indexOf("%"); at !== -1 && at + 1 < template.length; at = template.indexOf("%", at)) {
    const directive = template[at + 1];
    let replacement;
    if (directive === "%") replacement = "%";
    else if (used < args.length) replacement = formatDirective(directive, args[used]);
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
function formatDirective(letter, value) {
  switch (letter) {
    case "s":
      return formatAsString(value);
    case "j":
      return formatAsJson(value);
    case "d":
      return formatAsNumber(value, numberOf);
    case "i":
      return formatAsNumber(value, Number.parseInt);
    case "f":
      return typeof value === "symbol" ? "NaN" : formatNumber(guarded(() => Number.parseFloat(value), NaN));
    case "O":
      return inspect(value);
    case "o":
      return inspect(value, { showHidden: true, showProxy: true, depth: 4 });
    case "c":
      return "";
    default:
      return undefined;
  }
}

function numberOf(value) {
  return Number(value);
}

function formatAsNumber(value, convert) {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "symbol") return "NaN";
  if (typeof value === "object" && convert !== numberOf) return formatNumber(guarded(() => convert(value), NaN));
  return formatNumber(guarded(() => convert(value), NaN));
}

function formatAsString(value) {
  if (typeof value === "number") return formatNumber(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "object" && value !== null && hasBuiltInToString(value)) {
    return inspect(value, { depth: 0, compact: 3 });
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
  return /^[A-Z]/.test(name) && apply(functionToString, constructor, []).includes("[native code]");
}

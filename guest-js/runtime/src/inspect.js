// Values as text, as Node 20's `util.inspect` shows them without colours. `%` format strings are format.js.
// The engine cannot look into promises and proxies: a promise is shown without its state, a proxy through its traps.
// Nothing here throws, whatever a value's getters and traps do.

import { arrayKind, combined, objectKind } from "./inspect-layout.js";
import { shapeOf } from "./inspect-objects.js";

const customKey = Symbol.for("nodejs.util.inspect.custom");
const { getPrototypeOf, getOwnPropertyDescriptor, getOwnPropertyNames, getOwnPropertySymbols, keys: ownKeys } = Object;
const hasOwn = Object.hasOwn;
const { apply } = Reflect;
const objectPrototype = Object.prototype;
const arrayPrototype = Array.prototype;
const isEnumerable = (object, key) => apply(Object.prototype.propertyIsEnumerable, object, [key]);
const symbolToString = Symbol.prototype.toString;

// The depth that is reached even where the caller asks for all: the engine's stack ends the instance, not the call.
const depthMax = 40;
// No entry of the log is longer than 64 KiB, so there is no use in formatting much more of an object. Text is counted
// once for each object that it is in.
export const textLengthMax = 524288;
// Listing the keys of an array makes a string of each index.
const keysListedMax = 100000;
const lineLength = 80;

// The engine makes a new object of an expression each time it comes to it, so those on hot paths stand here.
const identifier = /^[a-zA-Z_][a-zA-Z_0-9]*$/;
const needsEscape = /['\\\0-\x1f\x7f-\x9f\ud800-\udfff]/;

/** `value` as `util.inspect(value, options)` shows it. */
export function inspect(value, options = undefined) {
  const context = {
    depth: 2,
    showHidden: false,
    compact: 3,
    breakLength: lineLength,
    maxArrayLength: 100,
    maxStringLength: 10000,
    sorted: false,
    getters: false,
    customInspect: true,
    ...options,
    seen: [],
    circular: undefined,
    indentation: 0,
    currentDepth: 0,
    textLength: 0,
  };
  if (context.maxArrayLength === null) context.maxArrayLength = Infinity;
  if (context.maxStringLength === null) context.maxStringLength = Infinity;
  return formatValue(context, value, 0, false);
}

/** An object that is shown as an instance of `constructor`, with the members one puts into it and no others. */
export function shownAs(constructor, shown) {
  const prototype = { __proto__: constructor.prototype, [customKey]: undefined };
  const shell = Object.create(prototype);
  // Defined, not assigned: the class may have setters of these names.
  for (const key of [...ownKeys(shown), ...getOwnPropertySymbols(shown)]) {
    Object.defineProperty(shell, key, { value: shown[key], enumerable: true, configurable: true });
  }
  return shell;
}

/** The text of any value at the context's place. */
export function formatValue(context, value, level, typedArray = false) {
  if (typeof value !== "object" && typeof value !== "function") return formatPrimitive(context, value);
  if (value === null) return "null";
  try {
    const custom = customText(context, value, level);
    if (custom !== undefined) return custom;
    if (context.seen.includes(value)) return circularText(context, value);
    return formatObject(context, value, level, typedArray);
  } catch (error) {
    return `[Thrown: ${guarded(() => String(error?.message ?? error), "unknown")}]`;
  }
}

// What such methods are given to inspect with: `util.inspect` itself, where that is loaded.
let given = inspect;
export function useInspect(replacement) {
  given = replacement;
}

/** What the value's own `util.inspect.custom` method says, if it has one. */
function customText(context, value, level) {
  if (!context.customInspect) return undefined;
  const custom = value[customKey];
  if (typeof custom !== "function" || custom === inspect || custom === given) return undefined;
  const constructor = getOwnPropertyDescriptor(value, "constructor")?.value;
  if (typeof constructor === "function" && constructor.prototype === value) return undefined;
  const { seen, circular, indentation, currentDepth, textLength, ...options } = context;
  const depth = context.depth === null ? null : context.depth - level;
  const result = apply(custom, value, [depth, { ...options, stylize: (text) => `${text}` }, given]);
  if (result === value) return undefined;
  if (typeof result !== "object" && typeof result !== "string") return formatPrimitive(context, result);
  if (typeof result !== "string") return formatValue(context, result, level);
  return result.replaceAll("\n", `\n${" ".repeat(context.indentation)}`);
}

function circularText(context, value) {
  context.circular ??= new Map();
  let index = context.circular.get(value);
  if (index === undefined) {
    index = context.circular.size + 1;
    context.circular.set(value, index);
  }
  return `[Circular *${index}]`;
}

export function formatPrimitive(context, value) {
  switch (typeof value) {
    case "string":
      return formatString(context, value);
    case "number":
      return formatNumber(value);
    case "bigint":
      return `${value}n`;
    case "symbol":
      return symbolText(value);
    default:
      return `${value}`;
  }
}

function symbolText(symbol) {
  return apply(symbolToString, symbol, []);
}

function formatString(context, text) {
  let trailer = "";
  if (text.length > context.maxStringLength) {
    const remaining = text.length - context.maxStringLength;
    text = text.slice(0, context.maxStringLength);
    trailer = `... ${remaining} more character${remaining > 1 ? "s" : ""}`;
  }
  const isLong = text.length > 16 && text.length > context.breakLength - context.indentation - 4;
  if (context.compact !== true && isLong && text.includes("\n")) {
    const lines = text.split(/(?<=\n)/).map(quoted);
    return lines.join(` +\n${" ".repeat(context.indentation + 2)}`) + trailer;
  }
  return quoted(text) + trailer;
}

const escapes = { "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", "\\": "\\\\" };

/** `text` in the quotes that need the fewest escapes, single ones first. */
function quoted(text) {
  // Nearly every text needs no escapes at all.
  if (!needsEscape.test(text)) return `'${text}'`;
  let quote = "'";
  if (text.includes("'")) {
    if (!text.includes('"')) quote = '"';
    else if (!text.includes("`") && !text.includes("${")) quote = "`";
  }
  let body = text.replace(/[\0-\x1f\x7f-\x9f\\]/g, escaped);
  if (!body.isWellFormed()) body = body.replace(/\p{Surrogate}/gu, escapedSurrogate);
  if (quote === "'" && body.includes("'")) body = body.replaceAll("'", "\\'");
  return quote + body + quote;
}

function escaped(character) {
  const short = escapes[character];
  return short ?? `\\x${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}

function escapedSurrogate(unit) {
  return `\\u${unit.charCodeAt(0).toString(16)}`;
}

/** The name of the first class on the prototype chain that really made `object`; null where there is no prototype. */
function constructorName(context, object, level) {
  const prototype = getPrototypeOf(object);
  if (!hasOwn(object, "constructor")) {
    if (prototype === objectPrototype) return "Object";
    if (prototype === arrayPrototype) return "Array";
  }
  let first;
  for (let holder = object; holder !== null;) {
    const constructor = getOwnPropertyDescriptor(holder, "constructor")?.value;
    if (typeof constructor === "function" && constructor.name !== "" && isInstance(object, constructor)) {
      return `${constructor.name}`;
    }
    holder = getPrototypeOf(holder);
    first ??= { holder };
  }
  if (first.holder === null) return null;
  const kind = className(object);
  if (context.depth !== null && level > context.depth) return `${kind} <Complex prototype>`;
  const inner = constructorName(context, first.holder, level + 1);
  if (inner === null) {
    return `${kind} <${inspect(first.holder, { customInspect: false, depth: -1 })}>`;
  }
  return `${kind} <${inner}>`;
}

/** What the engine calls the class of an object whose constructor cannot be found. */
function className(object) {
  const tag = apply(Object.prototype.toString, object, []).slice(8, -1);
  return typeof object === "function" ? "Function" : tag;
}

/** The class, its tag and size, with a space after it, as they stand before an opening bracket. */
export function prefixOf(constructor, tag, fallback, size = "") {
  if (constructor === null) {
    const shown = `[${fallback}${size}: null prototype] `;
    return tag !== "" && fallback !== tag ? `${shown}[${tag}] ` : shown;
  }
  return tag !== "" && constructor !== tag ? `${constructor}${size} [${tag}] ` : `${constructor}${size} `;
}

export function visibleKeys(context, value) {
  const symbols = getOwnPropertySymbols(value);
  if (context.showHidden) return [...getOwnPropertyNames(value), ...symbols];
  const keys = ownKeys(value);
  for (const symbol of symbols) if (isEnumerable(value, symbol)) keys.push(symbol);
  return keys;
}

/** The keys of an array or typed array that are no indices; those come last. */
export function extraKeys(context, value, length) {
  const symbols = getOwnPropertySymbols(value).filter((symbol) => context.showHidden || isEnumerable(value, symbol));
  if (length > keysListedMax) return symbols;
  const names = context.showHidden ? getOwnPropertyNames(value) : ownKeys(value);
  let start = names.length;
  while (start > 0 && !/^(?:0|[1-9]\d{0,9})$/.test(names[start - 1])) start--;
  return [...names.slice(start), ...symbols];
}

// What is found out about an object before its members are shown: its opening and closing bracket, the text that stands
// before them, and the items that are no properties. `done` is the whole text, where there is nothing to add.
export function shape(keys, open, close, kind = objectKind) {
  return { keys, open, close, kind, base: "", items: undefined, done: undefined };
}

function formatObject(context, value, level, typedArray) {
  const constructor = constructorName(context, value, level);
  const tag = tagOf(context, value);
  const found = shapeOf(context, value, level, constructor, tag, typedArray);
  if (found.done !== undefined) return found.done;
  const tooDeep = (context.depth !== null && level > context.depth) || level > depthMax;
  if (tooDeep) {
    const name = prefixOf(constructor, tag, "Object").slice(0, -1);
    return constructor === null ? name : `[${name}]`;
  }
  const inner = level + 1;
  context.seen.push(value);
  context.currentDepth = inner;
  const output = found.items === undefined ? [] : found.items(context, inner);
  for (let index = 0; index < found.keys.length; index++) {
    if (context.textLength > textLengthMax) {
      output.push(`... ${found.keys.length - index} more properties`);
      break;
    }
    const text = formatProperty(context, value, inner, found.keys[index], found.kind);
    context.textLength += text.length;
    output.push(text);
  }
  const reference = context.circular?.get(value);
  let { base, open } = found;
  if (reference !== undefined) {
    const shown = `<ref *${reference}>`;
    if (context.compact !== true) base = base === "" ? shown : `${shown} ${base}`;
    else open = `${shown} ${open}`;
  }
  context.seen.pop();
  if (context.sorted) sortOutput(context, output, found);
  return combined(context, output, base, open, found.close, found.kind, inner, value);
}

function sortOutput(context, output, found) {
  const compare = typeof context.sorted === "function" ? context.sorted : undefined;
  if (found.kind === objectKind) {
    output.sort(compare);
  } else if (found.keys.length > 1) {
    const properties = output.slice(output.length - found.keys.length).sort(compare);
    output.splice(output.length - found.keys.length, found.keys.length, ...properties);
  }
}

/** The string tag of a value, unless it will be shown as a property anyway. */
function tagOf(context, value) {
  const tag = value[Symbol.toStringTag];
  if (typeof tag !== "string" || tag === "") return "";
  const shown = context.showHidden ? hasOwn(value, Symbol.toStringTag) : isEnumerable(value, Symbol.toStringTag);
  return shown ? "" : tag;
}

/** One member as `name: value`; for an item of an array the value alone. */
export function formatProperty(context, object, level, key, kind) {
  const descriptor = getOwnPropertyDescriptor(object, key) ?? { value: object[key], enumerable: true };
  const text = propertyText(context, object, level, descriptor, kind, key);
  if (kind === arrayKind) return text;
  return `${propertyName(key, descriptor)}: ${text}`;
}

function propertyText(context, object, level, descriptor, kind, key) {
  if (descriptor.value !== undefined) {
    const indent = context.compact !== true || kind !== objectKind ? 2 : 3;
    context.indentation += indent;
    const text = formatValue(context, descriptor.value, level);
    context.indentation -= indent;
    return text;
  }
  if (descriptor.get !== undefined) {
    const label = descriptor.set === undefined ? "Getter" : "Getter/Setter";
    if (!context.getters) return `[${label}]`;
    return getterText(context, object, level, label, key);
  }
  return descriptor.set === undefined ? "undefined" : "[Setter]";
}

function getterText(context, object, level, label, key) {
  let value;
  try {
    value = object[key];
  } catch (error) {
    return `[${label}: <Inspection threw (${guarded(() => String(error.message), "")})>]`;
  }
  context.indentation += 2;
  const text = formatValue(context, value, level);
  context.indentation -= 2;
  if (value === null || typeof value !== "object") return `[${label}: ${text}]`;
  return `[${label}] ${text}`;
}

function propertyName(key, descriptor) {
  if (typeof key === "symbol") return `[${symbolText(key).replace(/[\0-\x1f\x7f-\x9f\\']/g, escaped)}]`;
  if (key === "__proto__") return "['__proto__']";
  if (descriptor.enumerable === false) return `[${key}]`;
  return identifier.test(key) ? key : quoted(`${key}`);
}

export function formatNumber(number) {
  return Object.is(number, -0) ? "-0" : `${number}`;
}

export function guarded(compute, fallback) {
  try {
    return compute();
  } catch {
    return fallback;
  }
}

function isInstance(object, constructor) {
  try {
    return object instanceof constructor;
  } catch {
    return false;
  }
}

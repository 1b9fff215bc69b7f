// Values as text, as Node 20's `util.inspect` shows them. `%` format strings are format.js.
// The engine cannot look into promises and proxies: a promise is shown without its state, a proxy through its traps.
// Nothing here throws, whatever a value's getters and traps do.

import { arrayKind, combined, objectKind } from "./inspect-layout.js";
import { shapeOf } from "./inspect-objects.js";

const customKey = Symbol.for("nodejs.util.inspect.custom");
const { getPrototypeOf, getOwnPropertyDescriptor, getOwnPropertyNames, getOwnPropertySymbols, keys: ownKeys } = Object;
const hasOwn = Object.hasOwn;
const { apply, ownKeys: ownKeysOf } = Reflect;
const functionToString = Function.prototype.toString;
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

/** The options that hold where a caller says nothing else; `util.inspect.defaultOptions` changes them. */
export const defaults = {
  showHidden: false,
  depth: 2,
  colors: false,
  customInspect: true,
  showProxy: false,
  maxArrayLength: 100,
  maxStringLength: 10000,
  breakLength: lineLength,
  compact: 3,
  sorted: false,
  getters: false,
  numericSeparator: false,
};

const plain = (text) => `${text}`;
// The escapes before and after a text of each kind, where `util` does not say otherwise.
const grey = [90, 39];
const escapesOf = {
  __proto__: null,
  special: [36, 39],
  number: [33, 39],
  bigint: [33, 39],
  boolean: [33, 39],
  undefined: grey,
  null: [1, 22],
  string: [32, 39],
  symbol: [32, 39],
  date: [35, 39],
  regexp: [31, 39],
  module: [4, 24],
};

let findEscapes = (style) => escapesOf[style];
export function useEscapes(find) {
  findEscapes = find;
}

function colored(text, style) {
  const escapes = findEscapes(style);
  return escapes === undefined ? `${text}` : `\u001b[${escapes[0]}m${text}\u001b[${escapes[1]}m`;
}

/** `value` as `util.inspect(value, options)` shows it. */
export function inspect(value, options = undefined) {
  const context = {
    stylize: plain,
    ...defaults,
    ...options,
    seen: [],
    circular: undefined,
    indentation: 0,
    currentDepth: 0,
    textLength: 0,
  };
  if (context.colors) context.stylize = colored;
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
  if (value === null) return context.stylize("null", "null");
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
  const result = apply(custom, value, [depth, options, given]);
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
  return context.stylize(`[Circular *${index}]`, "special");
}

export function formatPrimitive(context, value) {
  const type = typeof value;
  switch (type) {
    case "string":
      return formatString(context, value);
    case "number":
      return context.stylize(formatNumber(value, context.numericSeparator), type);
    case "bigint":
      return context.stylize(formatBigInt(value, context.numericSeparator), type);
    case "symbol":
      return context.stylize(symbolText(value), type);
    default:
      return context.stylize(`${value}`, type);
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
    const lines = text.split(/(?<=\n)/).map((line) => context.stylize(quoted(line), "string"));
    return lines.join(` +\n${" ".repeat(context.indentation + 2)}`) + trailer;
  }
  return context.stylize(quoted(text), "string") + trailer;
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
  const inherited = context.showHidden ? inheritedMembers(value) : none;
  if (found.done !== undefined && inherited.length === 0) return found.done;
  const tooDeep = (context.depth !== null && level > context.depth) || level > depthMax;
  if (tooDeep) {
    const name = prefixOf(constructor, tag, "Object").slice(0, -1);
    return context.stylize(constructor === null ? name : `[${name}]`, "special");
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
  for (const member of inherited) output.push(inheritedText(context, value, inner, member));
  const reference = context.circular?.get(value);
  let { base, open } = found;
  if (reference !== undefined) {
    const shown = context.stylize(`<ref *${reference}>`, "special");
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

const isBuiltIn = (constructor) =>
  typeof constructor === "function" && /\{\s*\[native code\]\s*\}$/.test(apply(functionToString, constructor, []));

const none = [];

/** What `object` has from its classes and what is no method, as far as they are not the language's own. */
function inheritedMembers(object) {
  const first = getPrototypeOf(object);
  if (first === null || hasOwn(first, customKey) || isBuiltIn(getOwnPropertyDescriptor(first, "constructor")?.value)) return none;
  const members = [];
  const seen = new Set(["constructor", ...ownKeysOf(object)]);
  for (let holder = first, steps = 0; holder !== null && steps < 3; holder = getPrototypeOf(holder), steps++) {
    if (steps > 0 && isBuiltIn(getOwnPropertyDescriptor(holder, "constructor")?.value)) break;
    for (const key of ownKeysOf(holder)) {
      const descriptor = getOwnPropertyDescriptor(holder, key);
      if (seen.has(key) || typeof descriptor.value === "function") continue;
      seen.add(key);
      members.push({ key, descriptor });
    }
  }
  return members;
}

function inheritedText(context, object, level, { key, descriptor }) {
  const text = formatProperty(context, object, level, key, objectKind, descriptor);
  return context.colors ? `\u001b[2m${text}\u001b[22m` : text;
}

/** One member as `name: value`; for an item of an array the value alone. */
export function formatProperty(context, object, level, key, kind, given = undefined) {
  const descriptor = given ?? getOwnPropertyDescriptor(object, key) ?? { value: object[key], enumerable: true };
  const text = propertyText(context, object, level, descriptor, kind, key);
  if (kind === arrayKind) return text;
  return `${propertyName(context, key, descriptor)}: ${text}`;
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
    const { getters } = context;
    const isAsked = getters === true || getters === (descriptor.set === undefined ? "get" : "set");
    return isAsked ? getterText(context, object, level, label, key) : context.stylize(`[${label}]`, "special");
  }
  return descriptor.set === undefined
    ? context.stylize("undefined", "undefined")
    : context.stylize("[Setter]", "special");
}

function getterText(context, object, level, label, key) {
  const special = (text) => context.stylize(text, "special");
  let value;
  try {
    value = object[key];
  } catch (error) {
    const message = guarded(() => String(error.message), "");
    return `${special(`[${label}:`)} <Inspection threw (${message})>${special("]")}`;
  }
  context.indentation += 2;
  const text = formatValue(context, value, level);
  context.indentation -= 2;
  if (value === null || typeof value !== "object") return `${special(`[${label}:`)} ${text}${special("]")}`;
  return `${special(`[${label}]`)} ${text}`;
}

function propertyName(context, key, descriptor) {
  if (typeof key === "symbol") {
    const text = symbolText(key).replace(/[\0-\x1f\x7f-\x9f\\']/g, escaped);
    return `[${context.stylize(text, "symbol")}]`;
  }
  if (key === "__proto__") return "['__proto__']";
  if (descriptor.enumerable === false) return `[${key}]`;
  return identifier.test(key) ? context.stylize(key, "name") : context.stylize(quoted(`${key}`), "string");
}

/** `number` as text; with `separated`, its digits in groups of three. */
export function formatNumber(number, separated = false) {
  const text = Object.is(number, -0) ? "-0" : `${number}`;
  return separated ? withSeparators(text) : text;
}

export function formatBigInt(number, separated = false) {
  return `${separated ? withSeparators(`${number}`) : number}n`;
}

function withSeparators(text) {
  const [, digits, fraction] = /^(-?\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (digits === undefined) return text;
  const grouped = digits.replace(/\B(?=(?:\d{3})+$)/g, "_");
  return fraction === undefined ? grouped : `${grouped}.${fraction.replace(/(\d{3})(?=\d)/g, "$1_")}`;
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

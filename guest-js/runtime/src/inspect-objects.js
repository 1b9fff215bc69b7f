// How `inspect` shows each kind of object: what stands before its members, which members it has, and what is in it that
// is no member. The kinds are told apart by what only they can do, not by their prototypes, which can be faked.

import { errorShape } from "./inspect-errors.js";
import { arrayExtrasKind, arrayKind } from "./inspect-layout.js";
import {
  extraKeys,
  formatPrimitive,
  formatProperty,
  formatValue,
  prefixOf,
  shape,
  textLengthMax,
  visibleKeys,
} from "./inspect.js";

const { getPrototypeOf, getOwnPropertyDescriptor, keys: ownKeys } = Object;
const hasOwn = Object.hasOwn;
const { isArray } = Array;
const { apply } = Reflect;
const functionToString = Function.prototype.toString;
const regexpToString = RegExp.prototype.toString;
const dateToISOString = Date.prototype.toISOString;
const dateToString = Date.prototype.toString;
const dateGetTime = Date.prototype.getTime;
const typedArrayPrototype = getPrototypeOf(Uint8Array.prototype);
const typedArrayTag = getOwnPropertyDescriptor(typedArrayPrototype, Symbol.toStringTag).get;
const typedArrayLength = getOwnPropertyDescriptor(typedArrayPrototype, "length").get;
const mapSize = getOwnPropertyDescriptor(Map.prototype, "size").get;
const setSize = getOwnPropertyDescriptor(Set.prototype, "size").get;
const bufferLength = getOwnPropertyDescriptor(ArrayBuffer.prototype, "byteLength").get;
const viewLength = getOwnPropertyDescriptor(DataView.prototype, "byteLength").get;
const { entries: mapEntries } = Map.prototype;
const { values: setValues } = Set.prototype;
const mapIteratorPrototype = getPrototypeOf(new Map().entries());
const setIteratorPrototype = getPrototypeOf(new Set().values());
const mapIteratorNext = mapIteratorPrototype.next;
const setIteratorNext = setIteratorPrototype.next;

/** The shape of any object or function: see `shape`. */
export function shapeOf(context, value, level, constructor, tag, typedArray) {
  if (typeof value === "function") return functionShape(context, value, constructor, tag);
  if (isArray(value)) return arrayShape(context, value, constructor, tag);
  return (
    builtInShape(context, value, level, constructor, tag, typedArray) ?? objectShape(context, value, constructor, tag)
  );
}

function objectShape(context, value, constructor, tag) {
  const keys = visibleKeys(context, value);
  let open = "{";
  if (constructor === "Object") {
    if (isArguments(value)) open = "[Arguments] {";
    else if (tag !== "") open = `${prefixOf(constructor, tag, "Object")}{`;
  } else {
    open = `${prefixOf(constructor, tag, "Object")}{`;
  }
  const found = shape(keys, open, "}");
  if (keys.length === 0) found.done = `${open}}`;
  return found;
}

function isArguments(value) {
  return (
    hasOwn(value, "length") &&
    !(Symbol.toStringTag in value) &&
    apply(Object.prototype.toString, value, []) === "[object Arguments]"
  );
}

function arrayShape(context, value, constructor, tag) {
  const keys = extraKeys(context, value, value.length);
  const isPlain = constructor === "Array" && tag === "";
  const open = `${isPlain ? "" : prefixOf(constructor, tag, "Array", `(${value.length})`)}[`;
  const found = shape(keys, open, "]", arrayExtrasKind);
  if (value.length === 0 && keys.length === 0) found.done = `${open}]`;
  else found.items = (context, level) => arrayItems(context, value, level);
  return found;
}

function arrayItems(context, array, level) {
  const output = [];
  const shown = Math.min(Math.max(0, context.maxArrayLength), array.length);
  let index = 0;
  while (index < array.length && output.length < shown) {
    if (context.textLength > textLengthMax) break;
    if (hasOwn(array, index)) {
      const text = formatProperty(context, array, level, index, arrayKind);
      context.textLength += text.length;
      output.push(text);
      index++;
    } else {
      const next = nextIndex(array, index);
      const holes = next - index;
      output.push(context.stylize(`<${holes} empty item${holes > 1 ? "s" : ""}>`, "undefined"));
      index = next;
    }
  }
  if (index < array.length) output.push(moreItems(array.length - index));
  return output;
}

/** The first index after `index` that is there. Holes are rare, so few arrays pay for the list of keys. */
function nextIndex(array, index) {
  if (hasOwn(array, index + 1)) return index + 1;
  for (const key of ownKeys(array)) {
    const candidate = Number(key);
    if (candidate > index && Number.isInteger(candidate) && candidate < array.length) return candidate;
  }
  return array.length;
}

function moreItems(count) {
  return `... ${count} more item${count > 1 ? "s" : ""}`;
}

function functionShape(context, value, constructor, tag) {
  const found = shape(visibleKeys(context, value), "{", "}");
  found.base = functionText(value, constructor, tag);
  if (found.keys.length === 0) found.done = context.stylize(found.base, "special");
  return found;
}

function functionText(value, constructor, tag) {
  const source = apply(functionToString, value, []);
  if (/^class[\s{]/.test(source) && source.endsWith("}")) return classText(value, constructor, tag);
  const kind = /^\[object (\w*Function)\]$/.exec(apply(Object.prototype.toString, value, []))?.[1] ?? "Function";
  let text = `[${kind}`;
  if (constructor === null) text += " (null prototype)";
  text += value.name === "" ? " (anonymous)]" : `: ${String(value.name)}]`;
  if (constructor !== kind && constructor !== null) text += ` ${constructor}`;
  if (tag !== "" && constructor !== tag) text += ` [${tag}]`;
  return text;
}

function classText(value, constructor, tag) {
  const name = hasOwn(value, "name") && value.name ? value.name : "(anonymous)";
  let text = `class ${String(name)}`;
  if (constructor !== "Function" && constructor !== null) text += ` [${constructor}]`;
  if (tag !== "" && constructor !== tag) text += ` [${tag}]`;
  if (constructor === null) {
    text += " extends [null prototype]";
  } else {
    const parent = getPrototypeOf(value).name;
    if (parent) text += ` extends ${String(parent)}`;
  }
  return `[${text}]`;
}

/** The shape of what is no plain object, or undefined. The checks do not trust the prototype, which can be faked. */
function builtInShape(context, value, level, constructor, tag, typedArray) {
  if (isPlainObject(value)) return undefined;
  if (value instanceof Error) return errorShape(context, value, constructor, tag);
  if (isA(mapSize, value)) return mapShape(context, value, constructor, tag);
  if (isA(setSize, value)) return setShape(context, value, constructor, tag);
  if (typedArrayName(value) !== undefined) return typedArrayShape(context, value, constructor, tag, typedArray);
  if (isA(dateGetTime, value)) return dateShape(context, value, constructor, tag);
  if (isRegExp(value)) return regexpShape(context, value, level, constructor, tag);
  if (isA(bufferLength, value)) return bufferShape(context, value, constructor, tag, "ArrayBuffer", typedArray);
  if (isA(viewLength, value)) return viewShape(context, value, constructor, tag);
  const prototypes = [Promise, WeakSet, WeakMap, WeakRef];
  for (const { prototype, name } of prototypes) {
    if (isInPrototypeChain(prototype, value)) return opaqueShape(context, value, constructor, tag, name);
  }
  const iterated = iteratorKind(value);
  if (iterated !== undefined) return iteratorShape(context, value, tag, iterated);
  return boxedShape(context, value, constructor, tag);
}

/** Whether nothing but members can be in `value`: the usual case, told by one look. */
function isPlainObject(value) {
  const prototype = getPrototypeOf(value);
  return prototype === Object.prototype && !hasOwn(value, Symbol.toStringTag);
}

/** The name of a typed array's class, which no property can fake; undefined for anything else. */
export function typedArrayName(value) {
  return apply(typedArrayTag, value, []);
}

function isInPrototypeChain(prototype, value) {
  return apply(Object.prototype.isPrototypeOf, prototype, [value]);
}

/** Whether a method or getter that works on one kind of object only works on `value`. */
function isA(method, value) {
  try {
    apply(method, value, []);
    return true;
  } catch {
    return false;
  }
}

const regexpFlags = getOwnPropertyDescriptor(RegExp.prototype, "global").get;

function isRegExp(value) {
  return value !== RegExp.prototype && isA(regexpFlags, value);
}

function mapShape(context, value, constructor, tag) {
  const size = apply(mapSize, value, []);
  const prefix = prefixOf(constructor, tag, "Map", `(${size})`);
  const found = shape(visibleKeys(context, value), `${prefix}{`, "}");
  if (size === 0 && found.keys.length === 0) found.done = `${prefix}{}`;
  else found.items = (context, level) => mapItems(context, value, level, size);
  return found;
}

function mapItems(context, map, level, size) {
  const iterator = apply(mapEntries, map, []);
  return collectionItems(context, size, () => {
    const [key, value] = apply(mapIteratorNext, iterator, []).value;
    return `${formatValue(context, key, level)} => ${formatValue(context, value, level)}`;
  });
}

function setShape(context, value, constructor, tag) {
  const size = apply(setSize, value, []);
  const prefix = prefixOf(constructor, tag, "Set", `(${size})`);
  const found = shape(visibleKeys(context, value), `${prefix}{`, "}");
  if (size === 0 && found.keys.length === 0) found.done = `${prefix}{}`;
  else found.items = (context, level) => setItems(context, value, level, size);
  return found;
}

function setItems(context, set, level, size) {
  const iterator = apply(setValues, set, []);
  return collectionItems(context, size, () => {
    return formatValue(context, apply(setIteratorNext, iterator, []).value, level);
  });
}

function collectionItems(context, size, formatNext) {
  const output = [];
  const shown = Math.min(Math.max(0, context.maxArrayLength), size);
  context.indentation += 2;
  while (output.length < shown && context.textLength <= textLengthMax) {
    const text = formatNext();
    context.textLength += text.length;
    output.push(text);
  }
  context.indentation -= 2;
  if (output.length < size) output.push(moreItems(size - output.length));
  return output;
}

function typedArrayShape(context, value, constructor, tag, atTop) {
  const length = apply(typedArrayLength, value, []);
  const fallback = constructor === null ? typedArrayName(value) : "";
  const prefix = prefixOf(constructor, tag, fallback, `(${length})`);
  const found = shape(extraKeys(context, value, length), `${prefix}[`, "]", arrayExtrasKind);
  if (length === 0 && found.keys.length === 0 && !context.showHidden) found.done = `${prefix}[]`;
  else found.items = (context, level) => typedArrayItems(context, value, level, length, atTop);
  return found;
}

function typedArrayItems(context, array, level, length, atTop) {
  const shown = Math.min(Math.max(0, context.maxArrayLength), length);
  const output = [];
  for (let index = 0; index < shown; index++) {
    const item = array[index];
    output.push(formatPrimitive(context, item));
  }
  if (shown < length) output.push(moreItems(length - shown));
  if (context.showHidden) {
    context.indentation += 2;
    for (const name of ["BYTES_PER_ELEMENT", "length", "byteLength", "byteOffset", "buffer"]) {
      output.push(`[${name}]: ${formatValue(context, array[name], level, true)}`);
    }
    context.indentation -= 2;
  }
  return output;
}

function bufferShape(context, value, constructor, tag, fallback, typedArray) {
  const prefix = prefixOf(constructor, tag, fallback);
  const keys = visibleKeys(context, value);
  const found = shape(["byteLength", ...keys], `${prefix}{`, "}");
  if (!typedArray) found.items = () => [bufferContents(context, value)];
  else if (keys.length === 0) found.done = `${prefix}{ byteLength: ${formatPrimitive(context, apply(bufferLength, value, []))} }`;
  return found;
}

function bufferContents(context, buffer) {
  const length = apply(bufferLength, buffer, []);
  const shown = Math.min(Math.max(0, context.maxArrayLength), length);
  const digits = Array.from(new Uint8Array(buffer, 0, shown), (byte) => byte.toString(16).padStart(2, "0"));
  const remaining = length - shown;
  if (remaining > 0) digits.push(`... ${remaining} more byte${remaining > 1 ? "s" : ""}`);
  return `${context.stylize("[Uint8Contents]", "special")}: <${digits.join(" ")}>`;
}

function viewShape(context, value, constructor, tag) {
  const keys = ["byteLength", "byteOffset", "buffer", ...visibleKeys(context, value)];
  return shape(keys, `${prefixOf(constructor, tag, "DataView")}{`, "}");
}

function dateShape(context, value, constructor, tag) {
  const found = shape(visibleKeys(context, value), "{", "}");
  const isValid = !Number.isNaN(apply(dateGetTime, value, []));
  const prefix = prefixOf(constructor, tag, "Date");
  found.base = apply(isValid ? dateToISOString : dateToString, value, []);
  if (prefix !== "Date ") found.base = `${prefix}${found.base}`;
  if (found.keys.length === 0) found.done = context.stylize(found.base, "date");
  return found;
}

function regexpShape(context, value, level, constructor, tag) {
  const found = shape(visibleKeys(context, value), "{", "}");
  const prefix = prefixOf(constructor, tag, "RegExp");
  found.base = apply(regexpToString, constructor === null ? new RegExp(value) : value, []);
  if (prefix !== "RegExp ") found.base = `${prefix}${found.base}`;
  if (found.keys.length === 0 || (context.depth !== null && level > context.depth)) {
    found.done = context.stylize(found.base, "regexp");
  }
  return found;
}

/** A promise or weak collection: what is in it cannot be seen from here. */
function opaqueShape(context, value, constructor, tag, fallback) {
  const found = shape(visibleKeys(context, value), `${prefixOf(constructor, tag, fallback)}{`, "}");
  if (fallback === "Promise" || fallback === "WeakRef") {
    if (found.keys.length === 0) found.done = `${found.open}}`;
  } else {
    found.items = () => [context.stylize("<items unknown>", "special")];
  }
  return found;
}

function iteratorKind(value) {
  if (isInPrototypeChain(mapIteratorPrototype, value)) return "Map";
  return isInPrototypeChain(setIteratorPrototype, value) ? "Set" : undefined;
}

/** An iterator of a map or set cannot be read without moving it. */
function iteratorShape(context, value, tag, kind) {
  const name = tag !== `${kind} Iterator` && tag !== "" ? `${kind} Iterator] [${tag}` : `${kind} Iterator`;
  const found = shape(visibleKeys(context, value), `[${name}] {`, "}");
  found.items = () => [context.stylize("<items unknown>", "special")];
  return found;
}

const boxes = [
  ["Number", Number.prototype.valueOf],
  ["String", String.prototype.valueOf],
  ["Boolean", Boolean.prototype.valueOf],
  ["BigInt", BigInt.prototype.valueOf],
  ["Symbol", Symbol.prototype.valueOf],
];

function boxedShape(context, value, constructor, tag) {
  for (const [type, valueOf] of boxes) {
    if (!isA(valueOf, value)) continue;
    const found = shape(visibleKeys(context, value), "{", "}");
    // The characters of a string object are not listed again.
    if (type === "String") found.keys.splice(0, apply(valueOf, value, []).length);
    let text = `[${type}`;
    if (type !== constructor) text += constructor === null ? " (null prototype)" : ` (${constructor})`;
    text += `: ${formatPrimitive({ ...context, stylize: String, compact: true, maxStringLength: Infinity }, apply(valueOf, value, []))}]`;
    if (tag !== "" && tag !== constructor) text += ` [${tag}]`;
    found.base = text;
    if (found.keys.length === 0) found.done = context.stylize(text, type.toLowerCase());
    return found;
  }
  return undefined;
}

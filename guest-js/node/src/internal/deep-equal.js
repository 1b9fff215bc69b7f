// Whether two values are equal all the way down, as `assert.deepEqual` (loose) and `assert.deepStrictEqual` see it.

import * as types from "node:util/types";
import { bytesOf } from "fnhost:platform/boundary";

const { getPrototypeOf, getOwnPropertySymbols, keys: ownKeys, hasOwn } = Object;
const { apply } = Reflect;
const { propertyIsEnumerable, toString: tagText } = Object.prototype;

// The engine's stack is small, and running over its end ends the instance.
const depthMax = 400;

export function isDeepEqual(left, right, strict) {
  return equal(left, right, strict, { left: new Map(), right: new Map(), position: 0, depth: 0 });
}

function equal(left, right, strict, memory) {
  if (left === right) return left !== 0 || !strict || Object.is(left, right);
  const leftIsObject = typeof left === "object" && left !== null;
  const rightIsObject = typeof right === "object" && right !== null;
  if (strict) {
    if (!leftIsObject || !rightIsObject) return typeof left === "number" && Number.isNaN(left) && Number.isNaN(right);
    if (getPrototypeOf(left) !== getPrototypeOf(right)) return false;
  } else {
    if (!leftIsObject) {
      return !rightIsObject && (left == right || (Number.isNaN(left) && Number.isNaN(right)));
    }
    if (!rightIsObject) return false;
  }
  if (apply(tagText, left, []) !== apply(tagText, right, [])) return false;
  return objectsEqual(left, right, strict, memory);
}

function objectsEqual(left, right, strict, memory) {
  if (Array.isArray(left)) {
    if (!Array.isArray(right) || left.length !== right.length) return false;
    const leftKeys = extraKeys(left);
    if (leftKeys.length !== extraKeys(right).length) return false;
    return membersEqual(left, right, strict, memory, "array", leftKeys);
  }
  if (Array.isArray(right)) return false;
  const kind = kindOf(left);
  if (kind !== kindOf(right)) return false;
  switch (kind) {
    case "date":
      if (Date.prototype.getTime.call(left) !== Date.prototype.getTime.call(right)) return false;
      break;
    case "regexp":
      if (left.source !== right.source || left.flags !== right.flags || left.lastIndex !== right.lastIndex)
        return false;
      break;
    case "error":
      if (left.message !== right.message || left.name !== right.name) return false;
      if (strict && !ownEqual(left, right, "cause", memory)) return false;
      if (strict && !ownEqual(left, right, "errors", memory)) return false;
      break;
    case "view":
      if (!viewsEqual(left, right, strict)) return false;
      return membersEqual(left, right, strict, memory, "plain", extraKeys(left), extraKeys(right));
    case "buffer":
      if (!bytesEqual(bytesOf(left), bytesOf(right))) return false;
      break;
    case "boxed":
      if (!boxesEqual(left, right)) return false;
      break;
    case "opaque":
      return false;
  }
  return membersEqual(left, right, strict, memory, kind);
}

function kindOf(value) {
  if (types.isDate(value)) return "date";
  if (types.isRegExp(value)) return "regexp";
  if (value instanceof Error) return "error";
  if (ArrayBuffer.isView(value)) return "view";
  if (types.isSet(value)) return "set";
  if (types.isMap(value)) return "map";
  if (types.isAnyArrayBuffer(value)) return "buffer";
  if (types.isBoxedPrimitive(value)) return "boxed";
  if (types.isPromise(value) || types.isWeakMap(value) || types.isWeakSet(value)) return "opaque";
  return "plain";
}

function ownEqual(left, right, name, memory) {
  if (hasOwn(left, name) !== hasOwn(right, name)) return false;
  return equal(left[name], right[name], true, memory);
}

function viewsEqual(left, right, strict) {
  if (left.byteLength !== right.byteLength) return false;
  const isFloat = types.isFloat32Array(left) || types.isFloat64Array(left);
  if (!isFloat || strict) {
    if (bytesEqual(bytesOf(left), bytesOf(right))) return true;
    if (!isFloat) return false;
  }
  for (let index = 0; index < left.length; index++) {
    if (strict ? !Object.is(left[index], right[index]) : left[index] !== right[index]) return false;
  }
  return true;
}

function bytesEqual(left, right) {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) if (left[index] !== right[index]) return false;
  return true;
}

function boxesEqual(left, right) {
  for (const [isIt, prototype] of [
    [types.isNumberObject, Number.prototype],
    [types.isStringObject, String.prototype],
    [types.isBooleanObject, Boolean.prototype],
    [types.isBigIntObject, BigInt.prototype],
    [types.isSymbolObject, Symbol.prototype],
  ]) {
    if (isIt(left)) return isIt(right) && Object.is(prototype.valueOf.call(left), prototype.valueOf.call(right));
  }
  return false;
}

/** The keys of an array or view that are no indices. */
function extraKeys(list) {
  return ownKeys(list).filter((key) => !/^(?:0|[1-9]\d*)$/.test(key));
}

function membersEqual(left, right, strict, memory, kind, leftKeys = ownKeys(left), rightKeys = undefined) {
  if (rightKeys !== undefined || kind !== "array") {
    if (leftKeys.length !== (rightKeys ?? ownKeys(right)).length) return false;
  }
  for (const key of leftKeys) if (!apply(propertyIsEnumerable, right, [key])) return false;
  if (strict) {
    const symbols = enumerableSymbols(left);
    if (symbols.length !== enumerableSymbols(right).length) return false;
    for (const symbol of symbols) if (!apply(propertyIsEnumerable, right, [symbol])) return false;
    leftKeys = [...leftKeys, ...symbols];
  }
  if (kind === "plain" && leftKeys.length === 0) return true;
  if (kind === "set" && left.size !== right.size) return false;
  if (kind === "map" && left.size !== right.size) return false;
  // Where both are being compared already, with each other, they are equal as far as one can say.
  const position = memory.left.get(left);
  const rightPosition = memory.right.get(right);
  if (position !== undefined && rightPosition !== undefined) return position === rightPosition;
  if (memory.depth > depthMax) throw new RangeError("Maximum call stack size exceeded");
  memory.left.set(left, ++memory.position);
  memory.right.set(right, memory.position);
  memory.depth++;
  const result = contentsEqual(left, right, strict, memory, kind, leftKeys);
  memory.depth--;
  memory.left.delete(left);
  memory.right.delete(right);
  return result;
}

function enumerableSymbols(value) {
  return getOwnPropertySymbols(value).filter((symbol) => apply(propertyIsEnumerable, value, [symbol]));
}

function contentsEqual(left, right, strict, memory, kind, keys) {
  if (kind === "set" && !setsEqual(left, right, strict, memory)) return false;
  if (kind === "map" && !mapsEqual(left, right, strict, memory)) return false;
  if (kind === "array") {
    for (let index = 0; index < left.length; index++) {
      const isThere = hasOwn(left, index);
      if (isThere !== hasOwn(right, index)) return false;
      if (isThere && !equal(left[index], right[index], strict, memory)) return false;
    }
  }
  for (const key of keys) if (!equal(left[key], right[key], strict, memory)) return false;
  return true;
}

const isSimple = (value) => typeof value !== "object" || value === null;

function setsEqual(left, right, strict, memory) {
  let rest;
  for (const value of left) {
    if (right.has(value)) continue;
    if (strict && isSimple(value)) return false;
    rest ??= [...right].filter((other) => !left.has(other));
    const index = rest.findIndex((other) => equal(value, other, strict, memory));
    if (index === -1) return false;
    rest.splice(index, 1);
  }
  return true;
}

function mapsEqual(left, right, strict, memory) {
  const hasSame = (map, key, value, isSwapped) => {
    if (!map.has(key)) return false;
    const other = map.get(key);
    return isSwapped ? equal(other, value, strict, memory) : equal(value, other, strict, memory);
  };
  // Keys of the left side that have no match of their own on the right.
  const rest = [];
  for (const [key, value] of left) {
    if (isSimple(key) && hasSame(right, key, value, false)) continue;
    if (strict && isSimple(key)) return false;
    rest.push(key);
  }
  if (rest.length === 0) return true;
  for (const [key, value] of right) {
    if (isSimple(key) && (strict || hasSame(left, key, value, true))) continue;
    const index = rest.findIndex(
      (other) => equal(other, key, strict, memory) && equal(left.get(other), value, strict, memory),
    );
    if (index === -1) return false;
    rest.splice(index, 1);
  }
  return rest.length === 0;
}

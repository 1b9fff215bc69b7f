// Node's module `util/types`. Kinds are told apart by what only they can do, so a faked prototype does not deceive it. What
// the engine does not let one see, whether something is a proxy, is never the case here.

import { typedArrayName } from "fnhost:platform/inspect-objects";

const { apply } = Reflect;
const { getOwnPropertyDescriptor, getPrototypeOf } = Object;
const { toString: tagText } = Object.prototype;

/** Whether `method`, which works on one kind of object only, works on `value`. */
function canDo(method, ...args) {
  return (value) => {
    if (typeof value !== "object" || value === null) return false;
    try {
      apply(method, value, args);
      return true;
    } catch {
      return false;
    }
  };
}

const getter = (prototype, name) => getOwnPropertyDescriptor(prototype, name).get;
const hasTag = (text) => (value) => apply(tagText, value, []) === text;

/** Whether `value` is in the prototype chain of a class that nothing else tells. */
const isInstance = (constructor) => (value) =>
  typeof value === "object" && value !== null && value !== constructor.prototype && value instanceof constructor;

export const isDate = canDo(Date.prototype.getTime);
export const isNumberObject = canDo(Number.prototype.valueOf);
export const isStringObject = canDo(String.prototype.valueOf);
export const isBooleanObject = canDo(Boolean.prototype.valueOf);
export const isBigIntObject = canDo(BigInt.prototype.valueOf);
export const isSymbolObject = canDo(Symbol.prototype.valueOf);
export const isMap = canDo(getter(Map.prototype, "size"));
export const isSet = canDo(getter(Set.prototype, "size"));
export const isWeakMap = canDo(WeakMap.prototype.has, {});
export const isWeakSet = canDo(WeakSet.prototype.has, {});
export const isArrayBuffer = canDo(getter(ArrayBuffer.prototype, "byteLength"));
export const isDataView = canDo(getter(DataView.prototype, "byteLength"));
export const isPromise = isInstance(Promise);
const isRegExpObject = canDo(getter(RegExp.prototype, "global"));
export const isRegExp = (value) => value !== RegExp.prototype && isRegExpObject(value);
export const isMapIterator = (value) => isIteratorOf(value, new Map().entries());
export const isSetIterator = (value) => isIteratorOf(value, new Set().values());
export const isGeneratorObject = (value) =>
  typeof value === "object" && value !== null && /^\[object (?:Async)?Generator\]$/.test(apply(tagText, value, []));
export const isArgumentsObject = (value) =>
  typeof value === "object" && value !== null && !(Symbol.toStringTag in value) && hasTag("[object Arguments]")(value);
export const isNativeError = Error.isError ?? isInstance(Error);
export const isModuleNamespaceObject = (value) =>
  typeof value === "object" && value !== null && getPrototypeOf(value) === null && hasTag("[object Module]")(value);
export const isProxy = () => false;
export const isExternal = () => false;

function isIteratorOf(value, example) {
  return typeof value === "object" && value !== null && getPrototypeOf(value) === getPrototypeOf(example);
}

export function isSharedArrayBuffer(value) {
  return typeof SharedArrayBuffer === "function" && value instanceof SharedArrayBuffer;
}

export function isAnyArrayBuffer(value) {
  return isArrayBuffer(value) || isSharedArrayBuffer(value);
}

export function isBoxedPrimitive(value) {
  return (
    isNumberObject(value) ||
    isStringObject(value) ||
    isBooleanObject(value) ||
    isBigIntObject(value) ||
    isSymbolObject(value)
  );
}

const functionTag = (value) => (typeof value === "function" ? apply(tagText, value, []) : "");

export function isAsyncFunction(value) {
  return /^\[object Async(?:Generator)?Function\]$/.test(functionTag(value));
}

export function isGeneratorFunction(value) {
  return /^\[object (?:Async)?GeneratorFunction\]$/.test(functionTag(value));
}

export const { isView: isArrayBufferView } = ArrayBuffer;
export const isTypedArray = (value) => typedArrayName(value) !== undefined;

const isArrayOf = (name) => (value) => typedArrayName(value) === name;
export const isUint8Array = isArrayOf("Uint8Array");
export const isUint8ClampedArray = isArrayOf("Uint8ClampedArray");
export const isUint16Array = isArrayOf("Uint16Array");
export const isUint32Array = isArrayOf("Uint32Array");
export const isInt8Array = isArrayOf("Int8Array");
export const isInt16Array = isArrayOf("Int16Array");
export const isInt32Array = isArrayOf("Int32Array");
export const isFloat32Array = isArrayOf("Float32Array");
export const isFloat64Array = isArrayOf("Float64Array");
export const isBigInt64Array = isArrayOf("BigInt64Array");
export const isBigUint64Array = isArrayOf("BigUint64Array");

const isOfClass = (name) => (value) => value !== null && typeof value === "object" && value.constructor?.name === name;
export const isCryptoKey = isOfClass("CryptoKey");
export const isKeyObject = (value) => /^(?:Secret|Public|Private)?KeyObject$/.test(value?.constructor?.name);

const api = {
  isExternal,
  isDate,
  isArgumentsObject,
  isBigIntObject,
  isBooleanObject,
  isNumberObject,
  isStringObject,
  isSymbolObject,
  isBoxedPrimitive,
  isNativeError,
  isRegExp,
  isAsyncFunction,
  isGeneratorFunction,
  isGeneratorObject,
  isPromise,
  isMap,
  isSet,
  isMapIterator,
  isSetIterator,
  isWeakMap,
  isWeakSet,
  isArrayBuffer,
  isDataView,
  isSharedArrayBuffer,
  isProxy,
  isModuleNamespaceObject,
  isAnyArrayBuffer,
  isCryptoKey,
  isKeyObject,
  isArrayBufferView,
  isTypedArray,
  isUint8Array,
  isUint8ClampedArray,
  isUint16Array,
  isUint32Array,
  isInt8Array,
  isInt16Array,
  isInt32Array,
  isFloat32Array,
  isFloat64Array,
  isBigInt64Array,
  isBigUint64Array,
};

export default api;
export { api as "module.exports" };

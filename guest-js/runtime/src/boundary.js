// What every call to the host needs: text and bytes that may cross, and handles that are given back.
// It makes no host calls of its own but to drop handles.

export { crossingText } from "fnhost:runtime";

const engineGlobals = ["wit", "StreamReadable", "StreamWritable", "FutureReadable", "FutureWritable"];
for (const name of engineGlobals) {
  // A function must not find, or break, the engine's own tools.
  try {
    delete globalThis[name];
  } catch {}
}
try {
  // The engine itself looks this one up, so it can be hidden but not removed.
  if ("__cqjs" in globalThis) Object.defineProperty(globalThis, "__cqjs", { enumerable: false });
} catch {}

const disposeKey = Symbol.dispose ?? Symbol.for("dispose");
const disposeKeyFallback = Symbol.for("dispose");

/** Gives a resource back. One that is gone already, or still in use, is left alone. */
export function drop(handle) {
  try {
    (handle[disposeKey] ?? handle[disposeKeyFallback]).call(handle);
  } catch {}
}

/** The bytes behind a buffer or a view, not copied; undefined for anything else. */
export function bytesOf(value) {
  if (value instanceof Uint8Array) {
    return value.constructor === Uint8Array ? value : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (typeof SharedArrayBuffer === "function" && value instanceof SharedArrayBuffer) {
    return new Uint8Array(value).slice();
  }
  return undefined;
}

/** Defines a member as those of the web's global scope are: writable, configurable, not enumerable. */
export function define(target, name, value) {
  Object.defineProperty(target, name, { __proto__: null, value, writable: true, configurable: true, enumerable: false });
}

/** Gives a class its name: the bundler may have changed it where the class mentions itself. */
export function nameClass(constructor, name) {
  Object.defineProperty(constructor, "name", { value: name, configurable: true });
}

/** Makes a class look like an interface of the web: its name, its string tag, and members that are enumerable. */
export function asInterface(constructor, name, members) {
  nameClass(constructor, name);
  const { prototype } = constructor;
  for (const member of members) Object.defineProperty(prototype, member, { enumerable: true });
  Object.defineProperty(prototype, Symbol.toStringTag, { value: name, configurable: true });
}

// What every call to the host needs: text and bytes that may cross, handles that are given back, and
// the stream and future makers of the engine. It makes no host calls of its own but to drop handles.

export { crossingText } from "fnhost:runtime";

const { wit } = globalThis;
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

const futureTypes = wit?.Future?.types ?? {};

/** The constant of the first future type whose name matches: the names are made by the engine from the WIT. */
function futureType(pattern) {
  const name = Object.keys(futureTypes)
    .sort()
    .find((name) => pattern.test(name));
  return name === undefined ? undefined : futureTypes[name];
}

const trailersFuture = futureType(/^RESULT_OPTION_/);
const outcomeFuture = futureType(/^RESULT_(VOID|UNIT)_/);
const makeFuture = wit?.Future;
const makeStream = wit?.Stream;
const byteStream = makeStream?.U8;
const nothing = () => {};

/** A future that is already resolved with "fine": for trailers, of which we have none. */
export function resolvedTrailers() {
  return resolvedFuture(trailersFuture);
}

/** A future that is already resolved with "fine": for the question whether a body was read well. */
export function resolvedOutcome() {
  return resolvedFuture(outcomeFuture);
}

function resolvedFuture(type) {
  const { readable, writable } = makeFuture(type);
  // The write ends when the other side reads or drops its end, which may be never; so nobody waits for it.
  writable.write({ tag: "ok", val: null }).then(() => drop(writable), nothing);
  return readable;
}

/** A stream that delivers `bytes` and ends. */
export function streamOf(bytes) {
  const { readable, writable } = makeStream(byteStream);
  const end = () => drop(writable);
  // If the host stops reading, that shows in the answer to the request.
  writable.writeAll(bytes).then(end, end);
  return readable;
}

const disposeKey = Symbol.dispose ?? Symbol.for("dispose");
const disposeKeyFallback = Symbol.for("dispose");

/** Gives a stream, future or resource back. One that is gone already, or still in use, is left alone. */
export function drop(handle) {
  try {
    if (typeof handle.drop === "function") handle.drop();
    else (handle[disposeKey] ?? handle[disposeKeyFallback]).call(handle);
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
  Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
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

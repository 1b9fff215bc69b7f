// Which units a function holds: asked by what is in every function and does more where a unit is there. It loads none;
// require.js does, and answers.

let find = () => undefined;

/** Takes what finds a unit by its name. */
export function useLoadedUnits(finder) {
  find = finder;
}

/** What the unit `name` exports if the function holds it; undefined if not. */
export function loadedUnit(name) {
  return find(name);
}

/** `bytes` as a Buffer, over the same memory, where the function holds that class; else as they are. */
export function asBuffer(bytes) {
  const Buffer = find("node:buffer")?.Buffer;
  return Buffer === undefined ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

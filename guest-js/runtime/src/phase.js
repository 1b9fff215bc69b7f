// Whether the function is being built or runs. While it is built, its top level is evaluated once and the heap is kept;
// so what differs from event to event has no place there. This file knows nothing of how the build is made.

let building = true;
const onReady = [];

// The builder sets memory aside for what events allocate (snapshot/heap.rs); it is given back when the build ends.
const memory = { reserved: globalThis.__fnhostRoom };
delete globalThis.__fnhostRoom;

/** True until `ready` was called. */
export function isBuilding() {
  return building;
}

/** Ends the build. What is to be made new then was registered with `whenReady`. */
export function ready() {
  building = false;
  for (const action of onReady) action();
  delete memory.reserved;
}

/** Registers an action for the end of the build. */
export function whenReady(action) {
  onReady.push(action);
}

/** Throws the error for using `name` at the top level, unless the function runs. */
export function requireRunning(name) {
  if (!building) return;
  throw new Error(
    `\`${name}\` is not available at the top level of a function: it runs once, when the function is built; call it in a handler`,
  );
}

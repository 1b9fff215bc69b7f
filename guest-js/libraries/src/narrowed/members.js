// Globals whose members are packages: loaded when they are asked for, or not to be had at all.

import { loadedUnit } from "fnhost:platform/require";
import { isBuilding } from "fnhost:platform/phase";

function member(object, name, get) {
  const set = (value) => Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
  Object.defineProperty(object, name, { get, set, enumerable: true, configurable: true });
}

/** An object whose members are units. */
export function unitMembers(globalName, units) {
  const object = {};
  for (const name of Object.keys(units)) {
    member(object, name, () => {
      if (isBuilding()) return require(units[name]);
      const unit = loadedUnit(units[name]);
      if (unit !== undefined) return unit;
      throw new Error(`\`${globalName}.${name}\` is not loaded: write it out in the function, so that it is there when it runs`);
    });
  }
  return object;
}

/** Adds members that throw `reason` when they are looked at. */
export function unavailable(object, globalName, names, reason) {
  for (const name of names) {
    member(object, name, () => {
      throw new Error(`\`${globalName}.${name}\` is not available: ${reason}`);
    });
  }
  return object;
}

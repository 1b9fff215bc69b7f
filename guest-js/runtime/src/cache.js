// The global `cache`: values that several events of one destination share, kept by the host as JSON.
// A value that is not JSON is handed to who asked and computed anew the next time.

import store from "fnhost:destination/cache@1.0.0";
import { crossingText } from "./boundary.js";
import { requireRunning } from "./phase.js";

const { parse, stringify } = JSON;
const depthMax = 100;

// What is being computed, by key: who asks meanwhile waits for the same.
const underway = new Map();

/** The value under `key`, or what `compute` gives, which is then kept for `ttl` milliseconds: -1 or nothing is forever. */
async function load(key, ttl, compute) {
  requireRunning("cache.load");
  if (typeof ttl === "function" && compute === undefined) return load(key, undefined, ttl);
  if (typeof compute !== "function") throw new TypeError("cache.load needs a function that computes the value");
  const name = crossingText(key);
  const shared = underway.get(name);
  if (shared !== undefined) return shared;
  const kept = store.get(name);
  if (typeof kept === "string") return parse(kept);
  const computing = computeAndKeep(name, ttl, compute);
  underway.set(name, computing);
  try {
    return await computing;
  } finally {
    if (underway.get(name) === computing) underway.delete(name);
  }
}

async function computeAndKeep(name, ttl, compute) {
  const value = await compute();
  const life = lifetime(ttl);
  const text = life === 0 ? undefined : jsonText(value);
  if (text !== undefined) store.set(name, text, life);
  return value;
}

/** The JSON text that gives `value` back; undefined where there is none, or where the value cannot even be read. */
function jsonText(value) {
  try {
    return isJson(value, 0) ? crossingText(stringify(value)) : undefined;
  } catch {
    return undefined;
  }
}

/** The contract's `ttl-ms`: null is forever, 0 here means not to keep it at all. */
function lifetime(ttl) {
  if (ttl === undefined || ttl === null) return null;
  const number = Number(ttl);
  if (Number.isNaN(number) || number < 0 || number > Number.MAX_SAFE_INTEGER) return null;
  return Math.floor(number);
}

/** Whether `value` comes back the same from JSON. A member that is undefined may go missing. */
function isJson(value, depth) {
  if (typeof value === "string" || typeof value === "boolean" || value === null) return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || depth > depthMax || typeof value.toJSON === "function") return false;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) if (!isJson(value[index], depth + 1)) return false;
    return true;
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return false;
  for (const key of Object.keys(value)) {
    const member = value[key];
    if (member !== undefined && !isJson(member, depth + 1)) return false;
  }
  return true;
}

export const cache = {
  load,
  delete(key) {
    requireRunning("cache.delete");
    const name = crossingText(key);
    underway.delete(name);
    store.delete(name);
  },
};

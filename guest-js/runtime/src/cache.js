// The global `cache`: values that several events of one destination share, kept by the host as JSON and computed by one
// event at a time. A value that is not JSON is handed to who asked and computed anew the next time.

import store from "fnhost:destination/cache@1.0.0";
import log from "fnhost:destination/console@1.0.0";
import { crossingText } from "./boundary.js";
import { inspect } from "./inspect.js";
import { requireRunning } from "./phase.js";

const { parse, stringify } = JSON;
const depthMax = 100;

// What is being loaded, by key: who asks meanwhile gets the same.
const underway = new Map();
// Keys whose value is no JSON, as far as the log was told.
const told = new Set();
const toldMax = 100;
// The load whose `compute` is running up to its first `await`: `{ name, outer }`. What it loads is part of it.
let current;

/** The value under `key`, or what `compute` gives, which is then kept for `ttl` milliseconds: -1 or nothing is forever. */
async function load(key, ttl, compute) {
  requireRunning("cache.load");
  if (typeof ttl === "function" && compute === undefined) return load(key, undefined, ttl);
  if (typeof compute !== "function") throw new TypeError("cache.load needs a function that computes the value");
  const loading = { name: crossingText(key), ttl, compute, outer: current };
  // A value that is needed to compute itself cannot be waited for.
  for (let outer = current; outer !== undefined; outer = outer.outer) {
    if (outer.name === loading.name) return compute();
  }
  const shared = underway.get(loading.name);
  if (shared !== undefined) return join(shared, loading);
  const value = find(loading);
  underway.set(loading.name, value);
  try {
    return await value;
  } finally {
    if (underway.get(loading.name) === value) underway.delete(loading.name);
  }
}

/** The value from the host, or computed for all who ask for it. */
async function find(loading) {
  const { tag, val } = await store.load(loading.name);
  return tag === "value" ? parse(val) : computeAndKeep(loading, val);
}

/**
 * What `shared` gives, another load of the same key. If it does not come in a long time, it may be waiting for this one,
 * and the value is computed here.
 */
function join(shared, loading) {
  return new Promise((resolve, reject) => {
    let settled = false;
    const settle = (action) => (result) => {
      settled = true;
      action(result);
    };
    shared.then(settle(resolve), settle(reject));
    const waited = async () => {
      const { tag, val } = await store.load(loading.name);
      if (tag === "value") {
        if (!settled) resolve(parse(val));
      } else if (settled) {
        store.giveUp(val, true);
      } else {
        resolve(computeAndKeep(loading, val));
      }
    };
    waited().catch(reject);
  });
}

/** Computes the value, and tells the host what came of it: `number` is the host's name for that. */
async function computeAndKeep(loading, number) {
  let value;
  try {
    value = await start(loading);
  } catch (thrown) {
    store.giveUp(number, true);
    throw thrown;
  }
  const text = jsonText(loading.name, value);
  if (text === undefined) store.giveUp(number, false);
  else store.keep(number, text, lifetime(loading.ttl));
  return value;
}

function start(loading) {
  const { compute } = loading;
  const before = current;
  current = loading;
  try {
    return compute();
  } finally {
    current = before;
  }
}

/** The JSON text that gives `value` back; undefined where there is none, which the log is told once. */
function jsonText(name, value) {
  let reason;
  try {
    reason = whyNoJson(value, 0);
    if (reason === undefined) return crossingText(stringify(value));
  } catch {
    reason = "it cannot be read";
  }
  if (!told.has(name) && told.size < toldMax) {
    told.add(name);
    const message = `cache.load: the value of ${inspect(name)} is not kept, as it is not JSON (${reason}); it is computed every time`;
    log.write("warn", crossingText(message));
  }
  return undefined;
}

/** The contract's `ttl-ms`: null is forever, 0 is not to keep it at all. */
function lifetime(ttl) {
  if (ttl === undefined || ttl === null) return null;
  const number = Number(ttl);
  if (Number.isNaN(number) || number < 0 || number > Number.MAX_SAFE_INTEGER) return null;
  return Math.floor(number);
}

/** Why `value` would not come back the same from JSON, if so. A member that is undefined may go missing. */
function whyNoJson(value, depth) {
  if (typeof value === "string" || typeof value === "boolean" || value === null) return undefined;
  if (typeof value === "number") return Number.isFinite(value) ? undefined : `${value}`;
  if (typeof value !== "object") return value === undefined ? "undefined" : `a ${typeof value}`;
  if (depth > depthMax) return "it is nested too deeply";
  if (typeof value.toJSON === "function") return kindOf(value);
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const reason = whyNoJson(value[index], depth + 1);
      if (reason !== undefined) return reason;
    }
    return undefined;
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return kindOf(value);
  for (const key of Object.keys(value)) {
    const member = value[key];
    const reason = member === undefined ? undefined : whyNoJson(member, depth + 1);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function kindOf(value) {
  const name = value.constructor?.name;
  return typeof name === "string" && name !== "" && name !== "Object" ? `a ${name}` : "an object with methods";
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

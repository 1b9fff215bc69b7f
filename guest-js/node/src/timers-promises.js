// Node's module `timers/promises`.

import { everyInterval, sleepFor } from "./internal/timer-promises.js";

export function setTimeout(delay = undefined, value = undefined, options = undefined) {
  return sleepFor(delay ?? 1, value, options);
}

export function setImmediate(value = undefined, options = undefined) {
  return sleepFor(undefined, value, options);
}

export function setInterval(delay = undefined, value = undefined, options = undefined) {
  return everyInterval(delay, value, options);
}

export const scheduler = {
  wait: (delay, options) => sleepFor(delay, undefined, options),
  yield: () => sleepFor(undefined, undefined, undefined),
};

const api = { setTimeout, setImmediate, setInterval, scheduler };

export default api;
export { api as "module.exports" };

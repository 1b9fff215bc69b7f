// Node's module `timers`: the global functions, and `promises`.

import promises from "node:timers/promises";
import { clearTimeout, setImmediate, setInterval, setTimeout } from "fnhost:platform/timers";

const clearInterval = clearTimeout;
const clearImmediate = clearTimeout;

// The old functions, for packages that have not moved on.
const enroll = (item, delay) => {
  item._idleTimeout = delay;
};
const unenroll = (item) => clearTimeout(item._timer);
const active = (item) => {
  clearTimeout(item._timer);
  if (item._idleTimeout >= 0) item._timer = setTimeout(() => item._onTimeout?.(), item._idleTimeout);
};

const api = {
  setTimeout,
  clearTimeout,
  setImmediate,
  clearImmediate,
  setInterval,
  clearInterval,
  active,
  _unrefActive: active,
  unenroll,
  enroll,
  promises,
};

export { active, clearImmediate, clearInterval, clearTimeout, enroll, promises, setImmediate, setInterval, setTimeout };
export { unenroll };
export default api;
export { api as "module.exports" };

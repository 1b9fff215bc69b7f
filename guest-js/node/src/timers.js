// Node's module `timers`: the global functions, and `promises`.

import promises from "node:timers/promises";
import {
  clearImmediate,
  clearInterval,
  clearTimeout,
  setImmediate,
  setInterval,
  setTimeout,
} from "fnhost:platform/timers";
import { active, enroll, unenroll, unrefActive } from "./internal/legacy-timers.js";

const api = {
  setTimeout,
  clearTimeout,
  setImmediate,
  clearImmediate,
  setInterval,
  clearInterval,
  active,
  _unrefActive: unrefActive,
  unenroll,
  enroll,
  promises,
};

export { active, clearImmediate, clearInterval, clearTimeout, enroll, promises, setImmediate, setInterval, setTimeout };
export { unenroll };
export default api;
export { api as "module.exports" };

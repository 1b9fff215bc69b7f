// The timers of Node's first years, which are members of the caller's own object. Packages that have not moved on use them.

import { elapsed } from "fnhost:platform/clock";
import { clearTimeout, setTimeout, warnOfDelay } from "fnhost:platform/timers";
import { outOfRange, requireType } from "./errors.js";
import { warnOnce } from "./warnings.js";

const delayMax = 2147483647;
const timers = new WeakMap();

function clear(item) {
  clearTimeout(timers.get(item));
  timers.delete(item);
}

/** Gives `item` a delay; its timer starts with `active`. */
export function enroll(item, delay) {
  warnOnce("DEP0095", "timers.enroll() is deprecated. Please use setTimeout instead.");
  requireType(delay, "msecs", "number");
  if (!(delay >= 0 && delay < Infinity)) throw outOfRange("msecs", "a non-negative finite number", delay);
  if (delay > delayMax) warnOfDelay(delay, `Timer duration was truncated to ${delayMax}.`);
  if (item._idleNext) unenroll(item);
  item._idleNext = item._idlePrev = item;
  item._idleTimeout = Math.min(delay, delayMax);
}

/** Ends the timer of `item`, also where it is one of `setTimeout`. */
export function unenroll(item) {
  warnOnce("DEP0096", "timers.unenroll() is deprecated. Please use clearTimeout instead.");
  clear(item);
  clearTimeout(item);
  item._idleTimeout = -1;
}

/** Starts the timer of `item` anew. */
export function active(item) {
  warnOnce("DEP0126", "timers.active() is deprecated. Please use timeout.refresh() instead.");
  const delay = item._idleTimeout;
  if (delay === undefined || delay < 0) return;
  clear(item);
  item._idleStart = Math.trunc(elapsed());
  item._idleNext = item._idlePrev = item;
  timers.set(
    item,
    setTimeout(() => item._onTimeout?.(), delay),
  );
}

/** As `active`, without a reason to wait for it. */
export function unrefActive(item) {
  active(item);
  timers.get(item)?.unref();
}

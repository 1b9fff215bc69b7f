// Elapsed time, from the host's monotonic clock. It does not touch `Date`, which the host answers. The global `performance`
// is `fnhost:web/performance`.

import clock from "wasi:clocks/monotonic-clock@0.3.0";
import { isBuilding } from "./phase.js";

let origin;

/** Milliseconds since this instance first asked; 0 while the function is built, as the heap is kept. */
export function elapsed() {
  if (isBuilding()) return 0;
  const now = clock.now();
  origin ??= now;
  return (now - origin) / 1e6;
}

/** Settles after `milliseconds`. */
export function sleep(milliseconds) {
  return clock.waitFor(Math.max(0, Math.ceil(milliseconds * 1e6)));
}

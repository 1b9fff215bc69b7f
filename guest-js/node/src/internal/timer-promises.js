// Timers as promises: of `timers/promises`, and what `util.promisify` makes of the global ones.

import { clearTimeout, setImmediate, setInterval, setTimeout } from "fnhost:platform/timers";
import { AbortSignal } from "fnhost:platform/events";
import { invalidArgType, requireType } from "./errors.js";

export { clearTimeout, setImmediate, setInterval, setTimeout };

function abortError(signal) {
  const error = new Error("The operation was aborted", { cause: signal.reason });
  error.name = "AbortError";
  error.code = "ABORT_ERR";
  return error;
}

/** The options of a timer, as far as they are in order. */
function checked(options) {
  if (options === undefined) return {};
  if (typeof options !== "object" || options === null) throw invalidArgType("options", "Object", options);
  const { signal, ref } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw invalidArgType("options.signal", "AbortSignal", signal);
  }
  if (ref !== undefined) requireType(ref, "options.ref", "boolean");
  return { signal };
}

/** Settles with `value` after `delay` milliseconds; without a delay as soon as it can be. */
export function sleepFor(delay, value, options) {
  let signal;
  try {
    if (delay !== undefined) requireType(delay, "delay", "number");
    ({ signal } = checked(options));
  } catch (error) {
    return Promise.reject(error);
  }
  if (signal?.aborted) return Promise.reject(abortError(signal));
  return new Promise((resolve, reject) => {
    const timer = delay === undefined ? setImmediate(done) : setTimeout(done, delay);
    const abort = () => {
      clearTimeout(timer);
      reject(abortError(signal));
    };
    function done() {
      signal?.removeEventListener("abort", abort);
      resolve(value);
    }
    signal?.addEventListener("abort", abort, { once: true });
  });
}

/** `value` again and again. */
export async function* everyInterval(delay, value, options) {
  const { signal } = checked(options);
  for (;;) {
    await sleepFor(delay ?? 1, undefined, { signal });
    yield value;
  }
}

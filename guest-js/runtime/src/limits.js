// A promise under a signal and a time limit.

import { AbortError } from "./errors.js";
import { clearTimeout, setTimeout } from "./timers.js";

/** What a request rejects with when its signal is aborted. */
export function abortError() {
  return new AbortError("The user aborted a request.");
}

/**
 * Settles as `promise` does, unless `signal` is aborted or `timeout` milliseconds are over before: then `giveUp` is
 * called with the error.
 */
export function limited(promise, signal, timeout, timeoutError, giveUp) {
  const hasSignal = signal !== null && signal !== undefined;
  if (!hasSignal && !(timeout > 0)) return promise;
  return new Promise((resolve, reject) => {
    let timer;
    const stop = (error) => {
      finish(reject, error);
      giveUp(error);
    };
    const abort = () => stop(abortError());
    const finish = (settle, value) => {
      clearTimeout(timer);
      if (hasSignal) signal.removeEventListener("abort", abort);
      settle(value);
    };
    if (timeout > 0) timer = setTimeout(() => stop(timeoutError()), timeout);
    if (hasSignal) signal.addEventListener("abort", abort);
    promise.then(
      (value) => finish(resolve, value),
      (error) => finish(reject, error),
    );
    if (hasSignal && signal.aborted) abort();
  });
}

// A promise under a signal and a time limit. What it stops waiting for goes on in the host; see send.js.

import { AbortError } from "./errors.js";
import { clearTimeout, setTimeout } from "./timers.js";

/** What a request rejects with when its signal is aborted. */
export function abortError() {
  return new AbortError("The user aborted a request.");
}

/** Settles as `promise` does, unless `signal` is aborted or `timeout` milliseconds are over before. */
export function limited(promise, signal, timeout, timeoutError) {
  const hasSignal = signal !== null && signal !== undefined;
  if (!hasSignal && !(timeout > 0)) return promise;
  return new Promise((resolve, reject) => {
    let timer;
    const abort = () => finish(reject, abortError());
    const finish = (settle, value) => {
      clearTimeout(timer);
      if (hasSignal) signal.removeEventListener("abort", abort);
      settle(value);
    };
    if (timeout > 0) timer = setTimeout(() => finish(reject, timeoutError()), timeout);
    if (hasSignal) signal.addEventListener("abort", abort);
    promise.then(
      (value) => finish(resolve, value),
      (error) => finish(reject, error),
    );
    if (hasSignal && signal.aborted) abort();
  });
}

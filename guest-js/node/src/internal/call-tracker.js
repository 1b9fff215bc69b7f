// `assert.CallTracker`: functions that count how often they are called. Deprecated in Node, and still there.

import { AssertionError } from "./assertion-error.js";
import { invalidArgValue, requireInteger } from "./errors.js";

const { apply } = Reflect;

export class CallTracker {
  #tracked = new Map();

  calls(callback, expected = 1) {
    if (typeof callback === "number") expected = callback;
    const inner = typeof callback === "number" || callback === undefined ? () => {} : callback;
    requireInteger(expected, "expected", 1, 2 ** 32 - 1);
    const name = inner.name || "calls";
    const state = { expected, name, calls: [], stack: new Error() };
    const tracked = new Proxy(inner, {
      apply(target, self, args) {
        state.calls.push(Object.freeze({ thisArg: self, arguments: Object.freeze(args.slice()) }));
        return apply(target, self, args);
      },
    });
    this.#tracked.set(tracked, state);
    return tracked;
  }

  #stateOf(tracked) {
    const state = this.#tracked.get(tracked);
    if (state === undefined) throw invalidArgValue("tracked", tracked, "is not a tracked function");
    return state;
  }

  getCalls(tracked) {
    return Object.freeze(this.#stateOf(tracked).calls.slice());
  }

  reset(tracked = undefined) {
    if (tracked !== undefined) this.#stateOf(tracked).calls = [];
    else for (const state of this.#tracked.values()) state.calls = [];
  }

  report() {
    return [...this.#tracked.values()]
      .filter(({ calls, expected }) => calls.length !== expected)
      .map(({ calls, expected, name, stack }) => ({
        message: `Expected the ${name} function to be executed ${expected} time(s) but was executed ${calls.length} time(s).`,
        actual: calls.length,
        expected,
        operator: name,
        stack,
      }));
  }

  verify() {
    const missed = this.report();
    if (missed.length === 0) return;
    const message = missed.length === 1 ? missed[0].message : "Functions were not called the expected number of times";
    throw Object.assign(new AssertionError({ message }), { message, details: missed });
  }
}

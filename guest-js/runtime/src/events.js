// Event, EventTarget, AbortController and AbortSignal: as much of them as `fetch` and its callers need.
// Events do not bubble or capture, there is no tree.

import { asInterface } from "./boundary.js";
import { codedError, DOMException } from "./errors.js";
import { setTimeout } from "./timers.js";

export class Event {
  #type;
  #cancelable;
  #target = null;
  #prevented = false;
  #stopped = false;

  constructor(type, options = undefined) {
    this.#type = `${type}`;
    this.#cancelable = Boolean(options?.cancelable);
  }

  static dispatch(event, target, listeners) {
    event.#target = target;
    for (const listener of listeners) {
      if (event.#stopped) break;
      listener(event);
    }
    return !event.#prevented;
  }

  get type() {
    return this.#type;
  }

  get target() {
    return this.#target;
  }

  get currentTarget() {
    return this.#target;
  }

  get defaultPrevented() {
    return this.#prevented;
  }

  preventDefault() {
    if (this.#cancelable) this.#prevented = true;
  }

  stopPropagation() {}

  stopImmediatePropagation() {
    this.#stopped = true;
  }
}
const { dispatch } = Event;
delete Event.dispatch;

export class EventTarget {
  #listeners = [];

  addEventListener(type, listener, options = undefined) {
    if (listener === null || listener === undefined) return;
    const name = `${type}`;
    if (this.#listeners.some((known) => known.type === name && known.listener === listener)) return;
    this.#listeners.push({ type: name, listener, once: Boolean(options?.once) });
  }

  removeEventListener(type, listener) {
    const name = `${type}`;
    this.#listeners = this.#listeners.filter((known) => known.type !== name || known.listener !== listener);
  }

  dispatchEvent(event) {
    const calls = [];
    for (const known of this.#listeners) {
      if (known.type !== event.type) continue;
      calls.push((event) => {
        if (known.once) this.removeEventListener(known.type, known.listener);
        if (typeof known.listener === "function") known.listener.call(this, event);
        else known.listener.handleEvent?.(event);
      });
    }
    const handler = this[`on${event.type}`];
    if (typeof handler === "function") calls.push((event) => handler.call(this, event));
    return dispatch(event, this, calls);
  }
}

const constructorKey = Symbol("AbortSignal");

export class AbortSignal extends EventTarget {
  #aborted = false;
  #reason = undefined;
  onabort = null;

  constructor(key) {
    // Signals come from a controller or from the static methods.
    if (key !== constructorKey) throw codedError(TypeError, "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor");
    super();
    Object.defineProperty(this, "onabort", { enumerable: false });
  }

  static abort(reason = undefined) {
    const signal = new AbortSignal(constructorKey);
    abortSignal(signal, reason);
    return signal;
  }

  static timeout(delay) {
    const signal = new AbortSignal(constructorKey);
    setTimeout(() => {
      abortSignal(signal, new DOMException("The operation was aborted due to timeout", "TimeoutError"));
    }, delay);
    return signal;
  }

  static any(signals) {
    const combined = new AbortSignal(constructorKey);
    for (const signal of signals) {
      if (signal.aborted) {
        abortSignal(combined, signal.reason);
        break;
      }
      signal.addEventListener("abort", () => abortSignal(combined, signal.reason), { once: true });
    }
    return combined;
  }

  static setAborted(signal, reason) {
    if (signal.#aborted) return;
    signal.#aborted = true;
    signal.#reason = reason ?? new DOMException("This operation was aborted", "AbortError");
    signal.dispatchEvent(new Event("abort"));
  }

  get aborted() {
    return this.#aborted;
  }

  get reason() {
    return this.#reason;
  }

  throwIfAborted() {
    if (this.#aborted) throw this.#reason;
  }
}
const { setAborted: abortSignal } = AbortSignal;
delete AbortSignal.setAborted;

export class AbortController {
  #signal = new AbortSignal(constructorKey);

  get signal() {
    return this.#signal;
  }

  abort(reason = undefined) {
    abortSignal(this.#signal, reason);
  }
}

asInterface(Event, "Event", ["type", "target", "currentTarget", "defaultPrevented", "preventDefault"]);
asInterface(EventTarget, "EventTarget", ["addEventListener", "removeEventListener", "dispatchEvent"]);
asInterface(AbortSignal, "AbortSignal", ["aborted", "reason", "throwIfAborted"]);
asInterface(AbortController, "AbortController", ["signal", "abort"]);

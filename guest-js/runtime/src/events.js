// Event, EventTarget, AbortController and AbortSignal as Node 20 has them. There is no tree: events do not bubble, and
// capturing listeners are called in their order. CustomEvent and messages are `fnhost:web/events-more`.

import { failRunning } from "fnhost:runtime";
import { asInterface } from "./boundary.js";
import { elapsed } from "./clock.js";
import { codedError, DOMException, receivedText } from "./errors.js";
import { isBuilding } from "./phase.js";
import { shown } from "./shown.js";
import { setTimeout } from "./timers.js";

const { isArray } = Array;
const { apply } = Reflect;
const PromiseConstructor = Promise;
const { then } = Promise.prototype;
const inspectKey = Symbol.for("nodejs.util.inspect.custom");

function missing(words) {
  return codedError(TypeError, "ERR_MISSING_ARGS", `The ${words} must be specified`);
}

function invalid(name, expected, value) {
  const kind = name.includes(".") ? "property" : "argument";
  const message = `The "${name}" ${kind} must be ${expected}. Received ${receivedText(value)}`;
  return codedError(TypeError, "ERR_INVALID_ARG_TYPE", message);
}

// What an event is, in bits: few fields make a quick object.
const BUBBLES = 1;
const CANCELABLE = 2;
const COMPOSED = 4;
const PREVENTED = 8;
const STOPPED = 16;
const STOPPED_AT_ONCE = 32;
const DISPATCHED = 64;
const PASSIVE = 128;
const TRUSTED = 256;

let dispatch;
let trustedEvent;

export class Event {
  #type;
  #bits;
  #target = null;
  #timeStamp = elapsed();

  constructor(type, options = undefined) {
    if (arguments.length === 0) throw missing('"type" argument');
    if (options !== undefined && options !== null && typeof options !== "object") {
      throw invalid("options", "of type object", options);
    }
    this.#bits = bitsOf(options?.bubbles, options?.cancelable, options?.composed);
    this.#type = `${type}`;
  }

  static {
    trustedEvent = (type) => {
      const event = new Event(type);
      event.#bits |= TRUSTED;
      return event;
    };

    /** Calls `listeners`, a list as it is in EventTarget, for `event` at `target`. */
    dispatch = (event, target, listeners) => {
      if (event.#bits & DISPATCHED) {
        throw codedError(Error, "ERR_EVENT_RECURSION", `The event "${event.#type}" is already being dispatched`);
      }
      event.#target = target;
      event.#bits |= DISPATCHED;
      if (listeners !== undefined) {
        // A copy: what a listener adds is not called now.
        for (const known of [...listeners]) {
          if (known.type !== event.#type || known.isRemoved) continue;
          if (known.isOnce) target.removeEventListener(known.type, known.listener, known.isCapture);
          event.#bits = known.isPassive ? event.#bits | PASSIVE : event.#bits & ~PASSIVE;
          call(known.listener, target, event);
          if (event.#bits & STOPPED_AT_ONCE) break;
        }
      }
      event.#bits &= ~(DISPATCHED | PASSIVE | STOPPED | STOPPED_AT_ONCE);
      return (event.#bits & PREVENTED) === 0;
    };
  }

  initEvent(type, bubbles = false, cancelable = false) {
    if (arguments.length === 0) throw missing('"type" argument');
    if (this.#bits & DISPATCHED) return;
    this.#type = `${type}`;
    this.#bits = bitsOf(bubbles, cancelable, false);
  }

  get type() {
    return this.#type;
  }

  get target() {
    return this.#target;
  }

  get srcElement() {
    return this.#target;
  }

  get currentTarget() {
    return this.#bits & DISPATCHED ? this.#target : null;
  }

  get eventPhase() {
    return this.#bits & DISPATCHED ? 2 : 0;
  }

  get bubbles() {
    return (this.#bits & BUBBLES) !== 0;
  }

  get cancelable() {
    return (this.#bits & CANCELABLE) !== 0;
  }

  get composed() {
    return (this.#bits & COMPOSED) !== 0;
  }

  get defaultPrevented() {
    return (this.#bits & PREVENTED) !== 0;
  }

  get returnValue() {
    return (this.#bits & PREVENTED) === 0;
  }

  set returnValue(value) {
    if (!value) this.preventDefault();
  }

  get cancelBubble() {
    return (this.#bits & STOPPED) !== 0;
  }

  set cancelBubble(value) {
    if (value) this.stopPropagation();
  }

  get timeStamp() {
    return this.#timeStamp;
  }

  get isTrusted() {
    return (this.#bits & TRUSTED) !== 0;
  }

  composedPath() {
    return this.#bits & DISPATCHED ? [this.#target] : [];
  }

  preventDefault() {
    if (this.#bits & CANCELABLE && !(this.#bits & PASSIVE)) this.#bits |= PREVENTED;
  }

  stopPropagation() {
    this.#bits |= STOPPED;
  }

  stopImmediatePropagation() {
    this.#bits |= STOPPED | STOPPED_AT_ONCE;
  }

  [inspectKey](depth, options, inspect) {
    if (depth < 0) return this.constructor.name;
    const { type, defaultPrevented, cancelable, timeStamp } = this;
    return shown(this.constructor.name, { type, defaultPrevented, cancelable, timeStamp }, depth, options, inspect);
  }
}

function bitsOf(bubbles, cancelable, composed) {
  return (bubbles ? BUBBLES : 0) | (cancelable ? CANCELABLE : 0) | (composed ? COMPOSED : 0);
}

/** Calls one listener. What it throws, or rejects with, fails the event that is handled and no other listener. */
function call(listener, target, event) {
  try {
    const isFunction = typeof listener === "function";
    const method = isFunction ? listener : listener.handleEvent;
    if (typeof method !== "function") return;
    const result = apply(method, isFunction ? target : listener, [event]);
    if (result instanceof PromiseConstructor) apply(then, result, [undefined, failRunning]);
  } catch (error) {
    if (isBuilding()) throw error;
    failRunning(error);
  }
}

let listenersOfTarget;
let dispatchUnchecked;

export class EventTarget {
  // Made with the first listener: most signals never have one.
  #listeners = undefined;

  static {
    listenersOfTarget = (target) => (#listeners in target ? (target.#listeners ?? []) : undefined);
    dispatchUnchecked = (event, target) => dispatch(event, target, target.#listeners);
  }

  addEventListener(type, listener, options = undefined) {
    if (arguments.length < 2) throw missing('"type" and "listener" arguments');
    const { capture, once, passive, signal } = listenerOptions(options);
    if (!isListener(listener) || signal?.aborted) return;
    const name = typeText(type);
    const isCapture = Boolean(capture);
    this.#listeners ??= [];
    for (const known of this.#listeners) {
      if (known.listener === listener && known.type === name && known.isCapture === isCapture) return;
    }
    this.#listeners.push({
      type: name,
      listener,
      isCapture,
      isOnce: Boolean(once),
      isPassive: Boolean(passive),
      isRemoved: false,
    });
    if (signal !== undefined) {
      signal.addEventListener("abort", () => this.removeEventListener(name, listener, isCapture), { once: true });
    }
  }

  removeEventListener(type, listener, options = undefined) {
    if (arguments.length < 2) throw missing('"type" and "listener" arguments');
    const listeners = this.#listeners;
    if (!isListener(listener) || listeners === undefined) return;
    const name = typeText(type);
    const isCapture = Boolean(typeof options === "boolean" ? options : options?.capture);
    for (let index = 0; index < listeners.length; index++) {
      const known = listeners[index];
      if (known.listener !== listener || known.type !== name || known.isCapture !== isCapture) continue;
      known.isRemoved = true;
      listeners.splice(index, 1);
      return;
    }
  }

  dispatchEvent(event) {
    if (arguments.length === 0) throw missing('"event" argument');
    if (!(event instanceof Event)) throw invalid("event", "an instance of Event", event);
    return dispatch(event, this, this.#listeners);
  }

  [inspectKey](depth, options, inspect) {
    if (depth < 0) return this.constructor.name;
    return shown(this.constructor.name, {}, depth, options, inspect);
  }
}

/** The name of a type of events, which may be anything but a symbol. */
function typeText(type) {
  if (typeof type !== "symbol") return `${type}`;
  throw codedError(TypeError, "ERR_INVALID_ARG_VALUE", `The argument 'value' is invalid. Received ${type.toString()}`);
}

function isListener(value) {
  if (typeof value === "function" || (typeof value === "object" && value !== null)) return true;
  if (value === undefined || value === null) return false;
  throw invalid("listener", "an instance of EventListener", value);
}

const noOptions = {};

function listenerOptions(options) {
  if (options === undefined || options === null) return noOptions;
  if (typeof options === "boolean") return { capture: options };
  if (typeof options !== "object" && typeof options !== "function") throw invalid("options", "of type object", options);
  const { signal } = options;
  if (signal !== undefined && !looksLikeSignal(signal)) {
    throw invalid("options.signal", "an instance of AbortSignal", signal);
  }
  return options;
}

function looksLikeSignal(value) {
  return typeof value === "object" && value !== null && "aborted" in value;
}

/** The functions that listen at `target` to events of `type`; undefined if it is no EventTarget. */
export function listenersOf(target, type) {
  const isObject = typeof target === "object" && target !== null;
  const listeners = isObject ? listenersOfTarget(target) : undefined;
  return listeners?.filter((known) => known.type === `${type}`).map((known) => known.listener);
}

const constructorKey = Symbol("AbortSignal");

let abortSignal;
let follow;
let handlerOf;
let setHandler;

export class AbortSignal extends EventTarget {
  // Its reason in an object, once it is aborted.
  #abort = undefined;
  // Signals made of this one, and its `onabort`; made when there is something in it.
  #more = undefined;

  constructor(key = undefined) {
    // Signals come from a controller or from the static methods.
    if (key !== constructorKey) throw codedError(TypeError, "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor");
    super();
  }

  static {
    abortSignal = (signal, reason) => {
      if (signal.#abort !== undefined) return;
      const abort = { reason };
      const dependents = [];
      signal.#abort = abort;
      for (const dependent of signal.#more?.dependents ?? []) {
        if (dependent.#abort !== undefined) continue;
        dependent.#abort = abort;
        dependents.push(dependent);
      }
      dispatchUnchecked(trustedEvent("abort"), signal);
      for (const dependent of dependents) dispatchUnchecked(trustedEvent("abort"), dependent);
    };

    follow = (combined, source) => {
      // A signal that is made of others stands for them, so that one abort reaches all at once.
      const sources = source.#more?.sources ?? [source];
      for (const root of sources) {
        root.#more ??= {};
        (root.#more.dependents ??= []).push(combined);
      }
      combined.#more ??= {};
      (combined.#more.sources ??= []).push(...sources);
    };

    handlerOf = (signal) => signal.#more?.handler ?? null;

    setHandler = (signal, handler) => {
      signal.#more ??= {};
      const more = signal.#more;
      more.handler = handler;
      // Its place among the listeners is that of the first handler.
      if (more.hasListener) return;
      more.hasListener = true;
      signal.addEventListener("abort", (event) => {
        if (typeof more.handler === "function") return apply(more.handler, signal, [event]);
        return undefined;
      });
    };
  }

  static abort(reason = new DOMException("This operation was aborted", "AbortError")) {
    const signal = new AbortSignal(constructorKey);
    abortSignal(signal, reason);
    return signal;
  }

  static timeout(delay) {
    if (typeof delay !== "number") throw invalid("delay", "of type number", delay);
    if (!Number.isInteger(delay) || delay < 0 || delay > 4294967295) throw delayError(delay);
    const signal = new AbortSignal(constructorKey);
    setTimeout(() => {
      abortSignal(signal, new DOMException("The operation was aborted due to timeout", "TimeoutError"));
    }, delay);
    return signal;
  }

  static any(signals) {
    if (!isArray(signals)) throw invalid("signals", "an instance of Array", signals);
    const combined = new AbortSignal(constructorKey);
    for (let index = 0; index < signals.length; index++) {
      const signal = signals[index];
      if (!looksLikeSignal(signal)) throw invalid(`signals[${index}]`, "an instance of AbortSignal", signal);
      if (signal.aborted) {
        combined.#abort = { reason: signal.reason };
        return combined;
      }
    }
    for (const signal of signals) {
      if (signal instanceof AbortSignal) follow(combined, signal);
      else signal.addEventListener("abort", () => abortSignal(combined, signal.reason), { once: true });
    }
    return combined;
  }

  get aborted() {
    return this.#abort !== undefined;
  }

  get reason() {
    return this.#abort?.reason;
  }

  throwIfAborted() {
    if (this.#abort !== undefined) throw this.#abort.reason;
  }

  get onabort() {
    return handlerOf(this);
  }

  set onabort(handler) {
    setHandler(this, handler);
  }

  [inspectKey](depth, options, inspect) {
    return shown("AbortSignal", { aborted: this.aborted }, depth, options, inspect);
  }
}

function delayError(delay) {
  const range = Number.isInteger(delay) ? ">= 0 && <= 4294967295" : "an integer";
  const text = Math.abs(delay) > 2 ** 32 ? `${delay}`.replace(/\B(?=(?:\d{3})+$)/g, "_") : `${delay}`;
  const message = `The value of "delay" is out of range. It must be ${range}. Received ${text}`;
  return codedError(RangeError, "ERR_OUT_OF_RANGE", message);
}

export class AbortController {
  #signal = new AbortSignal(constructorKey);

  get signal() {
    return this.#signal;
  }

  abort(reason = new DOMException("This operation was aborted", "AbortError")) {
    abortSignal(this.#signal, reason);
  }

  [inspectKey](depth, options, inspect) {
    return shown("AbortController", { signal: this.#signal }, depth, options, inspect);
  }
}

const phases = { NONE: 0, CAPTURING_PHASE: 1, AT_TARGET: 2, BUBBLING_PHASE: 3 };
for (const [name, value] of Object.entries(phases)) Object.defineProperty(Event, name, { value, enumerable: true });

const eventMembers =
  "initEvent stopImmediatePropagation preventDefault target currentTarget srcElement type cancelable defaultPrevented " +
  "timeStamp composedPath returnValue bubbles composed eventPhase cancelBubble stopPropagation isTrusted";
asInterface(Event, "Event", eventMembers.split(" "));
asInterface(EventTarget, "EventTarget", ["addEventListener", "removeEventListener", "dispatchEvent"]);
asInterface(AbortSignal, "AbortSignal", ["aborted", "onabort"]);
asInterface(AbortController, "AbortController", ["signal", "abort"]);

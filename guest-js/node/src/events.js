// Unit `node:events`: EventEmitter as Node 20 has it, with the functions around it. Its members are laid out as Node's, as
// libraries look into `_events`. It has no domains and no async resources: nothing here can be traced asynchronously.

import { console } from "fnhost:platform/console";
import { codedError } from "fnhost:platform/errors";
import { listenersOf } from "fnhost:platform/events";
import { inspect } from "fnhost:platform/inspect";
import { loadedUnit } from "fnhost:platform/loaded";
import { invalidType, requireFunction, requireNumber, requireSignal } from "fnhost:web/arguments";

const { apply, ownKeys } = Reflect;
const { isArray } = Array;
const { assign } = Object;
const defer = globalThis.queueMicrotask;

const captureKey = Symbol("kCapture");
const shapeKey = Symbol("shapeMode");
const rejectionKey = Symbol.for("nodejs.rejection");
const watermarkKey = Symbol.for("nodejs.watermarkData");
const disposeKey = Symbol.dispose ?? Symbol.for("dispose");
export const errorMonitor = Symbol("events.errorMonitor");
export const captureRejectionSymbol = rejectionKey;
export const usingDomains = false;

let listenersMax = 10;

/** A function and not a class: constructors of the old kind call it on their own objects. */
export function EventEmitter(options) {
  apply(EventEmitter.init, this, [options]);
}

EventEmitter.init = function (options) {
  if (this._events === undefined || this._events === Object.getPrototypeOf(this)._events) {
    this._events = { __proto__: null };
    this._eventsCount = 0;
  }
  this._maxListeners = this._maxListeners || undefined;
  this[shapeKey] ??= false;
  if (options?.captureRejections) {
    requireBoolean(options.captureRejections, "options.captureRejections");
    this[captureKey] = true;
  } else {
    this[captureKey] = EventEmitter.prototype[captureKey];
  }
};

const proto = EventEmitter.prototype;
proto._events = undefined;
proto._eventsCount = 0;
proto._maxListeners = undefined;
Object.defineProperty(proto, captureKey, { value: false, writable: true, enumerable: false });

function requireBoolean(value, name) {
  if (typeof value !== "boolean") throw invalidType(name, "of type boolean", value);
}

proto.setMaxListeners = function setMaxListeners(n) {
  requireNumber(n, "setMaxListeners", 0);
  this._maxListeners = n;
  return this;
};

proto.getMaxListeners = function getMaxListeners() {
  return this._maxListeners ?? listenersMax;
};

proto.emit = function emit(type, ...args) {
  const events = this._events;
  if (type === "error") {
    if (events?.[errorMonitor] !== undefined) this.emit(errorMonitor, ...args);
    if (events?.error === undefined) throw unhandled(args[0]);
  }
  const handler = events?.[type];
  if (handler === undefined) return false;
  if (typeof handler === "function") {
    watchResult(this, apply(handler, this, args), type, args);
  } else {
    for (const listener of handler.slice()) watchResult(this, apply(listener, this, args), type, args);
  }
  return true;
};

/** What an `error` event that nobody listens to throws. */
function unhandled(error) {
  if (error instanceof Error) return error;
  let text;
  try {
    text = inspect(error);
    // Where Node's fails, ours says so.
    if (text.startsWith("[Thrown: ")) text = `${error}`;
  } catch {
    text = error;
  }
  const thrown = codedError(Error, "ERR_UNHANDLED_ERROR", `Unhandled error. (${text})`);
  thrown.context = error;
  return thrown;
}

/** Where rejections are captured, takes the one of what a listener returned. */
function watchResult(emitter, result, type, args) {
  if (result === undefined || result === null || !emitter[captureKey]) return;
  try {
    const { then } = result;
    if (typeof then !== "function") return;
    apply(then, result, [undefined, (error) => defer(() => rejected(emitter, error, type, args))]);
  } catch (error) {
    emitter.emit("error", error);
  }
}

function rejected(emitter, error, type, args) {
  if (typeof emitter[rejectionKey] === "function") {
    emitter[rejectionKey](error, type, ...args);
    return;
  }
  // A listener of `error` that rejects as well must not come back here.
  const before = emitter[captureKey];
  try {
    emitter[captureKey] = false;
    emitter.emit("error", error);
  } finally {
    emitter[captureKey] = before;
  }
}

function add(emitter, type, listener, isFirst) {
  requireFunction(listener, "listener");
  let events = emitter._events;
  if (events === undefined) {
    events = emitter._events = { __proto__: null };
    emitter._eventsCount = 0;
  } else if (events.newListener !== undefined) {
    emitter.emit("newListener", type, listener.listener ?? listener);
    // Its listeners may have replaced them all.
    events = emitter._events;
  }
  const existing = events[type];
  if (existing === undefined) {
    events[type] = listener;
    emitter._eventsCount++;
    return emitter;
  }
  if (typeof existing === "function") {
    events[type] = isFirst ? [listener, existing] : [existing, listener];
  } else if (isFirst) {
    existing.unshift(listener);
  } else {
    existing.push(listener);
  }
  warnOfMany(emitter, type, events[type]);
  return emitter;
}

function warnOfMany(emitter, type, list) {
  const max = emitter.getMaxListeners === undefined ? listenersMax : emitter.getMaxListeners();
  if (max <= 0 || list.length <= max || list.warned) return;
  list.warned = true;
  const warning = new Error(
    `Possible EventEmitter memory leak detected. ${list.length} ${String(type)} listeners added to ` +
      `${inspect(emitter, { depth: -1 })}. MaxListeners is ${max}. Use emitter.setMaxListeners() to increase limit`,
  );
  warning.name = "MaxListenersExceededWarning";
  assign(warning, { emitter, type, count: list.length });
  // Where `process` is, somebody may listen for it.
  const process = loadedUnit("node:process");
  if (process === undefined) console.error(`${warning}`);
  else process.emitWarning(warning);
}

proto.addListener = function addListener(type, listener) {
  return add(this, type, listener, false);
};

proto.on = proto.addListener;

proto.prependListener = function prependListener(type, listener) {
  return add(this, type, listener, true);
};

/** A listener that takes itself away before it calls `listener`, which it is known by. */
function onceListener(emitter, type, listener) {
  requireFunction(listener, "listener");
  let fired = false;
  // Named as Node's, which shows in `rawListeners`.
  const wrapped = function (...args) {
    if (fired) return undefined;
    emitter.removeListener(type, wrapped);
    fired = true;
    return apply(listener, emitter, args);
  };
  Object.defineProperty(wrapped, "name", { value: "bound onceWrapper", configurable: true });
  wrapped.listener = listener;
  return wrapped;
}

proto.once = function once(type, listener) {
  this.on(type, onceListener(this, type, listener));
  return this;
};

proto.prependOnceListener = function prependOnceListener(type, listener) {
  this.prependListener(type, onceListener(this, type, listener));
  return this;
};

proto.removeListener = function removeListener(type, listener) {
  requireFunction(listener, "listener");
  const events = this._events;
  const list = events?.[type];
  if (list === undefined) return this;
  if (list === listener || list.listener === listener) {
    forget(this, type);
    if (events.removeListener) this.emit("removeListener", type, list.listener ?? listener);
  } else if (typeof list !== "function") {
    const index = list.findLastIndex((known) => known === listener || known.listener === listener);
    if (index < 0) return this;
    list.splice(index, 1);
    if (list.length === 1) events[type] = list[0];
    if (events.removeListener !== undefined) this.emit("removeListener", type, listener);
  }
  return this;
};

proto.off = proto.removeListener;

/** Takes away all that is known of `type`. */
function forget(emitter, type) {
  if (--emitter._eventsCount === 0) emitter._events = { __proto__: null };
  else delete emitter._events[type];
}

proto.removeAllListeners = function removeAllListeners(type) {
  const events = this._events;
  if (events === undefined) return this;
  if (events.removeListener === undefined) {
    if (arguments.length === 0) {
      this._events = { __proto__: null };
      this._eventsCount = 0;
    } else if (events[type] !== undefined) {
      forget(this, type);
    }
    return this;
  }
  // Somebody wants to hear of each.
  if (arguments.length === 0) {
    for (const key of ownKeys(events)) if (key !== "removeListener") this.removeAllListeners(key);
    this.removeAllListeners("removeListener");
    this._events = { __proto__: null };
    this._eventsCount = 0;
    return this;
  }
  const listeners = events[type];
  if (typeof listeners === "function") {
    this.removeListener(type, listeners);
  } else if (listeners !== undefined) {
    for (const listener of listeners.slice().reverse()) this.removeListener(type, listener);
  }
  return this;
};

function listenersIn(emitter, type, unwrap) {
  const listener = emitter._events?.[type];
  if (listener === undefined) return [];
  const list = typeof listener === "function" ? [listener] : listener.slice();
  return unwrap ? list.map((listener) => listener.listener ?? listener) : list;
}

proto.listeners = function listeners(type) {
  return listenersIn(this, type, true);
};

proto.rawListeners = function rawListeners(type) {
  return listenersIn(this, type, false);
};

proto.listenerCount = function listenerCount(type, listener) {
  const all = listenersIn(this, type, false);
  if (listener === undefined || listener === null) return all.length;
  return all.filter((known) => known === listener || known.listener === listener).length;
};

proto.eventNames = function eventNames() {
  return this._eventsCount > 0 ? ownKeys(this._events) : [];
};

// Names that the bundler has taken away.
for (const name of Object.keys(proto)) {
  const method = proto[name];
  if (typeof method === "function" && method.name === "") Object.defineProperty(method, "name", { value: name, configurable: true });
}

function isEmitter(value) {
  return typeof value?.on === "function";
}

function isTarget(value) {
  return typeof value?.addEventListener === "function";
}

/** As the method; for emitters that do not have it. */
export function listenerCount(emitter, type) {
  if (typeof emitter.listenerCount === "function") return emitter.listenerCount(type);
  return apply(proto.listenerCount, emitter, [type]);
}

export function getEventListeners(emitterOrTarget, type) {
  if (typeof emitterOrTarget?.listeners === "function") return emitterOrTarget.listeners(type);
  const listeners = listenersOf(emitterOrTarget, type);
  if (listeners !== undefined) return listeners;
  throw invalidType("emitter", "an instance of EventEmitter or EventTarget", emitterOrTarget);
}

const targetMaxima = new WeakMap();

export function getMaxListeners(emitterOrTarget) {
  if (typeof emitterOrTarget?.getMaxListeners === "function") return emitterOrTarget.getMaxListeners();
  if (isTarget(emitterOrTarget)) return targetMaxima.get(emitterOrTarget) ?? listenersMax;
  throw invalidType("emitter", "an instance of EventEmitter or EventTarget", emitterOrTarget);
}

export function setMaxListeners(n = listenersMax, ...eventTargets) {
  requireNumber(n, "setMaxListeners", 0);
  if (eventTargets.length === 0) listenersMax = n;
  for (const target of eventTargets) {
    if (typeof target?.setMaxListeners === "function") target.setMaxListeners(n);
    else if (isTarget(target)) targetMaxima.set(target, n);
    else throw invalidType("eventTargets", "an instance of EventEmitter or EventTarget", target);
  }
}

function abortError(signal) {
  const error = codedError(Error, "ABORT_ERR", "The operation was aborted");
  if (signal !== undefined) Object.defineProperty(error, "cause", { value: signal.reason, writable: true, configurable: true });
  error.name = "AbortError";
  return error;
}

export function addAbortListener(signal, listener) {
  if (signal === undefined) throw invalidType("signal", "an instance of AbortSignal", signal);
  requireSignal(signal, "signal");
  requireFunction(listener, "listener");
  let remove;
  if (signal.aborted) {
    defer(() => listener());
  } else {
    signal.addEventListener("abort", listener, { once: true });
    remove = () => signal.removeEventListener("abort", listener);
  }
  return { __proto__: null, [disposeKey]: () => remove?.() };
}

/** Listens to an emitter or a target; gives what ends it. */
function listen(emitter, name, listener, options = undefined) {
  if (isEmitter(emitter)) {
    if (options?.once) emitter.once(name, listener);
    else emitter.on(name, listener);
    return () => emitter.removeListener(name, listener);
  }
  if (isTarget(emitter)) {
    emitter.addEventListener(name, listener, options);
    return () => emitter.removeEventListener(name, listener);
  }
  throw invalidType("emitter", "an instance of EventEmitter", emitter);
}

/** Resolves to the arguments of the next `name`; rejects with the next `error`. */
export async function once(emitter, name, options = {}) {
  const { signal } = options;
  requireSignal(signal, "options.signal");
  if (signal?.aborted) throw abortError(signal);
  return new Promise((resolve, reject) => {
    const ends = [];
    const settle = (settleWith, value) => {
      for (const end of ends) end();
      settleWith(value);
    };
    ends.push(listen(emitter, name, (...args) => settle(resolve, args), { once: true }));
    if (name !== "error" && typeof emitter.once === "function") {
      const errorHandler = (error) => settle(reject, error);
      emitter.once("error", errorHandler);
      ends.push(() => emitter.removeListener("error", errorHandler));
    }
    if (signal !== undefined && signal !== null) {
      ends.push(listen(signal, "abort", () => settle(reject, abortError(signal)), { once: true }));
    }
  });
}

/** An iterator over the arguments of every `event` from now on. */
export function on(emitter, event, options = {}) {
  const { signal } = options;
  requireSignal(signal, "options.signal");
  if (signal?.aborted) throw abortError(signal);
  return eventIterator(emitter, event, options);
}

function watermarks(options) {
  const high = options.highWaterMark ?? options.highWatermark ?? Number.MAX_SAFE_INTEGER;
  const low = options.lowWaterMark ?? options.lowWatermark ?? 1;
  for (const [name, value] of [
    ["options.highWaterMark", high],
    ["options.lowWaterMark", low],
  ]) {
    requireNumber(value, name, 1);
  }
  return { high, low };
}

function eventIterator(emitter, event, options) {
  const { signal } = options;
  const { high, low } = watermarks(options);
  const events = [];
  const waiting = [];
  const ends = [];
  let error = null;
  let finished = false;
  let paused = false;

  const take = (args) => {
    if (waiting.length > 0) {
      waiting.shift().resolve({ value: args, done: false });
      return;
    }
    events.push(args);
    if (!paused && events.length > high) {
      paused = true;
      emitter.pause?.();
    }
  };
  const fail = (reason) => {
    if (waiting.length > 0) waiting.shift().reject(reason);
    else error = reason;
    close();
  };
  const close = () => {
    for (const end of ends) end();
    ends.length = 0;
    finished = true;
    const result = { value: undefined, done: true };
    for (const { resolve } of waiting.splice(0)) resolve(result);
    return Promise.resolve(result);
  };

  const iterator = {
    next() {
      if (events.length > 0) {
        const value = events.shift();
        if (paused && events.length < low) {
          emitter.resume?.();
          paused = false;
        }
        return Promise.resolve({ value, done: false });
      }
      if (error) {
        const rejection = Promise.reject(error);
        error = null;
        return rejection;
      }
      if (finished) return close();
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    return() {
      return close();
    },
    throw(reason) {
      if (!reason || !(reason instanceof Error)) {
        throw invalidType("EventEmitter.AsyncIterator", "an instance of Error", reason);
      }
      fail(reason);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    [watermarkKey]: {
      get size() {
        return events.length;
      },
      get low() {
        return low;
      },
      get high() {
        return high;
      },
      get isPaused() {
        return paused;
      },
    },
  };
  Object.setPrototypeOf(iterator, Object.getPrototypeOf(Object.getPrototypeOf((async function* () {}).prototype)));

  ends.push(listen(emitter, event, (...args) => take(args)));
  if (event !== "error" && typeof emitter.on === "function") ends.push(listen(emitter, "error", fail));
  for (const name of options.close ?? []) ends.push(listen(emitter, name, close));
  if (signal) ends.push(listen(signal, "abort", () => fail(abortError(signal)), { once: true }));
  return iterator;
}

Object.assign(EventEmitter, { addAbortListener, once, on, getEventListeners, getMaxListeners, EventEmitter, usingDomains });
Object.defineProperties(EventEmitter, {
  captureRejectionSymbol: { value: rejectionKey, writable: false, enumerable: true, configurable: true },
  captureRejections: {
    get: () => EventEmitter.prototype[captureKey],
    set(value) {
      requireBoolean(value, "EventEmitter.captureRejections");
      EventEmitter.prototype[captureKey] = value;
    },
    enumerable: true,
    configurable: true,
  },
  errorMonitor: { value: errorMonitor, writable: false, enumerable: true, configurable: true },
  defaultMaxListeners: {
    get: () => listenersMax,
    set(value) {
      requireNumber(value, "defaultMaxListeners", 0);
      listenersMax = value;
    },
    enumerable: true,
    configurable: true,
  },
});
Object.assign(EventEmitter, { setMaxListeners, listenerCount });

export const { init } = EventEmitter;
/** As it stood when this was loaded; the live one is `EventEmitter.defaultMaxListeners`. */
export const defaultMaxListeners = listenersMax;

export default EventEmitter;
export { EventEmitter as "module.exports" };

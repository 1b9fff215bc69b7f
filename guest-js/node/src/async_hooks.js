// Node's module `async_hooks`. The engine does not say what leads to what, so nothing can be traced. `AsyncLocalStorage`
// keeps its value through what a function does at once, and through callbacks of timers, ticks and promises. What comes after
// an `await` cannot be told apart by its origin: there the value is that of the asynchronous `run` that is under way, as long
// as there is one alone, or one within the other.

import { bindCallbacksWith } from "fnhost:platform/timers";
import { invalidArgType, requireFunction, requireType } from "./internal/errors.js";

const { apply } = Reflect;
const { then } = Promise.prototype;
const nothing = new Map();
let idLast = 1;
// The values of all stores, as they are at this point; `nothing` outside of all that says which they are.
let current = nothing;
// Runs whose callback gave a promise that is not settled, each with the one that it was started in.
const runs = [];

/** The run that code after an `await` belongs to; undefined where that cannot be told. */
function runUnderWay() {
  for (let index = 0; index < runs.length; index++) if (runs[index].outer !== runs[index - 1]) return undefined;
  return runs.at(-1);
}

function values() {
  return current === nothing ? (runUnderWay()?.values ?? nothing) : current;
}

function within(inner, callback, self, args) {
  const before = current;
  current = inner;
  try {
    return apply(callback, self, args);
  } finally {
    current = before;
  }
}

/** As `within`; what the callback does later belongs to it too. */
function runWithin(inner, callback, args) {
  const started = values();
  const run = { values: inner, outer: runs.findLast((run) => run.values === started) };
  const end = () => void runs.splice(runs.indexOf(run), 1);
  let result;
  runs.push(run);
  try {
    result = within(inner, callback, undefined, args);
  } finally {
    if (!(result instanceof Promise)) end();
  }
  if (result instanceof Promise) apply(then, result, [end, end]);
  return result;
}

/** `callback`, to be called with the values that hold now. */
function bound(callback) {
  const held = values();
  if (held === nothing || typeof callback !== "function") return callback;
  return function (...args) {
    return within(held, callback, this, args);
  };
}

bindCallbacksWith(bound);
Object.defineProperty(Promise.prototype, "then", {
  value: {
    then(onFulfilled, onRejected) {
      return apply(then, this, [bound(onFulfilled), bound(onRejected)]);
    },
  }.then,
  writable: true,
  configurable: true,
});

export class AsyncResource {
  #id = ++idLast;
  #values = values();

  constructor(type) {
    requireType(type, "type", "string");
  }

  static bind(callback, type = undefined, self = undefined) {
    return new AsyncResource(type ?? (callback.name || "bound-anonymous-fn")).bind(callback, self);
  }

  runInAsyncScope(callback, self = undefined, ...args) {
    return within(this.#values, callback, self, args);
  }

  bind(callback, self = undefined) {
    requireFunction(callback, "fn");
    const resource = this;
    function bound(...args) {
      return resource.runInAsyncScope(callback, self ?? this, ...args);
    }
    return Object.defineProperty(bound, "length", { value: callback.length, configurable: true });
  }

  emitDestroy() {
    return this;
  }

  asyncId() {
    return this.#id;
  }

  triggerAsyncId() {
    return 1;
  }
}

export class AsyncLocalStorage {
  static bind(callback) {
    return AsyncResource.bind(callback);
  }

  static snapshot() {
    const held = values();
    return (callback, ...args) => within(held, callback, undefined, args);
  }

  run(store, callback, ...args) {
    return runWithin(new Map(values()).set(this, store), callback, args);
  }

  exit(callback, ...args) {
    const inner = new Map(values());
    inner.delete(this);
    return runWithin(inner, callback, args);
  }

  enterWith(store) {
    current = new Map(values()).set(this, store);
  }

  disable() {
    current = new Map(values());
    current.delete(this);
  }

  getStore() {
    return values().get(this);
  }
}

const hookNames = ["init", "before", "after", "destroy", "promiseResolve"];

export function createHook(callbacks) {
  if (typeof callbacks !== "object" || callbacks === null) throw invalidArgType("callbacks", "Object", callbacks);
  for (const name of hookNames) if (callbacks[name] !== undefined) requireFunction(callbacks[name], `hook.${name}`);
  return {
    enable() {
      return this;
    },
    disable() {
      return this;
    },
  };
}

export const executionAsyncId = () => 1;
export const triggerAsyncId = () => 0;
export const executionAsyncResource = () => ({});
export const asyncWrapProviders = Object.freeze({ __proto__: null });

const api = {
  AsyncLocalStorage,
  AsyncResource,
  createHook,
  executionAsyncId,
  triggerAsyncId,
  executionAsyncResource,
  asyncWrapProviders,
};

export default api;
export { api as "module.exports" };

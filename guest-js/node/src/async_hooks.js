// Node's module `async_hooks`. The engine does not say what leads to what, so nothing can be traced; `AsyncLocalStorage`
// keeps its value through what a function does at once and through callbacks that were bound, not across `await`.

import { invalidArgType, requireFunction, requireType } from "./internal/errors.js";

const { apply } = Reflect;
let idLast = 1;
// The values of all stores, as they are at this point.
let current = new Map();

function within(values, callback, self, args) {
  const before = current;
  current = values;
  try {
    return apply(callback, self, args);
  } finally {
    current = before;
  }
}

export class AsyncResource {
  #id = ++idLast;
  #values = current;

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
    const values = current;
    return (callback, ...args) => within(values, callback, undefined, args);
  }

  run(store, callback, ...args) {
    return within(new Map(current).set(this, store), callback, undefined, args);
  }

  exit(callback, ...args) {
    const values = new Map(current);
    values.delete(this);
    return within(values, callback, undefined, args);
  }

  enterWith(store) {
    current = new Map(current).set(this, store);
  }

  disable() {
    current = new Map(current);
    current.delete(this);
  }

  getStore() {
    return current.get(this);
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

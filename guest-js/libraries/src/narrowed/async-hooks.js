// What packages ask of Node's `async_hooks`. A store is there while its function runs, not in what it starts.

export class AsyncLocalStorage {
  #store;

  getStore() {
    return this.#store;
  }

  run(store, callback, ...args) {
    const before = this.#store;
    this.#store = store;
    try {
      return callback(...args);
    } finally {
      this.#store = before;
    }
  }

  exit(callback, ...args) {
    return this.run(undefined, callback, ...args);
  }

  enterWith(store) {
    this.#store = store;
  }

  disable() {
    this.#store = undefined;
  }
}

export class AsyncResource {
  constructor(type) {
    this.type = type;
  }

  runInAsyncScope(callback, receiver, ...args) {
    return callback.apply(receiver, args);
  }

  emitDestroy() {
    return this;
  }
}

export const executionAsyncId = () => 0;
export const createHook = () => ({ enable() {}, disable() {} });

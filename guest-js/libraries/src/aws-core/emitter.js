// Events as the SDK's HTTP client needs them. Node's `events` has more, and is a unit of its own.

/** Calls listeners in the order in which they came; errors that nobody listens to are dropped. */
export class Emitter {
  #listeners = new Map();

  on(name, listener) {
    const listeners = this.#listeners.get(name);
    if (listeners === undefined) this.#listeners.set(name, [listener]);
    else listeners.push(listener);
    return this;
  }

  once(name, listener) {
    const first = (...args) => {
      this.removeListener(name, first);
      listener.apply(this, args);
    };
    return this.on(name, first);
  }

  removeListener(name, listener) {
    const listeners = this.#listeners.get(name) ?? [];
    this.#listeners.set(
      name,
      listeners.filter((candidate) => candidate !== listener),
    );
    return this;
  }

  emit(name, ...args) {
    const listeners = this.#listeners.get(name);
    if (listeners === undefined) return false;
    for (const listener of [...listeners]) listener.apply(this, args);
    return listeners.length > 0;
  }
}

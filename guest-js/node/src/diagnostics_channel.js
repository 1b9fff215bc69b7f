// Node's module `diagnostics_channel`: messages by name, for who listens inside this function.

import { failRunning } from "fnhost:runtime";
import { invalidArgType, requireFunction } from "./internal/errors.js";

const { apply } = Reflect;
const channels = new Map();

export class Channel {
  #subscribers = [];
  #stores = new Map();

  constructor(name) {
    this.name = name;
  }

  get hasSubscribers() {
    return this.#subscribers.length > 0 || this.#stores.size > 0;
  }

  subscribe(subscriber) {
    requireFunction(subscriber, "subscription");
    this.#subscribers = [...this.#subscribers, subscriber];
  }

  unsubscribe(subscriber) {
    const rest = this.#subscribers.filter((known) => known !== subscriber);
    const isFound = rest.length < this.#subscribers.length;
    this.#subscribers = rest;
    return isFound;
  }

  bindStore(store, transform) {
    this.#stores.set(store, transform);
  }

  unbindStore(store) {
    return this.#stores.delete(store);
  }

  publish(data) {
    for (const subscriber of this.#subscribers) {
      try {
        subscriber(data, this.name);
      } catch (error) {
        failRunning(error);
      }
    }
  }

  runStores(data, callback, self = undefined, ...args) {
    let run = () => {
      this.publish(data);
      return apply(callback, self, args);
    };
    for (const [store, transform] of this.#stores) {
      const next = run;
      run = () => store.run(transform === undefined ? data : transform(data), next);
    }
    return run();
  }
}

export function channel(name) {
  if (typeof name !== "string" && typeof name !== "symbol") throw invalidArgType("channel", ["string", "symbol"], name);
  if (!channels.has(name)) channels.set(name, new Channel(name));
  return channels.get(name);
}

export const subscribe = (name, subscriber) => channel(name).subscribe(subscriber);
export const unsubscribe = (name, subscriber) => channel(name).unsubscribe(subscriber);
export const hasSubscribers = (name) => channels.get(name)?.hasSubscribers ?? false;

const events = ["start", "end", "asyncStart", "asyncEnd", "error"];

/** Five channels around an action. */
class TracingChannel {
  constructor(nameOrChannels) {
    for (const event of events) {
      const given = typeof nameOrChannels === "string" ? undefined : nameOrChannels[event];
      this[event] = given ?? channel(`tracing:${nameOrChannels}:${event}`);
    }
  }

  subscribe(handlers) {
    for (const event of events) if (handlers[event]) this[event].subscribe(handlers[event]);
  }

  unsubscribe(handlers) {
    let done = true;
    for (const event of events) if (handlers[event] && !this[event].unsubscribe(handlers[event])) done = false;
    return done;
  }

  traceSync(callback, context = {}, self = undefined, ...args) {
    return this.start.runStores(context, () => {
      try {
        context.result = apply(callback, self, args);
        return context.result;
      } catch (error) {
        context.error = error;
        this.error.publish(context);
        throw error;
      } finally {
        this.end.publish(context);
      }
    });
  }

  tracePromise(callback, context = {}, self = undefined, ...args) {
    const settled = (key, value) => {
      context[key] = value;
      if (key === "error") this.error.publish(context);
      this.asyncStart.publish(context);
      this.asyncEnd.publish(context);
    };
    return this.start.runStores(context, () => {
      const promise = Promise.resolve(apply(callback, self, args)).then(
        (value) => {
          settled("result", value);
          return value;
        },
        (error) => {
          settled("error", error);
          throw error;
        },
      );
      this.end.publish(context);
      return promise;
    });
  }

  traceCallback(callback, position = -1, context = {}, self = undefined, ...args) {
    const original = args.at(position);
    requireFunction(original, "callback");
    args.splice(position, 1, (...results) => {
      if (results[0]) {
        context.error = results[0];
        this.error.publish(context);
      } else {
        context.result = results[1];
      }
      this.asyncStart.publish(context);
      try {
        return apply(original, undefined, results);
      } finally {
        this.asyncEnd.publish(context);
      }
    });
    return this.traceSync(callback, context, self, ...args);
  }
}

export const tracingChannel = (nameOrChannels) => new TracingChannel(nameOrChannels);

const api = { channel, hasSubscribers, subscribe, tracingChannel, unsubscribe, Channel };

export default api;
export { api as "module.exports" };

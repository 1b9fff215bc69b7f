// Unit `fnhost:web/performance-observer`: PerformanceObserver. Entries are marks, measures and the calls of functions that
// `timerify` wraps; the other types that Node names never come. Observers last as long as the event.

import { atEventEnd, failRunning } from "fnhost:runtime";
import { asInterface } from "fnhost:platform/boundary";
import { codedError, DOMException } from "fnhost:platform/errors";
import { shown } from "fnhost:platform/shown";
import { setImmediate } from "fnhost:platform/timers";
import { invalidThis, invalidType, invalidValue, missing, requireFunction } from "fnhost:web/arguments";
import { entriesOf, useObservers } from "fnhost:web/performance";

const inspectKey = Symbol.for("nodejs.util.inspect.custom");
const { apply } = Reflect;
const { freeze } = Object;
const constructorKey = Symbol("PerformanceObserverEntryList");
const supportedTypes = freeze(["dns", "function", "gc", "http", "http2", "mark", "measure", "net", "resource"]);
// More than this an observer does not keep for its next call; what comes then is lost to it.
const waitingMax = 10_000;

let observers = new Set();
let pending = new Set();
let isScheduled = false;
let isEventOver = true;
let offer;
let deliver;
let entriesIn;

/** What the event adds ends with it. */
function endWithEvent() {
  if (!isEventOver) return;
  isEventOver = false;
  const before = [new Set(observers), new Set(pending)];
  atEventEnd(() => {
    [observers, pending] = before;
    isScheduled = false;
    isEventOver = true;
  });
}

function schedule(observer) {
  pending.add(observer);
  if (isScheduled) return;
  isScheduled = true;
  setImmediate(() => {
    isScheduled = false;
    const due = [...pending];
    pending.clear();
    for (const each of due) deliver(each);
  });
}

useObservers((entry) => {
  for (const observer of observers) offer(observer, entry);
});

/** The standard's PerformanceObserver. */
export class PerformanceObserver {
  #callback;
  // "entryTypes" or "type": which of the two options is used, once it is.
  #kind = undefined;
  #types = new Set();
  #waiting = [];

  constructor(callback) {
    requireFunction(callback, "callback");
    this.#callback = callback;
  }

  static {
    offer = (observer, entry) => {
      if (!observer.#types.has(entry.entryType) || observer.#waiting.length >= waitingMax) return;
      observer.#waiting.push(entry);
      schedule(observer);
    };

    deliver = (observer) => {
      if (observer.#waiting.length === 0) return;
      const list = new PerformanceObserverEntryList(constructorKey, observer.takeRecords());
      try {
        apply(observer.#callback, observer, [list, observer]);
      } catch (error) {
        failRunning(error);
      }
    };
  }

  static get supportedEntryTypes() {
    return supportedTypes;
  }

  observe(options = {}) {
    if (options === null || typeof options !== "object") throw invalidType("options", "of type object", options);
    const { entryTypes, type, buffered } = options;
    if (entryTypes === undefined && type === undefined) throw missing("options.entryTypes", "options.type");
    if (entryTypes !== undefined && type !== undefined) {
      throw invalidValue("options.entryTypes", entryTypes, "options.entryTypes can not set with options.type together");
    }
    const kind = type === undefined ? "entryTypes" : "type";
    this.#kind ??= kind;
    if (this.#kind !== kind) {
      const change = kind === "type" ? "single observation" : "multiple observations";
      throw new DOMException(`PerformanceObserver can not change to ${change}`, "InvalidModificationError");
    }
    endWithEvent();
    if (kind === "type") this.#observeOne(`${type}`, buffered);
    else this.#observeAll(entryTypes);
    if (this.#types.size > 0) observers.add(this);
    else this.disconnect();
  }

  #observeAll(entryTypes) {
    if (!Array.isArray(entryTypes) || entryTypes.some((type) => typeof type !== "string")) {
      throw invalidType("options.entryTypes", "string[]", entryTypes);
    }
    this.#types = new Set(entryTypes.filter((type) => supportedTypes.includes(type)));
  }

  #observeOne(type, buffered) {
    if (!supportedTypes.includes(type)) return;
    this.#types.add(type);
    if (!buffered) return;
    this.#waiting.push(...entriesOf(type));
    if (this.#waiting.length > 0) schedule(this);
  }

  disconnect() {
    observers.delete(this);
    pending.delete(this);
    this.#waiting = [];
    this.#types.clear();
    this.#kind = undefined;
  }

  takeRecords() {
    const taken = this.#waiting;
    this.#waiting = [];
    return taken;
  }

  [inspectKey](depth, options, inspect) {
    const members = {
      connected: observers.has(this),
      pending: pending.has(this),
      entryTypes: [...this.#types],
      buffer: this.#waiting,
    };
    return shown("PerformanceObserver", members, depth, options, inspect);
  }
}

/** What an observer's callback is given. */
export class PerformanceObserverEntryList {
  #entries;

  constructor(key = undefined, entries = []) {
    if (key !== constructorKey) throw codedError(TypeError, "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor");
    this.#entries = entries.toSorted((left, right) => left.startTime - right.startTime);
  }

  static {
    entriesIn = (list) => {
      if (typeof list !== "object" || list === null || !(#entries in list)) throw invalidThis("PerformanceObserverEntryList");
      return list.#entries;
    };
  }

  getEntries() {
    return entriesIn(this).slice();
  }

  getEntriesByType(type) {
    const entries = entriesIn(this);
    if (arguments.length === 0) throw missing("type");
    return entries.filter((entry) => entry.entryType === `${type}`);
  }

  getEntriesByName(name, type = undefined) {
    const entries = entriesIn(this);
    if (arguments.length === 0) throw missing("name");
    return entries.filter((entry) => entry.name === `${name}` && (type === undefined || entry.entryType === `${type}`));
  }

  [inspectKey](depth, options, inspect) {
    return depth < 0 ? this : shown("PerformanceObserverEntryList", this.#entries, depth, options, inspect);
  }
}

asInterface(PerformanceObserver, "PerformanceObserver", ["observe", "disconnect", "takeRecords"]);
const listMembers = ["getEntries", "getEntriesByType", "getEntriesByName"];
asInterface(PerformanceObserverEntryList, "PerformanceObserverEntryList", listMembers);

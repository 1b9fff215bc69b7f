// Unit `fnhost:web/performance`: the global `performance`, with marks and measures that last as long as the event. There is
// no timing of Node itself. Observers are `fnhost:web/performance-observer`.

import { atEventEnd } from "fnhost:runtime";
import { asInterface } from "fnhost:platform/boundary";
import { elapsed } from "fnhost:platform/clock";
import { codedError, DOMException } from "fnhost:platform/errors";
import { EventTarget } from "fnhost:platform/events";
import { shown } from "fnhost:platform/shown";
import { isBuilding } from "fnhost:platform/phase";
import { invalidType, missing, requireFunction } from "fnhost:web/arguments";
import { structuredClone } from "fnhost:web/clone";

const inspectKey = Symbol.for("nodejs.util.inspect.custom");
const constructorKey = Symbol("PerformanceEntry");
const { apply, construct } = Reflect;
const { now } = Date;
// More than this an event does not keep; the oldest go.
const entriesMax = 10_000;

let entries = [];
let isEventOver = true;
let hear = () => {};

/** Takes what hears of every new entry. */
export function useObservers(listener) {
  hear = listener;
}

/** What is kept of one type. */
export function entriesOf(type) {
  return entries.filter((entry) => entry.entryType === type);
}

/** Keeps an entry in the order of start times. */
function keep(entry) {
  hear(entry);
  if (isEventOver && !isBuilding()) {
    // What the top level left stays for the next event.
    const before = entries;
    entries = before.slice();
    isEventOver = false;
    atEventEnd(() => {
      entries = before;
      isEventOver = true;
    });
  }
  let index = entries.length;
  while (index > 0 && entries[index - 1].startTime > entry.startTime) index--;
  entries.splice(index, 0, entry);
  if (entries.length > entriesMax) entries.shift();
}

function illegal() {
  return codedError(TypeError, "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor");
}

let detailOf;
let isEntry;
let isPerformance;

function requireEntry(value, name = "PerformanceEntry") {
  const isOne = typeof value === "object" && value !== null && isEntry(value);
  if (!isOne || (name !== "PerformanceEntry" && detailOf(value) === undefined)) {
    throw invalidType("this", `an instance of ${name}`, value);
  }
}

function requirePerformance(value) {
  if (typeof value === "object" && value !== null && isPerformance(value)) return;
  throw invalidType("this", "an instance of Performance", value);
}

/** What marks and measures have in common. */
export class PerformanceEntry {
  #name;
  #type;
  #start;
  #duration;
  #detail;

  constructor(key = undefined, name = "", type = "", start = 0, duration = 0, detail = undefined) {
    if (key !== constructorKey) throw illegal();
    this.#name = name;
    this.#type = type;
    this.#start = start;
    this.#duration = duration;
    this.#detail = detail;
  }

  static {
    isEntry = (value) => #type in value;
    detailOf = (entry) => entry.#detail;
  }

  get name() {
    requireEntry(this);
    return this.#name;
  }

  get entryType() {
    requireEntry(this);
    return this.#type;
  }

  get startTime() {
    requireEntry(this);
    return this.#start;
  }

  get duration() {
    requireEntry(this);
    return this.#duration;
  }

  toJSON() {
    requireEntry(this);
    const { name, entryType, startTime, duration } = this;
    return { name, entryType, startTime, duration };
  }

  [inspectKey](depth, options, inspect) {
    return shown(this.constructor.name, this.toJSON(), depth, options, inspect);
  }
}

/** A point in time with a name. */
export class PerformanceMark extends PerformanceEntry {
  constructor(name, options = undefined) {
    if (arguments.length === 0) throw missing("name");
    if (options !== undefined && typeof options !== "object") {
      throw invalidType("options", "of type object", options);
    }
    const start = options?.startTime ?? elapsed();
    if (typeof start !== "number") throw invalidType("startTime", "of type number", start);
    if (start < 0) throw invalidTime(start);
    const detail = options?.detail === undefined || options.detail === null ? null : structuredClone(options.detail);
    super(constructorKey, `${name}`, "mark", start, 0, detail);
  }

  get detail() {
    requireEntry(this, "PerformanceMark");
    return detailOf(this);
  }

  toJSON() {
    return { ...super.toJSON(), detail: this.detail };
  }
}

/** The time between two points. */
export class PerformanceMeasure extends PerformanceEntry {
  get detail() {
    requireEntry(this, "PerformanceMeasure");
    return detailOf(this);
  }

  toJSON() {
    return { ...super.toJSON(), detail: this.detail };
  }
}

function invalidTime(value) {
  return codedError(TypeError, "ERR_PERFORMANCE_INVALID_TIMESTAMP", `${value} is not a valid timestamp`);
}

function markTime(mark) {
  if (mark === undefined) return undefined;
  if (typeof mark === "number") {
    if (mark < 0) throw invalidTime(mark);
    return mark;
  }
  const name = `${mark}`;
  const found = entries.findLast((entry) => entry.entryType === "mark" && entry.name === name);
  if (found === undefined) throw new DOMException(`The "${name}" performance mark has not been set`, "SyntaxError");
  return found.startTime;
}

function invalidOptions(words) {
  return codedError(TypeError, "ERR_PERFORMANCE_MEASURE_INVALID_OPTIONS", words);
}

/** Start and end of what `measure` is asked for. */
function span(startOrOptions, endMark) {
  if (typeof startOrOptions !== "object" || startOrOptions === null) {
    const end = markTime(endMark) ?? elapsed();
    return { start: markTime(startOrOptions ?? undefined) ?? 0, end, detail: null };
  }
  const { start, end, duration, detail } = startOrOptions;
  const isEmpty = start === undefined && end === undefined && duration === undefined && detail === undefined;
  // Options that say nothing are none.
  if (isEmpty) return span(undefined, endMark);
  if (endMark !== undefined) throw invalidOptions("endMark must not be specified");
  if (start !== undefined && end !== undefined && duration !== undefined) {
    throw invalidOptions("Must not have options.start, options.end, and options.duration specified");
  }
  const startTime = markTime(start);
  let endTime = markTime(end);
  if (endTime === undefined) {
    endTime = startTime !== undefined && duration !== undefined ? startTime + duration : elapsed();
  }
  const begins = startTime ?? (duration !== undefined ? endTime - duration : 0);
  return { start: begins, end: endTime, detail: detail === undefined ? null : structuredClone(detail) };
}

/** A call of a function that `timerify` has wrapped: observers see it, nothing keeps it. */
class PerformanceNodeEntry extends PerformanceEntry {
  get detail() {
    return detailOf(this);
  }

  toJSON() {
    return { ...super.toJSON(), detail: this.detail };
  }
}

/** `fn`, whose calls are entries. One that gives a promise has ended when that has. */
function timed(fn) {
  const timerified = function (...args) {
    const start = elapsed();
    const end = () => {
      const entry = new PerformanceNodeEntry(constructorKey, fn.name, "function", start, elapsed() - start, args);
      hear(Object.assign(entry, args));
    };
    if (new.target !== undefined) {
      const made = construct(fn, args, fn);
      end();
      return made;
    }
    const result = apply(fn, this, args);
    if (typeof result?.finally === "function") return result.finally(end);
    end();
    return result;
  };
  for (const [name, value] of [["length", fn.length], ["name", `timerified ${fn.name}`]]) {
    Object.defineProperty(timerified, name, { value, enumerable: true });
  }
  return timerified;
}

let timeOrigin;

/** The class of `performance`. */
export class Performance extends EventTarget {
  #isOne;

  constructor(key = undefined) {
    if (key !== constructorKey) throw illegal();
    super();
    this.#isOne = true;
  }

  static {
    isPerformance = (value) => #isOne in value;
  }

  now() {
    requirePerformance(this);
    return elapsed();
  }

  get timeOrigin() {
    requirePerformance(this);
    if (isBuilding()) return now();
    timeOrigin ??= now() - elapsed();
    return timeOrigin;
  }

  mark(name, options = undefined) {
    requirePerformance(this);
    if (arguments.length === 0) throw missing("name");
    const entry = new PerformanceMark(name, options);
    keep(entry);
    return entry;
  }

  measure(name, startOrOptions = undefined, endMark = undefined) {
    requirePerformance(this);
    if (arguments.length === 0) throw missing("name");
    const { start, end, detail } = span(startOrOptions, endMark);
    const entry = new PerformanceMeasure(constructorKey, `${name}`, "measure", start, end - start, detail);
    keep(entry);
    return entry;
  }

  clearMarks(name = undefined) {
    requirePerformance(this);
    clearEntries("mark", name);
  }

  clearMeasures(name = undefined) {
    requirePerformance(this);
    clearEntries("measure", name);
  }

  clearResourceTimings() {
    requirePerformance(this);
  }

  setResourceTimingBufferSize(maxSize) {
    requirePerformance(this);
    if (arguments.length === 0) throw missing("maxSize");
  }

  getEntries() {
    requirePerformance(this);
    return entries.slice();
  }

  getEntriesByName(name, type = undefined) {
    requirePerformance(this);
    if (arguments.length === 0) throw missing("name");
    return entries.filter((entry) => entry.name === `${name}` && (type === undefined || entry.entryType === `${type}`));
  }

  getEntriesByType(type) {
    requirePerformance(this);
    if (arguments.length === 0) throw missing("type");
    return entries.filter((entry) => entry.entryType === `${type}`);
  }

  timerify(fn, options = {}) {
    requireFunction(fn, "fn");
    if (typeof options !== "object" || options === null) throw invalidType("options", "of type object", options);
    return timed(fn);
  }

  eventLoopUtilization() {
    return { idle: 0, active: 0, utilization: 0 };
  }

  toJSON() {
    requirePerformance(this);
    return { timeOrigin: this.timeOrigin };
  }

  [inspectKey](depth, options, inspect) {
    return shown("Performance", { timeOrigin: this.timeOrigin }, depth, options, inspect);
  }
}

function clearEntries(type, name) {
  entries = entries.filter((entry) => entry.entryType !== type || (name !== undefined && entry.name !== `${name}`));
}

asInterface(PerformanceEntry, "PerformanceEntry", ["name", "entryType", "startTime", "duration", "toJSON"]);
asInterface(PerformanceMark, "PerformanceMark", ["detail", "toJSON"]);
asInterface(PerformanceMeasure, "PerformanceMeasure", ["detail", "toJSON"]);
const members =
  "clearMarks clearMeasures clearResourceTimings getEntries getEntriesByName getEntriesByType mark measure now " +
  "setResourceTimingBufferSize timeOrigin toJSON";
asInterface(Performance, "Performance", members.split(" "));

/** The global `performance`. */
export const performance = new Performance(constructorKey);

// Unit `fnhost:web/performance`: the global `performance`, with marks and measures that last as long as the event. There is
// no timing of Node itself, and there are no observers.

import { atEventEnd } from "fnhost:runtime";
import { asInterface } from "fnhost:platform/boundary";
import { elapsed } from "fnhost:platform/clock";
import { codedError, DOMException } from "fnhost:platform/errors";
import { EventTarget } from "fnhost:platform/events";
import { shown } from "fnhost:platform/shown";
import { isBuilding } from "fnhost:platform/phase";
import { invalidType, missing } from "fnhost:web/arguments";
import { structuredClone } from "fnhost:web/clone";

const inspectKey = Symbol.for("nodejs.util.inspect.custom");
const constructorKey = Symbol("PerformanceEntry");
// More than this an event does not keep; the oldest go.
const entriesMax = 10_000;

let entries = [];
let isEventOver = true;

/** Keeps an entry in the order of start times. */
function keep(entry) {
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
    detailOf = (entry) => entry.#detail;
  }

  get name() {
    return this.#name;
  }

  get entryType() {
    return this.#type;
  }

  get startTime() {
    return this.#start;
  }

  get duration() {
    return this.#duration;
  }

  toJSON() {
    const { name, entryType, startTime, duration } = this;
    const shown = { name, entryType, startTime, duration };
    return this.#detail === undefined ? shown : { ...shown, detail: this.#detail };
  }

  [inspectKey](depth, options, inspect) {
    return shown(this.constructor.name, this.toJSON(), depth, options, inspect);
  }
}

/** A point in time with a name. */
export class PerformanceMark extends PerformanceEntry {
  constructor(name, options = undefined) {
    if (arguments.length === 0) throw missing("name");
    if (options !== undefined && (typeof options !== "object" || options === null)) {
      throw invalidType("options", "of type object", options);
    }
    const start = options?.startTime ?? elapsed();
    if (typeof start !== "number") throw invalidType("startTime", "of type number", start);
    if (start < 0) throw invalidTime(start);
    const detail = options?.detail === undefined || options.detail === null ? null : structuredClone(options.detail);
    super(constructorKey, `${name}`, "mark", start, 0, detail);
  }

  get detail() {
    return detailOf(this);
  }
}

/** The time between two points. */
export class PerformanceMeasure extends PerformanceEntry {
  get detail() {
    return detailOf(this);
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

/** The class of `performance`. */
export class Performance extends EventTarget {
  constructor(key = undefined) {
    if (key !== constructorKey) throw illegal();
    super();
  }

  now() {
    return elapsed();
  }

  get timeOrigin() {
    return Date.now() - elapsed();
  }

  mark(name, options = undefined) {
    if (arguments.length === 0) throw missing("name");
    const entry = options === undefined ? new PerformanceMark(name) : new PerformanceMark(name, options);
    keep(entry);
    return entry;
  }

  measure(name, startOrOptions = undefined, endMark = undefined) {
    if (arguments.length === 0) throw missing("name");
    const { start, end, detail } = span(startOrOptions, endMark);
    const entry = new PerformanceMeasure(constructorKey, `${name}`, "measure", start, end - start, detail);
    keep(entry);
    return entry;
  }

  clearMarks(name = undefined) {
    clearEntries("mark", name);
  }

  clearMeasures(name = undefined) {
    clearEntries("measure", name);
  }

  clearResourceTimings() {}

  setResourceTimingBufferSize() {}

  getEntries() {
    return entries.slice();
  }

  getEntriesByName(name, type = undefined) {
    if (arguments.length === 0) throw missing("name");
    return entries.filter((entry) => entry.name === `${name}` && (type === undefined || entry.entryType === `${type}`));
  }

  getEntriesByType(type) {
    if (arguments.length === 0) throw missing("type");
    return entries.filter((entry) => entry.entryType === `${type}`);
  }

  /** The function itself: nothing observes how long it takes. */
  timerify(fn) {
    if (typeof fn !== "function") throw invalidType("fn", "of type function", fn);
    return fn;
  }

  eventLoopUtilization() {
    return { idle: 0, active: 0, utilization: 0 };
  }

  toJSON() {
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
asInterface(PerformanceMark, "PerformanceMark", ["detail"]);
asInterface(PerformanceMeasure, "PerformanceMeasure", ["detail"]);
const members =
  "clearMarks clearMeasures clearResourceTimings getEntries getEntriesByName getEntriesByType mark measure now " +
  "setResourceTimingBufferSize timeOrigin toJSON";
asInterface(Performance, "Performance", members.split(" "));

/** The global `performance`. */
export const performance = new Performance(constructorKey);

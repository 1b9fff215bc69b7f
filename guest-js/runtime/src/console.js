// The global `console`, with Node's methods and texts. Each call makes one entry in the host's log.
// Where the log goes, and how much of it is kept, is the host's business.

import host from "fnhost:destination/console@1.0.0";
import { elapsed } from "./clock.js";
import { stringSafely } from "./errors.js";
import { format } from "./format.js";
import { inspect } from "./inspect.js";
import { textWidth } from "./inspect-layout.js";
import { captureStackTrace } from "./stacks.js";

const { apply } = Reflect;
const { toWellFormed } = String.prototype;

// A longer entry helps nobody, and would fill the log of this event.
const entryLengthMax = 65536;
const truncated = "… (truncated)";

const counts = new Map();
const started = new Map();
// Groups deeper than this are not indented further.
const groupsShownMax = 50;
let groups = 0;

/** Writes one entry, indented as the groups say and cut to the limit. */
function write(level, text) {
  let entry = text.length > entryLengthMax ? text.slice(0, entryLengthMax + 1) : text;
  if (groups > 0) {
    const indentation = "  ".repeat(Math.min(groups, groupsShownMax));
    entry = indentation + entry.replaceAll("\n", `\n${indentation}`);
  }
  if (entry.length > entryLengthMax) entry = entry.slice(0, entryLengthMax) + truncated;
  host.write(level, apply(toWellFormed, entry, []));
}

function writeArgs(level, args) {
  write(level, args.length === 0 ? "" : textOf(args));
}

/** The arguments as one text. Nobody sees more of a text than the limit, so no more of it is copied. */
function textOf(args) {
  for (let index = 0; index < args.length; index++) {
    const value = args[index];
    if (typeof value === "string" && value.length > entryLengthMax) args[index] = value.slice(0, entryLengthMax + 1);
  }
  return format(args);
}

function writer(level) {
  return (...args) => writeArgs(level, args);
}

function duration(milliseconds) {
  if (milliseconds >= 3600000) return `${clockText(milliseconds, 3600000)} (h:mm:ss)`;
  if (milliseconds >= 60000) return `${clockText(milliseconds, 60000)} (m:ss.mmm)`;
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(3)}s`;
  return `${Number(milliseconds.toFixed(3))}ms`;
}

function clockText(milliseconds, unit) {
  const seconds = (milliseconds / 1000) % 60;
  const minutes = Math.floor(milliseconds / 60000) % 60;
  if (unit === 60000) return `${minutes}:${seconds.toFixed(3).padStart(6, "0")}`;
  const hours = Math.floor(milliseconds / 3600000);
  return `${hours}:${String(minutes).padStart(2, "0")}:${String(Math.floor(seconds)).padStart(2, "0")}`;
}

/** Writes the time since `time(label)` was called. */
function writeTime(method, label, args) {
  const start = started.get(label);
  if (start === undefined) {
    write("warn", `Warning: No such label '${label}' for console.${method}()`);
    return;
  }
  const text = `${label}: ${duration(elapsed() - start)}`;
  write("log", args.length === 0 ? text : `${text} ${textOf(args)}`);
}

function trace(...args) {
  const holder = { name: "Trace", message: args.length === 0 ? "" : textOf(args) };
  captureStackTrace(holder, trace);
  write("trace", `${holder.stack}`);
}

/** The columns of a table: the first names the rows. Cells that a row does not have are empty. */
function tableColumns(data, properties) {
  if (data instanceof Map || data instanceof Set) {
    const values = [...data.values()].map(cellText);
    const columns = [{ title: "(iteration index)", cells: values.map((_, index) => `${index}`) }];
    if (data instanceof Map) columns.push({ title: "Key", cells: [...data.keys()].map(cellText) });
    columns.push({ title: "Values", cells: values });
    return columns;
  }
  const names = Object.keys(data);
  const byKey = new Map();
  const values = { title: "Values", cells: [] };
  names.forEach((name, index) => {
    const row = data[name];
    const isPrimitive = row === null || (typeof row !== "object" && typeof row !== "function");
    if (isPrimitive && properties === undefined) {
      values.cells[index] = cellText(row);
      return;
    }
    for (const key of properties ?? Object.keys(row)) {
      if (!byKey.has(key)) byKey.set(key, { title: `${key}`, cells: [] });
      if (!isPrimitive && Object.hasOwn(row, key)) byKey.get(key).cells[index] = cellText(row[key]);
    }
  });
  const columns = [{ title: "(index)", cells: names }, ...byKey.values()];
  if (values.cells.length > 0) columns.push(values);
  return columns;
}

function cellText(value) {
  const isBig = typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length > 2;
  return inspect(value, { depth: isBig ? -1 : 0, maxArrayLength: 3, breakLength: Infinity });
}

/** `columns` in boxes. */
function drawTable(columns) {
  const height = columns[0].cells.length;
  const widths = columns.map(({ title, cells }) => {
    let width = textWidth(title);
    for (let row = 0; row < height; row++) width = Math.max(width, textWidth(cells[row] ?? ""));
    return width + 2;
  });
  const rule = (left, middle, right) => left + widths.map((width) => "─".repeat(width)).join(middle) + right;
  const line = (texts) => `│${texts.map((text, index) => padded(text, widths[index])).join("│")}│`;
  const lines = [rule("┌", "┬", "┐"), line(columns.map(({ title }) => title)), rule("├", "┼", "┤")];
  for (let row = 0; row < height; row++) lines.push(line(columns.map(({ cells }) => cells[row] ?? "")));
  lines.push(rule("└", "┴", "┘"));
  return lines.join("\n");
}

function padded(text, width) {
  return ` ${text}${" ".repeat(width - textWidth(text) - 1)}`;
}

/** `inspect` with options that a caller made, which may not be readable. */
function inspectAs(value, options) {
  try {
    return inspect(value, { customInspect: false, ...options });
  } catch {
    return inspect(value, { customInspect: false });
  }
}

function group(...args) {
  if (args.length > 0) writeArgs("log", args);
  groups++;
}

export const console = {
  __proto__: {},
  log: writer("log"),
  info: writer("info"),
  debug: writer("debug"),
  warn: writer("warn"),
  error: writer("error"),
  dirxml: writer("log"),
  trace,
  dir: (value = undefined, options = undefined) => write("log", inspectAs(value, options)),

  table(data = undefined, properties = undefined) {
    if (typeof data !== "object" || data === null) return writeArgs("log", [data]);
    let text;
    try {
      text = drawTable(tableColumns(data, properties));
    } catch {
      // A table of values that cannot be read is shown as far as `log` gets.
      text = inspect(data);
    }
    write("log", text);
  },

  assert(condition = false, ...args) {
    if (condition) return;
    // Node makes a text of the first argument, an object too.
    args[0] = args.length === 0 ? "Assertion failed" : `Assertion failed: ${stringSafely(args[0])}`;
    writeArgs("warn", args);
  },

  count(label = "default") {
    const name = `${label}`;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    write("log", `${name}: ${count}`);
  },

  countReset(label = "default") {
    const name = `${label}`;
    if (!counts.delete(name)) write("warn", `Warning: Count for '${name}' does not exist`);
  },

  // Of a terminal and of an inspector; here is neither.
  clear() {},
  profile() {},
  profileEnd() {},
  timeStamp() {},

  group,
  groupCollapsed: group,
  groupEnd() {
    if (groups > 0) groups--;
  },

  time(label = "default") {
    const name = `${label}`;
    if (started.has(name)) write("warn", `Warning: Label '${name}' already exists for console.time()`);
    else started.set(name, elapsed());
  },

  timeEnd(label = "default") {
    const name = `${label}`;
    writeTime("timeEnd", name, []);
    started.delete(name);
  },

  timeLog(label = "default", ...args) {
    writeTime("timeLog", `${label}`, args);
  },
};
Object.defineProperty(console, Symbol.toStringTag, { value: "console", configurable: true });

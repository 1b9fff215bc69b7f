// AssertionError and its message, with the lines in which two values differ, as Node 20 writes it.

import { inspect } from "fnhost:platform/inspect";
import { define } from "fnhost:platform/boundary";
import { hideFrames, invalidArgType } from "./errors.js";

const headings = {
  deepStrictEqual: "Expected values to be strictly deep-equal:",
  strictEqual: "Expected values to be strictly equal:",
  strictEqualObject: 'Expected "actual" to be reference-equal to "expected":',
  deepEqual: "Expected values to be loosely deep-equal:",
  notDeepStrictEqual: 'Expected "actual" not to be strictly deep-equal to:',
  notStrictEqual: 'Expected "actual" to be strictly unequal to:',
  notStrictEqualObject: 'Expected "actual" not to be reference-equal to "expected":',
  notDeepEqual: 'Expected "actual" not to be loosely deep-equal to:',
  notIdentical: "Values have same structure but are not reference-equal:",
  notDeepEqualUnequal: "Expected values not to be loosely deep-equal:",
};

// Together two values of this many characters stand side by side; more than one line holds gets no mark.
const shortLength = 12;
const lineLength = 80;
const linesMax = 50;

/** A value over as many lines as it has members. */
function shown(value) {
  return inspect(value, {
    compact: false,
    customInspect: false,
    depth: 1000,
    maxArrayLength: Infinity,
    showHidden: false,
    showProxy: false,
    sorted: true,
    getters: true,
    breakLength: Infinity,
  });
}

const isObject = (value) => typeof value === "object" && value !== null;

function cut(lines) {
  return lines.length > linesMax ? [...lines.slice(0, 46), "..."] : lines;
}

/** Collects the lines of a difference: what is the same shortened, what differs with `+` before `-`. */
class Difference {
  text = "";
  printed = 0;
  isShortened = false;
  #removed = "";
  #same = 0;

  same(line) {
    this.flush();
    this.#same++;
    if (this.#same <= 2) this.#print(`\n  ${line}`);
  }

  /** The last of the lines that were the same, before the one at `index` that is not. */
  #catchUp(lines, index) {
    if (this.#same > 4) {
      if (this.#same === 5) {
        this.#print(`\n  ${lines[index - 3]}`);
      } else {
        this.text += "\n...";
        this.isShortened = true;
      }
    }
    if (this.#same > 3) this.#print(`\n  ${lines[index - 2]}`);
    if (this.#same > 2) this.#print(`\n  ${lines[index - 1]}`);
    this.#same = 0;
  }

  added(lines, index, line = lines[index]) {
    this.#catchUp(lines, index);
    this.#print(`\n+ ${line}`);
  }

  removed(lines, index, line = lines[index]) {
    this.#catchUp(lines, index);
    this.#removed += `\n- ${line}`;
    this.printed++;
  }

  flush() {
    this.text += this.#removed;
    this.#removed = "";
  }

  get pending() {
    return this.#removed;
  }

  #print(text) {
    this.text += text;
    this.printed++;
  }
}

/** Where two short lines begin to differ, as a mark below them. */
function markOf(actual, expected) {
  if (actual.length + expected.length >= lineLength) return "";
  let index = 0;
  while (actual[index] === expected[index]) index++;
  return index > 2 ? `\n  ${" ".repeat(index)}^` : "";
}

/** Takes the lines off that both have at the end; the last few as they are shown. */
function sharedEnd(actual, expected, countFirst) {
  let count = countFirst;
  let end = "";
  let further = "";
  while (actual.length > 0 && expected.length > 0 && actual.at(-1) === expected.at(-1)) {
    const line = actual.pop();
    expected.pop();
    if (count++ < 3) end = `\n  ${line}${end}`;
    else further = line;
  }
  return { count, end, further };
}

function differenceOf(actual, expected, operator, message) {
  const whole = shown(actual);
  const actualLines = whole.split("\n");
  const expectedLines = shown(expected).split("\n");
  const areObjects = isObject(actual) && isObject(expected);
  const areFunctions = typeof actual === "function" && typeof expected === "function";
  const kind = operator === "strictEqual" && (areObjects || areFunctions) ? "strictEqualObject" : operator;
  const heading = message ?? headings[kind];
  let mark = "";
  if (actualLines.length === 1 && expectedLines.length === 1 && actualLines[0] !== expectedLines[0]) {
    const [one] = actualLines;
    const [other] = expectedLines;
    if (one.length + other.length <= shortLength) {
      // Zeros of both signs look too much alike for this form.
      if (!isObject(actual) && !isObject(expected) && (actual !== 0 || expected !== 0)) {
        return `${heading}\n\n${one} !== ${other}\n`;
      }
    } else if (kind !== "strictEqualObject") {
      mark = markOf(one, other);
    }
  }
  const { count, end, further } = sharedEnd(actualLines, expectedLines, 0);
  const length = Math.max(actualLines.length, expectedLines.length);
  if (length === 0) return `${message ?? headings.notIdentical}\n\n${cut(whole.split("\n")).join("\n")}\n`;
  const difference = new Difference();
  const tail = (further === "" ? "" : `\n  ${further}`) + (count >= 5 ? "\n..." : "") + end;
  const isWhole = compareLines(difference, actualLines, expectedLines, length);
  const title = (isShortened) => `${heading}\n+ actual - expected${isShortened ? " ... Lines skipped" : ""}`;
  if (!isWhole) return `${title(true)}\n${difference.text}\n...${difference.pending}\n...`;
  difference.flush();
  return `${title(difference.isShortened || count >= 5)}\n${difference.text}${tail}${mark}`;
}

/** False where there is more to show than anybody reads. */
function compareLines(difference, actual, expected, length) {
  for (let index = 0; index < length; index++) {
    if (index >= expected.length) {
      difference.added(actual, index);
    } else if (index >= actual.length) {
      difference.removed(expected, index);
    } else if (actual[index] === expected[index] || actual[index] === `${expected[index]},`) {
      difference.same(actual[index]);
    } else if (`${actual[index]},` === expected[index]) {
      // The comma is there for what follows.
      difference.same(expected[index]);
    } else {
      difference.added(actual, index);
      difference.removed(expected, index);
    }
    if (difference.printed > linesMax && index < length - 2) return false;
  }
  return true;
}

function unequalMessage(actual, operator) {
  const isReference = operator === "notStrictEqual" && (isObject(actual) || typeof actual === "function");
  const heading = headings[isReference ? "notStrictEqualObject" : operator];
  const lines = cut(shown(actual).split("\n"));
  if (lines.length > 1) return `${heading}\n\n${lines.join("\n")}\n`;
  return `${heading}${lines[0].length > 5 ? "\n\n" : " "}${lines[0]}`;
}

const shortened = (text, length) => (text.length > length ? `${text.slice(0, length - 3)}...` : text);

function looseMessage(actual, expected, operator) {
  const one = shown(actual);
  const other = shown(expected);
  if (operator === "notDeepEqual" && one === other) return shortened(`${headings.notDeepEqual}\n\n${one}`, 1024);
  const left = shortened(one, 512);
  const right = shortened(other, 512);
  if (operator === "deepEqual") return `${headings.deepEqual}\n\n${left}\n\nshould loosely deep-equal\n\n${right}`;
  const heading = headings[`${operator}Unequal`];
  if (heading !== undefined) return `${heading}\n\n${left}\n\nshould not loosely deep-equal\n\n${right}`;
  return `${left} ${operator} ${right}`;
}

function messageOf({ message, operator, actual, expected }) {
  const isGiven = message !== undefined && message !== null;
  if (operator === "deepStrictEqual" || operator === "strictEqual") {
    return differenceOf(actual, expected, operator, isGiven ? String(message) : undefined);
  }
  if (isGiven) return String(message);
  if (operator === "notDeepStrictEqual" || operator === "notStrictEqual") return unequalMessage(actual, operator);
  return looseMessage(actual, expected, operator);
}

export class AssertionError extends Error {
  constructor(options) {
    if (!isObject(options)) throw invalidArgType("options", "object", options);
    const { message, operator, actual, expected, stackStartFn } = options;
    super(messageOf(options));
    this.generatedMessage = !message;
    define(this, "name", "AssertionError");
    this.code = "ERR_ASSERTION";
    this.actual = actual;
    this.expected = expected;
    this.operator = operator;
    hideFrames(this, stackStartFn ?? new.target);
  }

  toString() {
    return `${this.name} [${this.code}]: ${this.message}`;
  }
}

// What Node says of a text that is no JSON: functions put it into their own errors, and look for words in it. The text is
// read again, up to its fault, only once the engine has refused it.

import { define } from "./boundary.js";

const { parse: engineParse } = JSON;

// So many characters are shown on each side of a fault, and texts whole that are no longer than this.
const context = 10;
const wholeMax = 2 * context;

// Values that were made a text by mistake.
const mistaken = ["[object Object]", "NaN", "Infinity", "undefined"];

const digits = /[0-9]+/y;
const spaces = /[ \t\n\r]*/y;
const hexDigits = /[0-9a-fA-F]{0,4}/y;
const escapes = '"\\/bfnrt';
const literals = ["true", "false", "null"];

/** Reads JSON up to the first fault, and throws its text. */
class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  skip(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found !== null) this.at += found[0].length;
    return found !== null;
  }

  /** What follows after white space. */
  peek() {
    this.skip(spaces);
    return this.text[this.at];
  }

  fail(expectation) {
    throw `${expectation} in JSON at position ${this.at}`;
  }

  /** The fault at a character that nothing more can be said of. */
  unexpected() {
    const { text, at } = this;
    const character = text[at];
    if (character === undefined) throw "Unexpected end of JSON input";
    if (character === '"') this.fail("Unexpected string");
    if (character === "-" || (character >= "0" && character <= "9")) this.fail("Unexpected number");
    if (mistaken.includes(text)) throw `"${text}" is not valid JSON`;
    let shown = `"${text}"`;
    if (text.length > wholeMax) {
      const start = at < context ? 0 : at - context;
      const end = at >= context && at >= text.length - context ? text.length : at + context;
      shown = `${start === 0 && at < context ? "" : "..."}"${text.slice(start, end)}"${end === text.length && at >= context ? "" : "..."}`;
    }
    throw `Unexpected token '${character}', ${shown} is not valid JSON`;
  }

  document() {
    this.value();
    if (this.peek() !== undefined) throw `Unexpected non-whitespace character after JSON at position ${this.at}`;
  }

  // Containers that are open are kept in a list: the text may be deeper than the stack.
  value() {
    const open = [];
    for (;;) {
      const first = this.peek();
      if (first === "{") {
        this.at++;
        const next = this.peek();
        if (next === '"') {
          this.string();
          if (this.peek() !== ":") this.fail("Expected ':' after property name");
          this.at++;
          open.push("}");
          continue;
        }
        if (next !== "}") this.fail("Expected property name or '}'");
        this.at++;
      } else if (first === "[") {
        this.at++;
        if (this.peek() !== "]") {
          open.push("]");
          continue;
        }
        this.at++;
      } else {
        this.scalar(first);
      }
      if (!this.close(open)) return;
    }
  }

  /** After a value: closes what ends there; whether another value follows. */
  close(open) {
    while (open.length > 0) {
      const end = open[open.length - 1];
      const next = this.peek();
      if (next === ",") {
        this.at++;
        if (end === "]") return true;
        if (this.peek() !== '"') this.fail("Expected double-quoted property name");
        this.string();
        if (this.peek() !== ":") this.unexpected();
        this.at++;
        return true;
      }
      if (next !== end) this.fail(`Expected ',' or '${end}' after ${end === "}" ? "property value" : "array element"}`);
      this.at++;
      open.pop();
    }
    return false;
  }

  scalar(first) {
    if (first === '"') this.string();
    else if (first === "-" || (first >= "0" && first <= "9")) this.number(first);
    else this.literal(first);
  }

  literal(first) {
    const literal = literals.find((word) => word[0] === first);
    if (literal === undefined) this.unexpected();
    for (const letter of literal) {
      if (this.text[this.at] !== letter) this.unexpected();
      this.at++;
    }
  }

  number(first) {
    if (first === "-") {
      this.at++;
      if (!this.isDigit()) this.fail("No number after minus sign");
    }
    if (this.text[this.at] === "0") {
      this.at++;
      if (this.isDigit()) this.unexpected();
    } else {
      this.skip(digits);
    }
    if (this.text[this.at] === ".") {
      this.at++;
      if (!this.skip(digits)) this.fail("Unterminated fractional number");
    }
    if (this.text[this.at] === "e" || this.text[this.at] === "E") {
      this.at++;
      if (this.text[this.at] === "+" || this.text[this.at] === "-") this.at++;
      if (!this.skip(digits)) this.fail("Exponent part is missing a number");
    }
  }

  isDigit() {
    const character = this.text[this.at];
    return character >= "0" && character <= "9";
  }

  string() {
    for (this.at++; ; this.at++) {
      const character = this.text[this.at];
      if (character === undefined) this.fail("Unterminated string");
      if (character === '"') break;
      if (character < " ") this.fail("Bad control character in string literal");
      if (character !== "\\") continue;
      this.at++;
      this.escape();
    }
    this.at++;
  }

  escape() {
    const character = this.text[this.at];
    if (character === undefined) this.unexpected();
    if (character === "u") {
      this.at++;
      const start = this.at;
      this.skip(hexDigits);
      if (this.at < start + 4) this.fail("Bad Unicode escape");
      this.at--;
    } else if (!escapes.includes(character)) {
      this.fail("Bad escaped character");
    }
  }
}

/** The message for `text`; undefined where it is JSON after all. */
export function jsonFailure(text) {
  try {
    new Reader(text).document();
  } catch (message) {
    if (typeof message === "string") return message;
  }
  return undefined;
}

const withWords = {
  parse(text, reviver) {
    let source = text;
    try {
      // Once, as it may run code of the function's.
      if (typeof text === "object" || typeof text === "function") source = `${text}`;
      return engineParse(source, reviver);
    } catch (error) {
      const message = error instanceof SyntaxError ? jsonFailure(`${source}`) : undefined;
      throw message === undefined ? error : new SyntaxError(message);
    }
  },
};

/** JSON.parse, with Node's words for what it refuses. */
export const { parse } = withWords;

define(JSON, "parse", parse);

// `Intl.Collator`, and what `localeCompare` does.

import { finish, insideOf, option, optionsObject, resolve } from "fnhost:intl/core";
import { order as orderText } from "fnhost:intl/collation";
import { tailoringOf } from "./inner/tailorings.js";

const { normalize, charCodeAt } = String.prototype;
const apply = Reflect.apply;

// Weights of the characters below this: of the letter, of its accent, of its case.
const end = 0x3100;
const primaries = new Uint16Array(end);
const accents = new Uint16Array(end);
const cases = new Uint8Array(end);
// The first weights are those of white space, punctuation and symbols.
let firstSymbol = 0;
let firstDigit = 0;

function readOrder() {
  const lines = orderText.split("\n");
  const unescaped = (text) => text.replace(/\\(....)/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  for (const [primary, line] of lines.entries()) {
    for (const [accent, same] of line.split("\t").entries()) {
      for (const [index, equal] of same.split(" ").entries()) {
        for (const character of unescaped(equal)) {
          const code = character.charCodeAt(0);
          if (code === 0x60) firstSymbol = primary;
          if (code === 0x30) firstDigit = primary;
          primaries[code] = primary;
          // What a letter has in itself counts for more than what is set on it.
          accents[code] = primary === 0 ? accent + 1 : accent === 0 ? 0 : 220 + accent;
          cases[code] = index;
        }
      }
    }
  }
}

readOrder();

// Letters that are two in this order.
const expansions = { æ: "ae", Æ: "AE", œ: "oe", Œ: "OE", ß: "ss", ẞ: "SS", ǽ: "áe", Ǽ: "ÁE" };
const hangul = 0x10000;
const other = 0x20000;

/** The elements of a text: letter, accents and case, with digits as one number where that is wanted. */
function elementsOf(text, inside) {
  const letters = [];
  const marks = [];
  const forms = [];
  const { tailoring, numeric, ignorePunctuation } = inside;
  let source = text;
  const isPlain = /^[\u0020-\u007e]*$/.test(text);
  if (!isPlain) source = apply(normalize, text, [tailoring === undefined ? "NFD" : "NFC"]);
  let index = 0;
  const push = (primary, accent, form) => {
    letters.push(primary);
    marks.push(accent);
    forms.push(form);
  };
  const pushCode = (code, form) => {
    if (code >= end) {
      push((code >= 0xac00 && code < 0xd7a4 ? hangul : other) + code, 0, 0);
      return;
    }
    const primary = primaries[code];
    if (primary === 0) {
      // An accent belongs to the letter before it.
      if (accents[code] !== 0 && marks.length > 0) marks[marks.length - 1] = marks.at(-1) * 256 + accents[code];
      else if (accents[code] !== 0) push(0, accents[code], 0);
      return;
    }
    if (ignorePunctuation && primary < firstSymbol) return;
    push(primary, accents[code], form ?? cases[code]);
  };
  while (index < source.length) {
    const code = apply(charCodeAt, source, [index]);
    if (numeric && code >= 0x30 && code <= 0x39) {
      let stop = index + 1;
      while (stop < source.length && source[stop] >= "0" && source[stop] <= "9") stop++;
      const digits = source.slice(index, stop).replace(/^0+(?=.)/, "");
      push(firstDigit, 0, 0);
      // Longer ones are larger; those of one length by their digits.
      push(firstDigit + 1 + Math.min(digits.length, 8000) / 10_000, 0, 0);
      for (const digit of digits) push(firstDigit + Number(digit) / 10, 0, 0);
      index = stop;
      continue;
    }
    if (tailoring !== undefined) {
      const found = tailored(tailoring, source, index);
      if (found !== undefined) {
        const { length, weight, form, accent, after } = found;
        push(primaries[after] + weight, accent, form);
        index += length;
        continue;
      }
    }
    const expansion = code > 0x7f ? expansions[source[index]] : undefined;
    if (expansion !== undefined) {
      for (const [place, letter] of [...expansion.normalize("NFD")].entries()) pushCode(letter.charCodeAt(0),
        cases[letter.charCodeAt(0)] + 1 + place);
      marks[marks.length - 1] += 200;
    } else if (!isPlain && tailoring !== undefined && code > 0x7f) {
      for (const piece of source[index].normalize("NFD")) pushCode(piece.charCodeAt(0));
    } else if (code >= 0xd800 && code < 0xdc00) {
      push(other + source.codePointAt(index), 0, 0);
      index++;
    } else pushCode(code);
    index++;
  }
  return { letters, marks, forms };
}

function tailored({ entries, longest }, source, index) {
  for (let length = longest; length > 0; length--) {
    const found = entries.get(source.slice(index, index + length));
    if (found !== undefined) return { ...found, length };
  }
  return undefined;
}

function compareLists(left, right) {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) if (left[index] !== right[index]) return left[index] < right[index] ? -1 : 1;
  return Math.sign(left.length - right.length);
}

/** Compares as the options inside a Collator say. */
export function compared(inside, left, right) {
  if (left === right) return 0;
  const [first, second] = [elementsOf(left, inside), elementsOf(right, inside)];
  const byLetters = compareLists(first.letters, second.letters);
  const { sensitivity } = inside;
  if (byLetters !== 0 || sensitivity === "base") return byLetters;
  if (sensitivity !== "case") {
    const byMarks = compareLists(first.marks, second.marks);
    if (byMarks !== 0 || sensitivity === "accent") return byMarks;
  }
  const isUpper = (form) => form > 0;
  if (inside.caseFirst === "upper" || sensitivity === "case") {
    const order = inside.caseFirst === "upper" ? -1 : 1;
    const byCase = order * compareLists(first.forms.map(isUpper), second.forms.map(isUpper));
    if (byCase !== 0 || sensitivity === "case") return byCase;
  }
  return compareLists(first.forms, second.forms);
}

const caseFirsts = ["upper", "lower", "false"];
const slots = new WeakMap();

export function collatorInside(locales, given) {
  const options = given === undefined ? Object.create(null) : Object(given === null ? optionsObject(given) : given);
  const usage = option(options, "usage", "string", ["sort", "search"], "sort");
  option(options, "localeMatcher", "string", ["lookup", "best fit"], "best fit");
  const collation = option(options, "collation", "string", undefined, undefined);
  const numeric = option(options, "numeric", "boolean", undefined, undefined);
  const caseFirst = option(options, "caseFirst", "string", caseFirsts, undefined);
  const isTrue = (text) => text === "true" || text === "false";
  const keys = { co: () => false, kf: (name) => caseFirsts.includes(name), kn: isTrue };
  const asked = { co: collation, kf: caseFirst, kn: numeric === undefined ? undefined : String(numeric) };
  const { locale, base, co, kf, kn } = resolve(locales, keys, asked);
  const language = base.split("-")[0];
  const sensitivity = option(options, "sensitivity", "string", ["base", "accent", "case", "variant"], "variant");
  const ignorePunctuation = option(options, "ignorePunctuation", "boolean", undefined, language === "th");
  const tailoring = tailoringOf(language, co);
  const first = kf ?? (language === "da" ? "upper" : "false");
  return { locale, usage, sensitivity, ignorePunctuation, collation: co ?? "default", numeric: kn === "true", caseFirst: first,
    tailoring };
}

export function Collator(locales = undefined, options = undefined) {
  if (new.target === undefined) return new Collator(locales, options);
  slots.set(this, collatorInside(locales, options));
}

finish(Collator, "Collator", {
  get compare() {
    const inside = insideOf(slots, this, "get Intl.Collator.prototype.compare");
    inside.bound ??= (left, right) => compared(inside, String(left), String(right));
    Object.defineProperty(inside.bound, "name", { value: "", configurable: true });
    return inside.bound;
  },
  resolvedOptions() {
    const inside = insideOf(slots, this, "Intl.Collator.prototype.resolvedOptions");
    const { locale, usage, sensitivity, ignorePunctuation, collation, numeric, caseFirst } = inside;
    return { locale, usage, sensitivity, ignorePunctuation, collation, numeric, caseFirst };
  },
});

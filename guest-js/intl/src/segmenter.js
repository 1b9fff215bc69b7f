// `Intl.Segmenter`: where characters, words and sentences end. Languages that write no spaces have words by characters here.

import { finish, insideOf, option, optionsObject, resolve } from "fnhost:intl/core";

// A character with all that belongs to it: Hangul, flags, emoji that are joined, and marks.
const jamo = "[\\u1100-\\u115f\\ua960-\\ua97c]";
const tail = "[\\u1160-\\u11ff\\ud7b0-\\ud7fb]";
const syllable = "(?:[\\u1160-\\u11a7\\ud7b0-\\ud7c6]|[\\uac00-\\ud7a3])";
const hangul = `(?:${jamo}*${syllable}${tail}*|${jamo}+|${tail}+)`;
const extend = "[\\p{Grapheme_Extend}\\p{Emoji_Modifier}\\p{Mc}\\u200d]";
const emoji = `\\p{Extended_Pictographic}(?:[\\p{Grapheme_Extend}\\p{Emoji_Modifier}]*\\u200d\\p{Extended_Pictographic})*`;
const breaks = "\\p{Cc}\\p{Zl}\\p{Zp}";
const base = `(?:${hangul}|\\p{RI}\\p{RI}|${emoji}|[^${breaks}])`;
const grapheme = new RegExp(`\\r\\n|[${breaks}]|${base}${extend}*|${extend}+`, "uy");

const han = "[\\p{sc=Han}\\p{sc=Hiragana}]";
const marks = "[\\p{M}\\u200d]*";
const alphabetic = `(?:(?!${han}|\\p{sc=Katakana})[\\p{L}\\p{Nl}])${marks}`;
const digit = `\\p{Nd}${marks}`;
const inWord = `(?:${alphabetic}|${digit}|[_\\u203f])`;
const betweenLetters = `['.\\u00b7\\u2018\\u2019\\u2024:](?=\\p{L})(?<=\\p{L}${marks}.)`;
const betweenDigits = "[,.;'](?=\\p{Nd})(?<=\\p{Nd}.)";
const others = `[\\p{sc=Katakana}\\u30fc]+|\\p{sc=Hiragana}+|\\p{sc=Han}|\\p{Zs}+|[^]${marks}`;
const word = new RegExp(
  `\\r\\n|[\\r\\n]|${emoji}${extend}*|\\p{RI}\\p{RI}|${inWord}(?:${inWord}|${betweenLetters}|${betweenDigits})*|${others}`,
  "uy",
);
const isWord = /[\p{L}\p{N}]/u;

/** Where the segment that begins at `start` ends. */
function endOf(text, start, granularity) {
  if (granularity === "sentence") return sentenceEnd(text, start);
  const pattern = granularity === "word" ? word : grapheme;
  pattern.lastIndex = start;
  const found = pattern.exec(text);
  return found === null || found[0] === "" ? start + 1 : start + found[0].length;
}

function sentenceEnd(text, start) {
  let index = start;
  while (index < text.length) {
    const character = text[index++];
    if (/[\n\u2028\u2029\u0085]/.test(character)) return index;
    if (/[\u3002\uff01\uff1f]/.test(character)) {
      while (/[\u3002\uff01\uff1f\s]/.test(text[index] ?? "")) index++;
      return index;
    }
    if (!/[.!?\u2026]/.test(character)) continue;
    while (/[.!?\u2026]/.test(text[index] ?? "")) index++;
    while (/["')\]}\u201d\u2019\u00bb]/.test(text[index] ?? "")) index++;
    const space = index;
    while (/[^\S\n]/.test(text[index] ?? "")) index++;
    if (text[index] === "\n") return index + 1;
    if (index === text.length) return index;
    if (/[!?]/.test(character)) return index;
    // A full stop inside a number or a name, or before a small letter, ends nothing.
    if (index === space && /[\p{N}\p{Lu}]/u.test(text[index])) continue;
    if (!/^[^\p{L}.!?\u2026\n]*\p{Ll}/u.test(text.slice(index, index + 40))) return index;
  }
  return text.length;
}

function segmentAt(text, start, granularity) {
  const segment = text.slice(start, endOf(text, start, granularity));
  const result = { segment, index: start, input: text };
  if (granularity === "word") result.isWordLike = isWord.test(segment);
  return result;
}

const slots = new WeakMap();

export function Segmenter(locales = undefined, options = undefined) {
  if (new.target === undefined) throw new TypeError("Constructor Intl.Segmenter requires 'new'");
  const { locale } = resolve(locales);
  const given = optionsObject(options);
  option(given, "localeMatcher", "string", ["lookup", "best fit"], "best fit");
  slots.set(this, { locale, granularity: option(given, "granularity", "string", ["grapheme", "word", "sentence"], "grapheme") });
}

class Segments {
  #text;
  #granularity;

  constructor(text, granularity) {
    this.#text = text;
    this.#granularity = granularity;
  }

  containing(index = 0) {
    const position = Math.trunc(Number(index)) || 0;
    if (position < 0 || position >= this.#text.length) return undefined;
    let start = 0;
    for (;;) {
      const end = endOf(this.#text, start, this.#granularity);
      if (position < end) return segmentAt(this.#text, start, this.#granularity);
      start = end;
    }
  }

  *[Symbol.iterator]() {
    for (let start = 0; start < this.#text.length; ) {
      const segment = segmentAt(this.#text, start, this.#granularity);
      start += segment.segment.length;
      yield segment;
    }
  }
}

finish(Segmenter, "Segmenter", {
  segment(text) {
    const { granularity } = insideOf(slots, this, "Intl.Segmenter.prototype.segment");
    return new Segments(String(text), granularity);
  },
  resolvedOptions() {
    const { locale, granularity } = insideOf(slots, this, "Intl.Segmenter.prototype.resolvedOptions");
    return { locale, granularity };
  },
});

// `Intl.ListFormat`.

import { finish, insideOf, needed, option, optionsObject, resolve, want } from "fnhost:intl/core";

want("lists");

const slots = new WeakMap();

export function ListFormat(locales = undefined, options = undefined) {
  if (new.target === undefined) throw new TypeError("Constructor Intl.ListFormat requires 'new'");
  const { locale, data } = resolve(locales);
  const given = optionsObject(options);
  option(given, "localeMatcher", "string", ["lookup", "best fit"], "best fit");
  const type = option(given, "type", "string", ["conjunction", "disjunction", "unit"], "conjunction");
  const style = option(given, "style", "string", ["long", "short", "narrow"], "long");
  const table = needed("lists", data, undefined, "`Intl.ListFormat`");
  slots.set(this, { locale, type, style, patterns: table[`${type} ${style}`] ?? table[`${type} long`], language: locale.split("-")[0] });
}

function textsOf(list) {
  if (list === undefined) return [];
  const texts = [];
  for (const item of list) {
    if (typeof item !== "string") throw new TypeError("Iterable yielded a non-String value");
    texts.push(item);
  }
  return texts;
}

/** Words that change before a vowel: `e` before `i` in Spanish, and the like. */
function joined({ patterns, language }, pattern, next) {
  const text = patterns[pattern];
  if (language === "es") {
    if (text.includes(" y ") && /^(i|hi(?!e|a))/i.test(next)) return text.replace(" y ", " e ");
    if (text.includes(" o ") && /^(o|ho|8|11(?!\d))/i.test(next)) return text.replace(" o ", " u ");
  }
  if (language === "it" && text.includes(" e ") && /^e/i.test(next)) return text.replace(" e ", " ed ");
  if (language === "he" && text.includes(" ו{1}") && !/^[\u0590-\u05ff]/.test(next)) return text.replace("ו{1}", "ו-{1}");
  return text;
}

function filled(pattern, first, second) {
  const parts = [];
  for (const piece of pattern.split(/(\{[01]\})/)) {
    if (piece === "{0}") parts.push(...first);
    else if (piece === "{1}") parts.push(...second);
    else if (piece !== "") parts.push({ type: "literal", value: piece });
  }
  return parts;
}

function partsFor(inside, texts) {
  const elements = texts.map((value) => [{ type: "element", value }]);
  if (elements.length === 0) return [];
  if (elements.length === 1) return elements[0];
  if (elements.length === 2) return filled(joined(inside, 0, texts[1]), elements[0], elements[1]);
  let parts = filled(joined(inside, 3, texts.at(-1)), elements.at(-2), elements.at(-1));
  for (let index = elements.length - 3; index >= 0; index--) parts = filled(inside.patterns[index === 0 ? 1 : 2], elements[index], parts);
  return parts;
}

finish(ListFormat, "ListFormat", {
  format(list) {
    const inside = insideOf(slots, this, "Intl.ListFormat.prototype.format()");
    return partsFor(inside, textsOf(list)).map(({ value }) => value).join("");
  },
  formatToParts(list) {
    const inside = insideOf(slots, this, "Intl.ListFormat.prototype.formatToParts()");
    return partsFor(inside, textsOf(list));
  },
  resolvedOptions() {
    const { locale, type, style } = insideOf(slots, this, "Intl.ListFormat.prototype.resolvedOptions");
    return { locale, type, style };
  },
});

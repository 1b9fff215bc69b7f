// `Intl.PluralRules`, and the plural categories that formats are chosen by.

import { finish, insideOf, option, optionsObject, resolve } from "fnhost:intl/core";
import { digitOptions, resolvedDigits, roundedBy, toDecimal } from "fnhost:intl/digits";
import { languages, ranges, rules } from "fnhost:intl/plurals";

const order = ["few", "many", "one", "two", "zero", "other"];

/** The rule of a language, `[function, categories]`. */
export function ruleOf(locale, type = "cardinal") {
  const table = languages[type];
  for (let tag = locale; tag !== ""; tag = tag.slice(0, Math.max(0, tag.lastIndexOf("-")))) {
    if (Object.hasOwn(table, tag)) return rules[table[tag]];
  }
  return rules[table.root ?? table.en];
}

/** The category of a number that is written with these digits. */
export function categoryOf([rule], { integer, fraction }, compactExponent = 0) {
  // As exact as the rules look at it, however large it is.
  const digits = integer.replace(/^0+(?=.)/, "");
  const i = digits.length > 15 ? 1e15 + Number(digits.slice(-15)) : Number(digits);
  const stripped = fraction.replace(/0+$/, "");
  const n = stripped === "" ? i : i + Number(`0.${stripped}`);
  return rule(n, i, fraction.length, stripped.length, Number(fraction || 0), Number(stripped || 0), compactExponent);
}

const slots = new WeakMap();

export function PluralRules(locales = undefined, options = undefined) {
  if (new.target === undefined) throw new TypeError("Constructor Intl.PluralRules requires 'new'");
  const given = options === undefined ? Object.create(null) : Object(optionsObject(options));
  option(given, "localeMatcher", "string", ["lookup", "best fit"], "best fit");
  const type = option(given, "type", "string", ["cardinal", "ordinal"], "cardinal");
  const digits = digitOptions(given, 0, 3, false);
  const { locale, base } = resolve(locales);
  slots.set(this, { locale, type, digits, rule: ruleOf(base, type), base });
}

function select(inside, value) {
  const decimal = toDecimal(value);
  if (decimal.kind !== "finite") return "other";
  return categoryOf(inside.rule, roundedBy(decimal, inside.digits));
}

finish(PluralRules, "PluralRules", {
  select(value) {
    return select(insideOf(slots, this, "Intl.PluralRules.prototype.select"), Number(value));
  },
  selectRange(start, end) {
    const inside = insideOf(slots, this, "Intl.PluralRules.prototype.selectRange");
    if (start === undefined || end === undefined) throw new TypeError("startRange or endRange cannot be undefined");
    const [from, to] = [Number(start), Number(end)];
    if (Number.isNaN(from) || Number.isNaN(to)) throw new RangeError("Invalid number value");
    const [first, last] = [select(inside, from), select(inside, to)];
    return (ranges[inside.base.split("-")[0]] ?? {})[`${first} ${last}`] ?? last;
  },
  resolvedOptions() {
    const { locale, type, digits, rule } = insideOf(slots, this, "Intl.PluralRules.prototype.resolvedOptions");
    const result = { locale, type };
    resolvedDigits(result, digits);
    result.pluralCategories = order.filter((category) => rule[1].includes(category));
    return result;
  },
});

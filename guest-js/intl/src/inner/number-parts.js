// A number in the parts of its text: digits in groups, and what stands around them.

import { inDigits } from "fnhost:intl/core";
import { magnitudeOf, roundedBy, shifted } from "fnhost:intl/digits";
import { categoryOf } from "fnhost:intl/plural-rules";

const patterns = new Map();

/** A pattern as `#,##0.00` taken apart: what stands around the number, and the sizes of groups. */
function parsed(pattern) {
  const known = patterns.get(pattern);
  if (known !== undefined) return known;
  const [positive, negative] = pattern.split(";");
  const [, before, number, after] = /^((?:'[^']*'|[^#0,.@'])*)([#0,.]+(?:E0)?)(.*)$/s.exec(positive) ?? [undefined, positive, "0", ""];
  const integer = number.split(".")[0];
  const groups = integer.split(",");
  const primary = groups.length > 1 ? groups.at(-1).length : 0;
  const result = { before, after, primary, secondary: groups.length > 2 ? groups.at(-2).length : primary };
  if (negative !== undefined) {
    const [, left, , right] = /^((?:'[^']*'|[^#0,.@'])*)([#0,.]+(?:E0)?)(.*)$/s.exec(negative);
    Object.assign(result, { negativeBefore: left, negativeAfter: right });
  }
  patterns.set(pattern, result);
  return result;
}

/** By plural category, or the same for all. */
export const chosen = (patterns, category) =>
  patterns === undefined || typeof patterns === "string" ? patterns : (patterns[category] ?? patterns.other);

/** The power of ten that is taken out of a number, for its notation. */
function exponentFor({ notation, compact }, magnitude) {
  if (notation === "scientific") return magnitude;
  if (notation === "engineering") return Math.floor(magnitude / 3) * 3;
  if (notation !== "compact" || compact === undefined) return 0;
  const power = Math.min(magnitude, largest(compact));
  const pattern = chosen(compact[power], "other");
  if (pattern === undefined || !/0/.test(pattern)) return 0;
  if (pattern === "0") return 0;
  return power - (pattern.match(/0/g).length - 1);
}

const largest = (compact) => Math.max(...Object.keys(compact).map(Number));

function scaledAndRounded(inside, decimal) {
  if (inside.notation === "standard") return { exponent: 0, rounded: roundedBy(decimal, inside.digits) };
  const exponent = decimal.digits === "" ? 0 : exponentFor(inside, magnitudeOf(decimal));
  const rounded = roundedBy(shifted(decimal, -exponent), inside.digits);
  const magnitude = magnitudeOf(rounded.decimal) + exponent;
  const again = rounded.decimal.digits === "" ? exponent : exponentFor(inside, magnitude);
  if (again === exponent) return { exponent, rounded };
  return { exponent: again, rounded: roundedBy(shifted(decimal, -again), inside.digits) };
}

/** Whether a group separator stands where `left` digits are before it. */
function pushInteger(parts, integer, inside, { primary, secondary }) {
  const { grouping, symbols, numbers, system } = inside;
  const minimum = grouping === "min2" ? Math.max(2, numbers.grouping) : grouping === "always" ? 1 : numbers.grouping;
  if (grouping === false || primary === 0 || integer.length < primary + minimum) {
    parts.push({ type: "integer", value: inDigits(integer, system) });
    return;
  }
  const pieces = [];
  let end = integer.length;
  let size = primary;
  while (end > 0) {
    pieces.unshift(integer.slice(Math.max(0, end - size), end));
    end -= size;
    size = secondary;
  }
  const group = (inside.style === "currency" ? symbols.currencyGroup : undefined) ?? symbols.group;
  pieces.forEach((piece, index) => {
    if (index > 0) parts.push({ type: "group", value: group });
    parts.push({ type: "integer", value: inDigits(piece, system) });
  });
}

function numberParts(inside, rounded, exponent, pattern) {
  const parts = [];
  const { symbols, system, notation } = inside;
  pushInteger(parts, rounded.integer, inside, pattern);
  if (rounded.fraction !== "") {
    const decimal = (inside.style === "currency" ? symbols.currencyDecimal : undefined) ?? symbols.decimal;
    parts.push({ type: "decimal", value: decimal });
    parts.push({ type: "fraction", value: inDigits(rounded.fraction, system) });
  }
  if (notation === "scientific" || notation === "engineering") {
    parts.push({ type: "exponentSeparator", value: symbols.exponential });
    if (exponent < 0) parts.push({ type: "exponentMinusSign", value: symbols.minusSign });
    parts.push({ type: "exponentInteger", value: inDigits(String(Math.abs(exponent)), system) });
  }
  return parts;
}

/** What a currency is called beside the number. */
function currencyText({ currency, currencyDisplay, numbers }) {
  if (currencyDisplay === "code" || currencyDisplay === "name") return currency;
  const narrow = currencyDisplay === "narrowSymbol" ? numbers.narrow?.[currency] : undefined;
  return narrow ?? numbers.symbol?.[currency] ?? currency;
}

/** The sign that is written: -1, 0 or 1. */
function signOf(sign, negative, isZero) {
  switch (sign) {
    case "never":
      return 0;
    case "always":
      return negative ? -1 : 1;
    case "exceptZero":
      return isZero ? 0 : negative ? -1 : 1;
    case "negative":
      return negative && !isZero ? -1 : 0;
    default:
      return negative ? -1 : 0;
  }
}

/** The texts before and after the number, with the sign's place marked by `-` or `+`. */
function affixes(pattern, sign) {
  if (sign === 0) return [pattern.before, pattern.after];
  const mark = sign < 0 ? "-" : "+";
  const { negativeBefore, negativeAfter } = pattern;
  if (negativeBefore !== undefined) {
    if (sign < 0) return [negativeBefore, negativeAfter];
    if (/-/.test(negativeBefore + negativeAfter)) return [negativeBefore.replace("-", "+"), negativeAfter.replace("-", "+")];
  }
  return [mark + pattern.before, pattern.after];
}

function pushLiteral(parts, value) {
  if (value === "") return;
  const last = parts.at(-1);
  if (last?.type === "literal") last.value += value;
  else parts.push({ type: "literal", value });
}

function pushUnit(parts, text, type) {
  const [, before, inner, after] = /^([\s\u200e\u200f\u061c]*)(.*?)([\s\u200e\u200f\u061c]*)$/s.exec(text);
  pushLiteral(parts, before);
  if (inner !== "") parts.push({ type, value: inner });
  pushLiteral(parts, after);
}

/** A sign. The marks of direction that some languages have before it are a literal. */
function pushSign(parts, type, symbols) {
  const [, marks, sign] = /^([\u200e\u200f\u061c]*)(.*)$/s.exec(symbols[type]);
  pushLiteral(parts, marks);
  parts.push({ type, value: sign });
}

/** The parts of a text beside the number: signs, symbols, and what is only written. */
function affixParts(text, inside, letters) {
  const parts = [];
  const { symbols, style } = inside;
  let quoted = false;
  let kept = "";
  const flush = () => {
    if (kept === "") return;
    if (letters !== undefined) pushUnit(parts, kept, letters);
    else pushLiteral(parts, kept);
    kept = "";
  };
  for (const character of text) {
    if (character === "'") quoted = !quoted;
    else if (quoted) kept += character;
    else if (character === "-" || character === "+") {
      flush();
      pushSign(parts, character === "-" ? "minusSign" : "plusSign", symbols);
    } else if (character === "%") {
      flush();
      parts.push({ type: style === "unit" ? "unit" : "percentSign", value: symbols.percentSign });
    } else if (character === "¤") {
      flush();
      parts.push({ type: "currency", value: currencyText(inside) });
    } else kept += character;
  }
  flush();
  return parts;
}

/** A letter of a currency and a digit do not touch. */
function spaced(before, after) {
  const left = before.at(-1);
  if (left?.type === "currency" && /[^\p{S}\p{Z}]$/u.test(left.value)) before.push({ type: "literal", value: "\u00a0" });
  const right = after[0];
  if (right?.type === "currency" && /^[^\p{S}\p{Z}]/u.test(right.value)) after.unshift({ type: "literal", value: "\u00a0" });
}

const isPercentUnit = ({ unit, unitDisplay }) => unit === "percent" && unitDisplay !== "long";

function patternOf(inside) {
  const { style, formats, currencySign, currencyDisplay } = inside;
  if (style === "percent" || isPercentUnit(inside)) return formats.percent;
  if (style !== "currency" || currencyDisplay === "name") return formats.decimal;
  const isAccounting = currencySign === "accounting";
  return isAccounting ? formats.accounting : formats.currency;
}

function compactPatterns({ formats, style, currencyDisplay, compactDisplay }) {
  if (compactDisplay === "long") return formats.long;
  return style === "currency" && currencyDisplay !== "name" ? formats.currencyShort : formats.short;
}

/** The text of a compact pattern around the number, in which `¤` stands where a currency's pattern has it. */
function compactAffixes(inside, compact, plain, sign) {
  const isOwn = inside.style !== "currency" || compact.includes("¤");
  const [, before, after] = /^((?:'[^']*'|[^0'])*)0+(.*)$/s.exec(compact);
  const outer = isOwn ? [sign < 0 ? "-" : sign > 0 ? "+" : "", ""] : affixes(plain, sign);
  if (inside.style === "currency" && isOwn && inside.currencySign === "accounting" && sign < 0 && plain.negativeBefore?.includes("(")) {
    return { outer: ["(", ")"], before, after };
  }
  return { outer, before, after };
}

/** Digits with all that belongs to them, and the number's plural category. */
export function coreParts(inside, decimal) {
  if (inside.notation === "compact") inside.compact ??= compactPatterns(inside);
  const plain = parsed(patternOf(inside));
  const value = inside.style === "percent" ? shifted(decimal, 2) : decimal;
  let parts;
  let category = "other";
  let isZero = false;
  let compact;
  if (value.kind !== "finite") {
    const isNaN = value.kind === "nan";
    parts = [isNaN ? { type: "nan", value: inside.symbols.nan } : { type: "infinity", value: inside.symbols.infinity }];
  } else {
    const { exponent, rounded } = scaledAndRounded(inside, value);
    isZero = rounded.decimal.digits === "";
    parts = numberParts(inside, rounded, exponent, plain);
    category = categoryOf(inside.rule, rounded);
    if (inside.notation === "compact" && exponent !== 0) {
      const magnitude = Math.min(largest(inside.compact), magnitudeOf(rounded.decimal) + exponent);
      const patterns = inside.compact[magnitude];
      const exact = typeof patterns === "object" && rounded.fraction === "" ? patterns[rounded.integer] : undefined;
      compact = exact ?? chosen(patterns, category);
      if (inside.compactDisplay === "long") category = categoryOf(inside.rule, rounded, exponent);
      if (/^0+$/.test(compact ?? "0")) compact = undefined;
    }
  }
  const sign = signOf(inside.sign, decimal.negative, isZero || value.kind === "nan");
  return { parts, category, sign, compact, plain };
}

/** All parts of a number. */
export function partsOfNumber(inside, decimal) {
  const { parts, category, sign, compact, plain } = coreParts(inside, decimal);
  let [before, after] = [[], []];
  if (compact !== undefined) {
    const around = compactAffixes(inside, compact, plain, sign);
    before = [...affixParts(around.outer[0], inside), ...affixParts(around.before, inside, "compact")];
    after = [...affixParts(around.after, inside, "compact"), ...affixParts(around.outer[1], inside)];
  } else {
    const [left, right] = affixes(plain, sign);
    before = affixParts(left, inside);
    after = affixParts(right, inside);
  }
  if (decimal.kind === "finite") spaced(before, after);
  const number = [...before, ...parts, ...after];
  if (inside.style === "currency" && inside.currencyDisplay === "name") {
    const name = typeof inside.names === "object" ? chosen(inside.names.count ?? inside.names.name, category) : inside.names;
    return around(chosen(inside.formats.named, category).replace("{1}", name ?? inside.currency), number, "currency");
  }
  return inside.style === "unit" && !isPercentUnit(inside) ? withUnit(inside, number, category) : number;
}

/** `pattern` with the number in its `{0}`, the rest of it parts of a type. */
function around(pattern, number, type) {
  const parts = [];
  const at = pattern.indexOf("{0}");
  if (at < 0) {
    pushUnit(parts, pattern, type);
    return parts;
  }
  pushUnit(parts, pattern.slice(0, at), type);
  parts.push(...number);
  pushUnit(parts, pattern.slice(at + 3), type);
  return parts;
}

function withUnit(inside, number, category) {
  const { unit, unitPatterns } = inside;
  const own = chosen(unitPatterns[unit], category);
  if (own !== undefined) return around(own, number, "unit");
  const [first, second] = unit.split("-per-");
  const pattern = chosen(unitPatterns[first], category);
  const per = unitPatterns[`per ${second}`];
  if (per !== undefined) return around(per.replace("{0}", pattern), number, "unit");
  const single = chosen(unitPatterns[second], "one").replace("{0}", "").trim();
  return around(unitPatterns.per.replace("{0}", pattern).replace("{1}", single), number, "unit");
}

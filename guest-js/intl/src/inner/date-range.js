// Ranges of dates: what both ends have in common is written once, by the locale's patterns for it.

import { fieldsOf, partsByTokens } from "./date-parts.js";
import { bestPattern, intervalPatterns, tokens } from "./skeletons.js";

/** The largest field that differs, as interval patterns call it. */
function largestDifference(first, last) {
  if (first.era !== last.era) return "G";
  if (first.year !== last.year) return "y";
  if (first.month !== last.month) return "M";
  if (first.day !== last.day) return "d";
  if (first.hour < 12 !== last.hour < 12) return "a";
  if (first.hour !== last.hour) return "h";
  if (first.minute !== last.minute) return "m";
  if (first.second !== last.second) return "s";
  return first.millisecond === last.millisecond ? undefined : "S";
}

const sourced = (parts, source) => parts.map((part) => ({ ...part, source }));
const same = (left, right) => left.length === right.length && left.every(({ value }, index) => value === right[index].value);

/** A pattern of both ends: the second begins where a field comes again. */
function parts(inside, pattern, first, last) {
  const list = tokens(pattern);
  const seen = new Set();
  let second = list.length;
  for (const [index, token] of list.entries()) {
    if (typeof token === "string") continue;
    const key = token.field ?? token.letter;
    if (seen.has(key)) {
      second = index;
      break;
    }
    seen.add(key);
  }
  // What only one of the ends has is common to both.
  const fieldsIn = (tokens) => new Set(tokens.filter((token) => typeof token !== "string").map((token) => token.field));
  const [firstFields, lastFields] = [fieldsIn(list.slice(0, second)), fieldsIn(list.slice(second))];
  const result = [];
  const indexes = list.map((_, index) => index);
  const own = (index) => typeof list[index] !== "string" && firstFields.has(list[index].field) && lastFields.has(list[index].field);
  const range = (from, to) => {
    const owned = indexes.slice(from, to).filter(own);
    return owned.length === 0 ? [to, to] : [owned[0], owned.at(-1)];
  };
  const [firstFrom, firstTo] = range(0, second);
  const [lastFrom, lastTo] = range(second, list.length);
  for (const [index, token] of list.entries()) {
    const source = index >= firstFrom && index <= firstTo ? "startRange" : index >= lastFrom && index <= lastTo ? "endRange" : "shared";
    const [part] = partsByTokens(inside, [token], index < second ? first : last);
    if (part === undefined) continue;
    const before = result.at(-1);
    if (part.type === "literal" && before?.type === "literal" && before.source === source) before.value += part.value;
    else result.push({ ...part, source });
  }
  return result;
}

/** Both ends in full, by the pattern for `skeleton` where it is another than the format's own. */
function fallback(inside, first, last, skeleton) {
  const { dates, symbols } = inside;
  const list = skeleton === undefined ? inside.tokens : tokens(bestPattern(dates, skeleton, symbols.decimal, true));
  const between = /^\{0\}(.*)\{1\}$/.exec(dates.intervals.intervalFormatFallback)?.[1] ?? " – ";
  return [
    ...sourced(partsByTokens(inside, list, first), "startRange"),
    { type: "literal", value: between, source: "shared" },
    ...sourced(partsByTokens(inside, list, last), "endRange"),
  ];
}

export function dateRange(inside, start, end) {
  const { timeZone, calendar, dates } = inside;
  const [first, last] = [fieldsOf(start, timeZone, calendar), fieldsOf(end, timeZone, calendar)];
  const difference = largestDifference(first, last);
  const single = partsByTokens(inside, inside.tokens, first);
  if (difference === undefined || difference === "S") return sourced(single, "shared");
  const isSmall = /[ahms]/.test(difference) || (difference === "d" && !/[hHkKmsSB]/.test(inside.skeleton));
  if (isSmall && same(single, partsByTokens(inside, inside.tokens, last))) return sourced(single, "shared");
  const { skeleton } = inside;
  const date = skeleton.replace(/[aBbhHkKmsSzvO]/g, "");
  const time = skeleton.replace(/[^BbhHkKmsSzvO]/g, "").replaceAll("k", "H").replaceAll("K", "h");
  const isOfTime = /[ahmsS]/.test(difference);
  const hasStyle = inside.dateStyle !== undefined || inside.timeStyle !== undefined;
  if (time === "") {
    // What differs has to be seen.
    const isMissing = (difference === "y" && /[Md]/.test(date)) || (difference === "M" && /d/.test(date));
    const whole = isMissing && !date.includes(difference) ? difference + date : date;
    return byPatterns(inside, whole, difference, first, last) ?? fallback(inside, first, last, hasStyle ? undefined : whole);
  }
  if (!isOfTime) return fallback(inside, first, last, date === "" ? `yMd${time}` : hasStyle ? undefined : skeleton);
  const times = byPatterns(inside, time, difference, first, last);
  if (times === undefined) return fallback(inside, first, last, hasStyle ? undefined : skeleton);
  if (date === "") return times;
  const day = partsByTokens(inside, tokens(bestPattern(dates, date, inside.symbols.decimal)), first);
  return dates.glue[2].split(/(\{[01]\})/).flatMap((piece) => {
    if (piece === "{0}") return times;
    if (piece === "{1}") return sourced(day, "shared");
    return piece === "" ? [] : [{ type: "literal", value: piece.replaceAll("'", ""), source: "shared" }];
  });
}

function byPatterns(inside, skeleton, difference, first, last) {
  const patterns = intervalPatterns(inside.dates, skeleton.replaceAll(/z+/g, "v").replaceAll("O", "v"));
  const hours = difference === "h" ? ["h", "H"] : difference === "a" ? ["a", "H"] : [difference];
  const pattern = hours.map((name) => patterns?.[name]).find((found) => found !== undefined);
  return pattern === undefined ? undefined : parts(inside, pattern, first, last);
}

// Ranges of numbers: what both ends have in common is written once.

import { partsOfNumber } from "./number-parts.js";

const same = (left, right) => left.length === right.length && left.every((part, index) => part.value === right[index].value);
const isNumber = ({ type }) => /^(integer|group|decimal|fraction|exponent|nan|infinity)/.test(type);

function split(parts) {
  const first = parts.findIndex(isNumber);
  const last = parts.findLastIndex(isNumber);
  return [parts.slice(0, first), parts.slice(first, last + 1), parts.slice(last + 1)];
}

const lengthOf = (parts) => parts.reduce((length, { value }) => length + [...value].length, 0);
const sourced = (parts, source) => parts.map((part) => ({ ...part, source }));

export function rangeParts(inside, start, end) {
  const [first, last] = [partsOfNumber(inside, start), partsOfNumber(inside, end)];
  const { formats, symbols } = inside;
  if (same(first, last)) {
    const sign = { type: "approximatelySign", value: symbols.approximatelySign ?? "~" };
    const at = first.findIndex(({ type }) => type !== "minusSign" && type !== "plusSign");
    return sourced([...first.slice(0, at), sign, ...first.slice(at)], "shared");
  }
  const [beforeFirst, numberFirst, afterFirst] = split(first);
  const [beforeLast, numberLast, afterLast] = split(last);
  // One character is written at both ends, more of them once, as Unicode's library has it.
  const count = lengthOf(beforeFirst) + lengthOf(afterFirst);
  const sharesBefore = count > 1 && same(beforeFirst, beforeLast);
  const isOuter = inside.style === "unit" || inside.currencyDisplay === "name";
  const sharesAfter = (isOuter || same(beforeFirst, beforeLast)) && count > 1 && same(afterFirst, afterLast);
  const isOnce = (sharesBefore || beforeFirst.length + beforeLast.length === 0) && (sharesAfter ||
    afterFirst.length + afterLast.length === 0);
  const [, between] = /^\{0\}(.*)\{1\}$/.exec(formats.range ?? "{0}–{1}") ?? [undefined, "–"];
  const literal = isOnce || /^\s/.test(between) ? between : ` ${between} `;
  return [
    ...sourced(beforeFirst, sharesBefore ? "shared" : "startRange"),
    ...sourced(numberFirst, "startRange"),
    ...(sharesAfter ? [] : sourced(afterFirst, "startRange")),
    { type: "literal", value: literal, source: "shared" },
    ...(sharesBefore ? [] : sourced(beforeLast, "endRange")),
    ...sourced(numberLast, "endRange"),
    ...sourced(afterLast, sharesAfter ? "shared" : "endRange"),
  ];
}

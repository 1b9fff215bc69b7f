// A date in the parts of its text, by a pattern.

import { inDigits, unitOf } from "fnhost:intl/core";

const widths = (count) => (count === 4 ? "wide" : count === 5 ? "narrow" : "abbreviated");

/** The fields of a time where `zone` is. */
export function fieldsOf(time, zone, calendar) {
  let offset = 0;
  if (zone !== "UTC") ({ offset } = unitOf("fnhost:intl/zones").offsetAt(zone, time));
  const local = new Date(time + offset);
  const year = local.getUTCFullYear();
  const isBuddhist = calendar === "buddhist";
  return {
    time,
    offset,
    era: year > 0 || isBuddhist ? 1 : 0,
    year: isBuddhist ? year + 543 : year > 0 ? year : 1 - year,
    month: local.getUTCMonth(),
    day: local.getUTCDate(),
    weekday: local.getUTCDay(),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    second: local.getUTCSeconds(),
    millisecond: local.getUTCMilliseconds(),
    start: local,
  };
}

function named(table, context, width, index) {
  return (table[context]?.[width] ?? table.f[width])[index];
}

/** The period of the day that a language speaks of: `in the morning`. */
function dayPeriod(dates, { hour, minute, second }, count, hasMinute, hasSecond) {
  const names = dates.periods[widths(count)];
  const isSharp = (!hasMinute || minute === 0) && (!hasSecond || second === 0);
  const { rules } = dates;
  if (isSharp && hour === 12 && rules.noon !== undefined && names.noon !== undefined) return names.noon;
  const at = hour * 60 + (hasMinute ? minute : 0);
  for (const [name, [from, before]] of Object.entries(rules)) {
    if (before === undefined || names[name] === undefined) continue;
    if (from < before ? at >= from && at < before : at >= from || at < before) return names[name];
  }
  return names[hour < 12 ? "am" : "pm"];
}

/** `GMT+5:30`, as the locale writes it. */
function gmtOffset({ dates, system }, offset, isLong) {
  const [format, , hours] = dates.gmt;
  const seconds = Math.round(Math.abs(offset) / 1000);
  const [hour, minute, second] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const pattern = hours.split(";")[offset < 0 ? 1 : 0];
  const two = (value) => String(value).padStart(2, "0");
  const [, sign, separator, after] = /^([^Hm]*)H+([^Hm]*)m+(.*)$/.exec(pattern);
  let text = sign + (isLong ? two(hour) : hour);
  if (isLong || minute > 0 || second > 0) text += separator + two(minute);
  if (second > 0) text += separator + two(second);
  return format.replace("{0}", () => inDigits(text + after, system));
}

function zoneText(inside, { letter, count }, { time, offset }) {
  const { names, data, timeZone } = inside;
  const isLong = count === 4;
  if (letter === "O") return gmtOffset(inside, offset, isLong);
  const kind = letter === "v" ? "generic" : "specific";
  const name = names?.zoneName(data, timeZone, time, isLong ? "long" : "short", kind);
  return name ?? gmtOffset(inside, offset, isLong);
}

function textFor(inside, token, values) {
  const { dates, system } = inside;
  const { letter, count } = token;
  const number = (value, width = count) => inDigits(String(value).padStart(width, "0"), system);
  switch (letter) {
    case "G":
      return ["era", dates.eras[count === 4 ? "long" : count === 5 ? "narrow" : "short"][values.era]];
    case "y":
    case "u":
    case "r":
    case "Y":
      return ["year", count === 2 ? number(values.year % 100) : number(values.year)];
    case "M":
    case "L":
      if (count <= 2) return ["month", number(values.month + 1)];
      return ["month", named(dates.months, letter === "L" ? "s" : "f", widths(count), values.month)];
    case "d":
      return ["day", number(values.day)];
    case "E":
      return ["weekday", named(dates.days, "f", widths(count), values.weekday)];
    case "c":
    case "e":
      return ["weekday", named(dates.days, letter === "c" ? "s" : "f", widths(count), values.weekday)];
    case "a":
    case "b":
      return ["dayPeriod", dates.periods[widths(count)][values.hour < 12 ? "am" : "pm"]];
    case "B":
      return ["dayPeriod", dayPeriod(dates, values, count, inside.hasMinute, inside.hasSecond)];
    case "h":
      return ["hour", number(values.hour % 12 === 0 ? 12 : values.hour % 12)];
    case "H":
      return ["hour", number(values.hour)];
    case "K":
      return ["hour", number(values.hour % 12)];
    case "k":
      return ["hour", number(values.hour === 0 ? 24 : values.hour)];
    case "m":
      return ["minute", number(values.minute)];
    case "s":
      return ["second", number(values.second)];
    case "S":
      return ["fractionalSecond", inDigits(String(values.millisecond).padStart(3, "0").slice(0, count).padEnd(count, "0"), system)];
    case "z":
    case "v":
    case "O":
      return ["timeZoneName", zoneText(inside, token, values)];
    default:
      return ["literal", ""];
  }
}

export function partsByTokens(inside, list, values) {
  inside.hasMinute ??= inside.tokens.some((token) => token.letter === "m");
  inside.hasSecond ??= inside.tokens.some((token) => token.letter === "s");
  const parts = [];
  for (const token of list) {
    const [type, value] = typeof token === "string" ? ["literal", token] : textFor(inside, token, values);
    if (value === "") continue;
    const last = parts.at(-1);
    if (type === "literal" && last?.type === "literal") last.value += value;
    else parts.push({ type, value });
  }
  return parts;
}

export function partsOfDate(inside, time) {
  return partsByTokens(inside, inside.tokens, fieldsOf(time, inside.timeZone, inside.calendar));
}


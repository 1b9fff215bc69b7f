// `Intl.DateTimeFormat`.

import {
  finish, insideOf, isNumberingSystem, needed, numberOption, option, optionsObject, partOf, prepare, resolve, unitOf, want,
} from "fnhost:intl/core";
import { partsOfDate } from "./inner/date-parts.js";
import { dateRange } from "./inner/date-range.js";
import { bestPattern, candidates, tokens } from "./inner/skeletons.js";

want("dates");
want("numbers");
prepare("dates", candidates);

const slots = new WeakMap();
const apply = Reflect.apply;
const getTime = Date.prototype.getTime;
const now = Date.now;

/** Options that are fields of a date, in order, with the letters of what they can be. */
const fields = [
  ["weekday", { narrow: "EEEEE", short: "EEE", long: "EEEE" }],
  ["era", { narrow: "GGGGG", short: "GGG", long: "GGGG" }],
  ["year", { "2-digit": "yy", numeric: "y" }],
  ["month", { "2-digit": "MM", numeric: "M", narrow: "MMMMM", short: "MMM", long: "MMMM" }],
  ["day", { "2-digit": "dd", numeric: "d" }],
  ["dayPeriod", { narrow: "BBBBB", short: "B", long: "BBBB" }],
  ["hour", { "2-digit": "jj", numeric: "j" }],
  ["minute", { "2-digit": "mm", numeric: "m" }],
  ["second", { "2-digit": "ss", numeric: "s" }],
  ["fractionalSecondDigits", undefined],
  ["timeZoneName", { short: "z", long: "zzzz", shortOffset: "O", longOffset: "OOOO", shortGeneric: "v", longGeneric: "vvvv" }],
];
const dateFields = ["weekday", "year", "month", "day"];
const timeFields = ["dayPeriod", "hour", "minute", "second", "fractionalSecondDigits"];
const styles = ["full", "long", "medium", "short"];
const cycles = { h11: "K", h12: "h", h23: "H", h24: "k" };
const cycleOf = { K: "h11", h: "h12", H: "h23", k: "h24" };
const calendars = new Set(["gregory", "iso8601", "buddhist"]);

function zoneFor(given) {
  if (given === undefined) return "UTC";
  const name = String(given);
  if (/^(utc|gmt|etc\/utc|etc\/gmt)$/i.test(name)) return "UTC";
  const zones = unitOf("fnhost:intl/zones");
  if (zones === undefined) throw new Error(`\`timeZone\` is not written in this function, so the rules of ${name} are not part of it`);
  const zone = zones.zoneNamed(name);
  if (zone === undefined) throw new RangeError(`Invalid time zone specified: ${name}`);
  return zones.canonicalZone(zone);
}

/** The letter of the hour: of what was asked, or as the locale has it. */
function hourLetter(hour12, hourCycle, preferred) {
  // As Node 20 has it: at midnight it is 0 where people count hours from 0 otherwise, and 24 where they count from 12.
  const isFromZero = preferred === "K" || preferred === "H";
  if (hour12 === true) return isFromZero ? "K" : "h";
  if (hour12 === false) return isFromZero ? "H" : "k";
  return hourCycle === undefined ? preferred : cycles[hourCycle];
}

function withHour(pattern, letter) {
  let result = "";
  let quoted = false;
  for (const character of pattern) {
    if (character === "'") quoted = !quoted;
    result += !quoted && /[hHkK]/.test(character) ? letter : character;
  }
  return result;
}

const skeletonFrom = (pattern) =>
  tokens(pattern).map((token) => (typeof token === "string" || token.letter === "a" ? "" : token.letter.repeat(token.count))).join("");

function stylePattern(dates, dateStyle, timeStyle, letter, decimal) {
  const date = dateStyle === undefined ? undefined : dates.date[styles.indexOf(dateStyle)];
  let time = timeStyle === undefined ? undefined : dates.time[styles.indexOf(timeStyle)];
  if (time !== undefined && letter !== undefined) {
    const own = tokens(time).find((token) => token.field === 11)?.letter;
    if (own !== letter) time = withHour(bestPattern(dates, withHour(skeletonFrom(time), letter), decimal), letter);
  }
  if (date === undefined) return time;
  if (time === undefined) return date;
  return dates.at[styles.indexOf(dateStyle)].replace("{1}", () => date).replace("{0}", () => time);
}

function readFields(options, inside) {
  let skeleton = "";
  const explicit = [];
  for (const [name, values] of fields) {
    if (name === "fractionalSecondDigits") {
      const count = numberOption(options, name, 1, 3, undefined);
      if (count === undefined) continue;
      inside[name] = count;
      skeleton += "S".repeat(count);
    } else {
      const value = option(options, name, "string", Object.keys(values), undefined);
      if (value === undefined) continue;
      inside[name] = value;
      skeleton += values[value];
    }
    explicit.push(name);
  }
  return { skeleton, explicit };
}

const defaultsOf = { date: ["year", "month", "day"], time: ["hour", "minute", "second"], all: ["year", "month", "day", "hour",
  "minute", "second"] };

/** What is inside a DateTimeFormat. `required` and `defaults` say which fields there are if none is asked for. */
export function dateInside(locales, given, required, defaults) {
  const options = given === undefined ? Object.create(null) : Object(given === null ? optionsObject(given) : given);
  option(options, "localeMatcher", "string", ["lookup", "best fit"], "best fit");
  const calendar = option(options, "calendar", "string", undefined, undefined);
  const system = option(options, "numberingSystem", "string", undefined, undefined);
  const named = /^[a-z\d]{3,8}(-[a-z\d]{3,8})*$/i;
  if (calendar !== undefined && !named.test(calendar)) throw new RangeError(`Invalid calendar : ${calendar}`);
  if (system !== undefined && !named.test(system)) throw new RangeError(`Invalid numberingSystem : ${system}`);
  const hour12 = option(options, "hour12", "boolean", undefined, undefined);
  let hourCycle = option(options, "hourCycle", "string", ["h11", "h12", "h23", "h24"], undefined);
  if (hour12 !== undefined) hourCycle = undefined;
  const keys = {
    ca: (name) => calendars.has(name === "gregorian" ? "gregory" : name),
    hc: (name) => hour12 === undefined && Object.hasOwn(cycles, name),
    nu: isNumberingSystem,
  };
  const resolved = resolve(locales, keys, { ca: calendar?.toLowerCase(), nu: system, hc: hourCycle });
  const dates = needed("dates", resolved.data, undefined, "`Intl.DateTimeFormat`");
  const numbers = partOf("numbers", resolved.data) ?? partOf("numbers", "en");
  const ownSystem = isNumberingSystem(numbers.system) ? numbers.system : "latn";
  const inside = { locale: resolved.locale, data: resolved.data, dates, system: resolved.nu ?? ownSystem };
  inside.symbols = numbers.symbols[inside.system] ?? numbers.symbols.latn;
  inside.calendar = resolved.ca ?? (resolved.base.split("-")[0] === "th" ? "buddhist" : "gregory");
  inside.timeZone = zoneFor(options.timeZone);
  let { skeleton, explicit } = readFields(options, inside);
  option(options, "formatMatcher", "string", ["basic", "best fit"], "best fit");
  const dateStyle = option(options, "dateStyle", "string", styles, undefined);
  const timeStyle = option(options, "timeStyle", "string", styles, undefined);
  const letter = hourLetter(hour12, resolved.hc ?? hourCycle, resolved.hour);
  const decimal = inside.symbols.decimal;
  if (dateStyle !== undefined || timeStyle !== undefined) {
    const style = dateStyle === undefined ? "timeStyle" : "dateStyle";
    if (explicit.length > 0) throw new TypeError(`Can't set option ${explicit[0]} when ${style} is used`);
    if (required === "date" && timeStyle !== undefined) throw new TypeError("Invalid option : timeStyle");
    if (required === "time" && dateStyle !== undefined) throw new TypeError("Invalid option : dateStyle");
    const isAsked = hour12 !== undefined || resolved.hc !== undefined || hourCycle !== undefined;
    Object.assign(inside, { dateStyle, timeStyle });
    inside.pattern = stylePattern(dates, dateStyle, timeStyle, isAsked ? letter : undefined, decimal);
    inside.skeleton = skeletonFrom(inside.pattern);
  } else {
    const needsDefaults = !(
      ((required === "date" || required === "any") && explicit.some((name) => dateFields.includes(name))) ||
      ((required === "time" || required === "any") && explicit.some((name) => timeFields.includes(name)))
    );
    if (needsDefaults) {
      for (const name of defaultsOf[defaults]) inside[name] = "numeric";
      skeleton = "";
      for (const [name, values] of fields) {
        if (inside[name] !== undefined) skeleton += values === undefined ? "S".repeat(inside[name]) : values[inside[name]];
      }
    }
    inside.skeleton = skeleton.replaceAll("j", letter);
    inside.pattern = withHour(bestPattern(dates, inside.skeleton, decimal), letter);
  }
  inside.tokens = tokens(inside.pattern);
  const hour = inside.tokens.find((token) => token.field === 11);
  inside.hourCycle = hour === undefined ? undefined : cycleOf[hour.letter];
  if (inside.tokens.some((token) => token.field === 15)) inside.names = unitOf("fnhost:intl/zone-names");
  return inside;
}

function timeOf(date) {
  if (date === undefined) return now();
  const time = date instanceof Date ? apply(getTime, date, []) : Number(date);
  // As the language clips times.
  if (!(Math.abs(time) <= 8.64e15)) throw new RangeError("Invalid time value");
  return Math.trunc(time) + 0;
}

const textOf = (parts) => {
  let text = "";
  for (const part of parts) text += part.value;
  return text;
};

/**
 * A time as text. As Node has it, a plain space stands for a narrow one that does not break, which is in parts and in ranges:
 * much code looks for it.
 */
export const formattedDate = (inside, time) => textOf(partsOfDate(inside, time)).replaceAll("\u202f", " ");

export function DateTimeFormat(locales = undefined, options = undefined) {
  if (new.target === undefined) return new DateTimeFormat(locales, options);
  slots.set(this, dateInside(locales, options, "any", "date"));
}

/** What the fields of a pattern are as options. */
function fieldOptions(inside, result) {
  for (const token of inside.tokens) {
    if (typeof token === "string") continue;
    const { letter, count } = token;
    const width = count === 3 ? "short" : count === 4 ? "long" : "narrow";
    if (/[Ecde]/.test(letter) && letter !== "d") result.weekday = count < 3 ? "short" : width;
    else if (letter === "G") result.era = count < 4 ? "short" : width;
    else if (letter === "y") result.year = count === 2 ? "2-digit" : "numeric";
    else if (letter === "M" || letter === "L") result.month = count < 3 ? (count === 2 ? "2-digit" : "numeric") : width;
    else if (letter === "d") result.day = count === 2 ? "2-digit" : "numeric";
    else if (letter === "B") result.dayPeriod = count < 4 ? "short" : width;
    else if (/[hHkK]/.test(letter)) result.hour = count === 2 ? "2-digit" : "numeric";
    else if (letter === "m") result.minute = count === 2 ? "2-digit" : "numeric";
    else if (letter === "s") result.second = count === 2 ? "2-digit" : "numeric";
    else if (letter === "S") result.fractionalSecondDigits = count;
  }
  if (inside.timeZoneName !== undefined) result.timeZoneName = inside.timeZoneName;
}

const order = fields.map(([name]) => name);

function checkedRange(start, end) {
  if (start === undefined || end === undefined) throw new TypeError("startDate or endDate cannot be undefined");
  return [timeOf(start), timeOf(end)];
}

finish(DateTimeFormat, "DateTimeFormat", {
  get format() {
    const inside = insideOf(slots, this, "get Intl.DateTimeFormat.prototype.format");
    inside.bound ??= (date) => formattedDate(inside, timeOf(date));
    Object.defineProperty(inside.bound, "name", { value: "", configurable: true });
    return inside.bound;
  },
  formatToParts(date) {
    return partsOfDate(insideOf(slots, this, "Intl.DateTimeFormat.prototype.formatToParts"), timeOf(date));
  },
  formatRange(start, end) {
    const inside = insideOf(slots, this, "Intl.DateTimeFormat.prototype.formatRange");
    return textOf(dateRange(inside, ...checkedRange(start, end)));
  },
  formatRangeToParts(start, end) {
    const inside = insideOf(slots, this, "Intl.DateTimeFormat.prototype.formatRangeToParts");
    return dateRange(inside, ...checkedRange(start, end));
  },
  resolvedOptions() {
    const inside = insideOf(slots, this, "Intl.DateTimeFormat.prototype.resolvedOptions");
    const { locale, calendar, system, timeZone, hourCycle, dateStyle, timeStyle } = inside;
    const result = { locale, calendar, numberingSystem: system, timeZone };
    if (hourCycle !== undefined) {
      result.hourCycle = hourCycle;
      result.hour12 = hourCycle === "h11" || hourCycle === "h12";
    }
    if (dateStyle === undefined && timeStyle === undefined) {
      const found = {};
      fieldOptions(inside, found);
      for (const name of order) if (found[name] !== undefined) result[name] = found[name];
    }
    if (dateStyle !== undefined) result.dateStyle = dateStyle;
    if (timeStyle !== undefined) result.timeStyle = timeStyle;
    return result;
  },
});

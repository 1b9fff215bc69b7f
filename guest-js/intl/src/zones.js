// Rules of time zones. A zone is read from the table when it is first used.

import { canonical, links, rules } from "fnhost:intl/zones-data";

const read = new Map();
const targets = new Map();
const names = new Map();
// Where the line of a zone begins.
const starts = new Map();

function readNames() {
  let start = 0;
  for (const line of rules.split("\n")) {
    const name = line.slice(0, line.indexOf("|"));
    names.set(name.toLowerCase(), name);
    starts.set(name, start);
    start += line.length + 1;
  }
  for (const line of links.split("\n")) {
    const [target, name] = line.split(" ");
    targets.set(name, target);
    names.set(name.toLowerCase(), name);
  }
}

// While the function is built: an event finds them made.
readNames();

/** The name of a zone as it is spelled; undefined for what is none. */
export function zoneNamed(name) {
  const lower = name.toLowerCase();
  if (lower === "utc" || lower === "gmt" || lower === "etc/utc" || lower === "etc/gmt") return "UTC";
  return names.get(lower);
}

/** All names, those of other names left out. */
export function zoneNames() {
  return [...names.values()].filter((name) => !targets.has(name)).sort();
}

/** What a zone is called in the tables of names. */
export function canonicalZone(name) {
  return Object.hasOwn(canonical, name) ? canonical[name] : name;
}

function zoneOf(name) {
  let zone = read.get(name);
  if (zone !== undefined) return zone;
  const start = starts.get(targets.get(name) ?? name);
  const end = rules.indexOf("\n", start);
  const [, offsets, indices, times, kinds] = rules.slice(start, end < 0 ? undefined : end).split("|");
  let at = 0;
  const numbers = (text) => (text === "" ? [] : text.split(" ").map((piece) => parseInt(piece, 36) * 1000));
  const until = numbers(times).map((difference) => (at += difference));
  zone = { offsets: numbers(offsets), kinds, indices, until };
  read.set(name, zone);
  return zone;
}

// The table ends here; what was the rule in its last years holds for all that come.
const lastYear = 2037;
const tableEnd = Date.UTC(lastYear, 0, 1);

const day = 86_400_000;

/** The day of the month on which a year has the weekday that `rule` says. */
function dayBy({ month, weekday, week }, year) {
  const first = new Date(Date.UTC(year, month, 1)).getUTCDay();
  const date = 1 + ((weekday - first + 7) % 7) + (week - 1) * 7;
  return date > new Date(Date.UTC(year, month + 1, 0)).getUTCDate() ? date - 7 : date;
}

/** The changes of a zone in its last whole year, as rules: the nth weekday of a month, the 5th being the last. */
function rulesOf(zone) {
  if (zone.yearly !== undefined) return zone.yearly;
  const inYear = (year) => zone.until.filter((time) => time >= Date.UTC(year, 0, 1) && time < Date.UTC(year + 1, 0, 1));
  const years = [lastYear - 1, lastYear - 2, lastYear - 3, lastYear - 4, lastYear - 5, lastYear - 6].map(inYear);
  zone.yearly = years[0].map((time, index) => {
    const date = new Date(time);
    const isLast = years.every((times) => times[index] !== undefined &&
      new Date(times[index] + 7 * day).getUTCMonth() !== date.getUTCMonth());
    const rule = { month: date.getUTCMonth(), weekday: date.getUTCDay(), week: isLast ? 5 : Math.ceil(date.getUTCDate() / 7) };
    return { ...rule, time, ofDay: time % day };
  });
  return zone.yearly;
}

/** A moment of the table's last years at which a zone is as it is at `time`. */
function inLastYears(zone, time) {
  // A zone whose changes follow no rule has all of them in the table.
  if (zone.until.length === 0 || zone.until.at(-1) > Date.UTC(lastYear + 2, 0, 1)) return time;
  const rules = rulesOf(zone);
  const year = new Date(time).getUTCFullYear();
  let moment = Date.UTC(lastYear - 1, 0, 1);
  for (const rule of rules) if (time >= Date.UTC(year, rule.month, dayBy(rule, year)) + rule.ofDay) moment = rule.time;
  return moment;
}

/** Milliseconds that local time is ahead of UTC, and whether it is summer time. */
export function offsetAt(name, time) {
  if (name === "UTC") return { offset: 0, isSummer: false };
  const fixed = /^([+-])(\d\d):?(\d\d)$/.exec(name);
  if (fixed !== null) return { offset: (fixed[1] === "-" ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3])) * 60_000,
    isSummer: false };
  const zone = zoneOf(name);
  const { until, indices, kinds } = zone;
  const moment = time < tableEnd ? time : inLastYears(zone, time);
  let low = 0;
  let high = until.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (moment < until[middle]) high = middle;
    else low = middle + 1;
  }
  const index = parseInt(indices[Math.min(low, indices.length - 1)], 36);
  return { offset: zone.offsets[index], isSummer: kinds[index] === "s" };
}

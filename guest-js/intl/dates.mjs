// What is kept of CLDR for dates, time zones and names.

import { core, main, supplemental } from "./cldr.mjs";

const list = (table, names) => names.map((name) => table[name]);
const count = (from, to) => Array.from({ length: to - from + 1 }, (_, index) => `${from + index}`);
const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const styles = ["full", "long", "medium", "short"];

function names(table, keys) {
  const result = {};
  for (const [context, short] of [["format", "f"], ["stand-alone", "s"]]) {
    result[short] = {};
    for (const [width, values] of Object.entries(table[context])) {
      const texts = list(values, keys);
      if (short === "s" && JSON.stringify(result.f[width]) === JSON.stringify(texts)) continue;
      result[short][width] = texts;
    }
  }
  return result;
}

function plain(table) {
  const kept = {};
  for (const [name, value] of Object.entries(table)) {
    if (name.includes("-alt-")) continue;
    if (name.includes("-count-")) {
      if (name.endsWith("-count-other")) kept[name.replace("-count-other", "")] = value;
    } else {
      kept[name] = value;
    }
  }
  return kept;
}

function periods(table) {
  const kept = {};
  for (const [width, values] of Object.entries(table)) kept[width] = plain(values);
  return kept;
}

const pattern = (value) => (typeof value === "object" ? value._value : value);

export function dates(locale) {
  const calendar = main(locale, "dates", "ca-gregorian")?.dates.calendars.gregorian;
  if (calendar === undefined) return undefined;
  const { availableFormats, appendItems, intervalFormats } = calendar.dateTimeFormats;
  const zones = main(locale, "dates", "timeZoneNames").dates.timeZoneNames;
  const fields = main(locale, "dates", "dateFields").dates.fields;
  const at = calendar["dateTimeFormats-atTime"]?.standard ?? calendar.dateTimeFormats;
  const intervals = {};
  for (const [skeleton, patterns] of Object.entries(intervalFormats)) {
    if (!skeleton.includes("-alt-")) intervals[skeleton] = typeof patterns === "string" ? patterns : plain(patterns);
  }
  const fieldNames = {};
  for (const name of ["era", "year", "month", "week", "day", "weekday", "dayperiod", "hour", "minute", "second", "zone"]) {
    fieldNames[name] = fields[name]?.displayName;
  }
  return {
    months: names(calendar.months, count(1, 12)),
    days: names(calendar.days, weekdays),
    periods: periods(calendar.dayPeriods.format),
    eras: {
      long: list(calendar.eras.eraNames, ["0", "1"]),
      short: list(calendar.eras.eraAbbr, ["0", "1"]),
      narrow: list(calendar.eras.eraNarrow, ["0", "1"]),
    },
    date: list(calendar.dateFormats, styles).map(pattern),
    time: list(calendar.timeFormats, styles).map(pattern),
    glue: list(calendar.dateTimeFormats, styles).map(pattern),
    at: list(at, styles).map(pattern),
    available: plain(availableFormats),
    append: appendItems,
    intervals,
    fields: fieldNames,
    gmt: [zones.gmtFormat, zones.gmtZeroFormat, zones.hourFormat],
  };
}

/** Names of time zones: of zones themselves, and of those that share a name. */
export function zones(locale) {
  const table = main(locale, "dates", "timeZoneNames")?.dates.timeZoneNames;
  if (table === undefined) return undefined;
  const own = {};
  const walk = (value, path) => {
    for (const [name, inner] of Object.entries(value)) {
      const zone = path === "" ? name : `${path}/${name}`;
      if (inner._type !== "zone") walk(inner, zone);
      else if (inner.long !== undefined || inner.short !== undefined) own[zone] = { long: inner.long, short: inner.short };
    }
  };
  walk(table.zone, "");
  const region = [table.regionFormat, table["regionFormat-type-standard"], table["regionFormat-type-daylight"]];
  return { own, meta: table.metazone ?? {}, region, fallback: table.fallbackFormat };
}

/** Which shared name a zone has, and from when: lists of `[name, from]`, with times in minutes. */
export function metazones() {
  const { metazoneInfo, metazones } = supplemental("metaZones").metaZones;
  const used = {};
  const walk = (value, path) => {
    for (const [name, inner] of Object.entries(value)) {
      const zone = path === "" ? name : `${path}/${name}`;
      if (!Array.isArray(inner)) walk(inner, zone);
      else {
        used[zone] = inner.flatMap(({ usesMetazone: { _mzone, _from, _to } }) => {
          const time = (text) => Date.parse(`${text.replace(" ", "T")}Z`) / 60_000;
          const entry = [_mzone];
          if (_from !== undefined || _to !== undefined) entry.push(_from === undefined ? null : time(_from));
          if (_to !== undefined) entry.push(time(_to));
          return [entry];
        });
      }
    }
  };
  walk(metazoneInfo.timezone, "");
  const golden = {};
  for (const { mapZone } of metazones) {
    golden[mapZone._other] ??= {};
    golden[mapZone._other][mapZone._territory] = mapZone._type;
  }
  return { used, golden };
}

const locales = core("availableLocales").availableLocales.full;
const spoken = new Set(locales.map((tag) => tag.split("-")[0]));
const isSpoken = (code) => code.length === 2 || spoken.has(code.split("-")[0]);

/** Names of languages, regions, scripts and the rest, for `Intl.DisplayNames`. */
export function displayNames(locale) {
  const part = (file, name) => main(locale, "localenames", file)?.localeDisplayNames[name];
  const languages = part("languages", "languages");
  if (languages === undefined) return undefined;
  const more = main(locale, "localenames", "localeDisplayNames").localeDisplayNames;
  const fields = main(locale, "dates", "dateFields").dates.fields;
  const named = (table) => {
    const kept = {};
    for (const [code, name] of Object.entries(table ?? {})) if (name !== code && !code.includes("-alt-")) kept[code] = name;
    return kept;
  };
  const short = (table) => {
    const kept = {};
    for (const [code, name] of Object.entries(table ?? {})) if (code.endsWith("-alt-short")) kept[code.slice(0, -10)] = name;
    return kept;
  };
  const fieldNames = {};
  for (const name of Object.keys(fields)) {
    if (/^(era|year|quarter|month|week|weekday|day|dayperiod|hour|minute|second|zone)(-short|-narrow)?$/.test(name)) {
      fieldNames[name] = fields[name].displayName;
    }
  }
  return {
    language: named(Object.fromEntries(Object.entries(languages).filter(([code]) => isSpoken(code)))),
    languageShort: short(languages),
    region: named(part("territories", "territories")),
    regionShort: short(part("territories", "territories")),
    script: named(part("scripts", "scripts")),
    variant: named(part("variants", "variants")),
    calendar: named(more.types?.calendar),
    pattern: [more.localeDisplayPattern.localePattern, more.localeDisplayPattern.localeSeparator],
    field: fieldNames,
  };
}

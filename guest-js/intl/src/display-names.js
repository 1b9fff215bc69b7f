// `Intl.DisplayNames`.

import { canonicalTag, finish, insideOf, needed, option, optionsObject, parsed, partOf, resolve, titled, want } from "fnhost:intl/core";

want("names");
want("currencies");

const slots = new WeakMap();
const types = ["language", "region", "script", "currency", "calendar", "dateTimeField"];
const fields = { weekOfYear: "week", dayPeriod: "dayperiod", timeZoneName: "zone" };
const fieldNames = ["era", "year", "quarter", "month", "weekOfYear", "weekday", "day", "dayPeriod", "hour", "minute", "second",
  "timeZoneName"];

export function DisplayNames(locales, options) {
  if (new.target === undefined) throw new TypeError("Constructor Intl.DisplayNames requires 'new'");
  const { locale, data } = resolve(locales);
  if (options === undefined) throw new TypeError("Cannot convert undefined or null to object");
  const given = optionsObject(options);
  option(given, "localeMatcher", "string", ["lookup", "best fit"], "best fit");
  const style = option(given, "style", "string", ["narrow", "short", "long"], "long");
  const type = option(given, "type", "string", types, undefined);
  if (type === undefined) throw new TypeError("Required option \"type\" must not be undefined");
  const fallback = option(given, "fallback", "string", ["code", "none"], "code");
  const languageDisplay = option(given, "languageDisplay", "string", ["dialect", "standard"], "dialect");
  const inside = { locale, style, type, fallback, names: needed("names", data, undefined, "`Intl.DisplayNames`") };
  if (type === "language") inside.languageDisplay = languageDisplay;
  inside.currencies = (partOf("currencies", data) ?? partOf("currencies", "en")).names;
  slots.set(this, inside);
}

const invalid = (code) => new RangeError(`Invalid argument to Intl.DisplayNames.prototype.of: ${code}`);

function languageName({ names, languageDisplay, fallback, style }, code) {
  if (code.toLowerCase() === "root" || !/^[a-z]{2,8}(-|$)/i.test(code)) throw invalid(code);
  const tag = canonicalTag(code);
  const { language, script, region, variants } = parsed(tag);
  const isBoth = script !== undefined && region !== undefined;
  const ofParts = isBoth ? [[language, script, region]] : [[language, region], [language, script]];
  const tries = languageDisplay === "standard" ? [[language]] : [...ofParts, [language]];
  for (const known of tries) {
    if (known.includes(undefined)) continue;
    const tried = known.join("-");
    const name = (style === "long" ? undefined : names.languageShort?.[tried]) ?? names.language[tried];
    if (name === undefined) continue;
    const more = [];
    if (script !== undefined && !known.includes(script)) more.push(names.script[script] ?? script);
    if (region !== undefined && !known.includes(region)) more.push(names.region[region] ?? region);
    more.push(...variants.map((variant) => names.variant[variant.toUpperCase()] ?? variant));
    if (more.length === 0) return name;
    const [pattern, separator] = names.pattern;
    const list = more.reduce((left, right) => separator.replace("{0}", () => left).replace("{1}", () => right));
    return pattern.replace("{0}", () => name).replace("{1}", () => list);
  }
  return fallback === "none" ? undefined : tag;
}

/** As Node 20 has it: the name, whatever the style. */
function currencyName({ currencies }, code) {
  const name = currencies[code];
  return typeof name === "object" ? name.name : name;
}

function nameOf(inside, given) {
  const code = String(given);
  const { type, names, style, fallback } = inside;
  if (type === "language") return languageName(inside, code);
  let canonical = code;
  let name;
  if (type === "region") {
    if (!/^([a-z]{2}|\d{3})$/i.test(code)) throw invalid(code);
    canonical = code.toUpperCase();
    name = (style === "long" ? undefined : names.regionShort[canonical]) ?? names.region[canonical];
  } else if (type === "script") {
    if (!/^[a-z]{4}$/i.test(code)) throw invalid(code);
    canonical = titled(code);
    name = names.script[canonical];
  } else if (type === "currency") {
    if (!/^[a-z]{3}$/i.test(code)) throw invalid(code);
    canonical = code.toUpperCase();
    name = currencyName(inside, canonical);
  } else if (type === "calendar") {
    if (!/^[a-z\d]{3,8}(-[a-z\d]{3,8})*$/i.test(code)) throw invalid(code);
    canonical = code.toLowerCase();
    name = names.calendar[canonical === "gregory" ? "gregorian" : canonical];
  } else {
    if (!fieldNames.includes(code)) throw invalid(code);
    const field = fields[code] ?? code;
    name = names.field[style === "long" ? field : `${field}-${style}`];
  }
  return name ?? (fallback === "none" ? undefined : canonical);
}

finish(DisplayNames, "DisplayNames", {
  of(code) {
    return nameOf(insideOf(slots, this, "Intl.DisplayNames.prototype.of"), code);
  },
  resolvedOptions() {
    const inside = insideOf(slots, this, "Intl.DisplayNames.prototype.resolvedOptions");
    const { locale, style, type, fallback, languageDisplay } = inside;
    return { locale, style, type, fallback, ...(languageDisplay !== undefined && { languageDisplay }) };
  },
});
Object.defineProperty(DisplayNames, "length", { value: 2, configurable: true });

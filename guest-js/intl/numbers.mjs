// What is kept of CLDR for numbers, currencies, units and lists.

import { following, main, plural, supplemental } from "./cldr.mjs";

function symbolsOf(numbers, system) {
  const symbols = numbers[`symbols-numberSystem-${system}`];
  if (symbols === undefined) return undefined;
  const { decimal, group, percentSign, plusSign, minusSign, exponential, infinity, nan, approximatelySign } = symbols;
  const { currencyDecimal, currencyGroup, timeSeparator, superscriptingExponent } = symbols;
  return {
    decimal, group, percentSign, plusSign, minusSign, exponential, infinity, nan, approximatelySign,
    currencyDecimal, currencyGroup, timeSeparator, superscriptingExponent,
  };
}

/** `1000-count-one: "0K"` and so on: by the power of ten, one pattern or one for each plural category. */
function compact(table) {
  const powers = {};
  for (const [name, pattern] of Object.entries(table ?? {})) {
    const [, zeros, count, alternative] = /^1(0+)-count-([^-]+)(-alt-.*)?$/.exec(name) ?? [];
    if (zeros === undefined || alternative !== undefined) continue;
    powers[zeros.length] ??= {};
    powers[zeros.length][count] = pattern;
  }
  const result = {};
  for (const [power, patterns] of Object.entries(powers)) result[power] = plural(patterns);
  return result;
}

function formatsOf(numbers, system) {
  const decimal = numbers[`decimalFormats-numberSystem-${system}`];
  const currency = numbers[`currencyFormats-numberSystem-${system}`];
  if (decimal === undefined || currency === undefined) return undefined;
  const misc = numbers[`miscPatterns-numberSystem-${system}`];
  return {
    decimal: decimal.standard,
    percent: numbers[`percentFormats-numberSystem-${system}`].standard,
    currency: currency.standard,
    currencyAlpha: currency["standard-alphaNextToNumber"],
    accounting: currency.accounting,
    accountingAlpha: currency["accounting-alphaNextToNumber"],
    named: plural(following(currency, "unitPattern-count-")) ?? "{0} {1}",
    short: compact(decimal.short?.decimalFormat),
    long: compact(decimal.long?.decimalFormat),
    currencyShort: compact(currency.short?.standard),
    range: misc?.range,
    approximately: misc?.approximately,
  };
}

export function numbers(locale) {
  const numbers = main(locale, "numbers", "numbers")?.numbers;
  if (numbers === undefined) return undefined;
  const system = numbers.defaultNumberingSystem;
  const systems = [...new Set([system, "latn"])];
  const symbol = {};
  const narrow = {};
  for (const [code, value] of Object.entries(main(locale, "numbers", "currencies").numbers.currencies)) {
    if (value.symbol !== undefined && value.symbol !== code) symbol[code] = value.symbol;
    const short = value["symbol-alt-narrow"];
    if (short !== undefined && short !== value.symbol) narrow[code] = short;
  }
  return {
    system,
    native: numbers.otherNumberingSystems?.native,
    grouping: Number(numbers.minimumGroupingDigits),
    symbols: Object.fromEntries(systems.map((name) => [name, symbolsOf(numbers, name)])),
    formats: Object.fromEntries(systems.map((name) => [name, formatsOf(numbers, name)])),
    symbol,
    narrow,
  };
}

/** Currencies that are in use somewhere, and those of the last century that people still write. */
const inUse = new Set(["DEM", "FRF", "ITL", "ESP", "NLG", "BEF", "ATS", "PTE", "IEP", "FIM", "GRD", "XAU", "XAG", "XDR", "X".repeat(3)]);
for (const region of Object.values(supplemental("currencyData").currencyData.region)) {
  for (const entry of region) for (const [code, { _to, _tender }] of Object.entries(entry)) if (_to === undefined &&
    _tender !== "false") inUse.add(code);
}

export function currencies(locale) {
  const names = {};
  for (const [code, value] of Object.entries(main(locale, "numbers", "currencies")?.numbers.currencies ?? {})) {
    if (value.displayName === undefined || value.displayName === code || !inUse.has(code)) continue;
    const counted = plural(following(value, "displayName-count-"));
    names[code] = counted === undefined || counted === value.displayName ? value.displayName : { name: value.displayName,
      count: counted };
  }
  return { names };
}

/** The units that the language knows. */
export const units = `acre bit byte celsius centimeter day degree fahrenheit fluid-ounce foot gallon gigabit gigabyte gram hectare
hour inch kilobit kilobyte kilogram kilometer liter megabit megabyte meter microsecond mile mile-scandinavian milliliter
millimeter millisecond minute month nanosecond ounce percent petabyte pound second stone terabit terabyte week yard
year`.split(/\s+/);

export function unitNames(locale) {
  const all = main(locale, "units", "units")?.units;
  if (all === undefined) return undefined;
  const widths = {};
  for (const width of ["long", "short", "narrow"]) {
    const table = all[width];
    const kept = { per: table.per.compoundUnitPattern };
    for (const [key, value] of Object.entries(table)) {
      const name = key.slice(key.indexOf("-") + 1);
      const parts = name.split("-per-");
      if (name.includes("-person") || !parts.every((part) => units.includes(part) || part === "generic")) continue;
      const patterns = plural(following(value, "unitPattern-count-"));
      if (patterns === undefined) continue;
      kept[name] = patterns;
      if (value.perUnitPattern !== undefined) kept[`per ${name}`] = value.perUnitPattern;
    }
    widths[width] = kept;
  }
  return widths;
}

const lastNames = { standard: "conjunction", or: "disjunction", unit: "unit" };

export function lists(locale) {
  const patterns = main(locale, "misc", "listPatterns")?.listPatterns;
  if (patterns === undefined) return undefined;
  const result = {};
  for (const [name, type] of Object.entries(lastNames)) {
    for (const style of ["long", "short", "narrow"]) {
      const found = patterns[`listPattern-type-${name}${style === "long" ? "" : `-${style}`}`];
      if (found === undefined) continue;
      const { 2: two, start, middle, end } = found;
      result[`${type} ${style}`] = [two, start, middle, end];
    }
  }
  return result;
}

export function relative(locale) {
  const fields = main(locale, "dates", "dateFields")?.dates.fields;
  if (fields === undefined) return undefined;
  const result = {};
  for (const unit of ["year", "quarter", "month", "week", "day", "hour", "minute", "second"]) {
    for (const style of ["", "-short", "-narrow"]) {
      const field = fields[unit + style];
      result[`${unit}${style}`] = {
        auto: following(field, "relative-type-"),
        future: plural(following(field["relativeTime-type-future"], "relativeTimePattern-count-")),
        past: plural(following(field["relativeTime-type-past"], "relativeTimePattern-count-")),
      };
    }
  }
  return result;
}

// `Intl.NumberFormat`.

import {
  finish, insideOf, isNumberingSystem, needed, option, optionsObject, partOf, resolve, unitOf, want,
} from "fnhost:intl/core";
import { digitOptions, resolvedDigits, toDecimal } from "fnhost:intl/digits";
import { currencyDigits, isUnit } from "fnhost:intl/currency-digits";
import { ruleOf } from "fnhost:intl/plural-rules";
import { partsOfNumber } from "./inner/number-parts.js";
import { rangeParts } from "./inner/number-range.js";

want("numbers");

const slots = new WeakMap();

function readUnit(options, inside) {
  const { style } = inside;
  const currency = option(options, "currency", "string", undefined, undefined);
  if (currency !== undefined && !/^[a-z]{3}$/i.test(currency)) throw new RangeError(`Invalid currency code : ${currency}`);
  if (style === "currency" && currency === undefined) throw new TypeError("Currency code is required with currency style.");
  const display = option(options, "currencyDisplay", "string", ["code", "symbol", "narrowSymbol", "name"], "symbol");
  const sign = option(options, "currencySign", "string", ["standard", "accounting"], "standard");
  const unit = option(options, "unit", "string", undefined, undefined);
  if (unit !== undefined && !isUnit(unit)) throw new RangeError(`Invalid unit argument for Intl.NumberFormat() '${unit}'`);
  if (style === "unit" && unit === undefined) throw new TypeError("Unit is required with unit style.");
  const unitDisplay = option(options, "unitDisplay", "string", ["short", "narrow", "long"], "short");
  if (style === "currency") Object.assign(inside, { currency: currency.toUpperCase(), currencyDisplay: display, currencySign: sign });
  if (style === "unit") Object.assign(inside, { unit, unitDisplay });
}

function readGrouping(options, isCompact) {
  const { useGrouping: given } = options;
  if (given === undefined) return isCompact ? "min2" : "auto";
  if (given === true) return "always";
  if (given === false) return false;
  const value = String(given);
  if (value === "true" || value === "false" || value === "") return value === "" ? false : isCompact ? "min2" : "auto";
  if (!["min2", "auto",
    "always"].includes(value)) throw new RangeError(`Value ${value} out of range for Intl.NumberFormat options property useGrouping`);
  return value;
}

function insideFor(locales, options) {
  option(options, "localeMatcher", "string", ["lookup", "best fit"], "best fit");
  const system = option(options, "numberingSystem", "string", undefined, undefined);
  if (system !== undefined &&
    !/^[a-z\d]{3,8}(-[a-z\d]{3,8})*$/i.test(system)) throw new RangeError(`Invalid numberingSystem : ${system}`);
  const { locale, base, data, nu } = resolve(locales, { nu: isNumberingSystem }, { nu: system });
  const numbers = needed("numbers", data, undefined, "`Intl.NumberFormat`");
  const inside = { locale, base, data, system: nu ?? (isNumberingSystem(numbers.system) ? numbers.system : "latn") };
  inside.style = option(options, "style", "string", ["decimal", "percent", "currency", "unit"], "decimal");
  readUnit(options, inside);
  inside.notation = option(options, "notation", "string", ["standard", "scientific", "engineering", "compact"], "standard");
  const isCompact = inside.notation === "compact";
  const hasCurrencyDigits = inside.style === "currency" && inside.notation === "standard";
  const ofCurrency = hasCurrencyDigits ? currencyDigits(inside.currency) : 0;
  const maximum = hasCurrencyDigits ? ofCurrency : inside.style === "percent" || inside.style === "currency" ? 0 : 3;
  inside.digits = digitOptions(options, ofCurrency, maximum, isCompact);
  const display = option(options, "compactDisplay", "string", ["short", "long"], "short");
  if (isCompact) inside.compactDisplay = display;
  inside.grouping = readGrouping(options, isCompact);
  inside.sign = option(options, "signDisplay", "string", ["auto", "never", "always", "exceptZero", "negative"], "auto");
  inside.numbers = numbers;
  inside.symbols = numbers.symbols[inside.system] ?? numbers.symbols.latn;
  inside.formats = numbers.formats[inside.system] ?? numbers.formats.latn;
  inside.rule = ruleOf(base);
  if (inside.currencyDisplay === "name") inside.names = currencyNames(inside);
  if (inside.style === "unit") inside.unitPatterns = unitPatterns(inside);
  return inside;
}

function currencyNames({ data, currency }) {
  unitOf("fnhost:intl/currency-names");
  return (partOf("currencies", data) ?? partOf("currencies", "en"))?.names[currency];
}

function unitPatterns({ data, unitDisplay }) {
  unitOf("fnhost:intl/unit-names");
  const table = needed("units", data, undefined, "the table of units")[unitDisplay];
  return table ?? needed("units", "en", undefined, "the table of units")[unitDisplay];
}

/** What `format` takes, as the language has it. */
function numeric(value) {
  if (typeof value === "number" || typeof value === "bigint") return value;
  const primitive = typeof value === "object" && value !== null ? toPrimitive(value) : value;
  return typeof primitive === "bigint" || typeof primitive === "string" ? primitive : Number(primitive);
}

function toPrimitive(value) {
  const convert = value[Symbol.toPrimitive];
  if (convert !== undefined && convert !== null) return convert.call(value, "number");
  const number = value.valueOf();
  return typeof number === "object" && number !== null ? value.toString() : number;
}

const textOf = (parts) => {
  let text = "";
  for (const part of parts) text += part.value;
  return text;
};

const partsFor = (inside, value) => partsOfNumber(inside, toDecimal(numeric(value)));

/** A number as text, by what `new Intl.NumberFormat(locales, options)` would have inside. */
export const formatted = (inside, value) => textOf(partsFor(inside, value));
export const formattedParts = partsFor;
export const numberInside = (locales, options) => insideFor(locales, options ?? Object.create(null));

function range(inside, start, end) {
  if (start === undefined || end === undefined) throw new TypeError("start or end is undefined");
  const [first, last] = [toDecimal(numeric(start)), toDecimal(numeric(end))];
  if (first.kind === "nan" || last.kind === "nan") throw new RangeError("Invalid number value");
  return rangeParts(inside, first, last);
}

export function NumberFormat(locales = undefined, options = undefined) {
  if (new.target === undefined) return new NumberFormat(locales, options);
  slots.set(this, insideFor(locales, options === undefined ? Object.create(null) : Object(options === null
    ? optionsObject(options) : options)));
}

finish(NumberFormat, "NumberFormat", {
  get format() {
    const inside = insideOf(slots, this, "get Intl.NumberFormat.prototype.format");
    inside.bound ??= (value) => formatted(inside, value);
    Object.defineProperty(inside.bound, "name", { value: "", configurable: true });
    return inside.bound;
  },
  formatToParts(value) {
    return partsFor(insideOf(slots, this, "Intl.NumberFormat.prototype.formatToParts"), value);
  },
  formatRange(start, end) {
    return textOf(range(insideOf(slots, this, "Intl.NumberFormat.prototype.formatRange"), start, end));
  },
  formatRangeToParts(start, end) {
    return range(insideOf(slots, this, "Intl.NumberFormat.prototype.formatRangeToParts"), start, end);
  },
  resolvedOptions() {
    const inside = insideOf(slots, this, "Intl.NumberFormat.prototype.resolvedOptions");
    const { locale, system, style, digits } = inside;
    const result = { locale, numberingSystem: system, style };
    for (const name of ["currency", "currencyDisplay", "currencySign", "unit", "unitDisplay"]) {
      if (inside[name] !== undefined) result[name] = inside[name];
    }
    resolvedDigits(result, digits);
    result.useGrouping = inside.grouping;
    result.notation = inside.notation;
    if (inside.compactDisplay !== undefined) result.compactDisplay = inside.compactDisplay;
    result.signDisplay = inside.sign;
    result.roundingMode = digits.mode;
    result.roundingIncrement = digits.increment;
    result.trailingZeroDisplay = digits.zeros;
    result.roundingPriority = digits.priority;
    return result;
  },
});

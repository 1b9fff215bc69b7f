// `Intl.RelativeTimeFormat`.

import { finish, insideOf, isNumberingSystem, needed, option, optionsObject, resolve, want } from "fnhost:intl/core";
import { roundedBy, toDecimal } from "fnhost:intl/digits";
import { formattedParts, numberInside } from "fnhost:intl/number-format";
import { categoryOf } from "fnhost:intl/plural-rules";

want("relative");

const units = ["second", "minute", "hour", "day", "week", "month", "quarter", "year"];
const slots = new WeakMap();

export function RelativeTimeFormat(locales = undefined, options = undefined) {
  if (new.target === undefined) throw new TypeError("Constructor Intl.RelativeTimeFormat requires 'new'");
  const given = options === undefined ? Object.create(null) : Object(options === null ? optionsObject(options) : options);
  option(given, "localeMatcher", "string", ["lookup", "best fit"], "best fit");
  const system = option(given, "numberingSystem", "string", undefined, undefined);
  if (system !== undefined &&
    !/^[a-z\d]{3,8}(-[a-z\d]{3,8})*$/i.test(system)) throw new RangeError(`Invalid numberingSystem : ${system}`);
  const { locale, data, nu, base } = resolve(locales, { nu: isNumberingSystem }, { nu: system });
  const style = option(given, "style", "string", ["long", "short", "narrow"], "long");
  const numeric = option(given, "numeric", "string", ["always", "auto"], "always");
  const numbers = numberInside(base, { numberingSystem: nu, useGrouping: "auto" });
  const table = needed("relative", data, undefined, "`Intl.RelativeTimeFormat`");
  slots.set(this, { locale, style, numeric, numbers, table, system: numbers.system });
}

function partsFor(inside, given, unitName) {
  const value = Number(given);
  const unit = String(unitName).replace(/s$/, "");
  if (!units.includes(unit)) throw new RangeError(`Invalid unit argument for format() '${unitName}'`);
  if (!Number.isFinite(value)) throw new RangeError("Invalid time value");
  const { style, numeric, table, numbers } = inside;
  const field = table[style === "long" ? unit : `${unit}-${style}`];
  if (numeric === "auto") {
    const word = field.auto?.[Object.is(value, -0) ? "0" : String(value)];
    if (word !== undefined) return [{ type: "literal", value: word }];
  }
  const isPast = value < 0 || Object.is(value, -0);
  const amount = Math.abs(value);
  const patterns = isPast ? field.past : field.future;
  const category = categoryOf(numbers.rule, roundedBy(toDecimal(amount), numbers.digits));
  const pattern = typeof patterns === "string" ? patterns : (patterns[category] ?? patterns.other);
  const parts = [];
  for (const piece of pattern.split(/(\{0\})/)) {
    if (piece === "{0}") parts.push(...formattedParts(numbers, amount).map((part) => ({ ...part, unit })));
    else if (piece !== "") parts.push({ type: "literal", value: piece });
  }
  return parts;
}

finish(RelativeTimeFormat, "RelativeTimeFormat", {
  format(value, unit) {
    const inside = insideOf(slots, this, "Intl.RelativeTimeFormat.prototype.format");
    return partsFor(inside, value, unit).map(({ value }) => value).join("");
  },
  formatToParts(value, unit) {
    return partsFor(insideOf(slots, this, "Intl.RelativeTimeFormat.prototype.formatToParts"), value, unit);
  },
  resolvedOptions() {
    const { locale, style, numeric, system } = insideOf(slots, this, "Intl.RelativeTimeFormat.prototype.resolvedOptions");
    return { locale, style, numeric, numberingSystem: system };
  },
});

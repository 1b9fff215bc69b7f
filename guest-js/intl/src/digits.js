// Numbers as decimal digits: exact rounding, and the options that say how many digits there are.

import { boundedNumber, numberOption, option } from "fnhost:intl/core";

/** A value as digits: it is `0.DIGITS` times ten to the `point`, without zeros at either end; or it is not finite. */
export function toDecimal(value) {
  if (typeof value === "bigint") return fromText(value < 0n, String(value < 0n ? -value : value));
  if (typeof value === "string") return fromString(value);
  const negative = value < 0 || Object.is(value, -0);
  if (Number.isNaN(value)) return { kind: "nan", negative: false, digits: "", point: 0 };
  if (value === Infinity || value === -Infinity) return { kind: "infinity", negative, digits: "", point: 0 };
  return fromText(negative, String(Math.abs(value)));
}

function fromText(negative, text) {
  const [, integer, fraction = "", exponent = "0"] = /^(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text);
  return trimmed(negative, integer + fraction, integer.length + Number(exponent));
}

function trimmed(negative, digits, point) {
  let start = 0;
  while (start < digits.length && digits[start] === "0") start++;
  let end = digits.length;
  while (end > start && digits[end - 1] === "0") end--;
  if (start === end) return { kind: "finite", negative, digits: "", point: 0 };
  return { kind: "finite", negative, digits: digits.slice(start, end), point: point - start };
}

function fromString(given) {
  const text = given.trim();
  const [, sign, number] = /^([+-]?)((?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)$/i.exec(text) ?? [];
  if (number !== undefined && number.length < 400 && Math.abs(Number(/e(.*)$/i.exec(number)?.[1] ?? 0)) < 400) {
    return fromText(sign === "-", number);
  }
  if (/^0[xob]/i.test(text)) {
    try {
      return toDecimal(BigInt(text));
    } catch {
      return toDecimal(NaN);
    }
  }
  return toDecimal(Number(text));
}

/** The power of ten of the first digit; 0 for zero. */
export const magnitudeOf = ({ digits, point }) => (digits === "" ? 0 : point - 1);

export const shifted = (decimal, by) => (decimal.digits === "" ? decimal : { ...decimal, point: decimal.point + by });

/** Whether what is cut off makes the kept digits one more. */
function roundsUp(kept, cut, negative, mode) {
  if (/^0*$/.test(cut)) return false;
  const half = cut[0] > "5" || (cut[0] === "5" && !/^50*$/.test(cut)) ? 1 : /^50*$/.test(cut) ? 0 : -1;
  switch (mode) {
    case "ceil":
      return !negative;
    case "floor":
      return negative;
    case "expand":
      return true;
    case "trunc":
      return false;
  }
  if (half !== 0) return half > 0;
  switch (mode) {
    case "halfCeil":
      return !negative;
    case "halfFloor":
      return negative;
    case "halfTrunc":
      return false;
    case "halfEven":
      return Number(kept.at(-1) ?? "0") % 2 === 1;
    default:
      return true;
  }
}

function plusOne(digits) {
  let index = digits.length - 1;
  while (index >= 0 && digits[index] === "9") index--;
  const zeros = "0".repeat(digits.length - 1 - index);
  if (index < 0) return { digits: `1${zeros}`, carried: true };
  return { digits: digits.slice(0, index) + String(Number(digits[index]) + 1) + zeros, carried: false };
}

/** Rounded so that nothing is left below ten to the `-places`. */
export function roundedTo(decimal, places, mode, increment = 1) {
  if (decimal.digits === "") return decimal;
  if (increment !== 1) return roundedToIncrement(decimal, places, mode, increment);
  const count = decimal.point + places;
  if (count >= decimal.digits.length) return decimal;
  const kept = count > 0 ? decimal.digits.slice(0, count) : "";
  const cut = count >= 0 ? decimal.digits.slice(count) : "0".repeat(-count) + decimal.digits;
  if (!roundsUp(kept, cut, decimal.negative, mode)) return trimmed(decimal.negative, kept, decimal.point);
  if (count <= 0) return trimmed(decimal.negative, "1", 1 - places);
  const { digits, carried } = plusOne(kept);
  return trimmed(decimal.negative, digits, decimal.point + (carried ? 1 : 0));
}

function roundedToIncrement(decimal, places, mode, increment) {
  const scaled = (decimal.digits + "0".repeat(Math.max(0, decimal.point + places - decimal.digits.length)));
  const count = decimal.point + places;
  const whole = BigInt(count > 0 ? scaled.slice(0, count) : "0");
  const rest = count > 0 ? scaled.slice(count) : "0".repeat(-count) + scaled;
  const step = BigInt(increment);
  const kept = whole / step;
  const over = whole % step;
  // What is cut, as digits of a part of one step.
  const isExact = over === 0n && /^0*$/.test(rest);
  const twice = over * 2n;
  const cut = isExact ? "0" : twice > step || (twice === step && !/^0*$/.test(rest)) ? "6" : twice === step ? "5" : "4";
  const up = roundsUp(String(kept), cut, decimal.negative, mode);
  const result = (up ? kept + 1n : kept) * step;
  const text = String(result);
  return trimmed(decimal.negative, text, text.length - places);
}

/** Integer and fraction as texts, with at least so many digits. */
export function textsOf({ digits, point }, integerMinimum, fractionMinimum) {
  const integer = point <= 0 || digits === "" ? "0" : digits.slice(0, point).padEnd(point, "0");
  const fraction = digits === "" ? "" : point < 0 ? "0".repeat(-point) + digits : digits.slice(point);
  return { integer: integer.padStart(integerMinimum, "0"), fraction: fraction.padEnd(fractionMinimum, "0") };
}

const increments = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 2500, 5000];
const modes = ["ceil", "floor", "expand", "trunc", "halfCeil", "halfFloor", "halfExpand", "halfTrunc", "halfEven"];

/** Reads the options of digits, as the language has it. */
export function digitOptions(options, fractionMinimum, fractionMaximum, isCompact) {
  const integerMinimum = numberOption(options, "minimumIntegerDigits", 1, 21, 1);
  const { minimumFractionDigits, maximumFractionDigits, minimumSignificantDigits, maximumSignificantDigits } = options;
  const increment = numberOption(options, "roundingIncrement", 1, 5000, 1);
  if (!increments.includes(increment)) throw new RangeError("roundingIncrement value is out of range.");
  const mode = option(options, "roundingMode", "string", modes, "halfExpand");
  const priority = option(options, "roundingPriority", "string", ["auto", "morePrecision", "lessPrecision"], "auto");
  const zeros = option(options, "trailingZeroDisplay", "string", ["auto", "stripIfInteger"], "auto");
  const result = { integerMinimum, increment, mode, zeros, kind: "fraction", priority: "auto" };
  const hasSignificant = minimumSignificantDigits !== undefined || maximumSignificantDigits !== undefined;
  const hasFraction = minimumFractionDigits !== undefined || maximumFractionDigits !== undefined;
  if (increment !== 1) fractionMaximum = fractionMinimum;
  const needsSignificant = priority !== "auto" || hasSignificant;
  const needsFraction = priority !== "auto" || (!hasSignificant && (hasFraction || !isCompact));
  if (needsSignificant) {
    if (hasSignificant) {
      result.significantMinimum = boundedNumber(minimumSignificantDigits, "minimumSignificantDigits", 1, 21, 1);
      result.significantMaximum = boundedNumber(maximumSignificantDigits, "maximumSignificantDigits", result.significantMinimum, 21, 21);
    } else {
      result.significantMinimum = 1;
      result.significantMaximum = 21;
    }
  }
  if (needsFraction) {
    if (hasFraction) {
      let minimum = boundedNumber(minimumFractionDigits, "minimumFractionDigits", 0, 100, undefined);
      let maximum = boundedNumber(maximumFractionDigits, "maximumFractionDigits", 0, 100, undefined);
      if (minimum === undefined) minimum = Math.min(fractionMinimum, maximum);
      else if (maximum === undefined) maximum = Math.max(fractionMaximum, minimum);
      else if (minimum > maximum) throw new RangeError("maximumFractionDigits value is out of range.");
      result.fractionMinimum = minimum;
      result.fractionMaximum = maximum;
    } else {
      result.fractionMinimum = fractionMinimum;
      result.fractionMaximum = fractionMaximum;
    }
  }
  if (!needsSignificant && !needsFraction) {
    Object.assign(result, { fractionMinimum: 0, fractionMaximum: 0, significantMinimum: 1, significantMaximum: 2 });
    Object.assign(result, { kind: "more", priority: "morePrecision" });
  } else if (priority !== "auto") {
    Object.assign(result, { kind: priority === "morePrecision" ? "more" : "less", priority });
  } else if (hasSignificant) {
    result.kind = "significant";
  }
  if (increment !== 1) {
    if (result.kind !== "fraction") throw new TypeError("roundingIncrement value is invalid.");
    if (result.fractionMaximum !== result.fractionMinimum) throw new RangeError("roundingIncrement value is out of range.");
  }
  return result;
}

/** A decimal rounded by those options: itself, and the texts of its digits. */
export function roundedBy(decimal, options) {
  const { integerMinimum, increment, mode, kind, significantMinimum, significantMaximum, fractionMinimum, fractionMaximum } = options;
  const places = significantMaximum - 1 - magnitudeOf(decimal);
  let bySignificant = kind === "significant";
  if (kind === "more") bySignificant = places >= fractionMaximum;
  if (kind === "less") bySignificant = places < fractionMaximum;
  const rounded = roundedTo(decimal, bySignificant ? places : fractionMaximum, mode, increment);
  const minimum = bySignificant ? Math.max(0, significantMinimum - 1 - magnitudeOf(rounded)) : fractionMinimum;
  const texts = textsOf(rounded, integerMinimum, minimum);
  if (options.zeros === "stripIfInteger" && /^0*$/.test(texts.fraction)) texts.fraction = "";
  return { decimal: rounded, ...texts };
}

/** What an object of Intl says of those options. */
export function resolvedDigits(result, options) {
  result.minimumIntegerDigits = options.integerMinimum;
  if (options.significantMinimum !== undefined) {
    result.minimumSignificantDigits = options.significantMinimum;
    result.maximumSignificantDigits = options.significantMaximum;
  }
  if (options.fractionMinimum !== undefined) {
    result.minimumFractionDigits = options.fractionMinimum;
    result.maximumFractionDigits = options.fractionMaximum;
  }
}

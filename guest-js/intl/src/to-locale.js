// The methods of dates and numbers that write them as a language does, in place of the engine's, which know none.

import { dateInside, formattedDate } from "fnhost:intl/date-time-format";
import { formatted, numberInside } from "fnhost:intl/number-format";
import { cached } from "./inner/cached.js";
import { define } from "fnhost:platform/boundary";

const { apply } = Reflect;
const { valueOf: numberValue } = Number.prototype;
const { valueOf: bigintValue } = BigInt.prototype;
const { getTime } = Date.prototype;

const numbers = cached(numberInside);

/** A date as text by what is required and what is written by default. */
function dateMethod(required, defaults) {
  const insides = cached((locales, options) => dateInside(locales, options, required, defaults));
  return (date, locales, options) => {
    const time = apply(getTime, date, []);
    const inside = insides(locales, options);
    return Number.isNaN(time) ? "Invalid Date" : formattedDate(inside, time);
  };
}

const [whole, day, time] = [dateMethod("any", "all"), dateMethod("date", "date"), dateMethod("time", "time")];

const ofDate = {
  toLocaleString(locales = undefined, options = undefined) {
    return whole(this, locales, options);
  },
  toLocaleDateString(locales = undefined, options = undefined) {
    return day(this, locales, options);
  },
  toLocaleTimeString(locales = undefined, options = undefined) {
    return time(this, locales, options);
  },
};
const ofNumber = {
  toLocaleString(locales = undefined, options = undefined) {
    return formatted(numbers(locales, options), apply(numberValue, this, []));
  },
};
const ofBigInt = {
  toLocaleString(locales = undefined, options = undefined) {
    return formatted(numbers(locales, options), apply(bigintValue, this, []));
  },
};
const ofList = {
  toLocaleString(locales = undefined, options = undefined) {
    const list = Object(this);
    const length = Math.max(0, Math.trunc(Number(list.length)) || 0);
    const texts = [];
    for (let index = 0; index < length; index++) {
      const item = list[index];
      texts.push(item === undefined || item === null ? "" : String(item.toLocaleString(locales, options)));
    }
    return texts.join(",");
  },
};

for (const name of Object.keys(ofDate)) define(Date.prototype, name, ofDate[name]);
define(Number.prototype, "toLocaleString", ofNumber.toLocaleString);
define(BigInt.prototype, "toLocaleString", ofBigInt.toLocaleString);
define(Array.prototype, "toLocaleString", ofList.toLocaleString);
define(Object.getPrototypeOf(Uint8Array.prototype), "toLocaleString", ofList.toLocaleString);

// The most usual ones are at hand when an event asks.
for (const locales of [undefined, "en-US"]) {
  new Date(0).toLocaleString(locales);
  new Date(0).toLocaleDateString(locales);
  new Date(0).toLocaleTimeString(locales);
  (0).toLocaleString(locales);
}

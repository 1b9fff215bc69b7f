// The global `Intl`. Its members are units of their own: each is loaded where a source names it.

import { canonicalizeList, unitOf } from "fnhost:intl/core";
import { define } from "fnhost:platform/boundary";

const members = {
  Collator: "collator",
  DateTimeFormat: "date-time-format",
  DisplayNames: "display-names",
  ListFormat: "list-format",
  Locale: "locale-class",
  NumberFormat: "number-format",
  PluralRules: "plural-rules",
  RelativeTimeFormat: "relative-time-format",
  Segmenter: "segmenter",
  supportedValuesOf: "supported-values",
};

const Intl = {};
Object.defineProperty(Intl, Symbol.toStringTag, { value: "Intl", configurable: true });
const functions = {
  getCanonicalLocales(locales) {
    return canonicalizeList(locales);
  },
};
define(Intl, "getCanonicalLocales", functions.getCanonicalLocales);

for (const [name, unit] of Object.entries(members)) {
  const get = () => {
    const exports = unitOf(`fnhost:intl/${unit}`);
    if (exports === undefined) {
      throw new Error(`\`Intl.${name}\` is not part of this function: write its name where the function uses it, so that it is loaded`);
    }
    define(Intl, name, exports[name]);
    return exports[name];
  };
  const set = (value) => define(Intl, name, value);
  Object.defineProperty(Intl, name, { get, set, configurable: true, enumerable: false });
}

export { Intl };

// `toLocaleUpperCase` and `toLocaleLowerCase` for the few languages that have their own: Turkish, Azeri, Lithuanian aside.

import { canonicalizeList } from "fnhost:intl/core";
import { define } from "fnhost:platform/boundary";

const { toUpperCase, toLowerCase } = String.prototype;
const { apply } = Reflect;

function isTurkic(locales) {
  const [first = "en"] = canonicalizeList(locales);
  return /^(tr|az)(-|$)/.test(first);
}

const methods = {
  toLocaleUpperCase(locales = undefined) {
    const text = apply(toUpperCase, this, []);
    if (locales === undefined || !isTurkic(locales)) return text;
    return apply(toUpperCase, String(this).replaceAll("i", "İ"), []);
  },
  toLocaleLowerCase(locales = undefined) {
    if (locales === undefined || !isTurkic(locales)) return apply(toLowerCase, this, []);
    return apply(toLowerCase, String(this).replaceAll(/I\u0307|İ/g, "i").replaceAll("I", "ı"), []);
  },
};
for (const name of Object.keys(methods)) {
  Object.defineProperty(methods[name], "length", { value: 0, configurable: true });
  define(String.prototype, name, methods[name]);
}

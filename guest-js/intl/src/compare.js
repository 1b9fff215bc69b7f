// `localeCompare` as a language orders texts, in place of the engine's, which compares codes of characters.

import { collatorInside, compared } from "fnhost:intl/collator";
import { cached } from "./inner/cached.js";
import { define } from "fnhost:platform/boundary";

const insides = cached(collatorInside);
const methods = {
  localeCompare(that, locales = undefined, options = undefined) {
    if (this === undefined || this === null) throw new TypeError("String.prototype.localeCompare called on null or undefined");
    return compared(insides(locales, options), String(this), String(that));
  },
};
Object.defineProperty(methods.localeCompare, "length", { value: 1, configurable: true });
define(String.prototype, "localeCompare", methods.localeCompare);

insides(undefined, undefined);

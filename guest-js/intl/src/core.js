// What all of Intl stands on: which locales a function holds, their parts, and how a locale is found for what was asked.

import { isBuilding, whenReady } from "fnhost:platform/phase";
import { requirePath } from "fnhost:platform/require";
import { canonicalTag } from "./inner/tags.js";

export * from "./inner/tags.js";

const { parse } = JSON;

/** Tags that a function may ask for: `{ data, hour }`, the locale whose data it has and how people write hours there. */
const known = new Map();
/** Texts of parts that nothing has read yet, by locale and part; until the function is built. */
const texts = new Map();
/** Parts that are read, as far as a locale says something of its own, by part and locale. */
const read = new Map();
const parents = new Map();
/** Parts with what they have from parents. */
const whole = new Map();
const wanted = new Set();

const keyOf = (part, locale) => `${part} ${locale}`;

/** Takes what a locale's unit has. */
export function register(tags, data, parentsOf) {
  for (const [tag, value] of Object.entries(tags)) {
    const [of, hour] = value.split(" ");
    known.set(tag, { data: of, hour });
  }
  for (const [locale, parent] of Object.entries(parentsOf)) parents.set(locale, parent);
  for (const [locale, parts] of Object.entries(data)) {
    for (const [part, text] of Object.entries(parts)) {
      if (read.has(keyOf(part, locale))) continue;
      texts.set(keyOf(part, locale), text);
      if (wanted.has(part)) partOf(part, locale);
    }
  }
}

/** Has a part of every locale ready: what uses it says so when it is loaded. */
export function want(part) {
  if (wanted.has(part)) return;
  wanted.add(part);
  for (const key of [...texts.keys()]) if (key.startsWith(`${part} `)) partOf(part, key.slice(part.length + 1));
}

const prepared = new Map();

/** Has `action` done with the part of every locale, when all are known: what events need of it is there then. */
export function prepare(part, action) {
  prepared.set(part, action);
}

whenReady(() => {
  for (const [part, action] of prepared) for (const { data } of known.values()) if (partOf(part,
    data) !== undefined) action(partOf(part, data));
  // What nobody wanted is not kept.
  texts.clear();
});

/** The part `part` of a locale, with what it inherits; undefined where the function does not hold it. */
export function partOf(part, locale) {
  const key = keyOf(part, locale);
  if (whole.has(key)) return whole.get(key);
  const text = texts.get(key);
  if (text !== undefined) {
    read.set(key, parse(text));
    texts.delete(key);
  }
  const parent = parents.get(locale);
  const inherited = parent === undefined ? undefined : partOf(part, parent);
  const value = merged(read.get(key), inherited);
  if (value !== undefined) whole.set(key, value);
  return value;
}

function merged(own, inherited) {
  if (own === undefined) return inherited;
  if (inherited === undefined || typeof own !== "object" || Array.isArray(own)) return own;
  if (typeof inherited !== "object" || Array.isArray(inherited)) return own;
  const result = { ...inherited };
  for (const name of Object.keys(own)) {
    if (own[name] === null) delete result[name];
    else result[name] = merged(own[name], inherited[name]);
  }
  return result;
}

/** The part of the locale with the data `data`, which English has in any case; loads what `unit` is where that is possible. */
export function needed(part, data, unit, what) {
  if (isBuilding()) want(part);
  const found = partOf(part, data) ?? partOf(part, "en");
  if (found === undefined) {
    throw new Error(`${what} is not part of this function: name it where a function uses it, so that it is loaded with it`);
  }
  return found;
}

/** A unit of Intl, loaded now or while the function was built; undefined if there is none. */
export function unitOf(name) {
  try {
    return requirePath(name);
  } catch {
    return undefined;
  }
}

export const defaultLocale = "en-US";

/** As the language has it: the list of tags that somebody asks for. */
export function canonicalizeList(locales) {
  if (locales === undefined) return [];
  if (locales === null) throw new TypeError("Cannot convert undefined or null to object");
  const list = typeof locales === "string" || isLocale(locales) ? [locales] : Array.from(Object(locales));
  const seen = new Set();
  for (const tag of list) {
    if (typeof tag !== "string" && (typeof tag !== "object" ||
      tag === null)) throw new TypeError("Incorrect locale information provided");
    seen.add(isLocale(tag) ? tag.toString() : canonicalTag(String(tag)));
  }
  return [...seen];
}

let localeClass;
export function useLocaleClass(constructor) {
  localeClass = constructor;
}

function isLocale(value) {
  return localeClass !== undefined && value instanceof localeClass;
}

/** A tag without what follows `-u-`, and the keywords there. */
function split(tag) {
  const at = tag.search(/-u-/);
  if (at < 0) return { base: tag.replace(/-[a-wyz0-9]-.*$/, "").replace(/-x-.*$/, ""), keywords: {} };
  const base = tag.slice(0, at).replace(/-[a-tv-wyz0-9]-.*$/, "");
  const keywords = {};
  let key;
  for (const piece of tag.slice(at + 3).split("-")) {
    if (piece.length === 1) break;
    if (piece.length === 2) {
      key = piece;
      keywords[key] = "";
    } else if (key !== undefined) {
      keywords[key] += (keywords[key] === "" ? "" : "-") + piece;
    }
  }
  return { base, keywords };
}

function bestAvailable(tag) {
  for (let candidate = tag; candidate !== ""; candidate = candidate.slice(0, Math.max(0, candidate.lastIndexOf("-")))) {
    if (known.has(candidate)) return candidate;
  }
  return undefined;
}

/**
 * The locale for what was asked, `{ locale, data, hour, ...keywords }`. `keys` are the keywords that count: by their name, the
 * option that stands above them and what is possible.
 */
export function resolve(locales, keys = {}, options = {}) {
  let found = defaultLocale;
  let keywords = {};
  for (const tag of canonicalizeList(locales)) {
    const parts = split(tag);
    const best = bestAvailable(parts.base);
    if (best === undefined) continue;
    found = best;
    keywords = parts.keywords;
    break;
  }
  const { data, hour } = known.get(found);
  const result = { data, hour };
  const kept = [];
  for (const [key, isPossible] of Object.entries(keys)) {
    let value;
    const asked = keywords[key];
    if (asked !== undefined) {
      const text = asked === "" ? "true" : asked;
      if (isPossible(text)) {
        value = text;
        kept.push(asked === "" || asked === "true" ? key : `${key}-${asked}`);
      }
    }
    const option = options[key];
    if (option !== undefined && isPossible(option) && option !== value) {
      value = option;
      const index = kept.findIndex((text) => text === key || text.startsWith(`${key}-`));
      if (index >= 0) kept.splice(index, 1);
    }
    result[key] = value;
  }
  result.locale = kept.length === 0 ? found : `${found}-u-${kept.sort().join("-")}`;
  result.base = found;
  return result;
}

/** Those of `locales` that the function holds. */
export function supportedOf(locales, options) {
  const list = canonicalizeList(locales);
  if (options !== undefined) option(Object(options), "localeMatcher", "string", ["lookup", "best fit"], "best fit");
  return list.filter((tag) => bestAvailable(split(tag).base) !== undefined);
}

/** As the language has it: an option that is a text or a boolean. */
export function option(options, name, type, values, fallback) {
  let value = options[name];
  if (value === undefined) return fallback;
  if (type === "boolean") value = Boolean(value);
  else value = String(value);
  if (values !== undefined && !values.includes(value)) {
    throw new RangeError(`Value ${value} out of range for Intl options property ${name}`);
  }
  return value;
}

/** As the language has it: an option that is a number. */
export function numberOption(options, name, minimum, maximum, fallback) {
  return boundedNumber(options[name], name, minimum, maximum, fallback);
}

export function boundedNumber(given, name, minimum, maximum, fallback) {
  if (given === undefined) return fallback;
  const value = Number(given);
  if (!(value >= minimum && value <= maximum)) throw new RangeError(`${name} value is out of range.`);
  return Math.floor(value);
}

export function optionsObject(options) {
  if (options === undefined) return Object.create(null);
  if (typeof options !== "object" && typeof options !== "function") throw new TypeError("Incorrect options information provided");
  if (options === null) throw new TypeError("Cannot convert undefined or null to object");
  return options;
}

/** Makes a constructor as those of Intl are. */
export function finish(constructor, name, members) {
  Object.defineProperty(constructor, "name", { value: name, configurable: true });
  Object.defineProperty(constructor, "length", { value: 0, configurable: true });
  const { prototype } = constructor;
  Object.defineProperty(constructor, "prototype", { writable: false, enumerable: false, configurable: false });
  Object.defineProperty(prototype, Symbol.toStringTag, { value: `Intl.${name}`, configurable: true });
  for (const [member, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(members))) {
    Object.defineProperty(prototype, member, { ...descriptor, enumerable: false });
  }
  if (constructor.supportedLocalesOf === undefined && name !== "Locale") {
    const statics = {
      supportedLocalesOf(locales, options = undefined) {
        return supportedOf(locales, options);
      },
    };
    Object.defineProperty(statics.supportedLocalesOf, "length", { value: 1, configurable: true });
    Object.defineProperty(constructor, "supportedLocalesOf", { value: statics.supportedLocalesOf, writable: true, configurable: true });
  }
  return constructor;
}

/** What is inside an object of Intl, or the error of a method that was given another one. */
export function insideOf(slots, object, method) {
  const inside = slots.get(object);
  if (inside === undefined) throw new TypeError(`Method ${method} called on incompatible receiver ${shown(object)}`);
  return inside;
}

function shown(value) {
  try {
    return String(value);
  } catch {
    return "#<Object>";
  }
}

const digits = {
  arab: "٠١٢٣٤٥٦٧٨٩", arabext: "۰۱۲۳۴۵۶۷۸۹", beng: "০১২৩৪৫৬৭৮৯", deva: "०१२३४५६७८९", fullwide: "０１２３４５６７８９",
  gujr: "૦૧૨૩૪૫૬૭૮૯", guru: "੦੧੨੩੪੫੬੭੮੯", hanidec: "〇一二三四五六七八九", khmr: "០១២៣៤៥៦៧៨៩", knda: "೦೧೨೩೪೫೬೭೮೯",
  laoo: "໐໑໒໓໔໕໖໗໘໙", limb: "᥆᥇᥈᥉᥊᥋᥌᥍᥎᥏", mlym: "൦൧൨൩൪൫൬൭൮൯", mong: "᠐᠑᠒᠓᠔᠕᠖᠗᠘᠙", mymr: "၀၁၂၃၄၅၆၇၈၉", orya: "୦୧୨୩୪୫୬୭୮୯",
  tamldec: "௦௧௨௩௪௫௬௭௮௯", telu: "౦౧౨౩౪౫౬౭౮౯", thai: "๐๑๒๓๔๕๖๗๘๙", tibt: "༠༡༢༣༤༥༦༧༨༩",
};

export const numberingSystems = ["latn", ...Object.keys(digits)].sort();

/** Digits of a text in those of a numbering system. */
export function inDigits(text, system) {
  const own = digits[system];
  if (own === undefined) return text;
  let result = "";
  for (const character of text) result += character >= "0" && character <= "9" ? own[character.charCodeAt(0) - 48] : character;
  return result;
}

export const isNumberingSystem = (name) => name === "latn" || Object.hasOwn(digits, name);

requirePath("fnhost:intl/locale/en");

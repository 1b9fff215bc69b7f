// `Intl.Locale`.

import { canonicalTag, finish, insideOf, keywordsOf, numberingSystems, option, optionsObject, parsed,
  useLocaleClass } from "fnhost:intl/core";
import { likely as likelyText } from "fnhost:intl/likely";
import { hours, rightToLeft, weeks } from "fnhost:intl/weeks";

const slots = new WeakMap();
const keys = { calendar: "ca", collation: "co", hourCycle: "hc", caseFirst: "kf", numeric: "kn", numberingSystem: "nu" };
const named = /^[a-z\d]{3,8}(-[a-z\d]{3,8})*$/i;

let likely;
function likelyFor(language, script, region) {
  likely ??= new Map(likelyText.split("\n").map((line) => line.split(" ")));
  const tries = [[language, script, region], [language, region], [language, script], [language], ["und", script]];
  for (const pieces of tries) {
    const found = likely.get(pieces.filter((piece) => piece !== undefined).join("-"));
    if (found !== undefined) return found.split("-");
  }
  return undefined;
}

function withOptions(tag, options) {
  const pieces = parsed(tag);
  const language = option(options, "language", "string", undefined, undefined);
  const script = option(options, "script", "string", undefined, undefined);
  const region = option(options, "region", "string", undefined, undefined);
  const invalid = () => new RangeError("Incorrect locale information provided");
  if (language !== undefined && !/^([a-z]{2,3}|[a-z]{5,8})$/i.test(language)) throw invalid();
  if (script !== undefined && !/^[a-z]{4}$/i.test(script)) throw invalid();
  if (region !== undefined && !/^([a-z]{2}|\d{3})$/i.test(region)) throw invalid();
  const asked = {};
  for (const name of ["calendar", "collation"]) asked[name] = option(options, name, "string", undefined, undefined);
  asked.hourCycle = option(options, "hourCycle", "string", ["h11", "h12", "h23", "h24"], undefined);
  asked.caseFirst = option(options, "caseFirst", "string", ["upper", "lower", "false"], undefined);
  const numeric = option(options, "numeric", "boolean", undefined, undefined);
  asked.numeric = numeric === undefined ? undefined : String(numeric);
  asked.numberingSystem = option(options, "numberingSystem", "string", undefined, undefined);
  for (const name of ["calendar", "collation", "numberingSystem"]) {
    if (asked[name] !== undefined && !named.test(asked[name])) throw new RangeError(`Invalid ${name} : ${asked[name]}`);
  }
  const extension = pieces.extensions.find(([name]) => name === "u") ?? ["u"];
  const { attributes, keywords } = keywordsOf(extension);
  for (const [name, key] of Object.entries(keys)) if (asked[name] !== undefined) keywords.set(key, asked[name].toLowerCase().split("-"));
  const others = pieces.extensions.filter((other) => other !== extension).map((other) => other.join("-"));
  const list = [...keywords].map(([key, values]) => [key, ...values].join("-"));
  const own = attributes.length + list.length === 0 ? [] : [["u", ...attributes, ...list].join("-")];
  const parts = [language ?? pieces.language, script ?? pieces.script, region ?? pieces.region, ...pieces.variants, ...own, ...others];
  return canonicalTag([...parts, pieces.privateUse].filter((part) => part !== undefined).join("-"));
}

export function Locale(tag, options = undefined) {
  if (new.target === undefined) throw new TypeError("Constructor Intl.Locale requires 'new'");
  if (typeof tag !== "string" && (typeof tag !== "object" || tag === null)) {
    throw new TypeError("First argument to Intl.Locale constructor can't be empty or missing");
  }
  const given = options === undefined ? Object.create(null) : Object(options === null ? optionsObject(options) : options);
  const text = slots.has(tag) ? slots.get(tag).text : canonicalTag(String(tag));
  slots.set(this, insideFor(withOptions(text, given)));
}

function insideFor(text) {
  const pieces = parsed(text);
  const extension = pieces.extensions.find(([name]) => name === "u");
  return { text, pieces, keywords: extension === undefined ? new Map() : keywordsOf(extension).keywords };
}

const inside = (locale, member) => insideOf(slots, locale, `Intl.Locale.prototype.${member}`);
const keyword = (locale, name) => {
  const found = inside(locale, name).keywords.get(keys[name]);
  return found === undefined ? undefined : found.join("-");
};

function withPieces({ text, pieces }, language, script, region) {
  const base = [pieces.language, pieces.script, pieces.region].filter((piece) => piece !== undefined).join("-");
  const replaced = [language, script, region].filter((piece) => piece !== undefined).join("-");
  return new Locale(replaced + text.slice(base.length));
}

function maximized({ language, script, region }) {
  const found = likelyFor(language, script, region);
  if (found === undefined) return undefined;
  return [language === "und" ? found[0] : language, script ?? found[1], region ?? found[2]];
}

function regionOf({ pieces }) {
  return pieces.region ?? maximized(pieces)?.[2] ?? "001";
}

const dayNumbers = { mon: 1, tue: 2, wed: 3, thu: 4, fri: 5, sat: 6, sun: 7 };
const ofRegion = (table, region) => table[region] ?? table["001"];

function weekInfo(own) {
  const region = regionOf(own);
  const start = dayNumbers[ofRegion(weeks.weekendStart, region)];
  const end = dayNumbers[ofRegion(weeks.weekendEnd, region)];
  const weekend = [];
  for (let day = start; ; day = (day % 7) + 1) {
    weekend.push(day);
    if (day === end) break;
  }
  return { firstDay: dayNumbers[ofRegion(weeks.firstDay, region)], weekend: weekend.sort(),
    minimalDays: Number(ofRegion(weeks.minDays, region)) };
}

finish(Locale, "Locale", {
  toString() {
    return inside(this, "toString").text;
  },
  maximize() {
    const own = inside(this, "maximize");
    const found = maximized(own.pieces);
    return found === undefined ? new Locale(own.text) : withPieces(own, ...found);
  },
  minimize() {
    const own = inside(this, "minimize");
    const full = maximized(own.pieces);
    if (full === undefined) return new Locale(own.text);
    const [language, script, region] = full;
    for (const pieces of [[language], [language, undefined, region], [language, script]]) {
      if (maximized({ language, script: pieces[1], region: pieces[2] })?.join() === full.join()) return withPieces(own, ...pieces);
    }
    return withPieces(own, ...full);
  },
  get language() {
    return inside(this, "language").pieces.language;
  },
  get script() {
    return inside(this, "script").pieces.script;
  },
  get region() {
    return inside(this, "region").pieces.region;
  },
  get baseName() {
    const { language, script, region, variants } = inside(this, "baseName").pieces;
    return [language, script, region, ...variants].filter((piece) => piece !== undefined).join("-");
  },
  get calendar() {
    return keyword(this, "calendar");
  },
  get collation() {
    return keyword(this, "collation");
  },
  get hourCycle() {
    return keyword(this, "hourCycle");
  },
  get caseFirst() {
    return keyword(this, "caseFirst");
  },
  get numeric() {
    const value = keyword(this, "numeric");
    return value === "" || value === "true";
  },
  get numberingSystem() {
    return keyword(this, "numberingSystem");
  },
  get calendars() {
    return [keyword(this, "calendar") ?? "gregory"];
  },
  get collations() {
    return [keyword(this, "collation") ?? "emoji", ...(keyword(this, "collation") === undefined ? ["eor"] : [])];
  },
  get hourCycles() {
    const own = keyword(this, "hourCycle");
    const names = { h: "h12", H: "h23", K: "h11", k: "h24" };
    return own === undefined ? [names[ofRegion(hours, regionOf(inside(this, "hourCycles")))[0]]] : [own];
  },
  get numberingSystems() {
    const own = keyword(this, "numberingSystem");
    return [own !== undefined && numberingSystems.includes(own) ? own : "latn"];
  },
  get textInfo() {
    const own = inside(this, "textInfo");
    const script = own.pieces.script ?? maximized(own.pieces)?.[1];
    return { direction: rightToLeft.includes(script) ? "rtl" : "ltr" };
  },
  get weekInfo() {
    return weekInfo(inside(this, "weekInfo"));
  },
});
Object.defineProperty(Locale, "length", { value: 1, configurable: true });
useLocaleClass(Locale);

// Makes the units of locales: one for each language (and script), one more for its regions. A source that has a locale's tag as
// a text has its units loaded; each hands its parts, as JSON, to `core.js`, which reads those that the function uses.

import { core, difference, supplemental } from "./cldr.mjs";
import { dates, displayNames, zones } from "./dates.mjs";
import { currencies, lists, numbers, relative, unitNames } from "./numbers.mjs";

/** Parts of a locale, each of which is loaded for itself. */
const parts = { dates, numbers, currencies, units: unitNames, lists, relative, zones, names: displayNames };

const { parentLocale } = supplemental("parentLocales").parentLocales;
const likely = supplemental("likelySubtags").likelySubtags;
const dayPeriods = supplemental("dayPeriods").dayPeriodRuleSet;
const { timeData } = supplemental("timeData");
const levels = core("coverageLevels").effectiveCoverageLevels;

const cut = (tag) => tag.slice(0, Math.max(0, tag.lastIndexOf("-")));

function parentOf(tag) {
  const parent = parentLocale[tag] ?? cut(tag);
  return parent === "" || parent === "root" || parent === "und" ? undefined : parent;
}

function rootOf(tag) {
  const parent = parentOf(tag);
  return parent === undefined ? tag : rootOf(parent);
}

/** Language, script and region of a tag, as they are most likely. */
function maximized(tag) {
  const pieces = tag.split("-");
  const language = pieces.shift();
  const script = /^[A-Z][a-z]{3}$/.test(pieces[0]) ? pieces.shift() : undefined;
  const region = /^([A-Z]{2}|\d{3})$/.test(pieces[0]) ? pieces.shift() : undefined;
  const keys = [[language, script, region], [language, region], [language, script], [language]];
  const found = keys.map((key) => likely[key.filter(Boolean).join("-")]).find(Boolean) ?? "und-Zzzz-ZZ";
  const [, likelyScript, likelyRegion] = found.split("-");
  return [language, script ?? likelyScript, region ?? likelyRegion];
}

/** Languages whose data are complete enough to be of use. */
function carried() {
  const { full } = core("availableLocales").availableLocales;
  const isCarried = (tag) => tag !== "und" && levels[tag.split("-")[0]] === "modern";
  return full.filter(isCarried).filter((tag) => !/-[a-z]{5,}|-\d[a-z\d]{3}|-[A-Z][a-z]{4}/.test(tag));
}

/** The character of the hour, as in patterns, that people write where `tag` is spoken. */
function hourOf(tag) {
  const [language, , region] = maximized(tag);
  const times = timeData[`${language}-${region}`] ?? timeData[region] ?? timeData["001"];
  return times._allowed.split(" ")[0][0];
}

/** Every tag that is carried, and the locale whose data it has. */
export function tagsOf(locales = carried()) {
  const known = new Set(locales);
  const tags = new Map(locales.map((tag) => [tag, tag]));
  const dataOf = (tag) => (known.has(tag) || tag === "" ? tag : dataOf(cut(tag)));
  for (const tag of core("defaultContent").defaultContent) {
    const data = dataOf(tag);
    // Which two languages share a region's name is for ICU to say: `nb-NO` is `nb` there.
    if (data !== "" && !tags.has(tag) && tag !== "nb-NO") tags.set(tag, data);
  }
  for (const [tag, data] of [...tags]) {
    const [language, script, region] = tag.split("-");
    if (region === undefined) continue;
    const short = `${language}-${region}`;
    if (maximized(short)[1] === script && !tags.has(short)) tags.set(short, data);
  }
  return tags;
}

const partsCache = new Map();

function partsOf(tag) {
  if (!partsCache.has(tag)) {
    const made = {};
    for (const [name, make] of Object.entries(parts)) made[name] = JSON.parse(JSON.stringify(make(tag) ?? null)) ?? undefined;
    if (made.dates !== undefined) made.dates.rules = rulesOf(tag);
    partsCache.set(tag, made);
  }
  return partsCache.get(tag);
}

/** When the periods of a day begin and end. */
function rulesOf(tag) {
  const rules = {};
  for (const [name, { _at, _from, _before }] of Object.entries(dayPeriods[tag.split("-")[0]] ?? {})) {
    const time = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
    rules[name] = _at === undefined ? [time(_from), time(_before)] : [time(_at)];
  }
  return rules;
}

const quoted = (text) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\n")}'`;

function unitText(tags, needs) {
  const data = [];
  const parents = [];
  for (const tag of new Set(tags.values())) {
    const parent = parentOf(tag);
    if (needs !== undefined && parent === undefined) continue;
    const own = partsOf(tag);
    const inherited = parent === undefined ? {} : partsOf(parent);
    const kept = [];
    for (const name of Object.keys(parts)) {
      const left = own[name] === undefined ? undefined : difference(own[name], inherited[name]);
      if (left !== undefined) kept.push(`${name}:${quoted(JSON.stringify(left))}`);
    }
    if (parent !== undefined) parents.push(`${quoted(tag)}:${quoted(parent)}`);
    data.push(`${quoted(tag)}:{${kept.join(",")}}`);
  }
  const listed = [...tags].map(([tag, of]) => `${quoted(tag)}:${quoted(`${of} ${hourOf(tag)}`)}`);
  const before = needs === undefined ? "" : `require(${JSON.stringify(needs)});`;
  return `${before}require("fnhost:intl/core").register({${listed}},{${data}},{${parents}});`;
}

const unitOf = (name) => `fnhost:intl/locale/${name}`;

/** The units, `[name, { text, exports }]`, and the unit of each tag in small letters. */
export function localeUnits() {
  const groups = new Map();
  for (const [tag, data] of tagsOf()) {
    const root = rootOf(data);
    const name = data === root ? root : `${root}-regions`;
    if (!groups.has(name)) groups.set(name, { root, tags: new Map() });
    groups.get(name).tags.set(tag, data);
  }
  const units = [];
  const byTag = {};
  for (const [name, { root, tags }] of groups) {
    const isRoot = name === root;
    // A locale's parents have to be there before it, whether a tag is theirs or not.
    for (const data of [...tags.values()]) {
      for (let parent = parentOf(data); parent !== undefined && parent !== root; parent = parentOf(parent)) tags.set(parent, parent);
    }
    units.push([unitOf(name), { text: unitText(tags, isRoot ? undefined : unitOf(root)), exports: [] }]);
    for (const tag of tags.keys()) byTag[tag.toLowerCase()] = name;
  }
  return { units, byTag };
}

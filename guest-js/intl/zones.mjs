// Makes the units of time zones: their rules, from the data that Moment Timezone carries, and which names they share.

import { createRequire } from "node:module";
import { bcp47 } from "./cldr.mjs";
import { metazones } from "./dates.mjs";

const { zones, links } = createRequire(import.meta.url)("moment-timezone/data/packed/latest.json");

/** A number in base 60 as that table has it: digits, letters small and large, a fraction. In minutes; here in seconds. */
function seconds(text) {
  const digit = (character) => "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWX".indexOf(character);
  const [, sign, whole, fraction = ""] = /^(-?)([^.]*)\.?(.*)$/.exec(text);
  const value = [...whole].reduce((sum, character) => sum * 60 + digit(character), 0);
  const rest = [...fraction].reduce((sum, character, index) => sum + digit(character) / 60 ** (index + 1), 0);
  return (sign === "-" ? -1 : 1) * Math.round((value + rest) * 60);
}

const yearOf = (time) => new Date(time * 1000).getUTCFullYear();
const monthOf = (time) => new Date(time * 1000).getUTCMonth();

/** What is said of the years after 2037 by those before them: nothing where they follow no rule. */
function withoutRepeats(times) {
  const inYear = (year) => times.filter((time) => yearOf(time) === year).map(monthOf).join();
  const isRegular = [2032, 2033, 2034, 2035, 2036, 2040, 2041].every((year) => inYear(year) === inYear(2037));
  return isRegular ? times.filter((time) => yearOf(time) <= 2037) : times;
}

/** Rules by zone, and the zones that are others under another name. Numbers are in base 36, seconds, times as differences. */
export function zonesUnit() {
  const rules = zones.map((zone) => {
    const [name, abbreviations, offsets, indices, differences] = zone.split("|");
    let time = 0;
    const all = differences === "" ? [] : differences.split(" ").map((text) => (time += seconds(text)));
    const times = withoutRepeats(all);
    const written = times.map((time, index) => (time - (times[index - 1] ?? 0)).toString(36));
    // Abbreviations only say which periods are of summer time.
    const kinds = abbreviations.split(" ").map(summer).join("");
    const ahead = offsets.split(" ").map((text) => (-seconds(text)).toString(36));
    return [name, ahead.join(" "), indices.slice(0, times.length + 1), written.join(" "), kinds].join("|");
  });
  const text = `exports.rules=${JSON.stringify(rules.join("\n"))};
exports.links=${JSON.stringify(links.map((link) => link.replace("|", " ")).join("\n"))};
exports.canonical=${JSON.stringify(canonical())};
`;
  return ["fnhost:intl/zones-data", { text, exports: [] }];
}

const summer = (name) => (/^[A-Z]*(ST|DT|MT|WT|PT)$/.test(name) && isSummer(name) ? "s" : "w");

function isSummer(name) {
  return /^(.*DT|BST|CEST|EEST|WEST|MSD|IDT|IST|NZDT|.*WT|.*PT|CEMT|BDST|WEMT)$/.test(name) && name !== "IST";
}

/** What identifiers are called in CLDR, where that is not the first of their names. */
function canonical() {
  const names = {};
  for (const value of Object.values(bcp47("timezone").tz)) {
    const [first, ...others] = (value._alias ?? "").split(" ");
    for (const other of others) if (first !== undefined) names[other] = first;
  }
  return names;
}

export function metazonesUnit() {
  const { used } = metazones();
  return ["fnhost:intl/metazones", { text: `exports.used=${JSON.stringify(used)};\n`, exports: [] }];
}

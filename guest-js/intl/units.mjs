// Makes the units of Intl that come from data: locales, plural rules, time zones. Reading CLDR takes a while, so what was made
// is kept beside the packages until they or these files change.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

function key() {
  const hash = createHash("sha256");
  for (const file of readdirSync(here).filter((name) => /\.(mjs|json)$/.test(name)).sort()) hash.update(readFileSync(join(here, file)));
  hash.update(`${process.versions.icu}`);
  hash.update(readFileSync(join(here, "../package-lock.json")));
  return hash.digest("hex").slice(0, 16);
}

async function made() {
  const { collationUnit } = await import("./collation.mjs");
  const { localeUnits } = await import("./locales.mjs");
  const { currencyDigitsUnit, pluralsUnit } = await import("./plurals.mjs");
  const { metazonesUnit, zonesUnit } = await import("./zones.mjs");
  const { likelyUnit, weeksUnit } = await import("./regions.mjs");
  const { units: names } = await import("./numbers.mjs");
  const { units, byTag } = localeUnits();
  units.push(collationUnit(), pluralsUnit(), currencyDigitsUnit(names), zonesUnit(), metazonesUnit(), likelyUnit(), weeksUnit());
  return { units, byTag };
}

/** `{ units: [[name, { text, exports }]], byTag: { tag in small letters: its unit's name } }`. */
export async function intlData() {
  const folder = join(here, "../node_modules/.cache");
  const path = join(folder, `fnhost-intl-${key()}.json`);
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {}
  const data = await made();
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${path}.${process.pid}`, JSON.stringify(data));
  renameSync(`${path}.${process.pid}`, path);
  return data;
}

/** Words that, in a source that uses Intl, say what else of it to load: members of `Intl`, and options. */
export const intlWords = {
  Collator: "fnhost:intl/collator",
  DateTimeFormat: "fnhost:intl/date-time-format",
  DisplayNames: "fnhost:intl/display-names",
  ListFormat: "fnhost:intl/list-format",
  Locale: "fnhost:intl/locale-class",
  NumberFormat: "fnhost:intl/number-format",
  PluralRules: "fnhost:intl/plural-rules",
  RelativeTimeFormat: "fnhost:intl/relative-time-format",
  Segmenter: "fnhost:intl/segmenter",
  supportedValuesOf: "fnhost:intl/supported-values",
  currencyDisplay: "fnhost:intl/currency-names",
  unit: "fnhost:intl/unit-names",
  timeZone: "fnhost:intl/zones",
  timeZoneName: "fnhost:intl/zone-names",
  timeStyle: "fnhost:intl/zone-names",
};

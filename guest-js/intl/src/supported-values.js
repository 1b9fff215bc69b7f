// `Intl.supportedValuesOf`.

import { numberingSystems } from "fnhost:intl/core";
import { units } from "fnhost:intl/currency-digits";
import { partOf, want } from "fnhost:intl/core";
import { zoneNames, canonicalZone } from "fnhost:intl/zones";

want("currencies");

const lists = {
  calendar: () => ["buddhist", "gregory", "iso8601"],
  collation: () => ["emoji", "eor"],
  currency: () => Object.keys(partOf("currencies", "en").names).sort(),
  numberingSystem: () => [...numberingSystems],
  timeZone: () => [...new Set(zoneNames().filter((name) => name.includes("/") && !name.startsWith("Etc/")).map(canonicalZone))].sort(),
  unit: () => [...units].sort(),
};

export function supportedValuesOf(key) {
  const name = String(key);
  if (!Object.hasOwn(lists, name)) throw new RangeError(`Invalid key : ${name}`);
  return lists[name]();
}

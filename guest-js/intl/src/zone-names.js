// Names of time zones, for `timeZoneName` and long times: loaded where a source has those options.

import { partOf, want } from "fnhost:intl/core";
import { used } from "fnhost:intl/metazones";
import { canonicalZone, offsetAt } from "fnhost:intl/zones";

want("zones");

function metazoneAt(zone, time) {
  const minute = time / 60_000;
  for (const [name, from, to] of used[zone] ?? []) {
    // Names are for what came after 1970.
    if (minute >= (from ?? 0) && (to === undefined || minute < to)) return name;
  }
  return undefined;
}

/** Whether a zone changes between summer and winter around a time. */
function hasSummer(zone, time) {
  const half = 184 * 86_400_000;
  const { isSummer } = offsetAt(zone, time);
  return isSummer || offsetAt(zone, time - half).isSummer || offsetAt(zone, time + half).isSummer;
}

/** The name of a zone at a time, `width` "long" or "short", `kind` "specific" or "generic"; undefined if there is none. */
export function zoneName(data, zone, time, width, kind) {
  const table = partOf("zones", data) ?? partOf("zones", "en");
  const name = zone === "UTC" ? "Etc/UTC" : canonicalZone(zone);
  const { isSummer } = offsetAt(zone, time);
  const use = kind === "specific" ? (isSummer ? "daylight" : "standard") : "generic";
  const own = table.own[name]?.[width];
  const metazone = metazoneAt(name, time);
  const shared = metazone === undefined ? undefined : table.meta[metazone]?.[width];
  if (use !== "generic") return own?.[use] ?? shared?.[use];
  if (zone === "UTC") return undefined;
  // A zone without summer time is called in general as it is at any time.
  const names = hasSummer(zone, time) ? [own?.generic, shared?.generic] : [own?.standard, shared?.standard, own?.generic,
    shared?.generic];
  return names.find((found) => found !== undefined) ?? cityName(table, name);
}

function cityName(table, zone) {
  if (!zone.includes("/") || zone.startsWith("Etc/")) return undefined;
  const city = zone.slice(zone.lastIndexOf("/") + 1).replaceAll("_", " ");
  return table.region[0].replace("{0}", city);
}

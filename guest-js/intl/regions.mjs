// Makes the units of what is known of languages and regions: likely scripts and regions, and weeks.

import { core, supplemental } from "./cldr.mjs";

export function likelyUnit() {
  const likely = supplemental("likelySubtags").likelySubtags;
  const text = Object.entries(likely)
    .map(([from, to]) => `${from} ${to}`)
    .join("\n");
  return ["fnhost:intl/likely", { text: `exports.likely=${JSON.stringify(text)};\n`, exports: [] }];
}

export function weeksUnit() {
  const { firstDay, minDays, weekendStart, weekendEnd } = supplemental("weekData").weekData;
  const { timeData } = supplemental("timeData");
  const { characterOrder } = { characterOrder: core("scriptMetadata") };
  const rtl = Object.entries(characterOrder.scriptMetadata).filter(([, { rtl }]) => rtl === "YES").map(([script]) => script);
  const hours = Object.fromEntries(Object.entries(timeData).map(([region, { _allowed }]) => [region, _allowed.replaceAll(/[bB]/g, "")]));
  const text = `exports.weeks=${JSON.stringify({ firstDay, minDays, weekendStart, weekendEnd })};
exports.rightToLeft=${JSON.stringify(rtl)};
exports.hours=${JSON.stringify(hours)};
`;
  return ["fnhost:intl/weeks", { text, exports: [] }];
}

//! What processor time plain Node takes for one step of a function that does `settings.times` of them. One JSON line per run.
//! `node node-each.mjs FUNCTION SETTINGS`

import { createRequire } from 'node:module';
import { endWithUsage, readText, round } from './common.mjs';

const [functionFile, settingsText] = process.argv.slice(2);
if (settingsText === undefined) endWithUsage('node node-each.mjs <function> <settings as JSON, with times>');
const onTrack = new Function('require', `${readText(functionFile)}\nreturn onTrack;`)(createRequire(import.meta.url));
const settings = JSON.parse(settingsText);

const EVENTS = 10;
const run = async events => {
  for (let n = 0; n < events; n++) await onTrack({}, settings);
};
await run(2);
const before = process.cpuUsage();
await run(EVENTS);
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ peer: 'node', case: 'each', each_us: round((user + system) / EVENTS / settings.times) }));

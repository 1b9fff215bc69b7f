//! The transform in plain Node with no sandbox at all: the floor under every peer. One JSON line per run.

import assert from 'node:assert';
import { countArgument, expectedReturn, readCase, summarize, timeEach } from './common.mjs';

const iterations = countArgument(process.argv[2], 'node node-plain.mjs <iterations>');
const input = readCase('transform.js');
const onTrack = new Function(`${input.source}\nreturn onTrack;`)();
const settings = JSON.parse(input.settings);

const once = async () => JSON.stringify(await onTrack(JSON.parse(input.event), settings));
assert.strictEqual(await once(), expectedReturn(input));
const durations_us = await timeEach(once, iterations, 500);
console.log(JSON.stringify({ peer: 'node', case: 'plain', iterations, ...summarize(durations_us) }));

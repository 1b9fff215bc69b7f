//! The peer `isolated-vm`: the transform in a V8 isolate. One JSON line per run.
//! `fresh`: for every event a new isolate with a new context, the script compiled and run, one call, and dispose.
//! `warm`: one isolate for all events, which is fast but lets them see what others left behind.
//! Node 20 and later need `--no-node-snapshot` before the file name for this module.

import assert from 'node:assert';
import ivm from 'isolated-vm';
import { countArgument, endWithUsage, expectedReturn, readCase, summarize, timeEach } from './common.mjs';

const USAGE = 'node --no-node-snapshot isolated-vm.mjs <fresh|warm> <iterations>';
const MEMORY_MIB = 64;
const WARMUP = { fresh: 5, warm: 500 };

const [name, iterations_text] = process.argv.slice(2);
const iterations = countArgument(iterations_text, USAGE);
if (!(name in WARMUP) || !process.execArgv.includes('--no-node-snapshot')) endWithUsage(USAGE);

const input = readCase('transform.js');
// Settings are parsed once per isolate: that is in the peer's favour.
const script = `${input.source}
const settings = ${input.settings};
(async event => JSON.stringify(await onTrack(JSON.parse(event), settings)))`;

function openIsolate() {
  const isolate = new ivm.Isolate({ memoryLimit: MEMORY_MIB });
  const context = isolate.createContextSync();
  const handler = isolate.compileScriptSync(script).runSync(context, { reference: true });
  return { isolate, handler };
}

const callHandler = handler => handler.apply(undefined, [input.event], { result: { promise: true, copy: true } });

async function fresh() {
  const { isolate, handler } = openIsolate();
  const returned = await callHandler(handler);
  isolate.dispose();
  return returned;
}

const shared = openIsolate();
const once = name === 'fresh' ? fresh : () => callHandler(shared.handler);
assert.strictEqual(await once(), expectedReturn(input));
const durations_us = await timeEach(once, iterations, WARMUP[name]);
console.log(JSON.stringify({ peer: 'isolated-vm', case: name, iterations, ...summarize(durations_us) }));

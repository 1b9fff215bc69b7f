//! The benchmark of what functions hold and call: an event in a function that holds lodash or the AWS SDK beside one that holds
//! nothing, hashes beside Node's, URLs. `node tests/bench/platform.mjs [--quick]`
//! It builds `fnhost-bench` with cargo; `FNHOST_BENCH` names a ready one instead.
//! Exit code 0: everything ran, whether or not a target was met. 2: something could not run, and it says what.

import { fnhostBench, folder, machineLine, medianOf, outputOf, readQuick } from './common.mjs';

const quick = readQuick('node tests/bench/platform.mjs [--quick]');
const rounds = quick ? 2 : 5;
const iterations = quick ? '600' : '2000';
const HASHES = { sha1: 20, sha256: 20, sha512: 20, md5: 20 };

const transform = ['--function', 'transform.js', '--event', 'event.json', '--settings', 'settings.json'];
const fresh = holds => ['fresh', ...transform, '--iterations', iterations, ...(holds ? ['--holds', holds] : [])];

// One entry per program that a round runs, and the field of its line that is the figure.
const STEPS = {
  nothing: { fnhost: fresh(), field: 'p50_us' },
  lodash: { fnhost: fresh('_'), field: 'p50_us' },
  aws: { fnhost: fresh('new AWS.S3()'), field: 'p50_us' },
  awsCold: { fnhost: ['cold', ...transform, '--holds', 'new AWS.S3()'], field: 'source_to_first_event_ms' },
  url: each('url.js', { times: 1000 }),
  ...Object.fromEntries(Object.entries(HASHES).flatMap(([algorithm, times]) => ['bytes', 'text'].flatMap(input => {
    const settings = { times, algorithm, input };
    return [[`${algorithm}-${input}`, each('hash.js', settings)], [`node-${algorithm}-${input}`, node('hash.js', settings)]];
  })))
};

const TARGETS = [
  { text: 'an event in a function that holds lodash takes {} times as long as in one that holds nothing', at_most: 2, value: of => of('lodash') / of('nothing') },
  { text: 'an event in a function that holds the AWS SDK takes {} times as long as in one that holds nothing', at_most: 4, value: of => of('aws') / of('nothing') },
  { text: 'source to first event with the AWS SDK takes {} s', at_most: 1.5, value: of => of('awsCold') / 1e3 },
  { text: '`new URL()` takes {} µs', at_most: 10, value: of => of('url') },
  ...Object.keys(HASHES).flatMap(algorithm => ['bytes', 'text'].map(input => ({
    text: `${algorithm} of 1 MB of ${input}: {} times Node's time`, at_most: 2, value: of => of(`${algorithm}-${input}`) / of(`node-${algorithm}-${input}`)
  })))
];

await main();

async function main() {
  const program = await fnhostBench();
  const values = Object.fromEntries(Object.keys(STEPS).map(name => [name, []]));
  const failures = new Map();
  for (let round = 1; round <= rounds; round++) {
    for (const [name, step] of Object.entries(STEPS)) {
      if (failures.has(name)) continue;
      try {
        const command = step.fnhost ? [program, ...step.fnhost] : step.command;
        const value = JSON.parse(await outputOf(command, { cwd: folder, timeout: 180_000 }))[step.field];
        console.error(`round ${round} of ${rounds}: ${name}: ${value}`);
        values[name].push(value);
      } catch (error) {
        failures.set(name, error.message);
      }
    }
  }
  const of = name => medianOf(values[name]);
  console.log(`${machineLine()}; ${rounds} rounds${quick ? ', quick' : ''}\n`);
  for (const name of Object.keys(STEPS)) {
    const unit = STEPS[name].field.endsWith('_ms') ? 'ms' : 'µs';
    console.log(`${name.padEnd(20)} ${of(name).toFixed(1).padStart(10)} ${unit} (${Math.min(...values[name])} to ${Math.max(...values[name])})`);
  }
  console.log('');
  for (const { text, at_most, value } of TARGETS) {
    const figure = value(of);
    const word = !Number.isFinite(figure) ? 'not run' : figure <= at_most ? 'met' : 'missed';
    console.log(`${word.padEnd(9)}${text.replace('{}', figure.toFixed(2))} (target: at most ${at_most})`);
  }
  for (const [what, why] of failures) console.error(`could not run: ${what}: ${why}`);
  process.exit(failures.size > 0 ? 2 : 0);
}

/** One step of a function that does `settings.times` of them, in fnhost. */
function each(functionFile, settings) {
  const files = ['--function', functionFile, '--event', 'event.json'];
  return { fnhost: ['each', ...files, '--set', JSON.stringify(settings)], field: 'each_us' };
}

function node(functionFile, settings) {
  return { command: [process.execPath, 'node-each.mjs', functionFile, JSON.stringify(settings)], field: 'each_us' };
}

//! The benchmark of `fnhost serve`: its cases in turn, round after round, then a table with the targets.
//! `node tests/bench/serve.mjs [--quick]`
//! It builds `fnhost` and `fnhost-bench` with cargo; `FNHOST` and `FNHOST_BENCH` name ready ones instead.
//! Exit code 0: everything ran, whether or not a target was met. 2: something could not run, and it says what.

import { resolve } from 'node:path';
import { builtProgram, fnhostBench, folder, machineLine, medianOf, outputOf, readQuick } from './common.mjs';

const USAGE = 'node tests/bench/serve.mjs [--quick]';
const STEP_TIMEOUT_MS = 1_800_000;

const quick = readQuick(USAGE);
const rounds = quick ? 2 : 3;
const count = (full, short) => String(quick ? short : full);

// One entry per call of `fnhost-bench`, in this order. Those with `once` take long, or measure several times by themselves.
const STEPS = {
  disk: { args: ['serve-disk'] },
  ingest: { args: ['serve-ingest', '--source', 'alone', '--seconds', count(10, 5)] },
  ingestDelivered: { args: ['serve-ingest', '--source', 'shop', '--seconds', count(10, 5)] },
  path32: { args: ['serve-path', '--connections', '32', '--seconds', count(20, 10)] },
  path64: { args: ['serve-path', '--connections', '64', '--seconds', count(20, 10)] },
  pathHeld: { args: ['serve-path', '--connections', '64', '--backlog', '500', '--seconds', count(20, 10)] },
  latency: { args: ['serve-latency', '--rate', '850', '--seconds', count(20, 10)] },
  idle: { args: ['serve-waiting', '--deliveries', '0', '--seconds', '20'] },
  waiting: { args: ['serve-waiting', '--deliveries', '100000', '--seconds', count(70, 20)] },
  start: { once: true, args: ['serve-start', '--deliveries', count(1_000_000, 200_000), '--waiting', count(100_000, 20_000)] },
  memory: { once: true, args: ['serve-memory', '--events', count(1_000_000, 200_000)] }
};

const megabytes = field => line => line[field] / 1e6;

// Title, step, a field of the line that the step prints (or a function of that line), unit, and a target if there is one.
const MEASURES = [
  ['disk: write and sync of 4 KB, p50', 'disk', 'sync_p50_ms', 'ms'],
  ['ingest by batch, no destination', 'ingest', 'acknowledged_per_s', 'events/s', { at_least: 10_000 }],
  ['ingest by batch, no destination: CPU per event', 'ingest', 'cpu_us_per_acknowledged', 'µs'],
  ['ingest by batch, no destination: used by others', 'ingest', 'others_cpu_ms_per_s', 'ms/s'],
  ['a batch of 100, p50', 'ingest', 'batch_p50_ms', 'ms'],
  ['a batch of 100, p99', 'ingest', 'batch_p99_ms', 'ms'],
  ['ingest by batch, with delivery', 'ingestDelivered', 'acknowledged_per_s', 'events/s', { at_least: 10_000 }],
  ['delivered meanwhile', 'ingestDelivered', 'delivered_per_s', 'events/s'],
  ['backlog at the end', 'ingestDelivered', 'backlog', 'events'],
  ['backlog delivered in', 'ingestDelivered', 'drain_s', 's'],
  ['backlog delivered at', 'ingestDelivered', 'drain_per_s', 'events/s'],
  ['whole path, 32 connections: accepted', 'path32', 'acknowledged_per_s', 'events/s'],
  ['whole path, 32 connections: accepted and delivered', 'path32', 'both_per_s', 'events/s', { at_least: 1700 }],
  ['whole path, 64 connections: accepted', 'path64', 'acknowledged_per_s', 'events/s'],
  ['whole path, 64 connections: accepted and delivered', 'path64', 'both_per_s', 'events/s', { at_least: 1700 }],
  ['whole path, backlog held: accepted and delivered', 'pathHeld', 'both_per_s', 'events/s', { at_least: 1700 }],
  ['whole path, backlog held: CPU per event', 'pathHeld', 'cpu_us_per_delivered', 'µs'],
  ['whole path, backlog held: used by client and endpoint', 'pathHeld', 'driver_cpu_ms_per_s', 'ms/s'],
  ['whole path, backlog held: used by others', 'pathHeld', 'others_cpu_ms_per_s', 'ms/s'],
  ['acknowledged to delivered at 850/s, p50', 'latency', 'p50_ms', 'ms'],
  ['acknowledged to delivered at 850/s, p99', 'latency', 'p99_ms', 'ms', { at_most: 1000 }],
  ['acknowledged to delivered at 850/s, max', 'latency', 'max_ms', 'ms'],
  ['nothing waits: CPU', 'idle', 'cpu_ms_per_s', 'ms/s'],
  ['100,000 wait for a retry: CPU', 'waiting', 'cpu_ms_per_s', 'ms/s', { at_most: 10 }],
  ['100,000 wait for a retry: memory', 'waiting', megabytes('memory_bytes'), 'MB', { at_most: 200 }],
  [`${quick ? '200,000' : '1,000,000'} deliveries: start, longest of 5`, 'start', 'start_max_ms', 'ms', { at_most: 2000 }],
  ['and from there to the first event, longest of 5', 'start', 'first_event_max_ms', 'ms'],
  ['memory after a tenth of the events', 'memory', megabytes('first_bytes'), 'MB'],
  [`memory after ${quick ? '200,000' : 'a million'} events`, 'memory', megabytes('last_bytes'), 'MB'],
  ['memory: last by first', 'memory', 'growth', 'times', { at_most: 1.15 }],
  ['events/s meanwhile', 'memory', 'events_per_s', 'events/s']
];

const failures = new Map();
await main();

async function main() {
  const programs = await builtPrograms();
  const results = Object.fromEntries(Object.keys(STEPS).map(name => [name, []]));
  for (let round = 1; round <= rounds; round++) await runRound(round, programs, results);
  console.log(report(results));
  for (const [what, why] of failures) console.error(`could not run: ${what}: ${why}`);
  process.exit(failures.size > 0 ? 2 : 0);
}

async function builtPrograms() {
  try {
    const fnhost = process.env.FNHOST ? resolve(process.env.FNHOST) : await builtProgram('fnhost-cli', 'fnhost');
    return { bench: await fnhostBench(), fnhost };
  } catch (error) {
    console.error(`could not run: cargo build: ${error.message}`);
    return process.exit(2);
  }
}

async function runRound(round, programs, results) {
  for (const [name, { args, once }] of Object.entries(STEPS)) {
    if (failures.has(name) || (once && round > 1)) continue;
    console.error(`round ${round} of ${once ? 1 : rounds}: ${args.join(' ')}`);
    try {
      const command = [programs.bench, ...args, '--fnhost', programs.fnhost];
      const output = await outputOf(command, { cwd: folder, timeout: STEP_TIMEOUT_MS });
      console.error(`  ${output.trim()}`);
      results[name].push(JSON.parse(output));
    } catch (error) {
      failures.set(name, error.message);
    }
  }
}

function report(results) {
  const rows = MEASURES.map(([title, step, field, unit, target = {}]) => {
    const values = results[step].map(line => (typeof field === 'function' ? field(line) : line[field]));
    return [title, ...spread(values), unit, ...verdict(target, medianOf(values))];
  });
  return [
    `${machineLine()}; ${rounds} rounds${quick ? ', quick' : ''}`, '',
    ...table([['', 'median', 'lowest', 'highest', '', 'target', 'ratio', ''], ...rows])
  ].join('\n');
}

function spread(values) {
  return values.length > 0 ? [medianOf(values), Math.min(...values), Math.max(...values)].map(readable) : ['-', '-', '-'];
}

/** The target, measured by target, and whether it was met. */
function verdict({ at_least, at_most }, value) {
  const aim = at_least ?? at_most;
  if (aim === undefined) return ['', '', ''];
  const text = `${at_least !== undefined ? '>=' : '<='} ${aim.toLocaleString('en-US')}`;
  if (!Number.isFinite(value)) return [text, '-', 'not run'];
  const isMet = at_least !== undefined ? value >= at_least : value <= at_most;
  return [text, (value / aim).toFixed(2), isMet ? 'met' : 'missed'];
}

function readable(value) {
  return value >= 1000 ? Math.round(value).toLocaleString('en-US') : value.toFixed(value < 10 ? 2 : 1);
}

function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map(row => row[column].length)));
  const pad = (cell, n) => (n === 0 || n === 4 || n === 7 ? cell.padEnd(widths[n]) : cell.padStart(widths[n]));
  return rows.map(row => row.map(pad).join('  ').trimEnd());
}

//! The benchmark: fnhost and its peers in turn, round after round, then a table and the targets. `node tests/bench/run.mjs [--quick]`
//! It prepares what it needs: the peers from npm, `fnhost-bench` from cargo (`FNHOST_BENCH` names a ready one instead).
//! Exit code 0: everything ran, whether or not a target was met. 2: something could not run, and it says what.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  fnhostBench, folder, machineLine, medianOf, onCore, outputOf, pinnableCores, readQuick, readText, withEndpoint
} from './common.mjs';

const USAGE = 'node tests/bench/run.mjs [--quick]';
const STEP_TIMEOUT_MS = 180_000;
const CONNECTIONS_MAX = 64; // twice what is ever in flight with keep-alive, so more means that connections are not reused
const IN_FLIGHT = 1000;
const IN_FLIGHT_WAIT_MS = 3000;
const CONCURRENCY = 32;
const REQUESTS_TO_ONE_HOST = 10_000;
const ANSWER_TIME_MS = 5; // long enough for all that are in flight to be at the endpoint together

const quick = readQuick(USAGE);
const rounds = quick ? 2 : 5;
const count = (full, short) => (quick ? short : full);
const cores = pinnableCores();

// One entry per program that a round runs, in this order. `endpoint` is the path it is given on an endpoint of its own, which
// afterwards must have seen `requests`, and `together` of them at once, over at most `connections_max` connections.
const STEPS = {
  fnhostFresh: fnhost('fresh', 'transform.js', ['--iterations', count(3000, 1000)]),
  isolatedVmFresh: peer('isolated-vm.mjs', 'fresh', count(200, 60)),
  isolatedVmWarm: peer('isolated-vm.mjs', 'warm', count(5000, 2000)),
  // isolated-vm hands each call to a thread of its own. On one core the hand-over costs far less than waking an idle second core.
  fnhostFreshOneCore: { ...fnhost('fresh', 'transform.js', ['--iterations', count(3000, 1000)]), core: cores?.measured },
  isolatedVmWarmOneCore: { ...peer('isolated-vm.mjs', 'warm', count(5000, 2000)), core: cores?.measured },
  nodePlain: peer('node-plain.mjs', count(5000, 2000)),
  fnhostCpu: { ...fnhost('cpu', 'transform.js', ['--iterations', count(3000, 1000)]), core: cores?.measured },
  fnhostCpuFetch: fnhostWithEndpoint('cpu', count(3000, 1000), []),
  bareRequest: fnhostWithEndpoint('bare', count(3000, 1000), []),
  fnhostFetch: fnhostWithEndpoint('fetch', count(3000, 1000), ['--concurrency', 1]),
  fnhostFetchMany: fnhostWithEndpoint('fetch', count(5000, 2000), ['--concurrency', CONCURRENCY]),
  fnhostFetchClose: {
    ...fnhostWithEndpoint('fetch', count(5000, 2000), ['--concurrency', CONCURRENCY]), endpoint: '/close', connections_max: Infinity
  },
  fnhostFetchTls: { ...fnhostWithEndpoint('fetch', count(3000, 1000), ['--concurrency', 1]), tls: true },
  fnhostFetchTlsClose: {
    ...fnhostWithEndpoint('fetch', count(3000, 1000), ['--concurrency', 1]), tls: true, endpoint: '/close', connections_max: Infinity
  },
  fnhostConnections: {
    ...fnhostWithEndpoint('fetch', REQUESTS_TO_ONE_HOST, ['--concurrency', CONCURRENCY]),
    endpoint: `/slow?ms=${ANSWER_TIME_MS}`, together: CONCURRENCY / 2
  },
  workerdFetch: peer('workerd.mjs', 'fetch', count(5000, 1500)),
  workerdFront: peer('workerd.mjs', 'front', count(5000, 1500)),
  fnhostCold: fnhost('cold', 'transform.js', []),
  fnhostInFlight: {
    ...fnhost('inflight', 'fetch.js', ['--events', IN_FLIGHT]),
    endpoint: `/slow?ms=${IN_FLIGHT_WAIT_MS}`, requests: IN_FLIGHT, together: IN_FLIGHT
  }
};

// Near 100 the core was the limit and events/s says how fast the peer is; far below, the client or the endpoint was.
const coreBusyPercent = line => (line.cpu_us_per_event * line.events_per_s) / 1e4;

// Title, step, a field of the line that the step prints (or a function of that line), unit.
const MEASURES = [
  ['fnhost fresh: instance + event, p50', 'fnhostFresh', 'p50_us', 'µs'],
  ['isolated-vm fresh: isolate + event, p50', 'isolatedVmFresh', 'p50_us', 'µs'],
  ['isolated-vm warm: event, p50', 'isolatedVmWarm', 'p50_us', 'µs'],
  ['fnhost fresh, on one core, p50', 'fnhostFreshOneCore', 'p50_us', 'µs'],
  ['isolated-vm warm, on one core, p50', 'isolatedVmWarmOneCore', 'p50_us', 'µs'],
  ['plain Node, no sandbox: event, p50', 'nodePlain', 'p50_us', 'µs'],
  ['fnhost fresh: fuel per event', 'fnhostFresh', 'fuel', 'units'],
  ['fnhost: CPU per event', 'fnhostCpu', 'cpu_us_per_event', 'µs'],
  ['fnhost: CPU per event with a fetch', 'fnhostCpuFetch', 'cpu_us_per_event', 'µs'],
  ['hyper, no sandbox: CPU per request', 'bareRequest', 'cpu_us_per_request', 'µs'],
  ['fnhost fetch: p50, one at a time', 'fnhostFetch', 'p50_us', 'µs'],
  ['workerd fetch: p50, one at a time', 'workerdFetch', 'p50_us', 'µs'],
  ['workerd front, no fetch: p50, one at a time', 'workerdFront', 'p50_us', 'µs'],
  [`fnhost fetch: one core, ${CONCURRENCY} at once`, 'fnhostFetchMany', 'events_per_s', 'events/s'],
  [`fnhost fetch, a connection each: one core, ${CONCURRENCY} at once`, 'fnhostFetchClose', 'events_per_s', 'events/s'],
  [`fnhost fetch, a connection each: CPU per event, ${CONCURRENCY} at once`, 'fnhostFetchClose', 'cpu_us_per_event', 'µs'],
  ['fnhost fetch over TLS: one at a time', 'fnhostFetchTls', 'events_per_s', 'events/s'],
  ['fnhost fetch over TLS, a connection each: one at a time', 'fnhostFetchTlsClose', 'events_per_s', 'events/s'],
  [`fnhost: connections for ${REQUESTS_TO_ONE_HOST} requests`, 'fnhostConnections', line => line.endpoint.connections, ''],
  ['fnhost: the most of them in flight together', 'fnhostConnections', line => line.endpoint.in_flight_max, ''],
  [`workerd fetch: one core, ${CONCURRENCY} at once`, 'workerdFetch', 'events_per_s', 'events/s'],
  [`workerd front, no fetch: one core, ${CONCURRENCY} at once`, 'workerdFront', 'events_per_s', 'events/s'],
  [`fnhost fetch: CPU per event, ${CONCURRENCY} at once`, 'fnhostFetchMany', 'cpu_us_per_event', 'µs'],
  [`workerd fetch: CPU per event, ${CONCURRENCY} at once`, 'workerdFetch', 'cpu_us_per_event', 'µs'],
  [`workerd front, no fetch: CPU per event, ${CONCURRENCY} at once`, 'workerdFront', 'cpu_us_per_event', 'µs'],
  [`fnhost fetch: its core busy, ${CONCURRENCY} at once`, 'fnhostFetchMany', coreBusyPercent, '%'],
  [`workerd fetch: its core busy, ${CONCURRENCY} at once`, 'workerdFetch', coreBusyPercent, '%'],
  ['fnhost: source to first event, caches warm', 'fnhostCold', 'source_to_first_event_ms', 'ms'],
  [`fnhost: memory per event, ${IN_FLIGHT} in flight`, 'fnhostInFlight', 'bytes_per_event', 'bytes']
];

// A line with `at_least` or `at_most` is a target of fnhost's; one with neither is for comparison only.
const COMPARISONS = [
  {
    text: 'fresh isolated-vm takes {} times as long as fresh fnhost', at_least: 18,
    value: of => of('isolatedVmFresh', 'p50_us') / of('fnhostFresh', 'p50_us')
  },
  {
    text: 'fresh fnhost takes {} times as long as warm isolated-vm', at_most: 1.4, aim: 'below 1.0',
    value: of => of('fnhostFresh', 'p50_us') / of('isolatedVmWarm', 'p50_us')
  },
  {
    text: 'on one core, fresh fnhost takes {} times as long as warm isolated-vm',
    value: of => of('fnhostFreshOneCore', 'p50_us') / of('isolatedVmWarmOneCore', 'p50_us')
  },
  {
    text: 'a fetch, with its request, adds {} µs of CPU to an event',
    value: of => of('fnhostCpuFetch', 'cpu_us_per_event') - of('fnhostCpu', 'cpu_us_per_event')
  },
  {
    // What the kernel and the HTTP client take for a request is no cost of the sandbox.
    text: 'a fetch adds {} µs of CPU to an event and a bare request', at_most: 150,
    value: of => of('fnhostCpuFetch', 'cpu_us_per_event') - of('fnhostCpu', 'cpu_us_per_event') - of('bareRequest', 'cpu_us_per_request')
  },
  {
    text: 'an event with a fetch costs {} times the CPU of an event and a bare request', at_most: 2.5,
    value: of => of('fnhostCpuFetch', 'cpu_us_per_event') / (of('fnhostCpu', 'cpu_us_per_event') + of('bareRequest', 'cpu_us_per_request'))
  },
  {
    text: 'with connections that are kept, fnhost does {} times the events/s of a connection each', at_least: 3,
    value: of => of('fnhostFetchMany', 'events_per_s') / of('fnhostFetchClose', 'events_per_s')
  },
  {
    text: 'over TLS, with connections that are kept, fnhost does {} times the events/s of a connection each', at_least: 3,
    value: of => of('fnhostFetchTls', 'events_per_s') / of('fnhostFetchTlsClose', 'events_per_s')
  },
  {
    text: `${REQUESTS_TO_ONE_HOST} requests open {} times as many connections as were in flight together`, at_most: 1,
    value: of => of('fnhostConnections', line => line.endpoint.connections / line.endpoint.in_flight_max)
  },
  {
    text: 'with a fetch, fnhost\'s p50 is {} times that of workerd, front included',
    value: of => of('fnhostFetch', 'p50_us') / of('workerdFetch', 'p50_us')
  },
  {
    text: 'with a fetch, fnhost does {} times the events/s of workerd on one core, front included',
    value: of => of('fnhostFetchMany', 'events_per_s') / of('workerdFetch', 'events_per_s')
  },
  {
    text: 'source to first event takes {} s', at_most: 0.5,
    value: of => of('fnhostCold', 'source_to_first_event_ms') / 1e3
  },
  {
    text: `with ${IN_FLIGHT} in flight an event takes {} MB of memory`, at_most: 0.6,
    value: of => of('fnhostInFlight', 'bytes_per_event') / 1e6
  }
];

const failures = new Map();
let fnhostProgram;
const certificates = mkdtempSync(join(tmpdir(), 'fnhost-bench-'));
const certificate = file => join(certificates, file);
await main();

async function main() {
  checkFunctionsAgree();
  await attempt('npm ci', installPeers);
  await attempt('cargo build of `fnhost-bench`', async () => (fnhostProgram = await fnhostBench()));
  if (fnhostProgram) await attempt('a certificate', () => outputOf([fnhostProgram, 'certificate', '--folder', certificates], {}));
  const results = await runRounds();
  rmSync(certificates, { recursive: true });
  console.log(report(results));
  for (const [what, why] of failures) console.error(`could not run: ${what}: ${why}`);
  process.exit(failures.size > 0 ? 2 : 0);
}

/** The cost of a fetch is a difference of two functions, so they may differ in nothing else. */
function checkFunctionsAgree() {
  const transform = /function payloadFor[^]*?\n}\n/.exec(readText('transform.js'))[0];
  if (!readText('fetch.js').includes(transform)) throw new Error('`payloadFor` differs between transform.js and fetch.js');
}

async function installPeers() {
  if (existsSync(join(folder, 'node_modules'))) return;
  progress('npm ci');
  await outputOf(['npm', 'ci', '--no-audit', '--no-fund'], { cwd: folder });
}

async function runRounds() {
  const results = Object.fromEntries(Object.keys(STEPS).map(name => [name, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const [name, step] of Object.entries(STEPS)) {
      if (failures.has(titleOf(name)) || (step.needsFnhost && !fnhostProgram)) continue;
      progress(`round ${round} of ${rounds}: ${titleOf(name)}`);
      await attempt(titleOf(name), async () => {
        const line = await runStep(step);
        checkFields(name, line);
        results[name].push(line);
      });
    }
  }
  return results;
}

function titleOf(name) {
  return `${name} (${STEPS[name].title})`;
}

/** A program that left out a field would otherwise only leave a gap in the table. */
function checkFields(stepName, line) {
  const missing = MEASURES.find(([, step, field]) => step === stepName && !Number.isFinite(valueOf(line, field)));
  if (missing) throw new Error(`its line has no number for "${missing[0]}"`);
}

async function attempt(what, run) {
  try {
    await run();
  } catch (error) {
    failures.set(what, error.message);
  }
}

function fnhost(command, functionFile, more) {
  const files = ['--function', functionFile, '--event', 'event.json', '--settings', 'settings.json'];
  const args = [command, ...files, ...more].map(String);
  const title = `fnhost-bench ${command} ${[functionFile, ...more].join(' ')}`;
  return { title, needsFnhost: true, command: () => [fnhostProgram, ...args] };
}

function fnhostWithEndpoint(command, iterations, more) {
  const step = fnhost(command, 'fetch.js', ['--iterations', iterations, ...more]);
  return { ...step, core: cores?.measured, endpoint: '', requests: iterations, connections_max: CONNECTIONS_MAX };
}

function peer(file, ...args) {
  const command = [process.execPath, '--no-node-snapshot', file, ...args.map(String)];
  return { title: [file, ...args].join(' '), command: () => command };
}

async function runStep(step) {
  const run = async more => {
    const command = onCore(step.core, [...step.command(), ...more]);
    return readLine(await outputOf(command, { cwd: folder, timeout: STEP_TIMEOUT_MS }));
  };
  if (step.endpoint === undefined) return run([]);
  const trusting = step.tls ? ['--root', certificate('root.der')] : [];
  const measured = async (url, counts) => {
    const line = await run(['--endpoint', url + step.endpoint, ...trusting]);
    const endpoint = await (await fetch(counts)).json();
    checkEndpoint(step, endpoint);
    return { ...line, endpoint };
  };
  return withEndpoint(cores?.driver, measured, step.tls ? [certificate('certificate.pem'), certificate('key.pem')] : []);
}

/** What was measured is worth nothing unless the endpoint saw what the step is about. */
function checkEndpoint({ requests, together = 1, connections_max = Infinity }, stats) {
  if (stats.requests < requests) throw new Error(`the endpoint saw ${stats.requests} requests for ${requests} events`);
  if (stats.in_flight_max < together) throw new Error(`at most ${stats.in_flight_max} of ${together} events waited at once`);
  if (stats.connections > connections_max) throw new Error(`opened ${stats.connections} connections for ${stats.requests} requests`);
}

function readLine(output) {
  const lines = output.trim().split('\n');
  if (lines.length !== 1) throw new Error(`printed ${lines.length} lines instead of one`);
  progress(`  ${lines[0]}`);
  return JSON.parse(lines[0]);
}

function progress(text) {
  console.error(text);
}

function report(results) {
  const median = (step, field) => medianOf(valuesOf(results, step, field));
  const rows = MEASURES.map(([title, step, field, unit]) => {
    const values = valuesOf(results, step, field);
    const numbers = values.length ? [medianOf(values), Math.min(...values), Math.max(...values)].map(readable) : ['-', '-', '-'];
    return [title, ...numbers, unit];
  });
  const pinning = cores ? 'pinned' : 'NOT pinned to cores (no taskset or one core): compare nothing that says "one core"';
  return [
    `${machineLine()}; ${rounds} rounds${quick ? ', quick' : ''}; ${pinning}`, '',
    ...table([['', 'median', 'lowest', 'highest', ''], ...rows]), '',
    ...COMPARISONS.map(comparison => verdict(comparison, comparison.value(median)))
  ].join('\n');
}

function valuesOf(results, step, field) {
  return results[step].map(line => valueOf(line, field)).filter(Number.isFinite);
}

function valueOf(line, field) {
  return typeof field === 'function' ? field(line) : line[field];
}

function verdict({ text, at_least, at_most, aim }, value) {
  const isTarget = at_least !== undefined || at_most !== undefined;
  const target = at_least !== undefined ? `at least ${at_least}` : `at most ${at_most}`;
  const note = isTarget ? ` (target: ${target}${aim ? `; aim: ${aim}` : ''})` : '';
  if (!Number.isFinite(value)) return `${'not run'.padEnd(9)}${text.replace('{}', '?')}${note}`;
  const isMet = at_least !== undefined ? value >= at_least : value <= at_most;
  return `${(isTarget ? (isMet ? 'met' : 'missed') : 'beside').padEnd(9)}${text.replace('{}', value.toFixed(2))}${note}`;
}

function readable(value) {
  return value >= 1000 ? Math.round(value).toLocaleString('en-US') : value.toFixed(1);
}

function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map(row => row[column].length)));
  const pad = (cell, n) => (n === 0 || n === 4 ? cell.padEnd(widths[n]) : cell.padStart(widths[n]));
  return rows.map(row => row.map(pad).join('  ').trimEnd());
}

//! What the benchmark's programs share: percentiles, the function and its event, cores, child processes.
//! It measures nothing itself.

import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

export const folder = fileURLToPath(new URL('.', import.meta.url));

export const readText = name => readFileSync(new URL(name, import.meta.url), 'utf8').trim();

/** The function's text and its input, the same bytes for every peer. */
export function readCase(functionFile) {
  return { source: readText(functionFile), event: readText('event.json'), settings: readText('settings.json') };
}

/** What `transform.js` returns for the event, as JSON, computed by this Node: what each peer must return too. */
export function expectedReturn({ event, settings }) {
  const payloadFor = new Function(`${readText('transform.js')}\nreturn payloadFor;`)();
  return JSON.stringify(payloadFor(JSON.parse(event), JSON.parse(settings)));
}

/** Calls `once` `warmup` times and then `iterations` times, and gives each call's duration in microseconds. */
export async function timeEach(once, iterations, warmup) {
  for (let n = 0; n < warmup; n++) await once();
  const durations_us = new Float64Array(iterations);
  for (let n = 0; n < iterations; n++) {
    const started_ms = performance.now();
    await once();
    durations_us[n] = (performance.now() - started_ms) * 1000;
  }
  return durations_us;
}

export function summarize(durations_us) {
  const sorted = Float64Array.from(durations_us).sort();
  const at = share => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  const total = sorted.reduce((sum, value) => sum + value, 0);
  return { p50_us: round(at(0.5)), mean_us: round(total / sorted.length), p99_us: round(at(0.99)) };
}

export const round = value => Math.round(value * 10) / 10;

/** A positive whole number from the command line, or the program ends with its usage. */
export function countArgument(text, usage) {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) endWithUsage(usage);
  return count;
}

export function endWithUsage(usage) {
  console.error(`usage: ${usage}`);
  process.exit(2);
}

/** Two cores that this process may use, for what is measured and for what drives it; null if it cannot pin. */
export function pinnableCores() {
  try {
    const list = execFileSync('taskset', ['-cp', String(process.pid)], { encoding: 'utf8' }).split(':').pop().trim();
    const cores = list.split(',').flatMap(range => {
      const [first, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, n) => first + n);
    });
    return cores.length >= 2 ? { measured: cores[0], driver: cores[1] } : null;
  } catch {
    return null; // no `taskset` here: not Linux, or a very small one
  }
}

export function onCore(core, command) {
  return core === undefined ? command : ['taskset', '-c', String(core), ...command];
}

export function moveThisProcessTo(core) {
  if (core !== undefined) execFileSync('taskset', ['-acp', String(core), String(process.pid)], { stdio: 'ignore' });
}

/** What this machine is, in one line, for the head of a table. */
export function machineLine() {
  return `${cpus()[0]?.model ?? process.arch}, ${availableParallelism()} cores, ${process.platform}, Node ${process.versions.node}`;
}

/** CPU time that a process has used, in microseconds, from Linux's /proc. Its step is a clock tick, mostly 10 ms. */
export function cpuTimeUs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').pop().split(' ');
  const ticks_per_second = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  return ((Number(fields[11]) + Number(fields[12])) * 1e6) / ticks_per_second;
}

const children = new Set();
process.on('exit', () => children.forEach(child => child.kill()));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(2));

/** Starts a program that ends with this one at the latest. */
export function start([program, ...args], options = {}) {
  const child = spawn(program, args, options);
  children.add(child);
  child.ended = new Promise(resolve => {
    child.once('error', error => resolve({ error }));
    child.once('close', (code, signal) => resolve({ code, signal }));
  }).finally(() => children.delete(child));
  return child;
}

/** Resolves with the first line of `stream` that `pattern` matches; rejects if the child ends before. */
export function lineOf(child, stream, pattern) {
  return new Promise((resolve, reject) => {
    createInterface({ input: stream }).on('line', line => {
      const match = pattern.exec(line);
      if (match) resolve(match);
    });
    child.ended.then(end => reject(new Error(`\`${child.spawnfile}\` ended (${endText(end)}) before it was ready`)));
  });
}

export const endText = ({ error, code, signal }) => (error ? error.message : signal ? `signal ${signal}` : `exit code ${code}`);

/** Starts the endpoint, over TLS with the files of a `certificate`, hands its address and that of its counts to `use`, and stops it. */
export async function withEndpoint(core, use, certificate = []) {
  const command = onCore(core, [process.execPath, `${folder}endpoint.mjs`, ...certificate]);
  const endpoint = start(command, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [, url, counts] = await lineOf(endpoint, endpoint.stdout, /^listening on (http\S+), counts on (http\S+)$/);
    return await use(url, counts);
  } finally {
    endpoint.kill();
    await endpoint.ended;
  }
}

/** Runs a program to its end and gives its standard output; its standard error goes through to ours. */
export async function outputOf(command, options) {
  const child = start(command, { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', part => (output += part));
  const end = await child.ended;
  if (end.code !== 0) throw new Error(endText(end));
  return output;
}

/** A program of the workspace, built by cargo in release mode. */
export async function builtProgram(cratePackage, binary) {
  console.error(`cargo build of ${binary}`);
  const command = ['cargo', 'build', '--release', '-p', cratePackage, '--bin', binary];
  const output = await outputOf([...command, '--message-format=json-render-diagnostics'], { cwd: join(folder, '../..') });
  const messages = output.split('\n').filter(line => line.startsWith('{')).map(line => JSON.parse(line));
  const artifact = messages.find(({ target, executable }) => target?.name === binary && executable);
  if (!artifact) throw new Error('cargo named no executable');
  return artifact.executable;
}

/** `fnhost-bench`: the one that `FNHOST_BENCH` names, or one that cargo builds. */
export async function fnhostBench() {
  return process.env.FNHOST_BENCH ? resolve(process.env.FNHOST_BENCH) : builtProgram('fnhost-tests', 'fnhost-bench');
}

/** Whether the command line says `--quick`; the program ends where it says anything else. */
export function readQuick(usage) {
  try {
    return parseArgs({ options: { quick: { type: 'boolean', default: false } } }).values.quick;
  } catch (error) {
    console.error(error.message);
    return endWithUsage(usage);
  }
}

export function medianOf(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}

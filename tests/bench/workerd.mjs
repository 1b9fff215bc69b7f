//! The peer `workerd`: the handler as a worker behind workerd's own HTTP front, which workerd cannot do without. One JSON line per run.
//! `fetch`: each POST is an event, and the handler sends one request to the endpoint. `front`: the transform alone, so that what
//! the front costs can be seen. workerd has one core, the client and the endpoint another; all events share one isolate.

import assert from 'node:assert';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  countArgument, cpuTimeUs, endWithUsage, expectedReturn, lineOf, moveThisProcessTo, onCore, pinnableCores, readCase, round, start,
  summarize, timeEach, withEndpoint
} from './common.mjs';

const USAGE = 'node workerd.mjs <fetch|front> <iterations>';
const FUNCTIONS = { fetch: 'fetch.js', front: 'transform.js' };
const CONCURRENCY = 32;
const COMPATIBILITY_DATE = '2026-10-01';

const [name, iterations_text] = process.argv.slice(2);
const iterations = countArgument(iterations_text, USAGE);
if (!(name in FUNCTIONS)) endWithUsage(USAGE);

const cores = pinnableCores();
moveThisProcessTo(cores?.driver);
const input = readCase(FUNCTIONS[name]);
const line = await withEndpoint(cores?.driver, endpoint => withWorkerd(endpoint, measure));
console.log(JSON.stringify({ peer: 'workerd', case: name, iterations, ...line, pinned: cores !== null }));

async function withWorkerd(endpoint, use) {
  const scratch = mkdtempSync(join(tmpdir(), 'fnhost-bench-'));
  process.once('exit', () => rmSync(scratch, { recursive: true }));
  writeFileSync(join(scratch, 'worker.mjs'), workerModule(endpoint));
  writeFileSync(join(scratch, 'config.capnp'), config());
  const program = createRequire(import.meta.url)('workerd').default;
  const command = [program, 'serve', '--control-fd=3', join(scratch, 'config.capnp')];
  const server = start(onCore(cores?.measured, command), { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
  try {
    const [, port] = await lineOf(server, server.stdio[3], /"event":"listen".*"port":(\d+)/);
    return await use(Number(port), server.pid);
  } finally {
    server.kill();
    await server.ended;
  }
}

function workerModule(endpoint) {
  return `${input.source}
const settings = ${JSON.stringify({ ...JSON.parse(input.settings), endpoint })};
export default {
  async fetch(request) {
    return new Response(JSON.stringify(await onTrack(JSON.parse(await request.text()), settings)));
  }
};
`;
}

// workerd keeps workers off private addresses, loopback among them, unless its outbound network is told otherwise.
function config() {
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "function", worker = .function),
    (name = "outbound", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "function")],
);

const function :Workerd.Worker = (
  modules = [(name = "worker.mjs", esModule = embed "worker.mjs")],
  compatibilityDate = "${COMPATIBILITY_DATE}",
  globalOutbound = "outbound",
);
`;
}

async function measure(port, pid) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
  const once = () => post(agent, port, input.event);
  assert.strictEqual(await once(), name === 'fetch' ? '{"ok":true}' : expectedReturn(input));

  const durations_us = await timeEach(once, iterations, 500);
  await drive(once, Math.min(iterations, 1000));
  const cpu_before_us = cpuTimeUs(pid);
  const elapsed_us = await drive(once, iterations);
  const cpu_us = cpuTimeUs(pid) - cpu_before_us;
  agent.destroy();
  return {
    ...summarize(durations_us),
    concurrency: CONCURRENCY,
    events_per_s: Math.round((iterations * 1e6) / elapsed_us),
    cpu_us_per_event: round(cpu_us / iterations)
  };
}

/** Keeps `CONCURRENCY` events in flight until `events` are done; microseconds. */
async function drive(once, events) {
  let left = events;
  const started_ms = performance.now();
  const lane = async () => {
    while (left-- > 0) await once();
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, lane));
  return (performance.now() - started_ms) * 1000;
}

function post(agent, port, body) {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const sent = request({ agent, port, host: '127.0.0.1', method: 'POST', path: '/', headers }, response => {
      let text = '';
      response.setEncoding('utf8').on('data', part => (text += part));
      response.once('error', reject).once('end', () => {
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`workerd answered ${response.statusCode}: ${text}`));
      });
    });
    sent.once('error', reject).end(body);
  });
}

//! The destination that the benchmark's functions send to: HTTP/1.1 on loopback, keep-alive, on a port of its own; with the files
//! of a certificate and its key, over TLS. `node endpoint.mjs [CERTIFICATE KEY]`
//! A POST gets `{"ok":true}`, `/slow?ms=N` the same after N milliseconds, `/close` the same on a connection that is then closed,
//! `GET /stats` what it has counted.
//! It does not look at what it is sent.

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';

const ANSWER = '{"ok":true}';
const CONNECTIONS_WAITING_MAX = 4096;
const KEEP_ALIVE_MS = 600_000; // longer than any pause of the benchmark, so that no client meets a closing connection

const stats = { requests: 0, connections: 0, in_flight_max: 0 };
const seen = new WeakSet();
let in_flight = 0;

function handle(request, response) {
  const { pathname, searchParams } = new URL(request.url, 'http://endpoint');
  if (pathname === '/stats') return answer(response, JSON.stringify(stats));
  count(request.socket);
  response.once('close', () => in_flight--);
  request.resume().once('end', () => {
    if (pathname === '/close') response.setHeader('connection', 'close');
    if (pathname !== '/slow') return answer(response, ANSWER);
    setTimeout(() => answer(response, ANSWER), Number(searchParams.get('ms')));
  });
}

function count(socket) {
  stats.requests++;
  stats.in_flight_max = Math.max(stats.in_flight_max, ++in_flight);
  if (seen.has(socket)) return;
  seen.add(socket);
  stats.connections++;
}

function answer(response, body) {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

/** Has `server` answer on a port of its own: its address. */
async function listening(server, scheme) {
  server.on('request', handle).listen({ host: '127.0.0.1', port: 0, backlog: CONNECTIONS_WAITING_MAX });
  await once(server, 'listening');
  return `${scheme}://127.0.0.1:${server.address().port}`;
}

const options = { keepAliveTimeout: KEEP_ALIVE_MS };
const plain = await listening(createServer(options), 'http');
const [cert, key] = process.argv.slice(2).map(file => readFileSync(file));
const url = cert ? await listening(createTlsServer({ ...options, cert, key }), 'https') : plain;
console.log(`listening on ${url}, counts on ${plain}/stats`);

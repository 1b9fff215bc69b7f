//! The destination that the benchmark's functions send to: HTTP/1.1 on loopback, keep-alive, on a port of its own.
//! A POST gets `{"ok":true}`, `/slow?ms=N` the same after N milliseconds, `/close` the same on a connection that is then closed,
//! `GET /stats` what it has counted.
//! It does not look at what it is sent.

import { createServer } from 'node:http';

const ANSWER = '{"ok":true}';
const CONNECTIONS_WAITING_MAX = 4096;
const KEEP_ALIVE_MS = 600_000; // longer than any pause of the benchmark, so that no client meets a closing connection

const stats = { requests: 0, connections: 0, in_flight_max: 0 };
const seen = new WeakSet();
let in_flight = 0;

const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://endpoint');
  if (pathname === '/stats') return answer(response, JSON.stringify(stats));
  count(request.socket);
  response.once('close', () => in_flight--);
  request.resume().once('end', () => {
    if (pathname === '/close') response.setHeader('connection', 'close');
    if (pathname !== '/slow') return answer(response, ANSWER);
    setTimeout(() => answer(response, ANSWER), Number(searchParams.get('ms')));
  });
});

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

server.listen({ host: '127.0.0.1', port: 0, backlog: CONNECTIONS_WAITING_MAX }, () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});

//! Sends events with Segment's library for Node.js, of which nothing but `host` is changed, and says
//! on standard output what happens: `retrying` at its first retry, and at the end a line of JSON. With
//! `wait` it goes on to the second half when a line comes on standard input; with `flush`, when the
//! first half has arrived.
//!
//! node send.mjs HOST WRITE_KEY EVENTS flush|wait BYTES

import { Analytics } from '@segment/analytics-node';

const [host, writeKey, events, mode, bytes] = process.argv.slice(2);
const analytics = new Analytics({ host, writeKey });
const report = { arrived: [], failed: [], retries: 0, statuses: {} };
const filler = 'x'.repeat(Number(bytes));

// Whoever started this waits for it; nothing here takes that long.
setTimeout(() => process.exit(3), 240_000).unref();

analytics.on('http_request', ({ headers }) => {
  if (headers['X-Retry-Count'] !== undefined && report.retries++ === 0) console.log('retrying');
});
analytics.on('http_response', ({ status }) => {
  report.statuses[status] = (report.statuses[status] ?? 0) + 1;
});
analytics.on('error', ({ reason }) => report.failed.push(String(reason)));
for (const kind of ['identify', 'track', 'page', 'screen', 'group', 'alias']) {
  analytics.on(kind, ({ event }) => report.arrived.push(`${event.type} ${event.messageId}`));
}

function send(number) {
  const userId = `user-${number % 100}`;
  const context = { ip: '192.0.2.1' };
  const properties = { number, filler, price: number / 7, nested: { list: [1, null, 'ü'] } };
  const calls = [
    () => analytics.identify({ userId, context, traits: { ...properties, email: 'u@example.com' } }),
    () => analytics.track({ userId, context, event: 'Order Completed', properties }),
    () => analytics.page({ anonymousId: `visitor-${number}`, context, name: 'Home', category: 'Docs', properties }),
    () => analytics.screen({ userId, context, name: 'Welcome', properties }),
    () => analytics.group({ userId, context, groupId: 'group-1', traits: properties }),
    () => analytics.alias({ userId, context, previousId: `visitor-${number}` }),
  ];
  calls[number % calls.length]();
}

const half = Math.floor(Number(events) / 2);
for (let number = 0; number < half; number += 1) send(number);
await (mode === 'flush' ? analytics.flush() : new Promise((resolve) => process.stdin.once('data', resolve)));
for (let number = half; number < Number(events); number += 1) send(number);
await analytics.closeAndFlush();
process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit(0));

// Functions that misbehave on the network, or meet servers that do, as in `functions.js`. `settings.url` is a server on
// loopback, whose paths say what it does.

//# a body without end: ResponseTooLarge OutOfMemory
async function onTrack(event, { url }) { return (await (await fetch(`${url}/endless`)).text()).length; }

//# a body without end, thrown away: ResponseTooLarge
async function onTrack(event, { url }) { for await (const _ of (await fetch(`${url}/endless`)).body); }

//# a body without end that nobody reads: returned
async function onTrack(event, { url }) { return (await fetch(`${url}/endless`)).status; }

//# a body that trickles: Timeout
async function onTrack(event, { url }) { return (await fetch(`${url}/trickle`)).text(); }

//# headers that trickle: Timeout
async function onTrack(event, { url }) { return (await fetch(`${url}/trickling-headers`)).status; }

//# a server that is silent: Timeout
async function onTrack(event, { url }) { return (await fetch(`${url}/silent`)).status; }

//# a bomb of gzip: ResponseTooLarge OutOfMemory
async function onTrack(event, { url }) { return (await (await fetch(`${url}/bomb`)).arrayBuffer()).byteLength; }

//# a bomb of deflate: ResponseTooLarge OutOfMemory
async function onTrack(event, { url }) { return (await (await fetch(`${url}/deflate-bomb`)).arrayBuffer()).byteLength; }

//# a bomb in a bomb: ResponseTooLarge OutOfMemory Uncaught returned
async function onTrack(event, { url }) { return (await (await fetch(`${url}/double-bomb`)).arrayBuffer()).byteLength; }

//# a body of chunks of one byte without end: ResponseTooLarge OutOfMemory Timeout OutOfFuel
async function onTrack(event, { url }) { return (await (await fetch(`${url}/small-chunks`)).text()).length; }

//# a chunk with an extension without end: Uncaught
async function onTrack(event, { url }) { return (await (await fetch(`${url}/extension`)).text()).length; }

//# trailers without end: Uncaught returned
async function onTrack(event, { url }) { return (await (await fetch(`${url}/trailers`)).text()).length; }

//# a body of gzip that trickles: Timeout
async function onTrack(event, { url }) { return (await fetch(`${url}/trickling-gzip`)).text(); }

//# a thousand bodies without end at once: ResponseTooLarge OutOfMemory TooManyRequests
async function onTrack(event, { url }) { return Promise.all(Array.from({ length: 1000 }, async () => (await fetch(`${url}/endless`)).text())); }

//# fifty bodies that nobody reads: returned
async function onTrack(event, { url }) { return (await Promise.all(Array.from({ length: 50 }, () => fetch(`${url}/endless`)))).length; }

//# a flood of headers: Uncaught
async function onTrack(event, { url }) { return (await fetch(`${url}/headers`)).status; }

//# a header without end: Uncaught
async function onTrack(event, { url }) { return (await fetch(`${url}/long-header`)).status; }

//# a flood of interim answers: Uncaught Timeout returned
async function onTrack(event, { url }) { return (await fetch(`${url}/continue`)).status; }

//# redirects in a circle: Uncaught
async function onTrack(event, { url }) { return (await fetch(`${url}/circle`)).status; }

//# redirects in a circle, all followed: TooManyRequests
async function onTrack(event, { url }) { return (await fetch(`${url}/circle`, { follow: 1e9 })).status; }

//# a redirect to a metadata service: Uncaught
async function onTrack(event, { url }) { return (await fetch(`${url}/metadata`)).text(); }

//# a redirect to a file: Uncaught
async function onTrack(event, { url }) { return (await fetch(`${url}/file`)).text(); }

//# an answer that is none: Uncaught
async function onTrack(event, { url }) { return (await fetch(`${url}/garbage`)).status; }

//# a body that ends early: Uncaught
async function onTrack(event, { url }) { return (await fetch(`${url}/early`)).text(); }

//# a chunk of a size that no number holds: Uncaught
async function onTrack(event, { url }) { return (await fetch(`${url}/chunk`)).text(); }

//# a length that is none: Uncaught
async function onTrack(event, { url }) { return (await fetch(`${url}/length`)).text(); }

//# a connection that is closed at once: Uncaught
async function onTrack(event, { url }) { return (await fetch(`${url}/close`)).status; }

//# a thousand requests at once: TooManyRequests
async function onTrack(event, { url }) { return (await Promise.all(Array.from({ length: 1000 }, () => fetch(`${url}/silent`)))).length; }

//# as many requests at once as there may be: Timeout
async function onTrack(event, { url }) { return (await Promise.all(Array.from({ length: 50 }, () => fetch(`${url}/silent`)))).length; }

//# requests one after the other without end: TooManyRequests
async function onTrack(event, { url }) { for (;;) await (await fetch(url)).text(); }

//# requests that are broken off: returned
async function onTrack(event, { url }) { for (let n = 0; n < 40; n++) { const controller = new AbortController(); setTimeout(() => controller.abort(), 1); await fetch(`${url}/silent`, { signal: controller.signal }).catch(() => null); } return 'all'; }

//# a request that nobody waits for: returned
function onTrack(event, { url }) { for (let n = 0; n < 10; n++) fetch(`${url}/silent`).catch(() => null); return 'gone'; }

//# a request body without end: RequestTooLarge OutOfMemory OutOfFuel
async function onTrack(event, { url }) { return (await fetch(`${url}/reads`, { method: 'POST', body: new ReadableStream({ pull(controller) { controller.enqueue(new Uint8Array(1 << 16)); } }) })).status; }

//# a request body that never comes: Timeout Unsettled
async function onTrack(event, { url }) { return (await fetch(`${url}/reads`, { method: 'POST', body: new ReadableStream({ pull: () => new Promise(() => {}) }) })).status; }

//# request bodies of one byte without end: RequestTooLarge OutOfMemory OutOfFuel Timeout
async function onTrack(event, { url }) { return (await fetch(`${url}/reads`, { method: 'POST', body: new ReadableStream({ async pull(controller) { controller.enqueue(new Uint8Array(1)); } }) })).status; }

//# a request body that loops: OutOfFuel
async function onTrack(event, { url }) { return (await fetch(`${url}/reads`, { method: 'POST', body: new ReadableStream({ pull() { for (;;); } }) })).status; }

//# a request body that throws: Uncaught
async function onTrack(event, { url }) { return (await fetch(`${url}/reads`, { method: 'POST', body: new ReadableStream({ pull() { throw new Error('no more'); } }) })).status; }

//# a request body that is too large: RequestTooLarge OutOfMemory
async function onTrack(event, { url }) { return (await fetch(`${url}/reads`, { method: 'POST', body: 'x'.repeat(2e7) })).status; }

//# a header that is two: Uncaught
async function onTrack(event, { url }) { return (await fetch(url, { headers: { 'x-one': 'a\r\nx-two: b' } })).status; }

//# a method that is a request of its own: Uncaught
async function onTrack(event, { url }) { return (await fetch(url, { method: 'GET / HTTP/1.1\r\nhost: a\r\n\r\nGET' })).status; }

//# another Host: returned
async function onTrack(event, { url }) { const answer = await fetch(`${url}/host`, { headers: { host: 'metadata.google.internal' } }); if ((await answer.text()).includes('metadata')) throw new Error('smuggled'); return 'as the URL says'; }

//# a tunnel: Uncaught
async function onTrack(event, { url }) { return (await fetch(url, { method: 'CONNECT' })).status; }

//# a metadata service: Uncaught
async function onTrack() { return (await fetch('http://169.254.169.254/latest/meta-data/')).text(); }

//# a neighbour: Uncaught
async function onTrack() { return (await fetch('http://10.0.0.1/')).text(); }

//# another service of this machine: Uncaught
async function onTrack() { return (await fetch('http://[::ffff:7f00:2]:22/')).text(); }

//# a name that leads inside: Uncaught
async function onTrack() { return (await fetch('http://localhost.localdomain:1/')).text(); }

//# a header list of a million: Uncaught OutOfMemory OutOfFuel TooManyRequests
async function onTrack(event, { url }) { const headers = new Headers(); for (let n = 0; n < 1e6; n++) headers.append(`x-${n}`, 'y'); return (await fetch(url, { headers })).status; }

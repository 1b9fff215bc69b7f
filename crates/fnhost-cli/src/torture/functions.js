// Functions that misbehave, one for each behaviour. A line `//# NAME: OUTCOME` begins one; OUTCOME is how the run must
// end: `returned`, the kinds of failure of which it must be one, or `refused` where it must not be built.

//# loop: OutOfFuel
function onTrack() { for (;;); }

//# loop before an await: OutOfFuel
async function onTrack() { for (;;); await null; }

//# loop between awaits: OutOfFuel
async function onTrack() { await null; for (;;); await null; }

//# loop after an await: OutOfFuel
async function onTrack() { await new Promise((resolve) => setTimeout(resolve, 1)); for (;;); }

//# loop in a timer: OutOfFuel
function onTrack() { return new Promise(() => setTimeout(() => { for (;;); }, 1)); }

//# loop in a microtask: OutOfFuel
function onTrack() { return new Promise(() => queueMicrotask(() => { for (;;); })); }

//# loop in a getter: OutOfFuel
function onTrack() { return { get value() { for (;;); } }; }

//# loop in toJSON: OutOfFuel
function onTrack() { return { toJSON() { for (;;); } }; }

//# loop in toString: OutOfFuel
function onTrack() { return `${{ toString() { for (;;); } }}`; }

//# loop in toString of what is thrown: Uncaught OutOfFuel
function onTrack() { throw { toString() { for (;;); } }; }

//# loop in the message of an error: OutOfFuel
function onTrack() { const error = new Error(); Object.defineProperty(error, 'message', { get() { for (;;); } }); throw error; }

//# loop in the stack of an error: OutOfFuel Uncaught
function onTrack() { const error = new Error(); Object.defineProperty(error, 'stack', { get() { for (;;); } }); throw error; }

//# loop in Symbol.toPrimitive: OutOfFuel
function onTrack() { return +{ [Symbol.toPrimitive]() { for (;;); } }; }

//# loop in a trap of a Proxy: OutOfFuel
function onTrack() { return new Proxy({}, { ownKeys() { for (;;); } }); }

//# loop in what is logged: OutOfFuel returned
function onTrack() { console.log({ get [Symbol.toStringTag]() { for (;;); } }); console.log(new Proxy({}, { get() { for (;;); }, ownKeys() { for (;;); } })); }

//# loop in a comparator: OutOfFuel
function onTrack() { return [3, 1, 2].sort(() => { for (;;); }); }

//# comparator without an order: returned
function onTrack() { let seed = 1; return Array.from({ length: 1e4 }, (_, n) => n).sort(() => (seed = seed * 16807 % 2147483647) % 3 - 1).length; }

//# loop in a reviver: OutOfFuel
function onTrack() { return JSON.parse('[1,2,3]', () => { for (;;); }); }

//# loop in a replacer of text: OutOfFuel
function onTrack() { return 'abc'.replace(/b/, () => { for (;;); }); }

//# loop in a constructor: OutOfFuel
function onTrack() { return new (class { constructor() { for (;;); } })(); }

//# loop in a thenable: OutOfFuel
async function onTrack() { await { then() { for (;;); } }; }

//# loop in a finally: OutOfFuel
async function onTrack() { try { return 1; } finally { for (;;); } }

//# endless generator: OutOfFuel OutOfMemory Uncaught
function onTrack() { function* all() { for (;;) yield 1; } return [...all()]; }

//# endless async iterator: OutOfFuel Timeout
async function onTrack() { for await (const _ of { [Symbol.asyncIterator]: () => ({ next: async () => ({ value: 1, done: false }) }) }); }

//# endless iterator of a Map: OutOfFuel OutOfMemory Uncaught
function onTrack() { return new Map({ [Symbol.iterator]: () => ({ next: () => ({ value: [{}, 1], done: false }) }) }); }

//# promises that queue themselves again: OutOfFuel OutOfMemory Timeout
function onTrack() { const again = () => Promise.resolve().then(again); return again(); }

//# microtasks that queue themselves again: OutOfFuel OutOfMemory Timeout
function onTrack() { const again = () => queueMicrotask(again); again(); return new Promise(() => {}); }

//# ticks that queue themselves again: OutOfFuel OutOfMemory Timeout
function onTrack() { const again = () => process.nextTick(again); again(); return new Promise(() => {}); }

//# timers that set themselves again: OutOfFuel Timeout
function onTrack() { const again = () => setTimeout(again, 0); again(); return new Promise(() => {}); }

//# immediates that set themselves again: OutOfFuel Timeout
function onTrack() { const again = () => setImmediate(again); again(); return new Promise(() => {}); }

//# an interval without end: Timeout OutOfFuel
function onTrack() { setInterval(() => {}, 1); return new Promise(() => {}); }

//# a chain of promises without end: OutOfFuel OutOfMemory Uncaught
function onTrack() { let chain = Promise.resolve(); for (;;) chain = chain.then(() => 1); }

//# a thenable that gives itself: OutOfFuel OutOfMemory Timeout Uncaught
async function onTrack() { const thenable = { then(resolve) { resolve(thenable); } }; await thenable; }

//# waiting without end: OutOfFuel OutOfMemory Timeout
async function onTrack() { for (;;) await null; }

//# a promise that never settles: Unsettled
function onTrack() { return new Promise(() => {}); }

//# a thenable that never settles: Unsettled
async function onTrack() { await { then() {} }; }

//# a long sleep: Timeout
function onTrack() { return new Promise((resolve) => setTimeout(resolve, 1e9)); }

//# work left over after the answer: returned
function onTrack() { setInterval(() => { for (;;); }, 1); setTimeout(() => { throw new Error('late'); }, 5); Promise.reject(new Error('nobody looks')); return 1; }

//# a regular expression that backtracks: OutOfFuel
function onTrack() { return /^(a+)+$/.test('a'.repeat(40) + 'b'); }

//# a regular expression that backtracks over alternatives: OutOfFuel
function onTrack() { return /^(?:(?:a|a)*)*$/.exec('a'.repeat(64) + '!'); }

//# a regular expression that looks behind: OutOfFuel returned
function onTrack() { return /(?<=(?:x+x+)+)y/.test('x'.repeat(60)); }

//# a nested regular expression: returned Uncaught StackOverflow Trap
function onTrack() { return new RegExp('('.repeat(1e5) + ')'.repeat(1e5)).test(''); }

//# a regular expression with a huge count: returned Uncaught OutOfFuel OutOfMemory
function onTrack() { return new RegExp('(?:a{0,65535}){0,65535}').test('a'.repeat(1e5)); }

//# many matches: returned OutOfMemory OutOfFuel Uncaught
function onTrack() { return 'a'.repeat(5e6).match(/a/g).length; }

//# recursion: StackOverflow
function onTrack() { return onTrack(); }

//# recursion through a getter: StackOverflow
function onTrack() { const it = { get value() { return it.value; } }; return it.value; }

//# recursion through a Proxy: StackOverflow
function onTrack() { let it = {}; it = new Proxy(it, { get: (_, key) => it[key] }); return it.value; }

//# recursion through toString: StackOverflow
function onTrack() { const it = { toString: () => `${it}` }; return `${it}`; }

//# recursion through a comparator: StackOverflow
function onTrack() { const sort = () => [2, 1].sort(sort); return sort(); }

//# recursion through toJSON: StackOverflow Uncaught
function onTrack() { const it = { toJSON: () => JSON.stringify(it) }; return it; }

//# recursion that catches: StackOverflow OutOfFuel
function onTrack() { const dive = () => { try { dive(); } catch { dive(); } }; dive(); }

//# recursion by bind: StackOverflow returned Uncaught OutOfMemory
function onTrack() { let bound = () => 1; for (let n = 0; n < 1e5; n++) bound = bound.bind(); return bound(); }

//# deep JSON to read: Uncaught StackOverflow returned
function onTrack() { return JSON.parse('['.repeat(1e6) + ']'.repeat(1e6)).length; }

//# deep JSON to write: Uncaught StackOverflow
function onTrack() { let deep = {}; for (let n = 0; n < 1e5; n++) deep = { deep }; return JSON.stringify(deep).length; }

//# a deep value returned: Uncaught StackOverflow
function onTrack() { let deep = []; for (let n = 0; n < 1e5; n++) deep = [deep]; return deep; }

//# a deep value logged: returned StackOverflow
function onTrack() { let deep = []; for (let n = 0; n < 1e5; n++) deep = [deep]; console.log('%o', deep); console.log(deep); }

//# deep source: Uncaught StackOverflow OutOfMemory
function onTrack() { return (0, eval)('('.repeat(1e5) + '1' + ')'.repeat(1e5)); }

//# huge JSON to read: returned OutOfMemory OutOfFuel Uncaught
function onTrack() { return JSON.parse('[' + '0,'.repeat(5e6) + '0]').length; }

//# huge JSON to write: returned OutOfMemory OutOfFuel Uncaught
function onTrack() { const part = Array(1e6).fill('0123456789'); return JSON.stringify([part, part, part, part]).length; }

//# a text that doubles: OutOfMemory Uncaught
function onTrack() { let text = 'x'; for (;;) text += text; }

//# a text that doubles and is looked at: OutOfMemory Uncaught
function onTrack() { let text = 'x'; for (;;) { text += text; text.charCodeAt(text.length - 1); } }

//# padding: OutOfMemory Uncaught
function onTrack() { return 'x'.padEnd(2 ** 30 - 2).length; }

//# repetition: OutOfMemory Uncaught
function onTrack() { return 'x'.repeat(2 ** 29).split('').length; }

//# joining: OutOfMemory OutOfFuel Uncaught
function onTrack() { return Array(2 ** 25).join('0123456789').length; }

//# a growing array: OutOfMemory Uncaught OutOfFuel
function onTrack() { const all = []; for (;;) all.push({}); }

//# a huge array: returned Uncaught OutOfMemory
function onTrack() { const all = new Array(2 ** 32 - 1); all.length = 10; return all.fill(0).length; }

//# filling a huge array: OutOfMemory OutOfFuel Uncaught
function onTrack() { return new Array(2 ** 30).fill(0).length; }

//# a holey array: returned
function onTrack() { const all = []; all[2 ** 32 - 2] = 1; return all.length; }

//# iterating a holey array: OutOfFuel OutOfMemory Uncaught
function onTrack() { const all = []; all[2 ** 32 - 2] = 1; all.forEach(() => {}); return [...all].length; }

//# typed arrays: OutOfMemory Uncaught
function onTrack() { const all = []; for (;;) all.push(new Uint8Array(1 << 20).fill(1)); }

//# a huge typed array: Uncaught OutOfMemory
function onTrack() { return new Float64Array(2 ** 31).length; }

//# a resizable buffer: Uncaught OutOfMemory returned
function onTrack() { const buffer = new ArrayBuffer(8, { maxByteLength: 2 ** 31 - 1 }); buffer.resize(2 ** 31 - 1); return buffer.byteLength; }

//# a Map that grows: OutOfMemory Uncaught OutOfFuel
function onTrack() { const map = new Map(); for (let n = 0; ; n++) map.set(n, map); }

//# closures that hold each other: OutOfMemory Uncaught OutOfFuel
function onTrack() { let last = null; for (;;) { const before = last; last = () => before; } }

//# a large number: OutOfFuel OutOfMemory Uncaught
function onTrack() { let number = 2n; for (;;) number **= 2n; }

//# the text of a large number: OutOfFuel OutOfMemory Uncaught returned
function onTrack() { return (1n << 1000000n).toString().length + String(7n ** 500000n).length; }

//# bytes in Buffers: OutOfMemory Uncaught
function onTrack() { const all = []; for (;;) all.push(Buffer.alloc(1 << 20, 'x')); }

//# catching the lack of memory and going on: OutOfMemory OutOfFuel Uncaught
function onTrack() { const all = []; for (;;) { try { for (;;) all.push(new Uint8Array(1 << 16)); } catch { try { all.push('x'.repeat(1 << 10)); } catch { all.push(1); } } } }

//# catching the lack of memory and returning: OutOfMemory
function onTrack() { try { const all = []; for (;;) all.push(new Uint8Array(1 << 20)); } catch {} return 'went on'; }

//# garbage without end: OutOfFuel OutOfMemory Uncaught
function onTrack() { for (;;) ({ garbage: new Array(100).fill({}) }); }

//# a flood of log lines: returned OutOfFuel
function onTrack() { for (let n = 0; n < 1e5; n++) console.log('line', n); return 'done'; }

//# a log line of a hundred megabytes: returned OutOfMemory Uncaught
function onTrack() { const text = 'x'.repeat(1e7); console.log(text + text + text + text + text); }

//# a flood of log lines without end: OutOfFuel Timeout
function onTrack() { for (;;) console.error('again'); }

//# control characters in the log: returned
function onTrack() { console.log('\x1b]0;title\x07\x1b[2J\0\r\n\u2028\ud800 end'); }

//# a million timers: returned Uncaught OutOfMemory OutOfFuel
function onTrack() { for (let n = 0; n < 1e6; n++) setTimeout(() => {}, 1e6); return 'set'; }

//# a million promises: returned OutOfMemory OutOfFuel Uncaught
async function onTrack() { return (await Promise.all(Array.from({ length: 1e6 }, async (_, n) => n))).length; }

//# a huge value returned: ValueTooLarge OutOfMemory OutOfFuel
function onTrack() { return 'x'.repeat(5e6); }

//# a cyclic value returned: returned Uncaught
function onTrack() { const it = {}; it.it = it; return it; }

//# a value that throws when it is read: returned Uncaught
function onTrack() { return { get value() { throw new Error('no'); } }; }

//# a value with a toJSON that throws a Proxy: returned Uncaught
function onTrack() { return { toJSON() { throw new Proxy({}, { get() { throw 1; } }); } }; }

//# throwing what cannot be shown: Uncaught
function onTrack() { throw new Proxy(function () {}, { get() { throw new Error('no'); }, getPrototypeOf() { throw new Error('no'); } }); }

//# throwing nothing: Uncaught
function onTrack() { throw undefined; }

//# throwing an object without a prototype: Uncaught
function onTrack() { throw Object.create(null); }

//# an error with a huge message: Uncaught OutOfFuel OutOfMemory
function onTrack() { throw new Error('x'.repeat(1e7)); }

//# an error with itself as its cause: Uncaught
function onTrack() { const error = new Error('cyclic'); error.cause = error; error.errors = [error]; console.log(error); throw error; }

//# a frozen world: returned
function onTrack() { for (const key of Reflect.ownKeys(globalThis)) { try { Object.freeze(globalThis[key]); Object.freeze(globalThis[key].prototype); } catch {} } console.log({ still: 'here' }); return [1, 2]; }

//# no globals at all: returned Uncaught Trap
function onTrack() { for (const key of Reflect.ownKeys(globalThis)) { try { delete globalThis[key]; } catch {} } return 'alone'; }

//# pollution of Object.prototype: returned Uncaught Trap
function onTrack() { for (const key of ['then', 'toJSON', 'get', 'set', 'value', 'message', 'stack', 'name', 'code', 'length', 'kind', 'status', 'tag', 'val']) Object.prototype[key] = () => { throw new Error(key); }; console.log({ a: 1 }, [1]); return { a: 1 }; }

//# accessors on Object.prototype: returned Uncaught OutOfFuel Trap
function onTrack() { for (const key of ['tag', 'val', 'name', 'message', 'stack', 'code', '0', 'level']) Object.defineProperty(Object.prototype, key, { get() { return globalThis; }, set() {}, configurable: true }); console.log('x'); return { b: 2 }; }

//# a broken Array.prototype: returned Uncaught Unsettled Trap
function onTrack() { for (const key of Object.getOwnPropertyNames(Array.prototype)) { if (typeof Array.prototype[key] === 'function') Array.prototype[key] = () => { throw new Error(key); }; } console.log('logged %s', [1]); return [1, 2]; }

//# arrays that do not iterate: returned Uncaught
function onTrack() { delete Array.prototype[Symbol.iterator]; delete String.prototype[Symbol.iterator]; console.log('a', 'b'); return 'x'; }

//# a broken Promise: returned Uncaught Unsettled Trap
async function onTrack() { Promise.prototype.then = () => { throw new Error('then'); }; Promise.resolve = Promise.reject = () => 1; globalThis.Promise = null; await null; return 'x'; }

//# a Promise.prototype.then that never calls: returned Unsettled
async function onTrack() { Promise.prototype.then = function () { return this; }; Promise.prototype.constructor = Object; await 1; return 'x'; }

//# a broken JSON: returned Uncaught
function onTrack() { JSON.stringify = () => '}{'; JSON.parse = () => { throw 1; }; globalThis.JSON = undefined; return { a: 1 }; }

//# a broken Symbol: returned Uncaught
function onTrack() { globalThis.Symbol = undefined; Object.defineProperty(RegExp.prototype, Symbol === undefined ? 'exec' : 'x', { value: null }); console.log('x', /a/); return 1; }

//# a broken Error: Uncaught
function onTrack() { globalThis.Error = null; Object.setPrototypeOf(TypeError.prototype, null); Object.defineProperty(TypeError.prototype, 'name', { get() { throw 1; } }); null.property; }

//# Error.prepareStackTrace that throws: Uncaught
function onTrack() { Error.prepareStackTrace = () => { throw new Error('again'); }; Error.stackTraceLimit = { valueOf() { throw 1; } }; throw new Error('first'); }

//# other classes of errors under our names: Uncaught
function onTrack() { globalThis.RetryError = class {}; throw Object.assign(new Error('RetryError'), { constructor: { name: 'RetryError' }, name: 'RetryError' }); }

//# a global that is replaced by a getter: returned Uncaught
function onTrack() { Object.defineProperty(globalThis, 'console', { get() { throw new Error('console'); } }); Object.defineProperty(globalThis, 'onTrack', { get() { throw new Error('onTrack'); } }); return 1; }

//# a prototype of the global object: returned Uncaught
function onTrack() { Object.setPrototypeOf(globalThis, new Proxy({}, { has() { throw new Error('has'); }, get() { throw new Error('get'); } })); return typeof nothing; }

//# Function and eval: returned Uncaught
function onTrack() { return [new Function('return 1 + 1')(), eval('2 + 2'), (0, eval)('typeof onTrack'), (async () => {}).constructor('return 1') instanceof Function]; }

//# code that makes code without end: OutOfFuel OutOfMemory Uncaught StackOverflow
function onTrack() { const make = (text) => new Function('make', 'text', text); const text = 'return make(text + " ")(make, text + " ")'; return make(text)(make, text); }

//# a module that is asked for at run time: returned Uncaught
async function onTrack() { return import('./other.js').then(() => 'loaded', (error) => `${error.name}`); }

//# files of the host: Uncaught
function onTrack() { return require('fs').readFileSync('/etc/passwd', 'utf8'); }

//# processes of the host: Uncaught
function onTrack() { return require('child_process').execSync('id'); }

//# sockets of the host: Uncaught
function onTrack() { return new (require('net').Socket)().connect(22, '127.0.0.1'); }

//# ending the process: Uncaught returned Trap
function onTrack() { process.exit(1); }

//# killing the process: Uncaught
function onTrack() { process.kill(process.pid, 'SIGKILL'); }

//# aborting the process: Uncaught Trap
function onTrack() { process.abort(); }

//# a Worker: Uncaught
function onTrack() { return new (require('worker_threads').Worker)('for (;;);', { eval: true }); }

//# shared memory: Uncaught returned
function onTrack() { const shared = new SharedArrayBuffer(8); Atomics.wait(new Int32Array(shared), 0, 0, 1e9); return 'woken'; }

//# a hash of much: returned OutOfMemory Uncaught OutOfFuel Timeout
function onTrack() { const { createHash } = require('crypto'); const hash = createHash('sha512'); const piece = Buffer.alloc(1 << 20); for (let n = 0; n < 20000; n++) hash.update(piece); return hash.digest('hex').length; }

//# a key from a password by much work: OutOfFuel Uncaught Timeout
function onTrack() { return require('crypto').pbkdf2Sync('password', 'salt', 2 ** 31 - 1, 64, 'sha512').length; }

//# scrypt with much memory: Uncaught OutOfFuel Timeout
function onTrack() { return require('crypto').scryptSync('password', 'salt', 64, { N: 2 ** 20, r: 64, p: 64, maxmem: 2 ** 40 }).length; }

//# a large prime: Uncaught OutOfFuel Timeout
function onTrack() { return require('crypto').generatePrimeSync(16384, { safe: true }).byteLength; }

//# a large RSA key: Uncaught OutOfFuel Timeout
function onTrack() { return require('crypto').generateKeyPairSync('rsa', { modulusLength: 16384 }).privateKey.type; }

//# random bytes in masses: Uncaught OutOfMemory OutOfFuel Timeout
function onTrack() { return require('crypto').randomBytes(2 ** 31 - 1).length; }

//# a bomb of zlib: Uncaught OutOfMemory OutOfFuel returned
function onTrack() { const zlib = require('zlib'); let bomb = zlib.gzipSync(Buffer.alloc(1 << 24)); const data = []; for (let n = 0; n < 64; n++) data.push(bomb); return zlib.gunzipSync(Buffer.concat(data)).length; }

//# a bomb of brotli: Uncaught OutOfMemory OutOfFuel
function onTrack() { const zlib = require('zlib'); const bomb = zlib.brotliCompressSync(Buffer.alloc(1 << 24)); return Array.from({ length: 64 }, () => zlib.brotliDecompressSync(bomb)).length; }

//# a URL of megabytes: returned Uncaught OutOfMemory OutOfFuel
function onTrack() { const long = 'a'.repeat(4e6); return [new URL(`https://a.example/${long}`).href.length, new URLSearchParams(`q=${'%41'.repeat(1e6)}`).get('q').length]; }

//# a clone of much: returned Uncaught OutOfMemory StackOverflow OutOfFuel
function onTrack() { let deep = []; for (let n = 0; n < 1e5; n++) deep = [deep]; return structuredClone(deep).length; }

//# decoding much: returned OutOfMemory OutOfFuel Uncaught
function onTrack() { return new TextDecoder('utf-16le').decode(new Uint8Array(2e7)).length; }

//# a cache that is flooded: returned OutOfFuel Timeout Uncaught
async function onTrack() { for (let n = 0; n < 2000; n++) await cache.load(`key ${n}`, -1, async () => 'x'.repeat(1e4)); return 'flooded'; }

//# a cache whose value is never there: Unsettled Timeout
async function onTrack() { return cache.load('key', 1000, () => new Promise(() => {})); }

//# a cache that waits for itself: returned Unsettled Timeout Uncaught
async function onTrack() { return cache.load('key', 1000, () => cache.load('key', 1000, () => 1)); }

//# a loop at the top level: refused
for (;;);
function onTrack() {}

//# a promise that never settles at the top level: refused
await new Promise(() => {});
export async function onTrack() {}

//# a bomb at the top level: refused
const all = []; for (;;) all.push(new Uint8Array(1 << 20).fill(1));
function onTrack() {}

//# recursion at the top level: refused
const dive = () => dive(); dive();
function onTrack() {}

//# an error at the top level: refused
throw new Error('at once');
function onTrack() {}

//# a request at the top level: refused
await fetch('https://api.example/');
export async function onTrack() {}

//# a flood of log lines at the top level: returned refused
for (let n = 0; n < 1e5; n++) console.log('line', n);
function onTrack() { return 'built'; }

//# timers at the top level: returned refused
setInterval(() => { for (;;); }, 1);
function onTrack() { return 'built'; }

//# pollution at the top level: returned Uncaught Trap refused
Object.prototype.toJSON = () => 'polluted'; Array.prototype.map = null; Promise.prototype.then = null;
function onTrack() { return { a: 1 }; }

//# a backtracking regular expression at the top level: refused
const found = /^(a+)+$/.test('a'.repeat(40) + 'b');
function onTrack() { return found; }

//# deep source at the top level: refused
const deep = eval('['.repeat(1e5) + ']'.repeat(1e5));
function onTrack() { return 1; }

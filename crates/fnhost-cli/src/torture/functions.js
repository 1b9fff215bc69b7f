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

//# loop in a setter: OutOfFuel
function onTrack() { return Object.assign({ set value(_) { for (;;); } }, { value: 1 }); }

//# loop in valueOf: OutOfFuel
function onTrack() { return { valueOf() { for (;;); } } > 1; }

//# loop in Symbol.hasInstance: OutOfFuel
function onTrack() { return 1 instanceof { [Symbol.hasInstance]() { for (;;); } }; }

//# loop in a static block: OutOfFuel
function onTrack() { return class { static { for (;;); } }; }

//# loop in a template's tag: OutOfFuel
function onTrack() { const tag = () => { for (;;); }; return tag`x`; }

//# loop in Symbol.toPrimitive: OutOfFuel
function onTrack() { return +{ [Symbol.toPrimitive]() { for (;;); } }; }

//# loop in a trap of a Proxy: OutOfFuel
function onTrack() { return new Proxy({}, { ownKeys() { for (;;); } }); }

//# loop in a getter of a Proxy: OutOfFuel
function onTrack() { return new Proxy({}, { get() { for (;;); } }).value; }

//# loop in a getter of what is awaited: OutOfFuel
async function onTrack() { await { get then() { for (;;); } }; }

//# loop in a getter of what is returned: OutOfFuel
async function onTrack() { return new Proxy({}, { get(_, key) { if (key === 'toJSON') for (;;); } }); }

//# loop in what is logged: OutOfFuel returned
function onTrack() { console.log({ get [Symbol.toStringTag]() { for (;;); } }); console.log(new Proxy({}, { get() { for (;;); }, ownKeys() { for (;;); } })); }

//# loop in a comparator: OutOfFuel
function onTrack() { return [3, 1, 2].sort(() => { for (;;); }); }

//# loop in a comparator of a typed array: OutOfFuel
function onTrack() { return new Uint8Array([3, 1, 2]).sort(() => { for (;;); }); }

//# loop in a callback of an array: OutOfFuel
function onTrack() { return Array.from([1], () => { for (;;); }); }

//# loop in a replacer of JSON: OutOfFuel
function onTrack() { return JSON.stringify({ a: 1 }, () => { for (;;); }); }

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

//# loop in a catch: OutOfFuel
async function onTrack() { await Promise.reject(new Error('first')).catch(() => { for (;;); }); }

//# loop in an iterator: OutOfFuel
function onTrack() { return [...{ [Symbol.iterator]: () => ({ next() { for (;;); } }) }]; }

//# loop in an async iterator: OutOfFuel
async function onTrack() { for await (const _ of { [Symbol.asyncIterator]: () => ({ next() { for (;;); } }) }); }

//# loop in an async generator: OutOfFuel
async function onTrack() { async function* all() { yield 1; for (;;); } for await (const _ of all()); }

//# loop in the end of a generator: OutOfFuel
function onTrack() { function* all() { try { yield 1; } finally { for (;;); } } for (const _ of all()) break; }

//# loop in a listener: OutOfFuel
function onTrack() { const target = new EventTarget(); target.addEventListener('x', () => { for (;;); }); target.dispatchEvent(new Event('x')); }

//# loop in what hears of rejections: OutOfFuel returned Unsettled
function onTrack() { process.on('unhandledRejection', () => { for (;;); }); Promise.reject(new Error('nobody looks')); return new Promise((resolve) => setTimeout(resolve, 10)); }

//# loop in a module that is made from text: OutOfFuel
function onTrack() { return new Function('for (;;);')(); }

//# endless generator: OutOfFuel OutOfMemory Uncaught
function onTrack() { function* all() { for (;;) yield 1; } return [...all()]; }

//# endless async generator: OutOfFuel OutOfMemory Timeout
async function onTrack() { async function* all() { for (;;) yield 1; } for await (const _ of all()); }

//# a generator that goes on in itself: StackOverflow OutOfMemory OutOfFuel Uncaught
function onTrack() { function* all() { yield* all(); } return [...all()]; }

//# all promises of an endless iterator: OutOfFuel OutOfMemory Uncaught
function onTrack() { function* all() { for (;;) yield Promise.resolve(1); } return Promise.all(all()); }

//# endless async iterator: OutOfFuel Timeout
async function onTrack() { for await (const _ of { [Symbol.asyncIterator]: () => ({ next: async () => ({ value: 1, done: false }) }) }); }

//# endless iterator of a Map: OutOfFuel OutOfMemory Uncaught
function onTrack() { return new Map({ [Symbol.iterator]: () => ({ next: () => ({ value: [{}, 1], done: false }) }) }); }

//# promises that queue themselves again: OutOfFuel OutOfMemory Timeout
function onTrack() { const again = () => Promise.resolve().then(again); return again(); }

//# promises that fail and queue themselves again: OutOfFuel OutOfMemory Timeout
function onTrack() { const again = () => Promise.reject(new Error('again')).catch(again); return again(); }

//# promises that queue two of themselves: OutOfFuel OutOfMemory Timeout Uncaught
function onTrack() { const again = () => { Promise.resolve().then(again); Promise.resolve().then(again); }; again(); return new Promise(() => {}); }

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

//# a regular expression that backtracks while replacing: OutOfFuel
function onTrack() { return ('a'.repeat(40) + 'b').replace(/(a+)+$/g, ''); }

//# a regular expression that backtracks while splitting: OutOfFuel
function onTrack() { return ('x'.repeat(30) + 'y').split(/(?:x|x|xx)+z/); }

//# a regular expression that backtracks over letters of any case: OutOfFuel
function onTrack() { return /^(\p{L}+)+$/iu.test('\u00e9'.repeat(40) + '!'); }

//# a regular expression of references to itself: OutOfFuel returned
function onTrack() { return /^(a*)(?:\1\1)*(?:\1)*b/.test('a'.repeat(3e4)); }

//# a regular expression that looks ahead deeply: returned Uncaught StackOverflow OutOfMemory
function onTrack() { return new RegExp('(?='.repeat(2e4) + 'a' + ')'.repeat(2e4)).test('a'); }

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

//# recursion through a setter: StackOverflow
function onTrack() { const it = { set value(value) { it.value = value; } }; it.value = 1; }

//# recursion through a reviver: StackOverflow Uncaught
function onTrack() { const read = () => JSON.parse('[1]', read); return read(); }

//# recursion through a replacer of text: StackOverflow
function onTrack() { const dive = () => 'a'.replace(/a/, dive); return dive(); }

//# recursion through await: OutOfMemory OutOfFuel StackOverflow Uncaught
async function onTrack() { const dive = async () => { await dive(); }; await dive(); }

//# recursion through await, a turn each: OutOfMemory OutOfFuel Uncaught
async function onTrack() { const dive = async () => { await null; await dive(); }; await dive(); }

//# recursion through constructors: StackOverflow
function onTrack() { class Deep { constructor() { this.deep = new Deep(); } } return new Deep(); }

//# recursion through a chain of prototypes: returned OutOfFuel StackOverflow Uncaught
function onTrack() { let deep = null; for (let n = 0; n < 1e5; n++) deep = Object.create(deep); return deep.nothing === undefined; }

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

//# a text of a million pieces: returned OutOfMemory OutOfFuel StackOverflow Uncaught
function onTrack() { let text = ''; for (let n = 0; n < 1e6; n++) text = n % 2 ? text + 'ab' : 'cd' + text; return text.charCodeAt(1e6); }

//# replacing what doubles: OutOfMemory OutOfFuel Uncaught
function onTrack() { let text = 'xx'; for (;;) text = text.replaceAll('x', 'xx'); }

//# padding: OutOfMemory Uncaught
function onTrack() { return 'x'.padEnd(2 ** 30 - 2).length; }

//# repetition: OutOfMemory Uncaught
function onTrack() { return 'x'.repeat(2 ** 29).split('').length; }

//# joining: OutOfMemory OutOfFuel Uncaught
function onTrack() { return Array(2 ** 25).join('0123456789').length; }

//# more arguments than there is room for: Uncaught StackOverflow OutOfMemory
function onTrack() { return Math.max(...new Array(5e6).fill(1)) + String.fromCharCode.apply(null, new Array(5e6)); }

//# an array that is sorted while it grows: OutOfMemory OutOfFuel Uncaught returned
function onTrack() { const all = [3, 2, 1]; all.sort(() => { for (let n = 0; n < 1e6; n++) all.push(n); return -1; }); return all.length; }

//# an array in arrays, flattened: OutOfMemory OutOfFuel StackOverflow Uncaught
function onTrack() { const all = [1]; all.push(all, all); return all.flat(Infinity).length; }

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

//# names of properties without end: OutOfMemory OutOfFuel Uncaught
function onTrack() { for (let n = 0; ; n++) globalThis[`name ${n}`] = Symbol.for(`symbol ${n}`); }

//# memory to the edge, and an answer: returned
function onTrack() { const all = []; for (let n = 0; n < 50; n++) all.push(new Uint8Array(1 << 20).fill(n)); return all.reduce((sum, part) => sum + part[part.length - 1], 0); }

//# memory to the edge again and again: returned OutOfFuel
function onTrack() { let all; for (let n = 0; n < 20; n++) { all = null; all = new Uint8Array(40 << 20).fill(n); } return all[0]; }

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

//# groups in the log without end: returned OutOfFuel OutOfMemory Uncaught
function onTrack() { for (let n = 0; n < 1e5; n++) console.group(n); console.log('deep'); return 'grouped'; }

//# a table in the log of a hundred thousand rows: returned OutOfMemory OutOfFuel Uncaught
function onTrack() { console.table(Array.from({ length: 1e5 }, (_, n) => ({ n }))); return 'shown'; }

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

//# a holey array returned: ValueTooLarge OutOfMemory OutOfFuel Uncaught
function onTrack() { const all = []; all[2 ** 32 - 2] = 1; return all; }

//# bytes of megabytes returned: ValueTooLarge OutOfMemory OutOfFuel Uncaught
function onTrack() { return new Uint8Array(1e7); }

//# values that JSON does not have: returned Uncaught
function onTrack() { return [undefined, () => 1, Symbol('x'), NaN, new Date(NaN), new Map([[1, 2]]), new WeakRef({}), 1n]; }

//# a value that is others each time it is read: returned Uncaught OutOfFuel
function onTrack() { let n = 0; return { get value() { return n++ > 1e4 ? 1 : { get value() { return n++; }, toJSON() { return { n }; } }; } }; }

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

//# throwing what is no error: Uncaught
function onTrack() { throw Object.assign(() => 1, { then: null, toString: null, stack: Symbol('x'), message: 1n }); }

//# throwing a promise that fails: Uncaught
async function onTrack() { throw Promise.reject(new Error('inside')); }

//# an error with a huge stack, name and code: Uncaught OutOfFuel OutOfMemory
function onTrack() { const error = new Error('x'); Object.assign(error, { stack: 's'.repeat(5e6), name: 'n'.repeat(5e6), code: 'c'.repeat(5e6) }); throw error; }

//# errors in errors: Uncaught OutOfFuel OutOfMemory StackOverflow
function onTrack() { let error = new Error('first'); for (let n = 0; n < 1e4; n++) error = new AggregateError([error], 'next', { cause: error }); console.log(error); throw error; }

//# an error with a huge message: Uncaught OutOfFuel OutOfMemory
function onTrack() { throw new Error('x'.repeat(1e7)); }

//# an error with itself as its cause: Uncaught
function onTrack() { const error = new Error('cyclic'); error.cause = error; error.errors = [error]; console.log(error); throw error; }

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

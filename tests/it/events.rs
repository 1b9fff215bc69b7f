//! The module `events`: EventEmitter and the functions around it. What is expected is Node 20's own.

use crate::table::table_below;
use expect_test::expect;

#[test]
fn emitters() {
    let lines = table_below(
        "const EventEmitter = require('events');",
        "const seen = []; const log = (...args) => seen.push(args.join()); const take = () => seen.splice(0);",
        &[
            "(() => { const e = new EventEmitter(); e.on('a', log); e.once('a', () => log('once')); e.prependListener('a', () => log('first')); return [e.emit('a', 1, 2), e.emit('a', 3), e.emit('b'), take()] })()",
            "(() => { const e = new EventEmitter(); e.on('a', log); e.off('a', log); return [e.emit('a'), e.listenerCount('a'), e.eventNames()] })()",
            "(() => { const e = new EventEmitter(); const s = Symbol('s'); e.on('a', log); e.on(s, log); return [e.eventNames().length, e.listeners('a')[0] === log, e.rawListeners('a').length] })()",
            "(() => { const e = new EventEmitter(); e.once('a', log); return [e.listeners('a')[0] === log, e.rawListeners('a')[0].listener === log] })()",
            "(() => { const e = new EventEmitter(); e.on('newListener', (n) => log('new', n)); e.on('removeListener', (n) => log('gone', n)); e.on('a', log); e.removeAllListeners('a'); return take() })()",
            "(() => { const e = new EventEmitter(); e.on('a', () => { e.on('a', log); log('one') }); e.emit('a'); return take() })()",
            "(() => { const e = new EventEmitter(); e.on('a', function () { log(this === e) }); e.emit('a'); return take() })()",
            "new EventEmitter().emit('error', new TypeError('mine'))",
            "new EventEmitter().emit('error', 'text')",
            "new EventEmitter().emit('error', { a: 1 })",
            "new EventEmitter().emit('error')",
            "(() => { const e = new EventEmitter(); e.on(EventEmitter.errorMonitor, (x) => log('seen', x.message)); try { e.emit('error', new Error('m')) } catch (x) { log('thrown') } return take() })()",
            "new EventEmitter().on('a')",
            "new EventEmitter().on('a', 5)",
            "new EventEmitter().setMaxListeners(-1)",
            "[new EventEmitter().getMaxListeners(), EventEmitter.defaultMaxListeners]",
            "(() => { class Mine extends EventEmitter {} const e = new Mine(); e.on('a', log); e.emit('a', 'sub'); return [take(), e instanceof EventEmitter] })()",
            "(() => { function Old() { EventEmitter.call(this) } Object.setPrototypeOf(Old.prototype, EventEmitter.prototype); const e = new Old(); e.on('a', log); e.emit('a', 'old'); return take() })()",
            "[EventEmitter.EventEmitter === EventEmitter, typeof EventEmitter.once, EventEmitter.usingDomains, Object.keys(new EventEmitter())]",
            "require('node:events') === EventEmitter",
        ],
    );
    expect![[r##"
        (() => { const e = new EventEmitter(); e.on('a', log); e.once('a', () => log('once')); e.prependListener('a', () => log('first')); return [e.emit('a', 1, 2), e.emit('a', 3), e.emit('b'), take()] })() ⇒ [true,true,false,["first","1,2","once","first","3"]]
        (() => { const e = new EventEmitter(); e.on('a', log); e.off('a', log); return [e.emit('a'), e.listenerCount('a'), e.eventNames()] })() ⇒ [false,0,[]]
        (() => { const e = new EventEmitter(); const s = Symbol('s'); e.on('a', log); e.on(s, log); return [e.eventNames().length, e.listeners('a')[0] === log, e.rawListeners('a').length] })() ⇒ [2,true,1]
        (() => { const e = new EventEmitter(); e.once('a', log); return [e.listeners('a')[0] === log, e.rawListeners('a')[0].listener === log] })() ⇒ [true,true]
        (() => { const e = new EventEmitter(); e.on('newListener', (n) => log('new', n)); e.on('removeListener', (n) => log('gone', n)); e.on('a', log); e.removeAllListeners('a'); return take() })() ⇒ ["new,removeListener","new,a","gone,a"]
        (() => { const e = new EventEmitter(); e.on('a', () => { e.on('a', log); log('one') }); e.emit('a'); return take() })() ⇒ ["one"]
        (() => { const e = new EventEmitter(); e.on('a', function () { log(this === e) }); e.emit('a'); return take() })() ⇒ ["true"]
        new EventEmitter().emit('error', new TypeError('mine')) ⇒ throws TypeError: mine
        new EventEmitter().emit('error', 'text') ⇒ throws Error: Unhandled error. ('text') code=ERR_UNHANDLED_ERROR
        new EventEmitter().emit('error', { a: 1 }) ⇒ throws Error: Unhandled error. ({ a: 1 }) code=ERR_UNHANDLED_ERROR
        new EventEmitter().emit('error') ⇒ throws Error: Unhandled error. (undefined) code=ERR_UNHANDLED_ERROR
        (() => { const e = new EventEmitter(); e.on(EventEmitter.errorMonitor, (x) => log('seen', x.message)); try { e.emit('error', new Error('m')) } catch (x) { log('thrown') } return take() })() ⇒ ["seen,m","thrown"]
        new EventEmitter().on('a') ⇒ throws TypeError: The "listener" argument must be of type function. Received undefined code=ERR_INVALID_ARG_TYPE
        new EventEmitter().on('a', 5) ⇒ throws TypeError: The "listener" argument must be of type function. Received type number (5) code=ERR_INVALID_ARG_TYPE
        new EventEmitter().setMaxListeners(-1) ⇒ throws RangeError: The value of "setMaxListeners" is out of range. It must be >= 0. Received -1 code=ERR_OUT_OF_RANGE
        [new EventEmitter().getMaxListeners(), EventEmitter.defaultMaxListeners] ⇒ [10,10]
        (() => { class Mine extends EventEmitter {} const e = new Mine(); e.on('a', log); e.emit('a', 'sub'); return [take(), e instanceof EventEmitter] })() ⇒ [["sub"],true]
        (() => { function Old() { EventEmitter.call(this) } Object.setPrototypeOf(Old.prototype, EventEmitter.prototype); const e = new Old(); e.on('a', log); e.emit('a', 'old'); return take() })() ⇒ ["old"]
        [EventEmitter.EventEmitter === EventEmitter, typeof EventEmitter.once, EventEmitter.usingDomains, Object.keys(new EventEmitter())] ⇒ [true,"function",false,["_events","_eventsCount","_maxListeners"]]
        require('node:events') === EventEmitter ⇒ true
    "##]]
    .assert_eq(&lines);
}

#[test]
fn promises_and_iterators_of_events() {
    let lines = table_below(
        "const EventEmitter = require('events');",
        "const { once, on } = EventEmitter; const later = (f) => setTimeout(f, 1);",
        &[
            "(() => { const e = new EventEmitter(); later(() => e.emit('a', 1, 2)); return once(e, 'a') })()",
            "(() => { const e = new EventEmitter(); later(() => e.emit('error', new Error('bad'))); return once(e, 'a') })()",
            "(() => { const e = new EventEmitter(); later(() => e.emit('error', 'as value')); return once(e, 'error') })()",
            "once(new EventEmitter(), 'a', { signal: AbortSignal.abort() })",
            "(() => { const c = new AbortController(); later(() => c.abort()); return once(new EventEmitter(), 'a', { signal: c.signal }) })()",
            "(() => { const t = new EventTarget(); later(() => t.dispatchEvent(new Event('x'))); return once(t, 'x').then(([event]) => event.type) })()",
            "once({}, 'a')",
            "(async () => { const e = new EventEmitter(); later(() => { e.emit('a', 1); e.emit('a', 2); e.emit('end') }); const seen = []; for await (const [x] of on(e, 'a', { close: ['end'] })) seen.push(x); return seen })()",
            "(async () => { const e = new EventEmitter(); later(() => e.emit('error', new Error('bad'))); for await (const x of on(e, 'a')) x; })()",
            "(async () => { const c = new AbortController(); later(() => c.abort()); for await (const x of on(new EventEmitter(), 'a', { signal: c.signal })) x; })()",
            "(async () => { const e = new EventEmitter({ captureRejections: true }); e.on('a', async () => { throw new Error('async') }); const p = once(e, 'error'); e.emit('a'); return (await p)[0].message })()",
            "(async () => { const e = new EventEmitter({ captureRejections: true }); e.on('a', async () => { throw new Error('async') }); const p = new Promise((r) => { e[Symbol.for('nodejs.rejection')] = (x, n, v) => r([x.message, n, v]) }); e.emit('a', 7); return p })()",
            "(() => { const t = new EventTarget(); t.addEventListener('x', () => {}); return [EventEmitter.getEventListeners(t, 'x').length, EventEmitter.getEventListeners(new EventEmitter(), 'x').length] })()",
            "EventEmitter.getEventListeners({}, 'x')",
            "(() => { const c = new AbortController(); let n = 0; EventEmitter.addAbortListener(c.signal, () => n++); c.abort(); return n })()",
        ],
    );
    expect![[r##"
        (() => { const e = new EventEmitter(); later(() => e.emit('a', 1, 2)); return once(e, 'a') })() ⇒ [1,2]
        (() => { const e = new EventEmitter(); later(() => e.emit('error', new Error('bad'))); return once(e, 'a') })() ⇒ throws Error: bad
        (() => { const e = new EventEmitter(); later(() => e.emit('error', 'as value')); return once(e, 'error') })() ⇒ ["as value"]
        once(new EventEmitter(), 'a', { signal: AbortSignal.abort() }) ⇒ throws AbortError: The operation was aborted code=ABORT_ERR
        (() => { const c = new AbortController(); later(() => c.abort()); return once(new EventEmitter(), 'a', { signal: c.signal }) })() ⇒ throws AbortError: The operation was aborted code=ABORT_ERR
        (() => { const t = new EventTarget(); later(() => t.dispatchEvent(new Event('x'))); return once(t, 'x').then(([event]) => event.type) })() ⇒ "x"
        once({}, 'a') ⇒ throws TypeError: The "emitter" argument must be an instance of EventEmitter. Received an instance of Object code=ERR_INVALID_ARG_TYPE
        (async () => { const e = new EventEmitter(); later(() => { e.emit('a', 1); e.emit('a', 2); e.emit('end') }); const seen = []; for await (const [x] of on(e, 'a', { close: ['end'] })) seen.push(x); return seen })() ⇒ [1,2]
        (async () => { const e = new EventEmitter(); later(() => e.emit('error', new Error('bad'))); for await (const x of on(e, 'a')) x; })() ⇒ throws Error: bad
        (async () => { const c = new AbortController(); later(() => c.abort()); for await (const x of on(new EventEmitter(), 'a', { signal: c.signal })) x; })() ⇒ throws AbortError: The operation was aborted code=ABORT_ERR
        (async () => { const e = new EventEmitter({ captureRejections: true }); e.on('a', async () => { throw new Error('async') }); const p = once(e, 'error'); e.emit('a'); return (await p)[0].message })() ⇒ "async"
        (async () => { const e = new EventEmitter({ captureRejections: true }); e.on('a', async () => { throw new Error('async') }); const p = new Promise((r) => { e[Symbol.for('nodejs.rejection')] = (x, n, v) => r([x.message, n, v]) }); e.emit('a', 7); return p })() ⇒ ["async","a",7]
        (() => { const t = new EventTarget(); t.addEventListener('x', () => {}); return [EventEmitter.getEventListeners(t, 'x').length, EventEmitter.getEventListeners(new EventEmitter(), 'x').length] })() ⇒ [1,0]
        EventEmitter.getEventListeners({}, 'x') ⇒ throws TypeError: The "emitter" argument must be an instance of EventEmitter or EventTarget. Received an instance of Object code=ERR_INVALID_ARG_TYPE
        (() => { const c = new AbortController(); let n = 0; EventEmitter.addAbortListener(c.signal, () => n++); c.abort(); return n })() ⇒ 1
    "##]]
    .assert_eq(&lines);
}

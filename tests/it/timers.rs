//! Timers: objects, delays, orders. What is expected is Node 20's own.

use crate::table::table;
use expect_test::expect;

#[test]
fn timer_objects() {
    let lines = table(
        "const wait = (ms, value) => new Promise((resolve) => setTimeout(resolve, ms, value));",
        &[
            "setTimeout()",
            "setTimeout('x')",
            "setInterval(5)",
            "setImmediate()",
            "queueMicrotask({})",
            "(() => { const t = setTimeout(() => {}, 5); return [typeof t, t.hasRef(), t.unref() === t, t.hasRef(), t.ref() === t, t.refresh() === t, typeof +t, t.close() === t, t.constructor.name] })()",
            "(() => { const i = setImmediate(() => {}); const r = [i.hasRef(), i.unref() === i, i.hasRef(), typeof i.refresh, i.constructor.name, Number.isNaN(+i)]; clearImmediate(i); return r })()",
            "new Promise((resolve) => setTimeout((...args) => resolve(args), 1, 'x', { y: 1 }))",
            "new Promise((resolve) => setImmediate((...args) => resolve(args), 'x', 2))",
            "(async () => { const r = []; const t = setTimeout(() => r.push(1), 1); clearTimeout(+t); clearTimeout(undefined); clearTimeout({}); clearTimeout(null); await wait(5); return r })()",
            "(async () => { const r = []; const t = setTimeout(() => r.push(1), 1); clearInterval(t); const i = setInterval(() => r.push(2), 1); clearTimeout(String(+i)); await wait(5); return r })()",
            "new Promise((resolve) => { let n = 0; const t = setTimeout(() => { if (++n < 3) t.refresh(); else resolve(n) }, 1) })",
            "(async () => { const r = []; const t = setTimeout(() => r.push(1), 1); await wait(10); t.refresh(); await wait(10); return r })()",
            "(async () => { const r = []; const t = setTimeout(() => r.push(1), 1); clearTimeout(t); t.refresh(); await wait(5); return r })()",
            "new Promise((resolve) => { const r = []; const t = setInterval(function () { r.push(this === t); if (r.length === 3) { clearInterval(t); resolve(r) } }, 1) })",
            "[clearTimeout === clearInterval, setTimeout.name, clearImmediate.name, clearTimeout.length]",
        ],
    );
    expect![[r##"
        setTimeout() ⇒ throws TypeError: The "callback" argument must be of type function. Received undefined code=ERR_INVALID_ARG_TYPE
        setTimeout('x') ⇒ throws TypeError: The "callback" argument must be of type function. Received type string ('x') code=ERR_INVALID_ARG_TYPE
        setInterval(5) ⇒ throws TypeError: The "callback" argument must be of type function. Received type number (5) code=ERR_INVALID_ARG_TYPE
        setImmediate() ⇒ throws TypeError: The "callback" argument must be of type function. Received undefined code=ERR_INVALID_ARG_TYPE
        queueMicrotask({}) ⇒ throws TypeError: The "callback" argument must be of type function. Received an instance of Object code=ERR_INVALID_ARG_TYPE
        (() => { const t = setTimeout(() => {}, 5); return [typeof t, t.hasRef(), t.unref() === t, t.hasRef(), t.ref() === t, t.refresh() === t, typeof +t, t.close() === t, t.constructor.name] })() ⇒ ["object",true,true,false,true,true,"number",true,"Timeout"]
        (() => { const i = setImmediate(() => {}); const r = [i.hasRef(), i.unref() === i, i.hasRef(), typeof i.refresh, i.constructor.name, Number.isNaN(+i)]; clearImmediate(i); return r })() ⇒ [true,true,false,"undefined","Immediate",true]
        new Promise((resolve) => setTimeout((...args) => resolve(args), 1, 'x', { y: 1 })) ⇒ ["x",{"y":1}]
        new Promise((resolve) => setImmediate((...args) => resolve(args), 'x', 2)) ⇒ ["x",2]
        (async () => { const r = []; const t = setTimeout(() => r.push(1), 1); clearTimeout(+t); clearTimeout(undefined); clearTimeout({}); clearTimeout(null); await wait(5); return r })() ⇒ []
        (async () => { const r = []; const t = setTimeout(() => r.push(1), 1); clearInterval(t); const i = setInterval(() => r.push(2), 1); clearTimeout(String(+i)); await wait(5); return r })() ⇒ []
        new Promise((resolve) => { let n = 0; const t = setTimeout(() => { if (++n < 3) t.refresh(); else resolve(n) }, 1) }) ⇒ 3
        (async () => { const r = []; const t = setTimeout(() => r.push(1), 1); await wait(10); t.refresh(); await wait(10); return r })() ⇒ [1,1]
        (async () => { const r = []; const t = setTimeout(() => r.push(1), 1); clearTimeout(t); t.refresh(); await wait(5); return r })() ⇒ []
        new Promise((resolve) => { const r = []; const t = setInterval(function () { r.push(this === t); if (r.length === 3) { clearInterval(t); resolve(r) } }, 1) }) ⇒ [true,true,true]
        [clearTimeout === clearInterval, setTimeout.name, clearImmediate.name, clearTimeout.length] ⇒ [false,"setTimeout","clearImmediate",1]
    "##]]
    .assert_eq(&lines);
}

#[test]
fn promised_timers() {
    let lines = table(
        "const promised = (f) => f[Symbol.for('nodejs.util.promisify.custom')];",
        &[
            "promised(setTimeout)(1, 'value')",
            "promised(setImmediate)('value')",
            "promised(setTimeout)(1, 'value', { signal: AbortSignal.abort() })",
            "(() => { const c = new AbortController(); setTimeout(() => c.abort(), 1); return promised(setTimeout)(1000, 'value', { signal: c.signal }) })()",
        ],
    );
    expect![[r##"
        promised(setTimeout)(1, 'value') ⇒ "value"
        promised(setImmediate)('value') ⇒ "value"
        promised(setTimeout)(1, 'value', { signal: AbortSignal.abort() }) ⇒ throws AbortError: The operation was aborted code=ABORT_ERR
        (() => { const c = new AbortController(); setTimeout(() => c.abort(), 1); return promised(setTimeout)(1000, 'value', { signal: c.signal }) })() ⇒ throws AbortError: The operation was aborted code=ABORT_ERR
    "##]]
    .assert_eq(&lines);
}

#[test]
fn orders() {
    let lines = table(
        "const all = (start) => new Promise((resolve) => { const r = []; start((x) => () => r.push(x), r); setTimeout(() => resolve(r), 20) });",
        &[
            "all((say) => { setTimeout(say('a'), 1); setTimeout(say('b'), 0); setTimeout(say('c'), -1); setImmediate(say('immediate')); Promise.resolve().then(say('promise')); queueMicrotask(say('microtask')) })",
            "all((say, r) => { setTimeout(() => { r.push('a'); Promise.resolve().then(say('promise of a')) }, 1); setTimeout(say('b'), 1) })",
            "all((say, r) => { setImmediate(() => { r.push('i1'); setImmediate(say('i3')); Promise.resolve().then(say('promise')) }); setImmediate(say('i2')) })",
            "all((say) => { for (const delay of [undefined, null, NaN, -5, {}, 0.5, 'x']) setTimeout(say(String(delay)), delay); setTimeout(say('3'), '3') })",
        ],
    );
    expect![[r##"
        all((say) => { setTimeout(say('a'), 1); setTimeout(say('b'), 0); setTimeout(say('c'), -1); setImmediate(say('immediate')); Promise.resolve().then(say('promise')); queueMicrotask(say('microtask')) }) ⇒ ["promise","microtask","immediate","a","b","c"]
        all((say, r) => { setTimeout(() => { r.push('a'); Promise.resolve().then(say('promise of a')) }, 1); setTimeout(say('b'), 1) }) ⇒ ["a","promise of a","b"]
        all((say, r) => { setImmediate(() => { r.push('i1'); setImmediate(say('i3')); Promise.resolve().then(say('promise')) }); setImmediate(say('i2')) }) ⇒ ["i1","promise","i2","i3"]
        all((say) => { for (const delay of [undefined, null, NaN, -5, {}, 0.5, 'x']) setTimeout(say(String(delay)), delay); setTimeout(say('3'), '3') }) ⇒ ["undefined","null","NaN","-5","[object Object]","0.5","x","3"]
    "##]]
    .assert_eq(&lines);
}

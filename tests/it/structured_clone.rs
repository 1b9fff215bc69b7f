//! `structuredClone`. What is expected is Node 20's own.

use crate::table::table;
use expect_test::expect;

#[test]
fn what_is_copied() {
    let lines = table(
        "const copy = structuredClone;",
        &[
            "copy({ a: [1, { b: null }], c: undefined })",
            "'c' in copy({ c: undefined })",
            "copy([1, , 3]).hasOwnProperty(1)",
            "Object.keys(copy(Object.assign([1, 2], { x: 5 })))",
            "copy(5n)",
            "Object.is(copy(-0), -0)",
            "copy(new Date(5)).getTime()",
            "copy(new Date(NaN)).getTime()",
            "[...copy(new Map([[{ k: 1 }, new Set([1])]])).keys()]",
            "(() => { const r = /a+/gi; r.lastIndex = 3; const c = copy(r); return [String(c), c.lastIndex] })()",
            "copy([new Number(1), new String('x'), new Boolean(false)]).map((x) => [typeof x, x.valueOf()])",
            "typeof copy(Object(1n))",
            "(() => { const a = {}; a.self = a; const b = copy(a); return b.self === b && b !== a })()",
            "(() => { const m = new Map(); m.set('self', m); const c = copy(m); return c.get('self') === c })()",
            "(() => { const s = {}; const c = copy({ x: s, y: s }); return c.x === c.y })()",
            "copy(new (class Named { #x = 1; y = 2 })()).constructor === Object",
            "copy(Object.defineProperty({ a: 1 }, 'hidden', { value: 2 }))",
            "copy({ get a() { return 1 } })",
            "copy(Object.create({ x: 1 }, { y: { value: 2, enumerable: true } }))",
            "Object.getPrototypeOf(copy(Object.create(null))) === Object.prototype",
            r#"copy(JSON.parse('{"__proto__":{"a":1}}')).a"#,
            "(() => { const e = new RangeError('m', { cause: { a: 1 } }); e.extra = 5; const c = copy(e); return [c.name, c.message, c.cause, c.extra, c instanceof RangeError, Object.keys(c), c.stack === e.stack] })()",
            "(() => { class My extends Error { name = 'My' } const c = copy(new My('q')); return [c.name, c.constructor.name, c.message] })()",
            "(() => { const e = new Error('x'); e.name = 'TypeError'; return copy(e) instanceof TypeError })()",
            "(() => { const b = new ArrayBuffer(8); const c = copy([new Uint8Array(b, 2, 3), new Uint16Array(b), new DataView(b, 1), b]); return [c[0].buffer === c[1].buffer, c[0].byteOffset, c[0].length, c[2].byteLength, c[3] === c[2].buffer, c[3] !== b] })()",
            "copy(Buffer.from('abc')).constructor.name",
            "(() => { const b = new ArrayBuffer(4, { maxByteLength: 8 }); const c = copy(b); return [c.resizable, c.maxByteLength] })()",
            "copy(new Blob(['abc'], { type: 'a/b' })).text()",
            "copy(new Blob(['abc'], { type: 'a/b' })).type",
        ],
    );
    expect![[r##"
        copy({ a: [1, { b: null }], c: undefined }) ⇒ {"a":[1,{"b":null}]}
        'c' in copy({ c: undefined }) ⇒ true
        copy([1, , 3]).hasOwnProperty(1) ⇒ false
        Object.keys(copy(Object.assign([1, 2], { x: 5 }))) ⇒ ["0","1","x"]
        copy(5n) ⇒ 5n
        Object.is(copy(-0), -0) ⇒ true
        copy(new Date(5)).getTime() ⇒ 5
        copy(new Date(NaN)).getTime() ⇒ NaN
        [...copy(new Map([[{ k: 1 }, new Set([1])]])).keys()] ⇒ [{"k":1}]
        (() => { const r = /a+/gi; r.lastIndex = 3; const c = copy(r); return [String(c), c.lastIndex] })() ⇒ ["/a+/gi",0]
        copy([new Number(1), new String('x'), new Boolean(false)]).map((x) => [typeof x, x.valueOf()]) ⇒ [["object",1],["object","x"],["object",false]]
        typeof copy(Object(1n)) ⇒ "object"
        (() => { const a = {}; a.self = a; const b = copy(a); return b.self === b && b !== a })() ⇒ true
        (() => { const m = new Map(); m.set('self', m); const c = copy(m); return c.get('self') === c })() ⇒ true
        (() => { const s = {}; const c = copy({ x: s, y: s }); return c.x === c.y })() ⇒ true
        copy(new (class Named { #x = 1; y = 2 })()).constructor === Object ⇒ true
        copy(Object.defineProperty({ a: 1 }, 'hidden', { value: 2 })) ⇒ {"a":1}
        copy({ get a() { return 1 } }) ⇒ {"a":1}
        copy(Object.create({ x: 1 }, { y: { value: 2, enumerable: true } })) ⇒ {"y":2}
        Object.getPrototypeOf(copy(Object.create(null))) === Object.prototype ⇒ true
        copy(JSON.parse('{"__proto__":{"a":1}}')).a ⇒ undefined
        (() => { const e = new RangeError('m', { cause: { a: 1 } }); e.extra = 5; const c = copy(e); return [c.name, c.message, c.cause, c.extra, c instanceof RangeError, Object.keys(c), c.stack === e.stack] })() ⇒ ["RangeError","m",{"a":1},null,true,[],true]
        (() => { class My extends Error { name = 'My' } const c = copy(new My('q')); return [c.name, c.constructor.name, c.message] })() ⇒ ["Error","Error","q"]
        (() => { const e = new Error('x'); e.name = 'TypeError'; return copy(e) instanceof TypeError })() ⇒ true
        (() => { const b = new ArrayBuffer(8); const c = copy([new Uint8Array(b, 2, 3), new Uint16Array(b), new DataView(b, 1), b]); return [c[0].buffer === c[1].buffer, c[0].byteOffset, c[0].length, c[2].byteLength, c[3] === c[2].buffer, c[3] !== b] })() ⇒ [true,2,3,7,true,true]
        copy(Buffer.from('abc')).constructor.name ⇒ "Uint8Array"
        (() => { const b = new ArrayBuffer(4, { maxByteLength: 8 }); const c = copy(b); return [c.resizable, c.maxByteLength] })() ⇒ [true,8]
        copy(new Blob(['abc'], { type: 'a/b' })).text() ⇒ "abc"
        copy(new Blob(['abc'], { type: 'a/b' })).type ⇒ "a/b"
    "##]]
    .assert_eq(&lines);
}

#[test]
fn what_is_refused() {
    let lines = table(
        "const copy = structuredClone;",
        &[
            "structuredClone()",
            "copy(Symbol('s'))",
            "copy(Object(Symbol('s')))",
            "copy({ f() {} })",
            "copy(() => 1)",
            "copy(class A {})",
            "copy(Promise.resolve())",
            "copy(new WeakMap())",
            "copy(new WeakRef({}))",
            "copy((function* () {})())",
            "copy([].values())",
            "copy((function () { return arguments })(1))",
            "copy(globalThis)",
            "copy(new ReadableStream())",
            "copy({ get a() { throw new Error('boom') } })",
        ],
    );
    expect![[r##"
        structuredClone() ⇒ throws TypeError: The value argument must be specified code=ERR_MISSING_ARGS
        copy(Symbol('s')) ⇒ throws DataCloneError: Symbol(s) could not be cloned. code=25
        copy(Object(Symbol('s'))) ⇒ throws DataCloneError: [object Symbol] could not be cloned. code=25
        copy({ f() {} }) ⇒ throws DataCloneError: f() {} could not be cloned. code=25
        copy(() => 1) ⇒ throws DataCloneError: () => 1 could not be cloned. code=25
        copy(class A {}) ⇒ throws DataCloneError: class A {} could not be cloned. code=25
        copy(Promise.resolve()) ⇒ throws DataCloneError: #<Promise> could not be cloned. code=25
        copy(new WeakMap()) ⇒ throws DataCloneError: #<WeakMap> could not be cloned. code=25
        copy(new WeakRef({})) ⇒ throws DataCloneError: #<WeakRef> could not be cloned. code=25
        copy((function* () {})()) ⇒ throws DataCloneError: [object Generator] could not be cloned. code=25
        copy([].values()) ⇒ throws DataCloneError: #<Object> could not be cloned. code=25
        copy((function () { return arguments })(1)) ⇒ throws DataCloneError: #<Object> could not be cloned. code=25
        copy(globalThis) ⇒ throws DataCloneError: #<Object> could not be cloned. code=25
        copy(new ReadableStream()) ⇒ throws TypeError: Object that needs transfer was found in message but not listed in transferList code=ERR_MISSING_TRANSFERABLE_IN_TRANSFER_LIST
        copy({ get a() { throw new Error('boom') } }) ⇒ throws Error: boom
    "##]]
    .assert_eq(&lines);
}

#[test]
fn transfers() {
    let lines = table(
        "const copy = structuredClone;",
        &[
            "(() => { const b = new ArrayBuffer(8); const u = new Uint8Array(b); u[0] = 7; const c = copy({ u }, { transfer: [b] }); return [b.byteLength, u.length, c.u[0]] })()",
            "(() => { const b = new ArrayBuffer(1); try { copy([b, () => 1], { transfer: [b] }) } catch {} return b.byteLength })()",
            "copy({}, { transfer: [{}] })",
            "copy({}, { transfer: [5] })",
            "copy({}, { transfer: 5 })",
            "copy({}, 5)",
            "copy({}, null)",
            "(() => { const b = new ArrayBuffer(1); copy(b, { transfer: [b, b] }) })()",
            "(() => { const b = new ArrayBuffer(1); copy(b, { transfer: [b] }); return copy(b) })()",
        ],
    );
    expect![[r##"
        (() => { const b = new ArrayBuffer(8); const u = new Uint8Array(b); u[0] = 7; const c = copy({ u }, { transfer: [b] }); return [b.byteLength, u.length, c.u[0]] })() ⇒ [0,0,7]
        (() => { const b = new ArrayBuffer(1); try { copy([b, () => 1], { transfer: [b] }) } catch {} return b.byteLength })() ⇒ 1
        copy({}, { transfer: [{}] }) ⇒ throws TypeError: Found invalid object in transferList code=ERR_INVALID_TRANSFER_OBJECT
        copy({}, { transfer: [5] }) ⇒ throws TypeError: Found invalid object in transferList code=ERR_INVALID_TRANSFER_OBJECT
        copy({}, { transfer: 5 }) ⇒ throws TypeError: Optional transferList argument must be an iterable code=ERR_INVALID_ARG_TYPE
        copy({}, 5) ⇒ throws TypeError: The options argument must be either an object or undefined code=ERR_INVALID_ARG_TYPE
        copy({}, null) ⇒ {}
        (() => { const b = new ArrayBuffer(1); copy(b, { transfer: [b, b] }) })() ⇒ throws DataCloneError: Transfer list contains duplicate ArrayBuffer code=25
        (() => { const b = new ArrayBuffer(1); copy(b, { transfer: [b] }); return copy(b) })() ⇒ throws DataCloneError: An ArrayBuffer is detached and could not be cloned. code=25
    "##]]
    .assert_eq(&lines);
}

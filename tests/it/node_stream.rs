//! The module `stream`, with `stream/promises`, `stream/consumers` and `stream/web`. What is expected is Node 20's own.

use crate::table::table_below;
use expect_test::expect;

#[test]
fn readable_and_writable() {
    let lines = table_below(
        "const stream = require('stream'); const { Readable, Writable, Duplex, Transform, PassThrough, pipeline, addAbortSignal } = stream; const promises = require('stream/promises'); const consumers = require('stream/consumers'); const { once } = require('events');",
        "const all = async (s) => { const seen = []; for await (const c of s) seen.push(Buffer.isBuffer(c) ? `B:${c}` : c); return seen }; const later = (f) => setTimeout(f, 1); const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));",
        &[
            "all(Readable.from(['a', 'b', 1]))",
            "all(Readable.from('abc'))",
            "all(Readable.from(Buffer.from('abc')))",
            "all(Readable.from((async function* () { yield 1; yield 2 })()))",
            "Readable.from(5)",
            "all(Readable.from([1, null]))",
            "(async () => { const r = new Readable({ read() {} }), seen = []; r.on('data', (c) => seen.push(`data ${c}`)); r.on('end', () => seen.push('end')); r.on('close', () => seen.push('close')); r.push('x'); r.push('y'); r.push(null); await wait(5); return [seen, r.destroyed, r.readableEnded] })()",
            "(async () => { const seen = []; const r = new Readable({ read() { this.push(seen.length < 3 ? `x${seen.length}` : null) } }); r.setEncoding('utf8'); r.on('readable', () => { let c; while ((c = r.read()) !== null) seen.push(c) }); await once(r, 'end'); return seen })()",
            "(async () => { const seen = []; const w = new Writable({ write(c, e, done) { seen.push(c + e); later(done) }, final(done) { seen.push('final'); done() } }); seen.push(w.write('a'), w.write(Buffer.from('b'))); w.end('c', () => seen.push('end')); w.on('finish', () => seen.push('finish')); await once(w, 'close'); return seen })()",
            "(async () => { const w = new Writable({ highWaterMark: 3, write(c, e, done) { later(done) } }); const seen = [w.write('ab'), w.write('cd'), w.writableNeedDrain, w.writableLength]; await once(w, 'drain'); return [...seen, w.writableLength] })()",
            "(async () => { const seen = []; const w = new Writable({ objectMode: true, writev(chunks, done) { seen.push(chunks.map((c) => c.chunk)); done() } }); w.cork(); w.write(1); w.write(2); w.uncork(); w.end(); await promises.finished(w); return seen })()",
            "new Writable({ write() {} }).write(5)",
            "new Writable({ write() {} }).write(null)",
            "(async () => { const w = new Writable({ write(c, e, done) { done() } }); w.end(); const p = once(w, 'error'); w.write('x'); throw (await p)[0] })()",
            "(async () => { const w = new Writable(); const p = once(w, 'error'); w.write('x'); throw (await p)[0] })()",
            "(async () => { const r = new Readable(); const p = once(r, 'error'); r.read(); throw (await p)[0] })()",
            "(async () => { const r = new Readable({ read() {} }); const p = once(r, 'error'); r.push(null); r.push('x'); throw (await p)[0] })()",
            "(async () => { const r = new Readable({ read() {} }); r.push('ab'); r.unshift('zz'); r.push(null); return all(r) })()",
            "(async () => { const p = new PassThrough(); Readable.from(['1', '2']).pipe(p); return all(p) })()",
            "(async () => { const r = Readable.from(['a', 'b', 'c']), seen = []; for await (const c of r) { seen.push(c); if (c === 'b') break } return [seen, r.destroyed] })()",
            "(() => { class Mine extends Readable { n = 0; _read() { this.push(this.n++ < 2 ? `m${this.n}` : null) } } return all(new Mine()) })()",
            "(() => { function Old() { Readable.call(this) } Object.setPrototypeOf(Old.prototype, Readable.prototype); Old.prototype._read = function () { this.push('old'); this.push(null) }; return all(new Old()) })()",
            "[stream === stream.Stream, new Readable() instanceof stream, new PassThrough() instanceof Writable, new Readable() instanceof Writable, stream.getDefaultHighWaterMark(false), stream.isReadable(new Readable()), stream.isErrored(new Readable())]",
        ],
    );
    expect![[r##"
        all(Readable.from(['a', 'b', 1])) ⇒ ["a","b",1]
        all(Readable.from('abc')) ⇒ ["abc"]
        all(Readable.from(Buffer.from('abc'))) ⇒ ["B:abc"]
        all(Readable.from((async function* () { yield 1; yield 2 })())) ⇒ [1,2]
        Readable.from(5) ⇒ throws TypeError: The "iterable" argument must be an instance of Iterable. Received type number (5) code=ERR_INVALID_ARG_TYPE
        all(Readable.from([1, null])) ⇒ throws TypeError: May not write null values to stream code=ERR_STREAM_NULL_VALUES
        (async () => { const r = new Readable({ read() {} }), seen = []; r.on('data', (c) => seen.push(`data ${c}`)); r.on('end', () => seen.push('end')); r.on('close', () => seen.push('close')); r.push('x'); r.push('y'); r.push(null); await wait(5); return [seen, r.destroyed, r.readableEnded] })() ⇒ [["data x","data y","end","close"],true,true]
        (async () => { const seen = []; const r = new Readable({ read() { this.push(seen.length < 3 ? `x${seen.length}` : null) } }); r.setEncoding('utf8'); r.on('readable', () => { let c; while ((c = r.read()) !== null) seen.push(c) }); await once(r, 'end'); return seen })() ⇒ ["x0x0","x1","x2"]
        (async () => { const seen = []; const w = new Writable({ write(c, e, done) { seen.push(c + e); later(done) }, final(done) { seen.push('final'); done() } }); seen.push(w.write('a'), w.write(Buffer.from('b'))); w.end('c', () => seen.push('end')); w.on('finish', () => seen.push('finish')); await once(w, 'close'); return seen })() ⇒ ["abuffer",true,true,"bbuffer","cbuffer","final","end","finish"]
        (async () => { const w = new Writable({ highWaterMark: 3, write(c, e, done) { later(done) } }); const seen = [w.write('ab'), w.write('cd'), w.writableNeedDrain, w.writableLength]; await once(w, 'drain'); return [...seen, w.writableLength] })() ⇒ [true,false,true,4,0]
        (async () => { const seen = []; const w = new Writable({ objectMode: true, writev(chunks, done) { seen.push(chunks.map((c) => c.chunk)); done() } }); w.cork(); w.write(1); w.write(2); w.uncork(); w.end(); await promises.finished(w); return seen })() ⇒ [[1,2]]
        new Writable({ write() {} }).write(5) ⇒ throws TypeError: The "chunk" argument must be of type string or an instance of Buffer, TypedArray, or DataView. Received type number (5) code=ERR_INVALID_ARG_TYPE
        new Writable({ write() {} }).write(null) ⇒ throws TypeError: May not write null values to stream code=ERR_STREAM_NULL_VALUES
        (async () => { const w = new Writable({ write(c, e, done) { done() } }); w.end(); const p = once(w, 'error'); w.write('x'); throw (await p)[0] })() ⇒ throws Error: write after end code=ERR_STREAM_WRITE_AFTER_END
        (async () => { const w = new Writable(); const p = once(w, 'error'); w.write('x'); throw (await p)[0] })() ⇒ throws Error: The _write() method is not implemented code=ERR_METHOD_NOT_IMPLEMENTED
        (async () => { const r = new Readable(); const p = once(r, 'error'); r.read(); throw (await p)[0] })() ⇒ throws Error: The _read() method is not implemented code=ERR_METHOD_NOT_IMPLEMENTED
        (async () => { const r = new Readable({ read() {} }); const p = once(r, 'error'); r.push(null); r.push('x'); throw (await p)[0] })() ⇒ throws Error: stream.push() after EOF code=ERR_STREAM_PUSH_AFTER_EOF
        (async () => { const r = new Readable({ read() {} }); r.push('ab'); r.unshift('zz'); r.push(null); return all(r) })() ⇒ ["B:zzab"]
        (async () => { const p = new PassThrough(); Readable.from(['1', '2']).pipe(p); return all(p) })() ⇒ ["B:12"]
        (async () => { const r = Readable.from(['a', 'b', 'c']), seen = []; for await (const c of r) { seen.push(c); if (c === 'b') break } return [seen, r.destroyed] })() ⇒ [["a","b"],true]
        (() => { class Mine extends Readable { n = 0; _read() { this.push(this.n++ < 2 ? `m${this.n}` : null) } } return all(new Mine()) })() ⇒ ["B:m1","B:m2"]
        (() => { function Old() { Readable.call(this) } Object.setPrototypeOf(Old.prototype, Readable.prototype); Old.prototype._read = function () { this.push('old'); this.push(null) }; return all(new Old()) })() ⇒ ["B:old"]
        [stream === stream.Stream, new Readable() instanceof stream, new PassThrough() instanceof Writable, new Readable() instanceof Writable, stream.getDefaultHighWaterMark(false), stream.isReadable(new Readable()), stream.isErrored(new Readable())] ⇒ [true,true,true,false,16384,true,false]
    "##]]
    .assert_eq(&lines);
}

#[test]
fn transforms_and_pipelines() {
    let lines = table_below(
        "const stream = require('stream'); const { Readable, Writable, Duplex, Transform, PassThrough, pipeline, addAbortSignal } = stream; const promises = require('stream/promises'); const consumers = require('stream/consumers'); const { once } = require('events');",
        "const all = async (s) => { const seen = []; for await (const c of s) seen.push(Buffer.isBuffer(c) ? `B:${c}` : c); return seen }; const later = (f) => setTimeout(f, 1); const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));",
        &[
            "(async () => { const t = new Transform({ transform(c, e, done) { done(null, String(c).toUpperCase()) }, flush(done) { this.push('!'); done() } }); t.write('a'); t.end('b'); return all(t) })()",
            "(async () => { const seen = []; await promises.pipeline(Readable.from(['a', 'b']), async function* (s) { for await (const c of s) yield c + c }, new Writable({ objectMode: true, write(c, e, done) { seen.push(c); done() } })); return seen })()",
            "promises.pipeline(Readable.from(['a', 'b']), async (s) => { let text = ''; for await (const c of s) text += c; return text })",
            "promises.pipeline(Readable.from(['a']), new Transform({ transform(c, e, done) { done(new Error('boom')) } }), new PassThrough())",
            "promises.pipeline(Readable.from(['a']))",
            "new Promise((resolve) => pipeline(Readable.from(['a']), new PassThrough(), (error) => resolve(error === undefined)))",
            "(async () => { const c = new AbortController(); const p = promises.pipeline(new Readable({ read() {} }), new PassThrough(), { signal: c.signal }); later(() => c.abort()); return p })()",
            "(async () => { const r = new Readable({ read() {} }); later(() => r.destroy()); return promises.finished(r) })()",
            "(async () => { const r = new Readable({ read() {} }); later(() => r.destroy(new Error('x'))); return promises.finished(r) })()",
            "(async () => { const c = new AbortController(); const r = addAbortSignal(c.signal, new Readable({ read() {} })); c.abort(); return all(r) })()",
            "(async () => { const c = stream.compose(async function* (s) { for await (const x of s) yield String(x).toUpperCase() }, new PassThrough({ objectMode: true })); c.end('ab'); return all(c) })()",
            "all(Duplex.from(async function* () { yield 'q' }))",
            "Readable.from([1, 2, 3, 4]).filter((x) => x % 2).map(async (x) => x * 10).toArray()",
            "Readable.from([1, 2, 3]).reduce((a, b) => a + b, 0)",
            "(async () => { const seen = []; const d = new Duplex({ construct(done) { seen.push('construct'); later(done) }, read() { this.push(null) }, write(c, e, done) { seen.push(String(c)); done() }, destroy(e, done) { seen.push('destroy'); done(e) } }); d.resume(); d.end('x'); await promises.finished(d); await wait(1); return seen })()",
            "consumers.text(Readable.from(['a', 'ü']))",
            r#"consumers.json(Readable.from(['{"a":', '1}']))"#,
            "consumers.buffer(Readable.from([Buffer.from('ab'), Buffer.from('c')])).then(String)",
            "consumers.arrayBuffer(Readable.from([Buffer.from('ab')])).then((b) => b.byteLength)",
            "consumers.blob(Readable.from(['ab'])).then((b) => b.text())",
        ],
    );
    expect![[r##"
        (async () => { const t = new Transform({ transform(c, e, done) { done(null, String(c).toUpperCase()) }, flush(done) { this.push('!'); done() } }); t.write('a'); t.end('b'); return all(t) })() ⇒ ["B:AB!"]
        (async () => { const seen = []; await promises.pipeline(Readable.from(['a', 'b']), async function* (s) { for await (const c of s) yield c + c }, new Writable({ objectMode: true, write(c, e, done) { seen.push(c); done() } })); return seen })() ⇒ ["aa","bb"]
        promises.pipeline(Readable.from(['a', 'b']), async (s) => { let text = ''; for await (const c of s) text += c; return text }) ⇒ "ab"
        promises.pipeline(Readable.from(['a']), new Transform({ transform(c, e, done) { done(new Error('boom')) } }), new PassThrough()) ⇒ throws Error: boom
        promises.pipeline(Readable.from(['a'])) ⇒ throws TypeError: The "streams" argument must be specified code=ERR_MISSING_ARGS
        new Promise((resolve) => pipeline(Readable.from(['a']), new PassThrough(), (error) => resolve(error === undefined))) ⇒ true
        (async () => { const c = new AbortController(); const p = promises.pipeline(new Readable({ read() {} }), new PassThrough(), { signal: c.signal }); later(() => c.abort()); return p })() ⇒ throws AbortError: The operation was aborted code=ABORT_ERR
        (async () => { const r = new Readable({ read() {} }); later(() => r.destroy()); return promises.finished(r) })() ⇒ throws Error: Premature close code=ERR_STREAM_PREMATURE_CLOSE
        (async () => { const r = new Readable({ read() {} }); later(() => r.destroy(new Error('x'))); return promises.finished(r) })() ⇒ throws Error: x
        (async () => { const c = new AbortController(); const r = addAbortSignal(c.signal, new Readable({ read() {} })); c.abort(); return all(r) })() ⇒ throws AbortError: The operation was aborted code=ABORT_ERR
        (async () => { const c = stream.compose(async function* (s) { for await (const x of s) yield String(x).toUpperCase() }, new PassThrough({ objectMode: true })); c.end('ab'); return all(c) })() ⇒ ["AB"]
        all(Duplex.from(async function* () { yield 'q' })) ⇒ ["q"]
        Readable.from([1, 2, 3, 4]).filter((x) => x % 2).map(async (x) => x * 10).toArray() ⇒ [10,30]
        Readable.from([1, 2, 3]).reduce((a, b) => a + b, 0) ⇒ 6
        (async () => { const seen = []; const d = new Duplex({ construct(done) { seen.push('construct'); later(done) }, read() { this.push(null) }, write(c, e, done) { seen.push(String(c)); done() }, destroy(e, done) { seen.push('destroy'); done(e) } }); d.resume(); d.end('x'); await promises.finished(d); await wait(1); return seen })() ⇒ ["construct","x","destroy"]
        consumers.text(Readable.from(['a', 'ü'])) ⇒ "aü"
        consumers.json(Readable.from(['{"a":', '1}'])) ⇒ {"a":1}
        consumers.buffer(Readable.from([Buffer.from('ab'), Buffer.from('c')])).then(String) ⇒ "abc"
        consumers.arrayBuffer(Readable.from([Buffer.from('ab')])).then((b) => b.byteLength) ⇒ 2
        consumers.blob(Readable.from(['ab'])).then((b) => b.text()) ⇒ "ab"
    "##]]
    .assert_eq(&lines);
}

#[test]
fn between_node_and_the_web() {
    let lines = table_below(
        "const stream = require('stream'); const { Readable, Writable, Duplex, Transform, PassThrough, pipeline, addAbortSignal } = stream; const promises = require('stream/promises'); const consumers = require('stream/consumers'); const { once } = require('events'); const web = require('stream/web');",
        "const all = async (s) => { const seen = []; for await (const c of s) seen.push(Buffer.isBuffer(c) ? `B:${c}` : c); return seen }; const later = (f) => setTimeout(f, 1); const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));",
        &[
            "all(Readable.toWeb(Readable.from(['a', 'b'])))",
            "Readable.toWeb(Readable.from([])) instanceof ReadableStream",
            "all(Readable.fromWeb(new ReadableStream({ start(c) { c.enqueue('x'); c.close() } })))",
            "all(Readable.fromWeb(new ReadableStream({ start(c) { c.error(new Error('bad')) } })))",
            "(async () => { let why; const r = Readable.fromWeb(new ReadableStream({ pull(c) { c.enqueue('x') }, cancel(x) { why = String(x) } })); for await (const c of r) break; await wait(1); return why })()",
            "(async () => { const seen = []; const w = Writable.toWeb(new Writable({ write(c, e, done) { seen.push(String(c)); done() }, final(done) { seen.push('final'); done() } })).getWriter(); await w.write('a'); await w.write('b'); await w.close(); return seen })()",
            "(async () => { const seen = []; const w = Writable.fromWeb(new WritableStream({ write(c) { seen.push(String(c)) }, close() { seen.push('close') } })); w.write('a'); w.end('b'); await promises.finished(w); return seen })()",
            "(async () => { const d = Duplex.fromWeb(new TransformStream({ transform(c, k) { k.enqueue(String(c).toUpperCase()) } }), { encoding: 'utf8' }); d.end('abc'); return all(d) })()",
            "(async () => { const { readable, writable } = Duplex.toWeb(new PassThrough()); const w = writable.getWriter(); w.write(Buffer.from('q')); w.close(); return (await all(readable)).length })()",
            "(async () => { const seen = []; await promises.pipeline(new ReadableStream({ start(c) { c.enqueue('a'); c.close() } }), new TransformStream({ transform(c, k) { k.enqueue(c + c) } }), new WritableStream({ write(c) { seen.push(c) } })); return seen })()",
            "promises.finished(new ReadableStream({ start(c) { c.close() } }))",
            "Readable.toWeb(5)",
            "Readable.fromWeb(5)",
            "Duplex.fromWeb({})",
            "web.ReadableStream === ReadableStream",
            "require('node:stream/promises') === stream.promises",
        ],
    );
    expect![[r##"
        all(Readable.toWeb(Readable.from(['a', 'b']))) ⇒ ["a","b"]
        Readable.toWeb(Readable.from([])) instanceof ReadableStream ⇒ true
        all(Readable.fromWeb(new ReadableStream({ start(c) { c.enqueue('x'); c.close() } }))) ⇒ ["B:x"]
        all(Readable.fromWeb(new ReadableStream({ start(c) { c.error(new Error('bad')) } }))) ⇒ throws Error: bad
        (async () => { let why; const r = Readable.fromWeb(new ReadableStream({ pull(c) { c.enqueue('x') }, cancel(x) { why = String(x) } })); for await (const c of r) break; await wait(1); return why })() ⇒ "AbortError: The operation was aborted"
        (async () => { const seen = []; const w = Writable.toWeb(new Writable({ write(c, e, done) { seen.push(String(c)); done() }, final(done) { seen.push('final'); done() } })).getWriter(); await w.write('a'); await w.write('b'); await w.close(); return seen })() ⇒ ["a","b","final"]
        (async () => { const seen = []; const w = Writable.fromWeb(new WritableStream({ write(c) { seen.push(String(c)) }, close() { seen.push('close') } })); w.write('a'); w.end('b'); await promises.finished(w); return seen })() ⇒ ["a","b","close"]
        (async () => { const d = Duplex.fromWeb(new TransformStream({ transform(c, k) { k.enqueue(String(c).toUpperCase()) } }), { encoding: 'utf8' }); d.end('abc'); return all(d) })() ⇒ ["ABC"]
        (async () => { const { readable, writable } = Duplex.toWeb(new PassThrough()); const w = writable.getWriter(); w.write(Buffer.from('q')); w.close(); return (await all(readable)).length })() ⇒ 1
        (async () => { const seen = []; await promises.pipeline(new ReadableStream({ start(c) { c.enqueue('a'); c.close() } }), new TransformStream({ transform(c, k) { k.enqueue(c + c) } }), new WritableStream({ write(c) { seen.push(c) } })); return seen })() ⇒ ["aa"]
        promises.finished(new ReadableStream({ start(c) { c.close() } })) ⇒ undefined
        Readable.toWeb(5) ⇒ throws TypeError: The "streamReadable" argument must be an stream.Readable. Received type number (5) code=ERR_INVALID_ARG_TYPE
        Readable.fromWeb(5) ⇒ throws TypeError: The "readableStream" argument must be an instance of ReadableStream. Received type number (5) code=ERR_INVALID_ARG_TYPE
        Duplex.fromWeb({}) ⇒ throws TypeError: The "pair.readable" property must be an instance of ReadableStream. Received undefined code=ERR_INVALID_ARG_TYPE
        web.ReadableStream === ReadableStream ⇒ true
        require('node:stream/promises') === stream.promises ⇒ true
    "##]]
    .assert_eq(&lines);
}

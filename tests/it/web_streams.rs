//! The web's streams: readable, writable, transforming, of bytes, of text, compressed. What is expected is Node 20's own, but
//! where a line says otherwise.

use crate::table::table;
use expect_test::expect;

#[test]
fn readable_streams() {
    let lines = table(
        "const all = async (stream) => { const seen = []; for await (const chunk of stream) seen.push(chunk); return seen }; const of = (...chunks) => new ReadableStream({ start(c) { for (const chunk of chunks) c.enqueue(chunk); c.close() } });",
        &[
            "all(of(1, 2))",
            "all(ReadableStream.from(['a', Promise.resolve('b')]))",
            "all(ReadableStream.from((async function* () { yield 1; yield 2 })()))",
            "(async () => { const r = of('x').getReader(); return [await r.read(), await r.read(), await r.closed] })()",
            "(async () => { const pulls = []; let n = 0; const s = new ReadableStream({ pull(c) { pulls.push(c.desiredSize); c.enqueue(n++); if (n === 3) c.close() } }, { highWaterMark: 2 }); return [await all(s), pulls.length] })()",
            "(async () => { let why; const s = new ReadableStream({ cancel(reason) { why = reason } }); await s.cancel('enough'); return why })()",
            "(async () => { let ended = false; const s = new ReadableStream({ pull(c) { c.enqueue(1) }, cancel() { ended = true } }); for await (const x of s) break; return [ended, s.locked] })()",
            "(async () => { const s = new ReadableStream({ pull(c) { c.enqueue(1) } }); for await (const x of s.values({ preventCancel: true })) break; const r = s.getReader(); return (await r.read()).done })()",
            "all(new ReadableStream({ start(c) { c.error(new RangeError('bad')) } }))",
            "(async () => { const [a, b] = of(1, 2).tee(); return [await all(a), await all(b)] })()",
            "(async () => { const s = of(1); s.getReader(); return s.locked })()",
            "(() => { const s = of(1); s.getReader(); s.getReader() })()",
            "(() => { const s = of(1); s.getReader(); return s.cancel() })()",
            "(() => { const s = of(1); const r = s.getReader(); r.releaseLock(); return r.read() })()",
            "(() => { const s = new ReadableStream(); const r = s.getReader(); const p = r.read(); r.releaseLock(); return p })()",
            "new ReadableStream({ start(c) { c.close(); c.enqueue(1) } })",
            "new ReadableStream({ type: 'x' })",
            "ReadableStream.prototype.getReader.call({})",
            "new CountQueuingStrategy({})",
            "new (of().getReader().constructor)()",
            "[new CountQueuingStrategy({ highWaterMark: 3 }).size(), new ByteLengthQueuingStrategy({ highWaterMark: 3 }).size({ byteLength: 4 })]",
        ],
    );
    expect![[r##"
        all(of(1, 2)) ⇒ [1,2]
        all(ReadableStream.from(['a', Promise.resolve('b')])) ⇒ ["a","b"]
        all(ReadableStream.from((async function* () { yield 1; yield 2 })())) ⇒ [1,2]
        (async () => { const r = of('x').getReader(); return [await r.read(), await r.read(), await r.closed] })() ⇒ [{"value":"x","done":false},{"done":true},null]
        (async () => { const pulls = []; let n = 0; const s = new ReadableStream({ pull(c) { pulls.push(c.desiredSize); c.enqueue(n++); if (n === 3) c.close() } }, { highWaterMark: 2 }); return [await all(s), pulls.length] })() ⇒ [[0,1,2],3]
        (async () => { let why; const s = new ReadableStream({ cancel(reason) { why = reason } }); await s.cancel('enough'); return why })() ⇒ "enough"
        (async () => { let ended = false; const s = new ReadableStream({ pull(c) { c.enqueue(1) }, cancel() { ended = true } }); for await (const x of s) break; return [ended, s.locked] })() ⇒ [true,false]
        (async () => { const s = new ReadableStream({ pull(c) { c.enqueue(1) } }); for await (const x of s.values({ preventCancel: true })) break; const r = s.getReader(); return (await r.read()).done })() ⇒ false
        all(new ReadableStream({ start(c) { c.error(new RangeError('bad')) } })) ⇒ throws RangeError: bad
        (async () => { const [a, b] = of(1, 2).tee(); return [await all(a), await all(b)] })() ⇒ [[1,2],[1,2]]
        (async () => { const s = of(1); s.getReader(); return s.locked })() ⇒ true
        (() => { const s = of(1); s.getReader(); s.getReader() })() ⇒ throws TypeError: Invalid state: ReadableStream is locked code=ERR_INVALID_STATE
        (() => { const s = of(1); s.getReader(); return s.cancel() })() ⇒ throws TypeError: Invalid state: ReadableStream is locked code=ERR_INVALID_STATE
        (() => { const s = of(1); const r = s.getReader(); r.releaseLock(); return r.read() })() ⇒ throws TypeError: Invalid state: The reader is not attached to a stream code=ERR_INVALID_STATE
        (() => { const s = new ReadableStream(); const r = s.getReader(); const p = r.read(); r.releaseLock(); return p })() ⇒ throws TypeError: Invalid state: Releasing reader code=ERR_INVALID_STATE
        new ReadableStream({ start(c) { c.close(); c.enqueue(1) } }) ⇒ throws TypeError: Invalid state: Controller is already closed code=ERR_INVALID_STATE
        new ReadableStream({ type: 'x' }) ⇒ throws TypeError: The property 'source.type' is invalid. Received 'x' code=ERR_INVALID_ARG_VALUE
        ReadableStream.prototype.getReader.call({}) ⇒ throws TypeError: Value of "this" must be of type ReadableStream code=ERR_INVALID_THIS
        new CountQueuingStrategy({}) ⇒ throws TypeError: init.highWaterMark is required code=ERR_MISSING_OPTION
        new (of().getReader().constructor)() ⇒ throws TypeError: The "stream" argument must be an instance of ReadableStream. Received undefined code=ERR_INVALID_ARG_TYPE
        [new CountQueuingStrategy({ highWaterMark: 3 }).size(), new ByteLengthQueuingStrategy({ highWaterMark: 3 }).size({ byteLength: 4 })] ⇒ [1,4]
    "##]]
    .assert_eq(&lines);
}

#[test]
fn byte_streams() {
    let lines = table(
        "const bytes = (...numbers) => new Uint8Array(numbers); const of = (...chunks) => new ReadableStream({ type: 'bytes', start(c) { for (const chunk of chunks) c.enqueue(chunk); c.close() } }); const pair = ({ value, done }) => [value && [...value], done];",
        &[
            "(async () => { const r = of(bytes(1, 2, 3), bytes(4)).getReader({ mode: 'byob' }); return [pair(await r.read(new Uint8Array(2))), pair(await r.read(new Uint8Array(2))), pair(await r.read(new Uint8Array(5)))] })()",
            "(async () => { const s = new ReadableStream({ type: 'bytes', autoAllocateChunkSize: 4, pull(c) { const v = c.byobRequest.view; v[0] = 9; c.byobRequest.respond(1) } }); return pair(await s.getReader().read()) })()",
            "(async () => { const s = new ReadableStream({ type: 'bytes', pull(c) { c.byobRequest.respondWithNewView(new Uint8Array(c.byobRequest.view.buffer, 0, 1)) } }); return pair(await s.getReader({ mode: 'byob' }).read(new Uint8Array(3))) })()",
            "(async () => { const v = new Uint8Array(2); await of(bytes(1, 2)).getReader({ mode: 'byob' }).read(v); return v.length })()",
            "(async () => { const [a, b] = of(bytes(1, 2)).tee(); return [pair(await a.getReader().read()), pair(await b.getReader({ mode: 'byob' }).read(new Uint8Array(2)))] })()",
            "new ReadableStream({ type: 'bytes', start(c) { c.enqueue(new Uint8Array(0)) } })",
            "of(bytes(1)).getReader({ mode: 'byob' }).read(new Uint8Array(0))",
        ],
    );
    expect![[r##"
        (async () => { const r = of(bytes(1, 2, 3), bytes(4)).getReader({ mode: 'byob' }); return [pair(await r.read(new Uint8Array(2))), pair(await r.read(new Uint8Array(2))), pair(await r.read(new Uint8Array(5)))] })() ⇒ [[[1,2],false],[[3,4],false],[[],true]]
        (async () => { const s = new ReadableStream({ type: 'bytes', autoAllocateChunkSize: 4, pull(c) { const v = c.byobRequest.view; v[0] = 9; c.byobRequest.respond(1) } }); return pair(await s.getReader().read()) })() ⇒ [[9],false]
        (async () => { const s = new ReadableStream({ type: 'bytes', pull(c) { c.byobRequest.respondWithNewView(new Uint8Array(c.byobRequest.view.buffer, 0, 1)) } }); return pair(await s.getReader({ mode: 'byob' }).read(new Uint8Array(3))) })() ⇒ [[0],false]
        (async () => { const v = new Uint8Array(2); await of(bytes(1, 2)).getReader({ mode: 'byob' }).read(v); return v.length })() ⇒ 0
        (async () => { const [a, b] = of(bytes(1, 2)).tee(); return [pair(await a.getReader().read()), pair(await b.getReader({ mode: 'byob' }).read(new Uint8Array(2)))] })() ⇒ [[[1,2],false],[[1,2],false]]
        new ReadableStream({ type: 'bytes', start(c) { c.enqueue(new Uint8Array(0)) } }) ⇒ throws TypeError: Invalid state: chunk ArrayBuffer is zero-length or detached code=ERR_INVALID_STATE
        of(bytes(1)).getReader({ mode: 'byob' }).read(new Uint8Array(0)) ⇒ throws TypeError: Invalid state: View or Viewed ArrayBuffer is zero-length or detached code=ERR_INVALID_STATE
    "##]]
    .assert_eq(&lines);
}

#[test]
fn writable_and_transforming_streams() {
    let lines = table(
        "const all = async (stream) => { const seen = []; for await (const chunk of stream) seen.push(chunk); return seen }; const of = (...chunks) => ReadableStream.from(chunks);",
        &[
            "(async () => { const r = []; const w = new WritableStream({ write(c) { r.push(c) }, close() { r.push('close') } }).getWriter(); r.push(w.desiredSize); w.write(1); r.push(w.desiredSize); await w.ready; await w.write(2); await w.close(); return r })()",
            "(async () => { const r = []; const s = new WritableStream({ abort(reason) { r.push(reason) } }); await s.abort('why'); return r })()",
            "(async () => { const w = new WritableStream({ write() { throw new Error('bad') } }).getWriter(); w.closed.catch(() => {}); await w.write(1) })()",
            "(async () => { let signal; const s = new WritableStream({ start(c) { signal = c.signal } }); s.abort('x').catch(() => {}); return [signal.aborted, signal.reason] })()",
            "(() => { const s = new WritableStream(); s.getWriter(); s.getWriter() })()",
            "(() => { const w = new WritableStream().getWriter(); w.releaseLock(); return w.write(1) })()",
            "(() => { const w = new WritableStream().getWriter(); w.releaseLock(); return w.closed })()",
            "(async () => { const w = new WritableStream().getWriter(); w.close(); return w.write(1) })()",
            "(async () => { const r = []; await of(1, 2).pipeTo(new WritableStream({ write(c) { r.push(c) } })); return r })()",
            "of(1).pipeTo(new WritableStream({ write() { throw new Error('sink') } }))",
            "new ReadableStream({ start(c) { c.error(new Error('source')) } }).pipeTo(new WritableStream())",
            "new ReadableStream().pipeTo(new WritableStream(), { signal: AbortSignal.abort() })",
            "all(of(1, 2).pipeThrough(new TransformStream({ transform(c, k) { k.enqueue(c * 10) }, flush(k) { k.enqueue('end') } })))",
            "all(of(1, 2).pipeThrough(new TransformStream()))",
            "(async () => { const t = new TransformStream({ transform(c, k) { k.terminate() } }); const w = t.writable.getWriter(); w.closed.catch(() => {}); w.write(1).catch(() => {}); await t.readable.getReader().read(); return w.write(2) })()",
            "all(of(1).pipeThrough(new TransformStream({ transform() { throw new Error('in between') } })))",
        ],
    );
    expect![[r##"
        (async () => { const r = []; const w = new WritableStream({ write(c) { r.push(c) }, close() { r.push('close') } }).getWriter(); r.push(w.desiredSize); w.write(1); r.push(w.desiredSize); await w.ready; await w.write(2); await w.close(); return r })() ⇒ [1,0,1,2,"close"]
        (async () => { const r = []; const s = new WritableStream({ abort(reason) { r.push(reason) } }); await s.abort('why'); return r })() ⇒ ["why"]
        (async () => { const w = new WritableStream({ write() { throw new Error('bad') } }).getWriter(); w.closed.catch(() => {}); await w.write(1) })() ⇒ throws Error: bad
        (async () => { let signal; const s = new WritableStream({ start(c) { signal = c.signal } }); s.abort('x').catch(() => {}); return [signal.aborted, signal.reason] })() ⇒ [true,"x"]
        (() => { const s = new WritableStream(); s.getWriter(); s.getWriter() })() ⇒ throws TypeError: Invalid state: WritableStream is locked code=ERR_INVALID_STATE
        (() => { const w = new WritableStream().getWriter(); w.releaseLock(); return w.write(1) })() ⇒ throws TypeError: Invalid state: Writer is not bound to a WritableStream code=ERR_INVALID_STATE
        (() => { const w = new WritableStream().getWriter(); w.releaseLock(); return w.closed })() ⇒ throws TypeError: Invalid state: Writer has been released code=ERR_INVALID_STATE
        (async () => { const w = new WritableStream().getWriter(); w.close(); return w.write(1) })() ⇒ throws TypeError: Invalid state: WritableStream is closed code=ERR_INVALID_STATE
        (async () => { const r = []; await of(1, 2).pipeTo(new WritableStream({ write(c) { r.push(c) } })); return r })() ⇒ [1,2]
        of(1).pipeTo(new WritableStream({ write() { throw new Error('sink') } })) ⇒ throws Error: sink
        new ReadableStream({ start(c) { c.error(new Error('source')) } }).pipeTo(new WritableStream()) ⇒ throws Error: source
        new ReadableStream().pipeTo(new WritableStream(), { signal: AbortSignal.abort() }) ⇒ throws AbortError: This operation was aborted code=20
        all(of(1, 2).pipeThrough(new TransformStream({ transform(c, k) { k.enqueue(c * 10) }, flush(k) { k.enqueue('end') } }))) ⇒ [10,20,"end"]
        all(of(1, 2).pipeThrough(new TransformStream())) ⇒ [1,2]
        (async () => { const t = new TransformStream({ transform(c, k) { k.terminate() } }); const w = t.writable.getWriter(); w.closed.catch(() => {}); w.write(1).catch(() => {}); await t.readable.getReader().read(); return w.write(2) })() ⇒ throws TypeError: Invalid state: TransformStream has been terminated code=ERR_INVALID_STATE
        all(of(1).pipeThrough(new TransformStream({ transform() { throw new Error('in between') } }))) ⇒ throws Error: in between
    "##]]
    .assert_eq(&lines);
}

#[test]
fn text_and_compressed_streams() {
    let lines = table(
        "const all = async (stream) => { const seen = []; for await (const chunk of stream) seen.push(typeof chunk === 'string' ? chunk : [...chunk]); return seen }; const of = (...chunks) => ReadableStream.from(chunks); const bytes = (...numbers) => new Uint8Array(numbers); const through = (format, text) => new Response(of(new TextEncoder().encode(text)).pipeThrough(new CompressionStream(format)).pipeThrough(new DecompressionStream(format))).text();",
        &[
            r#"all(of('\ud83d', '\ude00a\ud83d').pipeThrough(new TextEncoderStream()))"#,
            "all(of(5, '').pipeThrough(new TextEncoderStream()))",
            "all(of(bytes(0xe2, 0x82), bytes(0xac)).pipeThrough(new TextDecoderStream()))",
            "all(of(bytes(0xff)).pipeThrough(new TextDecoderStream('utf-8', { fatal: true })))",
            "all(of('text').pipeThrough(new TextDecoderStream()))",
            "new TextDecoderStream('none')",
            "(({ encoding, fatal, ignoreBOM }) => [encoding, fatal, ignoreBOM])(new TextDecoderStream('latin1'))",
            "through('gzip', 'hello')",
            "through('deflate', 'hello')",
            "through('deflate-raw', 'hello'.repeat(10000)).then((text) => text.length)",
            "new CompressionStream('none')",
            "new DecompressionStream()",
        ],
    );
    expect![[r##"
        all(of('\ud83d', '\ude00a\ud83d').pipeThrough(new TextEncoderStream())) ⇒ [[240,159,152,128,97],[239,191,189]]
        all(of(5, '').pipeThrough(new TextEncoderStream())) ⇒ [[53]]
        all(of(bytes(0xe2, 0x82), bytes(0xac)).pipeThrough(new TextDecoderStream())) ⇒ ["€"]
        all(of(bytes(0xff)).pipeThrough(new TextDecoderStream('utf-8', { fatal: true }))) ⇒ throws TypeError: The encoded data was not valid for encoding utf-8 code=ERR_ENCODING_INVALID_ENCODED_DATA
        all(of('text').pipeThrough(new TextDecoderStream())) ⇒ throws TypeError: The "input" argument must be an instance of SharedArrayBuffer, ArrayBuffer or ArrayBufferView. code=ERR_INVALID_ARG_TYPE
        new TextDecoderStream('none') ⇒ throws RangeError: The "none" encoding is not supported code=ERR_ENCODING_NOT_SUPPORTED
        (({ encoding, fatal, ignoreBOM }) => [encoding, fatal, ignoreBOM])(new TextDecoderStream('latin1')) ⇒ ["windows-1252",false,false]
        through('gzip', 'hello') ⇒ "hello"
        through('deflate', 'hello') ⇒ "hello"
        through('deflate-raw', 'hello'.repeat(10000)).then((text) => text.length) ⇒ 50000
        new CompressionStream('none') ⇒ throws TypeError: The argument 'format' is invalid. Received 'none' code=ERR_INVALID_ARG_VALUE
        new DecompressionStream() ⇒ throws TypeError: The argument 'format' is invalid. Received undefined code=ERR_INVALID_ARG_VALUE
    "##]]
    .assert_eq(&lines);
}

//! Blob and File. What is expected is Node 20's own.

use crate::table::table;
use expect_test::expect;

#[test]
fn blobs() {
    let lines = table(
        "const blob = (...parts) => new Blob(parts);",
        &[
            "blob('a', new Uint8Array([98, 99]), new ArrayBuffer(1), new DataView(new ArrayBuffer(2)), blob('z'), 5, {}).text()",
            r#"[blob().size, blob('ü').size, blob('\ud800').size]"#,
            "new Blob('x')",
            "new Blob(5)",
            "new Blob(null)",
            "new Blob(['a'], 5)",
            "new Blob(['a'], { endings: 'x' })",
            "new Blob(undefined).size",
            "new Blob(new Set(['a', 'b'])).text()",
            "[new Blob([], { type: 'TEXT/Plain' }).type, new Blob([], { type: 'ä' }).type, new Blob([], { type: { toString: () => 'X/Y' } }).type]",
            r#"new Blob(['a\nb'], { endings: 'native' }).text()"#,
            "(async () => { const b = blob('abc', 'def'); return Promise.all([b.slice(1, -1).text(), b.slice(-2).text(), b.slice(2, 4).text(), b.slice(4, 2).text(), b.slice().text()]) })()",
            "[new Blob(['a'], { type: 'a/b' }).slice().type, blob('a').slice(0, 1, 'A/B').type]",
            "blob('ab').arrayBuffer().then((b) => [b instanceof ArrayBuffer, b.byteLength])",
            "blob('ab').bytes().then((b) => [...b])",
            "(async () => { const u = new Uint8Array([97]); const b = blob(u); u[0] = 98; const got = new Uint8Array(await b.arrayBuffer()); got[0] = 99; return b.text() })()",
            "(async () => { let text = ''; for await (const chunk of blob('abc', 'def').stream()) text += new TextDecoder().decode(chunk, { stream: true }); return text })()",
            "(async () => { const r = blob('abc').stream().getReader({ mode: 'byob' }); return [(await r.read(new Uint8Array(2))).value.length, (await r.read(new Uint8Array(2))).value.length, (await r.read(new Uint8Array(2))).done] })()",
            "[String(blob()), JSON.stringify(blob('a')), Object.keys(blob('a'))]",
            "Object.getOwnPropertyDescriptor(Blob.prototype, 'size').get.call({})",
        ],
    );
    expect![[r##"
        blob('a', new Uint8Array([98, 99]), new ArrayBuffer(1), new DataView(new ArrayBuffer(2)), blob('z'), 5, {}).text() ⇒ "abc\u0000\u0000\u0000z5[object Object]"
        [blob().size, blob('ü').size, blob('\ud800').size] ⇒ [0,2,3]
        new Blob('x') ⇒ throws TypeError: The "sources" argument must be a sequence. Received type string ('x') code=ERR_INVALID_ARG_TYPE
        new Blob(5) ⇒ throws TypeError: The "sources" argument must be a sequence. Received type number (5) code=ERR_INVALID_ARG_TYPE
        new Blob(null) ⇒ throws TypeError: The "sources" argument must be a sequence. Received null code=ERR_INVALID_ARG_TYPE
        new Blob(['a'], 5) ⇒ throws TypeError: The "options" argument must be a dictionary. Received type number (5) code=ERR_INVALID_ARG_TYPE
        new Blob(['a'], { endings: 'x' }) ⇒ throws TypeError: The property 'options.endings' is invalid. Received 'x' code=ERR_INVALID_ARG_VALUE
        new Blob(undefined).size ⇒ 0
        new Blob(new Set(['a', 'b'])).text() ⇒ "ab"
        [new Blob([], { type: 'TEXT/Plain' }).type, new Blob([], { type: 'ä' }).type, new Blob([], { type: { toString: () => 'X/Y' } }).type] ⇒ ["text/plain","","x/y"]
        new Blob(['a\nb'], { endings: 'native' }).text() ⇒ "a\nb"
        (async () => { const b = blob('abc', 'def'); return Promise.all([b.slice(1, -1).text(), b.slice(-2).text(), b.slice(2, 4).text(), b.slice(4, 2).text(), b.slice().text()]) })() ⇒ ["bcde","ef","cd","","abcdef"]
        [new Blob(['a'], { type: 'a/b' }).slice().type, blob('a').slice(0, 1, 'A/B').type] ⇒ ["","a/b"]
        blob('ab').arrayBuffer().then((b) => [b instanceof ArrayBuffer, b.byteLength]) ⇒ [true,2]
        blob('ab').bytes().then((b) => [...b]) ⇒ [97,98]
        (async () => { const u = new Uint8Array([97]); const b = blob(u); u[0] = 98; const got = new Uint8Array(await b.arrayBuffer()); got[0] = 99; return b.text() })() ⇒ "a"
        (async () => { let text = ''; for await (const chunk of blob('abc', 'def').stream()) text += new TextDecoder().decode(chunk, { stream: true }); return text })() ⇒ "abcdef"
        (async () => { const r = blob('abc').stream().getReader({ mode: 'byob' }); return [(await r.read(new Uint8Array(2))).value.length, (await r.read(new Uint8Array(2))).value.length, (await r.read(new Uint8Array(2))).done] })() ⇒ [2,1,true]
        [String(blob()), JSON.stringify(blob('a')), Object.keys(blob('a'))] ⇒ ["[object Blob]","{}",[]]
        Object.getOwnPropertyDescriptor(Blob.prototype, 'size').get.call({}) ⇒ throws TypeError: Value of "this" must be of type Blob code=ERR_INVALID_THIS
    "##]]
    .assert_eq(&lines);
}

#[test]
fn files() {
    let lines = table(
        "",
        &[
            "(({ name, size, type, lastModified }) => [name, size, type, lastModified])(new File(['ab'], 'n.txt', { type: 'T/x', lastModified: 5 }))",
            "new File(['a'])",
            "new File(['a'], 'n', { lastModified: 'z' }).lastModified",
            "[new File([], 'x') instanceof Blob, String(new File([], 'x')), new File([], 'a/b').name]",
            "Math.abs(new File([], 'x').lastModified - Date.now()) < 1000",
        ],
    );
    expect![[r##"
        (({ name, size, type, lastModified }) => [name, size, type, lastModified])(new File(['ab'], 'n.txt', { type: 'T/x', lastModified: 5 })) ⇒ ["n.txt",2,"t/x",5]
        new File(['a']) ⇒ throws TypeError: The "fileBits" and "fileName" arguments must be specified code=ERR_MISSING_ARGS
        new File(['a'], 'n', { lastModified: 'z' }).lastModified ⇒ 0
        [new File([], 'x') instanceof Blob, String(new File([], 'x')), new File([], 'a/b').name] ⇒ [true,"[object File]","a/b"]
        Math.abs(new File([], 'x').lastModified - Date.now()) < 1000 ⇒ true
    "##]]
    .assert_eq(&lines);
}

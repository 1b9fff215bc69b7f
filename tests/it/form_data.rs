//! FormData: the web's, and that of the package `form-data`, which Segment has. What is expected of the former is Node 20's, of
//! the latter what the package itself gives.

use crate::table::{table, table_below};
use expect_test::expect;

#[test]
fn forms_of_the_web() {
    let lines = table(
        r#"const f = new FormData(); const part = (name, value, ...more) => { const g = new FormData(); g.append(name, value, ...more); return new Response(g).text().then((text) => text.replace(/----formdata-[a-z]+-\d+/g, 'B').replace(/--\r\n$|--$/, '--')) };"#,
        &[
            "f.append()",
            "f.append('a')",
            "f.append('a', 'b')",
            "f.append('a', 5)",
            "f.append('f', new Blob(['x'], { type: 'x/y' }))",
            "f.append('g', new Blob(['x']), 'n.txt')",
            "[f.get('a'), f.getAll('a'), f.has('a'), f.get('none'), f.getAll('none')]",
            "(({ name, type, size }) => [name, type, size])(f.get('f'))",
            "[f.get('g').name, f.get('f') === f.get('f'), f.get('f') instanceof File]",
            "[...f.keys()]",
            "[...f].map(([name, value]) => [name, typeof value])",
            "(() => { const seen = []; f.forEach((value, name, form) => seen.push(name, form === f)); return seen })()",
            "(() => { f.set('a', 'new'); return [f.getAll('a'), [...f.keys()]] })()",
            "(() => { f.delete('g'); return [...f.keys()] })()",
            "String(f.entries())",
            "f.get()",
            "f.forEach()",
            "new FormData(5)",
            "Object.keys(new FormData())",
            r#"part('a', 'l1\nl2\rl3\r\nl4')"#,
            r#"part('x"y\n', '1')"#,
            r#"part('f', new Blob(['x']), 'q"r')"#,
            "part('f', new File(['x'], 'ü.txt', { type: 'a/b' }))",
            r#"new Response(new FormData()).headers.get('content-type').replace(/-{4}formdata-[a-z]+-\d+$/, 'B')"#,
            "new Response(new Response(f).body, { headers: { 'content-type': 'x/y' } }).formData()",
            "(async () => { const g = new FormData(); g.append('a', '1'); g.append('a', 'ü'); g.append('f', new File(['x'], 'n.txt', { type: 't/x' })); const back = await new Response(g).formData(); return [back.getAll('a'), back.get('f').name, back.get('f').type, await back.get('f').text()] })()",
            "new Response('a=1&b=%C3%BC', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }).formData().then((g) => [...g])",
            "new Response('x', { headers: { 'content-type': 'multipart/form-data; boundary=a' } }).formData()",
        ],
    );
    expect![[r##"
        f.append() ⇒ throws TypeError: FormData.append: 2 arguments required, but 0 found.
        f.append('a') ⇒ throws TypeError: FormData.append: 2 arguments required, but only 1 found.
        f.append('a', 'b') ⇒ undefined
        f.append('a', 5) ⇒ undefined
        f.append('f', new Blob(['x'], { type: 'x/y' })) ⇒ undefined
        f.append('g', new Blob(['x']), 'n.txt') ⇒ undefined
        [f.get('a'), f.getAll('a'), f.has('a'), f.get('none'), f.getAll('none')] ⇒ ["b",["b","5"],true,null,[]]
        (({ name, type, size }) => [name, type, size])(f.get('f')) ⇒ ["blob","x/y",1]
        [f.get('g').name, f.get('f') === f.get('f'), f.get('f') instanceof File] ⇒ ["n.txt",true,true]
        [...f.keys()] ⇒ ["a","a","f","g"]
        [...f].map(([name, value]) => [name, typeof value]) ⇒ [["a","string"],["a","string"],["f","object"],["g","object"]]
        (() => { const seen = []; f.forEach((value, name, form) => seen.push(name, form === f)); return seen })() ⇒ ["a",true,"a",true,"f",true,"g",true]
        (() => { f.set('a', 'new'); return [f.getAll('a'), [...f.keys()]] })() ⇒ [["new"],["a","f","g"]]
        (() => { f.delete('g'); return [...f.keys()] })() ⇒ ["a","f"]
        String(f.entries()) ⇒ "[object FormData Iterator]"
        f.get() ⇒ throws TypeError: FormData.get: 1 argument required, but 0 found.
        f.forEach() ⇒ throws TypeError: FormData.forEach: 1 argument required, but 0 found.
        new FormData(5) ⇒ throws TypeError: FormData constructor: Argument 1 could not be converted to: undefined.
        Object.keys(new FormData()) ⇒ []
        part('a', 'l1\nl2\rl3\r\nl4') ⇒ "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nl1\r\nl2\r\nl3\r\nl4\r\n--B--"
        part('x"y\n', '1') ⇒ "--B\r\nContent-Disposition: form-data; name=\"x%22y%0D%0A\"\r\n\r\n1\r\n--B--"
        part('f', new Blob(['x']), 'q"r') ⇒ "--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"q%22r\"\r\nContent-Type: application/octet-stream\r\n\r\nx\r\n--B--"
        part('f', new File(['x'], 'ü.txt', { type: 'a/b' })) ⇒ "--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"ü.txt\"\r\nContent-Type: a/b\r\n\r\nx\r\n--B--"
        new Response(new FormData()).headers.get('content-type').replace(/-{4}formdata-[a-z]+-\d+$/, 'B') ⇒ "multipart/form-data; boundary=B"
        new Response(new Response(f).body, { headers: { 'content-type': 'x/y' } }).formData() ⇒ throws TypeError: Content-Type was not one of "multipart/form-data" or "application/x-www-form-urlencoded".
        (async () => { const g = new FormData(); g.append('a', '1'); g.append('a', 'ü'); g.append('f', new File(['x'], 'n.txt', { type: 't/x' })); const back = await new Response(g).formData(); return [back.getAll('a'), back.get('f').name, back.get('f').type, await back.get('f').text()] })() ⇒ [["1","ü"],"n.txt","t/x","x"]
        new Response('a=1&b=%C3%BC', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }).formData().then((g) => [...g]) ⇒ [["a","1"],["b","ü"]]
        new Response('x', { headers: { 'content-type': 'multipart/form-data; boundary=a' } }).formData() ⇒ throws TypeError: Failed to parse body as FormData.
    "##]]
    .assert_eq(&lines);
}

#[test]
fn forms_of_the_package() {
    let lines = table_below(
        "const FormData = require('form-data'); const { Readable, Writable, PassThrough } = require('stream');",
        "const form = (...fields) => { const f = new FormData(); for (const field of fields) f.append(...field); return f }; const text = (f) => String(f.getBuffer()).replaceAll(f.getBoundary(), 'B'); const drained = (f) => new Promise((resolve, reject) => { const pieces = []; const w = new Writable({ write(c, e, done) { pieces.push(c); done() } }); w.on('finish', () => resolve(Buffer.concat(pieces).toString().replaceAll(f.getBoundary(), 'B'))); f.on('error', reject); f.pipe(w) });",
        &[
            "text(form(['a', 'b'], ['n', 5], ['u', null]))",
            "text(form(['f', Buffer.from('xyz'), { filename: 'a.txt' }]))",
            "text(form(['g', Buffer.from('q'), 'dir/b.json'], ['h', Buffer.from('r')]))",
            "text(form(['a', 'b', { contentType: 'text/csv', filename: 'c.csv' }], ['p', 'z', { filepath: 'x/../y/z.png' }]))",
            r#"text(form(['l', '1\n2'], ['q"x\r\n', '1']))"#,
            "text(form(['a', 'b', { header: { 'X-Y': '1' } }]))",
            "text(form(['m', Buffer.from(''), { filename: 'x.unknownext' }], ['d', Buffer.from(''), { filename: 'x.PDF' }]))",
            "text(form())",
            "(() => { const f = form(['a', 'bü'], ['b', Buffer.from('xyz')]); return [f.getLengthSync() === f.getBuffer().length, f.hasKnownLength(), form().getLengthSync()] })()",
            "new Promise((resolve) => { const f = form(['a', 'b']); f.getLength((error, length) => resolve([error, length === f.getBuffer().length])) })",
            "(() => { const f = form(); const h = f.getHeaders({ 'X-A': 1 }); return [Object.keys(h), h['x-a'], h['content-type'] === `multipart/form-data; boundary=${f.getBoundary()}`, f.getBoundary().length] })()",
            "(() => { const f = form(); f.setBoundary('xx'); return f.getHeaders()['content-type'] })()",
            "drained(form(['a', 'b'], ['s', Readable.from(['x', 'y'], { objectMode: false }), { filename: 's.bin' }], ['c', 'd']))",
            "(() => { const p = new PassThrough(); setTimeout(() => p.end('abc'), 1); return drained(form(['s', p, { knownLength: 3 }])) })()",
            "(() => { const p = new PassThrough(); p.path = '/tmp/pic.jpg'; p.end('J'); return drained(form(['s', p])) })()",
            "(() => { const p = new PassThrough(); setTimeout(() => p.destroy(new Error('broken')), 1); return drained(form(['s', p])) })()",
            "[String(form()), typeof form().on, form().readable, FormData.LINE_BREAK, FormData.DEFAULT_CONTENT_TYPE]",
        ],
    );
    expect![[r##"
        text(form(['a', 'b'], ['n', 5], ['u', null])) ⇒ "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--B\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\n5\r\n--B\r\nContent-Disposition: form-data; name=\"u\"\r\n\r\nnull\r\n--B--\r\n"
        text(form(['f', Buffer.from('xyz'), { filename: 'a.txt' }])) ⇒ "--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\nxyz\r\n--B--\r\n"
        text(form(['g', Buffer.from('q'), 'dir/b.json'], ['h', Buffer.from('r')])) ⇒ "--B\r\nContent-Disposition: form-data; name=\"g\"; filename=\"b.json\"\r\nContent-Type: application/json\r\n\r\nq\r\n--B\r\nContent-Disposition: form-data; name=\"h\"\r\nContent-Type: application/octet-stream\r\n\r\nr\r\n--B--\r\n"
        text(form(['a', 'b', { contentType: 'text/csv', filename: 'c.csv' }], ['p', 'z', { filepath: 'x/../y/z.png' }])) ⇒ "--B\r\nContent-Disposition: form-data; name=\"a\"; filename=\"c.csv\"\r\nContent-Type: text/csv\r\n\r\nb\r\n--B\r\nContent-Disposition: form-data; name=\"p\"; filename=\"y/z.png\"\r\nContent-Type: image/png\r\n\r\nz\r\n--B--\r\n"
        text(form(['l', '1\n2'], ['q"x\r\n', '1'])) ⇒ "--B\r\nContent-Disposition: form-data; name=\"l\"\r\n\r\n1\n2\r\n--B\r\nContent-Disposition: form-data; name=\"q%22x%0D%0A\"\r\n\r\n1\r\n--B--\r\n"
        text(form(['a', 'b', { header: { 'X-Y': '1' } }])) ⇒ "--B\r\nContent-Disposition: form-data; name=\"a\"\r\nX-Y: 1\r\n\r\nb\r\n--B--\r\n"
        text(form(['m', Buffer.from(''), { filename: 'x.unknownext' }], ['d', Buffer.from(''), { filename: 'x.PDF' }])) ⇒ "--B\r\nContent-Disposition: form-data; name=\"m\"; filename=\"x.unknownext\"\r\nContent-Type: application/octet-stream\r\n\r\n\r\n--B\r\nContent-Disposition: form-data; name=\"d\"; filename=\"x.PDF\"\r\nContent-Type: application/pdf\r\n\r\n\r\n--B--\r\n"
        text(form()) ⇒ "--B--\r\n"
        (() => { const f = form(['a', 'bü'], ['b', Buffer.from('xyz')]); return [f.getLengthSync() === f.getBuffer().length, f.hasKnownLength(), form().getLengthSync()] })() ⇒ [true,true,0]
        new Promise((resolve) => { const f = form(['a', 'b']); f.getLength((error, length) => resolve([error, length === f.getBuffer().length])) }) ⇒ [null,true]
        (() => { const f = form(); const h = f.getHeaders({ 'X-A': 1 }); return [Object.keys(h), h['x-a'], h['content-type'] === `multipart/form-data; boundary=${f.getBoundary()}`, f.getBoundary().length] })() ⇒ [["content-type","x-a"],1,true,50]
        (() => { const f = form(); f.setBoundary('xx'); return f.getHeaders()['content-type'] })() ⇒ "multipart/form-data; boundary=xx"
        drained(form(['a', 'b'], ['s', Readable.from(['x', 'y'], { objectMode: false }), { filename: 's.bin' }], ['c', 'd'])) ⇒ "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--B\r\nContent-Disposition: form-data; name=\"s\"; filename=\"s.bin\"\r\nContent-Type: application/octet-stream\r\n\r\nxy\r\n--B\r\nContent-Disposition: form-data; name=\"c\"\r\n\r\nd\r\n--B--\r\n"
        (() => { const p = new PassThrough(); setTimeout(() => p.end('abc'), 1); return drained(form(['s', p, { knownLength: 3 }])) })() ⇒ "--B\r\nContent-Disposition: form-data; name=\"s\"\r\nContent-Type: application/octet-stream\r\n\r\nabc\r\n--B--\r\n"
        (() => { const p = new PassThrough(); p.path = '/tmp/pic.jpg'; p.end('J'); return drained(form(['s', p])) })() ⇒ "--B\r\nContent-Disposition: form-data; name=\"s\"; filename=\"pic.jpg\"\r\nContent-Type: image/jpeg\r\n\r\nJ\r\n--B--\r\n"
        (() => { const p = new PassThrough(); setTimeout(() => p.destroy(new Error('broken')), 1); return drained(form(['s', p])) })() ⇒ throws Error: broken
        [String(form()), typeof form().on, form().readable, FormData.LINE_BREAK, FormData.DEFAULT_CONTENT_TYPE] ⇒ ["[object FormData]","function",true,"\r\n","application/octet-stream"]
    "##]]
    .assert_eq(&lines);
}

//! Answers in gzip, deflate and br: good, bad, cut off, too large.

use crate::endpoint::Endpoint;
use crate::fetch::check_at;
use crate::harness::{TRACK, check_with, limits, wait};
use bytes::Bytes;
use expect_test::expect;
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use http_body_util::Full;
use hyper::Response;
use std::io::Write;

/// `hello ` fifty times, in Brotli.
pub(crate) const BROTLI: &[u8] =
    b"\x1b\x2b\x01\xf8\x8d\x94\x6e\xde\x44\x55\x86\x96\x6c\x20\x6f\x31\x5b\x1c\x00\x1c\x07";

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Answers `/ENCODING/KIND` with what `KIND` says of a text in that encoding.
async fn encoding() -> Endpoint {
    Endpoint::http(|received| async move {
        let path: Vec<_> = received.path[1..].split('/').collect();
        let text = b"hello ".repeat(50);
        let mut body = match path[0] {
            "gzip" | "x-gzip" => gzip(&text),
            "deflate" | "x-deflate" => zlib(&text),
            "raw" => deflate(&text),
            _ => BROTLI.to_vec(),
        };
        let length = body.len();
        match path[1] {
            "whole" => {}
            "empty" => body.clear(),
            "short" => body.truncate(length - 9),
            "trailer" => body.truncate(length - 3),
            "garbage" => body.extend(b"garbage"),
            "padded" => body.extend([0; 9]),
            "twice" => body.extend(gzip(b"again")),
            "plain" => body = b"not compressed at all".to_vec(),
            "block" => body[10..].fill(0xff),
            "sum" => body[length - 8..].fill(1),
            other => panic!("no kind {other}"),
        }
        let name = if path[0] == "raw" { "deflate" } else { path[0] };
        Response::builder().header("content-encoding", name).body(Full::from(Bytes::from(body))).unwrap()
    })
    .await
}

#[test]
fn answers_that_are_decoded() {
    let endpoint = wait(encoding());
    check_at(
        &endpoint,
        "const get = async (path, options) => (await fetch(url + path, options)).text();
        const length = async (path) => (await get(path)).length;",
        &[
            "await length('/gzip/whole')",
            "await length('/x-gzip/whole')",
            "await length('/deflate/whole')",
            "await length('/x-deflate/whole')",
            "await length('/raw/whole')",
            "await length('/br/whole')",
            "await get('/gzip/whole') === 'hello '.repeat(50)",
            "(await fetch(url + '/gzip/whole')).headers.get('content-encoding')",
            "await length('/gzip/short')",
            "await length('/gzip/trailer')",
            "await length('/gzip/padded')",
            "(await get('/gzip/twice')).slice(-7)",
            "await get('/gzip/empty')",
            "await get('/deflate/empty')",
            "await length('/deflate/garbage')",
            "await length('/br/garbage')",
            "await (async (bytes) => [bytes[0], bytes[1], bytes.length])(new Uint8Array(await (await fetch(url + '/gzip/whole', { compress: false })).arrayBuffer()))",
            "await get('/zstd/plain')",
            "await get('/GZIP/plain')",
            "await get('/gzip/whole', { method: 'HEAD' })",
        ],
        expect![[r#"
            await length('/gzip/whole') ⇒ 300
            await length('/x-gzip/whole') ⇒ 300
            await length('/deflate/whole') ⇒ 300
            await length('/x-deflate/whole') ⇒ 300
            await length('/raw/whole') ⇒ 300
            await length('/br/whole') ⇒ 300
            await get('/gzip/whole') === 'hello '.repeat(50) ⇒ true
            (await fetch(url + '/gzip/whole')).headers.get('content-encoding') ⇒ "gzip"
            await length('/gzip/short') ⇒ 300
            await length('/gzip/trailer') ⇒ 300
            await length('/gzip/padded') ⇒ 300
            (await get('/gzip/twice')).slice(-7) ⇒ "o again"
            await get('/gzip/empty') ⇒ ""
            await get('/deflate/empty') ⇒ ""
            await length('/deflate/garbage') ⇒ 300
            await length('/br/garbage') ⇒ 300
            await (async (bytes) => [bytes[0], bytes[1], bytes.length])(new Uint8Array(await (await fetch(url + '/gzip/whole', { compress: false })).arrayBuffer())) ⇒ [31,139,32]
            await get('/zstd/plain') ⇒ "not compressed at all"
            await get('/GZIP/plain') ⇒ "not compressed at all"
            await get('/gzip/whole', { method: 'HEAD' }) ⇒ ""
        "#]],
    );
}

#[test]
fn answers_that_cannot_be_decoded() {
    let endpoint = wait(encoding());
    check_at(
        &endpoint,
        "const get = async (path) => (await fetch(url + path)).text();",
        &[
            "await get('/gzip/plain')",
            "await get('/gzip/garbage')",
            "await get('/gzip/block')",
            "await get('/gzip/sum')",
            "await get('/deflate/short')",
            "await get('/deflate/trailer')",
            "await get('/raw/short')",
            "await get('/br/short')",
            "await get('/br/empty')",
            "await get('/br/plain')",
            "await (async () => { for await (const chunk of (await fetch(url + '/gzip/block')).body); })()",
            "(await fetch(url + '/gzip/plain')).status",
        ],
        expect![[r#"
            await get('/gzip/plain') ⇒ throws FetchError: Invalid response body while trying to fetch http://127.0.0.1:PORT/gzip/plain: incorrect header check type=system code=Z_DATA_ERROR errno=Z_DATA_ERROR
            await get('/gzip/garbage') ⇒ throws FetchError: Invalid response body while trying to fetch http://127.0.0.1:PORT/gzip/garbage: incorrect header check type=system code=Z_DATA_ERROR errno=Z_DATA_ERROR
            await get('/gzip/block') ⇒ throws FetchError: Invalid response body while trying to fetch http://127.0.0.1:PORT/gzip/block: invalid block type type=system code=Z_DATA_ERROR errno=Z_DATA_ERROR
            await get('/gzip/sum') ⇒ throws FetchError: Invalid response body while trying to fetch http://127.0.0.1:PORT/gzip/sum: incorrect data check type=system code=Z_DATA_ERROR errno=Z_DATA_ERROR
            await get('/deflate/short') ⇒ throws FetchError: Invalid response body while trying to fetch http://127.0.0.1:PORT/deflate/short: unexpected end of file type=system code=Z_BUF_ERROR errno=Z_BUF_ERROR
            await get('/deflate/trailer') ⇒ throws FetchError: Invalid response body while trying to fetch http://127.0.0.1:PORT/deflate/trailer: unexpected end of file type=system code=Z_BUF_ERROR errno=Z_BUF_ERROR
            await get('/raw/short') ⇒ throws FetchError: Invalid response body while trying to fetch http://127.0.0.1:PORT/raw/short: unexpected end of file type=system code=Z_BUF_ERROR errno=Z_BUF_ERROR
            await get('/br/short') ⇒ throws FetchError: Invalid response body while trying to fetch http://127.0.0.1:PORT/br/short: unexpected end of file type=system code=Z_BUF_ERROR errno=Z_BUF_ERROR
            await get('/br/empty') ⇒ throws FetchError: Invalid response body while trying to fetch http://127.0.0.1:PORT/br/empty: unexpected end of file type=system code=Z_BUF_ERROR errno=Z_BUF_ERROR
            await get('/br/plain') ⇒ throws FetchError: Invalid response body while trying to fetch http://127.0.0.1:PORT/br/plain: Decompression failed type=system code=ERR__ERROR_FORMAT_PADDING_2 errno=ERR__ERROR_FORMAT_PADDING_2
            await (async () => { for await (const chunk of (await fetch(url + '/gzip/block')).body); })() ⇒ throws Error: invalid block type code=Z_DATA_ERROR
            (await fetch(url + '/gzip/plain')).status ⇒ 200
        "#]],
    );
}

#[test]
fn answers_that_are_small_on_the_wire_alone() {
    let endpoint = wait(Endpoint::http(|_| async {
        let body = gzip(&vec![0; 20 << 20]);
        Response::builder().header("content-encoding", "gzip").body(Full::from(Bytes::from(body))).unwrap()
    }));
    let source =
        format!("async function onTrack() {{ return (await (await fetch('{}')).text()).length }}", endpoint.url());
    check_with(
        &source,
        TRACK,
        &limits("response_bytes_max", 1_000_000),
        expect![[r#"
            onTrack failed: ResponseTooLarge: Broken
            ResponseTooLarge: function received a response body of 1015808 bytes or more, limit 1000000 (`response_bytes_max`)
            GET http://127.0.0.1:PORT/: 200, the body is too large
        "#]],
    );
    let source = format!(
        "async function onTrack() {{ return (await (await fetch('{}', {{ size: 99 }})).text()).length }}",
        endpoint.url()
    );
    check_with(
        &source,
        TRACK,
        &limits("response_bytes_max", 30_000_000),
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        FetchError: content size at http://127.0.0.1:PORT/ over limit: 99
        GET http://127.0.0.1:PORT/: 200
    "#]],
    );
    let source = format!(
        "async function onTrack() {{ return (await (await fetch('{}', {{ compress: false }})).arrayBuffer()).byteLength < 100000 }}",
        endpoint.url()
    );
    check_with(
        &source,
        TRACK,
        &limits("response_bytes_max", 1_000_000),
        expect![[r#"
        onTrack returned true
        GET http://127.0.0.1:PORT/: 200
    "#]],
    );
}

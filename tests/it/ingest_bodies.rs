//! Bodies over HTTP, byte by byte: their size, how they are packed and framed,
//! and what is and is not JSON. What is in them is for `ingest_http`.

use crate::ingest_http::{SHOP, Server, TRACK, batch, event_of, short, table};
use expect_test::expect;
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use fnhost_server::ingest::{BATCH_BYTES_MAX, BATCH_EVENTS_MAX, EVENT_BYTES_MAX};
use serde_json::Value;
use std::io::Write;

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn sizes_are_limited() {
    let server = Server::start();
    let of = |bytes: usize| batch(&[&event_of(bytes), TRACK]);
    // `{"batch":[` and `]}` are 12 bytes.
    let whole = |bytes: usize| {
        let mut items: Vec<_> = (0..15).map(|_| event_of(EVENT_BYTES_MAX)).collect();
        items.push(event_of(bytes - 12 - 15 * (EVENT_BYTES_MAX + 1)));
        batch(&items.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let items = |count: usize| batch(&vec!["{}"; count]);
    // The context is given to every item.
    let sharing = |context: usize, count: usize| {
        let items = vec![r#"{"type":"identify","userId":"u"}"#; count].join(",");
        format!(r#"{{"context":{{"x":"{}"}},"batch":[{items}]}}"#, "a".repeat(context))
    };
    let rows = [
        ("an event of 32 KB", ("/v1/track", event_of(EVENT_BYTES_MAX))),
        ("and one byte", ("/v1/track", event_of(EVENT_BYTES_MAX + 1))),
        ("an item of 32 KB", ("/v1/batch", of(EVENT_BYTES_MAX))),
        ("an item of a byte more", ("/v1/batch", of(EVENT_BYTES_MAX + 1))),
        ("a batch of 500 KB", ("/v1/batch", whole(BATCH_BYTES_MAX))),
        ("and another byte", ("/v1/batch", whole(BATCH_BYTES_MAX) + " ")),
        ("a megabyte", ("/v1/track", event_of(1 << 20))),
        ("2500 items", ("/v1/batch", items(BATCH_EVENTS_MAX))),
        ("2501 items", ("/v1/batch", items(BATCH_EVENTS_MAX + 1))),
        ("250000 items", ("/v1/batch", batch(&vec!["1"; 250_000]))),
        ("much beside the items", ("/v1/batch", sharing(EVENT_BYTES_MAX, 1))),
        ("a little less", ("/v1/batch", sharing(EVENT_BYTES_MAX - 100, 1))),
        ("still too much for an item", ("/v1/batch", sharing(EVENT_BYTES_MAX - 50, 1))),
        ("much for all of them", ("/v1/batch", sharing(16 * 1024, 2_000))),
    ];
    table(
        &server,
        &rows,
        |(path, body)| server.post(path, body),
        &expect![[r#"
        an event of 32 KB => 200 shop accepted 1
        and one byte => 400 body_too_large: the body is too large, the limit is 32 KB (32768 bytes)
        an item of 32 KB => 200 shop accepted 2
        an item of a byte more => 200 shop event_too_large 1, shop duplicate 1
        a batch of 500 KB => 200 shop accepted 16
        and another byte => 400 body_too_large: the body is too large, the limit is 500 KB (512000 bytes)
        a megabyte => 400 body_too_large: the body is too large, the limit is 32 KB (32768 bytes)
        2500 items => 200 shop unknown_type 2500
        2501 items => 200 shop too_many_events 2501
        250000 items => 200 shop too_many_events 250000
        much beside the items => 400 body_too_large: the fields of the batch beside `batch` are too large, the limit is 32 KB (32768 bytes)
        a little less => 200 shop accepted 1
        still too much for an item => 200 shop event_too_large 1
        much for all of them => 200 shop event_too_large 1751, shop accepted 249
    "#]],
    );
    assert!(server.rejections().iter().all(|rejection| rejection.len() < EVENT_BYTES_MAX + 100));
    server.still_works();
}

#[test]
fn bodies_may_be_packed() {
    let server = Server::start();
    let plain = TRACK.replace("\"m\"", "null").into_bytes();
    let zlib = |body: &[u8]| {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(body).unwrap();
        encoder.finish().unwrap()
    };
    let packed = gzip(&plain);
    let mut damaged = packed.clone();
    damaged[20] ^= 0x55;
    let mut wrong_sum = packed.clone();
    let at = wrong_sum.len() - 6;
    wrong_sum[at] ^= 1;
    let (start, end) = plain.split_at(10);
    let rows = [
        ("gzip", ("gzip", packed.clone())),
        ("GZIP", ("GZIP", packed.clone())),
        ("x-gzip", ("x-gzip", packed.clone())),
        ("in two members", ("gzip", [gzip(start), gzip(end)].concat())),
        ("deflate", ("deflate", zlib(&plain))),
        ("identity", ("identity", plain.clone())),
        ("gzip that is plain", ("gzip", plain.clone())),
        ("plain that is gzip", ("identity", packed.clone())),
        ("damaged", ("gzip", damaged)),
        ("with a wrong checksum", ("gzip", wrong_sum)),
        ("cut", ("gzip", packed[..packed.len() - 9].to_vec())),
        ("with more behind it", ("gzip", [&packed[..], b"more"].concat())),
        ("empty", ("gzip", Vec::new())),
        ("brotli", ("br", packed.clone())),
        ("twice", ("gzip, gzip", gzip(&packed))),
        ("in two headers", ("gzip\r\nContent-Encoding: gzip", gzip(&packed))),
        ("a bomb", ("gzip", gzip(&vec![b' '; 24 << 20]))),
        ("a bomb in a bomb", ("gzip", gzip(&gzip(&vec![0; 24 << 20])))),
        ("a bomb of deflate", ("deflate", zlib(&vec![b'['; 3 << 20]))),
    ];
    let send = |(encoding, body): &(&str, Vec<u8>)| {
        server.send("POST", "/v1/track", &format!("{SHOP}Content-Encoding: {encoding}\r\n"), body)
    };
    table(
        &server,
        &rows,
        send,
        &expect![[r#"
        gzip => 200 shop accepted 1
        GZIP => 200 shop accepted 1
        x-gzip => 200 shop accepted 1
        in two members => 200 shop accepted 1
        deflate => 200 shop accepted 1
        identity => 200 shop accepted 1
        gzip that is plain => 400 invalid_encoding: the body could not be unpacked, it is not what `Content-Encoding` says
        plain that is gzip => 400 invalid_json: the body cannot be read as JSON: expected value at line 1 column 1
        damaged => 400 invalid_encoding: the body could not be unpacked, it is not what `Content-Encoding` says
        with a wrong checksum => 400 invalid_encoding: the body could not be unpacked, it is not what `Content-Encoding` says
        cut => 400 invalid_encoding: the body could not be unpacked, it is not what `Content-Encoding` says
        with more behind it => 400 invalid_encoding: the body could not be unpacked, it is not what `Content-Encoding` says
        empty => 400 invalid_encoding: the body could not be unpacked, it is not what `Content-Encoding` says
        brotli => 400 unknown_encoding: the `Content-Encoding` is not understood, use `gzip`, `deflate` or none
        twice => 400 unknown_encoding: the `Content-Encoding` is not understood, use `gzip`, `deflate` or none
        in two headers => 400 unknown_encoding: the `Content-Encoding` is not understood, use `gzip`, `deflate` or none
        a bomb => 400 body_too_large: the body is too large, the limit is 32 KB (32768 bytes)
        a bomb in a bomb => 400 invalid_json: the body cannot be read as JSON: expected value at line 1 column 1
        a bomb of deflate => 400 body_too_large: the body is too large, the limit is 32 KB (32768 bytes)
    "#]],
    );
    // As large as can be, and packing makes it no smaller.
    let mut stored = GzEncoder::new(Vec::new(), Compression::none());
    stored.write_all(event_of(EVENT_BYTES_MAX).as_bytes()).unwrap();
    let stored = stored.finish().unwrap();
    assert!(stored.len() > EVENT_BYTES_MAX);
    assert_eq!(send(&("gzip", stored)), "200");
    server.still_works();
}

#[test]
fn what_is_not_json_is_refused() {
    let server = Server::start();
    let nested =
        |open: &str, close: &str, depth: usize| format!("{{\"x\":{}1{}}}", open.repeat(depth), close.repeat(depth));
    let deep = nested("[", "]", 10_000);
    let (bound, over) = (nested("[", "]", 126), nested("{\"a\":", "}", 127));
    let rows: [(&str, &[u8]); 22] = [
        ("nothing", b""),
        ("space", b" \n"),
        ("null", b"null"),
        ("array", b"[]"),
        ("text", b"\"track\""),
        ("number", b"1"),
        ("open", b"{"),
        ("cut in text", b"{\"event\":\"E"),
        ("cut in an escape", b"{\"event\":\"\\"),
        ("closed wrongly", b"{\"x\":[}]}"),
        ("more behind it", b"{} {}"),
        ("comma at the end", b"{\"a\":1,}"),
        ("single quotes", b"{'a':1}"),
        ("NaN", b"{\"a\":NaN}"),
        ("beyond numbers", b"{\"a\":1e999}"),
        ("leading zero", b"{\"a\":01}"),
        ("NUL in text", b"{\"a\":\"\0\"}"),
        ("NUL behind it", b"{}\0"),
        ("not UTF-8", b"{\"a\":\"\xff\xfe\"}"),
        ("surrogate in UTF-8", b"{\"a\":\"\xed\xa0\x80\"}"),
        ("too deep", deep.as_bytes()),
        ("a level too deep", over.as_bytes()),
    ];
    table(
        &server,
        &rows,
        |body| server.send("POST", "/v1/identify", SHOP, body),
        &expect![[r#"
        nothing => 400 invalid_json: the body cannot be read as JSON: EOF while parsing a value at line 1 column 0
        space => 400 invalid_json: the body cannot be read as JSON: EOF while parsing a value at line 2 column 0
        null => 400 invalid_json: the body is not a JSON object
        array => 400 invalid_json: the body is not a JSON object
        text => 400 invalid_json: the body is not a JSON object
        number => 400 invalid_json: the body is not a JSON object
        open => 400 invalid_json: the body cannot be read as JSON: EOF while parsing an object at line 1 column 1
        cut in text => 400 invalid_json: the body cannot be read as JSON: EOF while parsing a string at line 1 column 11
        cut in an escape => 400 invalid_json: the body cannot be read as JSON: EOF while parsing a string at line 1 column 11
        closed wrongly => 400 invalid_json: the body cannot be read as JSON: expected value at line 1 column 7
        more behind it => 400 invalid_json: the body cannot be read as JSON: trailing characters at line 1 column 4
        comma at the end => 400 invalid_json: the body cannot be read as JSON: trailing comma at line 1 column 8
        single quotes => 400 invalid_json: the body cannot be read as JSON: key must be a string at line 1 column 2
        NaN => 400 invalid_json: the body cannot be read as JSON: expected value at line 1 column 6
        beyond numbers => 400 invalid_json: the body cannot be read as JSON: number out of range at line 1 column 10
        leading zero => 400 invalid_json: the body cannot be read as JSON: invalid number at line 1 column 7
        NUL in text => 400 invalid_json: the body cannot be read as JSON: control character (\u0000-\u001F) found while parsing a string at line 1 column 7
        NUL behind it => 400 invalid_json: the body cannot be read as JSON: trailing characters at line 1 column 3
        not UTF-8 => 400 invalid_json: the body cannot be read as JSON: invalid unicode code point at line 1 column 7
        surrogate in UTF-8 => 400 invalid_json: the body cannot be read as JSON: invalid unicode code point at line 1 column 7
        too deep => 400 invalid_json: the body cannot be read as JSON: recursion limit exceeded at line 1 column 132
        a level too deep => 400 invalid_json: the body cannot be read as JSON: recursion limit exceeded at line 1 column 636
    "#]],
    );
    let rows = [
        ("as deep as can be", bound),
        ("a deep item", batch(&[&deep])),
        ("brackets that do not match", r#"{"batch":[{]}"#.to_owned()),
        ("a comma too many", r#"{"batch":[{},]}"#.to_owned()),
        ("no comma", r#"{"batch":[{}{}]}"#.to_owned()),
        ("a colon", r#"{"batch":[{}:{}]}"#.to_owned()),
        ("cut", r#"{"batch":[{"type":"track"}"#.to_owned()),
        ("cut in an escape", r#"{"batch":["\"#.to_owned()),
        ("more behind it", r#"{"batch":[]} x"#.to_owned()),
        ("no key", r#"{:[]}"#.to_owned()),
        ("no value", r#"{"batch":[],"x"}"#.to_owned()),
        ("array", "[]".to_owned()),
        ("deep and open", "[".repeat(100_000)),
        ("deep and open inside", format!(r#"{{"batch":{}"#, "[".repeat(100_000))),
        ("the second item", batch(&["{}", r#"{"a":tru}"#])),
    ];
    table(
        &server,
        &rows,
        |body| server.post("/v1/batch", body),
        &expect![[r#"
        as deep as can be => 200 shop empty_batch 1
        a deep item => 400 invalid_json: the body cannot be read as JSON: item 1 of `batch`: recursion limit exceeded at line 1 column 132
        brackets that do not match => 400 invalid_json: the body cannot be read as JSON: expected `,` or `]` at byte 12
        a comma too many => 400 invalid_json: the body cannot be read as JSON: item 2 of `batch`: EOF while parsing a value at line 1 column 0
        no comma => 400 invalid_json: the body cannot be read as JSON: item 1 of `batch`: trailing characters at line 1 column 3
        a colon => 400 invalid_json: the body cannot be read as JSON: expected `,` or `]` at byte 12
        cut => 400 invalid_json: the body cannot be read as JSON: expected `,` or `]` at byte 26
        cut in an escape => 400 invalid_json: the body cannot be read as JSON: expected `,` or `]` at byte 12
        more behind it => 400 invalid_json: the body cannot be read as JSON: trailing characters at line 1 column 16
        no key => 400 invalid_json: the body cannot be read as JSON: key must be a string at line 1 column 2
        no value => 400 invalid_json: the body cannot be read as JSON: expected `:` at byte 15
        array => 400 invalid_json: the body is not a JSON object
        deep and open => 400 body_too_large: the fields of the batch beside `batch` are too large, the limit is 32 KB (32768 bytes)
        deep and open inside => 400 invalid_json: the body cannot be read as JSON: expected `,` or `]` at byte 100009
        the second item => 400 invalid_json: the body cannot be read as JSON: item 2 of `batch`: expected ident at line 1 column 9
    "#]],
    );
    assert_eq!(server.stored("type"), "");
    server.still_works();
}

#[test]
fn odd_json_is_taken_as_it_is_meant() {
    let server = Server::start();
    let odd = [
        r#""a":"half \ud83d","b":"\ude00 half","c":"\ud83d\ud83d\ude00","d":"\\ud83d","e":"\ud83d\n\uD83D""#,
        r#""a":1,"a":2,"userId":"v""#,
        r#""a":123456789012345678901234567890,"b":1e308,"c":-0,"d":1E+2"#,
        r#""a":"\u0000\u001f","\u0000":1"#,
    ];
    for fields in odd {
        server.post("/v1/track", &format!(r#"{{"event":"E","userId":"u",{fields}}}"#));
    }
    let mut out = String::new();
    for event in server.events() {
        let fields = event.as_object().unwrap().iter().filter(|(name, _)| name.len() < 2 || *name == "userId");
        out += &fields.map(|(name, value)| format!("{name:?}:{value} ")).collect::<String>();
        out.push('\n');
    }
    expect![[r#"
        "userId":"u" "a":"half �" "b":"� half" "c":"�😀" "d":"\\ud83d" "e":"�\n�" 
        "userId":"v" "a":2 
        "userId":"u" "a":1.2345678901234568e+29 "b":1e+308 "c":-0.0 "d":100.0 
        "userId":"u" "a":"\u0000\u001f" "\0":1 
    "#]]
    .assert_eq(&out);
}

#[test]
fn keys_that_mean_something_to_the_reader_are_refused() {
    let server = Server::start();
    // Text behind this key would be read as JSON, without a limit of depth.
    let mut inner = "1".to_owned();
    for _ in 0..8 {
        let nested = format!("{}{inner}{}", "[".repeat(100), "]".repeat(100));
        inner = format!(r#"{{"$serde_json::private::RawValue":{}}}"#, Value::from(nested));
    }
    let rows = [
        ("plain", r#"{"userId":"u","x":{"$serde_json::private::RawValue":"[]"}}"#.to_owned()),
        ("escaped", r#"{"userId":"u","x":{"\u0024serde_json::private::Number":"1"}}"#.to_owned()),
        ("nested", format!(r#"{{"userId":"u","x":{inner}}}"#)),
        ("as a value", r#"{"userId":"u","x":"$serde_json::private::RawValue"}"#.to_owned()),
    ];
    table(
        &server,
        &rows,
        |body| server.post("/v1/identify", body),
        &expect![[r#"
        plain => 400 invalid_json: the body cannot be read as JSON: a key may not begin with `$serde_json::private::` at line 1 column 51
        escaped => 400 invalid_json: the body cannot be read as JSON: a key may not begin with `$serde_json::private::` at line 1 column 54
        nested => 400 invalid_json: the body cannot be read as JSON: a key may not begin with `$serde_json::private::` at line 1 column 51
        as a value => 200 shop accepted 1
    "#]],
    );
}

#[test]
fn bodies_come_in_many_ways() {
    let server = Server::start();
    let head = format!("POST /v1/track HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{SHOP}");
    let length = TRACK.len();
    let rows = [
        (
            "in chunks",
            format!(
                "{head}Transfer-Encoding: chunked\r\n\r\n5\r\n{}\r\n{:x}\r\n{}\r\n0\r\n\r\n",
                &TRACK[..5],
                length - 5,
                &TRACK[5..]
            ),
        ),
        ("without a length", format!("{head}\r\n{TRACK}")),
        ("when told to go on", format!("{head}Expect: 100-continue\r\nContent-Length: {length}\r\n\r\n{TRACK}")),
        ("too large to be told", format!("{head}Expect: 100-continue\r\nContent-Length: 99999999\r\n\r\n")),
        ("of any type", format!("{head}Content-Type: \x7f/\t;;\r\nContent-Length: {length}\r\n\r\n{TRACK}")),
        ("in chunks of a wrong size", format!("{head}Transfer-Encoding: chunked\r\n\r\nzz\r\n{TRACK}")),
        ("in a chunk beyond counting", format!("{head}Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{TRACK}")),
        ("with two lengths", format!("{head}Content-Length: 5\r\nContent-Length: {length}\r\n\r\n{TRACK}")),
        ("with a length below zero", format!("{head}Content-Length: -5\r\n\r\n{TRACK}")),
        ("by HTTP/1.0", format!("POST /v1/track HTTP/1.0\r\n{SHOP}Content-Length: {length}\r\n\r\n{TRACK}")),
        ("with many headers", format!("{head}{}\r\n", "X: y\r\n".repeat(200))),
        ("without end of head", head.clone()),
    ];
    let send = |request: &String| {
        let answer = server.exchange(request.as_bytes(), request == &head || request.contains("\r\nfff"));
        match answer.strip_prefix("HTTP/1.1 100 Continue\r\n\r\n") {
            Some(rest) => format!("100, then {}", short(rest)),
            None => short(&answer),
        }
    };
    table(
        &server,
        &rows,
        send,
        &expect![[r#"
        in chunks => 200 shop accepted 1
        without a length => 400 invalid_json: the body cannot be read as JSON: EOF while parsing a value at line 1 column 0
        when told to go on => 100, then 200 shop duplicate 1
        too large to be told => 400 body_too_large: the body is too large, the limit is 32 KB (32768 bytes)
        of any type => 400
        in chunks of a wrong size => 400 incomplete_body: the body did not come whole
        in a chunk beyond counting => 400 incomplete_body: the body did not come whole
        with two lengths => 400
        with a length below zero => 400
        by HTTP/1.0 => 200 shop duplicate 1
        with many headers => 431
        without end of head => no answer
    "#]],
    );
    // What is answered may be lost, since the server does not read all of it.
    server.exchange(format!("{head}X: {}\r\n\r\n", "y".repeat(1 << 20)).as_bytes(), false);
    server.still_works();
}

#[test]
fn a_body_that_breaks_off_is_not_stored() {
    let server = Server::start();
    let gzipped = gzip(TRACK.as_bytes());
    for body in [TRACK.as_bytes(), &gzipped] {
        for cut in 0..body.len() {
            let encoding = if body == TRACK.as_bytes() { "" } else { "Content-Encoding: gzip\r\n" };
            let length = body.len();
            let head =
                format!("POST /v1/track HTTP/1.1\r\nHost: x\r\n{SHOP}{encoding}Content-Length: {length}\r\n\r\n");
            let answer = server.exchange(&[head.as_bytes(), &body[..cut]].concat(), true);
            assert!(!answer.contains(" 200 "), "{answer}");
        }
    }
    assert_eq!(server.stored("event"), "");
    server.still_works();
}

#[test]
fn noise_does_no_harm() {
    let server = Server::start();
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for round in 0..200 {
        let noise: Vec<u8> = (0..random() % 2_000).map(|_| random() as u8).collect();
        if round % 4 == 0 {
            server.exchange(&noise, true);
            continue;
        }
        // A good request in which some bytes are not what they were.
        let mut body =
            batch(&[TRACK, r#"{"type":"page","userId":"\ud83d","context":{"a":[1,2,{"b":null}]}}"#]).into_bytes();
        for _ in 0..1 + random() % 4 {
            let at = random() as usize % body.len();
            body[at] = if round % 2 == 0 { random() as u8 } else { b"{}[]\",:\\"[random() as usize % 8] };
        }
        let answer = server.send("POST", "/v1/batch", SHOP, &body);
        assert!(answer.starts_with("200") || answer.starts_with("400 "), "{answer}");
        let answer = server.send("POST", "/v1/batch", &format!("{SHOP}Content-Encoding: gzip\r\n"), &noise);
        assert!(answer.starts_with("400 "), "{answer}");
    }
    server.still_works();
}

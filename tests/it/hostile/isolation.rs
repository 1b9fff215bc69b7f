//! The proof that nothing stays: what one run leaves in its memory is looked for, byte for byte, in the linear memories of
//! all that come after it, and of those beside it. The memories are read as the system maps them into this process.

use crate::endpoint::{Endpoint, Received};
use crate::harness::{TRACK, function, text, wait};
use fnhost::{Function, Limits, Run, Sealed};
use http_body_util::Full;
use hyper::Response;
use serde_json::json;
use std::fs::{self, File};
use std::io::BufRead;
use std::os::unix::fs::FileExt;
use std::sync::{Arc, Mutex};

/// What the mapping of a function's memory image is called, which instances get copied on write: a file in memory, or the
/// one of compiled code that it was loaded from.
const IMAGES: [&str; 2] = ["memfd:wasm-memory-image", ".cwasm"];

/// The linear memories that this process has, of instances that run and of those that are over.
fn memories() -> Vec<Vec<u8>> {
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let memory = File::open("/proc/self/mem").unwrap();
    // Each is what is mapped without a gap around an image: before and behind it a memory is plain.
    let mut ranges: Vec<(u64, u64, bool)> = Vec::new();
    for line in maps.lines() {
        let (range, rest) = line.split_once(' ').unwrap();
        let (start, end) = range.split_once('-').unwrap();
        let (start, end) = (u64::from_str_radix(start, 16).unwrap(), u64::from_str_radix(end, 16).unwrap());
        if !rest.starts_with("rw") {
            continue;
        }
        let is_image = IMAGES.iter().any(|image| rest.contains(image));
        match ranges.last_mut() {
            Some(last) if last.1 == start => (last.1, last.2) = (end, last.2 || is_image),
            _ => ranges.push((start, end, is_image)),
        }
    }
    let read = |(start, end, _): (u64, u64, bool)| {
        let mut bytes = vec![0; (end - start) as usize];
        // It may be gone by now, with its host.
        memory.read_exact_at(&mut bytes, start).is_ok().then_some(bytes)
    };
    ranges.into_iter().filter(|range| range.2).filter_map(read).collect()
}

/// How often `needle` is in `memory`.
fn count(memory: &[u8], needle: &[u8]) -> usize {
    let mut rest = memory;
    let mut count = 0;
    // In std, which is optimised: this looks through hundreds of megabytes.
    while rest.skip_until(needle[0]).unwrap() > 0 {
        let begins = rest.len() >= needle.len() - 1 && rest[..needle.len() - 1] == needle[1..];
        count += usize::from(begins);
    }
    count
}

/// How a text may lie in memory.
fn forms(text: &str) -> [Vec<u8>; 2] {
    [text.as_bytes().to_vec(), text.encode_utf16().flat_map(u16::to_le_bytes).collect()]
}

/// How often `text` is in each of the linear memories, those without it left out.
fn found(text: &str) -> Vec<usize> {
    let count = |memory: &Vec<u8>| forms(text).iter().map(|form| count(memory, form)).sum();
    memories().iter().map(count).filter(|count| *count > 0).collect()
}

const NOWHERE: [usize; 0] = [];

/// An endpoint that looks through all memories while the one who asks waits; and what it has seen.
struct Looking {
    endpoint: Endpoint,
    seen: Arc<Mutex<Vec<Vec<usize>>>>,
}

impl Looking {
    /// It looks for `texts` and answers with what it got.
    fn for_texts(texts: &'static [&'static str]) -> Looking {
        let seen: Arc<Mutex<Vec<Vec<usize>>>> = Arc::default();
        let log = seen.clone();
        let answer = move |received: Received| {
            let log = log.clone();
            async move {
                log.lock().unwrap().extend(texts.iter().map(|text| found(text)));
                let authorization = received.header("authorization").unwrap_or_default().to_owned();
                Response::new(Full::from(authorization + &received.body))
            }
        };
        Looking { endpoint: wait(Endpoint::http(answer)), seen }
    }

    /// For each look, and in it for each text, how often it was in the memories that had it.
    fn take(&self) -> Vec<Vec<usize>> {
        std::mem::take(&mut self.seen.lock().unwrap())
    }

    fn run(&self, function: &Function, settings: serde_json::Value, limits: &Limits) -> Run {
        let mut settings = settings;
        settings["url"] = json!(self.endpoint.url());
        wait(function.run(TRACK, &settings.to_string(), limits)).unwrap()
    }
}

/// Nobody else writes these: they are put together in the function alone.
const MARK: &str = "~mark-of-the-first-event~";
const OWN: &str = "~mark-of-the-second-event~";

/// Writes a mark wherever a function can, asks the endpoint to look, then does what the settings say.
const WRITER: &str = r#"
let kept = [];
const closure = (() => { let inside; return { set: (value) => { inside = value; }, get: () => inside }; })();
class Holder { static kept; #own; hold(value) { this.#own = value; Holder.kept = this; } }
const weak = new WeakMap(), symbol = Symbol('kept'), map = new Map();
async function onTrack(event, settings) {
  const mark = ['~mark', 'of', 'the', settings.number, 'event~'].join('-');
  const wide = mark + '\u0100';
  globalThis.kept = mark; kept.push(mark, wide); closure.set(mark); new Holder().hold(mark);
  for (const each of [Object, Array, String, Number, Boolean, Function, Promise, Map, Set, RegExp, Date, Error, Symbol, Uint8Array, ArrayBuffer, Headers, Request, Response, URL, Buffer]) {
    each.kept = mark; each.prototype.kept = [mark];
  }
  JSON.kept = Math.kept = Reflect.kept = console.kept = cache.kept = mark;
  weak.set(kept, mark); map.set(mark, mark); Symbol.for(mark); kept[symbol] = mark; Object.defineProperty(globalThis, mark, { value: mark });
  const bytes = new TextEncoder().encode(mark);
  kept.push(bytes, Buffer.from(mark), Buffer.from(wide, 'utf16le'), new Uint8Array(3e6).fill(1));
  const large = Buffer.alloc(2e6); for (let at = 0; at + bytes.length < large.length; at += 4096) large.set(bytes, at); kept.push(large);
  // Memory that is given back at once.
  for (let round = 0; round < 50; round++) { let text = ''; for (let at = 0; at < 200; at++) text += mark; text.split('-').join('+'); Buffer.from(text); }
  /(~mark.*~)/.exec(mark); kept.push(new Error(mark), new URL('https://a.example/' + mark), new Headers({ a: mark }), new Response(mark), /* its own realm's */ new Function('return ' + JSON.stringify(mark)));
  require('crypto').createHash('sha256').update(mark); require('zlib').gzipSync(mark);
  Promise.reject(new Error(mark)).catch(() => mark); new Promise(() => mark);
  console.log(mark); process.env.KEPT = mark; require('util').kept = mark; module.exports.kept = mark;
  await cache.load(settings.key, 60000, async () => mark);
  await fetch(settings.url, { method: 'POST', body: mark, headers: { 'X-Mark': mark } });
  await ENDS[settings.ends]();
  return mark;
}
const ENDS = {
  returns: async () => {},
  throws: async () => { throw new Error(kept[0]); },
  loops: async () => { for (;;); },
  allocates: async () => { for (;;) kept.push(new Uint8Array(1e6).fill(7)); },
  recurses: async () => { const deeper = () => deeper() + 1; deeper(); },
  waits: async () => new Promise(() => {}),
  late: async () => { await new Promise((done) => setTimeout(done, 1e6)); },
};"#;

#[test]
fn nothing_of_an_event_is_in_the_memory_of_the_next() {
    let writer = function(WRITER).with_own_cache();
    let other = writer.with_own_cache();
    let looking = Looking::for_texts(&[MARK, OWN]);
    let limits = &Limits { timeout_ms_max: 10_000, fuel_max: 1_000_000_000, ..Limits::default() };
    for (ends, outcome) in [
        ("returns", "returned"),
        ("throws", "Uncaught"),
        ("loops", "OutOfFuel"),
        ("allocates", "OutOfMemory"),
        ("recurses", "StackOverflow"),
        ("waits", "Unsettled"),
        ("late", "Timeout"),
    ] {
        let limits = &Limits { timeout_ms_max: if ends == "late" { 3_000 } else { 60_000 }, ..limits.clone() };
        let settings = |number: &str, ends: &str| json!({ "number": number, "ends": ends, "key": "the same" });
        let first = looking.run(&writer, settings("first", ends), limits);
        assert!(text(&first).contains(outcome), "{ends}: {}", text(&first));
        let during = looking.take();
        assert!(during[0].iter().sum::<usize>() > 500, "the mark is not where it should be: {during:?}");
        assert_eq!(during[1], NOWHERE, "{ends}");
        assert_eq!(found(MARK), NOWHERE, "after `{ends}` the mark is still in a linear memory");
        let second = looking.run(&other, settings("second", "returns"), limits);
        let during = looking.take();
        assert_eq!(during[0], NOWHERE, "the first event's mark is in a memory during the second, after `{ends}`");
        assert_eq!(during[1].len(), 1, "the second event's mark is not where it should be: {during:?}");
        let said = serde_json::to_string(&second).unwrap();
        assert!(said.contains(OWN) && !said.contains(MARK), "{said}");
    }
}

/// What each of two destinations of one function has for itself.
const KEYS: [&str; 2] = ["~key-of-the-one-destination~", "~key-of-the-other-destination~"];

#[test]
fn settings_of_one_destination_are_in_no_other() {
    let source = "async function onTrack(event, settings) {
      console.log(settings.key, await cache.load('key', 60000, async () => settings.key));
      globalThis.kept = [settings.key + '!', Buffer.from(settings.key)];
      await fetch(settings.url, { method: 'POST', body: settings.key });
      if (settings.fails) throw new Error('with ' + settings.key);
      return settings.key;
    }";
    let one = function(source).with_own_cache();
    let other = one.with_own_cache();
    let looking = Looking::for_texts(&KEYS);
    for fails in [false, true] {
        let first = looking.run(&one, json!({ "key": KEYS[0], "fails": fails }), &Limits::default());
        assert!(looking.take()[0].iter().sum::<usize>() >= 3);
        let second = looking.run(&other, json!({ "key": KEYS[1] }), &Limits::default());
        assert_eq!(looking.take()[0], NOWHERE);
        let said = [first, second].map(|run| serde_json::to_string(&run).unwrap());
        assert!(!said[0].contains(KEYS[1]) && !said[1].contains(KEYS[0]), "{said:?}");
    }
}

#[test]
fn settings_of_two_destinations_at_a_time() {
    let source = "async function onTrack(event, settings) {
      const kept = [settings.key + '!', Buffer.from(settings.key)];
      await fetch(settings.url, { method: 'POST', body: settings.key });
      return kept.length;
    }";
    let function = function(source);
    // Each waits until both have asked; the one that asks last looks.
    let (both, memories_seen) = (Arc::new(tokio::sync::Barrier::new(2)), Arc::new(Mutex::new(Vec::new())));
    let log = memories_seen.clone();
    let endpoint = wait(Endpoint::http(move |_| {
        let (both, log) = (both.clone(), log.clone());
        async move {
            if both.wait().await.is_leader() {
                for memory in memories() {
                    log.lock().unwrap().push(KEYS.map(|key| count(&memory, key.as_bytes()) > 0));
                }
            }
            both.wait().await;
            Response::new(Full::default())
        }
    }));
    let settings = KEYS.map(|key| json!({ "key": key, "url": endpoint.url() }).to_string());
    let limits = Limits { timeout_ms_max: 60_000, ..Limits::default() };
    let destinations = [function.with_own_cache(), function.with_own_cache()];
    wait(async {
        let [one, other] = [0, 1].map(|at| destinations[at].run(TRACK, &settings[at], &limits));
        let (one, other) = tokio::join!(one, other);
        assert_eq!(
            [text(&one.unwrap()).contains("returned 2"), text(&other.unwrap()).contains("returned 2")],
            [true; 2]
        );
    });
    let seen = memories_seen.lock().unwrap().clone();
    let with = |keys: [bool; 2]| seen.iter().filter(|found| **found == keys).count();
    assert_eq!((with([true, false]), with([false, true]), with([true, true])), (1, 1, 0), "{seen:?}");
}

#[test]
fn what_is_sealed_is_in_no_memory() {
    const SECRET: &str = "~sealed-and-never-seen~";
    let looking = Looking::for_texts(&[SECRET, "sealed_"]);
    let source = "async function onTrack(event, { key, url }) {
      const told = [];
      for (let round = 0; round < 2; round++) {
        const answer = await fetch(url, { method: 'POST', body: 'the key is ' + key, headers: { Authorization: `Bearer ${key}` } });
        told.push(await answer.text());
      }
      return told;
    }";
    let mut settings = json!({ "key": { "sealed": SECRET, "hosts": ["127.0.0.1"] } });
    let sealed = Sealed::in_settings(&mut settings).unwrap();
    let run = looking.run(&function(source).with_sealed(sealed), settings, &Limits::default());
    let received = looking.endpoint.received();
    assert_eq!(received[1].header("authorization").unwrap(), format!("Bearer {SECRET}"));
    assert_eq!(received[1].body, format!("the key is {SECRET}"));
    // In the second look, the function has had the answer to the first, which gives everything back.
    for look in looking.take().chunks(2) {
        assert_eq!(look[0], NOWHERE, "the secret is in a memory");
        assert!(look[1].iter().sum::<usize>() > 0, "the token is in none");
    }
    let said = serde_json::to_string(&run).unwrap();
    assert!(said.contains("the key is sealed_") && !said.contains(SECRET), "{said}");
}

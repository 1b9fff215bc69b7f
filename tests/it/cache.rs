//! `cache`: what is kept and for how long, who computes, bounds, stores of one's own.

use crate::endpoint::Endpoint;
use crate::harness::{TRACK, check, function, limits, text, wait};
use bytes::Bytes;
use expect_test::{Expect, expect};
use fnhost::{CacheBounds, CacheEntry, CacheStore, Cached, Function, Limits, MemoryCache};
use http_body_util::Full;
use hyper::Response;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

/// Answers `/meet…` when `count` such requests are there, and everything else with its number.
async fn meeting_point(count: usize) -> Endpoint {
    let barrier = Arc::new(Barrier::new(count));
    let others = Arc::new(Mutex::new(0));
    Endpoint::http(move |received| {
        let (barrier, others) = (barrier.clone(), others.clone());
        async move {
            if received.path.starts_with("/meet") {
                barrier.wait().await;
                return Response::new(Full::<Bytes>::default());
            }
            let number = {
                let mut others = others.lock().unwrap();
                *others += 1;
                *others
            };
            Response::new(Full::from(number.to_string()))
        }
    })
    .await
}

/// The runs of events with the numbers 0 to `count - 1` at the same time, in this order, as text. `n` is an event's
/// number, `url` in the settings the endpoint.
fn together(function: &Function, count: usize, endpoint: &Endpoint, limits: &Limits) -> Vec<String> {
    let settings = format!(r#"{{"url":"{}"}}"#, endpoint.url());
    wait(async {
        let mut runs = JoinSet::new();
        for n in 0..count {
            let (function, settings, limits) = (function.clone(), settings.clone(), limits.clone());
            runs.spawn(async move {
                let event = format!(r#"{{"type":"track","n":{n}}}"#);
                (n, text(&function.run(&event, &settings, &limits).await.unwrap()))
            });
        }
        let mut runs = runs.join_all().await;
        runs.sort();
        runs.into_iter().map(|(_, text)| text).collect()
    })
}

/// The runs of `events` one after the other.
fn in_turn(function: &Function, events: &[&str], limits: &Limits) -> String {
    let run = |event: &&str| text(&wait(function.run(event, "{}", limits)).unwrap());
    events.iter().map(run).collect()
}

#[test]
fn loads_of_one_key_in_one_event_compute_once() {
    check(
        "async function onTrack() {
  let computed = 0;
  const compute = async () => { computed++; await new Promise((done) => setTimeout(done, 20)); return { computed } };
  const [one, two] = await Promise.all([cache.load('key', 60_000, compute), cache.load('key', 60_000, compute)]);
  const three = await cache.load('key', 60_000, compute);
  return [one, one === two, three, three === one, computed];
}",
        TRACK,
        expect![[r#"
            onTrack returned [{"computed":1},true,{"computed":1},false,1]
        "#]],
    );
}

#[test]
fn loads_of_one_key_in_twenty_events_compute_once() {
    let endpoint = wait(meeting_point(20));
    // The computation ends when every event has asked for the value.
    let function = function(
        "async function onTrack(event, settings) {
  let own = false;
  const value = cache.load('token', 60_000, async () => {
    own = true;
    const meeting = await fetch(settings.url + '/meet');
    return { number: await (await fetch(settings.url)).text() };
  });
  await new Promise((done) => setTimeout(done, 1));
  if (!own) await fetch(settings.url + '/meet');
  return (await value).number;
}",
    );
    let runs = together(&function, 20, &endpoint, &limits("timeout_ms_max", 60_000));
    let returned = runs.iter().map(|run| run.lines().next().unwrap()).collect::<Vec<_>>();
    assert_eq!(returned, ["onTrack returned \"1\""; 20]);
}

#[test]
fn who_computes_may_fail_in_any_way_and_another_goes_on() {
    let failures = [
        "throw new RetryError('not now')",
        "for (;;);",
        "for (const all = [];;) all.push(new Uint8Array(1 << 20))",
        "return new Promise(() => {})",
        "throw finish()",
    ];
    for failure in failures {
        let endpoint = wait(meeting_point(2));
        // The first to compute fails when the other has asked for the value.
        let function = function(&format!(
            "async function onTrack(event, settings) {{
  let finish;
  const finished = new Promise((resolve) => {{ finish = resolve }});
  let own = false;
  const value = cache.load('key', 60_000, async () => {{
    own = true;
    const number = await (await fetch(settings.url + '/number')).text();
    if (number !== '1') return number;
    await fetch(settings.url + '/meet');
    {failure};
  }});
  await new Promise((done) => setTimeout(done, 1));
  if (!own) await fetch(settings.url + '/meet');
  return await Promise.race([value, finished]) ?? 'it went away';
}}"
        ));
        let mut limits = limits("timeout_ms_max", 2_000);
        limits.fuel_max = 500_000_000;
        let runs = together(&function, 2, &endpoint, &limits);
        let good = runs.iter().filter(|run| *run == "onTrack returned \"2\"\n").count();
        assert!(runs.iter().any(|run| run.contains("returned \"2\"")), "{failure}: {runs:#?}");
        assert_eq!(good, 1, "{failure}: {runs:#?}");
    }
}

#[test]
fn loads_in_opposite_orders_do_not_wait_for_each_other() {
    let endpoint = wait(meeting_point(2));
    let function = function(
        "async function onTrack(event, settings) {
  const [first, second] = event.n === 0 ? ['a', 'b'] : ['b', 'a'];
  return cache.load(first, 60_000, async () => {
    await fetch(settings.url + '/meet');
    return first + await cache.load(second, 60_000, async () => second);
  });
}",
    );
    let runs = together(&function, 2, &endpoint, &Limits::default());
    let ended = |run: &String| matches!(run.trim(), "onTrack returned \"ab\"" | "onTrack returned \"ba\"" | "onTrack returned \"aba\"" | "onTrack returned \"bab\"");
    assert!(runs.iter().all(ended), "{runs:#?}");
}

#[test]
fn a_load_inside_its_own_computation() {
    check(
        "async function onTrack() {
  const log = [];
  log.push(await cache.load('a', 60_000, async () => `outer ${await cache.load('a', 60_000, async () => 'inner')}`));
  log.push(await cache.load('a', 60_000, () => 'never'));
  log.push(await cache.load('b', 60_000, () => cache.load('c', 60_000, () => cache.load('b', 60_000, () => 'innermost'))));
  log.push(await cache.load('c', 60_000, () => 'never'));
  return log;
}",
        TRACK,
        expect![[r#"
            onTrack returned ["outer inner","outer inner","innermost","innermost"]
        "#]],
    );
    // Nothing can tell such a load from one beside it: it waits half of the time that is left.
    let source = "async function onTrack() {
  return cache.load('a', 60_000, async () => {
    await null;
    return `outer ${await cache.load('a', 60_000, async () => 'inner')}`;
  });
}";
    let run = wait(function(source).run(TRACK, "{}", &limits("timeout_ms_max", 1_000))).unwrap();
    assert_eq!(text(&run), "onTrack returned \"outer inner\"\n");
}

#[test]
fn errors_are_those_that_were_thrown() {
    check(
        "async function onTrack(event) {
  const error = new RetryError('not now');
  const compute = async () => { await null; throw error };
  const loads = [cache.load('key', 1000, compute), cache.load('key', 1000, compute), cache.load('key', () => { throw error })];
  const settled = await Promise.allSettled(loads);
  const later = await cache.load('key', 1000, () => 'after the error');
  return [settled.map(({ reason }) => reason === error && reason instanceof RetryError), later];
}",
        TRACK,
        expect![[r#"
            onTrack returned [[true,true,true],"after the error"]
        "#]],
    );
    check(
        "class Own extends RetryError {}
async function onTrack() { return cache.load('key', 1000, async () => { throw new Own('mine') }) }",
        TRACK,
        expect![[r#"
            onTrack failed: RetryError, retry: Retrying
            RetryError: mine
        "#]],
    );
}

#[test]
fn what_is_no_json_is_computed_every_time_and_said_once() {
    check(
        "class Client { send() {} }
async function onTrack() {
  let computed = 0;
  const values = [undefined, () => {}, new Map(), new Date(0), NaN, 10n, [new Client()], { deep: { is: Symbol('s') } },
    { toJSON: () => 1 }, new Uint8Array(2), [, 1], Object.create({ inherited: 1 }), new Proxy({}, { getPrototypeOf() { throw 1 } })];
  for (const [index, value] of values.entries()) {
    for (let times = 0; times < 2; times++) {
      const loaded = await cache.load(`key ${index}`, 60_000, () => { computed++; return value });
      if (!Object.is(loaded, value)) throw new Error(`another value of ${index}`);
    }
  }
  return [values.length, computed];
}",
        TRACK,
        expect![""],
    );
    let both = function(
        "async function onTrack(event) {
  const value = cache.load('client', -1, async () => new Map([['n', event.n]]));
  return [(await value).get('n'), await cache.load('client', -1, async () => new Map()) instanceof Map];
}",
    );
    let runs = in_turn(&both, &[r#"{"type":"track","n":1}"#, r#"{"type":"track","n":2}"#], &Limits::default());
    expect![""].assert_eq(&runs);
}

#[test]
fn events_that_wait_for_what_is_no_json_compute_it_side_by_side() {
    let endpoint = wait(meeting_point(8));
    let gathering = wait(meeting_point(7));
    // The first to compute ends when all have asked; the others meet while they compute.
    let function = function(&format!(
        "async function onTrack(event, settings) {{
  let first = false;
  const value = cache.load('key', 60_000, async () => {{
    first = (await (await fetch(settings.url)).text()) === '1';
    await fetch(first ? settings.url + '/meet' : '{}/meet');
    return new Map([[event.n, 1]]);
  }});
  await new Promise((done) => setTimeout(done, 1));
  if (!first) await fetch(settings.url + '/meet');
  return (await value).has(event.n);
}}",
        gathering.url()
    ));
    // Only the one that computes first knows that it is; the others ask as well, and are eight with it.
    let runs = together(&function, 8, &endpoint, &limits("timeout_ms_max", 60_000));
    assert!(runs.iter().all(|run| run.starts_with("onTrack returned true\n")), "{runs:#?}");
}

#[test]
fn deleting_what_is_being_computed() {
    check(
        "async function onTrack() {
  let release;
  const gate = new Promise((resolve) => { release = resolve });
  const old = cache.load('key', 60_000, async () => { await gate; return 'old' });
  await new Promise((done) => setTimeout(done, 1));
  cache.delete('key');
  const fresh = await cache.load('key', 60_000, () => 'new');
  release();
  return [await old, fresh, await cache.load('key', 60_000, () => 'never')];
}",
        TRACK,
        expect![[r#"
            onTrack returned ["old","new","new"]
        "#]],
    );
}

#[test]
fn times() {
    let source = "async function onTrack(event) {
  let computed = 0;
  const compute = () => { computed++; return event.n };
  for (const [key, ttl] of [['a', 1000], ['b', -1], ['c', undefined], ['d', null], ['e', 0], ['f', '1000'], ['g', 1e300],
    ['h', NaN], ['i', 1000.9], ['j', -5]]) await cache.load(key, ttl, compute);
  await cache.load('k', compute);
  return computed;
}";
    let function = function(source);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let out = runtime.block_on(async {
        let mut out = String::new();
        for advance_ms in [0, 0, 999, 1, 1 << 40] {
            tokio::time::advance(Duration::from_millis(advance_ms)).await;
            let run = function.run(TRACK, "{}", &Limits::default()).await.unwrap();
            out += &format!("after {advance_ms} ms: {}", text(&run));
        }
        out
    });
    expect![""].assert_eq(&out);
}

/// `keys` put one after the other, and which of them are there afterwards.
async fn kept(cache: &MemoryCache, keys: &[&str], bounds: CacheBounds) -> String {
    for key in keys {
        let ttl = key.starts_with("short").then(|| Duration::from_millis(10));
        cache.set(key, CacheEntry { value: format!("{key} "), ttl }, bounds).await;
    }
    let mut out = String::new();
    for key in keys {
        out += &cache.get(key).await.unwrap_or_else(|| "- ".to_owned());
    }
    out
}

#[test]
fn memory_makes_room_for_what_is_new() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let three = CacheBounds { entries_max: 3, bytes_max: 10_000 };
        let cache = MemoryCache::default();
        assert_eq!(kept(&cache, &["a", "b", "c", "d"], three).await, "- b c d ");
        // What was read last stays longest.
        assert_eq!(cache.get("b").await.as_deref(), Some("b "));
        assert_eq!(kept(&cache, &["e", "f"], three).await, "e f ");
        assert_eq!(cache.get("b").await.as_deref(), Some("b "));
        assert_eq!(cache.get("d").await, None);
        // What has expired goes first.
        assert_eq!(kept(&cache, &["short"], three).await, "short ");
        tokio::time::advance(Duration::from_millis(10)).await;
        assert_eq!(kept(&cache, &["g"], three).await, "g ");
        assert_eq!(cache.get("b").await.as_deref(), Some("b "));
        // Bytes count as entries do; each has 64 beside its key and value.
        let bytes = CacheBounds { entries_max: 100, bytes_max: 2 * (64 + 3) };
        assert_eq!(kept(&MemoryCache::default(), &["a", "b", "c"], bytes).await, "- b c ");
        assert_eq!(kept(&cache, &["h"], CacheBounds { entries_max: 3, bytes_max: 10 }).await, "- ");
        cache.delete("b").await;
        cache.delete("b").await;
        assert_eq!(cache.get("b").await, None);
    });
}

#[test]
fn bounds_of_a_destination() {
    let source = "async function onTrack(event) {
  const computed = [];
  for (const key of event.keys) await cache.load(key, -1, () => { computed.push(key); return 'x'.repeat(event.size ?? 1) });
  return computed;
}";
    let few = function(source);
    let events = [r#"{"type":"track","keys":["a","b","c","a"]}"#, r#"{"type":"track","keys":["a","b","c"]}"#];
    expect![[r#"
        onTrack returned ["a","b","c","a"]
        onTrack returned ["b","c","a"]
    "#]]
    .assert_eq(&in_turn(&few, &events, &limits("cache_entries_max", 2)));
    let event = r#"{"type":"track","keys":["a","a","b","b"],"size":1000}"#;
    expect![[r#"
        onTrack returned ["a","a","b","b"]
        [warn] a value for the cache has 1065 bytes and is not kept: more than an eighth of the limit 8000 (`cache_bytes_max`)
    "#]]
    .assert_eq(&in_turn(&function(source), &[event], &limits("cache_bytes_max", 8_000)));
}

#[test]
fn hostile_loads() {
    let source = "async function onTrack(event) {
  const key = (await import.meta, 'x').repeat(3 << 20);
  let computed = 0;
  for (let times = 0; times < 2; times++) await cache.load(key, -1, () => { computed++; return 1 });
  const never = Array.from({ length: 3000 }, (_, index) => cache.load(`never ${index}`, -1, () => new Promise(() => {})));
  await new Promise((done) => setTimeout(done, 1));
  // More than there may be at a time: these are computed for this event alone.
  const after = [];
  for (const key of ['never 1', 'after', 'after']) after.push(await cache.load(key, -1, () => `${key} ${++computed}`));
  return [computed, after];
}"
    .replace("(await import.meta, 'x')", "'x'");
    let function = function(&source);
    let runs = in_turn(&function, &[TRACK, TRACK], &Limits::default());
    expect![""].assert_eq(&runs);
    check(
        "async function onTrack() {
  const results = [];
  for (const given of [[], ['a'], ['a', 1], ['a', 1, 'text'], [Symbol('s'), 1, () => 1], ['a', 1, () => 1], [1, -1, () => 'one'],
    ['1', -1, () => 'never'], ['\\ud800', -1, () => '\\ud800'], [{ toString() { throw new Error('no text') } }, 1, () => 1]]) {
    try { results.push(await cache.load(...given)) } catch (error) { results.push(String(error)) }
  }
  return results;
}",
        TRACK,
        expect![""],
    );
}

/// A store that writes down what it is asked.
#[derive(Clone, Default)]
struct Recording {
    calls: Arc<Mutex<Vec<String>>>,
    memory: Arc<MemoryCache>,
}

impl CacheStore for Recording {
    fn get<'a>(&'a self, key: &'a str) -> Cached<'a, Option<String>> {
        self.calls.lock().unwrap().push(format!("get {key}"));
        self.memory.get(key)
    }

    fn set<'a>(&'a self, key: &'a str, entry: CacheEntry, bounds: CacheBounds) -> Cached<'a, ()> {
        self.calls.lock().unwrap().push(format!("set {key} {} {:?} {bounds:?}", entry.value, entry.ttl));
        self.memory.set(key, entry, bounds)
    }

    fn delete<'a>(&'a self, key: &'a str) -> Cached<'a, ()> {
        self.calls.lock().unwrap().push(format!("delete {key}"));
        self.memory.delete(key)
    }
}

#[test]
fn a_store_of_ones_own() {
    let store = Recording::default();
    let function = function(
        "async function onTrack() {
  await cache.load('a', 1500, () => ({ text: 'é' }));
  await cache.load('b', () => [1]);
  cache.delete('a');
  return cache.load('b', () => 'never');
}",
    );
    let function = function.with_cache(store.clone());
    check_text(&in_turn(&function, &[TRACK], &Limits::default()), expect![[r#"
        onTrack returned [1]
    "#]]);
    check_text(&store.calls.lock().unwrap().join("\n"), expect![""]);
    // Two functions with one store have one cache, a clone as well; another has its own.
    let other = function.with_own_cache();
    assert_eq!(in_turn(&other, &[TRACK], &Limits::default()), "onTrack returned [1]\n");
}

fn check_text(text: &str, expected: Expect) {
    expected.assert_eq(text);
}

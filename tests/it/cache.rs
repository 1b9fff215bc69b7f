//! `cache`: what is kept and for how long, who computes, bounds, stores of one's own.

use crate::endpoint::Endpoint;
use crate::harness::{TRACK, check, function, limits, text, wait};
use bytes::Bytes;
use expect_test::{Expect, expect};
use fnhost::{CacheBounds, CacheEntry, CacheStore, Cached, Function, Limits, MemoryCache};
use http_body_util::Full;
use hyper::Response;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Counts requests for `/meet/NAME`, answers `/gate/NAME/COUNT` when there were so many, and everything else with its number.
async fn meeting_point() -> Endpoint {
    let (met, _) = watch::channel(HashMap::<String, usize>::new());
    let others = Arc::new(AtomicUsize::new(0));
    Endpoint::http(move |received| {
        let (met, others) = (met.clone(), others.clone());
        async move {
            let mut answer = String::new();
            match received.path.split('/').collect::<Vec<_>>()[..] {
                [_, "meet", name] => met.send_modify(|met| *met.entry(name.to_owned()).or_default() += 1),
                [_, "gate", name, count] => {
                    let count: usize = count.parse().unwrap();
                    let is_open = |met: &HashMap<String, usize>| met.get(name).is_some_and(|met| *met >= count);
                    met.subscribe().wait_for(is_open).await.unwrap();
                }
                _ => answer = (others.fetch_add(1, Ordering::SeqCst) + 1).to_string(),
            }
            Response::new(Full::<Bytes>::from(answer))
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
    let endpoint = wait(meeting_point());
    // The computation ends when every event has asked for the value.
    let function = function(
        "async function onTrack(event, { url }) {
  const value = cache.load('token', 60_000, async () => {
    await fetch(`${url}/gate/all/20`);
    return { number: await (await fetch(url)).text() };
  });
  await fetch(`${url}/meet/all`);
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
        "finish(); return new Promise(() => {})",
    ];
    for failure in failures {
        let endpoint = wait(meeting_point());
        // The first to compute fails when the other has asked for the value.
        let function = function(&format!(
            "async function onTrack(event, {{ url }}) {{
  let finish;
  const finished = new Promise((resolve) => {{ finish = resolve }});
  const value = cache.load('key', 60_000, async () => {{
    const number = await (await fetch(url)).text();
    if (number !== '1') return number;
    await fetch(`${{url}}/gate/both/2`);
    {failure};
  }});
  await fetch(`${{url}}/meet/both`);
  return await Promise.race([value, finished]) ?? 'it went away';
}}"
        ));
        let limits = Limits { timeout_ms_max: 4_000, fuel_max: 500_000_000, ..Limits::default() };
        let runs = together(&function, 2, &endpoint, &limits);
        let good = runs.iter().filter(|run| run.starts_with("onTrack returned \"2\"\n")).count();
        assert_eq!(good, 1, "{failure}: {runs:#?}");
    }
}

#[test]
fn loads_in_opposite_orders_do_not_wait_for_each_other() {
    let endpoint = wait(meeting_point());
    let function = function(
        "async function onTrack(event, { url }) {
  const [first, second] = event.n === 0 ? ['a', 'b'] : ['b', 'a'];
  return cache.load(first, 60_000, async () => {
    await fetch(`${url}/meet/both`);
    await fetch(`${url}/gate/both/2`);
    return first + await cache.load(second, 60_000, async () => second);
  });
}",
    );
    let runs = together(&function, 2, &endpoint, &Limits::default());
    // One of them has the other's value, or both have computed both.
    let good = ["\"ab", "\"ba"];
    let ended = |run: &String| good.iter().any(|start| run.starts_with(&format!("onTrack returned {start}")));
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
        expect![[r#"
            onTrack returned [13,26]
            [warn] cache.load: the value of 'key 0' is not kept, as it is not JSON (undefined); it is computed every time
            [warn] cache.load: the value of 'key 1' is not kept, as it is not JSON (a function); it is computed every time
            [warn] cache.load: the value of 'key 2' is not kept, as it is not JSON (a Map); it is computed every time
            [warn] cache.load: the value of 'key 3' is not kept, as it is not JSON (a Date); it is computed every time
            [warn] cache.load: the value of 'key 4' is not kept, as it is not JSON (NaN); it is computed every time
            [warn] cache.load: the value of 'key 5' is not kept, as it is not JSON (a bigint); it is computed every time
            [warn] cache.load: the value of 'key 6' is not kept, as it is not JSON (a Client); it is computed every time
            [warn] cache.load: the value of 'key 7' is not kept, as it is not JSON (a symbol); it is computed every time
            [warn] cache.load: the value of 'key 8' is not kept, as it is not JSON (an object with methods); it is computed every time
            [warn] cache.load: the value of 'key 9' is not kept, as it is not JSON (a Uint8Array); it is computed every time
            [warn] cache.load: the value of 'key 10' is not kept, as it is not JSON (undefined); it is computed every time
            [warn] cache.load: the value of 'key 11' is not kept, as it is not JSON (an object with methods); it is computed every time
            [warn] cache.load: the value of 'key 12' is not kept, as it is not JSON (it cannot be read); it is computed every time
        "#]],
    );
    let both = function(
        "async function onTrack(event) {
  const value = cache.load('client', -1, async () => new Map([['n', event.n]]));
  return [(await value).get('n'), await cache.load('client', -1, async () => new Map()) instanceof Map];
}",
    );
    let runs = in_turn(&both, &[r#"{"type":"track","n":1}"#, r#"{"type":"track","n":2}"#], &Limits::default());
    expect![[r#"
        onTrack returned [1,true]
        [warn] cache.load: the value of 'client' is not kept, as it is not JSON (a Map); it is computed every time
        onTrack returned [2,true]
        [warn] cache.load: the value of 'client' is not kept, as it is not JSON (a Map); it is computed every time
    "#]]
    .assert_eq(&runs);
}

#[test]
fn events_that_wait_for_what_is_no_json_compute_it_side_by_side() {
    let endpoint = wait(meeting_point());
    // The first to compute ends when all have asked; the others, when all of them compute.
    let function = function(
        "async function onTrack(event, { url }) {
  const value = cache.load('key', 60_000, async () => {
    const isFirst = (await (await fetch(url)).text()) === '1';
    if (!isFirst) await fetch(`${url}/meet/others`);
    await fetch(isFirst ? `${url}/gate/all/8` : `${url}/gate/others/7`);
    return new Map([[event.n, 1]]);
  });
  await fetch(`${url}/meet/all`);
  return (await value).has(event.n);
}",
    );
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
  const compute = () => { computed++; return 1 };
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
    expect![[r#"
        after 0 ms: onTrack returned 11
        after 0 ms: onTrack returned 1
        after 999 ms: onTrack returned 1
        after 1 ms: onTrack returned 4
        after 1099511627776 ms: onTrack returned 4
    "#]]
    .assert_eq(&out);
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
        onTrack returned ["b","c"]
    "#]]
    .assert_eq(&in_turn(&few, &events, &limits("cache_entries_max", 2)));
    let event = r#"{"type":"track","keys":["a","a","b","b"],"size":1000}"#;
    expect![[r#"
        onTrack returned ["a","a","b","b"]
        [warn] a value for the cache has 1067 bytes and is not kept: more than an eighth of the limit 8000 (`cache_bytes_max`)
    "#]]
    .assert_eq(&in_turn(&function(source), &[event], &limits("cache_bytes_max", 8_000)));
}

#[test]
fn hostile_loads() {
    let source = "async function onTrack(event) {
  const key = 'x'.repeat(3 << 20);
  let computed = 0;
  for (let times = 0; times < 2; times++) await cache.load(key, -1, () => { computed++; return 1 });
  const never = Array.from({ length: 3000 }, (_, index) => cache.load(`never ${index}`, -1, () => new Promise(() => {})));
  await new Promise((done) => setTimeout(done, 1));
  // More than there may be at a time: these are computed for this event alone.
  const after = [];
  for (const key of ['never 1', 'after', 'after']) after.push(await cache.load(key, -1, () => `${key} ${++computed}`));
  return [computed, after];
}";
    let function = function(source);
    let runs = in_turn(&function, &[TRACK, TRACK], &Limits::default());
    expect![[r#"
        onTrack returned [5,["never 1 3","after 4","after 5"]]
        onTrack returned [5,["never 1 3","after 4","after 5"]]
    "#]]
    .assert_eq(&runs);
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
        expect![[r#"
            onTrack returned ["TypeError: cache.load needs a function that computes the value","TypeError: cache.load needs a function that computes the value","TypeError: cache.load needs a function that computes the value","TypeError: cache.load needs a function that computes the value","TypeError: Cannot convert a Symbol value to a string",1,"one","one","\ud800","Error: no text"]
        "#]],
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
    check_text(
        &in_turn(&function, &[TRACK], &Limits::default()),
        expect![[r#"
        onTrack returned [1]
    "#]],
    );
    check_text(
        &store.calls.lock().unwrap().join("\n"),
        expect![[r#"
        get a
        get a
        set a {"text":"é"} Some(1.5s) CacheBounds { entries_max: 1000, bytes_max: 8388608 }
        get b
        get b
        set b [1] None CacheBounds { entries_max: 1000, bytes_max: 8388608 }
        delete a
        get b"#]],
    );
    // Two functions with one store have one cache, a clone as well; another has its own.
    let other = function.with_own_cache();
    assert_eq!(in_turn(&other, &[TRACK], &Limits::default()), "onTrack returned [1]\n");
}

fn check_text(text: &str, expected: Expect) {
    expected.assert_eq(text);
}

//! Many runs at a time: good and bad ones side by side, turns, runs that are dropped.

use crate::endpoint::Endpoint;
use crate::harness::{TRACK, blank_asked, function, host, limits, options, text, wait};
use bytes::Bytes;
use expect_test::expect;
use fnhost::{Function, Host, Limits, Outcome, Run};
use http_body_util::Full;
use hyper::Response;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

/// How many things an event can ask [`mixed`] for.
const KINDS: usize = 8;

/// A function that does what the event says, a good thing or a bad one.
fn mixed(endpoint: &Endpoint) -> Function {
    function(&format!(
        "let calls = 0;
async function onTrack(event, settings) {{
  calls++;
  switch (event.kind) {{
    case 0: return [event.n, calls];
    case 1: for (;;);
    case 2: {{ const all = []; for (;;) all.push(new Uint8Array(1 << 20)); }}
    case 3: return new Promise(() => {{}});
    case 4: throw new Error(`thrown by ${{event.n}}`);
    case 5: return [event.n, await (await fetch(`{}/${{event.n}}`)).text()];
    case 6: {{ const recurse = () => recurse() + 1; return recurse(); }}
    case 7: await new Promise((resolve) => setTimeout(resolve, 5)); return [event.n, 'slept'];
  }}
}}",
        endpoint.url()
    ))
}

/// The run's outcome without what differs from run to run of its kind.
fn outcome(run: &Run, n: usize) -> String {
    let text = text(run)
        .replace(&format!("[{n},"), "[n,")
        .replace(&format!("by {n}\n"), "by n\n")
        .replace(&format!("/{n}\""), "/n\"");
    text.lines().next().unwrap_or_default().to_owned()
        + " "
        + text.lines().nth(1).filter(|_| text.contains("failed")).unwrap_or_default()
}

#[test]
fn two_hundred_runs_good_and_bad() {
    // Every good fetch waits until all of them are under way.
    let barrier = Arc::new(Barrier::new(200 / KINDS));
    let endpoint = wait(Endpoint::http(move |received| {
        let barrier = barrier.clone();
        async move {
            barrier.wait().await;
            Response::new(Full::from(received.path))
        }
    }));
    let function = mixed(&endpoint);
    let limits =
        Limits { fuel_max: 200_000_000, memory_bytes_max: 16 << 20, timeout_ms_max: 60_000, ..Limits::default() };
    let outcomes = wait(async {
        let mut runs = JoinSet::new();
        for n in 0..200 {
            let (function, limits) = (function.clone(), limits.clone());
            runs.spawn(async move {
                let event = format!(r#"{{"type":"track","n":{n},"kind":{}}}"#, n % KINDS);
                let run = function.run(&event, "{}", &limits).await.unwrap();
                (n % KINDS, outcome(&run, n))
            });
        }
        runs.join_all().await
    });
    let mut counted = std::collections::BTreeMap::new();
    for outcome in outcomes {
        *counted.entry(outcome).or_insert(0) += 1;
    }
    let lines: Vec<_> = counted
        .iter()
        .map(|((kind, outcome), count)| format!("{count} of kind {kind}: {}\n", blank_asked(outcome.trim_end())))
        .collect();
    expect![[r#"
        25 of kind 0: onTrack returned [n,1]
        25 of kind 1: onTrack failed: OutOfFuel: Broken OutOfFuel: function used 200000000 units of fuel, limit 200000000 (`fuel_max`)
        25 of kind 2: onTrack failed: OutOfMemory: Broken OutOfMemory: function asked for ASKED bytes of memory, limit 16777216 (`memory_bytes_max`)
        25 of kind 3: onTrack failed: Unsettled: Broken Unsettled: the handler's promise never settles: it waits for something that cannot happen
        25 of kind 4: onTrack failed: Uncaught: BadRequest Error: thrown by n
        25 of kind 5: onTrack returned [n,"/n"]
        25 of kind 6: onTrack failed: StackOverflow: Broken StackOverflow: function used more than 524288 bytes of stack, limit 524288 (`stack_bytes_max`)
        25 of kind 7: onTrack returned [n,"slept"]
    "#]].assert_eq(&lines.concat());
}

#[test]
fn more_events_than_instances_wait_for_their_turn() {
    let small = Host::new(options().instances_max(3)).unwrap();
    let under_way = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let (now, top) = (under_way.clone(), most.clone());
    let endpoint = wait(Endpoint::http(move |_| {
        let (now, top) = (now.clone(), top.clone());
        async move {
            top.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            now.fetch_sub(1, Ordering::SeqCst);
            Response::new(Full::<Bytes>::default())
        }
    }));
    let source = format!("async function onTrack(event) {{ await fetch('{}'); return event.n }}", endpoint.url());
    let built = wait(fnhost_build::build(&small, "function.js", &source, &Limits::default())).unwrap();
    let function = small.load(&built.component).unwrap();
    let mut values = wait(async {
        let mut runs = JoinSet::new();
        for n in 0..50 {
            let function = function.clone();
            runs.spawn(async move {
                let run =
                    function.run(&format!(r#"{{"type":"track","n":{n}}}"#), "{}", &Limits::default()).await.unwrap();
                let Outcome::Returned { value } = run.outcome else { panic!("{run:?}") };
                value.get().parse::<usize>().unwrap()
            });
        }
        runs.join_all().await
    });
    values.sort_unstable();
    assert_eq!(values, (0..50).collect::<Vec<_>>());
    assert!(most.load(Ordering::SeqCst) <= 3, "{} at a time", most.load(Ordering::SeqCst));
}

#[test]
fn waiting_for_a_turn_is_no_part_of_the_time_limit() {
    let small = Host::new(options().instances_max(1)).unwrap();
    let gate = Arc::new(Barrier::new(2));
    let (open, reached) = (gate.clone(), gate);
    let endpoint = wait(Endpoint::http(move |_| {
        let open = open.clone();
        async move {
            // Once when the request is here, once when it may go on.
            open.wait().await;
            open.wait().await;
            Response::new(Full::<Bytes>::default())
        }
    }));
    let source = format!(
        "async function onTrack(event) {{ return event.slow ? (await fetch('{}')).status : 'quick' }}",
        endpoint.url()
    );
    let built = wait(fnhost_build::build(&small, "function.js", &source, &Limits::default())).unwrap();
    let function = small.load(&built.component).unwrap();
    let (slow, quick) = wait(async {
        let (first, second) = (function.clone(), function.clone());
        let mut slow = JoinSet::new();
        slow.spawn(
            async move { first.run(r#"{"type":"track","slow":true}"#, "{}", &Limits::default()).await.unwrap() },
        );
        reached.wait().await;
        let mut quick = JoinSet::new();
        quick.spawn(async move { second.run(TRACK, "{}", &limits("timeout_ms_max", 500)).await.unwrap() });
        // The second one's time would be over before the first one gives way.
        tokio::time::timeout(std::time::Duration::from_millis(700), quick.join_next())
            .await
            .expect_err("its turn is not yet");
        reached.wait().await;
        (slow.join_next().await.unwrap().unwrap(), quick.join_next().await.unwrap().unwrap())
    });
    expect![[r#"
        onTrack returned 200
        GET http://127.0.0.1:PORT/: 200
    "#]]
    .assert_eq(&text(&slow));
    expect![[r#"
        onTrack returned "quick"
    "#]]
    .assert_eq(&text(&quick));
}

#[test]
fn a_function_runs_on_several_threads() {
    let function = function("function onTrack(event) { return event.n * 2 }");
    let values: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|n| {
                let function = function.clone();
                scope.spawn(move || {
                    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                    let event = format!(r#"{{"type":"track","n":{n}}}"#);
                    text(&runtime.block_on(function.run(&event, "{}", &Limits::default())).unwrap())
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    expect![[r#"
        onTrack returned 0
        onTrack returned 2
        onTrack returned 4
        onTrack returned 6
    "#]]
    .assert_eq(&values.concat());
}

#[test]
fn a_dropped_run_leaves_the_host_usable() {
    let small = Host::new(options().instances_max(2)).unwrap();
    let arrived = Arc::new(Barrier::new(2));
    let seen = arrived.clone();
    let endpoint = wait(Endpoint::http(move |_| {
        let seen = seen.clone();
        async move {
            seen.wait().await;
            std::future::pending().await
        }
    }));
    let source = format!(
        "async function onTrack(event) {{ if (event.hang) await fetch('{}'); if (event.spin) for (;;); return 'fine' }}",
        endpoint.url()
    );
    let built = wait(fnhost_build::build(&small, "function.js", &source, &Limits::default())).unwrap();
    let function = small.load(&built.component).unwrap();
    let limits = Limits::default();
    wait(async {
        // More of each than there are instances: a slot that is not given back would show.
        for _ in 0..4 {
            tokio::select! {
                run = function.run(r#"{"type":"track","hang":true}"#, "{}", &limits) => panic!("{run:?}"),
                _ = arrived.wait() => {}
            }
        }
        for _ in 0..4 {
            let spin = function.run(r#"{"type":"track","spin":true}"#, "{}", &limits);
            tokio::time::timeout(std::time::Duration::from_millis(20), spin).await.expect_err("it spins");
        }
    });
    let runs: Vec<_> = (0..4).map(|_| text(&wait(function.run(TRACK, "{}", &Limits::default())).unwrap())).collect();
    expect![[r#"
        onTrack returned "fine"
        onTrack returned "fine"
        onTrack returned "fine"
        onTrack returned "fine"
    "#]]
    .assert_eq(&runs.concat());
}

#[test]
fn a_spinning_run_does_not_keep_others_from_running() {
    let function = function("function onTrack(event) { if (event.spin) for (;;); return 'fine' }");
    // One thread for both, and the one that spins begins.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let limits = Limits::default();
    let fine = runtime.block_on(async {
        let spin = function.run(r#"{"type":"track","spin":true}"#, "{}", &limits);
        let fine = function.run(TRACK, "{}", &limits);
        tokio::select! {
            biased;
            run = spin => panic!("{run:?}"),
            run = fine => run.unwrap(),
        }
    });
    expect![[r#"
        onTrack returned "fine"
    "#]]
    .assert_eq(&text(&fine));
}

#[test]
fn a_function_outlives_the_host_it_came_from() {
    let other = Host::new(options()).unwrap();
    let built = wait(fnhost_build::build(
        host(),
        "function.js",
        "function onTrack() { return 'still here' }",
        &Limits::default(),
    ));
    let function = other.load(&built.unwrap().component).unwrap();
    drop(other);
    expect![[r#"
        onTrack returned "still here"
    "#]]
    .assert_eq(&text(&wait(function.run(TRACK, "{}", &Limits::default())).unwrap()));
}

#[test]
fn a_slow_function_does_not_hold_back_its_requests() {
    let fine = wait(Endpoint::saying("fine"));
    let source = format!(
        "async function onTrack() {{
           const sent = fetch('{}');
           let sum = 0;
           for (let n = 0; n < 300000; n++) sum += n;
           return [sum, await (await sent).text()];
         }}",
        fine.url()
    );
    expect![[r#"
        onTrack returned [44999850000,"fine"]
        GET http://127.0.0.1:PORT/: 200
    "#]]
    .assert_eq(&text(&wait(function(&source).run(TRACK, "{}", &Limits::default())).unwrap()));
}

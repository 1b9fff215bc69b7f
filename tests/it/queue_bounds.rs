//! The queue by itself, at its bounds: full, busy, too many, too late, bad calls
//! among good ones, and others beside it.

use crate::harness::wait;
use crate::queue::{Store, event, events, finish, session_in};
use expect_test::expect;
use fnhost_queue::{
    Accepted, Finish, Finished, NewEvent, QueueError, Rejection, Replayed, Retention, Selection, State, Swept,
};
use std::collections::HashSet;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use tokio::task::JoinSet;

/// Everything finished may go, whatever its age and size.
const ALL: Retention = Retention { age_ms: 0, dead_age_ms: 0, bytes_max: u64::MAX };

fn accept(store: &Store, events: Vec<NewEvent>) -> Result<Vec<Accepted>, QueueError> {
    wait(store.queue().accept(events, Vec::new()))
}

/// Asks `future` once whether it is ready.
fn once<F: Future>(future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// A queue that accepts nothing more, and how many deliveries it has.
fn full_store() -> (Store, usize) {
    let store = Store::with(|options| options.bytes_max = 2 << 20);
    for count in (0..10_000).step_by(20) {
        if let Err(error) = accept(&store, events(count..count + 20, 1_000, 2_000)) {
            expect!["the database cannot be used: database or disk is full; make room on the disk, or raise `retention.bytes_max`"]
                .assert_eq(&error.to_string());
            return (store, count);
        }
        assert_eq!(store.deliveries().len(), count + 20);
    }
    panic!("10,000 events of 2 KB in 2 MB");
}

#[test]
fn a_full_queue_accepts_nothing_and_keeps_what_it_has() {
    let (mut store, count) = full_store();
    assert!((400..1_000).contains(&count), "{count}");
    assert_eq!(store.deliveries().len(), count);
    let due = wait(store.queue().due("x", 1_000, 5, &HashSet::new())).unwrap();
    assert_eq!((due.deliveries.len(), due.more), (5, true));
    store.assert_sound();
    store.reopen(1_000);
    accept(&store, events(count..count + 20, 1_000, 2_000)).unwrap_err();
    assert_eq!(store.deliveries().len(), count);
    store.assert_sound();
}

#[test]
fn a_full_queue_still_finishes_what_it_has() {
    let (store, count) = full_store();
    let mut waiting = JoinSet::new();
    wait(async {
        for id in 1..=count as i64 {
            let state = if id % 2 == 0 { State::Retrying } else { State::Delivered };
            let queue = store.queue().clone();
            waiting.spawn(async move { queue.finish(finish(id, state, 2_000, Some(500))).await });
        }
        while let Some(finished) = waiting.join_next().await {
            assert_eq!(finished.unwrap(), Ok(()));
        }
    });
    store.assert_sound();
    accept(&store, events(count..count + 1, 1_000, 2_000)).unwrap_err();
    assert_eq!(store.deliveries().len(), count);
}

#[test]
fn a_full_queue_accepts_again_after_a_sweep() {
    let (store, count) = full_store();
    let delivered = |id| Finished { id, state: State::Delivered, reason: None, due_ms: 0, now_ms: 2_000 };
    let finish = Finish { record: None, deliveries: (1..=60).map(delivered).collect() };
    wait(store.queue().finish(finish)).unwrap();
    let swept = wait(store.queue().sweep(ALL, 2_000, 0)).unwrap();
    assert_eq!((swept.events, swept.dead_for_size), (60, 0));
    for key in count..count + 8 {
        accept(&store, events(key..key + 1, 1_000, 2_000)).unwrap();
    }
    assert_eq!(store.deliveries().len(), count - 52);
    store.assert_sound();
}

#[test]
fn a_full_queue_accepts_again_when_it_may_be_larger() {
    let (mut store, count) = full_store();
    store.reopen_with(1_000, |options| options.bytes_max = 4 << 20);
    accept(&store, events(count..count + 300, 1_000, 2_000)).unwrap();
    // And a bound below what is there already refuses no more than that.
    store.reopen_with(1_000, |options| options.bytes_max = 0);
    accept(&store, events(9_000..9_001, 1_000, 100_000)).unwrap_err();
    wait(store.queue().finish(finish(1, State::Delivered, 2_000, None))).unwrap();
    assert_eq!(store.deliveries().len(), count + 300);
    store.assert_sound();
}

#[test]
fn more_than_may_wait_is_refused_until_it_is_written() {
    let store = Store::with(|options| options.events_waiting_max = 3_000);
    let mut refused = 0;
    for round in 0..10 {
        let keys = round * 4_000..round * 4_000 + 4_000;
        // More than the bound passes when nothing else waits.
        let mut large = pin!(store.queue().accept(events(keys.clone(), 1, 500), Vec::new()));
        assert!(once(large.as_mut()).is_pending());
        let mut small = pin!(store.queue().accept(events(1_000_000 + round..1_000_001 + round, 1, 10), Vec::new()));
        match once(small.as_mut()) {
            Poll::Ready(answer) => {
                assert_eq!(answer, Err(QueueError::Busy));
                refused += 1;
            }
            Poll::Pending => drop(wait(small).unwrap()),
        }
        assert_eq!(wait(large).unwrap().len(), 4_000);
        accept(&store, events(2_000_000 + round..2_000_001 + round, 1, 10)).unwrap();
    }
    assert!(refused > 0, "the writer was faster than the next call, ten times");
    assert_eq!(store.deliveries().len(), 10 * 4_001 + 10 - refused);
    store.assert_sound();
}

#[test]
fn room_to_wait_is_given_back_by_calls_that_fail() {
    let store = Store::with(|options| options.events_waiting_max = 1);
    for round in 0..10 {
        accept(&store, vec![event("late", u64::MAX, &["x"])]).unwrap_err();
        accept(&store, vec![event("twice", 1, &["x", "x"])]).unwrap_err();
        accept(&store, events(round..round + 1, 1, 10)).unwrap();
        accept(&store, Vec::new()).unwrap();
    }
    store.assert_sound();
}

#[test]
fn options_may_be_as_large_as_their_types_and_as_small() {
    for (largest, number) in [(true, u64::MAX), (false, 0)] {
        let mut store = Store::with(|options| {
            options.duplicate_ms = number;
            options.events_waiting_max = number as usize;
            options.bytes_max = options.bytes_max.max(number);
            options.due_ms_max = number;
        });
        let accepted = accept(&store, vec![event("a", 5, &["x"])]).unwrap();
        assert_eq!(accepted, [Accepted::New(1)]);
        wait(store.queue().finish(finish(1, State::Retrying, 8, Some(5)))).unwrap();
        store.reopen(5);
        let again = accept(&store, vec![event("a", 5, &["x"])]).unwrap();
        assert_eq!(again, [if largest { Accepted::Duplicate } else { Accepted::New(2) }]);
        let due = wait(store.queue().due("x", 8, usize::MAX, &HashSet::new())).unwrap();
        assert_eq!(due.deliveries.last().map(|due| (due.id, due.due_ms)), Some(if largest { (1, 8) } else { (2, 5) }));
        assert_eq!(store.ledger().deliveries(&Selection::default(), usize::MAX).unwrap().len(), due.deliveries.len());
        assert_eq!(store.ledger().events(&Selection::default(), usize::MAX).unwrap().len(), due.deliveries.len());
        store.assert_sound();
    }
}

#[test]
fn times_that_cannot_be_written_are_refused_and_leave_nothing_behind() {
    let mut store = Store::new();
    let last_ms = i64::MAX as u64;
    for late_ms in [last_ms + 1, u64::MAX] {
        accept(&store, vec![event("good", 1, &["x"]), event("late", late_ms, &["x"])]).unwrap_err();
        assert_eq!(store.deliveries().len(), 0);
    }
    accept(&store, vec![event("a", 1, &["x"]), event("b", last_ms, &["x"])]).unwrap();
    for change in [
        |finish: &mut Finish| finish.deliveries[1].now_ms = u64::MAX,
        |finish: &mut Finish| finish.deliveries[1].due_ms = u64::MAX,
        |finish: &mut Finish| finish.record.as_mut().unwrap().started_ms = u64::MAX,
    ] {
        let mut late = finish(1, State::Delivered, 5, Some(5));
        late.deliveries.push(Finished { id: 2, state: State::Dead, reason: None, due_ms: 5, now_ms: 5 });
        change(&mut late);
        wait(store.queue().finish(late)).unwrap_err();
        store.assert_sound();
        assert!(store.deliveries().iter().all(|delivery| delivery.state == State::Pending));
    }
    let due = wait(store.queue().due("x", u64::MAX, 10, &HashSet::new())).unwrap();
    assert_eq!(due.deliveries.iter().map(|due| due.due_ms).collect::<Vec<_>>(), [1, last_ms]);
    wait(store.queue().finish(finish(1, State::Retrying, last_ms, Some(1)))).unwrap();
    wait(store.queue().finish(finish(2, State::Dead, last_ms, None))).unwrap();
    store.ledger().replay(&[2], u64::MAX).unwrap_err();
    assert_eq!(store.ledger().replay(&[2, i64::MIN, i64::MAX], last_ms), Ok(Replayed { again: 1, open: 0 }));
    store.reopen(5);
    let due = wait(store.queue().due("x", 5, 10, &HashSet::new())).unwrap();
    assert_eq!(due.deliveries.len(), 2, "{due:?}");
    assert_eq!(wait(store.queue().sweep(ALL, last_ms, i64::MAX)), Ok(Swept::default()));
    store.assert_sound();
}

#[test]
fn what_is_due_in_a_future_that_the_clock_left_is_due_at_the_opening() {
    session_in(
        Store::with(|options| options.due_ms_max = 1_000),
        expect![[r#"
            > accept 90000 a>x b>x c>x d>x e>x
            new 1
            new 2
            new 3
            new 4
            new 5
            > attempt 90000 1=retrying@6000
            > attempt 90000 2=retrying@6001
            > attempt 90000 3=retrying@95000
            > attempt 90000 4=dead
            > reopen 5000
            open
            > due x 5000 10
            2 of event 2: due 5000, 1 attempts since 89999, payload of b
            3 of event 3: due 5000, 1 attempts since 89999, payload of c
            5 of event 5: due 5000, 0 attempts, payload of e
            next 6000
            > deliveries state=dead
            4 of event 4 to x: dead at 90000, 1 attempts
        "#]],
    );
}

#[test]
fn a_bad_call_fails_alone() {
    let store = Store::new();
    let calls: Vec<_> = (0..600)
        .map(|at| match at % 10 {
            3 => (false, vec![event(&format!("{at}"), 1, &["x"]), event(&format!("late {at}"), u64::MAX, &["x"])]),
            7 => (false, vec![event(&format!("{at}"), 1, &[&format!("new {at}"), "twice", "twice"])]),
            _ => (true, vec![event(&format!("{at}"), 1, &["x", &format!("y {}", at % 4)])]),
        })
        .collect();
    let mut waiting = JoinSet::new();
    wait(async {
        for (is_good, events) in calls {
            let queue = store.queue().clone();
            waiting.spawn(async move { (is_good, queue.accept(events, Vec::new()).await) });
        }
        while let Some(answer) = waiting.join_next().await {
            let (is_good, answer) = answer.unwrap();
            assert_eq!(answer.is_ok(), is_good, "{answer:?}");
        }
    });
    store.assert_sound();
    let totals = wait(store.queue().totals()).unwrap();
    let x = totals.iter().find(|total| total.destination == "x" && total.state.is_none());
    assert_eq!(x.map(|total| total.count), Some(480));
    let left = totals.iter().find(|total| total.destination == "twice" || total.destination.starts_with("new"));
    assert_eq!(left, None, "nothing is left of what failed");
}

#[test]
fn of_calls_at_the_same_time_with_one_key_one_is_new() {
    let store = Store::new();
    let mut waiting = JoinSet::new();
    let answers = wait(async {
        for _caller in 0..100 {
            let queue = store.queue().clone();
            waiting.spawn(async move { queue.accept(vec![event("a", 1, &["x"])], Vec::new()).await.unwrap()[0] });
        }
        waiting.join_all().await
    });
    assert_eq!(answers.iter().filter(|answer| **answer == Accepted::New(1)).count(), 1);
    assert_eq!(answers.iter().filter(|answer| **answer == Accepted::Duplicate).count(), 99);
}

#[test]
fn a_call_that_nobody_waits_for_any_more_is_written_still() {
    let mut store = Store::new();
    for key in 0..50 {
        let mut call = pin!(store.queue().accept(events(key..key + 1, 1, 10), Vec::new()));
        let _ = once(call.as_mut());
    }
    store.reopen(1);
    assert_eq!(store.deliveries().len(), 50);
    assert_eq!(accept(&store, events(50..51, 1, 10)), Ok(vec![Accepted::New(51)]));
}

#[test]
fn the_latest_thousand_rejections_are_kept() {
    let mut store = Store::new();
    let rejections = |numbers: std::ops::Range<u64>| -> Vec<_> {
        let rejection = |at: u64| Rejection {
            source: "web".to_owned(),
            reason: "too_large",
            received_ms: at,
            payload: vec![0xff; at as usize % 7],
        };
        numbers.map(rejection).collect()
    };
    let kept = |store: &Store| -> Vec<_> {
        let kept = store.ledger().rejections(usize::MAX).unwrap();
        assert!(kept.iter().all(|rejected| rejected.source == "web" && rejected.reason == "too_large"));
        assert!(kept.iter().all(|rejected| rejected.payload == vec![0xff; rejected.received_ms as usize % 7]));
        kept.iter().map(|rejected| rejected.received_ms).collect()
    };
    assert_eq!(kept(&store), Vec::<u64>::new());
    wait(store.queue().accept(Vec::new(), rejections(0..3))).unwrap();
    assert_eq!(kept(&store), [2, 1, 0]);
    assert_eq!(wait(store.queue().accept(events(0..1, 1, 1), rejections(3..999))), Ok(vec![Accepted::New(1)]));
    assert_eq!(kept(&store).len(), 999);
    wait(store.queue().accept(events(0..1, u64::MAX, 1), rejections(5_000..6_000))).unwrap_err();
    assert_eq!(kept(&store).len(), 999);
    wait(store.queue().accept(Vec::new(), rejections(999..1_001))).unwrap();
    assert_eq!(kept(&store), (1..=1_000).rev().collect::<Vec<_>>());
    store.reopen(1);
    wait(store.queue().accept(Vec::new(), rejections(10_000..13_000))).unwrap();
    assert_eq!(kept(&store), (12_000..13_000).rev().collect::<Vec<_>>());
    assert_eq!(store.ledger().rejections(2).unwrap().len(), 2);
    store.assert_sound();
}

#[test]
fn a_hundred_thousand_retries_wait_for_their_time() {
    const COUNT: i64 = 100_000;
    let mut store = Store::new();
    accept(&store, events(0..COUNT as usize, 1_000, 10)).unwrap();
    let due_ms = |id: i64| 5_000_000 + (COUNT - id) as u64;
    let retrying = |id| Finished {
        id,
        state: State::Retrying,
        reason: Some("timeout".to_owned()),
        due_ms: due_ms(id),
        now_ms: 1_001,
    };
    wait(store.queue().finish(Finish { record: None, deliveries: (1..=COUNT).map(retrying).collect() })).unwrap();
    store.reopen(2_000);
    let none = HashSet::new();
    let last: HashSet<_> = (COUNT - 999..=COUNT).collect();
    for (now_ms, limit, under_way, expected) in [
        (1_000, 1, &none, (vec![], Some(due_ms(COUNT)), false)),
        (due_ms(COUNT) - 1, 1_000, &none, (vec![], Some(due_ms(COUNT)), false)),
        (due_ms(COUNT), 1_000, &none, (vec![COUNT], Some(due_ms(COUNT - 1)), false)),
        (1_000, 1_000, &last, (vec![], Some(due_ms(COUNT - 1_000)), false)),
        (u64::MAX, 2, &last, (vec![COUNT - 1_000, COUNT - 1_001], None, true)),
        (u64::MAX, 2, &none, (vec![COUNT, COUNT - 1], None, true)),
    ] {
        let due = wait(store.queue().due("x", now_ms, limit, under_way)).unwrap();
        let ids: Vec<_> = due.deliveries.iter().map(|delivery| delivery.id).collect();
        assert_eq!((ids, due.next_ms, due.more), expected, "at {now_ms}");
    }
    assert_eq!(wait(store.queue().oldest_due()), Ok(vec![("x".to_owned(), due_ms(COUNT))]));
    store.assert_sound();
}

#[test]
fn ledgers_read_and_replay_beside_the_owner() {
    let store = Store::new();
    let (mut one, mut other) = (store.ledger(), store.ledger());
    let changes = || wait(store.queue().changes_elsewhere()).unwrap();
    accept(&store, events(0..3, 1_000, 10)).unwrap();
    for id in 1..=3 {
        wait(store.queue().finish(finish(id, State::Dead, 2_000, Some(10)))).unwrap();
    }
    let before = changes();
    assert_eq!(changes(), before, "nothing changed");
    assert_eq!(one.replay(&[1], 3_000), Ok(Replayed { again: 1, open: 0 }));
    let after_one = changes();
    assert_ne!(after_one, before, "a replay is seen");
    assert_eq!(changes(), after_one, "and seen once");
    assert_eq!(other.replay(&[1, 2], 3_001), Ok(Replayed { again: 1, open: 1 }));
    assert_ne!(changes(), after_one);
    let due = wait(store.queue().due("x", 4_000, 10, &HashSet::new())).unwrap();
    assert_eq!(due.deliveries.iter().map(|due| (due.id, due.attempts)).collect::<Vec<_>>(), [(1, 0), (2, 0)]);
    wait(store.queue().finish(finish(1, State::Delivered, 4_000, Some(10)))).unwrap();
    for ledger in [&one, &other] {
        let states: Vec<_> = ledger.deliveries(&Selection::default(), 10).unwrap();
        let states: Vec<_> = states.iter().map(|delivery| delivery.state).collect();
        assert_eq!(states, [State::Dead, State::Pending, State::Delivered]);
        assert_eq!(ledger.attempts(1).unwrap().len(), 2);
        assert_eq!(ledger.audit(), Ok(vec![]));
    }
}

#[test]
fn the_owner_and_two_ledgers_write_at_the_same_time() {
    let store = Store::new();
    accept(&store, events(0..200, 1_000, 10)).unwrap();
    let dead = |id| Finished { id, state: State::Dead, reason: None, due_ms: 0, now_ms: 1_001 };
    wait(store.queue().finish(Finish { record: None, deliveries: (1..=100).map(dead).collect() })).unwrap();
    let replays = std::thread::scope(|scope| {
        let replay = |from: i64| {
            let mut ledger = store.ledger();
            scope.spawn(move || (from..=100).map(|id| ledger.replay(&[id], 2_000).unwrap().again).sum::<u64>())
        };
        let (one, other) = (replay(1), replay(1));
        for id in 101..=200 {
            wait(store.queue().finish(finish(id, State::Delivered, 3_000, Some(10)))).unwrap();
            accept(&store, events(id as usize + 1_000..id as usize + 1_001, 3_000, 10)).unwrap();
        }
        one.join().unwrap() + other.join().unwrap()
    });
    assert_eq!(replays, 100, "each was dead once");
    store.assert_sound();
    assert_eq!(store.deliveries().len(), 300);
}

#[test]
fn who_waits_for_a_destination_is_told_of_what_arrives() {
    let store = Store::new();
    let (x, y) = (store.queue().arrivals("x"), store.queue().arrivals("y"));
    let destinations: Arc<[String]> = Arc::new(["x".to_owned(), "z".to_owned()]);
    accept(&store, vec![NewEvent { destinations, ..event("a", 1, &[]) }]).unwrap();
    // Told after the answer, so this is waited for; and nobody is told of `y` before.
    wait(x.notified());
    assert!(once(pin!(y.notified())).is_pending());
    accept(&store, vec![event("a", 1, &["y"])]).unwrap();
    accept(&store, vec![event("b", 1, &["x"])]).unwrap();
    wait(x.notified());
    assert!(once(pin!(y.notified())).is_pending(), "a duplicate arrives nowhere");
}

//! The queue by itself: how deliveries move on, their attempts and records, replays, and what is removed.

use crate::harness::wait;
use crate::queue::{Store, events, finish, session};
use expect_test::expect;
use fnhost_queue::{Accepted, Finish, Finished, Retention, State, Swept};

#[test]
fn a_delivery_moves_on_to_every_state_with_a_record_and_without() {
    session(expect![[r#"
        > accept 100 a>x b>x c>x d>x e>x f>x g>x
        new 1
        new 2
        new 3
        new 4
        new 5
        new 6
        new 7
        > attempt 200 1=pending@150
        > attempt 200 2=retrying@300:timeout
        > attempt 200 3=delivered
        > attempt 200 4=discarded:unsupported
        > attempt 200 5=dropped:dropped
        > attempt 200 6=filtered:drop
        > attempt 200 7=dead:gone
        > deliveries
        1 of event 1 to x: pending at 200, 1 attempts, due 150
        2 of event 2 to x: retrying (timeout) at 200, 1 attempts, due 300
        3 of event 3 to x: delivered at 200, 1 attempts
        4 of event 4 to x: discarded (unsupported) at 200, 1 attempts
        5 of event 5 to x: dropped (dropped) at 200, 1 attempts
        6 of event 6 to x: filtered (drop) at 200, 1 attempts
        7 of event 7 to x: dead (gone) at 200, 1 attempts
        > attempts 7
        1: dead (gone) by v1 from 199, 1 together, seen at 200
        > totals
        x: 7 accepted = 1 pending + 1 retrying + 1 delivered + 1 discarded + 1 dropped + 1 filtered + 1 dead
        > due x 1000 10
        1 of event 1: due 150, 1 attempts since 199, payload of a
        2 of event 2: due 300, 1 attempts since 199, payload of b
        no more
        > accept 100 h>x i>x j>x k>x l>x m>x n>x
        new 8
        new 9
        new 10
        new 11
        new 12
        new 13
        new 14
        > finish 200 8=pending@150 9=retrying@300:timeout 10=delivered 11=discarded 12=dropped 13=filtered:drop 14=dead
        > deliveries since=0 below=15 event=13
        13 of event 13 to x: filtered (drop) at 200, 0 attempts
        > attempts 14
        > totals
        x: 14 accepted = 2 pending + 2 retrying + 2 delivered + 2 discarded + 2 dropped + 2 filtered + 2 dead
        > due x 1000 10
        1 of event 1: due 150, 1 attempts since 199, payload of a
        8 of event 8: due 150, 0 attempts, payload of h
        2 of event 2: due 300, 1 attempts since 199, payload of b
        9 of event 9: due 300, 0 attempts, payload of i
        no more
        > oldest
        [("x", 150)]
    "#]]);
}

#[test]
fn attempts_are_counted_and_the_first_is_remembered() {
    session(expect![[r#"
        > accept 100 a>x
        new 1
        > attempt 200 1=retrying@300:one
        > due x 300 10
        1 of event 1: due 300, 1 attempts since 199, payload of a
        no more
        > attempt 310 1=retrying@400:two
        > finish 320 1=retrying@400:untried
        > due x 400 10
        1 of event 1: due 400, 2 attempts since 199, payload of a
        no more
        > reopen 400
        open
        > attempt 410 1=dead:three
        > attempts 1
        1: retrying (one) by v1 from 199, 1 together, seen at 200
        2: retrying (two) by v1 from 309, 1 together, seen at 310
        3: dead (three) by v1 from 409, 1 together, seen at 410
        > deliveries
        1 of event 1 to x: dead (three) at 410, 3 attempts
        > totals
        x: 1 accepted = 1 dead
    "#]]);
}

#[test]
fn deliveries_that_were_attempted_together_share_a_record() {
    session(expect![[r#"
        > accept 100 a>x b>x c>x
        new 1
        new 2
        new 3
        > attempt 200 1=delivered 2=retrying@300:partial 3=dead
        > attempts 1
        1: delivered by v1 from 199, 3 together, seen at 200
        > attempts 2
        1: retrying (partial) by v1 from 199, 3 together, seen at 200
        > attempts 3
        1: dead by v1 from 199, 3 together, seen at 200
        > attempt 300 2=delivered
        > attempts 2
        1: retrying (partial) by v1 from 199, 3 together, seen at 200
        2: delivered by v1 from 299, 1 together, seen at 300
        > sweep 1000 age 0 dead 1000 bytes 1000000000
        2 events, 0 dead for size
        > attempts 1
        > attempts 2
        > attempts 3
        1: dead by v1 from 199, 3 together, seen at 200
        > sweep 2000 age 0 dead 1000 bytes 1000000000
        1 events, 0 dead for size
        > attempts 3
        > totals
        x: 3 accepted = 2 delivered + 1 dead
    "#]]);
}

#[test]
fn a_delivery_that_is_not_open_stays_as_it_is() {
    session(expect![[r#"
        > accept 100 a>x b>x
        new 1
        new 2
        > attempt 200 1=delivered:first
        > attempt 201 1=dead:second
        > finish 202 1=retrying
        > attempt 203 9=delivered
        > attempt 204 1=dead:late 2=delivered:in-time 9=dead
        > attempt 205 1=dead 2=dead 9=dead
        > attempt 206
        > finish 207
        > deliveries
        1 of event 1 to x: delivered (first) at 200, 1 attempts
        2 of event 2 to x: delivered (in-time) at 204, 1 attempts
        > attempts 1
        1: delivered (first) by v1 from 199, 1 together, seen at 200
        > attempts 2
        1: delivered (in-time) by v1 from 203, 3 together, seen at 204
        > attempts 9
        > totals
        x: 2 accepted = 2 delivered
    "#]]);
}

#[test]
fn a_delivery_that_is_named_twice_moves_on_twice_while_it_is_open() {
    session(expect![[r#"
        > accept 100 a>x b>x
        new 1
        new 2
        > attempt 200 1=retrying@300:one 1=delivered:two 2=delivered:one 2=dead:two
        > deliveries
        1 of event 1 to x: delivered (two) at 200, 2 attempts
        2 of event 2 to x: delivered (one) at 200, 1 attempts
        > attempts 1
        1: retrying (one) by v1 from 199, 4 together, seen at 200
        2: delivered (two) by v1 from 199, 4 together, seen at 200
        > attempts 2
        1: delivered (one) by v1 from 199, 4 together, seen at 200
        > totals
        x: 2 accepted = 2 delivered
    "#]]);
}

#[test]
fn what_is_finished_can_be_replayed_and_its_attempts_go_on_counting() {
    session(expect![[r#"
        > accept 100 a>x b>x c>x
        new 1
        new 2
        new 3
        > attempt 200 1=retrying@300:one
        > attempt 300 1=dead:two
        > attempt 200 2=retrying@300
        > replay 500 1 2 3 4 1
        1 again, 3 open
        > deliveries
        1 of event 1 to x: pending at 500, 2 attempts, due 500
        2 of event 2 to x: retrying at 200, 1 attempts, due 300
        3 of event 3 to x: pending at 100, 0 attempts, due 100
        > due x 500 10 2 3
        1 of event 1: due 500, 0 attempts, payload of a
        no more
        > attempt 600 1=retrying@700:three
        > due x 700 10 2 3
        1 of event 1: due 700, 1 attempts since 599, payload of a
        no more
        > attempt 700 1=delivered
        > replay 800 1
        1 again, 0 open
        > replay 800
        0 again, 0 open
        > attempts 1
        1: retrying (one) by v1 from 199, 1 together, seen at 200
        2: dead (two) by v1 from 299, 1 together, seen at 300
        3: retrying (three) by v1 from 599, 1 together, seen at 600
        4: delivered by v1 from 699, 1 together, seen at 700
        > finish 900 1=filtered:now
        > deliveries event=1
        1 of event 1 to x: filtered (now) at 900, 4 attempts
        > totals
        x: 3 accepted = 1 pending + 1 retrying + 1 filtered
        > reopen 1000
        open
        > due x 1000 10
        3 of event 3: due 100, 0 attempts, payload of c
        2 of event 2: due 300, 1 attempts since 199, payload of b
        no more
    "#]]);
}

#[test]
fn what_is_finished_goes_when_it_is_old_and_dead_deliveries_later() {
    session(expect![[r#"
        > accept 100 a>x b>x c>x d>x e>x f>x g nobody
        new 1
        new 2
        new 3
        new 4
        new 5
        new 6
        new 7
        new 8
        > attempt 200 1=delivered
        > attempt 200 2=discarded
        > attempt 200 3=dropped
        > attempt 200 4=filtered
        > attempt 200 5=dead
        > attempt 200 6=retrying@300
        > sweep 299 age 100 dead 1000 bytes 1000000000
        2 events, 0 dead for size
        > sweep 300 age 100 dead 1000 bytes 1000000000
        4 events, 0 dead for size
        > events
        5: `e` of web at 100: payload of e
        6: `f` of web at 100: payload of f
        > deliveries
        5 of event 5 to x: dead at 200, 1 attempts
        6 of event 6 to x: retrying at 200, 1 attempts, due 300
        > totals
        x: 6 accepted = 1 retrying + 1 delivered + 1 discarded + 1 dropped + 1 filtered + 1 dead
        > replay 400 1 2
        0 again, 0 open
        > sweep 1199 age 100 dead 1000 bytes 1000000000
        0 events, 0 dead for size
        > sweep 1200 age 100 dead 1000 bytes 1000000000
        1 events, 0 dead for size
        > deliveries
        6 of event 6 to x: retrying at 200, 1 attempts, due 300
        > totals
        x: 6 accepted = 1 retrying + 1 delivered + 1 discarded + 1 dropped + 1 filtered + 1 dead
        > reopen 1200
        open
        > accept 1200 z>x
        new 9
        > totals
        x: 7 accepted = 1 pending + 1 retrying + 1 delivered + 1 discarded + 1 dropped + 1 filtered + 1 dead
    "#]]);
}

#[test]
fn an_event_stays_until_the_last_of_its_deliveries_may_go() {
    session(expect![[r#"
        > accept 100 a>x,y,z
        new 1
        > attempt 200 1=delivered
        > attempt 250 2=dead
        > sweep 9999 age 100 dead 100 bytes 0
        0 events, 0 dead for size
        > attempt 300 3=delivered
        > sweep 399 age 100 dead 100 bytes 1000000000
        0 events, 0 dead for size
        > sweep 400 age 100 dead 200 bytes 1000000000
        0 events, 0 dead for size
        > deliveries
        1 of event 1 to x: delivered at 200, 1 attempts
        2 of event 1 to y: dead at 250, 1 attempts
        3 of event 1 to z: delivered at 300, 1 attempts
        > sweep 450 age 100 dead 200 bytes 1000000000
        1 events, 0 dead for size
        > deliveries
        > totals
        x: 1 accepted = 1 delivered
        y: 1 accepted = 1 dead
        z: 1 accepted = 1 delivered
    "#]]);
}

#[test]
fn over_its_size_young_events_go_too_and_open_ones_never() {
    session(expect![[r#"
        > accept 100 a>x b>x c>x
        new 1
        new 2
        new 3
        > attempt 200 1=delivered
        > attempt 200 2=dead
        > sweep 201 age 1000 dead 1000 bytes 1000000000
        0 events, 0 dead for size
        > sweep 201 age 1000 dead 1000 bytes 0
        2 events, 1 dead for size
        > deliveries
        3 of event 3 to x: pending at 100, 0 attempts, due 100
        > totals
        x: 3 accepted = 1 pending + 1 delivered + 1 dead
    "#]]);
}

#[test]
fn over_its_size_the_oldest_go_first_and_dead_ones_last() {
    let store = Store::new();
    let ids =
        accept_and_finish(&store, 1_200, |id| if id <= 10 || id > 1_190 { State::Dead } else { State::Delivered });
    let used = 1_200 * 8_000;
    let years = 1_000_000_000_000;
    // Removing one in three is enough, so no dead one needs to go.
    let two_thirds = Retention { age_ms: years, dead_age_ms: years, bytes_max: used * 2 / 3 };
    let swept = store.sweep(two_thirds, 2_000);
    assert_eq!(swept.dead_for_size, 0);
    assert!((300..1_000).contains(&swept.events), "{swept:?}");
    let left: Vec<_> = store.deliveries().iter().rev().map(|delivery| delivery.id).collect();
    let oldest = left.iter().copied().find(|id| *id > 10).unwrap();
    let expected = ids.iter().copied().filter(|id| *id <= 10 || *id >= oldest);
    assert_eq!(left, expected.collect::<Vec<_>>(), "the oldest, but for dead ones");
    store.assert_sound();
    // Nothing but dead ones is left in the end, and then they go as well.
    let swept = store.sweep(Retention { bytes_max: 0, ..two_thirds }, 2_000);
    assert_eq!((swept.events, swept.dead_for_size), (left.len() as u64, 20));
    store.assert_sound();
    assert_eq!(store.deliveries().len(), 0);
}

#[test]
fn a_sweep_goes_on_in_steps_and_comes_to_an_end() {
    let store = Store::new();
    accept_and_finish(&store, 1_700, |id| if id % 3 == 0 { State::Retrying } else { State::Delivered });
    let retention = Retention { age_ms: 10, dead_age_ms: 10, bytes_max: u64::MAX };
    let swept = store.sweep(retention, 10_000);
    assert_eq!(swept, Swept { events: 1_134, dead_for_size: 0, next: None });
    assert_eq!(store.sweep(retention, 10_000), Swept::default());
    assert_eq!(store.deliveries().len(), 566);
    store.assert_sound();
}

#[test]
fn removed_events_make_room() {
    let store = Store::with(|options| options.bytes_max = 4 << 20);
    let everything = Retention { age_ms: 0, dead_age_ms: 0, bytes_max: u64::MAX };
    for round in 0..20 {
        let accepted = wait(store.queue().accept(events(round * 100..round * 100 + 100, 1_000, 20_000), Vec::new()));
        let delivered = accepted.unwrap().into_iter().map(|accepted| match accepted {
            Accepted::New(id) => Finished { id, state: State::Delivered, reason: None, due_ms: 0, now_ms: 1_000 },
            Accepted::Duplicate => panic!("no key is there twice"),
        });
        let mut finish = finish(0, State::Delivered, 1_000, Some(100_000));
        finish.deliveries = delivered.collect();
        wait(store.queue().finish(finish)).unwrap();
        assert_eq!(store.sweep(everything, 2_000).events, 100);
    }
    store.assert_sound();
}

/// Accepts events of some 8 KB to `x`, finishes each alone, and gives their numbers.
fn accept_and_finish(store: &Store, count: usize, state: impl Fn(i64) -> State) -> Vec<i64> {
    let accepted = wait(store.queue().accept(events(0..count, 1_000, 7_500), Vec::new())).unwrap();
    let ids: Vec<_> = (1..).take(accepted.len()).collect();
    let finished = |id: &i64| Finished { id: *id, state: state(*id), reason: None, due_ms: 1_000, now_ms: 1_000 };
    let deliveries = ids.iter().map(finished).collect();
    wait(store.queue().finish(Finish { record: None, deliveries })).unwrap();
    ids
}

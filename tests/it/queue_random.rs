//! The queue by itself, under thousands of operations in no order: after each
//! one it is compared with a model that holds nothing but states.

use crate::harness::wait;
use crate::queue::{Store, by_destination, event};
use fnhost_queue::{Accepted, Finish, Finished, Record, Replayed, Retention, State};
use std::collections::{BTreeMap, HashMap, HashSet};

const DESTINATIONS: [&str; 3] = ["x", "y", "z"];

/// Numbers that look random and are the same every time.
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// What the queue should hold: the deliveries that were not removed, each with
/// its destination, state and count of attempts; and all totals.
#[derive(Default)]
struct Model {
    deliveries: BTreeMap<i64, (&'static str, State, usize)>,
    totals: BTreeMap<&'static str, (u64, BTreeMap<State, u64>)>,
    /// The number of the latest delivery.
    latest: i64,
    keys: u64,
    removed: u64,
    replayed: u64,
}

impl Model {
    fn step(&mut self, store: &mut Store, numbers: &mut Numbers, now_ms: u64) {
        match numbers.below(100) {
            0..30 => self.accept(store, numbers, now_ms),
            30..84 => self.finish(store, numbers, now_ms),
            84..93 => self.replay(store, numbers, now_ms),
            93..96 => self.sweep(store, numbers, now_ms),
            96..98 => store.reopen(now_ms),
            _ => self.compare_due(store, now_ms),
        }
        self.compare_totals(store);
    }

    fn accept(&mut self, store: &Store, numbers: &mut Numbers, now_ms: u64) {
        let before = self.keys;
        let new = (0..numbers.below(5)).map(|_| {
            let again = before > 0 && numbers.below(5) == 0;
            self.keys += u64::from(!again);
            let key = if again { numbers.below(before) } else { self.keys };
            (key > before, event(&key.to_string(), now_ms, &DESTINATIONS[numbers.below(4) as usize % 4..]))
        });
        let (are_new, events): (Vec<_>, Vec<_>) = new.unzip();
        let accepted = wait(store.queue().accept(events.clone(), Vec::new())).unwrap();
        for ((is_new, event), accepted) in are_new.into_iter().zip(events).zip(accepted) {
            // One that was removed is new as well.
            assert!(!is_new || accepted != Accepted::Duplicate, "{event:?}");
            if accepted == Accepted::Duplicate {
                continue;
            }
            for destination in &DESTINATIONS[DESTINATIONS.len() - event.destinations.len()..] {
                self.latest += 1;
                self.deliveries.insert(self.latest, (destination, State::Pending, 0));
                let (accepted, states) = self.totals.entry(destination).or_default();
                *accepted += 1;
                *states.entry(State::Pending).or_default() += 1;
            }
        }
    }

    fn finish(&mut self, store: &Store, numbers: &mut Numbers, now_ms: u64) {
        let detail = || vec![b'r'; 300];
        let record = Record { version: "v1".to_owned(), started_ms: now_ms, detail: detail() };
        let record = (numbers.below(5) > 0).then_some(record);
        let deliveries: Vec<_> = (0..numbers.below(6))
            .map(|_| {
                let state = State::ALL[numbers.below(7) as usize];
                let (id, reason) = (self.any(numbers), (numbers.below(2) > 0).then(|| "reason".to_owned()));
                Finished { id, state, reason, due_ms: now_ms + numbers.below(100), now_ms }
            })
            .collect();
        for finished in &deliveries {
            if self.deliveries.get(&finished.id).is_some_and(|(_, state, _)| state.is_open()) {
                self.change(finished.id, finished.state);
                self.deliveries.get_mut(&finished.id).unwrap().2 += usize::from(record.is_some());
            }
        }
        wait(store.queue().finish(Finish { record, deliveries })).unwrap();
    }

    fn replay(&mut self, store: &Store, numbers: &mut Numbers, now_ms: u64) {
        let ids: Vec<_> = (0..numbers.below(8)).map(|_| self.any(numbers)).collect();
        let mut expected = Replayed::default();
        for id in &ids {
            let Some((_, state, _)) = self.deliveries.get(id) else { continue };
            if state.is_open() {
                expected.open += 1;
            } else {
                expected.again += 1;
                self.change(*id, State::Pending);
            }
        }
        self.replayed += expected.again;
        assert_eq!(store.ledger().replay(&ids, now_ms).unwrap(), expected);
    }

    fn sweep(&mut self, store: &Store, numbers: &mut Numbers, now_ms: u64) {
        let bytes_max = if numbers.below(8) == 0 { 0 } else { u64::MAX };
        let retention = Retention { age_ms: 300, dead_age_ms: 1_000, bytes_max };
        store.sweep(retention, now_ms);
        let rows: HashSet<_> = store.deliveries().iter().map(|row| row.id).collect();
        let before = self.deliveries.len();
        self.deliveries.retain(|id, (_, state, _)| {
            assert!(rows.contains(id) || !state.is_open(), "an open delivery was removed: {id}");
            rows.contains(id)
        });
        self.removed += (before - self.deliveries.len()) as u64;
        self.compare_rows(store);
    }

    /// A delivery, or the number of one that was removed, or that there never was.
    fn any(&self, numbers: &mut Numbers) -> i64 {
        let latest = self.latest as u64 + 2;
        let recent = latest.min(80);
        (if numbers.below(4) == 0 { numbers.below(latest) } else { latest - numbers.below(recent) }) as i64
    }

    fn change(&mut self, id: i64, to: State) {
        let (destination, state, _) = self.deliveries.get_mut(&id).unwrap();
        let (_, states) = self.totals.get_mut(destination).unwrap();
        *states.get_mut(state).unwrap() -= 1;
        *states.entry(to).or_default() += 1;
        *state = to;
    }

    fn compare_totals(&self, store: &Store) {
        let found = by_destination(&wait(store.queue().totals()).unwrap());
        assert_eq!(found.len(), self.totals.len());
        for (destination, (accepted, states)) in &self.totals {
            let found = &found[*destination];
            assert_eq!((found.0, found.1.values().sum()), (*accepted, *accepted), "{destination}");
            for state in State::ALL {
                let count = |states: &BTreeMap<State, u64>| states.get(&state).copied().unwrap_or(0);
                assert_eq!(count(&found.1), count(states), "{destination}, {state:?}");
            }
        }
    }

    fn compare_rows(&self, store: &Store) {
        store.assert_sound();
        let rows = store.deliveries().into_iter().map(|row| (row.id, row));
        let rows: HashMap<_, _> = rows.collect();
        assert_eq!(rows.len(), self.deliveries.len());
        let ledger = store.ledger();
        for (id, (destination, state, attempts)) in &self.deliveries {
            let row = &rows[id];
            let found = (row.destination.as_str(), row.state, row.attempts as usize);
            assert_eq!(found, (*destination, *state, *attempts), "{id}");
            let numbers: Vec<_> = ledger.attempts(*id).unwrap().iter().map(|attempt| attempt.number as usize).collect();
            assert_eq!(numbers, (1..=*attempts).collect::<Vec<_>>(), "the attempts of {id}");
        }
    }

    /// Takes all that is due, a few at a time.
    fn compare_due(&self, store: &Store, now_ms: u64) {
        let rows: HashMap<_, _> = store.deliveries().into_iter().map(|row| (row.id, row)).collect();
        for destination in DESTINATIONS {
            let mut open: Vec<_> = rows.values().filter(|row| row.destination == destination).collect();
            open.retain(|row| row.state.is_open());
            open.sort_by_key(|row| (row.due_ms, row.id));
            let mut under_way = HashSet::new();
            let mut taken = Vec::new();
            let next_ms = loop {
                let due = wait(store.queue().due(destination, now_ms, 7, &under_way)).unwrap();
                assert!(due.deliveries.len() == 7 || !due.more);
                under_way.extend(due.deliveries.iter().map(|delivery| delivery.id));
                taken.extend(due.deliveries.into_iter().map(|delivery| delivery.id));
                if !due.more {
                    break due.next_ms;
                }
            };
            let (due, later): (Vec<_>, Vec<_>) = open.into_iter().partition(|row| row.due_ms <= now_ms);
            assert_eq!(taken, due.iter().map(|row| row.id).collect::<Vec<_>>());
            assert_eq!(next_ms, later.first().map(|row| row.due_ms));
        }
    }
}

/// Runs `steps` from a seed, and fails unless much has happened.
fn run(seed: u64, steps: u64) {
    let (mut store, mut model, mut numbers) = (Store::new(), Model::default(), Numbers(seed));
    for step in 0..steps {
        model.step(&mut store, &mut numbers, 1_000 + step);
    }
    model.compare_rows(&store);
    assert!(model.latest as u64 > steps / 4, "{} deliveries", model.latest);
    assert!(model.removed > steps / 20, "{} removed", model.removed);
    assert!(model.replayed > steps / 20, "{} replayed", model.replayed);
}

#[test]
fn a_thousand_operations_by_one_seed() {
    run(0x0005_DEEC_E66D, 1_000);
}

#[test]
fn a_thousand_operations_by_another_seed() {
    run(0x9E37_79B9_7F4A_7C15, 1_000);
}

#[test]
fn a_thousand_operations_by_a_third_seed() {
    run(42, 1_000);
}

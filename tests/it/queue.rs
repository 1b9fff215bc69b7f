//! The queue by itself, as sessions: what is asked of it, and what it answers.
//! After every command the ledger is audited.

use crate::harness::wait;
use expect_test::{Expect, expect};
use fnhost_queue::{
    Accepted, Delivery, Due, Finish, Finished, Ledger, NewEvent, Options, Queue, Record, Replayed, Retention,
    Selection, State, Swept, Total,
};
use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::Arc;

/// A queue in a folder of its own.
pub(crate) struct Store {
    folder: tempfile::TempDir,
    options: Options,
    queue: Option<Queue>,
}

impl Store {
    /// A new queue.
    pub(crate) fn new() -> Store {
        Store::with(|_| {})
    }

    /// A new queue with other options than the usual.
    pub(crate) fn with(change: impl FnOnce(&mut Options)) -> Store {
        let folder = tempfile::tempdir().unwrap();
        let mut options = Options::default();
        change(&mut options);
        let queue = Queue::open(folder.path(), &options, 0).unwrap();
        Store { folder, options, queue: Some(queue) }
    }

    pub(crate) fn dir(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn queue(&self) -> &Queue {
        self.queue.as_ref().expect("the queue is open unless it was closed")
    }

    pub(crate) fn close(&mut self) {
        self.queue = None;
    }

    pub(crate) fn reopen(&mut self, now_ms: u64) {
        self.close();
        self.queue = Some(Queue::open(self.folder.path(), &self.options, now_ms).unwrap());
    }

    pub(crate) fn reopen_with(&mut self, now_ms: u64, change: impl FnOnce(&mut Options)) {
        change(&mut self.options);
        self.reopen(now_ms);
    }

    pub(crate) fn ledger(&self) -> Ledger {
        Ledger::open(self.dir()).unwrap()
    }

    /// All deliveries, the latest first.
    pub(crate) fn deliveries(&self) -> Vec<Delivery> {
        self.ledger().deliveries(&Selection::default(), 1_000_000).unwrap()
    }

    /// Fails unless rows and totals agree, and the accepted are the sum of the states.
    pub(crate) fn assert_sound(&self) {
        assert_eq!(self.ledger().audit().unwrap(), Vec::<String>::new());
        let totals = wait(self.queue().totals()).unwrap();
        assert_eq!(totals, self.ledger().totals().unwrap());
        for (destination, (accepted, states)) in by_destination(&totals) {
            assert_eq!(accepted, states.values().sum::<u64>(), "accepted, sum of the states of `{destination}`");
        }
    }

    /// All steps of a sweep, as one.
    pub(crate) fn sweep(&self, retention: Retention, now_ms: u64) -> Swept {
        let mut all = Swept { next: Some(0), ..Swept::default() };
        for _step in 0..1_000 {
            let Some(from) = all.next else { return all };
            let swept = wait(self.queue().sweep(retention, now_ms, from)).unwrap();
            all.events += swept.events;
            all.dead_for_size += swept.dead_for_size;
            all.next = swept.next;
        }
        panic!("a sweep of 1,000 steps: {all:?}");
    }

    fn carry_out(&mut self, command: &str) -> String {
        let words: Vec<_> = command.split(' ').collect();
        match words[..] {
            ["reopen", now_ms] => {
                self.reopen(number(now_ms));
                "open\n".to_owned()
            }
            ["accept", now_ms, ref events @ ..] => accepted(self.queue(), number(now_ms), events),
            ["due", destination, now_ms, limit, ref under_way @ ..] => {
                let under_way = under_way.iter().map(|id| number(id) as i64).collect();
                let limit = number(limit) as usize;
                due_text(&wait(self.queue().due(destination, number(now_ms), limit, &under_way)).unwrap())
            }
            ["finish", now_ms, ref deliveries @ ..] => finished(self.queue(), None, number(now_ms), deliveries),
            ["attempt", now_ms, ref deliveries @ ..] => {
                let (now_ms, detail) = (number(now_ms), format!("seen at {now_ms}").into_bytes());
                let record = Record { version: "v1".to_owned(), started_ms: now_ms - 1, detail };
                finished(self.queue(), Some(record), now_ms, deliveries)
            }
            ["replay", now_ms, ref ids @ ..] => {
                let ids: Vec<_> = ids.iter().map(|id| number(id) as i64).collect();
                let Replayed { again, open } = self.ledger().replay(&ids, number(now_ms)).unwrap();
                format!("{again} again, {open} open\n")
            }
            ["sweep", now_ms, "age", age_ms, "dead", dead_age_ms, "bytes", bytes_max] => {
                let (age_ms, dead_age_ms, bytes_max) = (number(age_ms), number(dead_age_ms), number(bytes_max));
                let swept = self.sweep(Retention { age_ms, dead_age_ms, bytes_max }, number(now_ms));
                format!("{} events, {} dead for size\n", swept.events, swept.dead_for_size)
            }
            ["totals"] => totals_text(&wait(self.queue().totals()).unwrap()),
            ["oldest"] => format!("{:?}\n", wait(self.queue().oldest_due()).unwrap()),
            ["deliveries", ref selection @ ..] => {
                let deliveries = self.ledger().deliveries(&selected(selection), 100).unwrap();
                deliveries.iter().rev().map(delivery_text).collect()
            }
            ["events", ref selection @ ..] => {
                let events = self.ledger().events(&selected(selection), 100).unwrap();
                let text = events.iter().rev().map(|event| {
                    let payload = String::from_utf8_lossy(&event.payload);
                    format!("{}: `{}` of {} at {}: {payload}\n", event.id, event.key, event.source, event.received_ms)
                });
                text.collect()
            }
            ["attempts", id] => attempts_text(&self.ledger(), number(id) as i64),
            _ => panic!("no command: {command}"),
        }
    }
}

/// Runs the commands in `expected`, the lines with `>`, and expects the answers that are there.
pub(crate) fn session(expected: Expect) {
    session_in(Store::new(), expected);
}

pub(crate) fn session_in(mut store: Store, expected: Expect) {
    let mut text = String::new();
    for command in expected.data().lines().filter_map(|line| line.trim_start().strip_prefix("> ")) {
        text += &format!("> {command}\n{}", store.carry_out(command));
        store.assert_sound();
    }
    expected.assert_eq(&text);
}

fn number(text: &str) -> u64 {
    text.parse().unwrap_or_else(|_| panic!("no number: {text}"))
}

/// An event from `web` that says its key.
pub(crate) fn event(key: &str, received_ms: u64, destinations: &[&str]) -> NewEvent {
    NewEvent {
        source: "web".to_owned(),
        key: key.to_owned(),
        received_ms,
        due_ms: received_ms,
        payload: format!("payload of {key}").into_bytes(),
        destinations: destinations.iter().map(|name| (*name).to_owned()).collect(),
    }
}

/// Events with keys that nothing else has, to `x`.
pub(crate) fn events(keys: std::ops::Range<usize>, received_ms: u64, payload_bytes: usize) -> Vec<NewEvent> {
    let destinations: Arc<[String]> = Arc::new(["x".to_owned()]);
    let event = |key: usize| NewEvent {
        payload: vec![b'x'; payload_bytes],
        destinations: destinations.clone(),
        ..event(&key.to_string(), received_ms, &[])
    };
    keys.map(event).collect()
}

/// One delivery moved on, with a record of `record_bytes`, or without.
pub(crate) fn finish(id: i64, state: State, now_ms: u64, record_bytes: Option<usize>) -> Finish {
    let record = |bytes| Record { version: "v1".to_owned(), started_ms: now_ms, detail: vec![b'r'; bytes] };
    let finished = Finished { id, state, reason: None, due_ms: now_ms, now_ms };
    Finish { record: record_bytes.map(record), deliveries: vec![finished] }
}

/// `key>destination,destination` for each event.
fn accepted(queue: &Queue, now_ms: u64, events: &[&str]) -> String {
    let events = events.iter().map(|text| {
        let (key, destinations) = text.split_once('>').unwrap_or((text, ""));
        let destinations: Vec<_> = destinations.split(',').filter(|name| !name.is_empty()).collect();
        event(key, now_ms, &destinations)
    });
    match wait(queue.accept(events.collect(), Vec::new())) {
        Ok(accepted) => {
            let text = accepted.iter().map(|accepted| match accepted {
                Accepted::New(id) => format!("new {id}\n"),
                Accepted::Duplicate => "duplicate\n".to_owned(),
            });
            text.collect()
        }
        Err(error) => format!("error: {error}\n"),
    }
}

/// `id=state`, `id=state@due_ms`, each with `:reason` or without.
fn finished(queue: &Queue, record: Option<Record>, now_ms: u64, deliveries: &[&str]) -> String {
    let deliveries = deliveries.iter().map(|text| {
        let (text, reason) = text.split_once(':').map_or((*text, None), |(text, reason)| (text, Some(reason)));
        let (id, state) = text.split_once('=').unwrap();
        let (state, due_ms) = state.split_once('@').map_or((state, now_ms), |(state, due_ms)| (state, number(due_ms)));
        let state = State::named(state).unwrap();
        Finished { id: number(id) as i64, state, reason: reason.map(str::to_owned), due_ms, now_ms }
    });
    let finish = Finish { record, deliveries: deliveries.collect() };
    wait(queue.finish(finish)).map_or_else(|error| format!("error: {error}\n"), |()| String::new())
}

/// `state=dead`, `to=x`, `of=web`, `event=1`, `since=1`, `until=1`, `below=1`.
fn selected(words: &[&str]) -> Selection {
    let mut selection = Selection::default();
    for (name, value) in words.iter().map(|word| word.split_once('=').unwrap()) {
        match name {
            "state" => selection.state = State::named(value),
            "to" => selection.destination = Some(value.to_owned()),
            "of" => selection.source = Some(value.to_owned()),
            "event" => selection.event = Some(number(value) as i64),
            "since" => selection.since_ms = Some(number(value)),
            "until" => selection.until_ms = Some(number(value)),
            "below" => selection.below = Some(number(value) as i64),
            _ => panic!("no condition: {name}"),
        }
    }
    selection
}

fn due_text(due: &Due) -> String {
    let deliveries = due.deliveries.iter().map(|delivery| {
        let first = delivery.first_ms.map_or(String::new(), |first_ms| format!(" since {first_ms}"));
        let (id, event, attempts) = (delivery.id, delivery.event, delivery.attempts);
        let (due_ms, payload) = (delivery.due_ms, String::from_utf8_lossy(&delivery.payload));
        format!("{id} of event {event}: due {due_ms}, {attempts} attempts{first}, {payload}\n")
    });
    let rest = match (due.more, due.next_ms) {
        (true, None) => "more\n".to_owned(),
        (false, None) => "no more\n".to_owned(),
        (more, Some(next_ms)) => format!("next {next_ms}{}\n", if more { " and more" } else { "" }),
    };
    deliveries.chain([rest]).collect()
}

fn delivery_text(delivery: &Delivery) -> String {
    let Delivery { id, event, destination, state, reason, attempts, due_ms, changed_ms } = delivery;
    let reason = reason.as_ref().map_or(String::new(), |reason| format!(" ({reason})"));
    let due = if state.is_open() { format!(", due {due_ms}") } else { String::new() };
    let state = state.as_str();
    format!("{id} of event {event} to {destination}: {state}{reason} at {changed_ms}, {attempts} attempts{due}\n")
}

fn attempts_text(ledger: &Ledger, id: i64) -> String {
    let attempts = ledger.attempts(id).unwrap();
    let text = attempts.iter().map(|attempt| {
        let reason = attempt.reason.as_ref().map_or(String::new(), |reason| format!(" ({reason})"));
        let (number, state, record) = (attempt.number, attempt.state.as_str(), &attempt.record);
        let detail = String::from_utf8_lossy(&record.detail);
        let (version, started_ms, together) = (&record.version, record.started_ms, attempt.together);
        format!("{number}: {state}{reason} by {version} from {started_ms}, {together} together, {detail}\n")
    });
    text.collect()
}

/// For each destination how many were accepted, and how many there are in each state.
pub(crate) fn by_destination(totals: &[Total]) -> BTreeMap<String, (u64, BTreeMap<State, u64>)> {
    let mut destinations: BTreeMap<String, (u64, BTreeMap<State, u64>)> = BTreeMap::new();
    for total in totals {
        let (accepted, states) = destinations.entry(total.destination.clone()).or_default();
        match total.state {
            Some(state) => assert_eq!(states.insert(state, total.count), None, "a state is there once"),
            None => *accepted = total.count,
        }
    }
    destinations
}

fn totals_text(totals: &[Total]) -> String {
    let destinations = by_destination(totals);
    let text = destinations.iter().map(|(destination, (accepted, states))| {
        let states = states.iter().filter(|(_, count)| **count > 0);
        let states: Vec<_> = states.map(|(state, count)| format!("{count} {}", state.as_str())).collect();
        format!("{destination}: {accepted} accepted = {}\n", states.join(" + "))
    });
    text.collect()
}

#[test]
fn events_are_accepted_once_per_key() {
    session(expect![[r#"
        > accept 1000 a>x b>x,y c a>x
        new 1
        new 2
        new 3
        duplicate
        > accept 1001 b>x d>z d>z
        duplicate
        new 4
        duplicate
        > accept 1002
        > events
        1: `a` of web at 1000: payload of a
        2: `b` of web at 1000: payload of b
        3: `c` of web at 1000: payload of c
        4: `d` of web at 1001: payload of d
        > deliveries
        1 of event 1 to x: pending at 1000, 0 attempts, due 1000
        2 of event 2 to x: pending at 1000, 0 attempts, due 1000
        3 of event 2 to y: pending at 1000, 0 attempts, due 1000
        4 of event 4 to z: pending at 1001, 0 attempts, due 1001
        > totals
        x: 2 accepted = 2 pending
        y: 1 accepted = 1 pending
        z: 1 accepted = 1 pending
    "#]]);
}

#[test]
fn a_key_is_remembered_for_24_hours() {
    session(expect![[r#"
        > accept 1000 a>x
        new 1
        > accept 86400999 a>x
        duplicate
        > accept 86401000 a>x
        new 2
        > accept 86401001 a>x
        duplicate
        > events
        1: `a` of web at 1000: payload of a
        2: `a` of web at 86401000: payload of a
        > totals
        x: 2 accepted = 2 pending
    "#]]);
}

#[test]
fn a_key_is_remembered_when_the_clock_is_set_back_and_across_a_reopening() {
    session(expect![[r#"
        > accept 1000 a>x b
        new 1
        new 2
        > reopen 1000
        open
        > accept 1000 a>x b>x
        duplicate
        duplicate
        > accept 10 a>x
        duplicate
        > totals
        x: 1 accepted = 1 pending
    "#]]);
}

#[test]
fn a_key_is_remembered_for_as_long_as_the_options_say() {
    session_in(
        Store::with(|options| options.duplicate_ms = 10),
        expect![[r#"
            > accept 100 a>x
            new 1
            > accept 109 a>x
            duplicate
            > accept 110 a>x
            new 2
            > accept 120 a>x
            new 3
        "#]],
    );
}

#[test]
fn keys_are_told_apart_byte_by_byte() {
    let long = "k".repeat(32 * 1024);
    let keys = ["", "\0", "a", "A", "a\0", "a\0b", "a ", " a", "ä", "a\u{308}", "1", "1.0", "%", "'", &long];
    let mut keys: Vec<_> = keys.iter().map(|key| (*key).to_owned()).collect();
    keys.push(format!("{}K", &long[1..]));
    keys.push(format!("{long}k"));
    let store = Store::new();
    let new = || keys.iter().map(|key| event(key, 1, &["x"])).collect::<Vec<_>>();
    let accepted = wait(store.queue().accept(new(), Vec::new())).unwrap();
    assert_eq!(accepted, (1..=keys.len() as i64).map(Accepted::New).collect::<Vec<_>>());
    let again = wait(store.queue().accept(new(), Vec::new())).unwrap();
    assert_eq!(again, vec![Accepted::Duplicate; keys.len()]);
    let ledger = store.ledger();
    for (key, id) in keys.iter().zip(1..) {
        let found: Vec<_> = ledger.events_by_key(key).unwrap().into_iter().map(|event| (event.id, event.key)).collect();
        assert_eq!(found, [(id, key.clone())]);
    }
}

#[test]
fn payloads_names_and_records_are_kept_byte_by_byte() {
    let mut store = Store::new();
    let payloads = [vec![], vec![0; 70_000], (0..=255).collect(), b"\xff\xfe\0\x80".to_vec()];
    let new = payloads.iter().zip(0..).map(|(payload, at)| NewEvent {
        source: "s\0\u{1F980}'".to_owned(),
        payload: payload.clone(),
        ..event(&format!("{at}"), 5, &["to\0 'x'\""])
    });
    wait(store.queue().accept(new.collect(), Vec::new())).unwrap();
    let mut moved = finish(1, State::Retrying, 6, None);
    let record = Record { version: "\0v\u{308}".to_owned(), started_ms: 6, detail: payloads[2].clone() };
    moved.record = Some(record.clone());
    moved.deliveries[0].reason = Some("no\0t 'so'".to_owned());
    wait(store.queue().finish(moved)).unwrap();
    store.reopen(10);
    let due = wait(store.queue().due("to\0 'x'\"", 10, 10, &HashSet::new())).unwrap();
    let mut read: Vec<_> = due.deliveries.into_iter().map(|due| (due.id, due.source, due.payload)).collect();
    read.sort();
    let written = payloads.iter().zip(1..).map(|(payload, id)| (id, "s\0\u{1F980}'".to_owned(), payload.clone()));
    assert_eq!(read, written.collect::<Vec<_>>());
    let attempt = store.ledger().attempts(1).unwrap().remove(0);
    assert_eq!(attempt.reason.as_deref(), Some("no\0t 'so'"));
    assert_eq!((attempt.record.version, attempt.record.detail), (record.version, record.detail));
}

#[test]
fn an_event_goes_to_as_many_destinations_as_there_are() {
    let names: Vec<_> = (0..1_000).map(|at| format!("destination {at}")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let store = Store::new();
    let accepted = wait(store.queue().accept(vec![event("a", 1, &names), event("b", 2, &names)], Vec::new())).unwrap();
    assert_eq!(accepted, [Accepted::New(1), Accepted::New(2)]);
    store.assert_sound();
    for name in names {
        let due = wait(store.queue().due(name, 1, 10, &HashSet::new())).unwrap();
        assert_eq!((due.deliveries.len(), due.deliveries[0].event, due.next_ms), (1, 1, Some(2)));
    }
}

#[test]
fn what_is_due_comes_in_the_order_of_being_due() {
    session(expect![[r#"
        > due x 1000 10
        no more
        > accept 300 c>x
        new 1
        > accept 100 a>x,y
        new 2
        > accept 200 b>x
        new 3
        > due x 1000 10
        2 of event 2: due 100, 0 attempts, payload of a
        4 of event 3: due 200, 0 attempts, payload of b
        1 of event 1: due 300, 0 attempts, payload of c
        no more
        > due x 1000 2
        2 of event 2: due 100, 0 attempts, payload of a
        4 of event 3: due 200, 0 attempts, payload of b
        more
        > due x 1000 3
        2 of event 2: due 100, 0 attempts, payload of a
        4 of event 3: due 200, 0 attempts, payload of b
        1 of event 1: due 300, 0 attempts, payload of c
        no more
        > due x 1000 0
        more
        > due x 250 10
        2 of event 2: due 100, 0 attempts, payload of a
        4 of event 3: due 200, 0 attempts, payload of b
        next 300
        > due x 250 2
        2 of event 2: due 100, 0 attempts, payload of a
        4 of event 3: due 200, 0 attempts, payload of b
        next 300
        > due x 250 1
        2 of event 2: due 100, 0 attempts, payload of a
        more
        > due x 99 10
        next 100
        > due x 1000 10 2 4
        1 of event 1: due 300, 0 attempts, payload of c
        no more
        > due x 1000 1 2
        4 of event 3: due 200, 0 attempts, payload of b
        more
        > due x 1000 10 1 2 4
        no more
        > due x 250 10 2 4
        next 300
        > due x 1000 10 3
        2 of event 2: due 100, 0 attempts, payload of a
        4 of event 3: due 200, 0 attempts, payload of b
        1 of event 1: due 300, 0 attempts, payload of c
        no more
        > due y 1000 10
        3 of event 2: due 100, 0 attempts, payload of a
        no more
        > due z 1000 10
        no more
        > oldest
        [("x", 100), ("y", 100)]
        > reopen 1000
        open
        > due x 1000 10
        2 of event 2: due 100, 0 attempts, payload of a
        4 of event 3: due 200, 0 attempts, payload of b
        1 of event 1: due 300, 0 attempts, payload of c
        no more
    "#]]);
}

#[test]
fn of_those_due_at_one_time_the_first_accepted_comes_first() {
    session(expect![[r#"
        > accept 100 a>x b>x c>x
        new 1
        new 2
        new 3
        > attempt 101 1=retrying@100
        > due x 100 10
        1 of event 1: due 100, 1 attempts since 100, payload of a
        2 of event 2: due 100, 0 attempts, payload of b
        3 of event 3: due 100, 0 attempts, payload of c
        no more
        > due x 100 2
        1 of event 1: due 100, 1 attempts since 100, payload of a
        2 of event 2: due 100, 0 attempts, payload of b
        more
        > due x 100 1 1 2
        3 of event 3: due 100, 0 attempts, payload of c
        no more
    "#]]);
}

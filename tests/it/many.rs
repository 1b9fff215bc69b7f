//! What tests with thousands of events share: a port to come back to, waiting for as long as it goes on,
//! what is in the ledger, and random numbers that can be had again.

use crate::daemon::{Daemon, until};
use fnhost_queue::{Ledger, Selection, State};
use std::collections::BTreeMap;
use std::io::Write;
use std::net::TcpListener;
use std::sync::atomic::{AtomicU16, Ordering};

/// More than any test has.
pub(crate) const ALL: usize = 10_000_000;

/// A port for a daemon that is killed while clients hold on to its address. It is below those that the system
/// gives out by itself, so nobody else's endpoint turns up there meanwhile.
pub(crate) fn port_to_come_back_to() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 20_000 + u16::try_from(std::process::id() % 10_000).unwrap();
    (0..1_000)
        .map(|_| first + NEXT.fetch_add(1, Ordering::Relaxed))
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("one in a thousand ports is free")
}

/// Waits until no delivery is open, for as long as they become fewer.
pub(crate) fn until_nothing_is_open(daemon: &Daemon) {
    let ledger = daemon.ledger();
    let mut open = count_open(&ledger);
    while open > 0 {
        open = until("deliveries to end", || match count_open(&ledger) {
            fewer if fewer < open => Ok(fewer),
            _ => Err(format!("{open} are open; the log:\n{}", daemon.log())),
        });
    }
}

/// How many deliveries are pending or retrying.
pub(crate) fn count_open(ledger: &Ledger) -> u64 {
    let totals = ledger.totals().unwrap();
    totals.iter().filter(|total| total.state.is_some_and(State::is_open)).map(|total| total.count).sum()
}

/// How many events each destination was given, and how many deliveries are in each state: `name: 3 accepted, 3 delivered`.
pub(crate) fn totals(ledger: &Ledger) -> String {
    let mut lines: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for total in ledger.totals().unwrap().into_iter().filter(|total| total.count > 0) {
        let state = total.state.map_or("accepted", State::as_str);
        lines.entry(total.destination).or_default().push(format!("{} {state}", total.count));
    }
    lines.into_iter().map(|(destination, counts)| format!("{destination}: {}\n", counts.join(", "))).collect()
}

/// The `messageId` of every event in the ledger, in order; one that is there twice is here twice.
pub(crate) fn message_ids(ledger: &Ledger) -> Vec<String> {
    let events = ledger.events(&Selection::default(), ALL).unwrap();
    let mut ids: Vec<_> = events.into_iter().map(|event| event.key).collect();
    ids.sort();
    ids
}

/// Says something that is worth reading in every run.
pub(crate) fn say(line: &str) {
    // Nobody may be reading; the test goes on all the same.
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Random numbers (SplitMix64) that are the same for the same seed.
pub(crate) struct Random(u64);

impl Random {
    /// From the seed in the environment's `SEED`, or one that is new every time; says which, and who asks.
    pub(crate) fn seeded(test: &str) -> Random {
        let given = std::env::var("SEED").ok().map(|seed| seed.parse().expect("SEED is a number"));
        let seed = given.unwrap_or_else(|| {
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
            u64::from(now.subsec_nanos()) ^ (u64::from(std::process::id()) << 32)
        });
        say(&format!("{test}: SEED={seed}"));
        Random(seed)
    }

    /// Another source of numbers, for another thread say.
    pub(crate) fn split(&mut self) -> Random {
        Random(self.number())
    }

    pub(crate) fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `bound`, which is not among them.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.number() % u64::try_from(bound).unwrap()).unwrap()
    }
}

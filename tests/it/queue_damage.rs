//! The queue by itself, in folders that are in use, missing, of a later version
//! or damaged, and after a crash at any moment.

use crate::harness::wait;
use crate::queue::{Store, event, events, finish};
use crate::queue_random::Numbers;
use expect_test::{Expect, expect};
use fnhost_queue::{Accepted, Finished, Ledger, OpenError, Options, Queue, QueueError, Retention, Selection, State};
use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Where a database's header says its format.
const FORMAT_AT: usize = 60;
const PAGE_BYTES: usize = 4_096;

/// What the openings of `dir` as a queue and as a ledger say, with `DIR` for the folder.
fn expect_opening(dir: &Path, expected: Expect) {
    let text = |name: &str, error: Option<OpenError>| {
        let text = error.map_or("opens".to_owned(), |error| error.to_string());
        format!("{name}: {}\n", text.replace(dir.to_str().unwrap(), "DIR"))
    };
    // The ledger first: it makes nothing.
    let ledger = text("ledger", Ledger::open(dir).err());
    let queue = text("queue", Queue::open(dir, &Options::default(), 1).err());
    expected.assert_eq(&format!("{ledger}{queue}"));
}

/// A closed queue with some of everything.
fn closed_store() -> Store {
    let mut store = Store::new();
    wait(store.queue().accept(events(0..60, 1_000, 600), Vec::new())).unwrap();
    wait(store.queue().accept(vec![event("large", 1_000, &["x", "y", "z"])], Vec::new())).unwrap();
    for id in 1..=40 {
        let state = State::ALL[1 + id as usize % 6];
        wait(store.queue().finish(finish(id, state, 2_000, Some(200)))).unwrap();
    }
    store.close();
    store
}

#[test]
fn a_folder_is_made_when_it_is_missing_and_is_empty_to_a_ledger_before() {
    let folder = tempfile::tempdir().unwrap();
    expect_opening(
        &folder.path().join("a/b"),
        expect![[r#"
            ledger: there is no data in `DIR`
            queue: opens
        "#]],
    );
    expect_opening(
        &folder.path().join("a/b"),
        expect![[r#"
            ledger: opens
            queue: opens
        "#]],
    );
}

#[test]
fn a_folder_that_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "not a folder").unwrap();
    expect_opening(
        &file,
        expect![[r#"
            ledger: there is no data in `DIR`
            queue: cannot use the data folder `DIR`: File exists (os error 17)
        "#]],
    );
    expect_opening(
        &file.join("below"),
        expect![[r#"
            ledger: there is no data in `DIR`
            queue: cannot use the data folder `DIR`: Not a directory (os error 20)
        "#]],
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), "not a folder");
}

#[test]
fn folders_in_the_place_of_files() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("fnhost.db")).unwrap();
    expect_opening(
        folder.path(),
        expect![[r#"
            ledger: there is no data in `DIR`
            queue: cannot open the database `DIR/fnhost.db`: unable to open database file: DIR/fnhost.db
        "#]],
    );
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("fnhost.lock")).unwrap();
    expect_opening(
        folder.path(),
        expect![[r#"
            ledger: there is no data in `DIR`
            queue: cannot use the data folder `DIR/fnhost.lock`: Is a directory (os error 21)
        "#]],
    );
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written() {
    use std::os::unix::fs::PermissionsExt;
    let permit = |dir: &Path, mode: u32| fs::set_permissions(dir, fs::Permissions::from_mode(mode)).unwrap();
    let (store, empty) = (closed_store(), tempfile::tempdir().unwrap());
    permit(store.dir(), 0o555);
    permit(empty.path(), 0o555);
    // Whom the system lets write anyway cannot see this.
    if fs::write(empty.path().join("probe"), "").is_err() {
        expect_opening(
            store.dir(),
            expect![[r#"
                ledger: cannot open the database `DIR/fnhost.db`: attempt to write a readonly database; the folder and its files must be writable
                queue: cannot open the database `DIR/fnhost.db`: attempt to write a readonly database; the folder and its files must be writable
            "#]],
        );
        expect_opening(
            empty.path(),
            expect![[r#"
                ledger: there is no data in `DIR`
                queue: cannot use the data folder `DIR/fnhost.lock`: Permission denied (os error 13)
            "#]],
        );
    }
    permit(store.dir(), 0o755);
    permit(empty.path(), 0o755);
}

#[test]
fn a_folder_has_one_owner_at_a_time() {
    let mut store = Store::new();
    let second = || Queue::open(store.dir(), &Options::default(), 1);
    assert!(matches!(second(), Err(OpenError::InUse { .. })));
    let clone = store.queue().clone();
    wait(clone.accept(events(0..1, 1, 1), Vec::new())).unwrap();
    expect_opening(
        store.dir(),
        expect![[r#"
            ledger: opens
            queue: the data folder `DIR` is in use by another process
        "#]],
    );
    store.close();
    let second = || Queue::open(store.dir(), &Options::default(), 1);
    assert!(matches!(second(), Err(OpenError::InUse { .. })), "a clone holds it still");
    wait(clone.accept(events(1..2, 1, 1), Vec::new())).unwrap();
    drop(clone);
    let queue = second().unwrap();
    assert_eq!(
        wait(queue.accept(events(0..3, 1, 1), Vec::new())).unwrap()[1..],
        [Accepted::Duplicate, Accepted::New(3)]
    );
}

#[test]
fn closing_leaves_all_in_the_database() {
    for _time in 0..20 {
        let mut store = Store::new();
        wait(store.queue().accept(events(0..1, 1, 1), Vec::new())).unwrap();
        store.close();
        let mut files: Vec<_> = fs::read_dir(store.dir()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        files.sort();
        assert_eq!(files, ["fnhost.db", "fnhost.lock"]);
    }
}

#[test]
fn a_database_of_a_later_version_is_left_alone() {
    let store = closed_store();
    let path = store.dir().join("fnhost.db");
    let mut bytes = fs::read(&path).unwrap();
    assert_eq!(bytes[FORMAT_AT..FORMAT_AT + 4], 1_u32.to_be_bytes());
    bytes[FORMAT_AT..FORMAT_AT + 4].copy_from_slice(&2_u32.to_be_bytes());
    fs::write(&path, &bytes).unwrap();
    expect_opening(
        store.dir(),
        expect![[r#"
            ledger: `DIR/fnhost.db` was written by a later version (format 2, this one reads up to 1)
            queue: `DIR/fnhost.db` was written by a later version (format 2, this one reads up to 1)
        "#]],
    );
    assert!(fs::read(&path).unwrap() == bytes, "nothing was written");
}

/// A folder whose database is `content`.
fn folder_with(content: &[u8]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("fnhost.db"), content).unwrap();
    folder
}

#[test]
fn a_file_that_is_no_database_is_left_alone() {
    let text = b"no database, but a text.\n".repeat(1_000);
    let folder = folder_with(&text);
    expect_opening(
        folder.path(),
        expect![[r#"
            ledger: cannot open the database `DIR/fnhost.db`: file is not a database; the file is damaged: restore it from a backup, or move the data folder away to start with an empty one
            queue: cannot open the database `DIR/fnhost.db`: file is not a database; the file is damaged: restore it from a backup, or move the data folder away to start with an empty one
        "#]],
    );
    assert!(fs::read(folder.path().join("fnhost.db")).unwrap() == text);
}

#[test]
fn an_empty_file_becomes_a_database() {
    expect_opening(
        folder_with(b"").path(),
        expect![[r#"
            ledger: there is no data in `DIR`
            queue: opens
        "#]],
    );
}

/// Asks everything of the queue in `dir`, which may be damaged. The answers are
/// what is left or errors of the storage, never a panic. How many were errors.
fn use_damaged(dir: &Path, what: &str) -> usize {
    let mut errors = Vec::new();
    match Queue::open(dir, &Options::default(), 5_000) {
        Ok(queue) => {
            errors.extend(wait(queue.totals()).err());
            errors.extend(wait(queue.oldest_due()).err());
            for destination in ["x", "y", "none"] {
                errors.extend(wait(queue.due(destination, 9_000, 100, &HashSet::new())).err());
            }
            errors.extend(wait(queue.accept(events(0..20, 5_000, 900), Vec::new())).err());
            errors.extend(wait(queue.accept(events(100..150, 5_000, 900), Vec::new())).err());
            for first in [1, 41] {
                let mut together = finish(first, State::Delivered, 5_000, Some(90));
                let (one, ids) = (together.deliveries.remove(0), first..first + 30);
                together.deliveries = ids.map(|id| Finished { id, ..one.clone() }).collect();
                errors.extend(wait(queue.finish(together)).err());
            }
            let everything = Retention { age_ms: 0, dead_age_ms: 0, bytes_max: u64::MAX };
            errors.extend(wait(queue.sweep(everything, 9_000, 0)).err());
            assert!(!errors.contains(&QueueError::Closed), "{what}: a thread ended: {errors:?}");
        }
        Err(OpenError::Database { detail, .. }) => errors.push(QueueError::Storage(detail)),
        Err(error) => panic!("{what}: {error}"),
    }
    match Ledger::open(dir) {
        Ok(mut ledger) => {
            errors.extend(ledger.deliveries(&Selection::default(), 1_000).err());
            errors.extend(ledger.events(&Selection::default(), 1_000).err());
            errors.extend(ledger.events_by_key("large").err());
            errors.extend(ledger.rejections(10).err());
            errors.extend((1..=70).filter_map(|id| ledger.attempts(id).err()));
            errors.extend(ledger.replay(&(1..=70).collect::<Vec<_>>(), 9_000).err());
            errors.extend(ledger.totals().err());
            errors.extend(ledger.audit().err());
        }
        Err(OpenError::Database { detail, .. }) => errors.push(QueueError::Storage(detail)),
        Err(error) => panic!("{what}: {error}"),
    }
    assert!(errors.iter().all(|error| matches!(error, QueueError::Storage(_))), "{what}: {errors:?}");
    errors.len()
}

#[test]
fn a_damaged_page_is_an_error_and_no_panic() {
    let store = closed_store();
    let bytes = fs::read(store.dir().join("fnhost.db")).unwrap();
    assert!(bytes.len() / PAGE_BYTES > 20, "{} bytes", bytes.len());
    let mut numbers = Numbers(7);
    let mut noticed = BTreeSet::new();
    for page in 0..bytes.len() / PAGE_BYTES {
        for pattern in ["zeros", "noise", "spots"] {
            let mut damaged = bytes.clone();
            // The page size in the first bytes stays, or it is another file.
            let begin = page * PAGE_BYTES + if page == 0 { 100 } else { 0 };
            for byte in &mut damaged[begin..(page + 1) * PAGE_BYTES] {
                match pattern {
                    "zeros" => *byte = 0,
                    "noise" => *byte = numbers.below(256) as u8,
                    _ if numbers.below(64) == 0 => *byte = numbers.below(256) as u8,
                    _ => {}
                }
            }
            let folder = folder_with(&damaged);
            if use_damaged(folder.path(), &format!("page {page}, {pattern}")) > 0 {
                noticed.insert(page);
            }
        }
    }
    assert!(noticed.len() * 2 > bytes.len() / PAGE_BYTES, "damage was noticed in these pages only: {noticed:?}");
}

#[test]
fn a_file_that_is_cut_short_is_an_error_and_no_panic() {
    let store = closed_store();
    let bytes = fs::read(store.dir().join("fnhost.db")).unwrap();
    let pages = bytes.len() / PAGE_BYTES;
    let lengths =
        (1..pages).flat_map(|page| [page * PAGE_BYTES, page * PAGE_BYTES + 1_000]).chain([50, 99, 100, 1_000]);
    for length in lengths {
        let errors = use_damaged(folder_with(&bytes[..length]).path(), &format!("{length} of {} bytes", bytes.len()));
        // What is missing of the last page reads as zeros, which may pass for an old state of it.
        let is_whole_page = length <= (pages - 1) * PAGE_BYTES;
        assert!(errors > 0 || !is_whole_page, "{length} of {} bytes pass for all", bytes.len());
    }
}

#[test]
fn what_a_damaged_database_says() {
    let store = closed_store();
    let bytes = fs::read(store.dir().join("fnhost.db")).unwrap();
    let mut damaged = bytes.clone();
    damaged[2 * PAGE_BYTES..].fill(0xaa);
    expect_opening(
        folder_with(&damaged).path(),
        expect![[r#"
            ledger: opens
            queue: cannot open the database `DIR/fnhost.db`: database disk image is malformed; the file is damaged: restore it from a backup, or move the data folder away to start with an empty one
        "#]],
    );
    expect_opening(
        folder_with(&bytes[..bytes.len() / 2]).path(),
        expect![[r#"
            ledger: cannot open the database `DIR/fnhost.db`: database disk image is malformed; the file is damaged: restore it from a backup, or move the data folder away to start with an empty one
            queue: cannot open the database `DIR/fnhost.db`: database disk image is malformed; the file is damaged: restore it from a backup, or move the data folder away to start with an empty one
        "#]],
    );
    // Damage that the opening does not come across is found by the first call that does.
    let mut damaged = bytes.clone();
    let payload = bytes.windows(16).rposition(|window| window == b"payload of large").unwrap();
    damaged[payload / PAGE_BYTES * PAGE_BYTES..][..PAGE_BYTES].fill(0xaa);
    let folder = folder_with(&damaged);
    let queue = Queue::open(folder.path(), &Options::default(), 1).unwrap();
    expect!["the database cannot be used: database disk image is malformed; the file is damaged: restore it from a backup, or move the data folder away to start with an empty one"].assert_eq(&wait(queue.accept(events(100..101, 1, 500), Vec::new())).unwrap_err().to_string());
}

/// The header of a write-ahead log: another one once the log began anew.
fn log_header(dir: &Path) -> Vec<u8> {
    let log = fs::read(dir.join("fnhost.db-wal")).unwrap_or_default();
    log[..log.len().min(32)].to_vec()
}

/// Copies what a crash at some moment from now on would leave: the database as
/// it is, perhaps in the middle of a checkpoint, and the log that goes with it.
fn copy_as_after_a_crash(from: &Path, to: &Path) {
    for _attempt in 0..1_000 {
        let before = log_header(from);
        fs::copy(from.join("fnhost.db"), to.join("fnhost.db")).unwrap();
        let log = fs::read(from.join("fnhost.db-wal")).unwrap_or_default();
        // If the log began anew meanwhile, the two files belong to two moments.
        if log[..log.len().min(32)] == before {
            return fs::write(to.join("fnhost.db-wal"), log).unwrap();
        }
    }
    panic!("the log begins anew all the time");
}

/// Fails unless the queue in `dir` is sound and has the first events, at least `count`, and no others.
fn expect_the_first(dir: &Path, count: usize, finished: usize) {
    let queue = Queue::open(dir, &Options::default(), 2_000).unwrap();
    let ledger = Ledger::open(dir).unwrap();
    assert_eq!(ledger.audit(), Ok(vec![]));
    let deliveries = ledger.deliveries(&Selection::default(), 1_000_000).unwrap();
    let ids: Vec<_> = deliveries.iter().rev().map(|delivery| delivery.id).collect();
    assert_eq!(ids, (1..=ids.len() as i64).collect::<Vec<_>>(), "without a gap");
    assert!(ids.len() >= count, "{} of {count} that were confirmed", ids.len());
    let keys: Vec<_> = ledger.events(&Selection::default(), 1_000_000).unwrap();
    let keys: Vec<_> = keys.iter().rev().map(|event| event.key.parse::<usize>().unwrap()).collect();
    assert_eq!(keys, (0..ids.len()).collect::<Vec<_>>());
    let delivered = deliveries.iter().filter(|delivery| delivery.state == State::Delivered).count();
    assert!(delivered >= finished, "{delivered} of {finished} that were confirmed");
    let open = wait(queue.due("x", 2_000, 1_000_000, &HashSet::new())).unwrap();
    assert_eq!(open.deliveries.len() + delivered, ids.len());
    // And it goes on from here.
    let next = wait(queue.accept(events(ids.len()..ids.len() + 1, 2_000, 10), Vec::new()));
    assert_eq!(next, Ok(vec![Accepted::New(ids.len() as i64 + 1)]));
}

#[test]
fn what_was_confirmed_is_there_after_a_crash_at_any_moment() {
    let store = Store::new();
    let (stop, accepted, finished) = (AtomicBool::new(false), AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut next = 0;
            while !stop.load(Ordering::SeqCst) && next < 20_000 {
                // Large ones, so that the log is copied into the database again and again.
                let count = 1 + next % 7;
                wait(store.queue().accept(events(next..next + count, 1_000, 30_000), Vec::new())).unwrap();
                next += count;
                accepted.store(next, Ordering::SeqCst);
                let id = finished.load(Ordering::SeqCst) as i64 + 1;
                wait(store.queue().finish(finish(id, State::Delivered, 1_000, Some(1_000)))).unwrap();
                finished.fetch_add(1, Ordering::SeqCst);
            }
        });
        for _crash in 0..30 {
            let folder = tempfile::tempdir().unwrap();
            let confirmed = (accepted.load(Ordering::SeqCst), finished.load(Ordering::SeqCst));
            copy_as_after_a_crash(store.dir(), folder.path());
            expect_the_first(folder.path(), confirmed.0, confirmed.1);
        }
        stop.store(true, Ordering::SeqCst);
    });
    assert!(finished.into_inner() > 30, "the writer went on meanwhile");
    store.assert_sound();
}

#[test]
fn a_log_that_ends_in_garbage_or_too_early_loses_only_what_was_not_confirmed() {
    let store = Store::new();
    for next in 0..60 {
        wait(store.queue().accept(events(next..next + 1, 1_000, 300), Vec::new())).unwrap();
    }
    let crashed = tempfile::tempdir().unwrap();
    copy_as_after_a_crash(store.dir(), crashed.path());
    let log = fs::read(crashed.path().join("fnhost.db-wal")).unwrap();
    let mut numbers = Numbers(11);
    let noise: Vec<_> = (0..20_000).map(|_| numbers.below(256) as u8).collect();
    let repeated = &log[log.len() - 8_240..];
    let cut = |numbers: &mut Numbers| numbers.below(log.len() as u64) as usize;
    let mut logs: Vec<(usize, Vec<u8>)> = vec![
        (60, log.clone()),
        (60, [&log, &noise[..]].concat()),
        (60, [&log, &noise[..24]].concat()),
        (60, [&log, &[0; 8_240][..]].concat()),
        (60, [&log, repeated].concat()),
    ];
    for _cut in 0..20 {
        let length = cut(&mut numbers);
        logs.push((0, log[..length].to_vec()));
        logs.push((0, [&log[..length], &noise[..]].concat()));
        let mut spoiled = log.clone();
        spoiled[length] ^= 0x10;
        logs.push((0, spoiled));
    }
    for (confirmed, log) in logs {
        let folder = tempfile::tempdir().unwrap();
        fs::copy(crashed.path().join("fnhost.db"), folder.path().join("fnhost.db")).unwrap();
        fs::write(folder.path().join("fnhost.db-wal"), log).unwrap();
        expect_the_first(folder.path(), confirmed, 0);
    }
}

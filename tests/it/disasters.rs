//! What may befall the daemon beside a kill: folders and disks that cannot be written, damaged files, endpoints
//! that hang, a crowd of events at its start, and senders that mean harm. Kills are in `crash.rs`.

use crate::daemon::{Answer, Daemon, FORWARD, config, destination, track, until};
use crate::endpoint::Endpoint;
use crate::harness::wait;
use crate::many::{Random, message_ids, say, totals, until_nothing_is_open};
use expect_test::{Expect, expect};
use serde_json::json;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream as AsyncStream;

/// A file system in memory, on a folder; it is gone when dropped.
struct SmallDisk {
    at: PathBuf,
}

impl SmallDisk {
    /// None, and a line that says so, where no file system can be mounted.
    fn mount(test: &str, at: &Path, options: &str) -> Option<SmallDisk> {
        fs::create_dir_all(at).unwrap();
        if !mount(at, options) {
            say(&format!("{test}: no file system can be mounted here, so nothing was tested"));
            return None;
        }
        Some(SmallDisk { at: at.to_owned() })
    }

    fn remount(&self, options: &str) {
        assert!(mount(&self.at, &format!("remount,{options}")), "remounted with {options}");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // The daemon may still be there.
        let _ = Command::new("umount").arg("--lazy").arg(&self.at).output();
    }
}

/// Whether a file system in memory could be mounted at a folder; only the superuser may.
fn mount(at: &Path, options: &str) -> bool {
    let mut mount = Command::new("mount");
    mount.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(at);
    mount.output().is_ok_and(|output| output.status.success())
}

/// Exit code and output of a daemon that does not start, without warnings of its configuration.
fn refusal(daemon: &mut Daemon, arguments: &str) -> String {
    let refusal = daemon.try_start_with(arguments).expect_err("it does not start");
    refusal.lines().filter(|line| !line.contains(" WARN ")).map(|line| format!("{line}\n")).collect()
}

fn forwarding(endpoint: &Endpoint, more: &str) -> String {
    config(&format!("{more}{}", destination("forward", &endpoint.url(), "")))
}

/// A batch of 20 events with 10 KB each, and their ids.
fn large_batch(number: usize) -> (String, Vec<String>) {
    let ids: Vec<_> = (0..20).map(|index| format!("{number:03}-{index:02}")).collect();
    let event = |id: &String| {
        let mut event = track(id);
        event["properties"] = json!({ "filler": "x".repeat(10_000) });
        event
    };
    (json!({ "batch": ids.iter().map(event).collect::<Vec<_>>() }).to_string(), ids)
}

/// Sends batches until one is not acknowledged; the ids of those that were, and the answer to it.
fn fill(daemon: &Daemon) -> (Vec<String>, Answer) {
    let mut acknowledged = Vec::new();
    for number in 0..500 {
        let (body, ids) = large_batch(number);
        let answer = daemon.client().post("/v1/batch", &body).unwrap();
        if answer.status != 200 {
            return (acknowledged, answer);
        }
        acknowledged.extend(ids);
    }
    panic!("the disk does not become full");
}

/// What came to the endpoint, each once.
fn came(endpoint: &Endpoint) -> BTreeSet<String> {
    endpoint.received().into_iter().map(|received| received.body).collect()
}

/// Everything in `acknowledged` is in the ledger once and has arrived at the endpoint.
fn check(daemon: &Daemon, endpoint: &Endpoint, acknowledged: &[String]) {
    until_nothing_is_open(daemon);
    daemon.audit();
    let mut expected = acknowledged.to_vec();
    expected.sort();
    assert_eq!(message_ids(&daemon.ledger()), expected);
    assert_eq!(came(endpoint), expected.into_iter().collect());
    let count = acknowledged.len();
    assert_eq!(totals(&daemon.ledger()), format!("forward: {count} accepted, {count} delivered\n"));
}

#[test]
fn a_data_folder_that_cannot_be_made_is_refused() {
    let mut daemon = Daemon::prepare(&config(""), &[]);
    let mut check = |data: &str, expected: Expect| {
        expected.assert_eq(&refusal(&mut daemon, &format!("--listen 127.0.0.1:0 --data {data}")));
    };
    check(
        "fnhost.toml",
        expect![[r#"
            exit 2
            error: cannot use the data folder `fnhost.toml`: File exists (os error 17)
        "#]],
    );
    check(
        "fnhost.toml/data",
        expect![[r#"
            exit 2
            error: cannot use the data folder `fnhost.toml/data`: Not a directory (os error 20)
        "#]],
    );
    check(
        "/proc/fnhost",
        expect![[r#"
            exit 2
            error: cannot use the data folder `/proc/fnhost`: No such file or directory (os error 2)
        "#]],
    );
}

#[test]
fn a_read_only_disk_is_refused() {
    let mut daemon = Daemon::prepare(&config(""), &[]);
    let data = daemon.folder().path("data");
    let Some(disk) = SmallDisk::mount("a_read_only_disk_is_refused", &data, "size=32m,ro") else { return };
    let arguments = "--listen 127.0.0.1:0 --data data";
    expect![[r#"
        exit 2
        error: cannot use the data folder `data/fnhost.lock`: Read-only file system (os error 30)
    "#]]
    .assert_eq(&refusal(&mut daemon, arguments));
    disk.remount("rw");
    daemon.restart();
    daemon.track(&["m1"]);
    daemon.stop();
    disk.remount("ro");
    expect![[r#"
        exit 2
        error: cannot use the data folder `data/fnhost.lock`: Read-only file system (os error 30)
    "#]]
    .assert_eq(&refusal(&mut daemon, arguments));
    disk.remount("rw");
    daemon.restart();
    assert_eq!(message_ids(&daemon.ledger()), ["m1"]);
    daemon.stop();
}

#[test]
fn a_full_disk_takes_no_events_and_loses_none() {
    let endpoint = wait(Endpoint::saying("ok"));
    let mut daemon = Daemon::prepare(&forwarding(&endpoint, ""), &[("forward.js", FORWARD)]);
    let data = daemon.folder().path("data");
    let test = "a_full_disk_takes_no_events_and_loses_none";
    let Some(disk) = SmallDisk::mount(test, &data, "size=8m") else { return };
    daemon.restart();
    let (mut acknowledged, refused) = fill(&daemon);
    assert!(acknowledged.len() > 100, "{}", acknowledged.len());
    assert_eq!(refused.status, 503, "{refused:?}");
    assert!(refused.head.contains("\r\nretry-after: 5\r\n"), "{refused:?}");
    assert_eq!(daemon.client().get("/healthz").status, 200);
    assert_eq!(daemon.client().get("/readyz").status, 200);
    daemon.audit();
    disk.remount("size=256m");
    let (body, ids) = large_batch(999);
    daemon.client().post_until_acknowledged("/v1/batch", &body);
    acknowledged.extend(ids);
    check(&daemon, &endpoint, &acknowledged);
    daemon.kill();
    daemon.restart();
    check(&daemon, &endpoint, &acknowledged);
    daemon.stop();
}

#[test]
fn a_database_of_the_largest_size_takes_no_events_and_loses_none() {
    let endpoint = wait(Endpoint::saying("ok"));
    let bounds = "[server]\ngrace_ms = 300\n[retention]\nbytes_max = 1_048_576\n";
    let mut daemon = Daemon::start(&forwarding(&endpoint, bounds), &[("forward.js", FORWARD)]);
    let (mut acknowledged, refused) = fill(&daemon);
    assert!(acknowledged.len() > 100, "{}", acknowledged.len());
    assert_eq!(refused.status, 503, "{refused:?}");
    assert!(refused.head.contains("\r\nretry-after: 5\r\n"), "{refused:?}");
    expect![[
        r#"{"success":false,"code":"unavailable","message":"events cannot be stored for now, send them again later"}"#
    ]]
    .assert_eq(&refused.body);
    daemon.until_logged("raise `retention.bytes_max`", 0);
    daemon.stop();
    daemon.write("fnhost.toml", &forwarding(&endpoint, ""));
    daemon.restart();
    let (body, ids) = large_batch(999);
    daemon.client().post_until_acknowledged("/v1/batch", &body);
    acknowledged.extend(ids);
    check(&daemon, &endpoint, &acknowledged);
    daemon.stop();
}

#[test]
fn what_a_crash_leaves_behind_the_log_of_the_database_does_not_matter() {
    let endpoint = wait(Endpoint::saying("ok"));
    let mut daemon = Daemon::start(&forwarding(&endpoint, ""), &[("forward.js", FORWARD)]);
    let mut random = Random::seeded("what_a_crash_leaves_behind_the_log_of_the_database_does_not_matter");
    let garbage: Vec<u8> = (0..10_000).map(|_| u8::try_from(random.below(256)).unwrap()).collect();
    // A page of 4,096 bytes with 24 bytes of header, as the log has them.
    let frame = |log: &[u8]| log[log.len() - 4_120..].to_vec();
    let tails: [(&str, &dyn Fn(&[u8]) -> Vec<u8>); 6] = [
        ("nothing", &|_| Vec::new()),
        ("a byte", &|_| vec![7]),
        ("garbage", &|_| garbage.clone()),
        ("zeros", &|_| vec![0; 65_536]),
        ("the last page again", &frame),
        ("half of it", &|log| frame(log)[..2_000].to_vec()),
    ];
    let mut acknowledged = Vec::new();
    for (name, tail) in tails {
        let ids: Vec<_> = (0..20).map(|index| format!("{name} {index}").replace(' ', "-")).collect();
        daemon.track(&ids.iter().map(String::as_str).collect::<Vec<_>>());
        acknowledged.extend(ids);
        daemon.kill();
        let path = daemon.folder().path("data/fnhost.db-wal");
        let log = fs::read(&path).unwrap();
        File::options().append(true).open(&path).unwrap().write_all(&tail(&log)).unwrap();
        daemon.restart();
        check(&daemon, &endpoint, &acknowledged);
    }
    daemon.stop();
}

/// What is written but not acknowledged yet may be torn.
#[test]
fn a_torn_end_of_the_log_of_the_database_takes_nothing_acknowledged_with_it() {
    let mut daemon = Daemon::start(&config(""), &[]);
    let mut random = Random::seeded("a_torn_end_of_the_log_of_the_database_takes_nothing_acknowledged_with_it");
    let path = daemon.folder().path("data/fnhost.db-wal");
    let length = || fs::metadata(&path).unwrap().len();
    for round in 0..6 {
        let before = message_ids(&daemon.ledger());
        daemon.track(&[&format!("{round}-acknowledged")]);
        let acknowledged_bytes = length();
        assert_eq!(daemon.client().post("/v1/batch", &large_batch(round).0).unwrap().status, 200);
        let torn = usize::try_from(length() - acknowledged_bytes).unwrap();
        daemon.kill();
        let left = acknowledged_bytes + u64::try_from(random.below(torn)).unwrap();
        File::options().write(true).open(&path).unwrap().set_len(left).unwrap();
        daemon.restart();
        daemon.audit();
        let mut expected = before;
        expected.push(format!("{round}-acknowledged"));
        expected.sort();
        // All of the torn transaction or nothing, and it was never whole.
        assert_eq!(message_ids(&daemon.ledger()), expected);
    }
    daemon.stop();
}

#[test]
fn a_damaged_database_is_refused_with_what_to_do() {
    let mut daemon = Daemon::start(&config(""), &[]);
    for round in 0..3 {
        assert_eq!(daemon.client().post("/v1/batch", &large_batch(round).0).unwrap().status, 200);
    }
    daemon.stop();
    let path = daemon.folder().path("data/fnhost.db");
    let whole = fs::read(&path).unwrap();
    let mut check = |damaged: Vec<u8>, expected: Expect| {
        fs::write(&path, damaged).unwrap();
        expected.assert_eq(&refusal(&mut daemon, "--listen 127.0.0.1:0 --data data"));
    };
    let overwritten = |from: usize, to: usize| {
        let mut bytes = whole.clone();
        bytes[from..to].fill(0xA5);
        bytes
    };
    check(
        overwritten(0, 100),
        expect![[r#"
            exit 2
            error: cannot open the database `data/fnhost.db`: file is not a database; the file is damaged: restore it from a backup, or move the data folder away to start with an empty one
        "#]],
    );
    check(
        overwritten(4_096, whole.len()),
        expect![[r#"
            exit 2
            error: cannot open the database `data/fnhost.db`: database disk image is malformed; the file is damaged: restore it from a backup, or move the data folder away to start with an empty one
        "#]],
    );
    check(
        whole[..whole.len() / 2].to_vec(),
        expect![[r#"
            exit 2
            error: cannot open the database `data/fnhost.db`: database disk image is malformed; the file is damaged: restore it from a backup, or move the data folder away to start with an empty one
        "#]],
    );
    fs::write(&path, &whole).unwrap();
    daemon.restart();
    assert_eq!(message_ids(&daemon.ledger()).len(), 60);
    daemon.stop();
}

/// Nothing looks at every page at the start, so that it stays quick. What cannot be read is not papered over.
#[test]
fn a_damaged_page_is_noticed_when_it_is_read() {
    let (hanging, endpoint) = (wait(hanging()), wait(Endpoint::saying("ok")));
    let mut daemon = Daemon::start(&forwarding(&hanging, ""), &[("forward.js", FORWARD)]);
    for round in 0..3 {
        assert_eq!(daemon.client().post("/v1/batch", &large_batch(round).0).unwrap().status, 200);
    }
    daemon.kill();
    // Who closes the database last puts everything into the one file.
    drop(daemon.ledger());
    assert_eq!(fs::read_dir(daemon.folder().path("data")).unwrap().count(), 2);
    daemon.write("fnhost.toml", &forwarding(&endpoint, ""));
    let path = daemon.folder().path("data/fnhost.db");
    let whole = fs::read(&path).unwrap();
    let damage = |is_it: fn(&[u8]) -> bool| {
        let mut bytes = whole.clone();
        bytes.chunks_mut(4_096).rfind(|page| is_it(page)).unwrap().fill(0xA5);
        fs::write(&path, bytes).unwrap();
    };
    // The last page with rows: where the next event would go.
    damage(|page| page[0] == 13);
    daemon.restart();
    let answer = daemon.client().post("/v1/track", &track("new").to_string()).unwrap();
    assert_eq!(answer.status, 503, "{answer:?}");
    daemon.until_logged("the file is damaged: restore it from a backup, or move the data folder away", 0);
    daemon.kill();
    // The end of one large event.
    for name in ["data/fnhost.db-wal", "data/fnhost.db-shm"] {
        fs::remove_file(daemon.folder().path(name)).unwrap();
    }
    damage(|page| page[..4] == [0; 4]);
    daemon.restart();
    daemon.track(&["new"]);
    until_nothing_is_open(&daemon);
    assert_eq!(totals(&daemon.ledger()), "forward: 61 accepted, 60 delivered, 1 discarded\n");
    daemon.stop();
}

/// The destination that hangs could take everything that all share.
#[test]
fn an_endpoint_that_hangs_delays_nobody_else() {
    let endpoint = wait(Endpoint::saying("ok"));
    let hanging = wait(hanging());
    let more = "limits = { timeout_ms_max = 3_000 }\nretry = { first_ms = 3_600_000 }\n";
    let text = "[delivery]\nconcurrency_max = 16\n".to_owned()
        + &destination("hangs", &hanging.url(), more)
        + &destination("forward", &endpoint.url(), "");
    let mut daemon = Daemon::start(&config(&text), &[("forward.js", FORWARD), ("hangs.js", FORWARD)]);
    let ids: Vec<_> = (0..100).map(|index| format!("m{index}")).collect();
    daemon.track(&ids.iter().map(String::as_str).collect::<Vec<_>>());
    let ledger = daemon.ledger();
    until("what does not hang to be delivered", || match totals(&ledger) {
        found if found.contains("forward: 100 accepted, 100 delivered") => Ok(()),
        found => Err(found),
    });
    // There is room for 20 of them at a time, for three seconds each.
    assert!(totals(&ledger).contains("pending"), "{}", totals(&ledger));
    until("timeouts", || match totals(&ledger) {
        found if found.contains("retrying") => Ok(()),
        found => Err(found),
    });
    let timed_out =
        daemon.deliveries().into_iter().find(|delivery| delivery.attempts > 0 && delivery.destination == "hangs");
    let timed_out = timed_out.unwrap();
    let line = format!("{} after {}: {}", timed_out.state.as_str(), timed_out.attempts, timed_out.reason.unwrap());
    expect!["retrying after 1: retry: Timeout: function took more than 3000 ms, limit 3000 (`timeout_ms_max`)"]
        .assert_eq(&line);
    drop(ledger);
    daemon.kill();
}

#[test]
fn ten_thousand_events_that_wait_at_the_start_are_all_delivered() {
    let (hanging, endpoint) = (wait(hanging()), wait(Endpoint::saying("ok")));
    let to = |endpoint: &Endpoint| config(&destination("forward", &endpoint.url(), "retry = { first_ms = 20 }"));
    let mut daemon = Daemon::start(&to(&hanging), &[("forward.js", FORWARD)]);
    let ids: Vec<_> = (0..10_000).map(|index| format!("m{index}")).collect();
    for ids in ids.chunks(2_500) {
        daemon.track(&ids.iter().map(String::as_str).collect::<Vec<_>>());
    }
    daemon.kill();
    daemon.write("fnhost.toml", &to(&endpoint));
    daemon.restart();
    check(&daemon, &endpoint, &ids);
    daemon.stop();
}

#[test]
fn twenty_thousand_hostile_streams_leave_nothing_behind() {
    let endpoint = wait(Endpoint::saying("ok"));
    let mut daemon = Daemon::start(&forwarding(&endpoint, ""), &[("forward.js", FORWARD)]);
    let mut random = Random::seeded("twenty_thousand_hostile_streams_leave_nothing_behind");
    daemon.track(&["before"]);
    attack(daemon.address(), 500, &mut random);
    let before_kb = resident_kb(daemon.pid());
    let statuses = attack(daemon.address(), 20_000, &mut random);
    daemon.track(&["after"]);
    let after_kb = resident_kb(daemon.pid());
    check(&daemon, &endpoint, &["before".to_owned(), "after".to_owned()]);
    let unexpected: Vec<_> = statuses.iter().filter(|status| ![200, 400, 404, 431].contains(*status)).collect();
    assert!(unexpected.is_empty(), "{unexpected:?}");
    assert!(!daemon.log().contains("panic"), "{}", daemon.log());
    match (before_kb, after_kb) {
        (Some(before), Some(after)) => assert!(after < before + 50 * 1024, "from {before} kB to {after} kB"),
        _ => say("twenty_thousand_hostile_streams_leave_nothing_behind: memory cannot be measured here"),
    }
    daemon.stop();
}

/// Accepts connections, reads nothing and says nothing.
async fn hanging() -> Endpoint {
    Endpoint::start(Arc::default(), |stream: AsyncStream| async move {
        std::future::pending::<()>().await;
        drop(stream);
    })
    .await
}

/// Sends `streams` hostile streams from four threads; the statuses of the answers.
fn attack(address: SocketAddr, streams: usize, random: &mut Random) -> BTreeSet<u16> {
    let attackers = [(); 4].map(|()| {
        let mut random = random.split();
        std::thread::spawn(move || (0..streams / 4).filter_map(|_| attack_once(address, &mut random)).collect())
    });
    attackers.into_iter().flat_map(|attacker| -> BTreeSet<u16> { attacker.join().unwrap() }).collect()
}

/// A stream that is closed half-way, or whose answer is read: then its status.
fn attack_once(address: SocketAddr, random: &mut Random) -> Option<u16> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut bytes = hostile(random);
    if random.below(2) == 0 {
        bytes.truncate(random.below(bytes.len() + 1));
    }
    // The other side may have had enough already.
    let _ = stream.write_all(&bytes);
    if random.below(2) == 0 {
        return None;
    }
    let _ = stream.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let text = String::from_utf8_lossy(&answer);
    text.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()
}

fn hostile(random: &mut Random) -> Vec<u8> {
    let noise = |random: &mut Random, bytes: usize| -> Vec<u8> {
        (0..random.below(bytes)).map(|_| u8::try_from(random.below(256)).unwrap()).collect()
    };
    let request = |headers: &str, body: &[u8]| {
        let head = "POST /v1/batch HTTP/1.1\r\nHost: x\r\nAuthorization: Basic a2V5Og==\r\n";
        [head.as_bytes(), headers.as_bytes(), b"\r\n", body].concat()
    };
    let garbage = noise(random, 3_000);
    let length = garbage.len();
    match random.below(8) {
        0 => garbage,
        1 => request(&format!("Content-Length: {length}\r\n"), &garbage),
        2 => request("Content-Length: 400000\r\n", &garbage),
        3 => request(&format!("Content-Length: {length}\r\nContent-Encoding: gzip\r\n"), &garbage),
        4 => request("Transfer-Encoding: chunked\r\n", &[b"fff\r\n".as_slice(), &garbage].concat()),
        5 => request(&format!("X: {}\r\n", "y".repeat(random.below(100_000))), b""),
        6 => {
            let nested = "[".repeat(random.below(20_000));
            request(&format!("Content-Length: {}\r\n", nested.len() + 9), format!("{{\"batch\":{nested}").as_bytes())
        }
        _ => [b"GET / HTTP/1.1\r\n\r\n".repeat(1 + random.below(50)), garbage].concat(),
    }
}

/// What a process has in memory, where the system says so.
fn resident_kb(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

//! When a delivery is tried again, when a destination is left alone, and what
//! the parts of a batch say: pure functions, by tables.

use expect_test::{Expect, expect};
use fnhost::Verdict;
use fnhost_server::dispatch::{Allowance, Breaker, BreakerRule, Sign, parts_of};
use fnhost_server::retry::{Failed, Next, Schedule};

/// The waits of a delivery that always fails at once, in seconds, until it is over.
fn waits(schedule: &Schedule, random: f64) -> String {
    let mut now_ms = 1_000;
    let mut line = Vec::new();
    for attempts in 1.. {
        let failed = Failed { attempts, first_ms: 1_000, now_ms, retry_after_ms: None };
        match schedule.next(failed, random) {
            Next::At(then_ms) => {
                line.push(format!("{}", (then_ms - now_ms) as f64 / 1e3));
                now_ms = then_ms;
            }
            over => {
                line.push(format!("{over:?} after {} s", (now_ms - 1_000) as f64 / 1e3));
                return line.join(" ");
            }
        }
    }
    unreachable!("a schedule ends")
}

#[test]
fn nine_retries_within_four_hours() {
    let schedule = Schedule::default();
    let table = [0.0, 0.5, 1.0].map(|random| format!("{random}: {}\n", waits(&schedule, random))).concat();
    expect![[r#"
        0: 22.5 45 90 180 360 720 1440 2700 2700 Spent after 8257.5 s
        0.5: 30 60 120 240 480 960 1920 3600 3600 Spent after 11010 s
        1: 37.5 75 150 300 600 1200 2400 4500 4500 Spent after 13762.5 s
    "#]]
    .assert_eq(&table);
}

#[test]
fn schedules_of_ones_own() {
    let none = Schedule { retries_max: 0, ..Schedule::default() };
    let flat = Schedule { retries_max: 3, first_ms: 10, factor: 1.0, ..Schedule::default() };
    let short = Schedule { window_ms: 100_000, ..Schedule::default() };
    let wild = Schedule { factor: f64::INFINITY, retries_max: 3, ..Schedule::default() };
    let broken = Schedule { factor: f64::NAN, retries_max: 2, ..Schedule::default() };
    let table = [none, flat, short, wild, broken].map(|schedule| waits(&schedule, 0.5) + "\n").concat();
    expect![[r#"
        Spent after 0 s
        0.01 0.01 0.01 Spent after 0.03 s
        30 60 10 TooLate after 100 s
        30 3600 3600 Spent after 7230 s
        30 3600 Spent after 3630 s
    "#]]
    .assert_eq(&table);
}

#[test]
fn a_retry_after_is_a_lower_bound_within_the_window() {
    let next = |retry_after_ms, now_ms| {
        let failed = Failed { attempts: 1, first_ms: 0, now_ms, retry_after_ms };
        Schedule::default().next(failed, 0.5)
    };
    assert_eq!(next(None, 0), Next::At(30_000));
    assert_eq!(next(Some(5_000), 0), Next::At(30_000), "a shorter one does not hurry");
    assert_eq!(next(Some(600_000), 0), Next::At(600_000));
    assert_eq!(next(Some(u64::MAX), 0), Next::At(14_400_000), "the last attempt is at the window's end");
    assert_eq!(next(Some(1), 14_399_999), Next::At(14_400_000));
    assert_eq!(next(None, 14_400_000), Next::TooLate);
    assert_eq!(next(None, u64::MAX), Next::TooLate);
}

/// The breaker's story: `.` a sign of life, `x` a failure, numbers pass
/// milliseconds; after each what may be under way.
fn story(rule: BreakerRule, steps: &str, expected: Expect) {
    let mut breaker = Breaker::default();
    let mut now_ms = 0;
    let mut out = String::new();
    for step in steps.split_whitespace() {
        match step {
            "." => breaker.note(Sign::Alive, rule, now_ms),
            "x" => breaker.note(Sign::Failing, rule, now_ms),
            number => now_ms += number.parse::<u64>().unwrap(),
        }
        let allowance = match breaker.allowance(now_ms) {
            Allowance::Any => "any".to_owned(),
            Allowance::One => "one".to_owned(),
            Allowance::NoneUntil(then_ms) => format!("none for {}", then_ms - now_ms),
        };
        out += &format!("{step} {allowance}\n");
    }
    expected.assert_eq(&out);
}

const RULE: BreakerRule = BreakerRule { failures_max: 2, first_ms: 100, wait_ms_max: 300 };

#[test]
fn a_destination_that_only_fails_is_left_alone_longer_and_longer() {
    story(
        RULE,
        "x x 99 1 x 200 x 300 x 300 . x .",
        expect![[r#"
            x any
            x none for 100
            99 none for 1
            1 one
            x none for 200
            200 one
            x none for 300
            300 one
            x none for 300
            300 one
            . any
            x any
            . any
        "#]],
    );
}

#[test]
fn attempts_that_were_under_way_when_it_opened_do_not_prolong_the_pause() {
    story(
        RULE,
        "x x x x",
        expect![[r#"
        x any
        x none for 100
        x none for 100
        x none for 100
    "#]],
    );
    story(
        RULE,
        "x . x . x",
        expect![[r#"
        x any
        . any
        x any
        . any
        x any
    "#]],
    );
}

/// What a function's value says of two events.
fn parts(value: &str) -> String {
    let Some(parts) = parts_of(value, 2) else { return "all went well".to_owned() };
    let text = |verdict: Verdict, reason: Option<String>| format!("{verdict:?} {}", reason.unwrap_or_default());
    let texts: Vec<_> = parts.iter().map(|part| text(part.verdict(), part.reason()).trim_end().to_owned()).collect();
    texts.join("; ")
}

#[test]
fn what_on_batch_returns() {
    let table = [
        r#"[{"status":200},{"status":201}]"#,
        r#"[{"status":200},{"status":400,"errormessage":"Bad Request"}]"#,
        r#"[{"status":408},{"status":423}]"#,
        r#"[{"status":429,"errormessage":""},{"status":500}]"#,
        r#"[{"status":501},{"status":503,"errormessage":7}]"#,
        r#"[{"status":599.0},{"status":600}]"#,
        r#"[{"status":-1},{"status":1e300}]"#,
        r#"[{"status":302},{"status":"500"}]"#,
        r#"[{"status":500}]"#,
        r#"[{"status":500},{"status":500},{"status":500}]"#,
        r#"[{"status":500},null]"#,
        r#"[{"errormessage":"Bad Request"},{"status":400}]"#,
        r#"[[500,"busy"],{"status":500,"errormessage":{"status":200},"more":[{}]}]"#,
        r#"[{"status":null},{"status":[500]}]"#,
        r#"[{"status":"fulfilled","value":1},{"status":"rejected","reason":{}}]"#,
        "[null,null]",
        "null",
        r#"{"status":500}"#,
        "",
    ];
    let lines = table.map(|value| format!("{value} → {}\n", parts(value))).concat();
    expect![[r#"
        [{"status":200},{"status":201}] → Delivered; Delivered
        [{"status":200},{"status":400,"errormessage":"Bad Request"}] → Delivered; BadRequest bad_request: 400 Bad Request
        [{"status":408},{"status":423}] → Retrying retry: 408; Retrying retry: 423
        [{"status":429,"errormessage":""},{"status":500}] → Retrying retry: 429; Retrying retry: 500
        [{"status":501},{"status":503,"errormessage":7}] → BadRequest bad_request: 501; Retrying retry: 503
        [{"status":599.0},{"status":600}] → Retrying retry: 599; BadRequest bad_request: 600
        [{"status":-1},{"status":1e300}] → Delivered; BadRequest bad_request: 18446744073709551615
        [{"status":302},{"status":"500"}] → Delivered; Delivered
        [{"status":500}] → all went well
        [{"status":500},{"status":500},{"status":500}] → all went well
        [{"status":500},null] → Retrying retry: 500; Delivered
        [{"errormessage":"Bad Request"},{"status":400}] → Delivered; BadRequest bad_request: 400
        [[500,"busy"],{"status":500,"errormessage":{"status":200},"more":[{}]}] → Delivered; Retrying retry: 500
        [{"status":null},{"status":[500]}] → Delivered; Delivered
        [{"status":"fulfilled","value":1},{"status":"rejected","reason":{}}] → Delivered; Delivered
        [null,null] → Delivered; Delivered
        null → all went well
        {"status":500} → all went well
         → all went well
    "#]].assert_eq(&lines);
}

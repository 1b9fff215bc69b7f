//! What tests are written with: a source and an event in, text out.

use expect_test::Expect;
use fnhost::{Function, Host, HostOptions, Limits, Outcome, ResolveError, Resolved, Resolver, Run};
use fnhost_build::BuildError;
use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::LazyLock;

/// A `track` event, for tests that need no other.
pub(crate) const TRACK: &str = r#"{"type":"track","event":"Signed Up","userId":"u1","properties":{"plan":"pro"}}"#;

/// The runtime that all tests share.
pub(crate) static RUNTIME: LazyLock<tokio::runtime::Runtime> =
    LazyLock::new(|| tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap());

/// The host that most tests share; machine code is kept between test runs.
static HOST: LazyLock<Host> = LazyLock::new(|| Host::new(options()).unwrap());

pub(crate) fn host() -> &'static Host {
    &HOST
}

/// How the tests' host is made: names resolve as [`Names`] says, and functions reach the servers of the tests.
pub(crate) fn options() -> HostOptions {
    guarded_options().allow_net("127.0.0.0/8".parse().unwrap()).allow_net("::1/128".parse().unwrap())
}

/// As [`options`], where functions reach no other than public addresses.
pub(crate) fn guarded_options() -> HostOptions {
    HostOptions::default().resolver(Names).cache_dir(Path::new(env!("CARGO_TARGET_TMPDIR")).join("machine-code"))
}

/// `again.test` cannot be resolved for now, `….test` is loopback, nothing else exists.
pub(crate) struct Names;

impl Resolver for Names {
    fn resolve<'a>(&'a self, host: &'a str) -> Resolved<'a> {
        Box::pin(async move {
            match host {
                "again.test" => Err(ResolveError::TryAgain),
                name if name.ends_with(".test") || name == "localhost" => Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]),
                _ => Err(ResolveError::NotFound),
            }
        })
    }
}

/// `text` without how much memory a function asked for, which depends on the size of the engine.
pub(crate) fn blank_asked(text: &str) -> String {
    let mut pieces = text.split("asked for ");
    let mut out = pieces.next().unwrap().to_owned();
    for piece in pieces {
        out += "asked for ASKED";
        out += piece.trim_start_matches(|character: char| character.is_ascii_digit());
    }
    out
}

/// Waits for `future` on the tests' runtime.
pub(crate) fn wait<F: Future>(future: F) -> F::Output {
    RUNTIME.block_on(future)
}

/// Builds `source` as `function.js`.
pub(crate) fn function(source: &str) -> Function {
    function_named("function.js", source)
}

pub(crate) fn function_named(name: &str, source: &str) -> Function {
    let built = wait(fnhost_build::build(host(), name, source, &Limits::default()));
    host().load(&built.unwrap_or_else(|error| panic!("the function does not build:\n{error}")).component).unwrap()
}

/// The run of `event` through `source`, with an `apiKey` in the settings.
pub(crate) fn run(source: &str, event: &str) -> Run {
    run_with(source, event, &Limits::default())
}

pub(crate) fn run_with(source: &str, event: &str, limits: &Limits) -> Run {
    wait(function(source).run(event, r#"{"apiKey":"key"}"#, limits)).unwrap()
}

/// The run of `event` through `source`, as [`text`] renders it.
pub(crate) fn check(source: &str, event: &str, expected: Expect) {
    expected.assert_eq(&text(&run(source, event)));
}

/// As [`check`], with other limits than the default.
pub(crate) fn check_with(source: &str, event: &str, limits: &Limits, expected: Expect) {
    expected.assert_eq(&text(&run_with(source, event, limits)));
}

/// As [`check`], for many handlers of one statement or more each; each gets [`TRACK`] in an instance of its own.
pub(crate) fn check_each(handlers: &[&str], expected: Expect) {
    let mut source = "const handlers = [\n".to_owned();
    for handler in handlers {
        writeln!(source, "function (event, settings) {{ {handler} }},").unwrap();
    }
    source += "];\nfunction onTrack(event, settings) { return handlers[settings.chosen](event, settings) }";
    let function = function(&source);
    let mut out = String::new();
    for (chosen, handler) in handlers.iter().enumerate() {
        let settings = format!(r#"{{"chosen":{chosen}}}"#);
        let run = wait(function.run(TRACK, &settings, &Limits::default())).unwrap();
        write!(out, "{handler}\n{}", text(&run)).unwrap();
    }
    expected.assert_eq(&out);
}

/// What a source that does not build is told.
pub(crate) fn check_refused(name: &str, source: &str, expected: Expect) {
    check_refused_with(name, source, &Limits::default(), expected);
}

pub(crate) fn check_refused_with(name: &str, source: &str, limits: &Limits, expected: Expect) {
    match wait(fnhost_build::build(host(), name, source, limits)) {
        Ok(_) => panic!("the function builds"),
        Err(BuildError::Source(diagnostics)) => {
            let texts: Vec<_> = diagnostics.iter().map(|diagnostic| format!("{diagnostic}\n")).collect();
            expected.assert_eq(&blank_asked(&texts.concat()));
        }
        Err(error) => panic!("not the source's fault: {error}"),
    }
}

/// The default limits with one changed.
pub(crate) fn limits(name: &str, value: u64) -> Limits {
    let mut limits = Limits::default();
    limits.set(name, value).unwrap();
    limits
}

/// A run without what differs from time to time: durations, fuel, memory, ports.
pub(crate) fn text(run: &Run) -> String {
    let mut out = String::new();
    match &run.outcome {
        Outcome::Returned { value } => writeln!(out, "{} returned {value}", run.handler).unwrap(),
        Outcome::Failed(failure) => {
            let error = &failure.error;
            let retry = if failure.retryable { ", retry" } else { "" };
            writeln!(
                out,
                "{} failed: {}{retry}: {:?}",
                run.handler,
                error.kind.as_str(),
                run.verdict(fnhost::RetryRule::Auto)
            )
            .unwrap();
            writeln!(out, "{}: {}", error.name, error.message).unwrap();
            if !error.stack.is_empty() {
                writeln!(out, "{}", error.stack).unwrap();
            }
            if let Some(code) = &error.code {
                writeln!(out, "code {code}").unwrap();
            }
        }
    }
    for log in &run.logs {
        writeln!(out, "[{}] {}", log.level, log.message).unwrap();
    }
    for request in &run.requests {
        let answer = request.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
        let error = request.error.as_ref().map_or_else(String::new, |error| format!(", {error}"));
        writeln!(out, "{} {}: {answer}{error}", request.method, request.url).unwrap();
    }
    without_ports(&out)
}

/// Loopback ports become `PORT`: they are another every time.
pub(crate) fn without_ports(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = [":3", ":4", ":5", ":6"].iter().filter_map(|start| rest.find(start)).min() {
        let digits = rest[at + 1..].chars().take_while(char::is_ascii_digit).count();
        out.push_str(&rest[..=at]);
        out.push_str(if digits == 5 { "PORT" } else { &rest[at + 1..at + 1 + digits] });
        rest = &rest[at + 1 + digits..];
    }
    out + rest
}

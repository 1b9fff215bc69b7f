//! All tests, one binary. What belongs where:
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::type_complexity,
    clippy::large_futures,
    reason = "a test that cannot go on fails, and a test is an entry point"
)]

/// The limits on a build.
mod build_limits;
/// The same bytes every time; machine code on disk.
mod building;
/// The command line: output, exit codes, flags.
mod cli;
/// What the command line refuses, and with which words.
mod cli_errors;
/// The real binary.
mod command;
/// Many runs at a time, good and bad.
mod concurrency;
/// The log: Node's formatting, levels, groups, tables, times.
mod console;
/// What the author of a source is told when it cannot be built.
mod diagnostics;
/// Loopback endpoints.
mod endpoint;
/// The five error classes: thrown, subclassed, told apart.
mod error_classes;
/// `fetch` and its classes: what goes out, what comes back.
mod fetch;
/// `Headers`, `Request` and `Response` by themselves.
mod fetch_classes;
/// Requests that fail: names, connections, answers that break off, TLS, aborts, timeouts.
mod fetch_failures;
/// Redirects: which are followed, how, and what they take along.
mod fetch_redirects;
/// Components that fnhost did not make.
mod foreign;
/// Builds, runs, and renders runs as text: what the other modules are written with.
mod harness;
/// The table of limits itself: names, ranges, texts.
mod limit_table;
/// Limits on fuel, memory, time and stack: the breach, and that the next event runs as ever; exact fuel.
mod limits;
/// How sources are loaded: scripts, modules, TypeScript, and what the top level finds.
mod loading;
/// Every row of the outcome table.
mod outcomes;
/// Limits on what goes in and out: log, value, event, requests.
mod size_limits;
/// Stacks in the user's own file, lines and columns.
mod stacks;
/// Tables of expressions and results.
mod table;
/// What else can be thrown, and where.
mod thrown;
/// Rules of style, held by looking at the repository's own files.
mod tidy;
/// What a handler gets and returns: values on their way through JSON, and that events share nothing.
mod values;
/// What `check` finds that does not stop a build, and what it must not find.
mod warnings;
/// The platform's smaller parts: URL, base64, text, clones, timers, digests, the cache.
mod web;

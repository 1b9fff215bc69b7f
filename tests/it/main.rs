//! All tests, one binary. What belongs where:
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::type_complexity,
    clippy::large_futures,
    reason = "a test that cannot go on fails, and a test is an entry point"
)]

/// `AWS`: services, credentials, errors and retries.
mod aws;
/// An endpoint that answers as services of AWS do.
mod aws_endpoint;
/// AWS's signature, as the side that is called computes it.
mod aws_signature;
/// Batches in the real daemon: when they go, and what becomes of their events.
mod batches;
/// Blob and File.
mod blob;
/// The limits on a build.
mod build_limits;
/// The same bytes every time; machine code on disk.
mod building;
/// `cache`: who computes, how long it is kept, bounds, stores of one's own.
mod cache;
/// The command line: output, exit codes, flags.
mod cli;
/// What the command line refuses, and with which words.
mod cli_errors;
/// Segment's library for Node.js, and curl.
mod clients;
/// A wall clock that jumps.
mod clock_jumps;
/// The real binary.
mod command;
/// Many runs at a time, good and bad.
mod concurrency;
/// The configuration file: what it says, and that it equals the defaults.
mod config;
/// The configuration's bounds, and hostile texts.
mod config_bounds;
/// Destinations in the configuration: settings, limits, filters.
mod config_destinations;
/// Every mistake in a configuration, with its place and words.
mod config_mistakes;
/// The log: Node's formatting, levels, groups, tables, times.
mod console;
/// The real daemon is killed again and again, and nothing is lost.
mod crash;
/// The real daemon, started, watched, stopped and killed.
mod daemon;
/// What becomes of deliveries in the real daemon: outcomes, retries, isolation.
mod delivery;
/// What the author of a source is told when it cannot be built.
mod diagnostics;
/// What else may befall the daemon: disks, damage, endpoints that hang, hostile senders.
mod disasters;
/// Rules of where requests may go, by themselves: addresses, opened networks, patterns of hosts.
mod egress_rules;
/// Loopback endpoints.
mod endpoint;
/// The five error classes: thrown, subclassed, told apart.
mod error_classes;
/// Events, targets, signals, messages, `DOMException`, `performance`.
mod event_target;
/// The module `events`.
mod events;
/// `fetch` and its classes: what goes out, what comes back.
mod fetch;
/// What users see of node-fetch 2 in answers, and of its classes.
mod fetch_answers;
/// What users see of node-fetch 2 in requests.
mod fetch_behaviours;
/// Bodies of requests that are given as streams, Blobs and forms, and what answers become.
mod fetch_bodies;
/// `Headers`, `Request` and `Response` by themselves.
mod fetch_classes;
/// Answers in gzip, deflate and br.
mod fetch_encodings;
/// Requests that fail: names, connections, answers that break off, TLS, aborts, timeouts.
mod fetch_failures;
/// Redirects: which are followed, how, and what they take along.
mod fetch_redirects;
/// Bodies of answers as streams.
mod fetch_streaming;
/// Destination filters: actions, order, failing closed.
mod filters;
/// Components that fnhost did not make.
mod foreign;
/// FormData, the web's and the package's.
mod form_data;
/// FQL: lexer, parser, precedence, bounds.
mod fql;
/// FQL: operators and functions on values.
mod fql_values;
/// Fuzz targets: parsers of ours, and what functions and servers give the host.
mod fuzz;
/// Where requests may go: addresses by any spelling, listed hosts; and over whose connections.
mod guard;
/// Builds, runs, and renders runs as text: what the other modules are written with.
mod harness;
/// Functions that misbehave, and what they must not harm.
mod hostile;
/// Bodies of the tracking API: limits, gzip, hostile bytes.
mod ingest_bodies;
/// From what a sender sent to what is stored: checks, fields, times.
mod ingest_events;
/// The tracking API over HTTP: keys, answers, pressure.
mod ingest_http;
/// The commands that look into a daemon's data, replay, and check.
mod ledger_commands;
/// Libraries that are globals, and packages by their names.
mod libraries;
/// The table of limits itself: names, ranges, texts.
mod limit_table;
/// Limits on fuel, memory, time and stack: the breach, and that the next event runs as ever; exact fuel.
mod limits;
/// How sources are loaded: scripts, modules, TypeScript, and what the top level finds.
mod loading;
/// What tests with thousands of events share.
mod many;
/// Limits on loaded modules, `import.meta`, and which face of a package is seen.
mod module_bounds;
/// `import` and `require` of files of the function's folder: what is found, what is not, stacks.
mod modules;
/// `fnhost new`: the project it makes, and what it refuses.
mod new_project;
/// The module `crypto`: tables whose results are Node's own, and hostile calls.
mod node_crypto;
/// `node:http` and `node:https`.
mod node_http;
/// Node's modules: the answers of Node 20, from tables; what has no meaning here; compressed data of a hostile kind.
mod node_modules;
/// The module `stream` and what belongs to it.
mod node_stream;
/// Every row of the outcome table.
mod outcomes;
/// Well-known packages of npm in functions, beside Node.js itself.
mod packages;
/// Functions as people paste them: handlers, globals, idioms.
mod pasted;
/// The queue by itself: what is accepted, what is due.
mod queue;
/// The queue at its bounds: full, busy, bad calls among good ones, others beside it.
mod queue_bounds;
/// The queue in folders that are in use, damaged, or left by a crash.
mod queue_damage;
/// The queue: how deliveries move on, attempts, replays, what is removed.
mod queue_history;
/// The queue compared with a model, under operations in no order.
mod queue_random;
/// Secrets in what a run says.
mod redact;
/// Retries, pauses, parts of batches: pure functions by tables.
mod retry;
/// Which events reach which destination of the real daemon, and how much of them.
mod routing;
/// Sealed settings: what arrives where, and what the function sees.
mod sealed;
/// The life of the real daemon: starts, changes, stops, and what it tells operators.
mod serve;
/// Limits on what goes in and out: log, value, event, requests.
mod size_limits;
/// Stacks in the user's own file, lines and columns.
mod stacks;
/// `structuredClone`.
mod structured_clone;
/// Tables of expressions and results.
mod table;
/// What else can be thrown, and where.
mod thrown;
/// Rules of style, held by looking at the repository's own files.
mod tidy;
/// Timers: objects, delays, orders.
mod timers;
/// What the trace keeps of each request and answer: headers, starts of bodies, `Retry-After`.
mod trace;
/// `fnhost.d.ts`, checked with TypeScript itself.
mod types;
/// URLs of unusual kinds, and the setters of their members.
mod urls;
/// What a handler gets and returns: values on their way through JSON, and that events share nothing.
mod values;
/// What `check` finds that does not stop a build, and what it must not find.
mod warnings;
/// The platform's smaller parts: URL, base64, text, timers, digests, the cache.
mod web;
/// The web's streams.
mod web_streams;
/// `crypto.subtle`: tables whose results are Node's own.
mod webcrypto;

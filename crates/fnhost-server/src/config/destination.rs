//! One `[[destination]]`: what it connects, and how it is delivered to. Its
//! filters are in `filters.rs`, its settings in `settings.rs`.

use std::collections::HashSet;

use fnhost::{HostPattern, IpNet, Limits, RetryRule};

use super::document::Names;
use super::read::{Table, Value};
use super::secret::Resolver;
use super::settings::{Settings, settings};
use super::{Batch, Breaker, Destination, Isolation, Retry, SOURCES_MAX, filters};

/// The most networks that a destination may list.
const NETWORKS_MAX: usize = 100;

/// The most hosts that a destination may list.
const HOSTS_MAX: usize = 1_000;

const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;

/// What a destination may refer to.
pub(super) struct Known<'k> {
    pub(super) sources: Vec<&'k str>,
    pub(super) functions: Vec<&'k str>,
    /// What all destinations share.
    pub(super) concurrency_max: usize,
}

pub(super) fn read(mut table: Table<'_>, known: &Known<'_>, names: &mut Names, resolver: &Resolver<'_>) -> Destination {
    let (name, _) = names.take(&mut table);
    let mut destination = Destination { name, ..Destination::default() };
    if let Some(value) = table.require("source") {
        destination.sources = sources(&value, known);
    }
    if let Some(value) = table.require("function") {
        destination.function = reference(&value, "function", &known.functions).unwrap_or_default();
    }
    table.boolean("enabled", &mut destination.enabled);
    if let Some(table) = table.table("settings") {
        let Settings { text, secrets, sealed } = settings(&table, resolver);
        (destination.settings, destination.secrets, destination.sealed) = (text, secrets, sealed);
    }
    concurrency(&mut table, known, &mut destination.concurrency_max);
    if let Some(value) = table.get("isolation") {
        destination.isolation = isolation(&value).unwrap_or_default();
    }
    if let Some(value) = table.get("retry") {
        destination.retry = retry(value);
    }
    if let Some(table) = table.table("batch") {
        batch(table, &mut destination.batch);
    }
    if let Some(table) = table.table("limits") {
        limits(&table, &mut destination.limits);
    }
    if let Some(table) = table.table("breaker") {
        breaker(table, &mut destination.breaker);
    }
    if let Some(value) = table.get("allow_net") {
        let values = value.array(NETWORKS_MAX).unwrap_or_default();
        destination.allow_net = values.iter().filter_map(network).collect();
    }
    if let Some(value) = table.get("hosts") {
        let values = value.array(HOSTS_MAX).unwrap_or_default();
        if values.is_empty() && value.raw().is_array() {
            value.warning("the function can reach no host at all".to_owned());
        }
        destination.hosts = Some(values.iter().filter_map(host).collect());
    }
    destination.filters = filters::read(&mut table);
    table.finish();
    destination
}

/// The names of one source, or of several.
fn sources(value: &Value<'_>, known: &Known<'_>) -> Vec<String> {
    if value.raw().is_str() {
        return reference(value, "source", &known.sources).into_iter().collect();
    }
    if !value.raw().is_array() {
        value.expected::<()>("a string or an array of strings");
        return Vec::new();
    }
    let values = value.array(SOURCES_MAX).unwrap_or_default();
    if values.is_empty() {
        value.error("expected one source at least, found none".to_owned());
    }
    let mut seen = HashSet::new();
    let mut names = Vec::new();
    for value in values {
        let Some(name) = reference(&value, "source", &known.sources) else { continue };
        if !seen.insert(name.clone()) {
            value.error(format!("the source `{name}` is listed twice"));
        }
        names.push(name);
    }
    names
}

/// The name of one of the things that are `known`.
fn reference(value: &Value<'_>, what: &str, known: &[&str]) -> Option<String> {
    let name = value.string()?;
    if !known.contains(&name) {
        value.unknown(what, name, known);
        return None;
    }
    Some(name.to_owned())
}

fn concurrency(table: &mut Table<'_>, known: &Known<'_>, concurrency_max: &mut usize) {
    table.whole("concurrency_max", 1..=10_000, concurrency_max);
    if let Some(value) = table.get("concurrency_max").filter(|_| *concurrency_max > known.concurrency_max) {
        let shared = known.concurrency_max;
        value.warning(format!("all destinations together run {shared} at a time (`delivery.concurrency_max`)"));
    }
}

fn isolation(value: &Value<'_>) -> Option<Isolation> {
    if value.raw().as_str() == Some("reuse") {
        value.error("`reuse` is not supported yet; every event has a fresh instance (`fresh`)".to_owned());
        return None;
    }
    value.choice(&[("fresh", Isolation::Fresh)])
}

const RETRY_RULES: [(&str, RetryRule); 2] = [("auto", RetryRule::Auto), ("explicit", RetryRule::Explicit)];

/// A table, or the rule alone.
fn retry(value: Value<'_>) -> Retry {
    let mut retry = Retry::default();
    if value.raw().is_str() {
        retry.rule = value.choice(&RETRY_RULES).unwrap_or_default();
        return retry;
    }
    let Some(mut table) = value.table() else { return retry };
    table.choice("rule", &RETRY_RULES, &mut retry.rule);
    table.whole("retries_max", 0..=100, &mut retry.retries_max);
    table.whole("first_ms", 1..=DAY_MS, &mut retry.first_ms);
    if let Some(factor) = table.get("factor").and_then(|value| value.number(1.0..=10.0)) {
        retry.factor = factor;
    }
    table.whole("wait_ms_max", 1..=DAY_MS, &mut retry.wait_ms_max);
    table.whole("window_ms", 1..=7 * DAY_MS, &mut retry.window_ms);
    if retry.retries_max > 0 {
        let first_ms = retry.first_ms;
        if retry.window_ms < first_ms {
            let window_ms = retry.window_ms;
            table.warning(format!("the first wait, {first_ms} ms, is longer than `window_ms`, {window_ms} ms"));
        }
        if retry.wait_ms_max < first_ms {
            let wait_ms_max = retry.wait_ms_max;
            table.warning(format!("the first wait, {first_ms} ms, is cut to `wait_ms_max`, {wait_ms_max} ms"));
        }
    }
    table.finish();
    retry
}

fn batch(mut table: Table<'_>, batch: &mut Batch) {
    table.boolean("enabled", &mut batch.enabled);
    table.whole("events_max", 1..=400, &mut batch.events_max);
    table.whole("wait_ms", 0..=HOUR_MS, &mut batch.wait_ms);
    table.finish();
}

fn limits(table: &Table<'_>, limits: &mut Limits) {
    for (name, value) in table.entries() {
        let Some(row) = Limits::TABLE.iter().find(|limit| limit.name == name) else {
            let names: Vec<_> = Limits::TABLE.iter().map(|limit| limit.name).collect();
            value.unknown("limit", name, &names);
            continue;
        };
        let number = value.whole(1..=row.maximum);
        if let Some(Err(why)) = number.map(|number| limits.set(name, number)) {
            value.error(why.to_string());
        }
    }
}

fn breaker(mut table: Table<'_>, breaker: &mut Breaker) {
    table.whole("failures_max", 1..=100_000, &mut breaker.failures_max);
    table.whole("first_ms", 1..=DAY_MS, &mut breaker.first_ms);
    table.whole("wait_ms_max", 1..=DAY_MS, &mut breaker.wait_ms_max);
    if breaker.wait_ms_max < breaker.first_ms {
        let (first_ms, wait_ms_max) = (breaker.first_ms, breaker.wait_ms_max);
        table.warning(format!("the first pause, {first_ms} ms, is cut to `wait_ms_max`, {wait_ms_max} ms"));
    }
    table.finish();
}

fn network(value: &Value<'_>) -> Option<IpNet> {
    let network = parse_network(value.string()?).map_err(|why| value.error(why)).ok()?;
    if network.prefix_len() == 0 {
        value.warning(format!("`{network}` is every address, the services of this machine included"));
    }
    Some(network)
}

/// The network that `text` names in CIDR notation; an error says what would be right.
pub fn parse_network(text: &str) -> Result<IpNet, String> {
    let network = text.parse::<IpNet>().map_err(|_| {
        let address = text.parse::<std::net::IpAddr>();
        let example = address.map_or("127.0.0.0/8".to_owned(), |address| IpNet::from(address).to_string());
        format!("expected an address and the length of its prefix, such as `{example}`")
    })?;
    if network.trunc() != network {
        return Err(format!("the address has bits beyond its prefix; is `{}` meant?", network.trunc()));
    }
    Ok(network)
}

fn host(value: &Value<'_>) -> Option<HostPattern> {
    value.string()?.parse().map_err(|error: fnhost::HostPatternError| value.error(error.to_string())).ok()
}

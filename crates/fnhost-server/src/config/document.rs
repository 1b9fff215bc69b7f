//! From a document to a configuration: the sections, sources and functions,
//! and what has to fit together. Destinations are in `destination.rs`.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::destination::{self, Known};
use super::errors::Report;
use super::read::{self, Table, Value};
use super::secret::Resolver;
use super::{
    CONFIG_BYTES_MAX, Config, ConfigErrors, DESTINATIONS_MAX, Delivery, FUNCTIONS_MAX, FunctionSource, Ingest,
    LogFormat, NAME_CHARS_MAX, References, Retention, SOURCES_MAX, Secret, Server, Source, check_name,
};

/// The most characters of a write key.
const WRITE_KEY_CHARS_MAX: usize = 128;

/// What gives the functions in a folder, or why it cannot.
type ListFunctions<'a> = dyn Fn(&Path) -> Result<Vec<FunctionSource>, String> + 'a;

/// Reads and checks `text`. `list_functions` is asked once, for the functions folder.
pub(super) fn read(
    text: &str,
    path_for_messages: &str,
    references: References<'_>,
    list_functions: &ListFunctions<'_>,
) -> Result<Config, ConfigErrors> {
    if text.len() as u64 > CONFIG_BYTES_MAX {
        let message = format!("a configuration has {CONFIG_BYTES_MAX} bytes at most, and this has {}", text.len());
        return Err(ConfigErrors::of_file(path_for_messages, message));
    }
    let report = Report::new(text);
    let document = read::document(text, &report);
    let config = document.as_ref().map(|table| {
        let resolver = Resolver::new(references);
        config(Table::root(table, &report), &resolver, list_functions)
    });
    let (errors, warnings) = report.finish();
    match config {
        Some(config) if errors.is_empty() => Ok(Config { warnings, ..config }),
        _ => Err(ConfigErrors { path: path_for_messages.to_owned(), errors }),
    }
}

/// The section `server` of `text` alone: the others are not looked at.
pub(super) fn read_server(
    text: &str,
    path_for_messages: &str,
    references: References<'_>,
) -> Result<Server, ConfigErrors> {
    let report = Report::new(text);
    let document = read::document(text, &report);
    let resolver = Resolver::new(references);
    let server = document.as_ref().map(|table| server(Table::root(table, &report).table("server"), &resolver));
    let (errors, _) = report.finish();
    match server {
        Some(server) if errors.is_empty() => Ok(server),
        _ => Err(ConfigErrors { path: path_for_messages.to_owned(), errors }),
    }
}

fn config(mut root: Table<'_>, resolver: &Resolver<'_>, list_functions: &ListFunctions<'_>) -> Config {
    let mut config = Config::default();
    if let Some(table) = root.table("workspace") {
        workspace(table, &mut config.workspace_name);
    }
    config.server = server(root.table("server"), resolver);
    if let Some(table) = root.table("ingest") {
        ingest(table, &mut config.ingest);
    }
    if let Some(table) = root.table("delivery") {
        delivery(table, &mut config.delivery);
    }
    if let Some(table) = root.table("retention") {
        retention(table, &mut config.retention);
    }
    let sources = sources(root.tables("source", SOURCES_MAX), resolver);
    let functions = functions(root.tables("function", FUNCTIONS_MAX), resolver);

    config.sources = sources.iter().map(|named| named.item.clone()).collect();
    config.functions = functions.iter().map(|named| named.item.clone()).collect();
    add_folder(&mut config, &mut root, list_functions);
    let known = Known {
        sources: each_once(config.sources.iter().map(|source| source.name.as_str())),
        functions: each_once(config.functions.iter().map(|function| function.name.as_str())),
        concurrency_max: config.delivery.concurrency_max,
    };
    let mut names = Names::default();
    let tables = root.tables("destination", DESTINATIONS_MAX).into_iter();
    config.destinations = tables.map(|table| destination::read(table, &known, &mut names, resolver)).collect();
    warn_of_unused(&config, &sources, &functions);
    root.finish();
    config
}

/// The `names` in their order, without those that are there again by mistake.
fn each_once<'n>(names: impl Iterator<Item = &'n str>) -> Vec<&'n str> {
    let mut seen = HashSet::new();
    names.filter(|name| seen.insert(*name)).collect()
}

fn workspace(mut table: Table<'_>, name: &mut String) {
    if let Some(value) = table.get("name")
        && let Some(text) = value.string()
    {
        let chars = text.chars().count();
        if !(1..=NAME_CHARS_MAX).contains(&chars) {
            value.error(format!("a name has 1 to {NAME_CHARS_MAX} characters, not {chars}"));
        } else if text.chars().any(char::is_control) {
            value.error("a name has no control characters".to_owned());
        }
        text.clone_into(name);
    }
    table.finish();
}

fn server(table: Option<Table<'_>>, resolver: &Resolver<'_>) -> Server {
    let mut server = Server::default();
    server.data_dir = resolver.path(&server.data_dir);
    server.functions_dir = resolver.path(&server.functions_dir);
    let Some(mut table) = table else { return server };
    if let Some(value) = table.get("listen")
        && let Some(text) = value.string()
    {
        match text.parse() {
            Ok(address) => server.listen = address,
            Err(_) => value.error("expected an IP address and a port, such as `127.0.0.1:8787`".to_owned()),
        }
    }
    for (key, path) in [("data_dir", &mut server.data_dir), ("functions_dir", &mut server.functions_dir)] {
        if let Some(text) = table.get(key).and_then(|value| path_text(&value)) {
            *path = resolver.path(text);
        }
    }
    table.whole("grace_ms", 0..=600_000, &mut server.grace_ms);
    table.choice("log_format", &[("text", LogFormat::Text), ("json", LogFormat::Json)], &mut server.log_format);
    table.finish();
    server
}

fn ingest(mut table: Table<'_>, ingest: &mut Ingest) {
    table.whole("requests_max", 1..=100_000, &mut ingest.requests_max);
    table.whole("events_waiting_max", 1..=10_000_000, &mut ingest.events_waiting_max);
    table.finish();
}

fn delivery(mut table: Table<'_>, delivery: &mut Delivery) {
    table.whole("concurrency_max", 1..=10_000, &mut delivery.concurrency_max);
    table.finish();
}

fn retention(mut table: Table<'_>, retention: &mut Retention) {
    table.whole("age_days", 1..=3_650, &mut retention.age_days);
    table.whole("dead_age_days", 1..=3_650, &mut retention.dead_age_days);
    // A mebibyte is little, a pebibyte more than SQLite's files hold.
    table.whole("bytes_max", 1_048_576..=1_125_899_906_842_624, &mut retention.bytes_max);
    table.finish();
}

/// Something that was read, and where its name is.
struct Named<'a, T> {
    item: T,
    name: Option<Value<'a>>,
}

/// The names of one kind that are taken, and by which key.
#[derive(Default)]
pub(super) struct Names(HashMap<String, String>);

impl Names {
    /// The `name` of `table`, and where it is. It is given back even where it
    /// is wrong, as what refers to it is not wrong as well.
    pub(super) fn take<'a>(&mut self, table: &mut Table<'a>) -> (String, Option<Value<'a>>) {
        let Some(value) = table.require("name") else { return Default::default() };
        let Some(name) = value.string() else { return Default::default() };
        if let Err(why) = check_name(name) {
            value.error(why);
        } else if let Some(other) = self.0.get(name) {
            value.error(format!("the name `{name}` is taken by `{other}`"));
        } else {
            self.0.insert(name.to_owned(), table.key().to_owned());
        }
        (name.to_owned(), Some(value))
    }
}

fn sources<'a>(tables: Vec<Table<'a>>, resolver: &Resolver<'_>) -> Vec<Named<'a, Source>> {
    let mut names = Names::default();
    let mut write_keys: HashMap<Secret, String> = HashMap::new();
    let read = |mut table: Table<'a>| {
        let (name, place) = names.take(&mut table);
        let value = table.require("write_key");
        let write_key = value.as_ref().and_then(|value| write_key(value, resolver));
        if let (Some(value), Some(write_key)) = (&value, &write_key) {
            match write_keys.get(write_key) {
                Some(other) => value.error(format!("`{other}` has the same write key; each source has its own")),
                None => _ = write_keys.insert(write_key.clone(), table.key().to_owned()),
            }
        }
        let mut enabled = true;
        table.boolean("enabled", &mut enabled);
        table.finish();
        Named { item: Source { name, write_key: write_key.unwrap_or_default(), enabled }, name: place }
    };
    tables.into_iter().map(read).collect()
}

fn write_key(value: &Value<'_>, resolver: &Resolver<'_>) -> Option<Secret> {
    let text = resolver.resolve(value.string()?).map_err(|why| value.error(why)).ok()?;
    // Basic authentication ends the name at a colon.
    let is_allowed = text.chars().all(|c| c.is_ascii_graphic() && c != ':');
    if text.is_empty() || text.len() > WRITE_KEY_CHARS_MAX || !is_allowed {
        value.error(format!(
            "a write key has 1 to {WRITE_KEY_CHARS_MAX} printable ASCII characters, but no spaces and colons"
        ));
        return None;
    }
    Some(Secret::new(text))
}

fn functions<'a>(tables: Vec<Table<'a>>, resolver: &Resolver<'_>) -> Vec<Named<'a, FunctionSource>> {
    let mut names = Names::default();
    let read = |mut table: Table<'a>| {
        let (name, place) = names.take(&mut table);
        let path = table.require("path").and_then(|value| path_text(&value)).unwrap_or_default();
        table.finish();
        Named { item: FunctionSource { name, path: resolver.path(path) }, name: place }
    };
    tables.into_iter().map(read).collect()
}

fn path_text<'a>(value: &Value<'a>) -> Option<&'a str> {
    let text = value.string()?;
    if text.is_empty() {
        value.error("expected a path, found an empty text".to_owned());
        return None;
    }
    if text.contains('\0') {
        value.error("a path has no NUL characters".to_owned());
        return None;
    }
    Some(text)
}

/// Adds the functions of the folder that the file does not override.
fn add_folder(config: &mut Config, root: &mut Table<'_>, list_functions: &ListFunctions<'_>) {
    let found = list_functions(&config.server.functions_dir).unwrap_or_else(|why| {
        let mut server = root.table("server");
        match server.as_mut().and_then(|server| server.get("functions_dir")) {
            Some(value) => value.error(why),
            None => root.error(format!("server.functions_dir: {why}")),
        }
        Vec::new()
    });
    let overridden: HashSet<_> = config.functions.iter().map(|function| function.name.clone()).collect();
    config.functions.extend(found.into_iter().filter(|function| !overridden.contains(&function.name)));
    if config.functions.len() > FUNCTIONS_MAX {
        root.error(format!("there may be {FUNCTIONS_MAX} functions at most, those of the folder included"));
    }
}

fn warn_of_unused(config: &Config, sources: &[Named<'_, Source>], functions: &[Named<'_, FunctionSource>]) {
    let destinations = config.destinations.iter();
    let fed: HashSet<_> = destinations.clone().flat_map(|destination| &destination.sources).collect();
    let called: HashSet<_> = destinations.map(|destination| &destination.function).collect();
    for Named { item, name } in sources {
        if let Some(value) = name.as_ref().filter(|_| item.enabled && !fed.contains(&item.name)) {
            value.warning(format!("no destination takes the events of the source `{}`", item.name));
        }
    }
    for Named { item, name } in functions {
        if let Some(value) = name.as_ref().filter(|_| !called.contains(&item.name)) {
            value.warning(format!("no destination uses the function `{}`", item.name));
        }
    }
}

//! The configuration file of `fnhost serve`: TOML text in, a checked
//! configuration out, or every mistake at once with line, column and key.
//!
//! [`Config::parse`] touches nothing but the files that `file:` references
//! name; [`Config::load`] reads the file and lists the functions folder. What
//! the settings do is elsewhere: nothing here starts, builds or opens anything.
//! All keys, with their defaults, are in [`Config::DEFAULT_TEXT`].

mod destination;
mod document;
mod errors;
mod files;
mod filters;
mod read;
mod secret;
mod settings;

pub use destination::parse_network;
pub use errors::{ConfigError, ConfigErrors};
pub use secret::{REFERENCED_BYTES_MAX, References, SECRET_FILE_BYTES_MAX, Secret};
pub use settings::SETTINGS_BYTES_MAX;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use crate::filter::Filters;
use fnhost::{HostPattern, IpNet, Sealed};

/// The largest configuration file.
pub const CONFIG_BYTES_MAX: u64 = 1024 * 1024;

/// The most sources.
pub const SOURCES_MAX: usize = 1_000;

/// The most functions, those of the folder included.
pub const FUNCTIONS_MAX: usize = 1_000;

/// The most destinations.
pub const DESTINATIONS_MAX: usize = 1_000;

/// The most characters in the name of a source, function or destination.
pub const NAME_CHARS_MAX: usize = 64;

/// A checked configuration: every reference is followed, every name exists.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// What the workspace is called; part of the names that an event's `integrations` may use.
    pub workspace_name: String,
    /// The daemon itself.
    pub server: Server,
    /// Accepting events.
    pub ingest: Ingest,
    /// Delivering them.
    pub delivery: Delivery,
    /// How long what is finished is kept.
    pub retention: Retention,
    /// Where events come from.
    pub sources: Vec<Source>,
    /// The functions: those of the file, then those of the folder that the file does not override, by name.
    pub functions: Vec<FunctionSource>,
    /// Where events go.
    pub destinations: Vec<Destination>,
    /// What is allowed but looks like a mistake.
    pub warnings: Vec<ConfigError>,
}

/// The daemon itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// The address and port to listen on; port 0 lets the system choose.
    pub listen: SocketAddr,
    /// The folder of the database.
    pub data_dir: PathBuf,
    /// The folder whose files are functions; it need not exist.
    pub functions_dir: PathBuf,
    /// How long a shutdown waits for what is under way.
    pub grace_ms: u64,
    /// The form of the log.
    pub log_format: LogFormat,
}

/// The form of the log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// Lines for people.
    #[default]
    Text,
    /// A JSON object a line.
    Json,
}

/// Accepting events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ingest {
    /// Requests under way at a time; more are answered 429.
    pub requests_max: usize,
    /// Events accepted into memory and not yet on disk; more are answered 429.
    pub events_waiting_max: usize,
}

/// Delivering events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Runs under way at a time, over all destinations.
    pub concurrency_max: usize,
}

/// How long what is finished is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retention {
    /// Days that finished deliveries and their events are kept.
    pub age_days: u64,
    /// Days that dead deliveries and their events are kept.
    pub dead_age_days: u64,
    /// The size of all that is kept.
    pub bytes_max: u64,
}

/// Where events come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its name, unique among sources.
    pub name: String,
    /// What its senders identify themselves with, unique among sources: printable ASCII but colons.
    pub write_key: Secret,
    /// Whether it takes events.
    pub enabled: bool,
}

/// A function and the file it is built from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionSource {
    /// Its name, unique among functions.
    pub name: String,
    /// The file, which nobody has looked for yet.
    pub path: PathBuf,
}

/// A function connected to sources.
#[derive(Debug, Clone, PartialEq)]
pub struct Destination {
    /// Its name, unique among destinations.
    pub name: String,
    /// The names of its sources; at least one, each once.
    pub sources: Vec<String>,
    /// The name of its function.
    pub function: String,
    /// Whether it takes events.
    pub enabled: bool,
    /// What the function gets as `settings`: the text of a JSON object.
    pub settings: Secret,
    /// The texts in it that came from the environment and from files, and what is sealed: they are taken out of what
    /// runs say.
    pub secrets: Vec<Secret>,
    /// What the function can use and not see; in `settings` are its tokens.
    pub sealed: Vec<Sealed>,
    /// Runs under way at a time.
    pub concurrency_max: usize,
    /// What runs share.
    pub isolation: Isolation,
    /// When a failed delivery is tried again.
    pub retry: Retry,
    /// Batches, for functions with `onBatch`.
    pub batch: Batch,
    /// Limits on a run.
    pub limits: fnhost::Limits,
    /// When it is left alone for a while.
    pub breaker: Breaker,
    /// Networks that the function may reach although they are not public.
    pub allow_net: Vec<IpNet>,
    /// The hosts that the function may reach; none: all.
    pub hosts: Option<Vec<HostPattern>>,
    /// Which events it gets, and how much of them.
    pub filters: Filters,
}

/// What the runs of a function share.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Isolation {
    /// Nothing: each run has an instance of its own.
    #[default]
    Fresh,
}

/// When a failed delivery is tried again.
#[derive(Debug, Clone, PartialEq)]
pub struct Retry {
    /// Which failures are worth another attempt.
    pub rule: fnhost::RetryRule,
    /// Attempts after the first one.
    pub retries_max: u32,
    /// The wait after the first attempt.
    pub first_ms: u64,
    /// How many times longer each wait is than the one before.
    pub factor: f64,
    /// The longest wait.
    pub wait_ms_max: u64,
    /// How long after the first attempt there may be another.
    pub window_ms: u64,
}

/// Batches, for functions with `onBatch`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Whether events are batched.
    pub enabled: bool,
    /// The most events in a batch.
    pub events_max: usize,
    /// How long a batch waits to be full.
    pub wait_ms: u64,
}

/// When a destination that only fails is left alone for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breaker {
    /// Failures in a row that open the breaker.
    pub failures_max: u32,
    /// The first pause.
    pub first_ms: u64,
    /// The longest pause; each is twice as long as the one before.
    pub wait_ms_max: u64,
}

impl Config {
    /// All keys with their defaults, explained: a file to start from.
    pub const DEFAULT_TEXT: &str = include_str!("../config.default.toml");

    /// Checks the configuration in `text`, of at most [`CONFIG_BYTES_MAX`] bytes.
    ///
    /// `path_for_messages` is the file's name in messages. Destinations may
    /// name the `folder_functions`, and `Config::functions` has those of them
    /// that no `[[function]]` overrides. An error has every mistake.
    pub fn parse(
        text: &str,
        path_for_messages: &str,
        folder_functions: &[FunctionSource],
        references: References<'_>,
    ) -> Result<Config, ConfigErrors> {
        document::read(text, path_for_messages, references, &|_| Ok(folder_functions.to_vec()))
    }

    /// Reads and checks the configuration in the file at `path`, with the
    /// functions of its `server.functions_dir`: the files ending in `.js`,
    /// `.ts` or `.mjs`, named by their stems.
    pub fn load(path: &Path, env: &dyn Fn(&str) -> Option<String>) -> Result<Config, ConfigErrors> {
        let (text, path_for_messages) = read_file(path)?;
        let base_dir = path.parent().unwrap_or(Path::new(""));
        document::read(&text, &path_for_messages, References { env, base_dir }, &files::list_functions)
    }
}

impl Server {
    /// Reads the section `server` of the file at `path` alone, for those who
    /// only look into the data folder: no reference is followed, and mistakes
    /// elsewhere do not matter.
    pub fn load(path: &Path) -> Result<Server, ConfigErrors> {
        let (text, path_for_messages) = read_file(path)?;
        let base_dir = path.parent().unwrap_or(Path::new(""));
        document::read_server(&text, &path_for_messages, References { env: &|_| None, base_dir })
    }
}

/// The text of the file at `path`, and what it is called in messages.
fn read_file(path: &Path) -> Result<(String, String), ConfigErrors> {
    let path_for_messages = path.display().to_string();
    let text = files::read_text(path, CONFIG_BYTES_MAX);
    let text = text.map_err(|why| ConfigErrors::of_file(&path_for_messages, why))?;
    Ok((text, path_for_messages))
}

impl Default for Config {
    fn default() -> Config {
        Config {
            workspace_name: "My workspace".to_owned(),
            server: Server::default(),
            ingest: Ingest::default(),
            delivery: Delivery::default(),
            retention: Retention::default(),
            sources: Vec::new(),
            functions: Vec::new(),
            destinations: Vec::new(),
            warnings: Vec::new(),
        }
    }
}

impl Default for Server {
    fn default() -> Server {
        Server {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8787)),
            data_dir: PathBuf::from("fnhost-data"),
            functions_dir: PathBuf::from("functions"),
            grace_ms: 10_000,
            log_format: LogFormat::Text,
        }
    }
}

impl Default for Ingest {
    fn default() -> Ingest {
        Ingest { requests_max: 256, events_waiting_max: 20_000 }
    }
}

impl Default for Delivery {
    fn default() -> Delivery {
        Delivery { concurrency_max: 128 }
    }
}

impl Default for Retention {
    fn default() -> Retention {
        Retention { age_days: 7, dead_age_days: 30, bytes_max: 10 * 1024 * 1024 * 1024 }
    }
}

/// One that cannot be used as it is: it has no name, no source and no function.
impl Default for Destination {
    fn default() -> Destination {
        Destination {
            name: String::new(),
            sources: Vec::new(),
            function: String::new(),
            enabled: true,
            settings: Secret::new("{}"),
            secrets: Vec::new(),
            sealed: Vec::new(),
            concurrency_max: 32,
            isolation: Isolation::Fresh,
            retry: Retry::default(),
            batch: Batch::default(),
            limits: fnhost::Limits::default(),
            breaker: Breaker::default(),
            allow_net: Vec::new(),
            hosts: None,
            filters: Filters::default(),
        }
    }
}

impl Default for Retry {
    fn default() -> Retry {
        Retry {
            rule: fnhost::RetryRule::Auto,
            retries_max: 9,
            first_ms: 30_000,
            factor: 2.0,
            wait_ms_max: 3_600_000,
            window_ms: 14_400_000,
        }
    }
}

impl Default for Batch {
    fn default() -> Batch {
        Batch { enabled: true, events_max: 20, wait_ms: 10_000 }
    }
}

impl Default for Breaker {
    fn default() -> Breaker {
        Breaker { failures_max: 20, first_ms: 5_000, wait_ms_max: 300_000 }
    }
}

/// What is wrong with the name of a source, function or destination, if something is.
pub(crate) fn check_name(name: &str) -> Result<(), String> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.');
    let chars = name.chars().count();
    if chars == 0 || chars > NAME_CHARS_MAX {
        return Err(format!("a name has 1 to {NAME_CHARS_MAX} characters, not {chars}"));
    }
    if let Some(other) = name.chars().find(|c| !is_allowed(*c)) {
        let other = errors::shown(&other.to_string());
        return Err(format!("a name has letters, digits, spaces, `-`, `_` and `.`, but no `{other}`"));
    }
    if name.trim() != name {
        return Err("a name does not begin or end with a space".to_owned());
    }
    Ok(())
}

//! From a configuration to destinations that are ready to run: builds each
//! function once, and loads it for every destination that it stands behind.

use crate::config::{Config, Destination, FunctionSource, Secret};
use crate::dispatch::{BatchRule, BreakerRule, Target};
use crate::ingest::{Route, Routes};
use crate::retry::Schedule;
use fnhost::{EgressRules, Function, Handler, Host, Limits};
use fnhost_build::{BuildError, Diagnostic, Folder};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Everything that runs, made from one configuration.
#[derive(Default)]
pub struct Registry {
    /// The destinations that take deliveries, by name.
    pub targets: BTreeMap<String, Arc<Target>>,
    /// Where each source's events go, by its write key.
    pub routes: Arc<Routes>,
    /// What was built, for the next registry to use again.
    built: HashMap<PathBuf, Built>,
    /// What is worth a look in the functions.
    pub warnings: Vec<Diagnostic>,
}

/// A function that was built, and from what.
#[derive(Clone)]
struct Built {
    function: Function,
    version: String,
    handlers: HashSet<Handler>,
    warnings: Vec<Diagnostic>,
    /// The files that were loaded into the function, beside its own.
    files: Vec<PathBuf>,
}

/// Functions that cannot be used, each with what is wrong with it.
#[derive(Debug)]
pub struct RegistryError {
    functions: Vec<(String, String)>,
}

impl fmt::Display for RegistryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<_> = self
            .functions
            .iter()
            .map(|(name, problem)| format!("function `{name}` cannot be used:\n{problem}"))
            .collect();
        f.write_str(&texts.join("\n"))
    }
}

impl std::error::Error for RegistryError {}

impl Registry {
    /// Builds what `config` asks for. Functions that `before` has built from the
    /// same source are not built again, and destinations whose function has not
    /// changed keep their cache.
    pub async fn build(host: &Host, config: &Config, before: &Registry) -> Result<Registry, RegistryError> {
        let mut registry = Registry::default();
        let mut failed = Vec::new();
        for source in &config.functions {
            let top = &config.server.functions_dir;
            match build(host, source, top, before.built.get(&source.path)).await {
                Ok(built) => {
                    registry.warnings.extend(built.warnings.iter().cloned());
                    registry.built.insert(source.path.clone(), built);
                }
                Err(problem) => failed.push((source.name.clone(), problem)),
            }
        }
        if !failed.is_empty() {
            return Err(RegistryError { functions: failed });
        }
        let functions: HashMap<&str, &Built> = config
            .functions
            .iter()
            .filter_map(|source| Some((source.name.as_str(), registry.built.get(&source.path)?)))
            .collect();
        for destination in config.destinations.iter().filter(|destination| destination.enabled) {
            let Some(built) = functions.get(destination.function.as_str()) else { continue };
            let before = before.targets.get(&destination.name);
            let target = target(config, destination, built, before.map(Arc::as_ref));
            registry.targets.insert(destination.name.clone(), Arc::new(target));
        }
        registry.routes = Arc::new(routes(config));
        Ok(registry)
    }

    /// The files that were loaded into functions, beside their own.
    pub fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.built.values().flat_map(|built| &built.files)
    }
}

/// The version of a function: the start of its source's hash, to which that of each file it has loaded is added. A file
/// that is not there any more changes it too.
pub fn version_of(source: &[u8], files: &[PathBuf]) -> String {
    let mut hash = Sha256::new();
    hash.update(source);
    for file in files {
        hash.update(read(file).map(Sha256::digest).unwrap_or_default());
    }
    hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// Builds a function, which may load files of its folder, but none above `top`.
async fn build(host: &Host, source: &FunctionSource, top: &Path, before: Option<&Built>) -> Result<Built, String> {
    let path = &source.path;
    let bytes = read(path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))?;
    if let Some(before) = before.filter(|before| before.version == version_of(&bytes, &before.files)) {
        return Ok(before.clone());
    }
    let source_bytes = bytes.clone();
    let (component, warnings, files) = if path.extension().is_some_and(|extension| extension == "wasm") {
        (bytes, Vec::new(), Vec::new())
    } else {
        let text = String::from_utf8(bytes).map_err(|_| format!("`{}` is not UTF-8 text", path.display()))?;
        // One that the configuration names outside of the functions' folder has its own as the top.
        let own = path.parent().unwrap_or(path);
        let top = if path.starts_with(top) { top } else { own };
        let folder = Folder::of_function(path, Some(top));
        let folder = folder.map_err(|error| format!("cannot read `{}`: {error}", path.display()))?;
        let name = path.display().to_string();
        let built = fnhost_build::build_in(host, folder, &name, &text, &Limits::default()).await;
        let built = built.map_err(|error| match error {
            BuildError::Source(diagnostics) => BuildError::Source(diagnostics).to_string(),
            error => format!("cannot build `{}`: {error}", path.display()),
        })?;
        (built.component, built.warnings, built.files)
    };
    let version = version_of(&source_bytes, &files);
    let function = host.load(&component).map_err(|error| format!("`{}`: {error}", path.display()))?;
    let defined = function.defined(&Limits::default()).await.map_err(|error| error.to_string())?;
    let handlers = defined.iter().filter_map(|name| Handler::named(name)).collect();
    Ok(Built { function, version, handlers, warnings, files })
}

/// The file, unless it is larger than any source or component may be.
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    const BYTES_MAX: u64 = 256 << 20;
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(std::io::Error::other("it is not a file"));
    }
    if metadata.len() > BYTES_MAX {
        return Err(std::io::Error::other(format!("it is {} bytes, limit {BYTES_MAX}", metadata.len())));
    }
    std::fs::read(path)
}

fn target(config: &Config, destination: &Destination, built: &Built, before: Option<&Target>) -> Target {
    // The cache belongs to a destination and lives as long as its function stays the same.
    let kept = before.filter(|before| before.version == built.version).map(|before| before.function.clone());
    let mut rules = EgressRules::default();
    rules.allow_net.clone_from(&destination.allow_net);
    rules.hosts.clone_from(&destination.hosts);
    // So do its connections, as long as its rules do.
    let function = match kept {
        Some(function) if function.egress() == &rules => function,
        Some(function) => function.with_egress(rules),
        None => built.function.with_own_cache().with_egress(rules),
    };
    let function = function.with_secrets(destination.secrets.iter().map(Secret::reveal));
    let function = function.with_sealed(destination.sealed.iter().cloned());
    let workspace = &config.workspace_name;
    let batch = &destination.batch;
    let batches = batch.enabled && built.handlers.contains(&Handler::OnBatch);
    let retry = &destination.retry;
    Target {
        name: destination.name.clone(),
        integration_names: vec![
            format!("{} ({workspace})", destination.name),
            destination.name.clone(),
            format!("{} ({workspace})", destination.function),
        ],
        function,
        version: built.version.clone(),
        handlers: built.handlers.clone(),
        settings: destination.settings.clone(),
        limits: destination.limits.clone(),
        retry_rule: retry.rule,
        schedule: Schedule {
            retries_max: retry.retries_max,
            first_ms: retry.first_ms,
            factor: retry.factor,
            wait_ms_max: retry.wait_ms_max,
            window_ms: retry.window_ms,
        },
        breaker: BreakerRule {
            failures_max: destination.breaker.failures_max,
            first_ms: destination.breaker.first_ms,
            wait_ms_max: destination.breaker.wait_ms_max,
        },
        concurrency_max: destination.concurrency_max,
        batch: batches.then_some(BatchRule { events_max: batch.events_max, wait_ms: batch.wait_ms }),
        filters: destination.filters.clone(),
    }
}

fn routes(config: &Config) -> Routes {
    let destinations = |source: &str| -> Arc<[String]> {
        let connected = config.destinations.iter().filter(|destination| {
            destination.enabled && destination.sources.iter().any(|connected| connected == source)
        });
        connected.map(|destination| destination.name.clone()).collect()
    };
    let route = |source: &crate::config::Source| {
        let destinations = destinations(&source.name);
        let route = Route { source: source.name.clone(), enabled: source.enabled, destinations };
        (source.write_key.reveal().to_owned(), route)
    };
    Routes { by_write_key: config.sources.iter().map(route).collect() }
}

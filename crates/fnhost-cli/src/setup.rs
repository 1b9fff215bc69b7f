//! From arguments to a host, a runtime and a function.

use crate::args::CacheArguments;
use anyhow::{Context, Result, bail};
use fnhost::{Function, Host, HostOptions, Limits, Sealed};
use fnhost_build::{BuildError, Built, Diagnostic, Folder, Severity};
use rustix::process::{Resource, getrlimit, setpriority_process, setrlimit};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// A runtime for everything that waits, in a process that may have as many files open as the system lets it: connections
/// are files, and the usual 1,024 are for programs that cannot have more.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime> {
    let mut files = getrlimit(Resource::Nofile);
    files.current = files.maximum;
    // Where the system refuses, it goes on with what there is.
    let _ = setrlimit(Resource::Nofile, files);
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start the async runtime")
}

/// How far behind other threads those are that compile. Where events take all processors, this leaves about a tenth.
const NICENESS: i32 = 10;

/// A runtime for a process that runs events while it builds functions, which would take every processor for up to a second.
pub(crate) fn runtime_for_events() -> Result<tokio::runtime::Runtime> {
    // There are none yet: nothing was compiled before.
    let _ = rayon::ThreadPoolBuilder::new().start_handler(|_| yield_to_events()).build_global();
    runtime()
}

/// Puts the calling thread behind those that run events. Elsewhere than on Linux it is a process that has a priority.
pub(crate) fn yield_to_events() {
    if cfg!(target_os = "linux") {
        let _ = setpriority_process(None, NICENESS);
    }
}

/// Does `work` on one of the threads that compile, and waits for it.
pub(crate) fn behind_events<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    rayon::scope(|_| work())
}

/// A host that keeps compiled code where `cache` says.
pub(crate) fn host(cache: &CacheArguments, limits: &Limits) -> Result<Host> {
    host_with(cache, limits, |options| options)
}

/// As [`host`], with its options changed.
pub(crate) fn host_with(
    cache: &CacheArguments,
    limits: &Limits,
    change: impl FnOnce(HostOptions) -> HostOptions,
) -> Result<Host> {
    let mut options = change(HostOptions::default().stack_bytes_max(limits.stack_bytes_max));
    options.cache_dir = match (&cache.cache_dir, cache.no_cache) {
        (_, true) => None,
        (Some(dir), false) => Some(dir.clone()),
        (None, false) => user_cache_dir(),
    };
    Ok(Host::new(options)?)
}

/// A variable of the environment.
#[expect(clippy::disallowed_methods, reason = "an entry point")]
pub(crate) fn environment(name: &str) -> Option<String> {
    env::var(name).ok()
}

#[expect(clippy::disallowed_methods, reason = "an entry point")]
fn user_cache_dir() -> Option<PathBuf> {
    let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let cache = absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")))?;
    Some(cache.join("fnhost"))
}

/// What came of building a source.
pub(crate) enum Outcome {
    Built(Box<Built>),
    /// The source is at fault.
    Refused(Vec<Diagnostic>),
}

/// Builds the source at `path`.
pub(crate) async fn build(host: &Host, path: &Path, limits: &Limits) -> Result<Outcome> {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let text = match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::InvalidData => bail!("`{}` is not UTF-8 text", path.display()),
        read => read.with_context(|| format!("cannot read `{}`", path.display()))?,
    };
    let folder = Folder::of_function(path, None).with_context(|| format!("cannot read `{}`", path.display()))?;
    match fnhost_build::build_in(host, folder, &name, &text, limits).await {
        Ok(built) => Ok(Outcome::Built(Box::new(built))),
        Err(BuildError::Source(diagnostics)) => Ok(Outcome::Refused(diagnostics)),
        Err(error) => bail!("cannot build `{}`: {error}", path.display()),
    }
}

/// The function at `path`, a component or a source. None, with the diagnostics
/// printed, where the source is at fault.
pub(crate) async fn function(host: &Host, path: &Path, limits: &Limits) -> Result<Option<Function>> {
    let component = if path.extension().is_some_and(|extension| extension == "wasm") {
        fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))?
    } else {
        match build(host, path, limits).await? {
            Outcome::Built(built) => {
                print_diagnostics(&built.warnings);
                print_top_level_logs(&built);
                built.component
            }
            Outcome::Refused(diagnostics) => {
                print_diagnostics(&diagnostics);
                return Ok(None);
            }
        }
    };
    let function = host.load(&component).with_context(|| format!("cannot use `{}`", path.display()))?;
    Ok(Some(function))
}

/// Writes to standard output. A reader that has gone away, `head` say, is no failure of ours.
pub(crate) fn print(text: &str) -> Result<()> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(error).context("cannot write to standard output")
        }
        _ => Ok(()),
    }
}

/// Prints on standard error what the function's top level logged.
pub(crate) fn print_top_level_logs(built: &Built) {
    for log in &built.logs {
        eprintln!("top level: {}: {}", log.level, log.message);
    }
}

/// Prints diagnostics on standard error, and counts the errors.
pub(crate) fn print_diagnostics(diagnostics: &[Diagnostic]) -> usize {
    for diagnostic in diagnostics {
        eprintln!("{diagnostic}");
    }
    diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count()
}

/// The settings in a file, with tokens for what is sealed, and that; none without a file.
pub(crate) fn settings(path: Option<&Path>) -> Result<(String, Vec<Sealed>)> {
    let text = path.map_or_else(|| Ok("{}".to_owned()), read_text)?;
    // What is no JSON is refused with an event, and otherwise the text is handed over as it is.
    let Ok(mut json) = serde_json::from_str(&text) else { return Ok((text, Vec::new())) };
    let sealed = Sealed::in_settings(&mut json).context("the settings cannot be used")?;
    Ok(if sealed.is_empty() { (text, sealed) } else { (json.to_string(), sealed) })
}

/// The text in a file, or on standard input for `-`.
pub(crate) fn read_text(path: &Path) -> Result<String> {
    if path == Path::new("-") {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).context("cannot read standard input")?;
        return Ok(text);
    }
    fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))
}

//! Building: from a source to a component.

use crate::check;
use crate::deep::with_deep_stack;
use crate::diagnostics::{Diagnostic, Severity};
use crate::folder::Folder;
use crate::guest;
use crate::modules::{self, COMMONJS_PREFIX, ENTRY_MODULE, FUNCTION_MODULE, MEMBERS, Modules, PLATFORM_MODULE};
use crate::source::{Import, Source};
use crate::transform::{Code, Text, transform};
use fnhost::{Host, HostError, HostOptions, LimitError, Limits, Log, Position, Positions, Script, SnapshotError};
use oxc::allocator::Allocator;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The linked JavaScript engine, and the script that it wants to see first.
static ENGINE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/engine.wasm"));
static SHIM: &str = include_str!(concat!(env!("OUT_DIR"), "/shim.js"));

/// The longest stack, in frames, that a diagnostic shows.
const FRAMES_MAX: usize = 10;

/// A function that was built.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Built {
    /// The component, for [`Host::load`]. The same source gives the same bytes.
    pub component: Vec<u8>,
    /// What is worth a look in the source.
    pub warnings: Vec<Diagnostic>,
    /// What the function's top level logged.
    pub logs: Vec<Log>,
    /// The files that were loaded into the function, beside its own.
    pub files: Vec<PathBuf>,
}

/// A function that could not be built.
#[derive(Debug)]
#[non_exhaustive]
pub enum BuildError {
    /// The source is at fault: at least one error, and warnings.
    Source(Vec<Diagnostic>),
    /// A limit cannot be used.
    Limits(LimitError),
    /// The host could not be made, a file could not be read, or the engine failed.
    Host(String),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BuildError::Source(diagnostics) => {
                let texts: Vec<_> = diagnostics.iter().map(ToString::to_string).collect();
                f.write_str(&texts.join("\n"))
            }
            BuildError::Limits(error) => error.fmt(f),
            BuildError::Host(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for BuildError {}

impl From<HostError> for BuildError {
    fn from(error: HostError) -> BuildError {
        BuildError::Host(error.to_string())
    }
}

/// Builds the function `text`. `name` is the source's name in diagnostics and
/// stacks; its ending says whether it is TypeScript. It can import Node's modules
/// and libraries, but no files; see [`build_in`].
///
/// The function's top level runs here, once, under `limits`, without network
/// and with its clock at the Unix epoch.
pub async fn build(host: &Host, name: &str, text: &str, limits: &Limits) -> Result<Built, BuildError> {
    build_with(host, name, text, None, limits).await
}

/// As [`build`], for a function that can import the files and packages of `folder`.
pub async fn build_in(
    host: &Host,
    folder: Folder,
    name: &str,
    text: &str,
    limits: &Limits,
) -> Result<Built, BuildError> {
    build_with(host, name, text, Some(Arc::new(folder)), limits).await
}

async fn build_with(
    host: &Host,
    name: &str,
    text: &str,
    folder: Option<Arc<Folder>>,
    limits: &Limits,
) -> Result<Built, BuildError> {
    let size = text.len() as u64;
    if size > limits.source_bytes_max {
        let message = Limits::row("source_bytes_max").breached(size, limits.source_bytes_max);
        return Err(BuildError::Source(vec![Diagnostic::error(name, message)]));
    }
    let (modules, warnings) = with_deep_stack(|| prepare(name, text, folder, limits))?;
    let script = Script {
        engine: ENGINE,
        shim: SHIM.to_owned() + &room(),
        source: entry(),
        name: ENTRY_MODULE.to_owned(),
        modules: Arc::new(modules.clone()),
    };
    let loaded = host.snapshot(script, limits).await;
    let mut positions = Positions::new(modules::hidden());
    modules.loaded().add_to(&mut positions);
    match loaded {
        Ok((mut component, logs)) => {
            positions.append_to(&mut component);
            let files = modules.loaded().files.iter().cloned().collect();
            Ok(Built { component, warnings, logs, files })
        }
        Err(SnapshotError::Engine(text)) => Err(BuildError::Host(text)),
        Err(SnapshotError::Limits(error)) => Err(BuildError::Limits(error)),
        Err(error) => {
            let mut diagnostics = vec![top_level_error(name, text, &positions, &error)];
            diagnostics.extend(warnings);
            Err(BuildError::Source(diagnostics))
        }
    }
}

/// Builds the function in the file at `path`, with a host of its own that keeps
/// machine code in `cache_dir`. For build scripts: in them, `OUT_DIR` is a good
/// `cache_dir`.
pub fn build_file(path: impl AsRef<Path>, cache_dir: impl AsRef<Path>) -> Result<Built, BuildError> {
    let path = path.as_ref();
    let read = std::fs::read_to_string(path);
    let text = read.map_err(|error| BuildError::Host(format!("cannot read `{}`: {error}", path.display())))?;
    let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    let folder = Folder::of_function(path, None);
    let folder = folder.map_err(|error| BuildError::Host(format!("cannot read `{}`: {error}", path.display())))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().enable_io().build();
    let runtime = runtime.map_err(|error| BuildError::Host(format!("cannot start tokio: {error}")))?;
    let host = Host::new(HostOptions::default().instances_max(1).cache_dir(cache_dir.as_ref().join("machine-code")))?;
    runtime.block_on(build_in(&host, folder, &name, &text, &Limits::default()))
}

/// The modules for the engine, the function's own among them, and warnings.
fn prepare(
    name: &str,
    text: &str,
    folder: Option<Arc<Folder>>,
    limits: &Limits,
) -> Result<(Modules, Vec<Diagnostic>), BuildError> {
    let allocator = Allocator::default();
    let source = Source::parse(&allocator, name, text).map_err(BuildError::Source)?;
    let found = check::check_source(&source);
    if found.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
        return Err(BuildError::Source(found));
    }
    let function_name = folder.as_ref().map_or(name, |folder| folder.entry_name()).to_owned();
    let mut modules = Modules {
        function_path: FUNCTION_MODULE.to_owned(),
        function_name,
        function: String::new(),
        folder,
        limits: limits.clone(),
        state: Arc::default(),
    };
    let missing: Vec<_> = source.imports.iter().filter_map(|import| not_found(&modules, &source, import)).collect();
    if !missing.is_empty() {
        return Err(BuildError::Source(missing.into_iter().chain(found).collect()));
    }
    let code = transform(&allocator, source).map_err(BuildError::Source)?;
    match code {
        Code::Module(module) => {
            // The user's own module has the user's name, for stacks.
            modules.function_path = name.to_owned();
            let mut loaded = modules.loaded();
            let (text, segments) = module.with_needs(name, |needs| loaded.needs_module(name, needs));
            loaded.add_module(name, name, segments);
            drop(loaded);
            modules.function = text;
        }
        Code::Script(mut script, parameters) => {
            script.needs = modules.loaded().with_locales(name, script.needs);
            let line = modules.loaded().take_lines(name, &script.text, script.segments.clone());
            modules.function = script_module(&script, &parameters, &modules.function_name, line);
        }
    }
    Ok((modules, found))
}

/// The diagnostic for an `import` of what is not there.
fn not_found(modules: &Modules, source: &Source<'_>, import: &Import) -> Option<Diagnostic> {
    let why = modules.why_not(&import.specifier)?;
    let message = format!("cannot import `{}`: {why}", import.specifier);
    Some(Diagnostic::error(source.name, message).at_span(source.text, import.span))
}

/// A module that runs a script: as text, since a module would be strict.
fn script_module(script: &Text, parameters: &[&str], path: &str, line: u32) -> String {
    let script = serde_json::json!({
        "text": script.text,
        "parameterNames": parameters,
        "path": path,
        "line": line,
        "units": script.needs.units,
        "globals": script.needs.globals,
        "requires": script.needs.requires,
        "imports": script.needs.imports,
    });
    format!("import {{ runScript }} from {PLATFORM_MODULE:?};\nrunScript({script});\n")
}

/// The engine's first module: the guest's own code, then the function, then the
/// end of the build. Imports that wait for each other, as the order matters:
/// static ones would all be compiled before the first is evaluated.
fn entry() -> String {
    let own = guest::MODULES.map(|(name, _)| format!("await import({name:?})")).join(", ");
    format!(
        "const [{{ handlers }}, , , platform] = [{own}];
try {{
  platform.useModule(await import({FUNCTION_MODULE:?}));
  await platform.loadLater();
}} catch (thrown) {{
  throw platform.topLevelError(thrown);
}}
platform.ready();
export {{ handlers }};
"
    )
}

/// Bytes that are set aside low in memory for what an event allocates (see
/// `snapshot/heap.rs` in `fnhost`); what an event needs beyond comes from the heap's end.
const ROOM_BYTES: usize = 256 << 10;

/// A script that takes the room, before anything else is allocated; the guest's
/// `ready` gives it back.
fn room() -> String {
    format!("globalThis.__fnhostRoom = 'x'.repeat({ROOM_BYTES});\n")
}

/// The diagnostic for a top level that threw or was stopped.
fn top_level_error(name: &str, text: &str, positions: &Positions, error: &SnapshotError) -> Diagnostic {
    let SnapshotError::Threw { text: thrown, .. } = error else {
        return Diagnostic::error(name, format!("the top level was stopped: {error}"))
            .help("the top level runs once, when the function is built; work on events belongs in a handler");
    };
    let (message, stack) = split_thrown(thrown);
    let message = &without_loader(message);
    if message == ENGINE_UNSETTLED {
        return Diagnostic::error(
            name,
            "the top level never settles: it waits for something that cannot happen while the function is built",
        )
        .help("the top level runs once, without network and timers; wait in a handler");
    }
    let frames: Vec<_> = positions.map_stack(stack).lines().take(FRAMES_MAX).map(str::to_owned).collect();
    let mut diagnostic = Diagnostic::error(name, format!("the top level threw {message}"));
    let place = stack.lines().find_map(|frame| place_in(positions, frame));
    if let Some(Position { line, column }) = place {
        diagnostic = diagnostic.at(text, line, column);
    }
    if frames.len() > 1 {
        diagnostic.message = format!("{}\n{}", diagnostic.message, frames.join("\n"));
    }
    diagnostic
}

/// What the engine puts before an error that ended the script, in this order.
/// The last is the class of the error that the guest's `topLevelError` makes.
const ENGINE_PREFIXES: [&str; 5] = [
    "Failed to evaluate user JavaScript module: ",
    "Failed to declare JavaScript module: ",
    "Failed to evaluate JavaScript module: ",
    "Failed to finish JavaScript module evaluation: ",
    "Error: ",
];

/// The engine's whole text for a script whose promise is not settled when nothing is left to do.
const ENGINE_UNSETTLED: &str = "Error blocking on a promise resulted in a dead lock";

/// The engine's text without what it puts before, and the stack in it.
fn split_thrown(text: &str) -> (&str, &str) {
    let mut message = text;
    for prefix in ENGINE_PREFIXES {
        message = message.strip_prefix(prefix).unwrap_or(message);
    }
    let (message, stack) = match message.find("\n    at ") {
        Some(newline) => (&message[..newline], &message[newline + 1..]),
        None => (message.trim_end(), ""),
    };
    // The engine writes what was thrown, and then its stack, which begins with the same.
    let twice = message.split_at_checked(message.len() / 2);
    let once = twice.filter(|(first, second)| second.strip_prefix('\n') == Some(first));
    (once.map_or(message, |(first, _)| first), stack)
}

/// A message without what the engine puts before the module loader's own text, and without the loader's names for modules.
fn without_loader(message: &str) -> String {
    let own = message.split_once("': WIT import not found\n").map(|(_, own)| own);
    let own =
        own.or_else(|| Some(message.strip_prefix("ReferenceError: Error resolving module '")?.split_once("': ")?.1));
    let own = own.unwrap_or(message);
    // The engine writes what was thrown, and then its stack, which begins with the same.
    let own = own.split("\nReferenceError: Error loading module '").next().unwrap_or(own);
    let mut message = own.replace(COMMONJS_PREFIX, "");
    if let Some(start) = message.find(MEMBERS) {
        let end = message[start..].find('\'').map_or(message.len(), |length| start + length);
        message.replace_range(start..end, "");
    }
    message
}

/// The position in the user's source that a frame names.
fn place_in(positions: &Positions, frame: &str) -> Option<Position> {
    let place = frame
        .rsplit_once('(')
        .map_or_else(|| frame.trim_start().trim_start_matches("at "), |(_, place)| place.trim_end_matches(')'));
    let (rest, column) = place.rsplit_once(':')?;
    let (engine_name, line) = rest.rsplit_once(':')?;
    let position = Position { line: line.parse().ok()?, column: column.parse().ok()? };
    Some(positions.lookup(engine_name, position)?.1)
}

//! Building: from a source to a component.

use crate::check;
use crate::diagnostics::{Diagnostic, Severity};
use crate::source::Source;
use crate::transform::{Code, transform};
use fnhost::{
    Host, HostError, HostOptions, LimitError, Limits, Log, ModuleLoader, Position, Positions, Script, SnapshotError,
};
use oxc::allocator::Allocator;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// The linked JavaScript engine, and the script that it wants to see first.
static ENGINE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/engine.wasm"));
static SHIM: &str = include_str!(concat!(env!("OUT_DIR"), "/shim.js"));

/// The guest's own code, in the order in which it is evaluated.
static PLATFORM: &str = include_str!(concat!(env!("OUT_DIR"), "/platform.js"));
static RUNTIME: &str = include_str!(concat!(env!("OUT_DIR"), "/runtime.js"));

/// Modules of the engine's, as they are called in stacks.
const ENTRY_MODULE: &str = "fnhost:entry";
const PLATFORM_MODULE: &str = "fnhost:platform";
const RUNTIME_MODULE: &str = "fnhost:runtime";
const FUNCTION_MODULE: &str = "fnhost:function";
const SHIM_MODULE: &str = "componentize-qjs:shim.js";

/// What the engine calls text that is evaluated.
const EVALUATED: &str = "<input>";

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
/// stacks; its ending says whether it is TypeScript.
///
/// The function's top level runs here, once, under `limits`, without network
/// and with its clock at the Unix epoch.
pub async fn build(host: &Host, name: &str, text: &str, limits: &Limits) -> Result<Built, BuildError> {
    let size = text.len() as u64;
    if size > limits.source_bytes_max {
        let message = Limits::row("source_bytes_max").breached(size, limits.source_bytes_max);
        return Err(BuildError::Source(vec![Diagnostic::error(name, message)]));
    }
    let prepared = prepare(name, text)?;
    let script = Script {
        engine: ENGINE,
        shim: SHIM.to_owned() + &room(),
        source: entry(),
        name: ENTRY_MODULE.to_owned(),
        // The user's own module has the user's name, for stacks.
        modules: Arc::new(Modules {
            function_path: if prepared.is_module { name } else { FUNCTION_MODULE }.to_owned(),
            function: prepared.module,
        }),
    };
    match host.snapshot(script, limits).await {
        Ok((mut component, logs)) => {
            prepared.positions.append_to(&mut component);
            Ok(Built { component, warnings: prepared.warnings, logs })
        }
        Err(SnapshotError::Engine(text)) => Err(BuildError::Host(text)),
        Err(SnapshotError::Limits(error)) => Err(BuildError::Limits(error)),
        Err(error) => {
            let mut diagnostics = vec![top_level_error(name, text, &prepared.positions, &error)];
            diagnostics.extend(prepared.warnings);
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
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().enable_io().build();
    let runtime = runtime.map_err(|error| BuildError::Host(format!("cannot start tokio: {error}")))?;
    let host = Host::new(HostOptions::default().instances_max(1).cache_dir(cache_dir.as_ref().join("machine-code")))?;
    runtime.block_on(build(&host, &name, &text, &Limits::default()))
}

/// A source, ready for the engine.
struct Prepared {
    /// The text of the module [`FUNCTION_MODULE`], or of the user's own.
    module: String,
    is_module: bool,
    positions: Positions,
    warnings: Vec<Diagnostic>,
}

fn prepare(name: &str, text: &str) -> Result<Prepared, BuildError> {
    let allocator = Allocator::default();
    let source = Source::parse(&allocator, name, text).map_err(BuildError::Source)?;
    let found = check::check_source(&source);
    if found.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
        return Err(BuildError::Source(found));
    }
    let code = transform(&allocator, source).map_err(BuildError::Source)?;
    let hidden = [ENTRY_MODULE, PLATFORM_MODULE, RUNTIME_MODULE, FUNCTION_MODULE, SHIM_MODULE];
    let mut positions = Positions::new(hidden.map(str::to_owned).to_vec());
    let (module, is_module) = match code {
        Code::Module { text, segments } => {
            positions.add_file(name.to_owned(), name.to_owned(), segments);
            (text, true)
        }
        Code::Script { text, parameters, segments } => {
            positions.add_file(EVALUATED.to_owned(), name.to_owned(), segments);
            (script_module(&text, &parameters), false)
        }
    };
    Ok(Prepared { module, is_module, positions, warnings: found })
}

/// A module that runs a script: as text, since a module would be strict.
fn script_module(text: &str, parameters: &[&str]) -> String {
    let text = serde_json::to_string(text).expect("text is JSON");
    let parameters = serde_json::to_string(parameters).expect("names are JSON");
    format!("import {{ runScript }} from {PLATFORM_MODULE:?};\nrunScript({text}, {parameters});\n")
}

/// The engine's first module: the guest's own code, then the function, then the
/// end of the build. Imports that wait for each other, as the order matters:
/// static ones would all be compiled before the first is evaluated.
fn entry() -> String {
    format!(
        "const {{ handlers }} = await import({RUNTIME_MODULE:?});
const platform = await import({PLATFORM_MODULE:?});
try {{
  platform.useModule(await import({FUNCTION_MODULE:?}));
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

/// What the engine's modules are.
struct Modules {
    function_path: String,
    function: String,
}

impl ModuleLoader for Modules {
    fn resolve(&self, referrer: &str, specifier: &str) -> Result<String, String> {
        match specifier {
            PLATFORM_MODULE | RUNTIME_MODULE if referrer.starts_with("fnhost:") => Ok(specifier.to_owned()),
            FUNCTION_MODULE if referrer == ENTRY_MODULE => Ok(self.function_path.clone()),
            _ => Err(format!("cannot import `{specifier}`: importing another file or package is not supported yet")),
        }
    }

    fn load(&self, path: &str) -> Result<String, String> {
        match path {
            PLATFORM_MODULE => Ok(PLATFORM.to_owned()),
            RUNTIME_MODULE => Ok(RUNTIME.to_owned()),
            path if path == self.function_path => Ok(self.function.clone()),
            _ => Err(format!("there is no module `{path}`")),
        }
    }
}

/// The diagnostic for a top level that threw or was stopped.
fn top_level_error(name: &str, text: &str, positions: &Positions, error: &SnapshotError) -> Diagnostic {
    let SnapshotError::Threw { text: thrown, .. } = error else {
        return Diagnostic::error(name, format!("the top level was stopped: {error}"))
            .help("the top level runs once, when the function is built; work on events belongs in a handler");
    };
    let (message, stack) = split_thrown(thrown);
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
    match message.find("\n    at ") {
        Some(newline) => (&message[..newline], &message[newline + 1..]),
        None => (message.trim_end(), ""),
    }
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

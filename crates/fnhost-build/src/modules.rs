//! What `import` and `require` find while a function is built: units, and files
//! of the function's folder. Keeps what was loaded, for stacks.

use crate::commonjs::exported_names;
use crate::deep::with_deep_stack;
use crate::folder::{Folder, Format, Found};
use crate::guest::{self, index};
use crate::needs::{IMPORT, Needs};
use crate::transform::{self, Segments};
use fnhost::{Limits, Module, ModuleError, ModuleKind, ModuleLoader, Positions};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Modules of the engine's, as they are called in stacks.
pub(crate) const ENTRY_MODULE: &str = "fnhost:entry";
pub(crate) const PLATFORM_MODULE: &str = "fnhost:platform";
pub(crate) const FUNCTION_MODULE: &str = "fnhost:function";
const SHIM_MODULE: &str = "componentize-qjs:shim.js";

/// Before the path of what is `require`d for an `import`, and before the number of a list of needs.
pub(crate) const COMMONJS_PREFIX: &str = "fnhost:commonjs/";
const NEEDS_PREFIX: &str = "fnhost:needs/";

/// Between a unit and the members of it that are exported as well.
pub(crate) const MEMBERS: &str = "?members=";

/// Before a referrer and a specifier, as JSON: what an `import()` in the one means.
const IMPORT_PREFIX: &str = "fnhost:import/";

/// What the engine calls text that is evaluated.
pub(crate) const EVALUATED: &str = "<input>";

/// The modules of one build.
#[derive(Clone)]
pub(crate) struct Modules {
    /// The function's own module: what the engine calls it, what `require` in it names it, its text.
    pub(crate) function_path: String,
    pub(crate) function_name: String,
    pub(crate) function: String,
    pub(crate) folder: Option<Arc<Folder>>,
    pub(crate) limits: Limits,
    pub(crate) state: Arc<Mutex<Loaded>>,
}

/// What has been loaded.
#[derive(Default)]
pub(crate) struct Loaded {
    /// Where the files' positions are.
    positions: Vec<FilePositions>,
    /// The files.
    pub(crate) files: BTreeSet<PathBuf>,
    /// Needs of modules, with the modules' names.
    needs: Vec<(String, Needs)>,
    /// Whether anything uses `Intl`, and units of locales that the function's own files name.
    uses_intl: bool,
    locales: BTreeSet<String>,
    bytes: usize,
    /// Lines of evaluated text that have been given away.
    lines: u32,
}

struct FilePositions {
    engine_name: String,
    name: String,
    segments: Segments,
    lines: Option<(u32, u32)>,
}

impl Loaded {
    /// The module that has the needs of the module `path` met.
    pub(crate) fn needs_module(&mut self, path: &str, needs: Needs) -> String {
        let needs = self.with_locales(path, needs);
        self.needs.push((path.to_owned(), needs));
        format!("{NEEDS_PREFIX}{}", self.needs.len() - 1)
    }

    /// Adds the locales that are needed: one file may name a locale and another one, of a package say, use it.
    pub(crate) fn with_locales(&mut self, path: &str, mut needs: Needs) -> Needs {
        if !path.contains("node_modules/") {
            self.locales.extend(needs.locales.iter().cloned());
        }
        self.uses_intl |= needs.uses_intl;
        if needs.uses_intl {
            needs.units.extend(self.locales.iter().filter(|unit| !needs.locales.contains(unit)).cloned());
        }
        if self.uses_intl && (needs.uses_intl || !path.contains("node_modules/")) {
            needs.units.append(&mut needs.locales);
        }
        needs
    }

    /// Gives `count` lines of evaluated text to the file called `name`: the lines before them. They begin
    /// below those of the units.
    pub(crate) fn take_lines(&mut self, name: &str, text: &str, segments: Segments) -> u32 {
        let before = index().lines_max + self.lines;
        let count = text.split('\n').count() as u32;
        self.lines = self.lines.saturating_add(count);
        let (engine_name, name) = (EVALUATED.to_owned(), name.to_owned());
        self.positions.push(FilePositions { engine_name, name, segments, lines: Some((before, count)) });
        before
    }

    pub(crate) fn add_module(&mut self, engine_name: &str, name: &str, segments: Segments) {
        let (engine_name, name) = (engine_name.to_owned(), name.to_owned());
        self.positions.push(FilePositions { engine_name, name, segments, lines: None });
    }

    /// Adds where the files are to `positions`.
    pub(crate) fn add_to(&self, positions: &mut Positions) {
        for file in &self.positions {
            let (engine_name, name, segments) = (file.engine_name.clone(), file.name.clone(), file.segments.clone());
            match file.lines {
                Some((before, count)) => positions.add_lines(engine_name, name, segments, before, count),
                None => positions.add_file(engine_name, name, segments),
            }
        }
    }
}

/// What a specifier means.
enum Located {
    Unit(String),
    File(Found),
}

impl Modules {
    pub(crate) fn loaded(&self) -> MutexGuard<'_, Loaded> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What `specifier` means to the module that is called `referrer`.
    fn locate(&self, referrer: &str, specifier: &str, format: Format) -> Result<Located, ModuleError> {
        let index = index();
        let builtin = format!("node:{}", specifier.strip_prefix("node:").unwrap_or(specifier));
        if index.has_unit(&builtin) {
            return Ok(Located::Unit(builtin));
        }
        if specifier.starts_with("node:") {
            let message = format!("No such built-in module: {specifier}");
            return Err(ModuleError { message, code: "ERR_UNKNOWN_BUILTIN_MODULE" });
        }
        let referrer =
            if referrer == EVALUATED || referrer.starts_with("fnhost:") { &self.function_name } else { referrer };
        let found = match &self.folder {
            Some(folder) => folder.find(referrer, specifier, format),
            None => Err("the function has no folder to look in".to_owned()),
        };
        match (found, index.npm_names.get(specifier)) {
            (Ok(found), _) => Ok(Located::File(found)),
            (Err(_), Some(unit)) => Ok(Located::Unit(unit.clone())),
            (Err(looked), None) => {
                let message = format!("Cannot find module '{specifier}', required by `{referrer}`: {looked}");
                Err(ModuleError { message, code: "MODULE_NOT_FOUND" })
            }
        }
    }

    /// The ES module that an import of `specifier` in the user's module `referrer` means.
    fn resolve_import(&self, referrer: &str, specifier: &str) -> Result<String, String> {
        let located = self.locate(referrer, specifier, Format::EsModule).map_err(|error| error.message)?;
        Ok(match located {
            Located::Unit(name) => {
                let members = self.members_named_by(referrer, &name).join(",");
                let query = if members.is_empty() { String::new() } else { format!("{MEMBERS}{members}") };
                format!("{COMMONJS_PREFIX}{name}{query}")
            }
            Located::File(found) if found.is_entry => self.function_path.clone(),
            Located::File(found) if found.format == Format::EsModule => found.path,
            Located::File(found) => format!("{COMMONJS_PREFIX}{}", found.path),
        })
    }

    /// The members of the unit that are units themselves and that the module `referrer` names: exports that the
    /// unit has for it, such as `S3` of the AWS SDK. To export all of them would be to load all.
    fn members_named_by(&self, referrer: &str, unit: &str) -> Vec<&'static str> {
        let index = index();
        let loaded = self.loaded();
        let needs = loaded.needs.iter().find(|(path, _)| path == referrer).map(|(_, needs)| &needs.units);
        let members =
            index.globals.iter().filter(|(_, (of, _))| of == unit).filter_map(|(name, _)| index.members.get(name));
        let below = members.flatten().filter(|(_, member)| member.starts_with(&format!("{unit}/")));
        let below = below.map(|(name, member)| (name, std::slice::from_ref(member)));
        // What the unit takes from another one, `webcrypto` of `node:crypto` say: one that is there for this module may not
        // have been there for the one before it.
        let taken = index.exports(unit).iter().filter_map(|name| Some((name, index.words.get(name)?.as_slice())));
        let is_there = |units: &[String]| needs.is_some_and(|needs| units.iter().any(|unit| needs.contains(unit)));
        below.chain(taken).filter(|(_, units)| is_there(units)).map(|(name, _)| name.as_str()).collect()
    }

    /// Why the function's own file cannot import `specifier`; None where it can.
    pub(crate) fn why_not(&self, specifier: &str) -> Option<String> {
        let error = self.locate(&self.function_name, specifier, Format::EsModule).err()?;
        let required = format!("Cannot find module '{specifier}', required by `{}`: ", self.function_name);
        Some(error.message.strip_prefix(&required).unwrap_or(&error.message).to_owned())
    }

    /// Reads a file of the folder, within the bounds of a build.
    fn read_file(&self, path: &str) -> Result<(Arc<Folder>, String), ModuleError> {
        let unreadable = |message: String| ModuleError { message, code: "MODULE_NOT_FOUND" };
        let folder = self.folder.clone().ok_or_else(|| unreadable(format!("there is no module `{path}`")))?;
        let (file, text) = folder.read(path).map_err(unreadable)?;
        let mut loaded = self.loaded();
        // A CommonJS file is read once for its names and once to be evaluated.
        if loaded.files.insert(file) {
            loaded.bytes += text.len();
        }
        let used = [("modules_max", loaded.files.len()), ("modules_bytes_max", loaded.bytes)];
        for (name, used) in used.map(|(name, used)| (name, used as u64)) {
            let limit = self.limits.get(name).unwrap_or(0);
            if used > limit {
                let message = format!("cannot load `{path}`: {}", Limits::row(name).breached(used, limit));
                return Err(ModuleError { message, code: "ERR_OUT_OF_RANGE" });
            }
        }
        Ok((folder, text))
    }

    /// The ES module that stands for what `require` gives, at a path or for a unit.
    fn wrapper(&self, path: &str) -> Result<String, String> {
        let with_members = path.split_once(MEMBERS).filter(|(unit, _)| index().has_unit(unit));
        let (path, members) = with_members.unwrap_or((path, ""));
        let names = if index().has_unit(path) {
            let exports = index().exports(path);
            let is_new = |name: &&str| !name.is_empty() && !exports.iter().any(|export| export == name);
            let members = members.split(',').filter(is_new).map(str::to_owned);
            exports.iter().cloned().chain(members).collect()
        } else {
            let (folder, text) = self.read_file(path).map_err(|error| error.message)?;
            if folder.format(path) == Format::Json {
                Vec::new()
            } else {
                with_deep_stack(|| exported_names(self, path, &text))
            }
        };
        let mut module = format!(
            "import {{ requirePath }} from {PLATFORM_MODULE:?};\nconst m = requirePath({});\n",
            serde_json::json!(path)
        );
        let is_unit = index().has_unit(path);
        module.push_str("export default ");
        // As Node has it: a CommonJS module's default export is what it gives as a whole.
        module.push_str(if is_unit { "m?.__esModule ? m.default : m;\n" } else { "m;\n" });
        module.push_str("export { m as \"module.exports\" };\n");
        for (number, name) in names.iter().filter(|name| *name != "default" && *name != "module.exports").enumerate() {
            let name = serde_json::json!(name);
            module.push_str(&format!("const n{number} = m?.[{name}];\nexport {{ n{number} as {name} }};\n"));
        }
        Ok(module)
    }

    fn needs_text(&self, number: &str) -> Option<String> {
        let loaded = self.loaded();
        let (path, needs) = loaded.needs.get(number.parse::<usize>().ok()?)?;
        Some(format!(
            "import {{ importerFor, useNeeds }} from {PLATFORM_MODULE:?};\nuseNeeds({}, {});\nexport const {IMPORT} = importerFor({}, {});\n",
            serde_json::json!(needs.units),
            serde_json::json!(needs.globals),
            serde_json::json!(path),
            serde_json::json!(needs.imports)
        ))
    }

    /// The file at `path` as an ES module.
    fn es_module(&self, path: &str) -> Result<String, String> {
        let (_, text) = self.read_file(path).map_err(|error| error.message)?;
        let module = with_deep_stack(|| transform::es_module(path, &text)).map_err(|errors| errors_text(&errors))?;
        let mut loaded = self.loaded();
        let (text, segments) = module.with_needs(path, |needs| loaded.needs_module(path, needs));
        loaded.add_module(path, path, segments);
        Ok(text)
    }
}

fn errors_text(errors: &[crate::Diagnostic]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

impl ModuleLoader for Modules {
    fn resolve(&self, referrer: &str, specifier: &str) -> Result<String, String> {
        match specifier {
            _ if referrer.starts_with("fnhost:") && guest::module_text(specifier).is_some() => {
                return Ok(specifier.to_owned());
            }
            FUNCTION_MODULE if referrer == ENTRY_MODULE => return Ok(self.function_path.clone()),
            _ if specifier.starts_with(NEEDS_PREFIX) => return Ok(specifier.to_owned()),
            _ if referrer == PLATFORM_MODULE && specifier.starts_with(IMPORT_PREFIX) => {
                let asked: Result<(String, String), _> = serde_json::from_str(&specifier[IMPORT_PREFIX.len()..]);
                let (referrer, specifier) = asked.map_err(|error| error.to_string())?;
                return self.resolve_import(&referrer, &specifier);
            }
            _ => {}
        }
        self.resolve_import(referrer, specifier)
    }

    fn load(&self, path: &str) -> Result<String, String> {
        if path == self.function_path {
            return Ok(self.function.clone());
        }
        if let Some(path) = path.strip_prefix(COMMONJS_PREFIX) {
            return self.wrapper(path);
        }
        if let Some(number) = path.strip_prefix(NEEDS_PREFIX) {
            return self.needs_text(number).ok_or_else(|| format!("there is no module `{path}`"));
        }
        match guest::module_text(path) {
            Some(text) => Ok(text.to_owned()),
            None => self.es_module(path),
        }
    }

    fn find(&self, referrer: &str, specifier: &str) -> Result<String, ModuleError> {
        match self.locate(referrer, specifier, Format::CommonJs)? {
            Located::Unit(name) => Ok(name),
            Located::File(found) if found.format == Format::EsModule => {
                let path = found.path;
                let help = "use `import` in a function that is a module, or `await import()`";
                let message = format!("require() of ES Module {path} from {referrer} is not supported; {help}");
                Err(ModuleError { message, code: "ERR_REQUIRE_ESM" })
            }
            Located::File(found) => Ok(found.path),
        }
    }

    fn read(&self, path: &str) -> Result<Module, ModuleError> {
        if let Some(text) = guest::unit_text(path) {
            let kind = ModuleKind::Unit;
            return Ok(Module::plain(kind, text));
        }
        let (folder, text) = self.read_file(path)?;
        if folder.format(path) == Format::Json {
            let text = text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned();
            return Ok(Module::plain(ModuleKind::Json, text));
        }
        let module = with_deep_stack(|| transform::commonjs(path, &text));
        let module =
            module.map_err(|errors| ModuleError { message: errors_text(&errors), code: "ERR_INVALID_SYNTAX" })?;
        let line = self.loaded().take_lines(path, &module.text, module.segments);
        let needs = self.loaded().with_locales(path, module.needs);
        let Needs { units, globals, requires, imports, .. } = needs;
        Ok(Module { kind: ModuleKind::CommonJs, text: module.text, line, units, globals, requires, imports })
    }
}

/// The exports of the unit or the file that `specifier` means to the CommonJS file `referrer`, for one that hands them on.
pub(crate) fn handed_on(modules: &Modules, referrer: &str, specifier: &str) -> Option<HandedOn> {
    match modules.locate(referrer, specifier, Format::CommonJs).ok()? {
        Located::Unit(name) => Some(HandedOn::Names(index().exports(&name).to_vec())),
        Located::File(found) if found.format == Format::CommonJs => {
            let (_, text) = modules.folder.as_ref()?.read(&found.path).ok()?;
            Some(HandedOn::File(found.path, text))
        }
        Located::File(_) => None,
    }
}

/// What a file hands on.
pub(crate) enum HandedOn {
    Names(Vec<String>),
    File(String, String),
}

/// What the engine calls scripts that are no user's.
pub(crate) fn hidden() -> Vec<String> {
    let names = [ENTRY_MODULE, FUNCTION_MODULE, SHIM_MODULE, EVALUATED];
    names.into_iter().chain(guest::MODULES.iter().map(|(name, _)| *name)).map(str::to_owned).collect()
}

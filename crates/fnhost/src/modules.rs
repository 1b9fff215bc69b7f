//! The modules that a script may import while it is loaded: what the one who
//! builds functions answers. Nothing here reads a file.

/// Gives the engine the modules that its script imports, and those that it requires.
pub trait ModuleLoader: Send + Sync + 'static {
    /// The path of the ES module that `specifier` means in the module `referrer`; an error says why there is none.
    fn resolve(&self, referrer: &str, specifier: &str) -> Result<String, String>;
    /// The source of the ES module at `path`, which [`resolve`](ModuleLoader::resolve) has given.
    fn load(&self, path: &str) -> Result<String, String>;
    /// The path of what `require(specifier)` means in the module `referrer`.
    fn find(&self, referrer: &str, specifier: &str) -> Result<String, ModuleError>;
    /// The module at `path`, which [`find`](ModuleLoader::find) has given.
    fn read(&self, path: &str) -> Result<Module, ModuleError>;
}

/// A module that can be evaluated at once.
#[derive(Debug, Clone)]
pub struct Module {
    /// How the text is taken.
    pub kind: ModuleKind,
    /// The text: JSON, or an expression whose value is a function of CommonJS's names.
    pub text: String,
    /// Empty lines that the engine is to see before the text.
    pub line: u32,
    /// Units of the builder's own that are to be there first.
    pub units: Vec<String>,
    /// Globals made on demand that are to be there first.
    pub globals: Vec<String>,
    /// What the module gives to `require`, as far as it is written out: asked for later, it is to be there.
    pub requires: Vec<String>,
    /// What the module gives to `import()`, likewise.
    pub imports: Vec<String>,
}

impl Module {
    /// A module that needs nothing.
    pub fn plain(kind: ModuleKind, text: String) -> Module {
        let none = Vec::new;
        Module { kind, text, line: 0, units: none(), globals: none(), requires: none(), imports: none() }
    }
}

/// How a module's text is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModuleKind {
    /// One of the builder's own.
    Unit,
    /// A CommonJS module.
    CommonJs,
    /// JSON.
    Json,
}

/// Why there is no module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleError {
    /// What was asked for, and where it was looked for.
    pub message: String,
    /// Node's code: `MODULE_NOT_FOUND` say.
    pub code: &'static str,
}

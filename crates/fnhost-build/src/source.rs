//! A source, parsed: what kind it is, and what its top level declares.

use crate::deep::{DEPTH_MAX, depth};
use crate::diagnostics::Diagnostic;
use crate::needs::with_import_renamed;
use fnhost::Handler;
use oxc::allocator::Allocator;
use oxc::ast::ast::Program;
use oxc::parser::{ParseOptions, Parser};
use oxc::semantic::{Scoping, Semantic, SemanticBuilder, SymbolFlags};
use oxc::span::{SourceType, Span};
use std::path::Path;

/// Names that a script has beside the globals: the handlers, which it may
/// declare or assign, and CommonJS's, which some functions export through.
pub(crate) const PARAMETERS: [&str; 11] = [
    "onIdentify",
    "onTrack",
    "onPage",
    "onScreen",
    "onGroup",
    "onAlias",
    "onDelete",
    "onBatch",
    "module",
    "exports",
    "require",
];

/// A parsed source.
pub(crate) struct Source<'a> {
    /// The name in diagnostics and stacks.
    pub(crate) name: &'a str,
    /// The text, without a byte order mark.
    pub(crate) text: &'a str,
    /// A module has `import` or `export`; what has not is a script, run in sloppy mode.
    pub(crate) is_module: bool,
    pub(crate) is_typescript: bool,
    pub(crate) program: Program<'a>,
    pub(crate) imports: Vec<Import>,
    /// Names that a module exports, `default` not among them.
    pub(crate) exports: Vec<String>,
}

/// A module that is asked for.
pub(crate) struct Import {
    pub(crate) specifier: String,
    pub(crate) span: Span,
}

impl<'a> Source<'a> {
    /// Parses `text`. Its name's ending says whether it is TypeScript (`.ts`,
    /// `.mts`, `.cts`) and, with `.mjs` and `.mts`, that it is a module.
    pub(crate) fn parse(allocator: &'a Allocator, name: &'a str, text: &'a str) -> Result<Source<'a>, Vec<Diagnostic>> {
        Source::parse_as(allocator, name, text, None)
    }

    /// As [`parse`](Source::parse), for a text of which is known whether it is a module.
    pub(crate) fn parse_as(
        allocator: &'a Allocator,
        name: &'a str,
        text: &'a str,
        is_module: Option<bool>,
    ) -> Result<Source<'a>, Vec<Diagnostic>> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if depth(text) > DEPTH_MAX {
            return Err(vec![Diagnostic::error(
                name,
                format!("the source is nested more than {DEPTH_MAX} brackets deep"),
            )]);
        }
        let extension = Path::new(name).extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        let is_typescript = matches!(extension, "ts" | "mts" | "cts");
        let source_type = source_type_of(Path::new(name));
        let options = ParseOptions {
            allow_return_outside_function: true,
            parse_regular_expression: true,
            ..ParseOptions::default()
        };
        let parse = |source_type| Parser::new(allocator, text, source_type).with_options(options).parse();

        let mut parsed = parse(source_type.with_script(true));
        let is_module =
            is_module.unwrap_or(matches!(extension, "mjs" | "mts") || parsed.module_record.has_module_syntax);
        if is_module {
            parsed = parse(source_type.with_module(true));
        }
        let mut errors: Vec<_> = parsed.diagnostics.errors().cloned().collect();
        if errors.is_empty() {
            let checked = SemanticBuilder::new().with_check_syntax_error(true).build(&parsed.program);
            errors.extend(checked.diagnostics.errors().cloned());
        }
        if !errors.is_empty() {
            return Err(errors.iter().map(|error| Diagnostic::from_parser(name, text, error)).collect());
        }
        let requested = &parsed.module_record.requested_modules;
        let mut imports: Vec<_> = requested
            .iter()
            .flat_map(|(specifier, requests)| requests.iter().map(move |request| (specifier, request)))
            .filter(|(_, request)| !request.is_type)
            .map(|(specifier, request)| Import { specifier: specifier.to_string(), span: request.statement_span })
            .collect();
        imports.sort_by_key(|import| import.span.start);
        let exports = parsed.module_record.exported_bindings.keys().map(ToString::to_string).collect();
        Ok(Source { name, text, is_module, is_typescript, program: parsed.program, imports, exports })
    }

    /// The source with `import()` by the name that the engine sees.
    pub(crate) fn with_import_renamed(self, allocator: &'a Allocator) -> Result<Source<'a>, Vec<Diagnostic>> {
        let Some(text) = with_import_renamed(&self.semantic(), self.text) else { return Ok(self) };
        Source::parse_as(allocator, self.name, allocator.alloc_str(&text), Some(self.is_module))
    }

    /// The source with its scopes and references.
    pub(crate) fn semantic(&'a self) -> Semantic<'a> {
        SemanticBuilder::new().with_build_nodes(true).build(&self.program).semantic
    }

    /// Which of [`PARAMETERS`] the script must get as parameters: those that it
    /// does not declare with `let`, `const` or `class` itself.
    pub(crate) fn parameters(scoping: &Scoping) -> Vec<&'static str> {
        let is_free = |name: &str| match scoping.get_root_binding(name.into()) {
            None => true,
            Some(symbol) => !scoping.symbol_flags(symbol).intersects(SymbolFlags::BlockScoped),
        };
        PARAMETERS.into_iter().filter(|name| is_free(name)).collect()
    }
}

/// Whether `text` is an ES module by its syntax. `path` says by its ending whether it is TypeScript.
pub(crate) fn has_module_syntax(path: &Path, text: &str) -> bool {
    if depth(text) > DEPTH_MAX {
        return false;
    }
    let allocator = Allocator::default();
    let source_type = source_type_of(path);
    let options = ParseOptions { allow_return_outside_function: true, ..ParseOptions::default() };
    let parse = |source_type| Parser::new(&allocator, text, source_type).with_options(options).parse();
    parse(source_type.with_script(true)).module_record.has_module_syntax
}

fn source_type_of(path: &Path) -> SourceType {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    if matches!(extension, "ts" | "mts" | "cts") { SourceType::ts() } else { SourceType::mjs() }
}

/// Whether `name` is a handler's.
pub(crate) fn is_handler(name: &str) -> bool {
    Handler::named(name).is_some()
}

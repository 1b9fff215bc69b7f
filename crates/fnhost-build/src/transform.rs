//! From a source to what the engine loads: types go, and a script becomes a
//! function whose parameters are the handlers. Positions are kept track of.

use crate::diagnostics::Diagnostic;
use crate::needs::{IMPORT, Needs};
use crate::source::{PARAMETERS, Source, is_handler};
use fnhost::Position;
use oxc::allocator::Allocator;
use oxc::ast::ast::Program;
use oxc::codegen::{Codegen, CodegenOptions};
use oxc::semantic::SemanticBuilder;
use oxc::transformer::{TransformOptions, Transformer};
use std::path::{Path, PathBuf};

/// Pairs of a position in the code and one in the source, ascending.
pub(crate) type Segments = Vec<(Position, Position)>;

/// What the engine loads.
pub(crate) enum Code {
    /// An ES module.
    Module(Text),
    /// An expression whose value is the function that the script became, and the names of its parameters.
    Script(Text, Vec<&'static str>),
}

/// A text for the engine, where its positions come from (none: unchanged), and what it needs.
pub(crate) struct Text {
    pub(crate) text: String,
    pub(crate) segments: Segments,
    pub(crate) needs: Needs,
}

impl Text {
    /// The text of the module at `path` that first has its needs met, by the module that `register` gives for them, and
    /// that knows where it is.
    pub(crate) fn with_needs(self, path: &str, register: impl FnOnce(Needs) -> String) -> (String, Segments) {
        let imports = self.text.contains(IMPORT);
        let mut head = String::new();
        if imports || !self.needs.is_empty() {
            let names = if imports { format!("{{{IMPORT}}} from ") } else { String::new() };
            head = format!("import {names}{};", serde_json::json!(register(self.needs)));
        }
        if self.text.contains("import.meta") {
            head.push_str(&meta(path));
        }
        if head.is_empty() {
            return (self.text, self.segments);
        }
        let segments = shifted(self.segments, &head);
        (format!("{head}{}", commented_hashbang(&self.text)), segments)
    }
}

/// Sets what Node's `import.meta` has: paths below the function's folder, as CommonJS's `__filename` is.
fn meta(path: &str) -> String {
    let file = format!("/{path}");
    let url = url::Url::parse("file:///").map(|mut url| {
        url.set_path(&file.replace('%', "%25"));
        url.to_string()
    });
    let folder = file.rsplit_once('/').map_or("/", |(folder, _)| if folder.is_empty() { "/" } else { folder });
    let [url, file, folder] = [url.unwrap_or_default().as_str(), &file, folder].map(|text| serde_json::json!(text));
    format!("import.meta.url={url};import.meta.filename={file};import.meta.dirname={folder};")
}

/// Makes of `source` what the engine loads.
pub(crate) fn transform<'a>(allocator: &'a Allocator, source: Source<'a>) -> Result<Code, Vec<Diagnostic>> {
    let source = source.with_import_renamed(allocator)?;
    let Source { name, text, is_module, is_typescript, program, .. } = source;
    let (parameters, needs) = {
        let scoped = SemanticBuilder::new().with_build_nodes(true).build(&program);
        (Source::parameters(scoped.semantic.scoping()), Needs::of(&scoped.semantic))
    };
    let (text, segments) =
        if is_typescript { strip_types(allocator, name, text, program)? } else { (text.to_owned(), Vec::new()) };
    if is_module {
        return Ok(Code::Module(Text { text, segments, needs }));
    }
    let readers: Vec<_> =
        PARAMETERS.into_iter().filter(|name| is_handler(name)).map(|name| format!("{name}:()=>{name}")).collect();
    let head = format!("(function($fnhost,{IMPORT},{}){{$fnhost({{{}}});", parameters.join(","), readers.join(","));
    let (text, segments) = wrap(&head, &text, segments);
    Ok(Code::Script(Text { text, segments, needs }, parameters))
}

/// The file `name` of the function's folder as an ES module.
pub(crate) fn es_module(name: &str, text: &str) -> Result<Text, Vec<Diagnostic>> {
    file(name, text, true)
}

/// The file `name` of the function's folder as an expression whose value is a function of CommonJS's names.
pub(crate) fn commonjs(name: &str, text: &str) -> Result<Text, Vec<Diagnostic>> {
    let Text { text, segments, needs } = file(name, text, false)?;
    // A package that finds one takes this for a browser.
    let window = if needs.window && name.contains("node_modules/") { ",window" } else { "" };
    let head = format!("(function(exports,require,module,__filename,__dirname,{IMPORT}{window}){{");
    let (text, segments) = wrap(&head, &text, segments);
    Ok(Text { text, segments, needs })
}

fn file(name: &str, text: &str, is_module: bool) -> Result<Text, Vec<Diagnostic>> {
    let allocator = Allocator::default();
    let source = Source::parse_as(&allocator, name, text, Some(is_module))?.with_import_renamed(&allocator)?;
    let needs = Needs::of(&source.semantic());
    let Source { name, text, is_typescript, program, .. } = source;
    let (text, segments) =
        if is_typescript { strip_types(&allocator, name, text, program)? } else { (text.to_owned(), Vec::new()) };
    Ok(Text { text, segments, needs })
}

/// The text as the body of a sloppy-mode function. What is to come before it stands on the same line: directives in the
/// body stay without effect, as at Segment, and no line moves.
fn wrap(head: &str, text: &str, segments: Segments) -> (String, Segments) {
    (format!("{head}{}\n}})", commented_hashbang(text)), shifted(segments, head))
}

/// `segments` of a text behind `head` on the first line.
fn shifted(segments: Segments, head: &str) -> Segments {
    let shift = head.encode_utf16().count() as u32;
    let shifted = |position: Position| Position {
        column: if position.line == 1 { position.column + shift } else { position.column },
        ..position
    };
    if !segments.is_empty() {
        return segments.into_iter().map(|(code, source)| (shifted(code), source)).collect();
    }
    let start = Position { line: 1, column: 1 };
    // The engine puts some calls on the first line one column early.
    vec![
        (Position { line: 1, column: shift }, start),
        (shifted(start), start),
        (Position { line: 2, column: 1 }, Position { line: 2, column: 1 }),
    ]
}

/// A `#!` line is JavaScript only where a text begins.
fn commented_hashbang(text: &str) -> String {
    text.strip_prefix("#!").map_or_else(|| text.to_owned(), |rest| format!("//{rest}"))
}

/// TypeScript to JavaScript, with a table from positions in one to the other.
fn strip_types<'a>(
    allocator: &'a Allocator,
    name: &str,
    text: &str,
    mut program: Program<'a>,
) -> Result<(String, Segments), Vec<Diagnostic>> {
    let scoping = SemanticBuilder::new().with_enum_eval(true).build(&program).semantic.into_scoping();
    let options = TransformOptions::default();
    let done = Transformer::new(allocator, Path::new(name), &options).build_with_scoping(scoping, &mut program);
    let errors: Vec<_> = done.diagnostics.errors().map(|error| Diagnostic::from_parser(name, text, error)).collect();
    if !errors.is_empty() {
        return Err(errors);
    }
    let options = CodegenOptions { source_map_path: Some(PathBuf::from(name)), ..CodegenOptions::default() };
    let printed = Codegen::new().with_options(options).build(&program);
    let tokens = printed.map.iter().flat_map(|map| map.get_tokens());
    let mut segments: Vec<_> = tokens
        .map(|token| {
            let code = Position { line: token.get_dst_line() + 1, column: token.get_dst_col() + 1 };
            (code, Position { line: token.get_src_line() + 1, column: token.get_src_col() + 1 })
        })
        .collect();
    segments.sort_unstable();
    segments.dedup_by_key(|(code, _)| *code);
    Ok((printed.code, segments))
}

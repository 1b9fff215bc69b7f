//! From a source to what the engine loads: types go, and a script becomes a
//! function whose parameters are the handlers. Positions are kept track of.

use crate::diagnostics::Diagnostic;
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
    /// An ES module, and where its positions come from (none: unchanged).
    Module { text: String, segments: Segments },
    /// An expression whose value is the function that the script became, the
    /// names of its parameters, and where its positions come from.
    Script { text: String, parameters: Vec<&'static str>, segments: Segments },
}

/// Makes of `source` what the engine loads.
pub(crate) fn transform<'a>(allocator: &'a Allocator, source: Source<'a>) -> Result<Code, Vec<Diagnostic>> {
    let Source { name, text, is_module, is_typescript, program, .. } = source;
    let parameters = {
        let scoped = SemanticBuilder::new().build(&program);
        Source::parameters(scoped.semantic.scoping())
    };
    let (text, segments) =
        if is_typescript { strip_types(allocator, name, text, program)? } else { (text.to_owned(), Vec::new()) };
    Ok(if is_module { Code::Module { text, segments } } else { wrap(&text, parameters, segments) })
}

/// The script as the body of a sloppy-mode function. What reads the handlers
/// stands before it on the first line: directives in the body stay without
/// effect, as at Segment, and no line moves.
fn wrap(text: &str, parameters: Vec<&'static str>, segments: Segments) -> Code {
    let readers: Vec<_> =
        PARAMETERS.into_iter().filter(|name| is_handler(name)).map(|name| format!("{name}:()=>{name}")).collect();
    let head = format!("(function($fnhost,{}){{$fnhost({{{}}});", parameters.join(","), readers.join(","));
    let shift = head.encode_utf16().count() as u32;
    let shifted = |position: Position| Position {
        column: if position.line == 1 { position.column + shift } else { position.column },
        ..position
    };
    let start = Position { line: 1, column: 1 };
    let segments = if segments.is_empty() {
        // The engine puts some calls on the first line one column early.
        vec![
            (Position { line: 1, column: shift }, start),
            (shifted(start), start),
            (Position { line: 2, column: 1 }, Position { line: 2, column: 1 }),
        ]
    } else {
        segments.into_iter().map(|(code, source)| (shifted(code), source)).collect()
    };
    // A `#!` line is no JavaScript inside of a function.
    let text = text.strip_prefix("#!").map_or_else(|| text.to_owned(), |rest| format!("//{rest}"));
    Code::Script { text: format!("{head}{text}\n}})"), parameters, segments }
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

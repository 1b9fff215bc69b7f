//! From positions in the code that the engine runs to positions in the source
//! that the user wrote. `fnhost-build` puts the table into the component, as a
//! custom section; stacks are rewritten with it.

use serde::{Deserialize, Serialize};
use wasmparser::{Parser, Payload};

/// The custom section's name, and the version of what is in it.
const SECTION: &str = "fnhost:positions";
const VERSION: u32 = 2;

/// Where the functions in a component come from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Positions {
    version: u32,
    files: Vec<File>,
    /// Scripts of the component that are no user's, but for the lines that belong to a file; frames in them are left out.
    hidden: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct File {
    /// The name that the engine knows.
    engine_name: String,
    /// The name that the user knows.
    name: String,
    /// Pairs of a position in the code and one in the source, ascending. Empty
    /// where they are the same.
    segments: Vec<(Position, Position)>,
    /// The lines that the file has of what the engine calls so, from one that is not its own any more up to the last;
    /// all of them where there are none. Positions in the code count from there.
    lines: Option<(u32, u32)>,
}

/// A place in a text. Lines and columns count from 1, columns in UTF-16 units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

impl Positions {
    /// A table without files. Frames in scripts called one of `hidden` are left out of stacks.
    pub fn new(hidden: Vec<String>) -> Positions {
        Positions { version: VERSION, files: Vec::new(), hidden }
    }

    /// Adds a file that the engine calls `engine_name` and the user `name`.
    /// `segments` are pairs of a position in the engine's code and the one in
    /// the user's source, ascending; none where both are the same.
    pub fn add_file(&mut self, engine_name: String, name: String, segments: Vec<(Position, Position)>) {
        self.files.push(File { engine_name, name, segments, lines: None });
    }

    /// As [`add_file`](Positions::add_file), for a file whose first line comes after line `before` of what the engine
    /// calls `engine_name`, where it has `count` lines.
    pub fn add_lines(
        &mut self,
        engine_name: String,
        name: String,
        segments: Vec<(Position, Position)>,
        before: u32,
        count: u32,
    ) {
        self.files.push(File { engine_name, name, segments, lines: Some((before, before.saturating_add(count))) });
    }

    /// Appends the table to a component.
    pub fn append_to(&self, component: &mut Vec<u8>) {
        let data = serde_json::to_vec(self).expect("a table of numbers and strings is JSON");
        component.push(wasm_encoder::ComponentSectionId::CoreCustom as u8);
        let mut section = Vec::new();
        wasm_encoder::Encode::encode(SECTION, &mut section);
        section.extend(data);
        wasm_encoder::Encode::encode(&section[..], component);
    }

    /// The table in a component; an empty one where there is none.
    pub(crate) fn in_component(component: &[u8]) -> Result<Positions, String> {
        let mut depth = 0;
        for payload in Parser::new(0).parse_all(component) {
            match payload.map_err(|error| error.to_string())? {
                Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
                Payload::End(_) if depth > 0 => depth -= 1,
                Payload::CustomSection(section) if depth == 0 && section.name() == SECTION => {
                    let table: Result<Positions, _> = serde_json::from_slice(section.data());
                    let table = table.map_err(|error| format!("the section `{SECTION}` is damaged: {error}"))?;
                    // Of a later version only the stacks would be less exact.
                    return Ok(if table.version == VERSION { table } else { Positions::default() });
                }
                _ => {}
            }
        }
        Ok(Positions::default())
    }

    /// Rewrites a stack, a frame a line: positions become the user's, frames
    /// that are not the user's go.
    pub fn map_stack(&self, stack: &str) -> String {
        let mut frames: Vec<_> = stack.lines().filter_map(|frame| self.map_frame(frame)).collect();
        // The engine's own functions at the bottom were called by what is left out.
        while frames.pop_if(|frame| frame.ends_with("(native)")).is_some() {}
        frames.join("\n")
    }

    /// Rewrites the stacks in a log entry; all other lines stay.
    pub(crate) fn map_log(&self, text: String) -> String {
        if self.files.is_empty() || !text.contains("    at ") {
            return text;
        }
        let mut lines: Vec<String> = Vec::new();
        // Frames come in groups, one a stack; what follows the last one on its line belongs to the text around.
        let mut group: Option<(usize, &str)> = None;
        for line in text.split('\n') {
            if line.trim_start().starts_with("at ") {
                let (start, _) = *group.get_or_insert((lines.len(), ""));
                let frame = line.strip_suffix(" {");
                group = Some((start, if frame.is_some() { " {" } else { "" }));
                lines.extend(self.map_frame(frame.unwrap_or(line)));
            } else {
                end_group(&mut lines, group.take());
                lines.push(line.to_owned());
            }
        }
        end_group(&mut lines, group);
        lines.join("\n")
    }

    /// One frame, `    at name (file:line:column)` or `    at file:line:column`.
    fn map_frame(&self, frame: &str) -> Option<String> {
        let Some((before, place, after)) = split_frame(frame) else { return Some(frame.to_owned()) };
        let Some((engine_name, position)) = parse_place(place) else { return Some(frame.to_owned()) };
        let Some(file) = self.file(engine_name, position) else {
            let is_hidden = self.hidden.iter().any(|name| name == engine_name);
            return (!is_hidden).then(|| frame.to_owned());
        };
        let position = file.map(position)?;
        Some(format!("{before}{}:{}:{}{after}", file.name, position.line, position.column))
    }

    /// The user's name and position for a position that the engine gives.
    pub fn lookup(&self, engine_name: &str, position: Position) -> Option<(&str, Position)> {
        let file = self.file(engine_name, position)?;
        Some((&file.name, file.map(position)?))
    }

    fn file(&self, engine_name: &str, position: Position) -> Option<&File> {
        self.files.iter().find(|file| {
            let has_line = |(before, last)| before < position.line && position.line <= last;
            file.engine_name == engine_name && file.lines.is_none_or(has_line)
        })
    }
}

impl File {
    /// None for a position before the user's code begins.
    fn map(&self, position: Position) -> Option<Position> {
        let before = self.lines.map_or(0, |(before, _)| before);
        let position = Position { line: position.line - before, ..position };
        if self.segments.is_empty() {
            return Some(position);
        }
        let after = self.segments.partition_point(|(code, _)| *code <= position);
        let (code, source) = self.segments.get(after.checked_sub(1)?)?;
        // Within the segment's line what follows keeps its distance.
        let column =
            if code.line == position.line { source.column + (position.column - code.column) } else { source.column };
        let line = source.line + (position.line - code.line);
        Some(Position { line, column: if code.line == position.line { column } else { position.column } })
    }
}

/// Ends a group of frames that began at the index in `group`: the engine's own
/// functions at the bottom go, and what followed the last frame is put back.
fn end_group(lines: &mut Vec<String>, group: Option<(usize, &str)>) {
    let Some((start, suffix)) = group else { return };
    while lines.len() > start && lines.pop_if(|frame| frame.ends_with("(native)")).is_some() {}
    if let Some(last) = lines.last_mut() {
        last.push_str(suffix);
    }
}

/// A frame around its `file:line:column`.
fn split_frame(frame: &str) -> Option<(&str, &str, &str)> {
    if let Some(inner) = frame.strip_suffix(')') {
        let open = inner.rfind('(')?;
        return Some((&frame[..=open], &inner[open + 1..], ")"));
    }
    let start = frame.find("at ")? + 3;
    Some((&frame[..start], &frame[start..], ""))
}

/// A `file:line:column`, taken apart.
fn parse_place(place: &str) -> Option<(&str, Position)> {
    let (rest, column) = place.rsplit_once(':')?;
    let (name, line) = rest.rsplit_once(':')?;
    Some((name, Position { line: line.parse().ok()?, column: column.parse().ok()? }))
}

//! `fnhost new`: a project for one function. Its files are in `src/new`, with
//! names in capitals where the project's own go.

use crate::args::NewArguments;
use crate::{DONE, setup};
use anyhow::{Context, Result, bail};
use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// The longest name, in characters.
const NAME_LENGTH_MAX: usize = 100;

/// The one file that is not the project's own.
const TYPES: (&str, &str) = ("fnhost.d.ts", include_str!("../new/fnhost.d.ts"));

const JAVASCRIPT: &[(&str, &str)] =
    &[("function.js", include_str!("../new/function.js")), ("jsconfig.json", include_str!("../new/jsconfig.json"))];

const TYPESCRIPT: &[(&str, &str)] =
    &[("function.ts", include_str!("../new/function.ts")), ("tsconfig.json", include_str!("../new/tsconfig.json"))];

const COMMON: &[(&str, &str)] = &[
    ("event.json", include_str!("../new/event.json")),
    ("settings.json", include_str!("../new/settings.json")),
    TYPES,
    ("package.json", include_str!("../new/package.json")),
    ("README.md", include_str!("../new/README.md")),
    (".gitignore", include_str!("../new/gitignore")),
];

pub(crate) fn new(arguments: NewArguments) -> Result<u8> {
    let folder = &arguments.folder;
    if arguments.types_only {
        return types_only(folder);
    }
    let name = name_of(folder)?;
    claim(folder)?;
    let own = if arguments.typescript { TYPESCRIPT } else { JAVASCRIPT };
    for (file, text) in own.iter().chain(COMMON) {
        let text = text.replace("NAME", &name).replace("FUNCTION", own[0].0).replace("CONFIG", own[1].0);
        write_new(&folder.join(file), &text)?;
    }
    let files: Vec<_> = own.iter().chain(COMMON).map(|(file, _)| *file).collect();
    let mut next = format!("made `{}`: {}\n\nnext:\n", folder.display(), files.join(", "));
    if folder != Path::new(".") {
        next += &format!("  cd {}\n", folder.display());
    }
    next += &format!("  fnhost run {} --event event.json --settings settings.json\n", own[0].0);
    setup::print(&next)?;
    Ok(DONE)
}

/// The project's name: that of its folder.
fn name_of(folder: &Path) -> Result<String> {
    // `.` has a name only once it is known where it is.
    let whole = if folder == Path::new(".") { folder.canonicalize().ok() } else { None };
    let name = whole.as_deref().unwrap_or(folder).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let is_good =
        |character: char| character.is_ascii_lowercase() || character.is_ascii_digit() || "-_".contains(character);
    let begins_well = name.starts_with(|first: char| first.is_ascii_alphanumeric());
    if !begins_well || !name.chars().all(is_good) || name.len() > NAME_LENGTH_MAX || name == "node_modules" {
        let name = if name.is_empty() { folder.display().to_string() } else { name };
        bail!(
            "`{name}` cannot be the name of a function; use lower-case letters, digits, `-` and `_`, a letter or digit \
             first, {NAME_LENGTH_MAX} characters at most"
        );
    }
    Ok(name)
}

/// Makes the folder, or makes sure that there is nothing in it but what belongs to git.
fn claim(folder: &Path) -> Result<()> {
    match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(folder).with_context(|| format!("cannot make the folder `{}`", folder.display()))
        }
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            bail!("`{}` is a file, or below one; choose another name", folder.display())
        }
        Err(error) => Err(error).with_context(|| format!("cannot look into `{}`", folder.display())),
        Ok(entries) => {
            for entry in entries {
                let name = entry.with_context(|| format!("cannot look into `{}`", folder.display()))?.file_name();
                if name != ".git" {
                    let (folder, name) = (folder.display(), name.to_string_lossy());
                    bail!("`{folder}` is not empty, it has `{name}` in it; choose another name, or an empty folder");
                }
            }
            Ok(())
        }
    }
}

/// Writes a file that is not there yet.
fn write_new(path: &Path, text: &str) -> Result<()> {
    let written = fs::File::create_new(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.with_context(|| format!("cannot write `{}`", path.display()))
}

/// Writes `fnhost.d.ts` into a folder that is there, over one that it may have.
fn types_only(folder: &Path) -> Result<u8> {
    let (file, text) = TYPES;
    let path = folder.join(file);
    fs::write(&path, text).with_context(|| format!("cannot write `{}`", path.display()))?;
    setup::print(&format!("wrote `{}`\n", path.display()))?;
    Ok(DONE)
}

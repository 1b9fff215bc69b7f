//! What a configuration needs of the disk: small text files, and the names of
//! the functions in a folder. It does not know what they are for, and writes nothing.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::Path;

use super::errors::shown;
use super::{FUNCTIONS_MAX, FunctionSource, check_name};

/// The endings of files that are functions.
const EXTENSIONS: [&str; 3] = ["js", "ts", "mjs"];

/// A file of at most `bytes_max` bytes of UTF-8. The error says why not, without the path.
pub(super) fn read_text(path: &Path, bytes_max: u64) -> Result<String, String> {
    let cannot = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        ErrorKind::PermissionDenied => "it may not be read by this user".to_owned(),
        _ => format!("it cannot be read: {error}"),
    };
    // Opening a pipe waits for its other end.
    let metadata = fs::metadata(path).map_err(cannot)?;
    if metadata.is_dir() {
        return Err("it is a folder, not a file".to_owned());
    }
    if !metadata.is_file() {
        return Err("it is not a regular file".to_owned());
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(cannot)?;
    file.take(bytes_max + 1).read_to_end(&mut bytes).map_err(cannot)?;
    if bytes.len() as u64 > bytes_max {
        return Err(format!("it is larger than {bytes_max} bytes"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = valid.iter().filter(|byte| **byte == b'\n').count() + 1;
        format!("it is not UTF-8 text, see line {line}")
    })
}

/// The functions of a folder, sorted by name; none if there is no such folder.
/// Files whose names start with a dot and type declarations are left out.
pub(super) fn list_functions(folder: &Path) -> Result<Vec<FunctionSource>, String> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) if error.kind() == ErrorKind::NotADirectory => return Err("it is not a folder".to_owned()),
        Err(error) => return Err(format!("the folder cannot be read: {error}")),
    };
    let mut found = BTreeMap::new();
    for entry in entries {
        let path = entry.map_err(|error| format!("the folder cannot be read: {error}"))?.path();
        let Some(name) = function_name(&path) else { continue };
        check_name(&name).map_err(|why| format!("the file `{}` is no function: {why}", file_name(&path)))?;
        if let Some(other) = found.insert(name.clone(), path.clone()) {
            // The system gives files in any order; a message must not depend on it.
            let (first, second) = if other < path { (&other, &path) } else { (&path, &other) };
            let (first, second) = (file_name(first), file_name(second));
            return Err(format!("`{first}` and `{second}` are both the function `{name}`; rename one"));
        }
        if found.len() > FUNCTIONS_MAX {
            return Err(format!("there are more than {FUNCTIONS_MAX} functions in the folder"));
        }
    }
    Ok(found.into_iter().map(|(name, path)| FunctionSource { name, path }).collect())
}

/// What the file is called as a function, if it is one.
fn function_name(path: &Path) -> Option<String> {
    let extension = path.extension()?.to_str()?;
    let stem = path.file_stem()?.to_string_lossy().into_owned();
    let is_function = EXTENSIONS.contains(&extension) && !stem.starts_with('.') && !stem.ends_with(".d");
    (is_function && path.is_file()).then_some(stem)
}

fn file_name(path: &Path) -> String {
    shown(&path.file_name().unwrap_or_default().to_string_lossy())
}

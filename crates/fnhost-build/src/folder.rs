//! The function's folder: which file a specifier means, as Node finds it, and
//! its text. Nothing outside of the folder is looked at, through links neither.

use crate::deep::with_deep_stack;
use crate::source::has_module_syntax;
use oxc_resolver::{FileMetadata, FileSystem, ResolveError, ResolveOptions, ResolverGeneric};
use std::collections::HashMap;
use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The largest file that is loaded, in bytes.
const FILE_BYTES_MAX: u64 = 4 << 20;

/// How a file is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    EsModule,
    CommonJs,
    Json,
}

/// A file that was found.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// Its path below the folder, with slashes.
    pub(crate) path: String,
    pub(crate) format: Format,
    /// Whether it is the function's own file.
    pub(crate) is_entry: bool,
}

/// A folder that a function may load files from, and its own file in it.
pub struct Folder {
    root: PathBuf,
    entry: PathBuf,
    entry_name: String,
    import: ResolverGeneric<Within>,
    require: ResolverGeneric<Within>,
    /// As `require`, but without what packages have for workers.
    require_for_node: ResolverGeneric<Within>,
    formats: Mutex<HashMap<String, Format>>,
}

impl fmt::Debug for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Folder").field("root", &self.root).field("entry", &self.entry).finish_non_exhaustive()
    }
}

impl Folder {
    /// The folder of the function in the file `path`: the nearest one upwards that has a
    /// `package.json`, or the workspace which that one belongs to; the file's own
    /// folder where there is none. Never one above `top`, if there is one.
    pub fn of_function(path: &Path, top: Option<&Path>) -> io::Result<Folder> {
        let entry = path.canonicalize()?;
        let own = entry.parent().unwrap_or(&entry).to_owned();
        let top = top.map(Path::canonicalize).transpose()?;
        let is_below = |folder: &Path| top.as_ref().is_none_or(|top| folder.starts_with(top));
        let package = own.ancestors().find(|folder| is_below(folder) && folder.join("package.json").is_file());
        let root = match package {
            None => own.clone(),
            Some(package) => {
                let above = package.ancestors().skip(1).filter(|folder| is_below(folder));
                above.filter(|folder| is_workspace(folder)).last().unwrap_or(package).to_owned()
            }
        };
        Ok(Folder::new(root, entry))
    }

    fn new(root: PathBuf, entry: PathBuf) -> Folder {
        let options = |conditions: &[&str]| ResolveOptions {
            condition_names: conditions.iter().map(|condition| (*condition).to_owned()).collect(),
            extensions: [".js", ".json", ".cjs", ".mjs", ".ts", ".cts", ".mts"].map(str::to_owned).to_vec(),
            // TypeScript names the file that will be there when it is compiled.
            extension_alias: [(".js", ".ts"), (".mjs", ".mts"), (".cjs", ".cts")]
                .map(|(of, also)| (of.to_owned(), vec![of.to_owned(), also.to_owned()]))
                .to_vec(),
            main_fields: vec!["main".to_owned()],
            module_type: true,
            symlinks: true,
            ..ResolveOptions::default()
        };
        let within = || Within { root: root.clone() };
        let resolver = |conditions: &[&str]| ResolverGeneric::new_with_file_system(within(), options(conditions));
        let import = resolver(&["fnhost", "worker", "node", "import", "default"]);
        let require = resolver(&["fnhost", "worker", "node", "require", "default"]);
        let require_for_node = resolver(&["fnhost", "node", "require", "default"]);
        let entry_name = name_below(&root, &entry).unwrap_or_default();
        Folder { root, entry, entry_name, import, require, require_for_node, formats: Mutex::default() }
    }

    /// The name of the function's own file, as its path below the folder.
    pub(crate) fn entry_name(&self) -> &str {
        &self.entry_name
    }

    /// The file that `specifier` means in the file called `referrer`; an error says where was looked.
    pub(crate) fn find(&self, referrer: &str, specifier: &str, asked: Format) -> Result<Found, String> {
        let referrer_path = self.root.join(referrer);
        let directory = referrer_path.parent().unwrap_or(&self.root);
        if asked == Format::EsModule {
            return self.find_with(&self.import, directory, specifier);
        }
        let found = self.find_with(&self.require, directory, specifier)?;
        if found.format != Format::EsModule {
            return Ok(found);
        }
        // What a package has for workers may be an ES module where what it has for Node is none.
        let other = self.find_with(&self.require_for_node, directory, specifier);
        Ok(other.ok().filter(|other| other.format != Format::EsModule).unwrap_or(found))
    }

    fn find_with(
        &self,
        resolver: &ResolverGeneric<Within>,
        directory: &Path,
        specifier: &str,
    ) -> Result<Found, String> {
        let resolution = match resolver.resolve(directory, specifier) {
            Ok(resolution) => resolution,
            Err(error) => return Err(self.looked_text(directory, specifier, &error)),
        };
        let path = resolution.path();
        let Some(name) = name_below(&self.root, path) else {
            return Err(format!("it is outside of the function's folder, `{}`", self.root.display()));
        };
        let is_type_module = resolution.module_type().is_some_and(|kind| kind == oxc_resolver::ModuleType::Module);
        let format = format_of(path, is_type_module);
        let mut formats = self.formats.lock().unwrap_or_else(PoisonError::into_inner);
        let format = *formats.entry(name.clone()).or_insert(format);
        Ok(Found { path: name, format, is_entry: path == self.entry })
    }

    /// How the file called `path`, which was found, is taken.
    pub(crate) fn format(&self, path: &str) -> Format {
        let formats = self.formats.lock().unwrap_or_else(PoisonError::into_inner);
        formats.get(path).copied().unwrap_or(Format::CommonJs)
    }

    /// Where the file called `path` is, and its text.
    pub(crate) fn read(&self, path: &str) -> Result<(PathBuf, String), String> {
        let file = self.root.join(path);
        let within = Within { root: self.root.clone() };
        let text = within.read_to_string(&file).map_err(|error| format!("cannot read `{path}`: {error}"))?;
        Ok((file, text))
    }

    fn looked_text(&self, directory: &Path, specifier: &str, error: &ResolveError) -> String {
        let is_path = specifier.starts_with(['.', '/']);
        if !matches!(error, ResolveError::NotFound(_) | ResolveError::MatchedAliasNotFound(..)) {
            return error.to_string();
        }
        if is_path {
            let looked = normalized(&directory.join(specifier));
            return match name_below(&self.root, &looked) {
                Some(name) => format!("there is no file `{name}`, with or without an ending"),
                None => format!("it is outside of the function's folder, `{}`", self.root.display()),
            };
        }
        let folders = directory.ancestors().take_while(|folder| folder.starts_with(&self.root));
        let looked: Vec<_> = folders
            .filter_map(|folder| name_below(&self.root, &folder.join("node_modules")))
            .map(|name| format!("`{name}`"))
            .collect();
        format!("it is not in {}, no module of Node's that is there and no library of fnhost's", looked.join(", "))
    }
}

/// Whether the `package.json` in `folder` has workspaces.
fn is_workspace(folder: &Path) -> bool {
    let text = read_bounded(&folder.join("package.json")).unwrap_or_default();
    let package: serde_json::Value = serde_json::from_slice(&text).unwrap_or_default();
    package.get("workspaces").is_some() || folder.join("pnpm-workspace.yaml").is_file()
}

/// What is in the file at `path`, if it is a file and not larger than any may be.
fn read_bounded(path: &Path) -> io::Result<Vec<u8>> {
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    if metadata.len() > FILE_BYTES_MAX {
        return Err(io::Error::other(format!("it is {} bytes, limit {FILE_BYTES_MAX}", metadata.len())));
    }
    std::fs::read(path)
}

/// How a file is taken, by its ending, its package's `type`, or, where neither says, by its syntax.
fn format_of(path: &Path, is_type_module: bool) -> Format {
    match path.extension().and_then(OsStr::to_str) {
        Some("json") => Format::Json,
        Some("mjs" | "mts") => Format::EsModule,
        Some("cjs" | "cts") => Format::CommonJs,
        _ if is_type_module => Format::EsModule,
        _ => {
            let text = read_bounded(path).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
            if with_deep_stack(|| has_module_syntax(path, &text)) { Format::EsModule } else { Format::CommonJs }
        }
    }
}

/// The path of `path` below `root`, with slashes.
fn name_below(root: &Path, path: &Path) -> Option<String> {
    let below = path.strip_prefix(root).ok()?;
    let parts: Option<Vec<_>> = below.components().map(|part| part.as_os_str().to_str()).collect();
    Some(parts?.join("/"))
}

/// `path` without `.` and `..`, as text.
fn normalized(path: &Path) -> PathBuf {
    let mut parts = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts
}

/// The files below a folder, and nothing else: whatever is asked for outside of it is not there.
#[derive(Clone)]
struct Within {
    root: PathBuf,
}

impl Within {
    /// `path` if it is below the folder; what a link leads to is checked as well.
    fn checked<'a>(&self, path: &'a Path) -> io::Result<&'a Path> {
        let is_below = |path: &Path| normalized(path).starts_with(&self.root);
        let real = path.canonicalize()?;
        if is_below(path) && is_below(&real) { Ok(path) } else { Err(io::Error::from(io::ErrorKind::NotFound)) }
    }
}

impl FileSystem for Within {
    fn new() -> Within {
        Within { root: PathBuf::new() }
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        read_bounded(self.checked(path)?)
    }

    fn read_to_string(&self, path: &Path) -> io::Result<String> {
        String::from_utf8(self.read(path)?).map_err(|_| io::Error::other("it is not UTF-8 text"))
    }

    fn metadata(&self, path: &Path) -> io::Result<FileMetadata> {
        std::fs::metadata(self.checked(path)?).map(FileMetadata::from)
    }

    fn symlink_metadata(&self, path: &Path) -> io::Result<FileMetadata> {
        // The folders above are asked for where the real path is looked for; they say nothing but that they are folders.
        if self.root.starts_with(path) {
            return Ok(FileMetadata::new(false, true, false));
        }
        std::fs::symlink_metadata(self.checked(path)?).map(FileMetadata::from)
    }

    fn read_link(&self, path: &Path) -> Result<PathBuf, ResolveError> {
        Ok(std::fs::read_link(self.checked(path)?)?)
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.checked(path)?.canonicalize()
    }
}

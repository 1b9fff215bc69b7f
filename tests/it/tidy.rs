//! The rules of style that can be held by looking at the repository's own files.

use fnhost::Limits;
use std::fs;
use std::path::{Path, PathBuf};

/// Packages that `Cargo.lock` may name; more need a reason in the pull request.
const PACKAGES_MAX: usize = 600;

/// Longest function and file, in lines.
const FUNCTION_LINES_MAX: usize = 70;
const FILE_LINES_MAX: usize = 600;

/// Files and functions that may be longer, and why.
const LONGER: [(&str, &str); 2] = [
    ("guest-js/node/src/buffer.js", "one class with Node's eighty methods"),
    ("guest-js/node/src/events.js", "an async iterator whose methods share its state"),
];

/// Crates that may name a dependency (a name, or the start of one with `*`).
const HEAVY: [(&str, &[&str]); 9] = [
    ("wasmtime*", &["fnhost"]),
    ("clap", &["fnhost-cli"]),
    ("oxc*", &["fnhost-build"]),
    ("rusqlite", &["fnhost-queue"]),
    // The tests serve some of its routes by themselves.
    ("axum", &["fnhost-server", "fnhost-tests"]),
    // A client, a server, the demo's request bin; the tests have their own endpoints.
    ("hyper", &["fnhost", "fnhost-server", "fnhost-cli", "fnhost-tests"]),
    ("hyper-util", &["fnhost", "fnhost-server", "fnhost-cli", "fnhost-tests"]),
    ("rustls", &["fnhost"]),
    ("tokio-rustls", &["fnhost", "fnhost-tests"]),
];

/// Folders that hold nothing written by hand.
const GENERATED: [&str; 6] = ["target", "node_modules", "dist", "bundle", ".git", ".cargo"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// A file of the repository: its path from the root, and its text.
struct File {
    path: String,
    text: String,
}

/// All files whose names end with one of `extensions`, in order.
fn files(extensions: &[&str]) -> Vec<File> {
    let mut folders = vec![root().to_owned()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            if entry.file_type().unwrap().is_dir() {
                if !GENERATED.contains(&name.as_str()) {
                    folders.push(entry.path());
                }
            } else if extensions.iter().any(|extension| name.ends_with(extension)) {
                let path = entry.path().strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
                found.push(File { path, text: fs::read_to_string(entry.path()).unwrap() });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// The Rust files, without their comments.
fn rust() -> Vec<File> {
    let without_comments = |text: &str| {
        text.lines()
            .map(|line| if line.trim_start().starts_with("//") { "" } else { line })
            .collect::<Vec<_>>()
            .join("\n")
    };
    files(&[".rs"]).into_iter().map(|file| File { text: without_comments(&file.text), ..file }).collect()
}

fn is_test(path: &str) -> bool {
    path.starts_with("tests/it/") || path.ends_with("/tests.rs")
}

/// Fails with `rule` and the places where it is broken.
fn expect_none(rule: &str, broken: &[String]) {
    assert!(broken.is_empty(), "{rule}:\n  {}", broken.join("\n  "));
}

/// Lines of `files` that have one of `words`, as `path:line: word`.
fn lines_with(files: &[File], words: &[&str]) -> Vec<String> {
    let lines = files.iter().flat_map(|file| file.text.lines().enumerate().map(move |(at, line)| (file, at + 1, line)));
    let found = lines.flat_map(|(file, at, line)| {
        let here = words.iter().filter(move |word| line.contains(**word));
        here.map(move |word| format!("{}:{at}: {word}", file.path))
    });
    found.collect()
}

fn crates() -> Vec<PathBuf> {
    let mut crates: Vec<_> = fs::read_dir(root().join("crates")).unwrap().map(|entry| entry.unwrap().path()).collect();
    crates.retain(|path| path.is_dir());
    crates.sort();
    assert!(crates.len() >= 3, "{crates:?}");
    crates
}

/// The value of `key` in a manifest's `[section]`.
fn manifest_value<'a>(manifest: &'a str, section: &str, key: &str) -> Option<&'a str> {
    let after = manifest.split_once(&format!("[{section}]\n"))?.1;
    let lines = after.lines().take_while(|line| !line.starts_with('['));
    lines.filter_map(|line| line.split_once('=')).find(|(name, _)| name.trim() == key).map(|(_, value)| value.trim())
}

/// Names in a manifest's sections of dependencies, of all kinds.
fn dependencies(manifest: &str) -> Vec<&str> {
    let mut in_section = false;
    let mut names = Vec::new();
    for line in manifest.lines() {
        if let Some(section) = line.strip_prefix('[') {
            in_section = section.trim_end_matches(']').ends_with("dependencies");
        } else if in_section && line.starts_with(char::is_alphabetic) && line.contains('=') {
            names.push(line.split(['=', ' ', '.']).next().unwrap());
        }
    }
    names
}

#[test]
fn crates_are_flat_and_named_after_their_folders() {
    let root_manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(!root_manifest.contains("[package]\n"), "the manifest at the root is virtual");
    assert_eq!(manifest_value(&root_manifest, "workspace.package", "version"), Some("\"0.0.0\""));
    for path in crates() {
        let manifest =
            fs::read_to_string(path.join("Cargo.toml")).unwrap_or_else(|_| panic!("{} is no crate", path.display()));
        let folder = path.file_name().unwrap().to_str().unwrap();
        assert_eq!(manifest_value(&manifest, "package", "name"), Some(format!("\"{folder}\"").as_str()));
        assert!(
            manifest_value(&manifest, "package", "version.workspace") == Some("true"),
            "{folder} has a version of its own"
        );
        assert_eq!(manifest_value(&manifest, "lints", "workspace"), Some("true"), "{folder} opts in to the lints");
    }
    let manifests: Vec<_> = files(&["Cargo.toml"]).into_iter().map(|file| file.path).collect();
    let nested = manifests.iter().filter(|path| path.starts_with("crates/") && path.matches('/').count() != 2);
    expect_none("crates are flat", &nested.cloned().collect::<Vec<_>>());
}

#[test]
fn a_heavy_dependency_is_named_by_one_crate() {
    let mut broken = Vec::new();
    let mut seen = 0;
    for file in files(&["Cargo.toml"]) {
        let Some(name) = manifest_value(&file.text, "package", "name") else { continue };
        for dependency in dependencies(&file.text) {
            for (heavy, allowed) in HEAVY {
                let is_it = heavy.strip_suffix('*').map_or(dependency == heavy, |start| dependency.starts_with(start));
                seen += usize::from(is_it);
                if is_it && !allowed.contains(&name.trim_matches('"')) {
                    broken.push(format!("{}: {dependency}", file.path));
                }
            }
        }
    }
    assert!(seen >= HEAVY.len(), "the manifests are read");
    expect_none("one crate names each heavy dependency", &broken);
}

#[test]
fn the_crates_do_not_know_each_other_the_wrong_way_round() {
    for (name, unknown) in [
        ("fnhost", &["fnhost-build", "fnhost-queue", "fnhost-server", "fnhost-cli"][..]),
        ("fnhost-build", &["fnhost-queue", "fnhost-server", "fnhost-cli"]),
    ] {
        let manifest = fs::read_to_string(root().join("crates").join(name).join("Cargo.toml")).unwrap();
        let known: Vec<_> = dependencies(&manifest)
            .into_iter()
            .filter(|dependency| unknown.contains(dependency))
            .map(str::to_owned)
            .collect();
        expect_none(&format!("`{name}` knows nothing of these"), &known);
    }
}

#[test]
fn files_and_functions_are_short() {
    let mut broken = Vec::new();
    for file in files(&[".rs", ".js", ".mjs"]) {
        let lines: Vec<_> = file.text.lines().collect();
        if lines.len() > FILE_LINES_MAX {
            broken.push(format!("{} has {} lines", file.path, lines.len()));
        }
        for (start, line) in lines.iter().enumerate().filter(|(_, line)| begins_function(&file.path, line)) {
            let indent = line.len() - line.trim_start().len();
            let is_end = |line: &&str| {
                line.len() > indent && line.starts_with(&" ".repeat(indent)) && line[indent..].starts_with('}')
            };
            let length = lines[start..].iter().position(is_end).unwrap_or(0) + 1;
            if length > FUNCTION_LINES_MAX {
                broken.push(format!("{}:{} has {length} lines", file.path, start + 1));
            }
        }
    }
    broken.retain(|place| !LONGER.iter().any(|(path, _)| place.starts_with(path)));
    expect_none(&format!("functions have {FUNCTION_LINES_MAX} lines at most, files {FILE_LINES_MAX}"), &broken);
}

/// Whether a function of more than one line begins on `line`.
fn begins_function(path: &str, line: &str) -> bool {
    let code = line.trim();
    let is_open = code.ends_with('{') || code.ends_with('(');
    if path.ends_with(".rs") {
        // Tests hold tables; what counts there is what the test does.
        return code.contains("fn ") && !code.starts_with("//") && is_open && !is_test(path);
    }
    let is_control = ["if ", "for ", "while ", "switch ", "} ", "class ", "export class ", "//"]
        .iter()
        .any(|word| code.starts_with(word));
    is_open && !is_control && (code.contains("function") || code.contains("=> {") || code.ends_with(") {"))
}

#[test]
fn rust_files_say_what_they_are() {
    let silent: Vec<_> =
        files(&[".rs"]).into_iter().filter(|file| !file.text.starts_with("//! ")).map(|file| file.path).collect();
    expect_none("every Rust file starts with `//! `", &silent);
    let scripts = files(&[".js"])
        .into_iter()
        .filter(|file| file.path.starts_with("guest-js/runtime/src/") && !file.text.starts_with("// "));
    expect_none("every file of guest-js starts with a comment", &scripts.map(|file| file.path).collect::<Vec<_>>());
}

#[test]
fn lib_files_hold_docs_modules_and_one_list_of_what_is_public() {
    for file in files(&["/lib.rs"]).into_iter().filter(|file| file.path.starts_with("crates/")) {
        let code: Vec<_> = file
            .text
            .lines()
            .filter(|line| !line.starts_with("//!") && !line.starts_with("#![warn(") && !line.is_empty())
            .collect();
        let modules = code.iter().filter(|line| line.contains("mod ") || line.starts_with("#[cfg(")).count();
        let public = code.iter().position(|line| line.starts_with("pub use ")).unwrap_or(code.len());
        let (before, after) = code.split_at(public);
        // A crate of several parts names them; what is public of a small one is in one list.
        let is_module = |line: &&&str| {
            let declares = line.starts_with("mod ") || line.starts_with("pub mod ");
            declares && line.ends_with(';') || line.starts_with("#[cfg(")
        };
        let strange: Vec<_> = before.iter().filter(|line| !is_module(line)).collect();
        assert!(modules > 0 && strange.is_empty(), "{}: {strange:?}", file.path);
        let is_use = |line: &&str| {
            line.starts_with("pub use ") || line.starts_with("#[cfg(") || line.starts_with("    ") || **line == *"};"
        };
        let strange: Vec<_> = after.iter().filter(|line| !is_use(line)).collect();
        assert!(strange.is_empty(), "{}: {strange:?}", file.path);
        assert_eq!(file.text.matches("\n\npub use ").count(), 1, "{} has one block of `pub use`", file.path);
    }
}

#[test]
fn nothing_unwraps_outside_of_tests() {
    let product: Vec<_> = rust().into_iter().filter(|file| !is_test(&file.path)).collect();
    expect_none(
        "no unwrap outside of tests",
        &lines_with(&product, &[".unwrap()", ".unwrap_err()", "unwrap_unchecked"]),
    );
    let expects = product.iter().flat_map(|file| {
        file.text.split(".expect(\"").skip(1).map(move |rest| (file, rest.split('"').next().unwrap()))
    });
    let short: Vec<_> = expects
        .filter(|(_, why)| why.split(' ').count() < 3)
        .map(|(file, why)| format!("{}: {why}", file.path))
        .collect();
    expect_none("`expect` says why it cannot fail", &short);
}

#[test]
fn nothing_half_done_lands() {
    let words = [
        concat!("FIX", "ME"),
        concat!("XX", "X"),
        concat!("dbg", "!("),
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
    ];
    expect_none("nothing half-done", &lines_with(&files(&[".rs", ".js", ".mjs", ".wit", ".toml", ".md"]), &words));
    let kinds = ["correctness", "hardening", "polish"].map(|kind| format!("{}-{kind}", concat!("TO", "DO")));
    let unkind = lines_with(&files(&[".rs", ".js", ".mjs"]), &[concat!("TO", "DO")]).into_iter().filter(|place| {
        let (path, line) = place.split_once(':').unwrap();
        let line: usize = line.split(':').next().unwrap().parse().unwrap();
        let text = fs::read_to_string(root().join(path)).unwrap();
        !kinds.iter().any(|kind| text.lines().nth(line - 1).unwrap().contains(kind))
    });
    expect_none("a note of what is to do has a kind", &unkind.collect::<Vec<_>>());
}

#[test]
fn code_that_is_not_safe_has_one_place() {
    let words =
        [concat!("unsafe", " {"), concat!("unsafe", " fn"), concat!("unsafe", " impl"), concat!("unsafe", "_code")];
    let found = lines_with(&rust(), &words)
        .into_iter()
        .filter(|place| !place.starts_with("crates/fnhost/src/machine_code.rs:"));
    expect_none("unsafe code is in machine_code.rs only", &found.collect::<Vec<_>>());
}

fn is_build_script(path: &str) -> bool {
    path.ends_with("/build.rs") || path.starts_with("crates/fnhost-build/build/")
}

#[test]
fn only_the_command_line_prints() {
    let printers = ["crates/fnhost-cli/src/", "tests/bench/", "examples/"];
    // A build script speaks to Cargo on its standard output.
    let files: Vec<_> = rust()
        .into_iter()
        .filter(|file| !printers.iter().any(|path| file.path.starts_with(path)) && !is_build_script(&file.path))
        .collect();
    let words = [concat!("println", "!("), concat!("print", "!("), concat!("eprintln", "!("), concat!("eprint", "!(")];
    let found = lines_with(&files, &words).into_iter().filter(|place| !place.starts_with("tests/it/tidy.rs"));
    expect_none("only fnhost-cli prints", &found.collect::<Vec<_>>());
}

#[test]
fn tests_wait_for_what_they_wait_for() {
    let tests: Vec<_> = rust().into_iter().filter(|file| is_test(&file.path)).collect();
    let words = [concat!("sleep", "("), concat!("#[ig", "nore"), concat!("#[should", "_panic")];
    expect_none("no sleep, no ignored test, no expected panic", &lines_with(&tests, &words));
    let main = fs::read_to_string(root().join("tests/it/main.rs")).unwrap();
    let lines: Vec<_> = main.lines().collect();
    let bare = lines.windows(2).filter(|pair| pair[1].starts_with("mod ") && !pair[0].starts_with("/// "));
    expect_none("a line says what belongs into each module", &bare.map(|pair| pair[1].to_owned()).collect::<Vec<_>>());
}

#[test]
#[expect(clippy::print_stderr, reason = "the count is worth a look in every run")]
fn dependencies_are_few() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let count = lock.matches("[[package]]").count();
    eprintln!("Cargo.lock names {count} packages");
    assert!(count <= PACKAGES_MAX, "Cargo.lock names {count} packages, {PACKAGES_MAX} are agreed on");
}

#[test]
fn the_readme_has_the_table_of_limits() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let rows: Vec<Vec<_>> = readme.lines().filter(|line| line.starts_with("| ")).map(cells).collect();
    for limit in Limits::TABLE {
        let row = rows
            .iter()
            .find(|row| row[0] == limit.name)
            .unwrap_or_else(|| panic!("README.md has no row for `{}`", limit.name));
        let expected =
            [limit.name, limit.unit, &limit.default.to_string(), &limit.maximum.to_string(), limit.doc, limit.breach];
        assert_eq!(row[..], expected.map(str::to_owned), "README.md on `{}`", limit.name);
    }
}

/// The cells of a table's row, without marks for code and separators of thousands.
fn cells(row: &str) -> Vec<String> {
    let cells = row.trim_matches('|').split(" | ").map(|cell| cell.trim().replace('`', ""));
    let is_number = |cell: &str| cell.chars().all(|char| char.is_ascii_digit() || matches!(char, ',' | '_' | ' '));
    cells.map(|cell| if is_number(&cell) { cell.replace([',', '_', ' '], "") } else { cell }).collect()
}

#[test]
fn what_changed_is_written_down() {
    let changes = fs::read_to_string(root().join("CHANGELOG.md")).unwrap();
    let unreleased = changes.lines().position(|line| line.starts_with("## ") && line.contains("Unreleased"));
    assert!(unreleased.is_some(), "CHANGELOG.md has a section of what is unreleased");
}

#[test]
fn the_map_names_every_crate_and_file() {
    let map = fs::read_to_string(root().join("crates/README.md")).unwrap();
    assert!(map.lines().count() < 150, "crates/README.md has {} lines", map.lines().count());
    let mut missing: Vec<_> =
        crates().iter().map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    for file in files(&[".rs"]) {
        let Some((krate, path)) = file.path.strip_prefix("crates/").and_then(|path| path.split_once("/src/")) else {
            continue;
        };
        assert!(!krate.contains('/'), "{}", file.path);
        missing.push(path.to_owned());
    }
    let named: Vec<_> = map.split('`').skip(1).step_by(2).flat_map(expanded).collect();
    missing.retain(|name| !named.iter().any(|known| known == name || known.ends_with(&format!("/{name}"))));
    expect_none("crates/README.md names every crate and file", &missing);
}

/// `a/{b,c}.rs` as `a/b.rs` and `a/c.rs`.
fn expanded(name: &str) -> Vec<String> {
    let Some((start, (list, end))) =
        name.split_once('{').and_then(|(start, rest)| Some((start, rest.split_once('}')?)))
    else {
        return vec![name.to_owned()];
    };
    list.split(',').map(|part| format!("{start}{part}{end}")).collect()
}

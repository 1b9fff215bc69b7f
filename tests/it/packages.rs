//! Well-known packages of npm in functions, by `import` and by `require`: each gives what it gives in Node.js itself,
//! which is asked in the same test. What is loaded in detail is in `modules.rs`.

use crate::harness::{TRACK, host, wait};
use fnhost::{Limits, Outcome};
use fnhost_build::Folder;
use serde_json::Value;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// The packages, installed with npm as their lock file says. The checkout stays as it is.
static INSTALLED: LazyLock<PathBuf> = LazyLock::new(|| {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("packages");
    fs::create_dir_all(&dir).unwrap();
    // Another run of the tests may be at it.
    let lock = fs::File::create(dir.join(".install.lock")).unwrap();
    lock.lock().unwrap();
    for name in ["package.json", "package-lock.json", "cases.json", "expected.mjs"] {
        fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("packages").join(name), dir.join(name)).unwrap();
    }
    let wanted = fs::read(dir.join("package-lock.json")).unwrap();
    let installed = dir.join("node_modules/.installed-lock.json");
    if fs::read(&installed).ok().as_ref() != Some(&wanted) {
        let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
        let mut install = Command::new(npm);
        install.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(&dir);
        let output = install.output().expect("npm can be run, as for the build");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        fs::write(installed, wanted).unwrap();
    }
    dir
});

/// What a function gives that loads a package by `load` and returns `value`.
fn given(file: &str, load: &str, value: &str) -> String {
    let export = if load.starts_with("import") { "export " } else { "" };
    let source = format!("{load}\n{export}async function onTrack() {{\n  return {value};\n}}\n");
    let path = INSTALLED.join(file);
    fs::write(&path, &source).unwrap();
    let folder = Folder::of_function(&path, None).unwrap();
    let built = match wait(fnhost_build::build_in(host(), folder, file, &source, &Limits::default())) {
        Ok(built) => built,
        Err(error) => return format!("not built: {error}"),
    };
    let run = wait(host().load(&built.component).unwrap().run(TRACK, "{}", &Limits::default())).unwrap();
    match run.outcome {
        Outcome::Returned { value } => value.to_string(),
        Outcome::Failed(failure) => format!("{}: {}", failure.error.name, failure.error.message),
    }
}

#[test]
fn packages_give_what_they_give_in_node() {
    let cases: Value = serde_json::from_slice(&fs::read(INSTALLED.join("cases.json")).unwrap()).unwrap();
    let mut ours = String::new();
    for (number, case) in cases.as_array().unwrap().iter().enumerate() {
        let text = |name: &str| case[name].as_str();
        let (package, value) = (text("package").unwrap(), text("value").unwrap());
        for (way, ending) in [("import", "mjs"), ("require", "js")] {
            if let Some(load) = text(way) {
                let given = given(&format!("function-{number}.{ending}"), load, value);
                writeln!(ours, "{package} {way} {given}").unwrap();
            }
        }
    }
    let output = Command::new("node").arg("expected.mjs").current_dir(&*INSTALLED).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(ours, String::from_utf8(output.stdout).unwrap());
    assert!(ours.lines().count() > 30, "{ours}");
}

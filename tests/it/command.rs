//! The real binary: built once, run in a folder of its own, its output as text.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

/// The binary, built as the tests are. Cargo offers the path of a binary to
/// the tests of its own package only, so it is found beside this test's own.
///
/// All of the workspace is named, tests included: then features are the same as
/// for `cargo test --workspace`, and nothing is compiled a second time.
static BINARY: LazyLock<PathBuf> = LazyLock::new(|| {
    let test = std::env::current_exe().unwrap();
    let profile_dir = test.ancestors().nth(2).unwrap();
    let target_dir = profile_dir.parent().unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--workspace", "--bin", "fnhost", "--tests", "--target-dir"]).arg(target_dir);
    if profile_dir.ends_with("release") {
        cargo.arg("--release");
    }
    cargo.current_dir(env!("CARGO_MANIFEST_DIR"));
    // What cargo told this test about its package would make build scripts run anew.
    let told = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") || name == "OUT_DIR";
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(told)) {
        cargo.env_remove(name);
    }
    let built = cargo.output().unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    profile_dir.join(format!("fnhost{}", std::env::consts::EXE_SUFFIX))
});

/// A folder with files, in which the binary runs.
pub(crate) struct Folder {
    dir: tempfile::TempDir,
}

impl Folder {
    /// A new folder that holds `files`, pairs of name and content.
    pub(crate) fn with(files: &[(&str, &str)]) -> Folder {
        let folder = Folder { dir: tempfile::tempdir().unwrap() };
        files.iter().for_each(|(name, content)| std::fs::write(folder.path(name), content).unwrap());
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The command `fnhost` with `arguments`, which are parted by spaces.
    pub(crate) fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(&*BINARY);
        command.args(arguments.split_whitespace()).current_dir(self.dir.path());
        command.env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR")).env_remove("FNHOST_CACHE_DIR");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Exit code and output of `fnhost` with `arguments`.
    pub(crate) fn fnhost(&self, arguments: &str) -> String {
        text(&self.command(arguments).output().unwrap())
    }

    /// As [`Folder::fnhost`], with `input` on standard input.
    pub(crate) fn fnhost_reading(&self, arguments: &str, input: &str) -> String {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        // The command may end without having read it all.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        text(&child.wait_with_output().unwrap())
    }
}

/// Exit code, standard output, and standard error, without what differs from time to time.
pub(crate) fn text(output: &Output) -> String {
    let code = output.status.code().map_or_else(|| output.status.to_string(), |code| code.to_string());
    let stream = |bytes: &[u8]| without_measures(&String::from_utf8_lossy(bytes));
    let (stdout, stderr) = (stream(&output.stdout), stream(&output.stderr));
    let stderr = stderr.lines().map(|line| format!("stderr: {line}\n")).collect::<String>();
    format!("exit {code}\n{stdout}{stderr}")
}

/// Times, fuel, memory and ports, which are others every time, become `N`; dates of answers become `DATE`.
fn without_measures(text: &str) -> String {
    let mut out = without_dates(&crate::harness::without_ports(text));
    for after in ["_ms\":", "\"fuel\":", "memory_bytes\":"] {
        out = blank_numbers(&out, |before, _| before.ends_with(after));
    }
    for before in [" ms", " units of fuel", " MiB of memory"] {
        out = blank_numbers(&out, |_, rest| rest.starts_with(before));
    }
    // Times of a log stand to the right, so that a longer one has less space before it.
    let aligned = |line: &str| {
        let rest = line.trim_start();
        if rest.starts_with("N ms  ") { format!("       {rest}") } else { line.to_owned() }
    };
    out.split_inclusive('\n').map(aligned).collect()
}

/// JSON with `DATE` for the value of each header `date`.
fn without_dates(text: &str) -> String {
    let start = r#"["date",""#;
    let mut pieces = text.split(start);
    let first = pieces.next().unwrap().to_owned();
    pieces.fold(first, |out, piece| out + start + "DATE" + piece.trim_start_matches(|char| char != '"'))
}

/// `text` with `N` for each number between texts that `is_measure` says yes to.
fn blank_numbers(text: &str, is_measure: impl Fn(&str, &str) -> bool) -> String {
    let is_part = |char: char| char.is_ascii_digit() || char == '.';
    let mut out = String::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(|char: char| char.is_ascii_digit()).map(|found| at + found) {
        let end = text[start..].find(|char| !is_part(char)).map_or(text.len(), |found| start + found);
        out.push_str(&text[at..start]);
        out.push_str(if is_measure(&text[..start], &text[end..]) { "N" } else { &text[start..end] });
        at = end;
    }
    out + &text[at..]
}

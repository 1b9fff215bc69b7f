//! Makes the guest's bundle with npm, in a checkout; a published crate carries it.

use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::path::Path;
use std::process::Command;

/// The bundles, one for each of the guest's modules.
const BUNDLES: [&str; 5] = ["runtime.js", "basis.js", "network.js", "platform.js", "units.pack"];

/// Where a published crate has the bundles; a checkout keeps them there for `cargo package`.
const PACKAGED: &str = "bundle";

/// Writes the bundles to the folder `out_dir`.
pub(crate) fn make(manifest_dir: &Path, out_dir: &Path) -> Result<()> {
    let packaged = manifest_dir.join(PACKAGED);
    let guest_js = manifest_dir.join("../../guest-js");
    if !guest_js.join("package.json").exists() {
        println!("cargo::rerun-if-changed={PACKAGED}");
        return copy_changed(&packaged, out_dir).with_context(|| format!("neither guest-js nor `{PACKAGED}` is whole"));
    }
    let sources = ["runtime/src", "node/src", "web/src", "libraries", "intl"];
    for watched in ["package.json", "package-lock.json", "build.mjs"].iter().chain(&sources) {
        println!("cargo::rerun-if-changed={}", guest_js.join(watched).display());
    }
    // Two builds, of two profiles say, must not install at the same time.
    let lock = fs::File::create(guest_js.join(".install.lock"))?;
    lock.lock()?;
    install(&guest_js)?;
    run(Command::new("node").arg("build.mjs").arg(out_dir).current_dir(&guest_js))?;
    fs::create_dir_all(&packaged)?;
    copy_changed(out_dir, &packaged)
}

/// Copies the bundles, those that are the same already excepted.
fn copy_changed(from: &Path, to: &Path) -> Result<()> {
    for name in BUNDLES {
        let bundle = fs::read(from.join(name)).with_context(|| format!("cannot read `{name}`"))?;
        if fs::read(to.join(name)).ok().as_ref() != Some(&bundle) {
            fs::write(to.join(name), bundle)?;
        }
    }
    Ok(())
}

/// Installs what the bundler needs, unless this lock file is installed already.
fn install(guest_js: &Path) -> Result<()> {
    let lock = fs::read(guest_js.join("package-lock.json"))?;
    let installed = guest_js.join("node_modules/.installed-lock.json");
    if fs::read(&installed).ok().as_ref() == Some(&lock) {
        return Ok(());
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    run(Command::new(npm).args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(guest_js))?;
    fs::write(installed, lock)?;
    Ok(())
}

fn run(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = match command.output() {
        Ok(output) => output,
        Err(error) => {
            bail!("`{program}` cannot be run ({error}): building from a checkout needs Node.js 20 or later, with npm")
        }
    };
    let text = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "`{program}` failed:\n{text}\n{}", String::from_utf8_lossy(&output.stdout));
    Ok(())
}

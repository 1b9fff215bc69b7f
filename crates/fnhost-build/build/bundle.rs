//! Makes the guest's bundle with npm, in a checkout; a published crate carries it.

use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Where a published crate has the bundle; a checkout keeps it there for `cargo package`.
const PACKAGED: &str = "bundle/runtime.js";

/// Writes the bundle to `output`.
pub(crate) fn make(manifest_dir: &Path, output: &Path) -> Result<()> {
    let packaged = manifest_dir.join(PACKAGED);
    let guest_js = manifest_dir.join("../../guest-js");
    if !guest_js.join("package.json").exists() {
        println!("cargo::rerun-if-changed={PACKAGED}");
        fs::copy(&packaged, output).with_context(|| format!("neither guest-js nor {PACKAGED} is there"))?;
        return Ok(());
    }
    for watched in ["package.json", "package-lock.json", "runtime/package.json", "runtime/build.mjs", "runtime/src"] {
        println!("cargo::rerun-if-changed={}", guest_js.join(watched).display());
    }
    // Two builds, of two profiles say, must not install at the same time.
    let lock = fs::File::create(guest_js.join(".install.lock"))?;
    lock.lock()?;
    install(&guest_js)?;
    run(Command::new("node").arg("runtime/build.mjs").arg(output).current_dir(&guest_js))?;
    let bundle = fs::read(output)?;
    if fs::read(&packaged).ok().as_ref() != Some(&bundle) {
        fs::create_dir_all(manifest_dir.join("bundle"))?;
        fs::write(&packaged, bundle)?;
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
        Err(error) => bail!("`{program}` cannot be run ({error}): building from a checkout needs Node.js 20 or later, with npm"),
    };
    let text = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "`{program}` failed:\n{text}\n{}", String::from_utf8_lossy(&output.stdout));
    Ok(())
}

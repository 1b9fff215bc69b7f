//! Makes what a function is built from: the JavaScript engine, linked so that
//! it speaks the world of `wit/`, and the guest's own code as bundles.

#[path = "build/bundle.rs"]
mod bundle;
#[path = "build/characters.rs"]
mod characters;
#[path = "build/link.rs"]
mod link;
#[path = "build/tables.rs"]
mod tables;

use anyhow::{Context, Result};
use std::path::PathBuf;
use std::{env, fs};

#[expect(clippy::disallowed_methods, reason = "a build script is told things through its environment")]
fn main() -> Result<()> {
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=wit");
    let manifest_dir = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").context("cargo sets the manifest's folder")?);
    let out_dir = PathBuf::from(env::var_os("OUT_DIR").context("cargo sets the output folder")?);
    let engine = link::link(&manifest_dir.join("wit")).context("linking the JavaScript engine")?;
    fs::write(out_dir.join("engine.wasm"), engine.component)?;
    fs::write(out_dir.join("shim.js"), engine.shim)?;
    bundle::make(&manifest_dir, &out_dir).context("bundling guest-js")
}

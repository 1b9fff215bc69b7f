//! Builds the functions while cargo builds the program. A function with a
//! mistake in it stops the build, with file, line and column.
#![allow(clippy::disallowed_methods, reason = "a build script is told everything through the environment")]

use anyhow::{Context, Result};
use std::path::Path;
use std::{env, fs};

const SOURCE: &str = "functions/order-alert.js";

fn main() -> Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={SOURCE}");
    let out_dir = env::var_os("OUT_DIR").context("cargo sets OUT_DIR")?;
    let out_dir = Path::new(&out_dir);

    // Compiled code is kept in the output folder, so that the next build is quick.
    let built = fnhost_build::build_file(SOURCE, out_dir)?;
    for warning in &built.warnings {
        // Cargo takes one line a warning.
        for line in warning.to_string().lines() {
            println!("cargo::warning={line}");
        }
    }
    fs::write(out_dir.join("order-alert.wasm"), &built.component)?;
    Ok(())
}

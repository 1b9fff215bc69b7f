//! `fnhost build`: a source in, a component out.

use crate::args::BuildArguments;
use crate::setup::{self, Outcome};
use crate::{DONE, FUNCTION_FAILED};
use anyhow::{Context, Result, ensure};
use std::fs;

pub(crate) fn build(arguments: BuildArguments) -> Result<u8> {
    let limits = &arguments.limits.0;
    let output = arguments.output.unwrap_or_else(|| arguments.function.with_extension("wasm"));
    ensure!(
        output != arguments.function,
        "the component would overwrite its source `{}`; use --output",
        output.display()
    );
    let host = setup::host(&arguments.cache, limits)?;
    match setup::runtime()?.block_on(setup::build(&host, &arguments.function, limits))? {
        Outcome::Refused(diagnostics) => {
            setup::print_diagnostics(&diagnostics);
            Ok(FUNCTION_FAILED)
        }
        Outcome::Built(built) => {
            setup::print_diagnostics(&built.warnings);
            setup::print_top_level_logs(&built);
            fs::write(&output, &built.component).with_context(|| format!("cannot write `{}`", output.display()))?;
            eprintln!("built `{}`, {} bytes", output.display(), built.component.len());
            Ok(DONE)
        }
    }
}

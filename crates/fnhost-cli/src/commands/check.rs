//! `fnhost check`: builds a source, keeps nothing, says what is wrong.

use crate::args::CheckArguments;
use crate::setup::{self, Outcome};
use crate::{DONE, FUNCTION_FAILED};
use anyhow::Result;

pub(crate) fn check(arguments: CheckArguments) -> Result<u8> {
    let limits = &arguments.limits.0;
    let host = setup::host(&arguments.cache, limits)?;
    let diagnostics = match setup::runtime()?.block_on(setup::build(&host, &arguments.function, limits))? {
        Outcome::Built(built) => {
            setup::print_top_level_logs(&built);
            built.warnings
        }
        Outcome::Refused(diagnostics) => diagnostics,
    };
    let errors = setup::print_diagnostics(&diagnostics);
    let warnings = diagnostics.len() - errors;
    let count = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    eprintln!("{}: {}, {}", arguments.function.display(), count(errors, "error"), count(warnings, "warning"));
    Ok(if errors == 0 { DONE } else { FUNCTION_FAILED })
}

//! `fnhost config`: checks a configuration, or prints one to start from.

use crate::args::{ConfigArguments, ConfigCheckArguments, ConfigCommand};
use crate::{DONE, FUNCTION_FAILED, setup};
use anyhow::Result;
use fnhost::Limits;
use fnhost_server::Registry;
use fnhost_server::config::Config;

pub(crate) fn config(arguments: ConfigArguments) -> Result<u8> {
    match arguments.command {
        ConfigCommand::Check(arguments) => check(arguments),
        ConfigCommand::Default => {
            setup::print(Config::DEFAULT_TEXT)?;
            Ok(DONE)
        }
    }
}

fn check(arguments: ConfigCheckArguments) -> Result<u8> {
    let config = match Config::load(&arguments.config, &setup::environment) {
        Ok(config) => config,
        Err(errors) => {
            eprintln!("{errors}");
            return Ok(FUNCTION_FAILED);
        }
    };
    config.warnings.iter().for_each(|warning| eprintln!("warning: {warning}"));
    let host = setup::host(&arguments.cache, &Limits::default())?;
    match setup::runtime()?.block_on(Registry::build(&host, &config, &Registry::default())) {
        Ok(registry) => registry.warnings.iter().for_each(|warning| eprintln!("{warning}")),
        Err(error) => {
            eprintln!("{error}");
            return Ok(FUNCTION_FAILED);
        }
    }
    let count = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    eprintln!(
        "{}: {}, {}, {}",
        arguments.config.display(),
        count(config.sources.len(), "source"),
        count(config.functions.len(), "function"),
        count(config.destinations.len(), "destination")
    );
    Ok(DONE)
}

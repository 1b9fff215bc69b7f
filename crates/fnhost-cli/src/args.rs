//! The command line, as clap sees it.

use clap::builder::{RangedU64ValueParser, ValueParser};
use clap::{Arg, ArgMatches, Args, Parser, Subcommand};
use fnhost::Limits;
use std::path::PathBuf;

/// Run destination functions: JavaScript that takes customer events and sends them to any API.
#[derive(Parser)]
#[command(name = "fnhost", version, max_term_width = 100, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    Run(RunArguments),
    Build(BuildArguments),
    Check(CheckArguments),
    Demo(DemoArguments),
}

/// Send events through a function and show what came of them.
///
/// Exits with 0 when the handler returned, 1 when the function failed, 2 when
/// the command itself could not be carried out.
#[derive(Args)]
pub(crate) struct RunArguments {
    /// The function: JavaScript (.js, .mjs, .cjs), TypeScript (.ts, .mts, .cts) or a component (.wasm)
    pub(crate) function: PathBuf,
    /// A file with an event as JSON, or an array of events; `-` is standard input
    ///
    /// An array goes to onBatch, or event by event where the function has no onBatch.
    #[arg(long, value_name = "FILE")]
    pub(crate) event: PathBuf,
    /// A file with the settings as a JSON object
    #[arg(long, value_name = "FILE")]
    pub(crate) settings: Option<PathBuf>,
    /// The handler to call, instead of the one that the event's type names
    #[arg(long, value_name = "NAME")]
    pub(crate) handler: Option<String>,
    /// Print one JSON object per run on standard output
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) cache: CacheArguments,
    #[command(flatten)]
    pub(crate) limits: LimitArguments,
}

/// Build a function into a WebAssembly component.
#[derive(Args)]
pub(crate) struct BuildArguments {
    /// The function's source: JavaScript or TypeScript
    pub(crate) function: PathBuf,
    /// Where the component goes; the source's name with the ending .wasm if not given
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) cache: CacheArguments,
    #[command(flatten)]
    pub(crate) limits: LimitArguments,
}

/// Look for mistakes in a function: syntax, names that nothing defines, handlers that no event calls.
///
/// Exits with 1 when the function cannot be built, 0 otherwise, warnings or not.
#[derive(Args)]
pub(crate) struct CheckArguments {
    /// The function's source: JavaScript or TypeScript
    pub(crate) function: PathBuf,
    #[command(flatten)]
    pub(crate) cache: CacheArguments,
    #[command(flatten)]
    pub(crate) limits: LimitArguments,
}

/// Build an example, send it one event of every type, and show what arrived at its request bin.
#[derive(Args)]
pub(crate) struct DemoArguments {
    #[command(flatten)]
    pub(crate) cache: CacheArguments,
}

/// Where compiled code is kept.
#[derive(Args)]
pub(crate) struct CacheArguments {
    /// The folder for compiled code [default: fnhost in the user's cache folder]
    #[arg(long, value_name = "DIR", env = "FNHOST_CACHE_DIR")]
    pub(crate) cache_dir: Option<PathBuf>,
    /// Keep no compiled code
    #[arg(long, conflicts_with = "cache_dir")]
    pub(crate) no_cache: bool,
}

/// A flag for every limit of the table.
pub(crate) struct LimitArguments(pub(crate) Limits);

impl clap::FromArgMatches for LimitArguments {
    fn from_arg_matches(matches: &ArgMatches) -> Result<LimitArguments, clap::Error> {
        let mut arguments = LimitArguments(Limits::default());
        arguments.update_from_arg_matches(matches)?;
        Ok(arguments)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        for limit in Limits::TABLE {
            if let Some(value) = matches.get_one::<u64>(limit.name) {
                let set = self.0.set(limit.name, *value);
                set.map_err(|error| clap::Error::raw(clap::error::ErrorKind::ValueValidation, error))?;
            }
        }
        Ok(())
    }
}

impl Args for LimitArguments {
    fn augment_args(command: clap::Command) -> clap::Command {
        Limits::TABLE.iter().fold(command, |command, limit| {
            let range = RangedU64ValueParser::<u64>::new().range(1..=limit.maximum);
            let help = format!("{} [default: {}; at most {}]", limit.doc, limit.default, limit.maximum);
            command.arg(
                Arg::new(limit.name)
                    .long(limit.name.replace('_', "-"))
                    .value_name(limit.unit.to_uppercase())
                    .value_parser(ValueParser::new(range))
                    .help_heading("Limits")
                    .help(help),
            )
        })
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        LimitArguments::augment_args(command)
    }
}

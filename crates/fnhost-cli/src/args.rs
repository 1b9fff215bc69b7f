//! The command line, as clap sees it.

use clap::builder::{RangedU64ValueParser, ValueParser};
use clap::{Arg, ArgMatches, Args, Parser, Subcommand};
use fnhost::{IpNet, Limits};
use fnhost_queue::State;
use fnhost_server::config::parse_network;
use std::net::SocketAddr;
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
    New(NewArguments),
    Run(RunArguments),
    Build(BuildArguments),
    Check(CheckArguments),
    Serve(ServeArguments),
    Config(ConfigArguments),
    Filter(FilterArguments),
    Events(EventsArguments),
    Deliveries(DeliveriesArguments),
    Show(ShowArguments),
    Replay(ReplayArguments),
    Demo(DemoArguments),
    Torture(TortureArguments),
}

/// Make a project for a function: a folder with a function that runs, an event, settings, and types for the editor.
///
/// The folder must not be there yet, or be empty.
#[derive(Args)]
pub(crate) struct NewArguments {
    /// The folder; the function is called as it is: lower-case letters, digits, `-` and `_`
    #[arg(value_name = "NAME")]
    pub(crate) folder: PathBuf,
    /// Write the function in TypeScript
    #[arg(long)]
    pub(crate) typescript: bool,
    /// Only write fnhost.d.ts, the types of what a function finds, into a folder that is there
    #[arg(long, conflicts_with = "typescript")]
    pub(crate) types_only: bool,
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
    ///
    /// {"apiKey": {"sealed": "secret", "hosts": ["api.example.com"]}} is a sealed setting: the function gets a token, which
    /// becomes the secret in requests to these hosts.
    #[arg(long, value_name = "FILE")]
    pub(crate) settings: Option<PathBuf>,
    /// The handler to call, instead of the one that the event's type names
    #[arg(long, value_name = "NAME")]
    pub(crate) handler: Option<String>,
    /// Print one JSON object per run on standard output
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) network: NetworkArguments,
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

/// Take events in over HTTP and deliver them through functions until told to stop.
///
/// The first line on standard output is `listening on http://ADDRESS`; the log goes to standard
/// error. SIGTERM or Ctrl-C stops after what is under way, a second one at once. SIGHUP, or a
/// changed file, applies the configuration anew; one with mistakes is refused and the one before
/// goes on. Every delivery is made at least once: after a crash it may be made again.
#[derive(Args)]
pub(crate) struct ServeArguments {
    #[command(flatten)]
    pub(crate) data: DataArguments,
    /// The address and port to listen on, instead of the configuration's; port 0 picks one
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Option<SocketAddr>,
    #[command(flatten)]
    pub(crate) network: NetworkArguments,
    #[command(flatten)]
    pub(crate) cache: CacheArguments,
}

/// Look at the configuration file.
#[derive(Args)]
pub(crate) struct ConfigArguments {
    #[command(subcommand)]
    pub(crate) command: ConfigCommand,
}

#[derive(Subcommand)]
pub(crate) enum ConfigCommand {
    /// Check the configuration and build its functions; every mistake is shown at once
    ///
    /// Exits with 0 when it can be used, 1 when not.
    Check(ConfigCheckArguments),
    /// Print a configuration with every key at its default, explained: a file to start from
    Default,
}

#[derive(Args)]
pub(crate) struct ConfigCheckArguments {
    /// The configuration file
    #[arg(long, value_name = "FILE", default_value = "fnhost.toml")]
    pub(crate) config: PathBuf,
    #[command(flatten)]
    pub(crate) cache: CacheArguments,
}

/// Try a filter expression (FQL) on events.
///
/// Prints `true` or `false` for each event. Exits with 0 when all events match, 1 when one does
/// not, 2 when the expression has a mistake or has no result for an event.
#[derive(Args)]
pub(crate) struct FilterArguments {
    /// The expression, `type = "track" and contains(event, "Order")` say
    pub(crate) expression: String,
    /// A file with an event as JSON, or an array of events; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) event: PathBuf,
}

/// List the events that were received, the latest first.
#[derive(Args)]
pub(crate) struct EventsArguments {
    #[command(flatten)]
    pub(crate) data: DataArguments,
    #[command(flatten)]
    pub(crate) range: RangeArguments,
    /// Instead of events, the latest ones that were refused, and why
    #[arg(long)]
    pub(crate) rejected: bool,
    #[command(flatten)]
    pub(crate) list: ListArguments,
}

/// List deliveries, the latest first.
#[derive(Args)]
pub(crate) struct DeliveriesArguments {
    #[command(flatten)]
    pub(crate) data: DataArguments,
    #[command(flatten)]
    pub(crate) selection: SelectionArguments,
    /// How many there are in each state instead of a list, since the data folder was made
    #[arg(long)]
    pub(crate) totals: bool,
    #[command(flatten)]
    pub(crate) list: ListArguments,
}

/// Show an event and every attempt to deliver it: what was sent, requests, responses, logs.
#[derive(Args)]
pub(crate) struct ShowArguments {
    /// A delivery (`d17` or `17`), an event (`e12`) or a `messageId`
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) data: DataArguments,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// Make finished deliveries pending again, or see what another function would do with them.
///
/// Deliveries are chosen by number, or by --state and what narrows it down. Those that are
/// pending or retrying are left alone. A running daemon takes them up within a second.
#[derive(Args)]
pub(crate) struct ReplayArguments {
    /// Deliveries (`d17` or `17`)
    pub(crate) ids: Vec<String>,
    #[command(flatten)]
    pub(crate) data: DataArguments,
    #[command(flatten)]
    pub(crate) selection: SelectionArguments,
    /// Only events that this filter expression (FQL) is true for
    #[arg(long, value_name = "EXPR")]
    pub(crate) filter: Option<String>,
    /// The most deliveries to replay
    #[arg(long, value_name = "COUNT", default_value_t = 100_000)]
    pub(crate) limit: usize,
    /// Change nothing and send nothing: show what would be replayed
    ///
    /// With --function, the events go through that function. Its requests are answered with what
    /// the last attempt's requests were answered, and old and new are shown side by side.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// The function for --dry-run, JavaScript, TypeScript or a component
    #[arg(long, value_name = "FILE", requires = "dry_run")]
    pub(crate) function: Option<PathBuf>,
    /// A file with the settings for --function as a JSON object
    #[arg(long, value_name = "FILE", requires = "function")]
    pub(crate) settings: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) cache: CacheArguments,
}

/// Where the data is.
#[derive(Args)]
pub(crate) struct DataArguments {
    /// The configuration file
    #[arg(long, value_name = "FILE", default_value = "fnhost.toml")]
    pub(crate) config: PathBuf,
    /// The folder of the database, instead of the configuration's
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
}

/// A range of events.
#[derive(Args)]
pub(crate) struct RangeArguments {
    /// Only events from this source
    #[arg(long, value_name = "NAME")]
    pub(crate) source: Option<String>,
    /// Only events received at or after this time: `2026-01-05T09:30:00Z`, or how long ago, `90m`, `2h`, `7d`
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<String>,
    /// Only events received before this time
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,
}

/// Which deliveries.
#[derive(Args)]
pub(crate) struct SelectionArguments {
    /// Only in this state: pending, retrying, delivered, discarded, dropped, filtered or dead
    #[arg(long, value_name = "STATE", value_parser = state)]
    pub(crate) state: Option<State>,
    /// Only to this destination
    #[arg(long, value_name = "NAME")]
    pub(crate) destination: Option<String>,
    #[command(flatten)]
    pub(crate) range: RangeArguments,
}

/// How a list is shown.
#[derive(Args)]
pub(crate) struct ListArguments {
    /// The most lines
    #[arg(long, value_name = "COUNT", default_value_t = 50)]
    pub(crate) limit: usize,
    /// Only what comes after this one in the list: the last of the page before
    #[arg(long, value_name = "ID")]
    pub(crate) after: Option<String>,
    /// Print one JSON object a line
    #[arg(long)]
    pub(crate) json: bool,
}

fn state(name: &str) -> Result<State, String> {
    let names: Vec<_> = State::ALL.into_iter().map(State::as_str).collect();
    State::named(name).ok_or_else(|| format!("there is no state `{name}`; the states are {}", names.join(", ")))
}

/// Start a daemon with an example and a request bin, and show what arrives for an event of every type.
///
/// It goes on running until Ctrl-C, to be played with. Its files are in a folder that is removed then.
#[derive(Args)]
pub(crate) struct DemoArguments {
    /// The address and port to listen on; port 0 picks one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub(crate) listen: SocketAddr,
    #[command(flatten)]
    pub(crate) cache: CacheArguments,
}

/// Run functions that misbehave, and see that this machine and the functions beside them take no harm.
///
/// Loops, floods, bombs, endless answers, hand-written components and more, each with how it must end and the time by which
/// it must be over. A good function beside them must stay within twice its normal time (99th percentile), and no memory,
/// files and tasks be left over: the last lines say so. Needs no network but loopback, and a machine that is otherwise
/// idle. Exits with 0 when all was as it must be, 1 when something was not.
#[derive(Args)]
pub(crate) struct TortureArguments {
    /// Only behaviours with one of these texts in their names; all if there are none
    #[arg(value_name = "NAME")]
    pub(crate) names: Vec<String>,
    /// How often each is tried
    #[arg(long, value_name = "COUNT", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) rounds: u32,
    /// Print one JSON object a line
    #[arg(long)]
    pub(crate) json: bool,
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

/// Where functions may send requests.
#[derive(Args)]
pub(crate) struct NetworkArguments {
    /// A network that functions may reach although it is not public, `127.0.0.0/8` say; may be given several times
    ///
    /// Without it they reach public addresses only: nothing on this machine, nothing beside it, and no
    /// metadata service of a cloud.
    #[arg(long, value_name = "CIDR", value_parser = parse_network)]
    pub(crate) allow_net: Vec<IpNet>,
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

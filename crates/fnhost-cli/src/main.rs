//! The command `fnhost`: parses, calls, prints, sets the exit code. The work is
//! in `fnhost`, `fnhost-build` and `fnhost-server`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the one crate that prints")]

mod args;
mod commands;
mod data;
mod report;
mod request_bin;
mod setup;
mod telemetry;
mod torture;

use args::{Arguments, Command};
use clap::Parser;
use std::process::ExitCode;

/// Gives memory back to the system, as Cargo.toml says.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Exit codes: done; the function failed; the usage, or fnhost itself, failed.
const DONE: u8 = 0;
const FUNCTION_FAILED: u8 = 1;
const WE_FAILED: u8 = 2;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.command {
        Command::New(arguments) => commands::new::new(arguments),
        Command::Run(arguments) => commands::run::run(arguments),
        Command::Build(arguments) => commands::build::build(arguments),
        Command::Check(arguments) => commands::check::check(arguments),
        Command::Serve(arguments) => commands::serve::serve(arguments),
        Command::Config(arguments) => commands::config::config(arguments),
        Command::Filter(arguments) => commands::filter::filter(arguments),
        Command::Events(arguments) => commands::events::events(arguments),
        Command::Deliveries(arguments) => commands::deliveries::deliveries(arguments),
        Command::Show(arguments) => commands::show::show(arguments),
        Command::Replay(arguments) => commands::replay::replay(arguments),
        Command::Demo(arguments) => commands::demo::demo(arguments),
        Command::Torture(arguments) => commands::torture::torture(arguments),
    };
    ExitCode::from(done.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        WE_FAILED
    }))
}

//! `fnhost:destination/console`: the function's log.

use super::bindings::fnhost::destination::console::{Host, Level};
use crate::sandbox::Sandbox;

impl Host for Sandbox {
    async fn write(&mut self, level: Level, message: String) -> wasmtime::Result<()> {
        self.charge(message.len()).await?;
        let level = match level {
            Level::Trace => "trace",
            Level::Debug => "debug",
            Level::Info => "info",
            Level::Log => "log",
            Level::Warn => "warn",
            Level::Error => "error",
        };
        let message = self.positions.map_log(message);
        self.logs.push(level, message);
        Ok(())
    }
}

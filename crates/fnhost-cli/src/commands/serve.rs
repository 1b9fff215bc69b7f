//! `fnhost serve`: the daemon, with the system's signals, clock and log.

use crate::args::ServeArguments;
use crate::{DONE, WE_FAILED, data, setup, telemetry};
use anyhow::{Context, Result, bail};
use fnhost::Limits;
use fnhost_server::config::Server;
use fnhost_server::{Clock, ServeError, ServeOptions, Signal};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::mpsc;

pub(crate) fn serve(arguments: ServeArguments) -> Result<u8> {
    // The form of the log is needed before the configuration is checked, whose
    // warnings go to it.
    if !arguments.data.config.exists() {
        bail!(
            "there is no configuration `{}`; `fnhost config default` prints one to start from",
            arguments.data.config.display()
        );
    }
    let runtime = setup::runtime_for_events()?;
    let format = Server::load(&arguments.data.config).map(|server| server.log_format).unwrap_or_default();
    let telemetry = telemetry::start(format, "info", runtime.handle())?;
    let host = setup::host_with(&arguments.cache, &Limits::default(), |mut options| {
        options.allow_net = arguments.network.allow_net;
        options
    })?;
    let served = runtime.block_on(async {
        let options = ServeOptions {
            config_path: arguments.data.config,
            data_dir: arguments.data.data,
            listen: arguments.listen,
            host,
            environment: Arc::new(setup::environment),
            clock: Clock::new(data::now_ms),
            signals: signals()?,
        };
        anyhow::Ok(fnhost_server::serve(options, announce).await)
    })?;
    telemetry.finish();
    // What was broken off at the end of the grace is not waited for.
    runtime.shutdown_background();
    match served {
        Ok(()) => Ok(DONE),
        Err(error @ (ServeError::Config(_) | ServeError::Functions(_))) => {
            eprintln!("{error}");
            Ok(WE_FAILED)
        }
        Err(error) => Err(error.into()),
    }
}

fn announce(address: SocketAddr) {
    // Nobody may be reading; the daemon serves all the same.
    let _ = setup::print(&format!("listening on http://{address}\n"));
}

/// What the operator wants, by the system's signals. A second one to stop ends
/// the process at once.
#[cfg(unix)]
pub(crate) fn signals() -> Result<mpsc::Receiver<Signal>> {
    use tokio::signal::unix::{SignalKind, signal};
    let listen = |kind| signal(kind).context("cannot listen for signals");
    let mut terminate = listen(SignalKind::terminate())?;
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut hang_up = listen(SignalKind::hangup())?;
    let (sender, receiver) = mpsc::channel(8);
    let watch = async move {
        let mut stopping = false;
        loop {
            let signal = tokio::select! {
                _ = terminate.recv() => Signal::Stop,
                _ = interrupt.recv() => Signal::Stop,
                _ = hang_up.recv() => Signal::Reload,
            };
            if signal == Signal::Stop && stopping {
                // What is written is on disk, and what is not is due again.
                std::process::exit(130);
            }
            stopping |= signal == Signal::Stop;
            let _ = sender.send(signal).await;
        }
    };
    #[expect(clippy::disallowed_methods, reason = "lives as long as the process")]
    tokio::spawn(watch);
    Ok(receiver)
}

/// Without the signals of Unix, Ctrl-C stops.
#[cfg(not(unix))]
pub(crate) fn signals() -> Result<mpsc::Receiver<Signal>> {
    let (sender, receiver) = mpsc::channel(8);
    let watch = async move {
        let mut stopping = false;
        while tokio::signal::ctrl_c().await.is_ok() {
            if stopping {
                std::process::exit(130);
            }
            stopping = true;
            let _ = sender.send(Signal::Stop).await;
        }
    };
    #[expect(clippy::disallowed_methods, reason = "lives as long as the process")]
    tokio::spawn(watch);
    Ok(receiver)
}

//! `fnhost serve`: the daemon, with the system's signals, clock and log.

use crate::args::ServeArguments;
use crate::{DONE, WE_FAILED, data, setup};
use anyhow::{Context, Result, bail};
use fnhost::Limits;
use fnhost_server::config::{LogFormat, Server};
use fnhost_server::{Clock, ServeError, ServeOptions, Signal};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::mpsc;
use tracing_subscriber::EnvFilter;

pub(crate) fn serve(arguments: ServeArguments) -> Result<u8> {
    // The form of the log is needed before the configuration is checked, whose
    // warnings go to it.
    if !arguments.data.config.exists() {
        bail!(
            "there is no configuration `{}`; `fnhost config default` prints one to start from",
            arguments.data.config.display()
        );
    }
    start_log(Server::load(&arguments.data.config).map(|server| server.log_format).unwrap_or_default(), "info")?;
    let host = setup::host(&arguments.cache, &Limits::default())?;
    let runtime = setup::runtime()?;
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

/// Sends the log to standard error. `FNHOST_LOG` chooses what is in it, instead
/// of `level`.
pub(crate) fn start_log(format: LogFormat, level: &str) -> Result<()> {
    let filter = setup::environment("FNHOST_LOG").unwrap_or_else(|| level.to_owned());
    let filter = EnvFilter::builder().parse(&filter).with_context(|| format!("cannot use FNHOST_LOG=`{filter}`"))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match format {
        LogFormat::Text => log.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| anyhow::anyhow!("cannot start the log: {error}"))
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

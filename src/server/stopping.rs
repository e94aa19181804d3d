//! What a stop is: asked for once, it lets what is under way end; asked for twice, it waits for nobody.

use std::future::Future;

use anyhow::{Context, Result};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::TokioRuntime;
use crate::runtime::Runtime;

/// A stop, asked for or not. Cheap to clone: all clones are one stop.
#[derive(Clone, Debug, Default)]
pub struct Stop(CancellationToken);

/// What can end this process.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Stop {
    /// A stop that SIGINT or SIGTERM asks for, which are listened for from now on. A second one of either ends the process at once, with
    /// the exit code of whoever is ended by that signal: 130 or 143.
    pub fn on_signals() -> Result<Self> {
        let (stop, signals) = (Self::default(), Signals::listened_for()?);
        TokioRuntime.spawn(Box::pin(heed(signals, stop.clone())));
        Ok(stop)
    }

    /// Asks for it.
    pub fn ask(&self) {
        self.0.cancel();
    }

    /// Ends when it is asked for.
    pub fn asked(&self) -> impl Future<Output = ()> + Send + 'static + use<> {
        self.0.clone().cancelled_owned()
    }
}

impl Signals {
    fn listened_for() -> Result<Self> {
        let interrupt = signal(SignalKind::interrupt()).context("SIGINT cannot be listened for")?;
        let terminate = signal(SignalKind::terminate()).context("SIGTERM cannot be listened for")?;
        Ok(Self { interrupt, terminate })
    }

    /// The exit code of whoever the next one ends.
    async fn next(&mut self) -> i32 {
        tokio::select! {
            _ = self.interrupt.recv() => 130,
            _ = self.terminate.recv() => 143,
        }
    }
}

async fn heed(mut signals: Signals, stop: Stop) {
    signals.next().await;
    tracing::info!("Stopping: looks under way have a moment to end. A second signal stops at once");
    stop.ask();
    let code = signals.next().await;
    tracing::warn!("Stopped at once");
    std::process::exit(code);
}

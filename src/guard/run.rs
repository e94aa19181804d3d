//! One look being made: what has happened so far, for any number of viewers, each of whom hears it in words of their own.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::look::event::Event;
use crate::look::failure::Failure;
use crate::store::result::Facts;

/// A look that is being made or has been. It belongs to the registry, never to a connection.
#[derive(Debug)]
pub(super) struct Run {
    state: Mutex<State>,
    /// Counts what has happened, so that listeners wake.
    news: watch::Sender<usize>,
    /// Nobody joins it or leaves it any more: its end is being told.
    is_closed: AtomicBool,
    /// Nobody wants it any more: no further call is made.
    pub(super) stopped: CancellationToken,
}

#[derive(Debug, Default)]
struct State {
    is_accepted: bool,
    happened: Vec<Happening>,
}

/// What has happened, not yet in anybody's words.
#[derive(Clone, Debug)]
pub(super) enum Happening {
    /// The look is accepted; each viewer has an own id for it.
    Accepted,
    /// Something that every viewer is told alike.
    Event(Event),
    /// The look is made.
    Made(Arc<Made>),
    /// There will be no look.
    Failed(Failure),
}

/// A finished look.
#[derive(Clone, Debug)]
pub(super) struct Made {
    /// What is known of the result.
    pub(super) facts: Facts,
    /// When that was.
    pub(super) at_ms: u64,
    /// Whether it was there already.
    pub(super) is_found: bool,
    /// Whether the gateway's own cache answered, so that nothing was paid.
    pub(super) is_gateways: bool,
    /// What describing its outfit had cost somebody else, in dollars.
    pub(super) outfit_usd: f64,
}

impl Made {
    /// What was not paid for it, in dollars: by who pays for the look nothing but the outfit, by everybody else all of it.
    pub(super) fn saved_usd(&self, pays: bool) -> Option<f64> {
        if pays { Some(self.outfit_usd) } else { self.facts.cost_usd }
    }
}

impl Run {
    pub(super) fn new() -> Self {
        Self {
            state: Mutex::default(),
            news: watch::Sender::new(0),
            is_closed: AtomicBool::new(false),
            stopped: CancellationToken::new(),
        }
    }

    /// The photos are good, and nothing stands in the way.
    pub(super) fn accept(&self) {
        self.state().is_accepted = true;
        self.report(Happening::Accepted);
    }

    /// Adds what has happened. After an end nothing is added.
    pub(super) fn report(&self, happening: Happening) {
        let count = {
            let mut state = self.state();
            if state.happened.last().is_some_and(Happening::is_end) {
                return;
            }
            state.happened.push(happening);
            state.happened.len()
        };
        // Two who report at once may come here in the other order.
        self.news.send_if_modified(|told| {
            let is_news = count > *told;
            *told = count.max(*told);
            is_news
        });
    }

    /// Closes it to who joins or leaves, or opens it again.
    pub(super) fn close(&self, is_closed: bool) {
        self.is_closed.store(is_closed, Ordering::Release);
    }

    pub(super) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Acquire)
    }

    /// What has happened from the `told`th on.
    pub(super) fn since(&self, told: usize) -> Vec<Happening> {
        self.state().happened.get(told..).unwrap_or_default().to_vec()
    }

    pub(super) fn is_accepted(&self) -> bool {
        self.state().is_accepted
    }

    pub(super) fn is_over(&self) -> bool {
        self.state().happened.last().is_some_and(Happening::is_end)
    }

    /// Ends when the look is accepted, or refused before that.
    pub(super) async fn accepted(&self) -> Result<(), Failure> {
        let mut news = self.news.subscribe();
        loop {
            {
                let state = self.state();
                if state.is_accepted {
                    return Ok(());
                }
                if let Some(Happening::Failed(failure)) = state.happened.last() {
                    return Err(failure.clone());
                }
            }
            // The sender is part of this run.
            let _ = news.changed().await;
        }
    }

    /// Ends when something has happened after the `told`th.
    pub(super) async fn news_after(&self, told: usize) {
        let _ = self.news.subscribe().wait_for(|count| *count > told).await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Happening {
    pub(super) fn is_end(&self) -> bool {
        matches!(self, Self::Made(_) | Self::Failed(_))
    }
}

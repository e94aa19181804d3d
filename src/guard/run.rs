//! One look's life: its events from the first to the terminal one, for any number of listeners.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::Stream;
use futures::future::{Either, select};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::look::event::Event;
use crate::runtime::Runtime;

/// How long a stream may be silent before it says `ping`.
const PING_EVERY: Duration = Duration::from_secs(15);

/// A look that is being made or has been. It belongs to the registry, never to a connection.
pub(super) struct Run {
    events: Mutex<Vec<Event>>,
    /// Counts the events, so that listeners wake.
    news: watch::Sender<usize>,
    pub(super) cancelled: CancellationToken,
    pub(super) started_ms: u64,
}

impl Run {
    pub(super) fn new(started_ms: u64) -> Self {
        Self { events: Mutex::default(), news: watch::Sender::new(0), cancelled: CancellationToken::new(), started_ms }
    }

    /// Adds an event. After the terminal one nothing is added.
    pub(super) fn report(&self, event: Event) {
        let count = {
            let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
            if events.last().is_some_and(Event::is_terminal) {
                return;
            }
            events.push(event);
            events.len()
        };
        self.news.send_replace(count);
    }

    /// The events so far.
    pub(super) fn events(&self) -> Vec<Event> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn is_over(&self) -> bool {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.last().is_some_and(Event::is_terminal)
    }

    /// Every event from the first one, each as it happens, ending with the terminal one. Dropping the stream changes nothing for the look.
    pub(super) fn listen(self: Arc<Self>, runtime: Arc<dyn Runtime>) -> impl Stream<Item = Event> + Send + use<> {
        let mut news = self.news.subscribe();
        async_stream::stream! {
            let mut told = 0;
            loop {
                let fresh: Vec<Event> = self.events().into_iter().skip(told).collect();
                told += fresh.len();
                for event in fresh {
                    let is_terminal = event.is_terminal();
                    yield event;
                    if is_terminal {
                        return;
                    }
                }
                let ping = runtime.sleep(PING_EVERY);
                let changed = Box::pin(async { news.wait_for(|count| *count > told).await.is_ok() });
                match select(changed, ping).await {
                    Either::Left((true, _)) => {}
                    Either::Left((false, _)) => return,
                    Either::Right(((), _)) => yield Event::Ping,
                }
            }
        }
    }
}

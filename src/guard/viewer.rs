//! One person's view of a look that may be made for several: an id, a language and a will of their own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use futures::future::select;
use tokio_util::sync::CancellationToken;

use super::run::{Happening, Made, Run};
use crate::i18n::Locale;
use crate::look::event::{Event, Picture};
use crate::look::failure::{Failure, FailureCode};
use crate::look::id::LookId;
use crate::look::price::Tokens;

/// Somebody who asked for a look.
#[derive(Debug)]
pub(super) struct Viewer {
    pub(super) id: LookId,
    pub(super) run: Arc<Run>,
    pub(super) since_ms: u64,
    locale: Locale,
    /// The first to ask pays; for the others the same look costs nothing more.
    pub(super) leads: bool,
    left: CancellationToken,
    /// How many events this viewer was told before leaving.
    left_after: AtomicUsize,
    is_deleted: AtomicBool,
}

impl Viewer {
    pub(super) fn new(id: LookId, run: Arc<Run>, locale: Locale, since_ms: u64, leads: bool) -> Self {
        let (left, left_after, is_deleted) =
            (CancellationToken::new(), AtomicUsize::new(usize::MAX), AtomicBool::new(false));
        Self { id, run, since_ms, locale, leads, left, left_after, is_deleted }
    }

    /// Stops listening for good: the next event is `cancelled`.
    pub(super) fn leave(&self) {
        if !self.run.is_over() && !self.run.is_closed() && !self.has_left() {
            self.left_after.store(self.run.since(0).len(), Ordering::Release);
            self.left.cancel();
        }
    }

    pub(super) fn has_left(&self) -> bool {
        self.left.is_cancelled()
    }

    /// The look is not to be kept for this viewer.
    pub(super) fn delete(&self) {
        self.is_deleted.store(true, Ordering::Release);
    }

    pub(super) fn is_deleted(&self) -> bool {
        self.is_deleted.load(Ordering::Acquire)
    }

    /// Whether the finished look is this viewer's to see.
    pub(super) fn wants_it(&self) -> bool {
        !self.has_left() && !self.is_deleted()
    }

    /// The events from the `told`th on, in this viewer's words.
    pub(super) fn events_since(&self, told: usize, demo: bool) -> Vec<Event> {
        let happened = self.run.since(told);
        if !self.has_left() {
            return happened.iter().map(|happening| self.event(happening, demo)).collect();
        }
        let until = self.left_after.load(Ordering::Acquire);
        let before = happened.iter().take(until.saturating_sub(told)).filter(|happening| !happening.is_end());
        let cancelled = Event::Failed(Failure::new(FailureCode::Cancelled).notice(self.locale));
        before.map(|happening| self.event(happening, demo)).chain([cancelled]).collect()
    }

    /// Ends when there is more than the first `told` events.
    pub(super) async fn news_after(&self, told: usize) {
        let _ = select(Box::pin(self.run.news_after(told)), Box::pin(self.left.cancelled())).await;
    }

    pub(super) fn event(&self, happening: &Happening, demo: bool) -> Event {
        match happening {
            Happening::Accepted => Event::Accepted { id: self.id.clone() },
            Happening::Event(event) => event.clone(),
            Happening::Made(made) => self.done(made, demo),
            Happening::Failed(failure) => Event::Failed(failure.notice(self.locale)),
        }
    }

    fn done(&self, made: &Made, demo: bool) -> Event {
        let facts = &made.facts;
        let is_paid = self.leads && !made.is_found;
        let (cost_usd, saved_usd) = match (demo, is_paid) {
            (true, _) => (Some(0.0), Some(0.0)),
            (false, true) => (facts.cost_usd, made.saved_usd(true)),
            (false, false) => (Some(0.0), made.saved_usd(false)),
        };
        Event::Done {
            look: Picture {
                id: self.id.clone(),
                url: format!("/looks/{}/image", self.id),
                mime: facts.format.mime().to_owned(),
                width: facts.width,
                height: facts.height,
            },
            cached: !is_paid || made.is_gateways,
            model: facts.model.clone(),
            cost_usd,
            saved_usd,
            tokens: if is_paid { facts.tokens } else { Tokens::default() },
            elapsed_ms: made.at_ms.saturating_sub(self.since_ms),
            demo,
        }
    }
}

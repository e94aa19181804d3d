//! What a look took to make, and what the usage log is told of it.

use super::run::Happening;
use super::viewer::Viewer;
use crate::look::failure::FailureCode;
use crate::look::price::nanos;
use crate::look::step::Step;
use crate::store::usage::{Entry, Source};

/// What a look has taken so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Effort {
    /// The look's name in the gateway's log; empty when the gateway was not asked.
    pub(super) trace: String,
    /// Whether the outfit was known, so that step 1 was not asked.
    pub(super) outfit_known: bool,
    /// What describing the outfit had cost the one who paid for it, in dollars.
    pub(super) outfit_usd: f64,
    /// Money, in billionths of a dollar.
    pub(super) cost_nanos: u64,
    /// Waiting for the gateway, in milliseconds.
    pub(super) upstream_ms: u64,
    /// Waiting in the queue, in milliseconds.
    pub(super) queued_ms: u64,
}

impl Effort {
    /// The log's entry for one viewer of a look that has ended. `demo` says that nothing costs anything.
    pub(super) fn entry(&self, viewer: &Viewer, end: &Happening, now_ms: u64, demo: bool) -> Entry {
        let made = if let Happening::Made(made) = end { Some(made) } else { None };
        let failure = if let Happening::Failed(failure) = end { Some(failure) } else { None };
        let source = match made {
            Some(made) if made.is_found => Source::Kept,
            _ if !viewer.leads => Source::Joined,
            Some(made) if made.is_gateways => Source::Gateway,
            _ => Source::Made,
        };
        let pays = viewer.leads && source != Source::Kept;
        let saved = made.filter(|_| !demo && !viewer.has_left()).and_then(|made| made.saved_usd(pays));
        let code = if viewer.has_left() { Some(FailureCode::Cancelled) } else { failure.map(|failure| failure.code) };
        let took_ms = now_ms.saturating_sub(viewer.since_ms);
        Entry {
            at_ms: viewer.since_ms,
            trace: self.trace.clone(),
            source,
            outfit_known: self.outfit_known,
            code: code.map(|code| code.name().to_owned()),
            step: failure.and_then(|failure| failure.step).map(Step::number),
            model: made.map(|made| made.facts.model.clone()),
            cost_nanos: if pays { self.cost_nanos } else { 0 },
            saved_nanos: saved.map(nanos::from_usd).unwrap_or_default(),
            took_ms,
            // Who joined late has waited for less than the look took.
            upstream_ms: self.upstream_ms.min(took_ms),
            queued_ms: self.queued_ms.min(took_ms),
            request_id: failure.and_then(|failure| failure.request_id.clone()),
        }
    }
}

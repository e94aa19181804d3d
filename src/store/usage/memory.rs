//! The usage log in the memory of one process, for where there is no database. It knows no calls, only what entries tell of them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures::future::{BoxFuture, ready};

use super::report::{CallUse, FailureCount, Latency, Report, Totals};
use super::tally::{Tally, quantiles};
use super::{Entry, Filter, Source, UsageLog};
use crate::store::database::StoreError;

/// Most entries that are kept.
const MOST: usize = 10_000;

/// The newest 10,000 requests. What a look cost counts when it was asked for, and all of it as a call of step 2; nothing is reserved.
#[derive(Debug, Default)]
pub struct MemoryUsage(Mutex<VecDeque<Entry>>);

impl MemoryUsage {
    /// In the order in which they were recorded.
    fn kept(&self) -> MutexGuard<'_, VecDeque<Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl UsageLog for MemoryUsage {
    fn record(&self, entries: Vec<Entry>) -> BoxFuture<'_, Result<(), StoreError>> {
        let mut kept = self.kept();
        kept.extend(entries);
        let surplus = kept.len().saturating_sub(MOST);
        kept.drain(..surplus);
        Box::pin(ready(Ok(())))
    }

    fn entries(&self, filter: Filter, most: u64) -> BoxFuture<'_, Result<Vec<Entry>, StoreError>> {
        let kept = self.kept();
        let mut found: Vec<&Entry> = kept.iter().rev().filter(|entry| lets_through(&filter, entry)).collect();
        found.sort_by_key(|entry| Reverse(entry.at_ms));
        found.truncate(usize::try_from(most).unwrap_or(usize::MAX));
        let found: Vec<Entry> = found.into_iter().cloned().collect();
        Box::pin(ready(Ok(found)))
    }

    fn report(&self, from_ms: u64, until_ms: u64, slot_ms: u64) -> BoxFuture<'_, Result<Report, StoreError>> {
        let kept = self.kept();
        let entries: Vec<&Entry> = kept.iter().filter(|entry| (from_ms..until_ms).contains(&entry.at_ms)).collect();
        let mut tally = Tally::new(from_ms, until_ms, slot_ms);
        for entry in &entries {
            tally.add(entry.at_ms, counted(entry));
        }
        let report = tally.report(calls(&entries), failures(&entries), latency(&entries));
        Box::pin(ready(Ok(report)))
    }

    fn sweep(&self, until_ms: u64) -> BoxFuture<'_, Result<(), StoreError>> {
        self.kept().retain(|entry| entry.at_ms >= until_ms);
        Box::pin(ready(Ok(())))
    }
}

fn lets_through(filter: &Filter, entry: &Entry) -> bool {
    let outcome = entry.code.as_deref().unwrap_or("made");
    (filter.from_ms..filter.until_ms).contains(&entry.at_ms)
        && filter.outcome.as_ref().is_none_or(|wanted| wanted == outcome)
        && filter.model.as_ref().is_none_or(|wanted| entry.model.as_ref() == Some(wanted))
        && filter.source.is_none_or(|wanted| entry.source == wanted)
}

/// Whether step 2 was called for it.
fn was_called(entry: &Entry) -> bool {
    matches!(entry.source, Source::Made | Source::Gateway) && (entry.code.is_none() || entry.step == Some(2))
}

fn counted(entry: &Entry) -> Totals {
    let is_made = entry.code.is_none();
    let made_from = |source: Source| u64::from(is_made && entry.source == source);
    Totals {
        asked: 1,
        made: u64::from(is_made),
        failed: u64::from(!is_made && entry.source != Source::Refused),
        refused: u64::from(entry.source == Source::Refused),
        kept: made_from(Source::Kept),
        joined: made_from(Source::Joined),
        gateway_cached: made_from(Source::Gateway),
        outfits_known: u64::from(is_made && entry.outfit_known),
        calls: u64::from(was_called(entry)),
        cost_nanos: entry.cost_nanos,
        reserved_nanos: 0,
        saved_nanos: entry.saved_nanos,
    }
}

/// Step 2 by model. The wait for the gateway stands for the call's duration: step 1's is in it, where there was one.
fn calls(entries: &[&Entry]) -> Vec<CallUse> {
    let mut by_model: BTreeMap<&str, (CallUse, Vec<u64>)> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| was_called(entry)) {
        let (call, took_ms) = by_model.entry(entry.model.as_deref().unwrap_or_default()).or_default();
        call.calls += 1;
        call.failed += u64::from(entry.code.is_some());
        call.cached += u64::from(entry.source == Source::Gateway);
        call.cost_nanos = call.cost_nanos.saturating_add(entry.cost_nanos);
        took_ms.push(entry.upstream_ms);
    }
    let finished = |(model, (call, took_ms)): (&str, (CallUse, Vec<u64>))| CallUse {
        model: model.to_owned(),
        step: 2,
        took_ms: quantiles(took_ms),
        ..call
    };
    let mut calls: Vec<CallUse> = by_model.into_iter().map(finished).collect();
    calls.sort_by_key(|call| Reverse(call.cost_nanos));
    calls
}

fn failures(entries: &[&Entry]) -> Vec<FailureCount> {
    let mut counts: BTreeMap<(&str, Option<u8>), u64> = BTreeMap::new();
    for entry in entries {
        if let Some(code) = entry.code.as_deref() {
            *counts.entry((code, entry.step)).or_default() += 1;
        }
    }
    let failure = |((code, step), count): ((&str, _), _)| FailureCount { code: code.to_owned(), step, count };
    let mut failures: Vec<FailureCount> = counts.into_iter().map(failure).collect();
    failures.sort_by_key(|failure| Reverse(failure.count));
    failures
}

fn latency(entries: &[&Entry]) -> Latency {
    let made = || entries.iter().filter(|entry| entry.source == Source::Made && entry.code.is_none());
    let own = |entry: &&Entry| entry.took_ms.saturating_sub(entry.upstream_ms).saturating_sub(entry.queued_ms);
    Latency {
        total: quantiles(made().map(|entry| entry.took_ms).collect()),
        upstream: quantiles(made().map(|entry| entry.upstream_ms).collect()),
        own: quantiles(made().map(own).collect()),
    }
}

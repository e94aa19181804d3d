//! The report of a usage log, counted plainly.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use primerka::store::ledger::Settlement;
use primerka::store::usage::{CallUse, Entry, FailureCount, Latency, Quantiles, Report, Slot, Source, Totals};

use super::{Call, FROM, SLOT, UNTIL};

/// The smallest value that so many of 100 are no longer than.
fn quantile(values: &[u64], percent: usize) -> u64 {
    let no_longer = |value: u64| values.iter().filter(|other| **other <= value).count();
    let enough = |value: &u64| no_longer(*value) * 100 >= values.len() * percent;
    values.iter().copied().filter(enough).min().unwrap_or_default()
}

pub(super) fn quantiles(values: &[u64]) -> Quantiles {
    Quantiles { p50: quantile(values, 50), p95: quantile(values, 95), p99: quantile(values, 99) }
}

pub(super) fn number<T>(all: &[T], matches: impl Fn(&T) -> bool) -> u64 {
    all.iter().filter(|one| matches(one)).count() as u64
}

pub(super) fn sum<T>(all: &[T], value: impl Fn(&T) -> u64) -> u64 {
    all.iter().map(value).sum()
}

/// What it is charged at.
fn nanos(call: &Call) -> u64 {
    call.settled.as_ref().map_or(call.worst_nanos, |settled| settled.nanos)
}

pub(super) fn is_made(entry: &Entry) -> bool {
    entry.code.is_none()
}

/// The report that these entries and calls give, counted plainly.
pub(super) fn expected(entries: &[Entry], calls: &[Call]) -> Report {
    let asks = |from: u64, until: u64| -> Vec<&Entry> {
        entries.iter().filter(|entry| (from..until).contains(&entry.at_ms)).collect()
    };
    let books = |from: u64, until: u64| -> Vec<&Call> {
        calls.iter().filter(|call| (from..until).contains(&call.at_ms)).collect()
    };
    let slot = |from_ms: u64| {
        let until_ms = UNTIL.min(from_ms + SLOT);
        let (asks, books) = (asks(from_ms, until_ms), books(from_ms, until_ms));
        Slot {
            from_ms,
            asked: asks.len() as u64,
            made: number(&asks, |entry| is_made(entry)),
            cached: number(&asks, |entry| is_made(entry) && entry.source != Source::Made),
            failed: number(&asks, |entry| !is_made(entry)),
            cost_nanos: sum(&books, |call| nanos(call)),
            saved_nanos: sum(&asks, |entry| entry.saved_nanos),
        }
    };
    let (asks, books) = (asks(FROM, UNTIL), books(FROM, UNTIL));
    let from = |source: Source| number(&asks, |entry| is_made(entry) && entry.source == source);
    let totals = Totals {
        asked: asks.len() as u64,
        made: number(&asks, |entry| is_made(entry)),
        failed: number(&asks, |entry| !is_made(entry) && entry.source != Source::Refused),
        refused: number(&asks, |entry| entry.source == Source::Refused),
        kept: from(Source::Kept),
        joined: from(Source::Joined),
        gateway_cached: from(Source::Gateway),
        outfits_known: number(&asks, |entry| is_made(entry) && entry.outfit_known),
        calls: books.len() as u64,
        cost_nanos: sum(&books, |call| nanos(call)),
        reserved_nanos: sum(&books, |call| if call.settled.is_none() { call.worst_nanos } else { 0 }),
        saved_nanos: sum(&asks, |entry| entry.saved_nanos),
    };
    Report {
        from_ms: FROM,
        until_ms: UNTIL,
        slot_ms: SLOT,
        totals,
        series: [0, 1, 2, 3].map(|number| slot(FROM + number * SLOT)).into(),
        calls: uses(&books),
        failures: failures(&asks),
        latency: latency(&asks),
    }
}

fn uses(calls: &[&Call]) -> Vec<CallUse> {
    let model = |call: &Call| call.settled.as_ref().and_then(|settled| settled.model.clone()).unwrap_or_default();
    let groups: BTreeSet<(String, u8)> = calls.iter().map(|call| (model(call), call.step.number())).collect();
    let group = |(name, step): (String, u8)| {
        let alike: Vec<_> = calls.iter().filter(|call| model(call) == name && call.step.number() == step).collect();
        let settled: Vec<&Settlement> = alike.iter().filter_map(|call| call.settled.as_ref()).collect();
        let took_ms: Vec<u64> = settled.iter().map(|settled| settled.took_ms).collect();
        CallUse {
            model: name,
            step,
            calls: alike.len() as u64,
            failed: number(&settled, |settled| settled.code.is_some()),
            cached: number(&settled, |settled| settled.cached),
            cost_nanos: sum(&alike, |call| nanos(call)),
            prompt_tokens: sum(&settled, |settled| settled.tokens.prompt),
            text_tokens: sum(&settled, |settled| settled.tokens.text),
            image_tokens: sum(&settled, |settled| settled.tokens.image),
            took_ms: quantiles(&took_ms),
        }
    };
    let mut uses: Vec<CallUse> = groups.into_iter().map(group).collect();
    uses.sort_by_key(|group| Reverse(group.cost_nanos));
    uses
}

fn failures(entries: &[&Entry]) -> Vec<FailureCount> {
    let kind = |entry: &Entry| entry.code.clone().map(|code| (code, entry.step));
    let kinds: BTreeSet<(String, Option<u8>)> = entries.iter().filter_map(|entry| kind(entry)).collect();
    let count = |(code, step): (String, Option<u8>)| {
        let count = number(entries, |entry| kind(entry) == Some((code.clone(), step)));
        FailureCount { code, step, count }
    };
    let mut failures: Vec<FailureCount> = kinds.into_iter().map(count).collect();
    failures.sort_by_key(|failure| Reverse(failure.count));
    failures
}

fn latency(entries: &[&Entry]) -> Latency {
    let of = |value: fn(&Entry) -> u64| {
        let made = entries.iter().filter(|entry| entry.source == Source::Made && is_made(entry));
        quantiles(&made.map(|entry| value(entry)).collect::<Vec<_>>())
    };
    Latency {
        total: of(|entry| entry.took_ms),
        upstream: of(|entry| entry.upstream_ms),
        own: of(|entry| entry.took_ms.saturating_sub(entry.upstream_ms + entry.queued_ms)),
    }
}

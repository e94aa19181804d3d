//! Counting: sums by slots of time, and quantiles.

use std::ops::Add;

use super::report::{CallUse, FailureCount, Latency, Quantiles, Report, Slot, Totals};

/// The sums of a report while they are counted.
pub(super) struct Tally {
    from_ms: u64,
    until_ms: u64,
    slot_ms: u64,
    slots: Vec<Totals>,
}

impl Tally {
    /// Nothing yet, from `from_ms` up to `until_ms`, exclusive. The last slot is shorter where they do not divide evenly.
    pub(super) fn new(from_ms: u64, until_ms: u64, slot_ms: u64) -> Self {
        let slot_ms = slot_ms.max(1);
        let count = until_ms.saturating_sub(from_ms).div_ceil(slot_ms);
        let slots = vec![Totals::default(); usize::try_from(count).unwrap_or_default()];
        Self { from_ms, until_ms, slot_ms, slots }
    }

    /// Adds what happened at a moment, or at several of one slot. What is outside of the report's time is left out.
    pub(super) fn add(&mut self, at_ms: u64, totals: Totals) {
        let since_ms = at_ms.checked_sub(self.from_ms).filter(|_| at_ms < self.until_ms);
        let slot = since_ms.and_then(|since_ms| usize::try_from(since_ms / self.slot_ms).ok());
        if let Some(slot) = slot.and_then(|slot| self.slots.get_mut(slot)) {
            *slot = *slot + totals;
        }
    }

    /// The report, with what is not counted by time.
    pub(super) fn report(self, calls: Vec<CallUse>, failures: Vec<FailureCount>, latency: Latency) -> Report {
        let Self { from_ms, until_ms, slot_ms, slots } = self;
        let totals = slots.iter().fold(Totals::default(), |sum, slot| sum + *slot);
        let begins = (0..).map(|number: u64| from_ms.saturating_add(number.saturating_mul(slot_ms)));
        let series = begins.zip(slots).map(|(begin_ms, totals)| slot(begin_ms, totals)).collect();
        Report { from_ms, until_ms, slot_ms, totals, series, calls, failures, latency }
    }
}

fn slot(from_ms: u64, totals: Totals) -> Slot {
    Slot {
        from_ms,
        asked: totals.asked,
        made: totals.made,
        cached: totals.kept + totals.joined + totals.gateway_cached,
        failed: totals.failed + totals.refused,
        cost_nanos: totals.cost_nanos,
        saved_nanos: totals.saved_nanos,
    }
}

impl Add for Totals {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            asked: self.asked.saturating_add(other.asked),
            made: self.made.saturating_add(other.made),
            failed: self.failed.saturating_add(other.failed),
            refused: self.refused.saturating_add(other.refused),
            kept: self.kept.saturating_add(other.kept),
            joined: self.joined.saturating_add(other.joined),
            gateway_cached: self.gateway_cached.saturating_add(other.gateway_cached),
            outfits_known: self.outfits_known.saturating_add(other.outfits_known),
            calls: self.calls.saturating_add(other.calls),
            cost_nanos: self.cost_nanos.saturating_add(other.cost_nanos),
            reserved_nanos: self.reserved_nanos.saturating_add(other.reserved_nanos),
            saved_nanos: self.saved_nanos.saturating_add(other.saved_nanos),
        }
    }
}

/// By nearest rank: the smallest value that so many of 100 are no longer than.
pub(super) fn quantiles(mut values: Vec<u64>) -> Quantiles {
    values.sort_unstable();
    let at = |percent: usize| {
        let rank = (values.len() * percent).div_ceil(100);
        values.get(rank.saturating_sub(1)).copied().unwrap_or_default()
    };
    Quantiles { p50: at(50), p95: at(95), p99: at(99) }
}

#[cfg(test)]
mod tests {
    use super::{Latency, Quantiles, Tally, Totals, quantiles};

    #[test]
    fn quantiles_are_those_of_the_nearest_rank() {
        for (values, p50, p95, p99) in [
            (vec![], 0, 0, 0),
            (vec![7], 7, 7, 7),
            (vec![2, 1], 1, 2, 2),
            (vec![3, 1, 2], 2, 3, 3),
            ((1..=20).rev().collect(), 10, 19, 20),
            ((1..=100).rev().collect(), 50, 95, 99),
            ((1..=101).collect(), 51, 96, 100),
            (vec![5; 1000], 5, 5, 5),
        ] {
            assert_eq!(quantiles(values.clone()), Quantiles { p50, p95, p99 }, "{values:?}");
        }
    }

    #[test]
    fn a_slot_begins_with_its_border_and_what_is_outside_is_left_out() {
        let mut tally = Tally::new(1000, 1250, 100);
        for at_ms in [0, 999, 1000, 1099, 1100, 1249, 1250, 1299, 5000] {
            tally.add(at_ms, Totals { asked: 1, ..Totals::default() });
        }
        let report = tally.report(Vec::new(), Vec::new(), Latency::default());
        let slots: Vec<_> = report.series.iter().map(|slot| (slot.from_ms, slot.asked)).collect();
        assert_eq!(slots, [(1000, 2), (1100, 1), (1200, 1)]);
        assert_eq!(report.totals.asked, 4);
    }

    #[test]
    fn a_time_that_ends_before_it_begins_has_no_slots() {
        let mut tally = Tally::new(10, 5, 0);
        tally.add(10, Totals { asked: 1, ..Totals::default() });
        let report = tally.report(Vec::new(), Vec::new(), Latency::default());
        assert!(report.series.is_empty() && report.totals == Totals::default());
    }
}

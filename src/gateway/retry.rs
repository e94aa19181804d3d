//! When a failed call is made again: the one place that does so, within a budget, so that a failing gateway is not buried under repeats.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::failures::Again;

/// The longest that is waited before the second call; it doubles with each one.
const FIRST_WAIT: Duration = Duration::from_millis(600);
/// A wait that was asked for and is longer is told to the user instead.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// A repeat costs one token; each call gives a tenth, and half a minute gives one.
const CALLS_PER_TOKEN: f64 = 10.0;
const MS_PER_TOKEN: f64 = 30_000.0;
/// Tokens at the start and at most: somebody's first looks of the day have their repeats.
const MOST_TOKENS: f64 = 10.0;

/// The tokens for repeats of one process.
#[derive(Debug)]
pub(super) struct RetryBudget(Mutex<Allowance>);

#[derive(Clone, Copy, Debug)]
struct Allowance {
    left: f64,
    counted_ms: u64,
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self(Mutex::new(Allowance { left: MOST_TOKENS, counted_ms: 0 }))
    }
}

impl RetryBudget {
    /// Counts a first call.
    pub(super) fn called(&self, now_ms: u64) {
        self.refilled(now_ms, 1.0 / CALLS_PER_TOKEN);
    }

    /// Takes a token, if there is one.
    fn take(&self, now_ms: u64) -> bool {
        self.refilled(now_ms, 0.0);
        let mut allowance = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let enough = allowance.left >= 1.0;
        if enough {
            allowance.left -= 1.0;
        }
        enough
    }

    #[expect(clippy::cast_precision_loss, reason = "milliseconds between two calls")]
    fn refilled(&self, now_ms: u64, gift: f64) {
        let mut allowance = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let since = if allowance.counted_ms == 0 { 0 } else { now_ms.saturating_sub(allowance.counted_ms) };
        allowance.left = (allowance.left + gift + since as f64 / MS_PER_TOKEN).min(MOST_TOKENS);
        allowance.counted_ms = now_ms;
    }
}

/// How long to wait before `attempt` (from 2) is made; `None` when it is not made. `left` is the time until which its answer must begin,
/// and `chance` a random share that spreads the repeats of many callers (full jitter).
pub(super) fn wait(
    again: Again,
    attempt: u32,
    left: Duration,
    chance: f64,
    budget: &RetryBudget,
    now_ms: u64,
) -> Option<Duration> {
    let wait = match again {
        Again::Never => return None,
        Again::After(asked) if asked > LONGEST_WAIT => return None,
        Again::After(asked) => asked,
        Again::Soon => (FIRST_WAIT * 2_u32.pow(attempt.saturating_sub(2).min(8))).mul_f64(chance.clamp(0.0, 1.0)),
    };
    (wait < left && budget.take(now_ms)).then_some(wait)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Again, MOST_TOKENS, RetryBudget, wait};

    const MINUTE: Duration = Duration::from_mins(1);

    fn waits(again: Again, attempt: u32, left: Duration) -> Option<Duration> {
        wait(again, attempt, left, 1.0, &RetryBudget::default(), 1)
    }

    #[test]
    fn a_wait_is_what_was_asked_for_or_short() {
        assert_eq!(waits(Again::After(Duration::from_millis(1830)), 2, MINUTE), Some(Duration::from_millis(1830)));
        assert_eq!(waits(Again::After(MINUTE), 2, 2 * MINUTE), None, "the user is told instead");
        assert_eq!(waits(Again::Soon, 2, MINUTE), Some(Duration::from_millis(600)));
        assert_eq!(waits(Again::Soon, 3, MINUTE), Some(Duration::from_millis(1200)));
        assert_eq!(wait(Again::Soon, 2, MINUTE, 0.0, &RetryBudget::default(), 1), Some(Duration::ZERO));
    }

    #[test]
    fn nothing_outlives_its_deadline() {
        assert_eq!(waits(Again::Never, 2, MINUTE), None);
        assert_eq!(waits(Again::After(Duration::from_secs(5)), 2, Duration::from_secs(5)), None);
    }

    #[test]
    fn half_of_all_calls_failing_makes_a_tenth_more_calls() {
        let (budget, mut random) = (RetryBudget::default(), 7_u32);
        let mut fails = || {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            random >> 31 == 0
        };
        let (mut calls, mut made) = (0_u32, 0_u32);
        // Ten calls a second, on a clock that goes on by a tenth of a second with each.
        for now in (1..=2_000_000_u64).step_by(100) {
            budget.called(now);
            calls += 1;
            made += 1;
            for attempt in 2..=3 {
                if !fails() || wait(Again::Soon, attempt, MINUTE, 0.5, &budget, now).is_none() {
                    break;
                }
                made += 1;
            }
        }
        let share = f64::from(made) / f64::from(calls);
        assert!((1.05..=1.105).contains(&share), "{share}");
    }

    #[test]
    fn a_quiet_site_has_its_repeats() {
        let budget = RetryBudget::default();
        let mut given = 0;
        while wait(Again::Soon, 2, MINUTE, 0.5, &budget, 1).is_some() {
            given += 1;
        }
        assert!((f64::from(given) - MOST_TOKENS).abs() < 0.5, "{given}");
        assert!(wait(Again::Soon, 2, MINUTE, 0.5, &budget, 30_002).is_some(), "half a minute later");
    }
}

//! A circuit breaker: a model that fails call after call is left alone for a while, then tried with one call.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::look::failure::Failure;

/// So many failures in a row open it.
const FAILURES_TO_OPEN: u32 = 5;
/// So long it stays open, and so long a probe may take before another one is let through, in milliseconds.
const OPEN_MS: u64 = 30_000;

/// One model's breaker.
#[derive(Debug, Default)]
pub(super) struct Breaker(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Failures since the last success.
    failures: u32,
    /// While it is open: when the next probe may go, and what opened it.
    open: Option<Open>,
}

/// Why no call is made for now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Open {
    /// When a probe may go.
    until_ms: u64,
    /// The failure that the last call ended with.
    pub(super) failure: Failure,
}

impl Breaker {
    /// Lets a call through, or says why the model is left alone. The first caller after that time is the probe.
    pub(super) fn admit(&self, now_ms: u64) -> Result<(), Open> {
        let mut state = self.state();
        match &mut state.open {
            // A clock set back must not keep it open for longer than it was meant to be.
            Some(open) if (1..=OPEN_MS).contains(&open.wait_ms(now_ms)) => Err(open.clone()),
            Some(open) => {
                // A probe that never comes back, because nobody waits for it any more, is followed by another one.
                open.until_ms = now_ms.saturating_add(OPEN_MS);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// The model has answered, whatever it said.
    pub(super) fn answered(&self) {
        *self.state() = State::default();
    }

    /// The model has not answered.
    pub(super) fn failed(&self, now_ms: u64, failure: &Failure) {
        let mut state = self.state();
        state.failures = state.failures.saturating_add(1);
        if state.failures >= FAILURES_TO_OPEN {
            state.open = Some(Open { until_ms: now_ms.saturating_add(OPEN_MS), failure: failure.clone() });
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    /// Milliseconds until a probe may go.
    pub(super) fn wait_ms(&self, now_ms: u64) -> u64 {
        self.until_ms.saturating_sub(now_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::{Breaker, FAILURES_TO_OPEN, OPEN_MS};
    use crate::look::failure::{Failure, FailureCode};

    fn failure() -> Failure {
        Failure::new(FailureCode::Timeout)
    }

    fn opened(at: u64) -> Breaker {
        let breaker = Breaker::default();
        for _ in 0..FAILURES_TO_OPEN {
            assert_eq!(breaker.admit(at), Ok(()));
            breaker.failed(at, &failure());
        }
        breaker
    }

    /// How long it stays open.
    fn wait_ms(breaker: &Breaker, now: u64) -> u64 {
        breaker.admit(now).unwrap_err().wait_ms(now)
    }

    #[test]
    fn failures_in_a_row_open_it_and_an_answer_between_does_not() {
        assert_eq!(wait_ms(&opened(1000), 2000), OPEN_MS - 1000);
        assert_eq!(opened(1000).admit(2000).unwrap_err().failure, failure(), "what opened it is told");
        let breaker = Breaker::default();
        for _ in 0..3 * FAILURES_TO_OPEN {
            breaker.failed(0, &failure());
            breaker.answered();
        }
        assert_eq!(breaker.admit(0), Ok(()));
    }

    #[test]
    fn one_probe_goes_and_decides() {
        let breaker = opened(0);
        assert_eq!(breaker.admit(OPEN_MS), Ok(()));
        assert_eq!(wait_ms(&breaker, OPEN_MS), OPEN_MS, "one probe only");
        breaker.failed(OPEN_MS + 500, &failure());
        assert_eq!(wait_ms(&breaker, OPEN_MS + 500), OPEN_MS);
        assert_eq!(breaker.admit(2 * OPEN_MS + 500), Ok(()));
        breaker.answered();
        assert_eq!(breaker.admit(2 * OPEN_MS + 501), Ok(()));
        assert_eq!(breaker.admit(2 * OPEN_MS + 501), Ok(()), "closed again");
    }

    #[test]
    fn a_lost_probe_and_a_clock_set_back_do_not_keep_it_open() {
        let breaker = opened(10 * OPEN_MS);
        assert_eq!(breaker.admit(11 * OPEN_MS), Ok(()), "a probe that nobody waits for");
        assert_eq!(breaker.admit(12 * OPEN_MS), Ok(()));
        assert_eq!(opened(10 * OPEN_MS).admit(0), Ok(()));
    }
}

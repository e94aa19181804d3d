//! A circuit breaker: a model that fails call after call is left alone for a while, then tried with one call.

use std::sync::{Mutex, PoisonError};

/// So many failures in a row open it.
const FAILURES_TO_OPEN: u32 = 5;
/// So long it stays open, and so long a probe may take before another one is let through, in milliseconds.
const OPEN_MS: u64 = 30_000;

/// One model's breaker.
#[derive(Debug, Default)]
pub(super) struct Breaker(Mutex<State>);

#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// Failures since the last success.
    failures: u32,
    /// While it is open: when the next probe may go.
    next_probe_ms: Option<u64>,
}

/// Milliseconds until a probe may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Open {
    pub(super) wait_ms: u64,
}

impl Breaker {
    /// Lets a call through, or says how long the model is left alone. The first caller after that time is the probe.
    pub(super) fn admit(&self, now_ms: u64) -> Result<(), Open> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match state.next_probe_ms {
            None => Ok(()),
            // A clock set back must not keep it open for longer than it was meant to be.
            Some(then) if now_ms < then && then - now_ms <= OPEN_MS => Err(Open { wait_ms: then - now_ms }),
            Some(_) => {
                // A probe that never comes back, because nobody waits for it any more, is followed by another one.
                state.next_probe_ms = Some(now_ms.saturating_add(OPEN_MS));
                Ok(())
            }
        }
    }

    /// The model has answered, whatever it said.
    pub(super) fn answered(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = State::default();
    }

    /// The model has not answered.
    pub(super) fn failed(&self, now_ms: u64) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.failures = state.failures.saturating_add(1);
        if state.failures >= FAILURES_TO_OPEN {
            state.next_probe_ms = Some(now_ms.saturating_add(OPEN_MS));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Breaker, FAILURES_TO_OPEN, OPEN_MS, Open};

    fn opened(at: u64) -> Breaker {
        let breaker = Breaker::default();
        for _ in 0..FAILURES_TO_OPEN {
            assert_eq!(breaker.admit(at), Ok(()));
            breaker.failed(at);
        }
        breaker
    }

    #[test]
    fn failures_in_a_row_open_it_and_an_answer_between_does_not() {
        assert_eq!(opened(1000).admit(2000), Err(Open { wait_ms: OPEN_MS - 1000 }));
        let breaker = Breaker::default();
        for _ in 0..3 * FAILURES_TO_OPEN {
            breaker.failed(0);
            breaker.answered();
        }
        assert_eq!(breaker.admit(0), Ok(()));
    }

    #[test]
    fn one_probe_goes_and_decides() {
        let breaker = opened(0);
        assert_eq!(breaker.admit(OPEN_MS), Ok(()));
        assert_eq!(breaker.admit(OPEN_MS), Err(Open { wait_ms: OPEN_MS }), "one probe only");
        breaker.failed(OPEN_MS + 500);
        assert_eq!(breaker.admit(OPEN_MS + 500), Err(Open { wait_ms: OPEN_MS }));
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

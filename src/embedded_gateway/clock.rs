//! The gateway's time: the machine's, which `/control/clock` puts forward so that no test has to wait for a window or a TTL to end.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

/// A clock that can be ahead.
#[derive(Debug, Default)]
pub(super) struct Clock {
    ahead_ms: AtomicI64,
}

impl Clock {
    /// Milliseconds since 1970.
    pub(super) fn now_ms(&self) -> u64 {
        let now = Timestamp::now().as_millisecond().saturating_add(self.ahead_ms.load(Ordering::Relaxed));
        u64::try_from(now).unwrap_or_default()
    }

    /// Puts the clock forward.
    pub(super) fn advance(&self, ms: u32) {
        self.ahead_ms.fetch_add(i64::from(ms), Ordering::Relaxed);
    }

    /// Back to the machine's time.
    pub(super) fn reset(&self) {
        self.ahead_ms.store(0, Ordering::Relaxed);
    }
}

/// A time as the logs API writes it: always with milliseconds, so that the texts sort as the times do.
pub(super) fn iso(ms: u64) -> String {
    let time = i64::try_from(ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
    format!("{:.3}", time.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_can_be_put_forward_and_back() {
        let clock = Clock::default();
        let before = clock.now_ms();
        clock.advance(3_600_000);
        assert!(clock.now_ms() >= before + 3_600_000);
        clock.reset();
        assert!(clock.now_ms() < before + 3_600_000);
        assert_eq!(iso(1_700_000_000_123), "2023-11-14T22:13:20.123Z");
        assert_eq!(iso(1_700_000_000_120), "2023-11-14T22:13:20.120Z");
        assert_eq!(iso(1_700_000_000_000), "2023-11-14T22:13:20.000Z");
    }
}

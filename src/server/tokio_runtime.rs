//! Time and tasks from tokio.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures::future::BoxFuture;

use crate::runtime::Runtime;

/// The native [`Runtime`].
#[derive(Clone, Copy, Debug, Default)]
pub struct TokioRuntime;

#[expect(clippy::disallowed_methods, reason = "this is the seam that the others go through")]
impl Runtime for TokioRuntime {
    fn now_ms(&self) -> u64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }

    fn spawn(&self, task: BoxFuture<'static, ()>) {
        tokio::spawn(task);
    }
}

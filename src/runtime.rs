//! What differs between tokio and a Worker: time, sleep and tasks. `server` and `edge` bring one each; nobody else knows which.

use std::time::Duration;

use futures::future::BoxFuture;

/// Time and tasks of the machine we run on.
pub trait Runtime: Send + Sync {
    /// Milliseconds since 1970.
    fn now_ms(&self) -> u64;

    /// Ends after `duration`.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;

    /// Runs `task` to its end, whoever stops waiting for it.
    fn spawn(&self, task: BoxFuture<'static, ()>);
}

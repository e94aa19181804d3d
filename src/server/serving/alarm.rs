//! The end of a wait.

use std::task::Context;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;

use crate::runtime::Runtime;
use crate::server::TokioRuntime;

/// Rings when something has been waited for too long. It costs nothing before that something is waited for.
pub(super) struct Alarm {
    after: Duration,
    set: Option<BoxFuture<'static, ()>>,
}

impl Alarm {
    pub(super) fn new(after: Duration) -> Self {
        Self { after, set: None }
    }

    /// Sets it if it is not set, and tells whether it has rung. The task is woken when it does.
    pub(super) fn has_rung(&mut self, cx: &mut Context<'_>) -> bool {
        let after = self.after;
        self.set.get_or_insert_with(|| TokioRuntime.sleep(after)).poll_unpin(cx).is_ready()
    }

    /// What was waited for has come.
    pub(super) fn unset(&mut self) {
        self.set = None;
    }
}

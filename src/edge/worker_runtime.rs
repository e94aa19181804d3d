//! Time and tasks from the Worker's event loop.

use std::time::Duration;

use futures::future::BoxFuture;
use send_wrapper::SendWrapper;

use crate::runtime::Runtime;

/// The edge's [`Runtime`]. Its clock stands still while code computes: it moves at every answer from outside.
#[derive(Clone, Copy, Debug)]
pub(super) struct WorkerRuntime;

impl Runtime for WorkerRuntime {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "milliseconds since 1970 are whole")]
    fn now_ms(&self) -> u64 {
        js_sys::Date::now() as u64
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(SendWrapper::new(worker::Delay::from(duration)))
    }

    fn spawn(&self, task: BoxFuture<'static, ()>) {
        wasm_bindgen_futures::spawn_local(task);
    }
}

//! A process's time and tasks: the paused clock of tokio, and every task in a list, so that all can be killed at once.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::BoxFuture;
use primerka::runtime::Runtime;
use tokio::task::AbortHandle;

use super::world::World;

/// The runtime of one process.
pub struct SimRuntime {
    world: Arc<World>,
    tasks: Mutex<Vec<AbortHandle>>,
}

impl SimRuntime {
    pub fn new(world: Arc<World>) -> Self {
        Self { world, tasks: Mutex::default() }
    }

    /// `kill -9`: none of the tasks does anything any more.
    pub fn kill(&self) {
        self.tasks.lock().unwrap().iter().for_each(AbortHandle::abort);
    }

    /// Whether every task has ended.
    pub fn is_idle(&self) -> bool {
        self.tasks.lock().unwrap().iter().all(AbortHandle::is_finished)
    }
}

impl Runtime for SimRuntime {
    fn now_ms(&self) -> u64 {
        self.world.now_ms()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }

    fn spawn(&self, task: BoxFuture<'static, ()>) {
        self.tasks.lock().unwrap().push(tokio::spawn(task).abort_handle());
    }
}

//! Counters of the calls that reached Google's side, so that a test can see how often it was asked.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde_json::{Value, json};

use super::{House, locked};

/// What was counted.
#[derive(Debug, Default)]
pub(super) struct Calls {
    /// Of step 1, of step 2, of no step (lists, counts).
    received: Mutex<[u64; 3]>,
    open: Arc<AtomicU64>,
}

/// A call that is open until this is dropped.
#[derive(Debug)]
pub(super) struct Open(Arc<AtomicU64>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Calls {
    /// Counts a call that reached Google's side.
    pub(super) fn count(&self, step: Option<u8>) {
        let [words, pictures, others] = &mut *locked(&self.received);
        match step {
            Some(1) => *words += 1,
            Some(_) => *pictures += 1,
            None => *others += 1,
        }
    }

    /// A call that is open from now on.
    pub(super) fn open(&self) -> Open {
        self.open.fetch_add(1, Ordering::Relaxed);
        Open(self.open.clone())
    }
}

/// `GET /control/calls`.
pub(super) async fn told(State(house): State<Arc<House>>) -> Json<Value> {
    let [words, pictures, others] = *locked(&house.calls.received);
    let open = house.calls.open.load(Ordering::Relaxed);
    Json(json!({ "step_1": words, "step_2": pictures, "other": others, "open": open }))
}

/// `DELETE /control/calls`: counts from nothing again.
pub(super) async fn reset(State(house): State<Arc<House>>) -> StatusCode {
    *locked(&house.calls.received) = [0; 3];
    StatusCode::NO_CONTENT
}

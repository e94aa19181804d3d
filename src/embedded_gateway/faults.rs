//! Faults on demand: whatever the real thing may answer, answered by order, so that failures can be tried out.

pub(super) mod catalogue;
mod order;
mod raw;
mod scenes;
mod transport;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use self::catalogue::What;
pub(super) use self::order::Fault;
pub(super) use self::transport::Transport;
use super::{House, locked};

/// Faults that may wait at a time: a bound of our own.
const MAX_ARMED: usize = 1000;

/// The faults to come, and the hold on those that keep a connection waiting.
#[derive(Debug, Default)]
pub(super) struct Faults {
    armed: Mutex<VecDeque<Fault>>,
    held: Mutex<CancellationToken>,
}

impl Faults {
    /// The fault that the gateway itself makes of a call of `step`, used up by one.
    pub(super) fn take_for_gateway(&self, step: Option<u8>) -> Option<Fault> {
        self.take(step, |fault| matches!(fault.what(), Some(What::Gateway { .. })))
    }

    /// The fault of everything behind the gateway.
    pub(super) fn take_for_google(&self, step: Option<u8>) -> Option<Fault> {
        self.take(step, |fault| !matches!(fault.what(), Some(What::Gateway { .. })))
    }

    fn take(&self, step: Option<u8>, is_meant: impl Fn(&Fault) -> bool) -> Option<Fault> {
        let mut faults = locked(&self.armed);
        let at = faults.iter().position(|fault| is_meant(fault) && fault.is_for(step))?;
        let fault = faults.get_mut(at)?;
        let is_used_up = fault.use_up();
        if is_used_up { faults.remove(at) } else { faults.get(at).cloned() }
    }

    /// What ends when the stalled connections are let go.
    pub(super) fn held(&self) -> CancellationToken {
        locked(&self.held).clone()
    }

    /// Lets go of the connections that are stalled.
    pub(super) fn release(&self) {
        std::mem::take(&mut *locked(&self.held)).cancel();
    }
}

/// `POST /control/faults`: arms one more fault.
pub(super) async fn arm(State(house): State<Arc<House>>, body: Bytes) -> Response {
    let refused = |why: String| (StatusCode::BAD_REQUEST, Json(json!({ "error": why }))).into_response();
    let fault = match Fault::read(&body) {
        Ok(fault) => fault,
        Err(why) => return refused(why),
    };
    let mut armed = locked(&house.faults.armed);
    if armed.len() >= MAX_ARMED {
        return refused(format!("no more than {MAX_ARMED} faults at a time"));
    }
    armed.push_back(fault);
    StatusCode::NO_CONTENT.into_response()
}

/// `GET /control/faults`: what is armed.
pub(super) async fn armed(State(house): State<Arc<House>>) -> Json<Value> {
    let armed = locked(&house.faults.armed).clone();
    Json(json!({ "faults": armed }))
}

/// `DELETE /control/faults`: forgets all of them and drops the connections that are stalled.
pub(super) async fn disarm(State(house): State<Arc<House>>) -> StatusCode {
    locked(&house.faults.armed).clear();
    house.faults.release();
    StatusCode::NO_CONTENT
}

/// `GET /control/faults/catalogue`: every name with a sentence.
pub(super) async fn listed() -> Json<Value> {
    let all = catalogue::all();
    Json(all.iter().map(|named| json!({ "name": named.name, "kind": named.kind(), "says": named.says() })).collect())
}

//! Faults on demand: whatever the real thing may answer, answered by order, so that failures can be tried out.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::Json;
use axum::extract::State as Extract;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode};
use serde::Deserialize;
use serde_json::Value;

use super::State;

/// An answer to give instead of the model's own.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fault {
    /// Only for calls of this step: 1 wants words, 2 wants a picture. Both when absent.
    step: Option<u8>,
    /// For how many calls.
    #[serde(default = "once")]
    times: u32,
    /// Milliseconds to wait first. With nothing else the true answer follows.
    #[serde(default)]
    delay_ms: u64,
    /// The HTTP status.
    status: Option<u16>,
    /// Headers.
    #[serde(default)]
    headers: Vec<(String, String)>,
    /// The body: JSON, or a string that is sent as it is.
    #[serde(default)]
    body: Value,
}

fn once() -> u32 {
    1
}

/// The faults to come.
#[derive(Default)]
pub(super) struct Faults(Mutex<VecDeque<Fault>>);

impl Faults {
    /// The fault for a call of `step`, used up by one.
    pub(super) fn take(&self, step: u8) -> Option<Fault> {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = faults.iter().position(|fault| fault.step.is_none_or(|only| only == step))?;
        let fault = faults.get_mut(at)?;
        fault.times = fault.times.saturating_sub(1);
        let taken = fault.clone();
        if taken.times == 0 {
            faults.remove(at);
        }
        Some(taken)
    }
}

impl Fault {
    /// Waits, then gives the ordered answer, if one was ordered.
    #[expect(clippy::disallowed_methods, reason = "a server of its own, beside the application and not part of it")]
    pub(super) async fn happen(self) -> Option<Response> {
        tokio::time::sleep(Duration::from_millis(self.delay_ms)).await;
        let status = StatusCode::from_u16(self.status?).ok()?;
        let mut response = match self.body {
            Value::String(text) => (status, text).into_response(),
            json => (status, Json(json)).into_response(),
        };
        for (name, value) in &self.headers {
            if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
                response.headers_mut().insert(name, value);
            }
        }
        Some(response)
    }
}

/// `POST /control/faults`: arms one more fault.
pub(super) async fn arm(Extract(state): Extract<State>, Json(fault): Json<Fault>) -> StatusCode {
    state.faults.0.lock().unwrap_or_else(PoisonError::into_inner).push_back(fault);
    StatusCode::NO_CONTENT
}

/// `DELETE /control/faults`: forgets all of them.
pub(super) async fn disarm(Extract(state): Extract<State>) -> StatusCode {
    state.faults.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    StatusCode::NO_CONTENT
}

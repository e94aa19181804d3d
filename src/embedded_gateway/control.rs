//! What a test can set beside the faults: the clock and Google's side. Open on loopback only.

use std::sync::Arc;

use axum::Json;
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::wire::Peer;
use super::{House, google};

/// Lets callers of this machine through. Where another server carries the routes nobody knows who calls.
pub(super) async fn loopback_only(request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<Peer>>();
    if peer.is_some_and(|ConnectInfo(peer)| !peer.address.to_canonical().is_loopback()) {
        return StatusCode::FORBIDDEN.into_response();
    }
    next.run(request).await
}

/// How far the clock is put forward.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Forward {
    advance_ms: u32,
}

/// `GET /control/clock`.
pub(super) async fn clock(State(house): State<Arc<House>>) -> Json<Value> {
    Json(json!({ "now_ms": house.clock.now_ms() }))
}

/// `POST /control/clock`.
pub(super) async fn forward(State(house): State<Arc<House>>, Json(forward): Json<Forward>) -> Json<Value> {
    house.clock.advance(forward.advance_ms);
    clock(State(house)).await
}

/// `DELETE /control/clock`.
pub(super) async fn back(State(house): State<Arc<House>>) -> StatusCode {
    house.clock.reset();
    StatusCode::NO_CONTENT
}

/// `GET /control/google`.
pub(super) async fn google(State(house): State<Arc<House>>) -> Json<google::Settings> {
    Json(house.google.settings())
}

/// `PUT /control/google`.
pub(super) async fn set_google(State(house): State<Arc<House>>, Json(settings): Json<google::Settings>) -> StatusCode {
    house.google.set(settings);
    StatusCode::NO_CONTENT
}

//! The management API (`reference/gateway-and-gemini.md` A10): gateways, and the provider keys they keep.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::clock::iso;
use super::registry::{Gateway, MAX_KEYS, Name};
use super::settings::{Settings, StoredKey};
use super::{House, ids, refusal};

/// Spend rules per gateway, and letters of a gateway's id (A8).
const MAX_RULES: usize = 20;
const MAX_ID: usize = 64;

/// Refuses who does not send the token as Bearer.
pub(super) fn guarded(house: &House, headers: &HeaderMap) -> Result<(), Response> {
    let sent = headers.get(http::header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if house.token.is_none() || house.is_token(sent.and_then(|sent| sent.strip_prefix("Bearer "))) {
        return Ok(());
    }
    Err(refusal::management(StatusCode::UNAUTHORIZED, 10_000, "Authentication error"))
}

/// A result in its envelope.
pub(super) fn done(result: &Value) -> Response {
    Json(json!({ "success": true, "errors": [], "messages": [], "result": result })).into_response()
}

/// What a body says, or the refusal of one that cannot be read.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Response> {
    serde_json::from_slice(body).map_err(|error| refusal::management(StatusCode::BAD_REQUEST, 7001, &error.to_string()))
}

fn told(gateway: &Gateway) -> Value {
    let mut told = serde_json::to_value(&gateway.settings).unwrap_or_default();
    if let Some(told) = told.as_object_mut() {
        told.insert("created_at".to_owned(), iso(gateway.created_ms).into());
        told.insert("modified_at".to_owned(), iso(gateway.modified_ms).into());
    }
    told
}

fn no_gateway() -> Response {
    refusal::management(StatusCode::NOT_FOUND, 7002, "Gateway not found")
}

fn refused_settings(settings: &Settings) -> Option<Response> {
    let is_letter = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-_".contains(letter);
    let id = &settings.id;
    // The letters of an id are UNCONFIRMED (A1).
    let is_named = !id.is_empty() && id.len() <= MAX_ID && id.chars().all(is_letter);
    let is_fine = is_named && settings.spend_limits.rules.len() <= MAX_RULES;
    (!is_fine).then(|| refusal::management(StatusCode::BAD_REQUEST, 7001, "Invalid id or too many spend limits"))
}

/// `GET …/gateways`.
pub(super) async fn list(State(house): State<Arc<House>>, Path(account): Path<String>, headers: HeaderMap) -> Response {
    let listed = guarded(&house, &headers).map(|()| done(&house.registry.of(&account).iter().map(told).collect()));
    listed.unwrap_or_else(|refused| refused)
}

/// `POST …/gateways`.
pub(super) async fn create(
    State(house): State<Arc<House>>,
    Path(account): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let created = guarded(&house, &headers).and_then(|()| {
        let settings: Settings = read(&body)?;
        if let Some(refused) = refused_settings(&settings) {
            return Err(refused);
        }
        let added = house.registry.add(&account, settings, house.clock.now_ms());
        let taken =
            || refusal::management(StatusCode::BAD_REQUEST, 7003, "Gateway exists already, or there are too many");
        added.map(|gateway| done(&told(&gateway))).ok_or_else(taken)
    });
    created.unwrap_or_else(|refused| refused)
}

/// `GET …/gateways/{id}`.
pub(super) async fn get(
    State(house): State<Arc<House>>,
    Path((account, id)): Path<Name>,
    headers: HeaderMap,
) -> Response {
    let found = guarded(&house, &headers)
        .and_then(|()| house.registry.change(&account, &id, |gateway| done(&told(gateway))).ok_or_else(no_gateway));
    found.unwrap_or_else(|refused| refused)
}

/// `PUT …/gateways/{id}`.
pub(super) async fn update(
    State(house): State<Arc<House>>,
    Path((account, id)): Path<Name>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let updated = guarded(&house, &headers).and_then(|()| {
        let settings = Settings { id: id.clone(), ..read(&body)? };
        if let Some(refused) = refused_settings(&settings) {
            return Err(refused);
        }
        let now = house.clock.now_ms();
        let put = |gateway: &mut Gateway| {
            gateway.settings = settings;
            gateway.modified_ms = now;
            done(&told(gateway))
        };
        house.registry.change(&account, &id, put).ok_or_else(no_gateway)
    });
    updated.unwrap_or_else(|refused| refused)
}

/// `DELETE …/gateways/{id}`.
pub(super) async fn remove(
    State(house): State<Arc<House>>,
    Path((account, id)): Path<Name>,
    headers: HeaderMap,
) -> Response {
    let removed = guarded(&house, &headers).and_then(|()| {
        house.registry.remove(&account, &id).map(|gateway| done(&told(&gateway))).ok_or_else(no_gateway)
    });
    removed.unwrap_or_else(|refused| refused)
}

/// `GET …/provider_configs`.
pub(super) async fn keys(
    State(house): State<Arc<House>>,
    Path((account, id)): Path<Name>,
    headers: HeaderMap,
) -> Response {
    let listed = guarded(&house, &headers).and_then(|()| {
        let told = |gateway: &mut Gateway| done(&json!(gateway.keys));
        house.registry.change(&account, &id, told).ok_or_else(no_gateway)
    });
    listed.unwrap_or_else(|refused| refused)
}

/// `POST …/provider_configs`: one of the same provider and alias is replaced.
pub(super) async fn store_key(
    State(house): State<Arc<House>>,
    Path((account, id)): Path<Name>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let stored = guarded(&house, &headers).and_then(|()| {
        let key = StoredKey { id: ids::new(), ..read(&body)? };
        let put = |gateway: &mut Gateway| {
            gateway.keys.retain(|old| (&old.alias, &old.provider_slug) != (&key.alias, &key.provider_slug));
            gateway.keys.truncate(MAX_KEYS - 1);
            gateway.keys.push(key.clone());
            done(&json!(key))
        };
        house.registry.change(&account, &id, put).ok_or_else(no_gateway)
    });
    stored.unwrap_or_else(|refused| refused)
}

/// `DELETE …/provider_configs/{id}`.
pub(super) async fn forget_key(
    State(house): State<Arc<House>>,
    Path((account, id, key)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Response {
    let forgotten = guarded(&house, &headers).and_then(|()| {
        let forget = |gateway: &mut Gateway| gateway.keys.retain(|kept| kept.id != key);
        house.registry.change(&account, &id, forget).map(|()| done(&Value::Null)).ok_or_else(no_gateway)
    });
    forgotten.unwrap_or_else(|refused| refused)
}

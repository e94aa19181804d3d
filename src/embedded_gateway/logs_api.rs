//! The logs API (`reference/gateway-and-gemini.md` A10).

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::logs::Log;
use super::management::{done, guarded, read};
use super::registry::Name;
use super::{House, filters, refusal};

const MAX_PER_PAGE: usize = 50;
const USUAL_PER_PAGE: usize = 20;
/// What can be ordered by.
const ORDERS: [&str; 6] = ["created_at", "provider", "model", "model_type", "success", "cached"];

/// The query of a list.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Wanted {
    page: Option<usize>,
    per_page: Option<usize>,
    search: Option<String>,
    order_by: Option<String>,
    order_by_direction: Option<String>,
    #[serde(default)]
    meta_info: bool,
    filters: Option<String>,
    limit: Option<usize>,
}

/// `GET …/logs`.
pub(super) async fn list(
    State(house): State<Arc<House>>,
    Path(gateway): Path<Name>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Response {
    guarded(&house, &headers).and_then(|()| listed(&house, &gateway, &wanted)).unwrap_or_else(|refused| refused)
}

fn listed(house: &House, gateway: &Name, wanted: &Wanted) -> Result<Response, Response> {
    let mut rows = matching(house, gateway, wanted)?;
    let by = wanted.order_by.as_deref().unwrap_or("created_at");
    if !ORDERS.contains(&by) {
        return Err(bad(&format!("Invalid enum value for order_by: {by}")));
    }
    // Ids are in the order of time: they tell rows of one millisecond apart.
    rows.sort_by(|a, b| filters::compare(&a[by], &b[by]).then_with(|| filters::compare(&a["id"], &b["id"])));
    if wanted.order_by_direction.as_deref() != Some("asc") {
        rows.reverse();
    }
    let page = wanted.page.unwrap_or(1).max(1);
    let per_page = wanted.per_page.unwrap_or(USUAL_PER_PAGE).clamp(1, MAX_PER_PAGE);
    let shown: Vec<_> = rows.iter().skip((page - 1).saturating_mul(per_page)).take(per_page).collect();
    let mut info = json!({ "count": shown.len(), "page": page, "per_page": per_page, "total_count": rows.len() });
    if let (true, Some(info)) = (wanted.meta_info, info.as_object_mut()) {
        for key in ["cost", "duration", "tokens_in", "tokens_out"] {
            bounds(info, key, rows.iter().map(|row| row[key].clone()).collect());
        }
        bounds(info, "total_tokens", rows.iter().map(filters::tokens).collect());
    }
    Ok(Json(json!({ "success": true, "result": shown, "result_info": info })).into_response())
}

/// The smallest and the largest of `values`; null where there are none.
fn bounds(info: &mut Map<String, Value>, key: &str, mut values: Vec<Value>) {
    values.sort_by(filters::compare);
    info.insert(format!("min_{key}"), values.first().cloned().unwrap_or_default());
    info.insert(format!("max_{key}"), values.last().cloned().unwrap_or_default());
}

fn matching(house: &House, gateway: &Name, wanted: &Wanted) -> Result<Vec<Value>, Response> {
    let filters = match &wanted.filters {
        Some(json) => filters::read(json).map_err(|why| bad(&why))?,
        None => Vec::new(),
    };
    let rows = house.logs.of(gateway);
    let rows = rows.iter().filter_map(|row| serde_json::to_value(row).ok());
    let rows = rows.filter(|row| filters.iter().all(|filter| filter.lets_through(row)));
    let search = wanted.search.as_deref().unwrap_or_default();
    Ok(rows.filter(|row| row.to_string().contains(search)).collect())
}

/// `DELETE …/logs`: the oldest `limit` of those that the filters let through.
pub(super) async fn delete(
    State(house): State<Arc<House>>,
    Path(gateway): Path<Name>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Response {
    let deleted = guarded(&house, &headers).and_then(|()| {
        let ids = matching(&house, &gateway, &wanted)?.into_iter().take(wanted.limit.unwrap_or(usize::MAX));
        let ids: Vec<_> = ids.filter_map(|row| row.get("id")?.as_str().map(str::to_owned)).collect();
        house.logs.delete(&gateway, &ids);
        Ok(Json(json!({ "success": true })).into_response())
    });
    deleted.unwrap_or_else(|refused| refused)
}

/// Account, gateway, log.
type Address = (String, String, String);

/// `GET …/logs/{id}`.
pub(super) async fn detail(State(house): State<Arc<House>>, Path(at): Path<Address>, headers: HeaderMap) -> Response {
    seen(&house, at, &headers, |log| Ok(done(&detailed(log))))
}

/// The row with the beginnings of its bodies.
fn detailed(log: &Log) -> Value {
    const HEAD: usize = 4096;
    let mut row = serde_json::to_value(&log.row).unwrap_or_default();
    if let Some(row) = row.as_object_mut() {
        for (name, body) in [("request", &log.request), ("response", &log.response)] {
            let Some(body) = body else { continue };
            let head = String::from_utf8_lossy(body.get(..HEAD).unwrap_or(body)).into_owned();
            row.insert(format!("{name}_head"), head.into());
            row.insert(format!("{name}_head_complete"), (body.len() <= HEAD).into());
        }
    }
    row
}

/// `GET …/logs/{id}/request`.
pub(super) async fn request(State(house): State<Arc<House>>, Path(at): Path<Address>, headers: HeaderMap) -> Response {
    seen(&house, at, &headers, |log| log.request.clone().map(IntoResponse::into_response).ok_or_else(not_found))
}

/// `GET …/logs/{id}/response`.
pub(super) async fn response(State(house): State<Arc<House>>, Path(at): Path<Address>, headers: HeaderMap) -> Response {
    seen(&house, at, &headers, |log| log.response.clone().map(IntoResponse::into_response).ok_or_else(not_found))
}

/// `PATCH …/logs/{id}`: `feedback`, `score`, `metadata`. What is absent stays as it is, null is taken back.
pub(super) async fn patch(
    State(house): State<Arc<House>>,
    Path(at): Path<Address>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    seen(&house, at, &headers, |log| {
        let patch = readable_patch(&body)?;
        if let Some(feedback) = patch.get("feedback") {
            log.row.feedback = feedback.as_i64().and_then(|number| i8::try_from(number).ok());
        }
        log.row.score = patch.get("score").map_or(log.row.score, Value::as_f64);
        if let Some(metadata) = patch.get("metadata") {
            log.row.metadata = metadata.clone();
        }
        Ok(Json(json!({ "success": true })).into_response())
    })
}

/// What a patch says, or why it cannot be taken: nothing of a wrong kind passes for null.
fn readable_patch(body: &[u8]) -> Result<Map<String, Value>, Response> {
    let patch: Map<String, Value> = read(body)?;
    let is = |key: &str, kind: fn(&Value) -> bool| patch.get(key).is_none_or(|value| value.is_null() || kind(value));
    if !is("feedback", |value| matches!(value.as_i64(), Some(-1 | 1))) {
        return Err(bad("feedback must be 1, -1 or null"));
    }
    if !is("score", Value::is_number) {
        return Err(bad("score must be a number or null"));
    }
    if !is("metadata", Value::is_object) {
        return Err(bad("metadata must be an object or null"));
    }
    Ok(patch)
}

fn seen(
    house: &House,
    (account, gateway, id): Address,
    headers: &HeaderMap,
    look: impl FnOnce(&mut Log) -> Result<Response, Response>,
) -> Response {
    let found = guarded(house, headers)
        .and_then(|()| house.logs.with(&(account, gateway), &id, look).unwrap_or_else(|| Err(not_found())));
    found.unwrap_or_else(|refused| refused)
}

fn not_found() -> Response {
    refusal::management(StatusCode::NOT_FOUND, 7002, "Log not found")
}

fn bad(why: &str) -> Response {
    refusal::management(StatusCode::BAD_REQUEST, 7001, why)
}

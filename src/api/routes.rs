//! The plain routes of a look: join, stop, picture, delete.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use futures::StreamExt;
use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::door::stream_headers;
use super::state::AppState;
use crate::guard::registry::Looks;
use crate::look::id::LookId;
use crate::store::result::KeptLook;

/// `GET /readyz`: whether a look that is asked for now can be made as far as this server is concerned.
pub(super) async fn ready(State(state): State<AppState>) -> Response {
    if state.looks.is_stopping() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n").into_response();
    }
    if state.usage.now().await.spending.is_none() {
        return (StatusCode::SERVICE_UNAVAILABLE, "the books cannot be kept: DATABASE_PATH\n").into_response();
    }
    "ok\n".into_response()
}

/// `GET /api/looks/{id}/events`: a look from its first event, whether it is running or over.
pub(super) async fn events(State(state): State<AppState>, Path(id): Path<String>) -> Response {
    let events = match LookId::parse(&id) {
        Some(id) => state.looks.listen(&id).await,
        None => None,
    };
    let Some(events) = events else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let lines = events.map(|event| Ok::<_, std::convert::Infallible>(event.to_line()));
    (stream_headers(), Body::from_stream(lines)).into_response()
}

/// `POST /api/looks/{id}/cancel`: no further call is started.
pub(super) async fn cancel(State(state): State<AppState>, Path(id): Path<String>) -> StatusCode {
    match LookId::parse(&id) {
        Some(id) if state.looks.cancel(&id) => StatusCode::NO_CONTENT,
        _ => StatusCode::NOT_FOUND,
    }
}

/// `GET /looks/{id}/image`: the picture. It never changes under its id.
pub(super) async fn image(State(state): State<AppState>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let Some((id, look)) = kept(&state.looks, &id).await else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let etag = format!("\"{id}\"");
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let is_known = known.is_some_and(|known| known.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag));
    let caching = [
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
        (header::ETAG, HeaderValue::from_str(&etag).unwrap_or(HeaderValue::from_static("\"look\""))),
    ];
    if is_known {
        return (StatusCode::NOT_MODIFIED, caching).into_response();
    }
    let format = look.facts.format;
    let Some(bytes) = state.looks.picture(&id).await else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let name =
        format!("inline; filename=\"primerka-{}.{}\"", id.as_str().get(..8).unwrap_or_default(), format.extension());
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(format.mime())),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("inline"))),
    ];
    (caching, headers, bytes).into_response()
}

/// `DELETE /looks/{id}`: the look is gone at once.
pub(super) async fn delete(State(state): State<AppState>, Path(id): Path<String>) -> StatusCode {
    match LookId::parse(&id) {
        Some(id) if state.looks.delete(&id).await => StatusCode::NO_CONTENT,
        _ => StatusCode::NOT_FOUND,
    }
}

/// `POST /looks/{id}/delete`: the same for a form, which knows no `DELETE`; leads to the front page.
pub(super) async fn delete_by_form(State(state): State<AppState>, Path(id): Path<String>) -> Response {
    if let Some(id) = LookId::parse(&id) {
        state.looks.delete(&id).await;
    }
    Redirect::to("/").into_response()
}

async fn kept(looks: &Looks, id: &str) -> Option<(LookId, KeptLook)> {
    let id = LookId::parse(id)?;
    let look = looks.kept(&id).await?;
    Some((id, look))
}

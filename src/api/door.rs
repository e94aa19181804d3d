//! Before and behind `POST /api/looks`: what is refused unread, forms sent without wasm, and the way from a form to a look.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use futures::StreamExt;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use multer::Multipart;
use tokio::sync::OwnedSemaphorePermit;

use super::form::{self, LookForm};
use super::locale;
use super::look_error::LookError;
use super::state::AppState;
use super::visitor::Visitor;
use crate::guard::ask::{Ask, Asker};
use crate::i18n::Locale;
use crate::look::event::Event;
use crate::look::failure::{Failure, FailureCode, PhotoRole, Why};
use crate::look::id::LookId;
use crate::look::photo::MAX_BODY_BYTES;

/// The path of the door.
pub(super) const DOOR: &str = "/api/looks";

/// Seconds after which somebody may come again for whose photos there was no room.
const BUSY_RETRY_S: u32 = 5;

/// Longest `Idempotency-Key`, as elsewhere.
const MAX_KEY: usize = 255;

/// The type of a stream of events.
const LINES: HeaderValue = HeaderValue::from_static("application/x-ndjson");

/// Stands before leptos. A look that cannot be made is refused unread; a form posted without wasm is led to the look's page.
pub(super) async fn stand_before(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    if request.method() != Method::POST || request.uri().path() != DOOR {
        return next.run(request).await;
    }
    let Some((visitor, cookie)) = Visitor::of_request(request.headers()) else {
        return refusal(&FailureCode::Internal.into(), locale::of_request(request.headers()));
    };
    let address = state.addresses.name(request.headers(), request.extensions());
    let asker = Asker { user: visitor.hash(), is_known: cookie.is_none(), address };
    request.extensions_mut().insert(asker.clone());
    let mut response = answer(&state, asker, request, next).await;
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

async fn answer(state: &AppState, asker: Asker, request: Request, next: Next) -> Response {
    let locale = locale::of_request(request.headers());
    let is_page = accepts_html(request.headers());
    let (boundary, key) = match readable(state, request.headers(), &asker).await {
        Ok(readable) => readable,
        Err(failure) => {
            state.usage.refused(&failure).await;
            if !is_page {
                return refusal(&failure, locale);
            }
            // A browser that is still sending does not look at the answer. The router bounds what is read here.
            let mut unread = request.into_body().into_data_stream();
            while let Some(Ok(_)) = unread.next().await {}
            return back_to_the_form(&failure);
        }
    };
    // Held until the photos are read and with the look.
    let Some(_room) = room(state, request.headers()) else {
        let busy = Failure::new(FailureCode::Busy).retry_after(Some(BUSY_RETRY_S));
        state.usage.refused(&busy).await;
        return if is_page { back_to_the_form(&busy) } else { refusal(&busy, locale) };
    };
    if !is_page {
        return next.run(request).await;
    }
    let body = Multipart::new(request.into_body().into_data_stream(), boundary);
    match accept(state, body, locale, asker, key).await {
        Ok(id) => Redirect::to(&format!("/looks/{id}")).into_response(),
        Err(failure) => back_to_the_form(&failure),
    }
}

/// Room in memory for a body: as much as it declares, or as much as it may have. `None` when there is not so much.
fn room(state: &AppState, headers: &HeaderMap) -> Option<OwnedSemaphorePermit> {
    let bytes = declared_length(headers).unwrap_or(MAX_BODY_BYTES as u64).min(MAX_BODY_BYTES as u64);
    let kib = u32::try_from(bytes.div_ceil(1024)).ok()?;
    state.uploads.clone().try_acquire_many_owned(kib).ok()
}

fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// What can be said before the body is read: the boundary and the idempotency key, or the reason to refuse.
async fn readable(state: &AppState, headers: &HeaderMap, asker: &Asker) -> Result<(String, Option<String>), Failure> {
    if !state.looks.is_configured() {
        return Err(FailureCode::NotConfigured.into());
    }
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    if declared_length(headers).is_some_and(|length| length > MAX_BODY_BYTES as u64) {
        return Err(FailureCode::BodyTooLarge.into());
    }
    // server_fn 0.8 panics on a multipart body without a boundary, so it is looked for here.
    let content_type = text(header::CONTENT_TYPE).unwrap_or_default();
    let boundary = multer::parse_boundary(content_type).map_err(|_| FailureCode::BadRequest)?;
    let key = idempotency_key(headers)?;
    state.rates.check(asker).await?;
    Ok((boundary, key))
}

/// The caller's own name for a request. Errors: `bad_request` for one that is too long or no text.
fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Failure> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().ok().filter(|key| (1..=MAX_KEY).contains(&key.len()));
    key.map(|key| Some(key.to_owned())).ok_or_else(|| FailureCode::BadRequest.into())
}

/// Turns a form into a look under way, or one that is there already. A refusal is entered in the usage log.
pub(super) async fn accept(
    state: &AppState,
    body: Multipart<'static>,
    locale: Locale,
    asker: Asker,
    idempotency_key: Option<String>,
) -> Result<LookId, Failure> {
    let accepted = begin(state, body, locale, asker, idempotency_key).await;
    if let Err(failure) = &accepted {
        state.usage.refused(failure).await;
    }
    accepted
}

async fn begin(
    state: &AppState,
    body: Multipart<'static>,
    locale: Locale,
    asker: Asker,
    idempotency_key: Option<String>,
) -> Result<LookId, Failure> {
    let form = form::read(body).await?;
    state.rates.count(&asker).await?;
    let LookForm { person, outfit, description, ratio, size, fresh } = form;
    let ask = Ask { person, outfit, description, ratio, size, fresh, locale, asker, idempotency_key };
    state.looks.ask(ask).await
}

/// A failure as the answer it is before the first event: its status and one line.
pub(super) fn refusal(failure: &Failure, locale: Locale) -> Response {
    let line = Event::Failed(failure.notice(locale)).to_line();
    let mut response = (status(failure), Body::from(line)).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, LINES);
    if let Some(seconds) = failure.retry_after_s {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Without wasm a failure is told on the page of the form, which is there to be sent again: in the stage, to which the browser scrolls,
/// because on a phone it stands below the form. Only names and numbers travel in the address; `pages/home.rs` makes words of them.
fn back_to_the_form(failure: &Failure) -> Response {
    let photo = match failure.photo {
        Some(PhotoRole::Person) => "&photo=person",
        Some(PhotoRole::Outfit) => "&photo=outfit",
        None => "",
    };
    // The other reasons are those of finished pictures: no form fails for them.
    let why = if failure.why == Some(Why::Heic) { "&why=heic" } else { "" };
    let wait = failure.retry_after_s.map(|seconds| format!("&wait={seconds}")).unwrap_or_default();
    Redirect::to(&format!("/?failure={}{photo}{why}{wait}#stage", failure.code.name())).into_response()
}

fn status(failure: &Failure) -> StatusCode {
    StatusCode::from_u16(failure.code.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn accepts_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

/// The application's state, inside a server function.
pub(super) fn state_in_context() -> Result<AppState, Failure> {
    use_context::<AppState>().ok_or_else(|| FailureCode::Internal.into())
}

/// Who asks and under which name, inside a server function.
pub(super) fn asker_in_context() -> Result<(Asker, Option<String>), Failure> {
    let parts = use_context::<http::request::Parts>().ok_or(FailureCode::Internal)?;
    let asker = parts.extensions.get::<Asker>().cloned().ok_or(FailureCode::Internal)?;
    Ok((asker, idempotency_key(&parts.headers)?))
}

/// How a server function refuses: the status on the response, the words in the error.
pub(super) fn refusal_in_context() -> impl Fn(Failure) -> LookError {
    let options = use_context::<ResponseOptions>();
    let locale = locale::in_context();
    move |failure| {
        if let Some(options) = &options {
            options.set_status(status(&failure));
            options.insert_header(header::CONTENT_TYPE, LINES);
            if let Some(seconds) = failure.retry_after_s {
                options.insert_header(header::RETRY_AFTER, HeaderValue::from(seconds));
            }
        }
        LookError::Refused(failure.notice(locale))
    }
}

/// The headers of a stream of events: nobody may hold it back or keep it.
pub(super) fn stream_headers() -> [(HeaderName, HeaderValue); 3] {
    [
        (header::CONTENT_TYPE, LINES),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
    ]
}

/// Marks the answer of a server function as a stream of events.
pub(super) fn is_a_stream_of_lines() {
    if let Some(options) = use_context::<ResponseOptions>() {
        for (name, value) in stream_headers() {
            options.insert_header(name, value);
        }
    }
}

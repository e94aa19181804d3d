//! `…/models/{model}:generateContent`: the checks of the gateway, then those of Google, then the built-in model.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State as Extract};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode};
use image::RgbImage;
use serde_json::Value;

use super::answer::{self, Asked};
use super::question::{Question, Shown};
use super::{GATEWAY, State, model, refusal};

/// The model of the embedded gateway's own `GATEWAY_URL`.
pub(super) const DEFAULT_MODEL: &str = "gemini-nano-banana-2.1";
/// Live in November 2026 (B9).
const MODELS: [&str; 4] =
    [DEFAULT_MODEL, "gemini-3.1-flash-lite-image", "gemini-3.1-flash-image", "gemini-3-pro-image"];
/// Text models, which do have JSON mode.
const TEXT_MODELS: [&str; 2] = ["gemini-3.1-flash", "gemini-3-pro"];
/// Switched off by Google, with what its 404 recommends instead.
const RETIRED: [(&str, &str); 3] = [
    ("gemini-2.5-flash-image", "gemini-3.1-flash-image"),
    ("gemini-2.5-flash-image-preview", "gemini-3.1-flash-image"),
    ("gemini-3-pro-image-preview", "gemini-3-pro-image"),
];

/// Path parameters: account, gateway, provider, version, `model:method`.
type Address = (String, String, String, String, String);

pub(super) async fn generate(
    Extract(state): Extract<State>,
    Path((_account, gateway, provider, version, call)): Path<Address>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let answered = match checked(&state, &gateway, &provider, &version, &call, &headers) {
        Err(refused) => refused,
        Ok(model) => match asked(&body, &model) {
            Err(refused) => refused,
            Ok(question) => answered(&state, model, question).await,
        },
    };
    with_ids(answered)
}

/// The gateway's checks in its order (A12), then Google's for the model. Gives the model's name.
fn checked(
    state: &State,
    gateway: &str,
    provider: &str,
    version: &str,
    call: &str,
    headers: &HeaderMap,
) -> Result<String, Response> {
    if provider != "google-ai-studio" {
        return Err(refusal::gateway(StatusCode::BAD_REQUEST, 2008, "Invalid provider"));
    }
    if gateway != GATEWAY {
        let message = "Please configure AI Gateway in the Cloudflare dashboard";
        return Err(refusal::gateway(StatusCode::BAD_REQUEST, 2001, message));
    }
    if let Some(token) = &state.token {
        let sent = headers.get("cf-aig-authorization").and_then(|value| value.to_str().ok());
        if sent.and_then(|sent| sent.strip_prefix("Bearer ")) != Some(token) {
            return Err(refusal::gateway(StatusCode::UNAUTHORIZED, 2009, "Unauthorized"));
        }
    }
    let (model, method) = call.split_once(':').unwrap_or((call, ""));
    if let Some((_, successor)) = RETIRED.iter().find(|(retired, _)| *retired == model) {
        let message = format!(
            "This model models/{model} is no longer available. Please update your code to use models/{successor} for the latest features and improvements."
        );
        return Err(refusal::google(StatusCode::NOT_FOUND, "NOT_FOUND", &message, Value::Null));
    }
    let is_known = MODELS.contains(&model) || TEXT_MODELS.contains(&model);
    if !is_known || method != "generateContent" || !matches!(version, "v1" | "v1beta") {
        let message = format!(
            "models/{model} is not found for API version {version}, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods."
        );
        return Err(refusal::google(StatusCode::NOT_FOUND, "NOT_FOUND", &message, Value::Null));
    }
    Ok(model.to_owned())
}

fn asked(body: &[u8], model: &str) -> Result<Question, Response> {
    let question: Question = serde_json::from_slice(body)
        .map_err(|error| refusal::invalid_argument(&format!("Invalid JSON payload received. {error}")))?;
    if question.wants_json_mode() && !TEXT_MODELS.contains(&model) {
        return Err(refusal::invalid_argument("JSON mode is not enabled for this model"));
    }
    Ok(question)
}

async fn answered(state: &State, model: String, question: Question) -> Response {
    let wants_picture = question.wants_picture() && !TEXT_MODELS.contains(&model.as_str());
    if let Some(fault) = state.faults.take(if wants_picture { 2 } else { 1 })
        && let Some(response) = fault.happen().await
    {
        return response;
    }
    let thinking =
        tokio::task::spawn_blocking(
            move || {
                if wants_picture { draw(&model, &question) } else { describe(&model, &question) }
            },
        );
    match thinking.await {
        Ok(Ok(answer)) => ([("cf-aig-cache-status", "MISS")], Json(answer)).into_response(),
        Ok(Err(refused)) => refused,
        Err(_) => internal(),
    }
}

fn describe(model: &str, question: &Question) -> Result<Value, Response> {
    let shown = question.shown()?;
    let asked = Asked { text_bytes: question.text().len(), photos: shown.len() };
    let Some(outfit) = labelled(&shown, "PHOTO B") else {
        return Ok(answer::words(model, &asked, "I see no picture. Please show me one."));
    };
    let description = model::describe(&outfit.picture);
    let json = serde_json::to_string_pretty(&description).map_err(|_| internal())?;
    Ok(answer::words(model, &asked, &json))
}

fn draw(model: &str, question: &Question) -> Result<Value, Response> {
    let shown = question.shown()?;
    let asked = Asked { text_bytes: question.text().len(), photos: shown.len() };
    let (Some(person), Some(outfit)) = (labelled(&shown, "PHOTO A"), labelled(&shown, "PHOTO B")) else {
        return Ok(answer::words(model, &asked, "I need a picture of a person and one of an outfit."));
    };
    let size = question.pixels(&person.picture)?;
    let drawn: RgbImage = model::try_on(&person.picture, &outfit.picture, question.slot(), size);
    answer::picture(model, &asked, &drawn).map_err(|_| internal())
}

/// The picture whose label speaks of `name`.
fn labelled<'a>(shown: &'a [Shown], name: &str) -> Option<&'a Shown> {
    shown.iter().find(|shown| shown.label.contains(name))
}

fn internal() -> Response {
    let message = "An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting";
    refusal::google(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", message, Value::Null)
}

/// The ids that every answer of the gateway carries (A4).
fn with_ids(mut response: Response) -> Response {
    let mut random = [0_u8; 16];
    let id = getrandom::fill(&mut random).map(|()| format!("{:032x}", u128::from_be_bytes(random)));
    if let Some(value) = id.ok().and_then(|id| HeaderValue::from_str(&id).ok()) {
        for name in ["cf-aig-request-id", "cf-aig-log-id", "cf-aig-event-id"] {
            response.headers_mut().insert(name, value.clone());
        }
    }
    response.headers_mut().insert("cf-aig-step", HeaderValue::from_static("0"));
    response
}

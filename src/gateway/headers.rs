//! The headers of the gateway, out and in (`reference/gateway-and-gemini.md` A2-A4).

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::json;

use crate::config::{GatewayCache, GatewayConfig, Secret};
use crate::look::failure::FailureCode;
use crate::look::model::ModelFacts;
use crate::look::step::Step;
use crate::pipeline::upstream::Call;

/// The gateway gives up this much before we do, so that its word and not our patience ends a call.
const GATEWAY_GIVES_UP_EARLIER: Duration = Duration::from_secs(1);
/// What the gateway keeps at least and at most (A3).
const CACHE_TTL_S: std::ops::RangeInclusive<u64> = 60..=30 * 24 * 3600;

/// The credentials, which go with every request to the configured host and to no other.
pub(super) fn credentials(config: &GatewayConfig) -> Result<HeaderMap, FailureCode> {
    let mut headers = HeaderMap::new();
    if let Some(token) = &config.token {
        headers.insert(HeaderName::from_static("cf-aig-authorization"), secret(token, "Bearer ")?);
    }
    if let Some(key) = &config.google_api_key {
        headers.insert(HeaderName::from_static("x-goog-api-key"), secret(key, "")?);
    }
    if let Some(alias) = config.byok_alias.as_deref().filter(|_| !config.url.is_google()) {
        headers.insert(HeaderName::from_static("cf-aig-byok-alias"), plain(alias)?);
    }
    Ok(headers)
}

/// All headers of `call`. `left` is the time that it has.
pub(super) fn of_call(
    config: &GatewayConfig,
    call: &Call,
    model: &str,
    left: Duration,
) -> Result<HeaderMap, FailureCode> {
    let mut headers = credentials(config)?;
    // Google itself would not know what the rest means.
    if config.url.is_google() {
        return Ok(headers);
    }
    let mut set = |name: &'static str, value: HeaderValue| headers.insert(HeaderName::from_static(name), value);
    // The gateway keeps no log of the payload: it is somebody's photo.
    set("cf-aig-collect-log-payload", HeaderValue::from_static("false"));
    let kept = match config.cache {
        GatewayCache::All => true,
        GatewayCache::Describe => call.step == Step::Describe,
        GatewayCache::Off => false,
    };
    let ttl = if kept { config.cache_ttl.as_secs().clamp(*CACHE_TTL_S.start(), *CACHE_TTL_S.end()) } else { 0 };
    set("cf-aig-cache-ttl", HeaderValue::from(ttl));
    if call.fresh || !kept {
        set("cf-aig-skip-cache", HeaderValue::from_static("true"));
    }
    set("cf-aig-request-timeout", patience(left));
    set("cf-aig-metadata", plain(&metadata(call))?);
    if !call.origin.trace.is_empty() {
        set("cf-aig-event-id", plain(&call.origin.trace)?);
    }
    if let Some(cost) = custom_cost(call.step, model) {
        set("cf-aig-custom-cost", plain(&cost)?);
    }
    Ok(headers)
}

/// All headers of a question that belongs to no look. Nothing of it is kept, and no kept answer is given to it: it asks how things are now.
pub(super) fn of_probe(config: &GatewayConfig, timeout: Duration) -> Result<HeaderMap, FailureCode> {
    let mut headers = credentials(config)?;
    if config.url.is_google() {
        return Ok(headers);
    }
    let mut set = |name: &'static str, value: HeaderValue| headers.insert(HeaderName::from_static(name), value);
    set("cf-aig-collect-log-payload", HeaderValue::from_static("false"));
    set("cf-aig-cache-ttl", HeaderValue::from(0_u64));
    set("cf-aig-skip-cache", HeaderValue::from_static("true"));
    set("cf-aig-request-timeout", patience(timeout));
    Ok(headers)
}

/// How long the gateway is to wait for a model when we wait for so long, in milliseconds.
fn patience(ours: Duration) -> HeaderValue {
    let earlier = ours.saturating_sub(GATEWAY_GIVES_UP_EARLIER).max(ours / 2);
    HeaderValue::from(u64::try_from(earlier.as_millis()).unwrap_or(u64::MAX))
}

/// What the operator can filter the gateway's log by: five flat values at most, and nobody's name.
fn metadata(call: &Call) -> String {
    let app = concat!("primerka/", env!("CARGO_PKG_VERSION"));
    let mut metadata = json!({ "step": call.step.number(), "app": app });
    if let Some(metadata) = metadata.as_object_mut() {
        if let Some(user) = &call.origin.user {
            metadata.insert("user".to_owned(), user.as_str().into());
        }
        // Rows of the log are not known to tell the event's id, and its calls are found again by it.
        if !call.origin.trace.is_empty() {
            metadata.insert("trace".to_owned(), call.origin.trace.as_str().into());
        }
    }
    metadata.to_string()
}

/// Dollars for a token, so that the gateway's own books are near: it is not known to price pictures as such (A10). It takes one price for
/// all that is answered; words beside a picture are few, and so the books err upward.
fn custom_cost(step: Step, model: &str) -> Option<String> {
    let price = ModelFacts::of(model)?.price?;
    let out = match step {
        Step::Describe => price.text,
        Step::TryOn => price.image,
    };
    Some(json!({ "per_token_in": price.prompt / 1e6, "per_token_out": out / 1e6 }).to_string())
}

/// Whether the gateway had the answer already.
pub(super) fn is_hit(headers: &HeaderMap) -> bool {
    text(headers, "cf-aig-cache-status").is_some_and(|status| status.eq_ignore_ascii_case("HIT"))
}

/// The model that a dynamic route chose.
pub(super) fn model(headers: &HeaderMap) -> Option<String> {
    text(headers, "cf-aig-model").map(|model| model.trim_start_matches("models/").to_owned())
}

/// The id to look for: the request's, that of its log row, or Cloudflare's own.
pub(super) fn request_id(headers: &HeaderMap) -> Option<String> {
    let id = ["cf-aig-request-id", "cf-aig-log-id", "cf-ray"].into_iter().find_map(|name| text(headers, name))?;
    // It is shown to people and written into logs.
    let is_an_id = id.len() <= 128 && id.bytes().all(|byte| byte.is_ascii_graphic());
    is_an_id.then(|| id.to_owned())
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().filter(|text| !text.is_empty())
}

fn secret(secret: &Secret, prefix: &str) -> Result<HeaderValue, FailureCode> {
    let mut value = plain(&format!("{prefix}{}", secret.expose()))?;
    value.set_sensitive(true);
    Ok(value)
}

fn plain(text: &str) -> Result<HeaderValue, FailureCode> {
    HeaderValue::from_str(text).map_err(|_| FailureCode::NotConfigured)
}

//! Google's errors, word for word as captured (`reference/gateway-and-gemini.md` B7).

use serde_json::{Value, json};

use super::super::refusal::google;

const SERVICE: &str = "generativelanguage.googleapis.com";
const KEY_INVALID: &str = "API key not valid. Please pass a valid API key.";
const KEY_EXPIRED: &str = "API key expired. Please renew the API key.";
/// The captured text goes on where B7 has dots; what follows here is UNCONFIRMED.
const KEY_LEAKED: &str = "Your API key was reported as leaked. Please use another API key.";

fn error_info(reason: &str) -> Value {
    json!({
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": reason,
        "domain": "googleapis.com",
        "metadata": { "service": SERVICE },
    })
}

fn key_error(message: &str) -> Value {
    let localized =
        json!({ "@type": "type.googleapis.com/google.rpc.LocalizedMessage", "locale": "en-US", "message": message });
    google(400, "INVALID_ARGUMENT", message, json!([error_info("API_KEY_INVALID"), localized]))
}

pub(in super::super) fn key_invalid() -> Value {
    key_error(KEY_INVALID)
}

pub(in super::super) fn key_expired() -> Value {
    key_error(KEY_EXPIRED)
}

pub(in super::super) fn key_missing() -> Value {
    let message = "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.";
    google(403, "PERMISSION_DENIED", message, Value::Null)
}

pub(in super::super) fn key_leaked() -> Value {
    google(403, "PERMISSION_DENIED", KEY_LEAKED, Value::Null)
}

pub(in super::super) fn key_blocked() -> Value {
    let message = "Requests to this API generativelanguage.googleapis.com method google.ai.generativelanguage.v1beta.GenerativeService.GenerateContent are blocked.";
    google(403, "PERMISSION_DENIED", message, json!([error_info("API_KEY_SERVICE_BLOCKED")]))
}

pub(in super::super) fn unknown_model(version: &str, model: &str, method: &str) -> Value {
    let message = format!(
        "models/{model} is not found for API version {version}, or is not supported for {method}. Call ListModels to see the list of available models and their supported methods."
    );
    google(404, "NOT_FOUND", &message, Value::Null)
}

pub(in super::super) fn retired(model: &str, successor: &str) -> Value {
    let message = format!(
        "This model models/{model} is no longer available. Please update your code to use models/{successor} for the latest features and improvements."
    );
    google(404, "NOT_FOUND", &message, Value::Null)
}

/// A 429 of a quota: what it counts, its id, its limit, and the seconds to wait.
fn quota(metric: &str, id: &str, limit: u32, seconds: &str) -> Value {
    let metric = format!("{SERVICE}/{metric}");
    let message = format!(
        "You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits.\n* Quota exceeded for metric: {metric}, limit: {limit}\nPlease retry in {seconds}.185908122s."
    );
    let violation = json!({
        "quotaMetric": metric,
        "quotaId": id,
        "quotaDimensions": { "location": "global", "model": "gemini-nano-banana-2.1" },
        "quotaValue": limit.to_string(),
    });
    let links = json!([{ "description": "Learn more about Gemini API quotas", "url": "https://ai.google.dev/gemini-api/docs/rate-limits" }]);
    let details = json!([
        { "@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [violation] },
        { "@type": "type.googleapis.com/google.rpc.Help", "links": links },
        { "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": format!("{seconds}s") },
    ]);
    google(429, "RESOURCE_EXHAUSTED", &message, details)
}

pub(in super::super) fn quota_per_minute() -> Value {
    quota("generate_content_paid_tier_requests", "GenerateRequestsPerMinutePerProjectPerModel", 10, "56")
}

/// Terminal until midnight in California, however small the delay.
pub(in super::super) fn quota_per_day() -> Value {
    quota("generate_content_free_tier_requests", "GenerateRequestsPerDayPerProjectPerModel-FreeTier", 250, "12")
}

/// No image model is on the free tier.
pub(in super::super) fn free_tier() -> Value {
    quota("generate_content_free_tier_requests", "GenerateRequestsPerMinutePerProjectPerModel-FreeTier", 0, "22")
}

/// A 429 that says nothing of the wait.
pub(in super::super) fn quota_without_details() -> Value {
    google(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota).", Value::Null)
}

/// From Google's troubleshooting page; not in B7, so UNCONFIRMED word for word.
pub(in super::super) fn billing() -> Value {
    let message = "Gemini API free tier is not available in your country. Please enable billing on your project in Google AI Studio.";
    google(400, "FAILED_PRECONDITION", message, Value::Null)
}

pub(in super::super) fn region() -> Value {
    google(400, "FAILED_PRECONDITION", "User location is not supported for the API use.", Value::Null)
}

pub(in super::super) fn overloaded() -> Value {
    let message = "This model is currently experiencing high demand. Spikes in demand are usually temporary. Please try again later.";
    google(503, "UNAVAILABLE", message, Value::Null)
}

pub(in super::super) fn overloaded_as_before() -> Value {
    google(503, "UNAVAILABLE", "The model is overloaded. Please try again later.", Value::Null)
}

pub(in super::super) fn internal() -> Value {
    let message = "An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting";
    google(500, "INTERNAL", message, Value::Null)
}

pub(in super::super) fn deadline() -> Value {
    google(504, "DEADLINE_EXCEEDED", "Deadline expired before operation could complete.", Value::Null)
}

pub(in super::super) fn too_large(limit: usize) -> Value {
    let message = format!("Request payload size exceeds the limit: {limit} bytes.");
    google(400, "INVALID_ARGUMENT", &message, Value::Null)
}

pub(in super::super) fn undecodable() -> Value {
    let message = "Unable to process input image. Please retry or report in https://developers.generativeai.google/guide/troubleshooting";
    google(400, "INVALID_ARGUMENT", message, Value::Null)
}

pub(in super::super) fn invalid() -> Value {
    google(400, "INVALID_ARGUMENT", "Request contains an invalid argument.", Value::Null)
}

pub(in super::super) fn json_mode() -> Value {
    google(400, "INVALID_ARGUMENT", "JSON mode is not enabled for this model", Value::Null)
}

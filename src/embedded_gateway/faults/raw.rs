//! Answers that are ready before the question is read: errors, pages, redirects, bodies that are none.

use bytes::Bytes;
use serde_json::{Value, json};

use crate::embedded_gateway::google::{MAX_BODY_BYTES, errors};
use crate::embedded_gateway::refusal::Refusal;
use crate::embedded_gateway::reply::{Payload, Reply};

/// What `huge_body` sends.
const HUGE: u64 = 1 << 30;

fn whole(status: u16, content_type: &'static str, body: impl Into<Bytes>) -> Reply {
    Reply::new(status, content_type, Payload::Whole(body.into()))
}

/// An error of Google's, by its own status.
fn google(error: &Value) -> Reply {
    let status = error.pointer("/error/code").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok());
    Reply::json(status.unwrap_or(500), error)
}

pub(super) fn key_invalid() -> Reply {
    google(&errors::key_invalid())
}
pub(super) fn key_expired() -> Reply {
    google(&errors::key_expired())
}
pub(super) fn key_missing() -> Reply {
    google(&errors::key_missing())
}
pub(super) fn key_leaked() -> Reply {
    google(&errors::key_leaked())
}
pub(super) fn key_blocked() -> Reply {
    google(&errors::key_blocked())
}
pub(super) fn model_unknown() -> Reply {
    google(&errors::unknown_model("v1beta", "gemini-of-tomorrow", "generateContent"))
}
pub(super) fn model_retired() -> Reply {
    google(&errors::retired("gemini-2.5-flash-image", "gemini-3.1-flash-image"))
}
pub(super) fn quota_per_minute() -> Reply {
    google(&errors::quota_per_minute())
}
pub(super) fn quota_per_day() -> Reply {
    google(&errors::quota_per_day())
}
pub(super) fn free_tier() -> Reply {
    google(&errors::free_tier())
}
pub(super) fn quota_without_details() -> Reply {
    google(&errors::quota_without_details())
}
pub(super) fn billing() -> Reply {
    google(&errors::billing())
}
pub(super) fn region() -> Reply {
    google(&errors::region())
}
pub(super) fn overloaded() -> Reply {
    google(&errors::overloaded())
}
pub(super) fn overloaded_as_before() -> Reply {
    google(&errors::overloaded_as_before())
}
pub(super) fn internal() -> Reply {
    google(&errors::internal())
}
pub(super) fn deadline() -> Reply {
    google(&errors::deadline())
}
pub(super) fn payload_too_large() -> Reply {
    google(&errors::too_large(MAX_BODY_BYTES))
}
pub(super) fn image_undecodable() -> Reply {
    google(&errors::undecodable())
}
pub(super) fn invalid_argument() -> Reply {
    google(&errors::invalid())
}
pub(super) fn json_mode() -> Reply {
    google(&errors::json_mode())
}

pub(super) fn payload_too_large_413() -> Reply {
    whole(413, "text/html; charset=UTF-8", "<html><title>413 Request Entity Too Large</title></html>")
}
pub(super) fn error_in_array() -> Reply {
    Reply::json(503, &json!([errors::overloaded()]))
}
/// A stream that breaks off with an error as bare JSON (B5).
pub(super) fn stream_error() -> Reply {
    let opening =
        json!({ "candidates": [{ "content": { "role": "model", "parts": [{ "text": "Here" }] }, "index": 0 }] });
    let pieces = [format!("data: {opening}\r\n\r\n"), errors::overloaded().to_string()];
    Reply::new(200, "text/event-stream", Payload::Pieces(pieces.map(Bytes::from).into()))
}

/// An older body of the gateway, which ends after `error` (A7).
pub(super) fn short_envelope() -> Reply {
    let error = json!([{ "code": 2009, "message": "Unauthorized" }]);
    Reply::json(401, &json!({ "success": false, "result": [], "messages": [], "error": error }))
}
/// A fixture shows status 400 with code 2009 (A7): the code is the key.
pub(super) fn unauthorized_as_400() -> Reply {
    Reply::json(400, &Refusal::new(400, 2009, "Unauthorized").body())
}

pub(super) fn html_502() -> Reply {
    let page = "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>cloudflare</center></body></html>";
    whole(502, "text/html; charset=UTF-8", page)
}
pub(super) fn html_524() -> Reply {
    let page = "<!DOCTYPE html><html><head><title>gateway.ai.cloudflare.com | 524: A timeout occurred</title></head><body><h1>A timeout occurred</h1><p>Error code 524</p></body></html>";
    whole(524, "text/html; charset=UTF-8", page)
}
pub(super) fn truncated_json() -> Reply {
    whole(
        200,
        "application/json; charset=UTF-8",
        r#"{"candidates":[{"content":{"role":"model","parts":[{"inlineData":{"mimeType":"ima"#,
    )
}
pub(super) fn wrong_content_type() -> Reply {
    whole(200, "text/html; charset=UTF-8", "<html><body>Please sign in to this network.</body></html>")
}
pub(super) fn bad_gzip() -> Reply {
    whole(200, "application/json; charset=UTF-8", "this was never packed").with("content-encoding", "gzip")
}
pub(super) fn redirect() -> Reply {
    whole(302, "text/html; charset=UTF-8", "").with("location", "/elsewhere")
}
pub(super) fn huge_body() -> Reply {
    Reply::new(200, "application/json; charset=UTF-8", Payload::Huge(HUGE))
}
pub(super) fn empty_body() -> Reply {
    whole(200, "application/json; charset=UTF-8", "")
}
pub(super) fn json_null() -> Reply {
    Reply::json(200, &Value::Null)
}
pub(super) fn json_list() -> Reply {
    Reply::json(200, &json!([]))
}

fn retry_after(value: &str) -> Reply {
    quota_without_details().with("retry-after", value)
}
pub(super) fn retry_after_seconds() -> Reply {
    retry_after("2")
}
pub(super) fn retry_after_date() -> Reply {
    retry_after("Wed, 21 Oct 2099 07:28:00 GMT")
}
pub(super) fn retry_after_past() -> Reply {
    retry_after("Wed, 21 Oct 2015 07:28:00 GMT")
}
pub(super) fn retry_after_zero() -> Reply {
    retry_after("0")
}
pub(super) fn retry_after_negative() -> Reply {
    retry_after("-5")
}
pub(super) fn retry_after_fraction() -> Reply {
    retry_after("1.5")
}
pub(super) fn retry_after_huge() -> Reply {
    retry_after("99999999999999999999")
}
pub(super) fn retry_after_words() -> Reply {
    retry_after("soon")
}

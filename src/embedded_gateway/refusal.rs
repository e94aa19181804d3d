//! Error answers: the gateway's own, whose `error` is an array, and Google's, whose `error` is an object.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::{Value, json};

/// An error in the envelope of Cloudflare AI Gateway (captured; `reference/gateway-and-gemini.md` A7).
pub(super) fn gateway(status: StatusCode, code: u32, message: &str) -> Response {
    let body = json!({
        "success": false,
        "result": [],
        "messages": [],
        "error": [{ "code": code, "message": message }],
        "name": "AiGatewayError",
        "httpCode": status.as_u16(),
        "internalCode": code,
        "message": message,
        "description": message,
    });
    (status, [("cf-aig-step", "0")], Json(body)).into_response()
}

/// An error as Google writes it (captured; B7).
pub(super) fn google(status: StatusCode, word: &str, message: &str, details: Value) -> Response {
    let mut error = json!({ "code": status.as_u16(), "message": message, "status": word });
    if let (Some(error), false) = (error.as_object_mut(), details.is_null()) {
        error.insert("details".to_owned(), details);
    }
    (status, Json(json!({ "error": error }))).into_response()
}

/// `INVALID_ARGUMENT` without details.
pub(super) fn invalid_argument(message: &str) -> Response {
    google(StatusCode::BAD_REQUEST, "INVALID_ARGUMENT", message, Value::Null)
}

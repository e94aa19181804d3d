//! Error answers: the gateway's own, whose `error` is an array; the management API's, with plural `errors`; and Google's, whose
//! `error` is an object.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::{Value, json};

/// A refusal of the gateway itself: HTTP status, code, message (`reference/gateway-and-gemini.md` A7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: u32,
    pub(super) message: String,
}

impl Refusal {
    pub(super) fn new(status: u16, code: u32, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    /// The `cf-aig-dlp` header that goes with a block by data loss prevention (A4). The ids are made up, there is no policy behind them.
    pub(super) fn dlp(&self) -> Option<String> {
        let check = match self.code {
            2029 => "REQUEST",
            2030 => "RESPONSE",
            _ => return None,
        };
        let profile = json!({ "context": {}, "entry_ids": ["embedded-entry"], "profile_id": "embedded-profile" });
        let finding = json!({ "profile": profile, "policy_ids": ["embedded-policy"], "check": check });
        Some(json!({ "findings": [finding], "action": "BLOCK" }).to_string())
    }

    /// The body, its fields as captured (A7).
    pub(super) fn body(&self) -> Value {
        let Self { status, code, message } = self;
        json!({
            "success": false,
            "result": [],
            "messages": [],
            "error": [{ "code": code, "message": message }],
            "name": "AiGatewayError",
            "httpCode": status,
            "internalCode": code,
            "message": message,
            "description": message,
        })
    }
}

/// An error of the management API (A7: the standard v4 envelope).
pub(super) fn management(status: StatusCode, code: u32, message: &str) -> Response {
    let body = json!({
        "success": false,
        "errors": [{ "code": code, "message": message }],
        "messages": [],
        "result": null,
    });
    (status, Json(body)).into_response()
}

/// An error as Google writes it (captured; B7). `details` are left out when null.
pub(super) fn google(status: u16, word: &str, message: &str, details: Value) -> Value {
    let mut error = json!({ "code": status, "message": message, "status": word });
    if let (Some(error), false) = (error.as_object_mut(), details.is_null()) {
        error.insert("details".to_owned(), details);
    }
    json!({ "error": error })
}

//! The one place where an answer that is no picture becomes a failure.

use http::{HeaderMap, StatusCode};

use super::http::{HttpAnswer, HttpError};
use super::wire::{ErrorBody, Response};
use crate::look::failure::{Failure, FailureCode, Why};

/// The failure of a call without an answer.
pub(super) fn without_answer(error: HttpError) -> Failure {
    Failure::new(match error {
        HttpError::Timeout => FailureCode::Timeout,
        HttpError::Unreachable => FailureCode::GatewayUnreachable,
        HttpError::TooLarge => FailureCode::InvalidResponse,
    })
}

/// The failure of an answer whose status is not 200.
pub(super) fn of_status(answer: &HttpAnswer) -> Failure {
    let body = ErrorBody::parse(&answer.body);
    let code = match body.gateway_code {
        Some(code) => gateway_code(code, answer.status),
        None => google_code(&body, answer.status),
    };
    let wait = retry_after(&answer.headers).or(body.retry_after_s);
    let wait = wait.filter(|_| matches!(code, FailureCode::RateLimited | FailureCode::Overloaded));
    Failure::new(code).retry_after(wait)
}

/// Codes of Cloudflare AI Gateway (`reference/gateway-and-gemini.md` A7). The code tells more than the status.
fn gateway_code(code: u64, status: StatusCode) -> FailureCode {
    match code {
        2001 => FailureCode::GatewayNotFound,
        2003 => FailureCode::RateLimited,
        2009 => FailureCode::Unauthorized,
        2016 | 2029 => FailureCode::PromptBlocked,
        2017 | 2030 => FailureCode::ImageBlocked,
        2021 if status == StatusCode::TOO_MANY_REQUESTS => FailureCode::RateLimited,
        2021 => FailureCode::NoCredits,
        2040 => FailureCode::ProviderKeyMissing,
        2041 | 2045 => FailureCode::SpendLimit,
        7003 => FailureCode::ModelNotFound,
        _ => by_status(status),
    }
}

/// Google's errors (`reference/gateway-and-gemini.md` B7).
fn google_code(body: &ErrorBody, status: StatusCode) -> FailureCode {
    let says = |words: &str| body.message.contains(words);
    let because = |words: &str| body.reasons.iter().any(|reason| reason.contains(words));
    match (status.as_u16(), body.google_status.as_deref()) {
        (400, _) if because("API_KEY_INVALID") || says("API key not valid") || says("API key expired") => {
            FailureCode::ProviderKeyInvalid
        }
        (400, _) if says("User location is not supported") => FailureCode::RegionUnsupported,
        (400, _) if says("payload size exceeds") => FailureCode::ImageTooLarge,
        (400, _) if says("Unable to process input image") => FailureCode::BrokenImage,
        (400, Some("FAILED_PRECONDITION")) if says("billing") => FailureCode::BillingRequired,
        (403, _) if says("unregistered callers") => FailureCode::ProviderKeyMissing,
        (401 | 403, Some(_)) => FailureCode::ProviderKeyInvalid,
        (404, _) if says("no longer available") => FailureCode::ModelRetired,
        (404, Some(_)) => FailureCode::ModelNotFound,
        (429, _) if says("limit: 0") => FailureCode::BillingRequired,
        (429, _) if because("PerDay") => FailureCode::QuotaExhausted,
        _ => by_status(status),
    }
}

fn by_status(status: StatusCode) -> FailureCode {
    match status.as_u16() {
        401 => FailureCode::Unauthorized,
        402 => FailureCode::NoCredits,
        408 | 504 | 524 => FailureCode::Timeout,
        413 => FailureCode::ImageTooLarge,
        429 => FailureCode::RateLimited,
        503 => FailureCode::Overloaded,
        _ => FailureCode::GatewayError,
    }
}

fn retry_after(headers: &HeaderMap) -> Option<u32> {
    headers.get(http::header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()
}

/// The refusal in a 200, if it is one: a blocked prompt or a withheld picture. A stop without a picture is for the pipeline to judge.
pub(super) fn of_refusal(response: &Response) -> Option<Failure> {
    let blocked = response.prompt_feedback.as_ref().and_then(|feedback| feedback.block_reason.as_ref());
    if blocked.is_some() {
        return Some(Failure::new(FailureCode::PromptBlocked));
    }
    let reason = response.candidates.first()?.finish_reason.as_deref()?;
    let failure = match reason {
        "IMAGE_SAFETY" | "SAFETY" => Failure::new(FailureCode::ImageBlocked),
        "IMAGE_PROHIBITED_CONTENT" | "PROHIBITED_CONTENT" | "BLOCKLIST" | "SPII" => {
            Failure::new(FailureCode::ImageBlocked).because(Why::Prohibited)
        }
        "IMAGE_RECITATION" | "RECITATION" => Failure::new(FailureCode::ImageBlocked).because(Why::Recitation),
        _ => return None,
    };
    Some(failure)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, StatusCode};

    use super::{HttpAnswer, of_refusal, of_status};
    use crate::look::failure::{FailureCode, Why};

    fn answer(status: u16, body: &'static str) -> HttpAnswer {
        HttpAnswer {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: Bytes::from_static(body.as_bytes()),
        }
    }

    const GATEWAY_2009: &str =
        r#"{"success":false,"result":[],"messages":[],"error":[{"code":2009,"message":"Unauthorized"}]}"#;
    const GATEWAY_2001: &str = r#"{"success":false,"error":[{"code":2001,"message":"Please configure AI Gateway in the Cloudflare dashboard"}]}"#;
    const KEY_INVALID: &str = r#"{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]}}"#;
    const NO_KEY: &str = r#"{"error":{"code":403,"message":"Method doesn't allow unregistered callers (callers without established identity).","status":"PERMISSION_DENIED"}}"#;
    const UNKNOWN_MODEL: &str = r#"[{"error":{"code":404,"message":"models/x is not found for API version v1beta, or is not supported for generateContent.","status":"NOT_FOUND"}}]"#;
    const RETIRED: &str = r#"{"error":{"code":404,"message":"This model models/gemini-2.5-flash-image is no longer available.","status":"NOT_FOUND"}}"#;
    const PER_DAY: &str = r#"{"error":{"code":429,"message":"You exceeded your current quota","status":"RESOURCE_EXHAUSTED","details":[{"violations":[{"quotaId":"GenerateRequestsPerDayPerProjectPerModel"}]},{"retryDelay":"40s"}]}}"#;
    const PER_MINUTE: &str = r#"{"error":{"code":429,"message":"You exceeded your current quota","status":"RESOURCE_EXHAUSTED","details":[{"violations":[{"quotaId":"GenerateRequestsPerMinutePerProject"}]},{"retryDelay":"56.18s"}]}}"#;
    const REGION: &str = r#"{"error":{"code":400,"message":"User location is not supported for the API use.","status":"FAILED_PRECONDITION"}}"#;

    #[test]
    fn answers_become_the_failures_they_mean() {
        for (status, body, code) in [
            (401, GATEWAY_2009, FailureCode::Unauthorized),
            (400, GATEWAY_2009, FailureCode::Unauthorized),
            (400, GATEWAY_2001, FailureCode::GatewayNotFound),
            (429, r#"{"error":[{"code":2003,"message":"Rate limited"}]}"#, FailureCode::RateLimited),
            (402, r#"{"error":[{"code":2021}]}"#, FailureCode::NoCredits),
            (429, r#"{"error":[{"code":2041}]}"#, FailureCode::SpendLimit),
            (400, KEY_INVALID, FailureCode::ProviderKeyInvalid),
            (403, NO_KEY, FailureCode::ProviderKeyMissing),
            (404, UNKNOWN_MODEL, FailureCode::ModelNotFound),
            (404, RETIRED, FailureCode::ModelRetired),
            (429, PER_DAY, FailureCode::QuotaExhausted),
            (429, PER_MINUTE, FailureCode::RateLimited),
            (400, REGION, FailureCode::RegionUnsupported),
            (503, r#"{"error":{"code":503,"message":"overloaded","status":"UNAVAILABLE"}}"#, FailureCode::Overloaded),
            (502, "<html>Bad gateway</html>", FailureCode::GatewayError),
            (524, "", FailureCode::Timeout),
            (302, "", FailureCode::GatewayError),
            (404, "<html></html>", FailureCode::GatewayError),
        ] {
            assert_eq!(of_status(&answer(status, body)).code, code, "{status} {body}");
        }
    }

    #[test]
    fn the_wait_is_read_from_header_and_body() {
        assert_eq!(of_status(&answer(429, PER_MINUTE)).retry_after_s, Some(57));
        assert_eq!(of_status(&answer(429, PER_DAY)).retry_after_s, None);
        let mut busy = answer(503, "");
        busy.headers.insert("retry-after", "7".parse().unwrap());
        assert_eq!(of_status(&busy).retry_after_s, Some(7));
    }

    #[test]
    fn refusals_are_told_apart() {
        for (body, expected) in [
            (r#"{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"}}"#, Some((FailureCode::PromptBlocked, None))),
            (
                r#"{"candidates":[{"content":{},"finishReason":"IMAGE_SAFETY"}]}"#,
                Some((FailureCode::ImageBlocked, None)),
            ),
            (
                r#"{"candidates":[{"finishReason":"IMAGE_PROHIBITED_CONTENT"}]}"#,
                Some((FailureCode::ImageBlocked, Some(Why::Prohibited))),
            ),
            (
                r#"{"candidates":[{"finishReason":"IMAGE_RECITATION"}]}"#,
                Some((FailureCode::ImageBlocked, Some(Why::Recitation))),
            ),
            (r#"{"candidates":[{"finishReason":"STOP"}]}"#, None),
            (r#"{"candidates":[{"finishReason":"A_REASON_OF_TOMORROW"}]}"#, None),
            (r"{}", None),
        ] {
            let response = serde_json::from_str(body).unwrap();
            assert_eq!(of_refusal(&response).map(|failure| (failure.code, failure.why)), expected, "{body}");
        }
    }
}

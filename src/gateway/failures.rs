//! The one place where an answer that is no success becomes a failure. `docs/failures.md` shows what comes of it.

use std::time::Duration;

use http::{HeaderMap, StatusCode};

use super::error_body::ErrorBody;
use super::http::HttpError;
use crate::look::failure::{Failure, FailureCode, Why};
use crate::look::step::Step;
use crate::pipeline::upstream::{Charge, Refused};

/// The longest wait that is believed, in seconds: a day.
const LONGEST_WAIT_S: u64 = 86_400;

/// A failed call: what to tell, whether the same call may do better, and what it cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// What to tell.
    pub failure: Failure,
    /// Whether to try again.
    pub again: Again,
    /// What is to be paid.
    pub charge: Charge,
}

/// Whether the same call may do better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// It was answered, or cannot change.
    Never,
    /// It may, after whatever wait.
    Soon,
    /// It may, not before that wait.
    After(Duration),
}

impl Refusal {
    /// A failure that stays one and costs nothing.
    pub(super) fn of(failure: impl Into<Failure>) -> Self {
        Self { failure: failure.into(), again: Again::Never, charge: Charge::Nothing }
    }

    /// The same, with what it costs.
    pub(super) fn at(self, charge: Charge) -> Self {
        Self { charge, ..self }
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self { failure: refusal.failure, charge: refusal.charge }
    }
}

/// The failure of a call without an answer. What may have reached the model is not asked again: it may be paid for.
pub(super) fn without_answer(error: HttpError) -> Refusal {
    match error {
        HttpError::Timeout => Refusal::of(FailureCode::Timeout).at(Charge::Unknown),
        HttpError::NoConnection => Refusal { again: Again::Soon, ..Refusal::of(FailureCode::GatewayUnreachable) },
        HttpError::Broken => Refusal::of(FailureCode::GatewayUnreachable).at(Charge::Unknown),
        HttpError::TooLarge => Refusal::of(FailureCode::InvalidResponse).at(Charge::Unknown),
    }
}

/// The failure of an answer whose status is not 200.
pub(super) fn of_status(step: Step, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Refusal {
    of_error(step, status, headers, &ErrorBody::parse(body))
}

/// The failure of an error answer that has been read.
pub(super) fn of_error(step: Step, status: StatusCode, headers: &HeaderMap, body: &ErrorBody) -> Refusal {
    let mut failure = match body.gateway_code {
        Some(code) => gateway_failure(step, code, status, &body.message),
        None => google_code(body, status).into(),
    };
    // The gateway had no patience with the model, which may be working on: it may be paid for.
    if was_left_working(status, body) {
        return Refusal::of(failure).at(Charge::Unknown);
    }
    let wait = retry_after(headers).or(body.retry_delay);
    let again = match failure.code {
        FailureCode::RateLimited | FailureCode::Overloaded | FailureCode::Timeout => Again::Soon,
        // Of the others 5xx only: what is wrong with a request stays wrong.
        FailureCode::GatewayError if status.is_server_error() || body.gateway_code == Some(2005) => Again::Soon,
        _ => Again::Never,
    };
    if again == Again::Never {
        return Refusal::of(failure);
    }
    failure.retry_after_s = wait.map(whole_seconds);
    Refusal { again: wait.map_or(again, Again::After), ..Refusal::of(failure) }
}

/// Whether somebody on the way has given up on a model that was asked: the gateway for `cf-aig-request-timeout`, Cloudflare's edge with 524.
/// Google's own 504 says that the model has given up.
fn was_left_working(status: StatusCode, body: &ErrorBody) -> bool {
    status.as_u16() == 524 || (body.gateway_code == Some(2005) && status == StatusCode::GATEWAY_TIMEOUT)
}

/// Codes of Cloudflare AI Gateway (`reference/gateway-and-gemini.md` A7). The code tells more than the status.
fn gateway_failure(step: Step, code: u64, status: StatusCode, message: &str) -> Failure {
    match code {
        // 2008 is an unknown provider: the one in GATEWAY_URL was checked, so this gateway does not offer Google.
        2001 | 2008 => FailureCode::GatewayNotFound,
        2003 => FailureCode::RateLimited,
        // The provider took longer than `cf-aig-request-timeout` (A3: status and code are not documented), or could not be reached.
        2005 if status == StatusCode::GATEWAY_TIMEOUT => FailureCode::Timeout,
        2005 => FailureCode::GatewayError,
        2009 => FailureCode::Unauthorized,
        2016 | 2029 => FailureCode::PromptBlocked,
        2017 | 2030 => return withheld(step, Some(Why::Guardrails)),
        // Unified billing has a limit per minute under the same code.
        2021 if status == StatusCode::TOO_MANY_REQUESTS => FailureCode::RateLimited,
        2021 => FailureCode::NoCredits,
        2040 => FailureCode::ProviderKeyMissing,
        2041 | 2045 => FailureCode::SpendLimit,
        // Under this code comes also what is wrong with a request ("Model execution failed (User Input Error)").
        7003 if message.to_ascii_lowercase().contains("not found") => FailureCode::ModelNotFound,
        // A guardrail's scanner is away; the gateway lets nothing pass meanwhile.
        7013 => FailureCode::Overloaded,
        // A gateway that may use stored keys only and has none (A2: status 400, the code is not documented).
        _ if status == StatusCode::BAD_REQUEST && speaks_of_a_key(message) => FailureCode::ProviderKeyMissing,
        _ => by_status(status),
    }
    .into()
}

fn speaks_of_a_key(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    ["api key", "credential", "byok"].iter().any(|words| message.contains(words))
}

/// Google's errors (`reference/gateway-and-gemini.md` B7).
fn google_code(body: &ErrorBody, status: StatusCode) -> FailureCode {
    let says = |words: &str| body.message.to_ascii_lowercase().contains(words);
    let because = |words: &str| body.reasons.iter().any(|reason| reason.contains(words));
    match (status.as_u16(), body.google_status.as_deref()) {
        (400, _) if because("API_KEY_INVALID") || says("api key not valid") || says("api key expired") => {
            FailureCode::ProviderKeyInvalid
        }
        (400, _) if says("user location is not supported") => FailureCode::RegionUnsupported,
        (400, _) if says("payload size exceeds") => FailureCode::ImageTooLarge,
        (400, _) if says("unable to process input image") => FailureCode::BrokenImage,
        (400 | 403, _) if says("billing") => FailureCode::BillingRequired,
        (401 | 403, _) if says("unregistered callers") || says("missing a valid api key") => {
            FailureCode::ProviderKeyMissing
        }
        (401 | 403, Some(_)) => FailureCode::ProviderKeyInvalid,
        (404, _) if says("no longer available") => FailureCode::ModelRetired,
        (404, Some(_)) => FailureCode::ModelNotFound,
        (429, _) if body.has_no_quota => FailureCode::BillingRequired,
        // The day's quota is not back after the short delay that comes with it.
        (429, _) if because("PerDay") || says("per day") => FailureCode::QuotaExhausted,
        _ => by_status(status),
    }
}

fn by_status(status: StatusCode) -> FailureCode {
    match status.as_u16() {
        401 => FailureCode::Unauthorized,
        402 => FailureCode::NoCredits,
        408 | 504 | 522 | 524 => FailureCode::Timeout,
        413 => FailureCode::ImageTooLarge,
        429 => FailureCode::RateLimited,
        503 | 529 => FailureCode::Overloaded,
        521 | 523 | 530 => FailureCode::GatewayUnreachable,
        _ => FailureCode::GatewayError,
    }
}

/// What a `Retry-After` asks for: seconds, or a date to be held against the answer's own.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(http::header::RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More than a number holds is long all the same.
        return Some(
            Duration::from_secs(text.parse().unwrap_or(LONGEST_WAIT_S)).min(Duration::from_secs(LONGEST_WAIT_S)),
        );
    }
    let then = httpdate::parse_http_date(text).ok()?;
    let now = httpdate::parse_http_date(headers.get(http::header::DATE)?.to_str().ok()?).ok()?;
    Some(then.duration_since(now).ok()?.min(Duration::from_secs(LONGEST_WAIT_S)))
}

fn whole_seconds(wait: Duration) -> u32 {
    u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX)
}

/// The refusal in a 200 (`reference/gateway-and-gemini.md` B3, B4): a prompt that was blocked, or an answer that was withheld.
/// A stop without a picture, also for reasons of tomorrow, is for the pipeline to judge.
pub(super) fn of_reasons(step: Step, block_reason: Option<&str>, finish_reason: Option<&str>) -> Option<Failure> {
    if block_reason.is_some_and(|reason| reason != "BLOCK_REASON_UNSPECIFIED") {
        return Some(FailureCode::PromptBlocked.into());
    }
    match finish_reason? {
        "IMAGE_SAFETY" | "SAFETY" => Some(withheld(step, None)),
        "IMAGE_PROHIBITED_CONTENT" | "PROHIBITED_CONTENT" | "BLOCKLIST" | "SPII" => {
            Some(withheld(step, Some(Why::Prohibited)))
        }
        "IMAGE_RECITATION" | "RECITATION" => Some(withheld(step, Some(Why::Recitation))),
        _ => None,
    }
}

/// An answer was made and withheld. In step 1 there was no picture to withhold: the photo was not to be spoken of.
fn withheld(step: Step, why: Option<Why>) -> Failure {
    match step {
        Step::Describe => FailureCode::PromptBlocked.into(),
        Step::TryOn => Failure { why, ..FailureCode::ImageBlocked.into() },
    }
}

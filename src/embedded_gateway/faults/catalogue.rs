//! Every fault that has a name (`reference/gateway-and-gemini.md` A7, B3, B4, B7).

use serde_json::Value;

use super::{raw, scenes};
use crate::embedded_gateway::google::answer::Answer;
use crate::embedded_gateway::google::scene::Scene;
use crate::embedded_gateway::reply::Reply;

/// Makes an answer of a question.
pub(super) type Make = Box<dyn Fn(&Scene) -> Result<Answer, Value> + Send>;

/// What a fault does.
pub(super) enum What {
    /// The gateway refuses.
    Gateway {
        status: u16,
        code: u32,
        message: &'static str,
    },
    /// Another answer, whatever the question.
    Reply(fn() -> Reply),
    /// Another answer, made of the question.
    Scene(fn(&Scene) -> Result<Answer, Value>),
    /// HTTP 200, `content: {}` and this `finishReason`.
    Finish(&'static str),
    /// HTTP 200, no candidate and this `blockReason`.
    Blocked(&'static str),
    /// The true answer after a while.
    Delay,
    Refuse,
    Reset,
    Hangup,
    Stall,
    Silence,
    Trickle,
}

/// A fault and its name.
pub(in super::super) struct Named {
    pub(super) name: &'static str,
    says: &'static str,
    pub(super) what: What,
}

impl Named {
    /// What it is ordered by.
    pub(in super::super) fn name(&self) -> &'static str {
        self.name
    }

    /// Who makes it.
    pub(in super::super) fn kind(&self) -> &'static str {
        match self.what {
            What::Gateway { .. } => "gateway",
            What::Reply(_) => "answer",
            What::Scene(_) | What::Finish(_) | What::Blocked(_) => "model",
            _ => "transport",
        }
    }

    /// What happens, in a sentence.
    pub(in super::super) fn says(&self) -> String {
        match self.what {
            What::Gateway { status, code, message } => {
                format!("HTTP {status}, code {code}: “{message}”. {}", self.says)
            }
            What::Finish(reason) => format!("HTTP 200 with `content: {{}}` and `finishReason: {reason}`."),
            What::Blocked(reason) => format!("HTTP 200 without candidates, `promptFeedback.blockReason: {reason}`."),
            _ => self.says.to_owned(),
        }
    }
}

/// The fault of that name.
pub(super) fn find(name: &str) -> Option<&'static Named> {
    CATALOGUE.iter().find(|named| named.name == name)
}

/// All of them.
pub(in super::super) fn all() -> &'static [Named] {
    &CATALOGUE
}

const fn gateway(name: &'static str, status: u16, code: u32, message: &'static str, says: &'static str) -> Named {
    Named { name, says, what: What::Gateway { status, code, message } }
}
const fn reply(name: &'static str, make: fn() -> Reply, says: &'static str) -> Named {
    Named { name, says, what: What::Reply(make) }
}
const fn scene(name: &'static str, make: fn(&Scene) -> Result<Answer, Value>, says: &'static str) -> Named {
    Named { name, says, what: What::Scene(make) }
}
const fn finish(name: &'static str, reason: &'static str) -> Named {
    Named { name, says: "", what: What::Finish(reason) }
}
const fn blocked(name: &'static str, reason: &'static str) -> Named {
    Named { name, says: "", what: What::Blocked(reason) }
}
const fn transport(name: &'static str, what: What, says: &'static str) -> Named {
    Named { name, says, what }
}

/// The status of a DLP block is UNCONFIRMED: that of guardrails is taken.
const DLP_STATUS: u16 = 424;
/// Status and code of the timeout of `cf-aig-request-timeout` are UNCONFIRMED.
pub(in super::super) const TIMED_OUT: (u16, u32, &str) = (504, 2005, "Failed to get response from provider");
/// The code of the 400 without usable credentials (`byok_only`, `cf-aig-no-wholesale`) is UNCONFIRMED.
pub(in super::super) const NO_CREDENTIALS: (u16, u32, &str) =
    (400, 2040, "No provider credentials are available for this request");
/// Unified billing without credits (A2, captured).
pub(in super::super) const NO_CREDITS: (u16, u32, &str) = (
    402,
    2021,
    "Insufficient wholesale credits. Please add additional credits on the AI Gateway Cloudflare dashboard to continue using provider models.",
);
const SPENT: &str =
    "Spend limit exceeded: rule 'daily' (cost limit 5 per 86400s, fixed) for google-ai-studio gemini-nano-banana-2.1";

static CATALOGUE: [Named; 130] = [
    // The gateway (A7)
    gateway("unauthorized", 401, 2009, "Unauthorized", "The token is missing or lacks “AI Gateway Run”."),
    gateway(
        "gateway_not_found",
        400,
        2001,
        "Please configure AI Gateway in the Cloudflare dashboard",
        "No such gateway or account.",
    ),
    gateway("invalid_provider", 400, 2008, "Invalid provider", "An unknown provider in the address."),
    gateway("rate_limited", 429, 2003, "Rate limited", "The gateway's own limit; no Retry-After."),
    gateway("provider_unreachable", 400, 2005, "Failed to get response from provider", "The route leads nowhere."),
    gateway(
        "gateway_timeout",
        TIMED_OUT.0,
        TIMED_OUT.1,
        TIMED_OUT.2,
        "The provider took longer than `cf-aig-request-timeout`.",
    ),
    gateway("prompt_guardrail", 424, 2016, "Prompt blocked due to security configurations", "Guardrails."),
    gateway("response_guardrail", 424, 2017, "Response blocked due to security configurations", "Guardrails."),
    gateway("guardrail_unavailable", 503, 7013, "Guardrails are unavailable", "The scanner of a Block rule is down."),
    gateway("no_credits", NO_CREDITS.0, NO_CREDITS.1, NO_CREDITS.2, "Unified billing."),
    gateway(
        "wholesale_rate_limited",
        429,
        2021,
        "Wholesale rate limit exceeded for this gateway",
        "Unified billing: 200 requests per minute.",
    ),
    gateway("no_credentials", NO_CREDENTIALS.0, NO_CREDENTIALS.1, NO_CREDENTIALS.2, "`byok_only` and no stored key."),
    gateway(
        "unknown_alias",
        400,
        2040,
        "Provider 'google-ai-studio' has no BYOK credential named 'X'. Configured aliases: 'default'",
        "A wrong `cf-aig-byok-alias`.",
    ),
    gateway("spend_limit", 429, 2041, SPENT, "Money spent, native path."),
    gateway("spend_limit_catalog", 429, 2045, SPENT, "Money spent, catalogue path."),
    gateway(
        "dlp_request",
        DLP_STATUS,
        2029,
        "Request content blocked due to DLP policy violations",
        "Data loss prevention.",
    ),
    gateway(
        "dlp_response",
        DLP_STATUS,
        2030,
        "Response content blocked due to DLP policy violations",
        "Data loss prevention.",
    ),
    gateway("catalog_model_not_found", 404, 7003, "Model not found: google/nano-banana", "Catalogue path."),
    gateway(
        "catalog_user_error",
        400,
        7003,
        "Model execution failed (User Input Error): invalid input",
        "Catalogue path.",
    ),
    reply("short_envelope", raw::short_envelope, "HTTP 401: an older body of the gateway, which ends after `error`."),
    reply(
        "unauthorized_as_400",
        raw::unauthorized_as_400,
        "HTTP 400 with code 2009: the code is the key, not the status.",
    ),
    // Google's errors (B7)
    reply("key_invalid", raw::key_invalid, "HTTP 400: the API key is not valid, with ErrorInfo and LocalizedMessage."),
    reply("key_expired", raw::key_expired, "HTTP 400: the API key has expired."),
    reply("key_missing", raw::key_missing, "HTTP 403: no API key came along."),
    reply("key_leaked", raw::key_leaked, "HTTP 403: the API key was reported as leaked."),
    reply("key_blocked", raw::key_blocked, "HTTP 403: the key is restricted to other APIs (API_KEY_SERVICE_BLOCKED)."),
    reply("model_unknown", raw::model_unknown, "HTTP 404: no such model."),
    reply("model_retired", raw::model_retired, "HTTP 404: the model is no longer available."),
    reply("quota_per_minute", raw::quota_per_minute, "HTTP 429 with QuotaFailure per minute and RetryInfo 56 s."),
    reply("quota_per_day", raw::quota_per_day, "HTTP 429 with QuotaFailure per day: no retry will help today."),
    reply("free_tier", raw::free_tier, "HTTP 429 with `limit: 0`: image models are not on the free tier."),
    reply("quota_without_details", raw::quota_without_details, "HTTP 429 that says nothing of the wait."),
    reply("billing", raw::billing, "HTTP 400 FAILED_PRECONDITION: billing must be enabled."),
    reply("region", raw::region, "HTTP 400 FAILED_PRECONDITION: the location is not supported."),
    reply("overloaded", raw::overloaded, "HTTP 503: the model is in high demand."),
    reply("overloaded_as_before", raw::overloaded_as_before, "HTTP 503 in its older words."),
    reply("internal", raw::internal, "HTTP 500 of Google's."),
    reply("deadline", raw::deadline, "HTTP 504 of Google's."),
    reply("payload_too_large", raw::payload_too_large, "HTTP 400: the request is too large."),
    reply("payload_too_large_413", raw::payload_too_large_413, "HTTP 413 as a page: the request is too large."),
    reply("image_undecodable", raw::image_undecodable, "HTTP 400: a photo cannot be read."),
    reply("invalid_argument", raw::invalid_argument, "HTTP 400 that says no more."),
    reply("json_mode", raw::json_mode, "HTTP 400: the model has no JSON mode."),
    reply("error_in_array", raw::error_in_array, "HTTP 503 in an array of one element."),
    // Refusals that are answers (B3, B4)
    finish("finish_unspecified", "FINISH_REASON_UNSPECIFIED"),
    finish("finish_stop", "STOP"),
    finish("finish_max_tokens", "MAX_TOKENS"),
    finish("finish_safety", "SAFETY"),
    finish("finish_recitation", "RECITATION"),
    finish("finish_other", "OTHER"),
    finish("finish_language", "LANGUAGE"),
    finish("finish_blocklist", "BLOCKLIST"),
    finish("finish_prohibited_content", "PROHIBITED_CONTENT"),
    finish("finish_spii", "SPII"),
    finish("finish_malformed_function_call", "MALFORMED_FUNCTION_CALL"),
    finish("finish_image_safety", "IMAGE_SAFETY"),
    finish("finish_unexpected_tool_call", "UNEXPECTED_TOOL_CALL"),
    finish("finish_too_many_tool_calls", "TOO_MANY_TOOL_CALLS"),
    finish("finish_image_prohibited_content", "IMAGE_PROHIBITED_CONTENT"),
    finish("finish_image_other", "IMAGE_OTHER"),
    finish("finish_no_image", "NO_IMAGE"),
    finish("finish_image_recitation", "IMAGE_RECITATION"),
    finish("finish_missing_thought_signature", "MISSING_THOUGHT_SIGNATURE"),
    finish("finish_malformed_response", "MALFORMED_RESPONSE"),
    finish("finish_escalation", "ESCALATION"),
    finish("finish_pup_limited_disabled", "PUP_LIMITED_DISABLED"),
    finish("finish_continuation", "CONTINUATION"),
    finish("finish_model_armor", "MODEL_ARMOR"),
    finish("finish_of_tomorrow", "A_REASON_OF_TOMORROW"),
    blocked("blocked_safety", "SAFETY"),
    blocked("blocked_other", "OTHER"),
    blocked("blocked_blocklist", "BLOCKLIST"),
    blocked("blocked_prohibited_content", "PROHIBITED_CONTENT"),
    blocked("blocked_image_safety", "IMAGE_SAFETY"),
    blocked("blocked_model_armor", "MODEL_ARMOR"),
    blocked("blocked_jailbreak", "JAILBREAK"),
    scene("content_absent", scenes::content_absent, "IMAGE_SAFETY and no `content` at all."),
    scene("no_candidates", scenes::no_candidates, "Usage and nothing else."),
    scene("empty_candidates", scenes::empty_candidates, "`candidates: []`."),
    scene("empty_parts", scenes::empty_parts, "STOP with `parts: []`."),
    scene("text_only", scenes::text_only, "STOP, and the model declines in prose."),
    scene("text_only_no_image", scenes::text_only_no_image, "The same with `finishReason: NO_IMAGE`."),
    scene("empty_text", scenes::empty_text, "STOP with an empty text."),
    scene("thought_only", scenes::thought_only, "STOP with a thought and nothing else."),
    // Pictures
    scene("draft_then_image", scenes::draft_then_image, "A thought, a draft marked `thought`, then the true picture."),
    scene("two_images", scenes::two_images, "The true picture and a grey one."),
    scene("echo_person", scenes::echo_person, "The last photo comes back as the result."),
    scene("echo_outfit", scenes::echo_outfit, "The first photo comes back as the result."),
    scene("tiny_image", scenes::tiny_image, "A picture of one pixel."),
    scene("wrong_ratio", scenes::wrong_ratio, "A picture far too wide."),
    scene("bad_base64", scenes::bad_base64, "A picture that is not base64."),
    scene("empty_image", scenes::empty_image, "A picture of no bytes."),
    scene("truncated_image", scenes::truncated_image, "The first half of the true picture."),
    scene("wrong_mime", scenes::wrong_mime, "Declared as JPEG, an HTML page."),
    scene("svg_image", scenes::svg_image, "An SVG with a script in it."),
    // Words
    scene("prose_around", scenes::prose_around, "The description amid prose."),
    scene("code_fence", scenes::code_fence, "The description in a code fence."),
    scene("json_array", scenes::json_array, "The description in an array."),
    scene("description_truncated", scenes::description_truncated, "The first half of the description."),
    scene("nulls", scenes::nulls, "A description full of nulls."),
    scene("all_null", scenes::all_null, "A description whose every field is null."),
    scene("not_json", scenes::not_json, "A description in prose, no JSON."),
    scene("long_description", scenes::long_description, "A description of 100 kB."),
    scene("prompt_injection", scenes::prompt_injection, "A `text_on_garment` that gives orders."),
    // Bodies that are none
    reply("html_502", raw::html_502, "HTTP 502 as Cloudflare's page."),
    reply("html_524", raw::html_524, "HTTP 524 as Cloudflare's page."),
    reply("truncated_json", raw::truncated_json, "HTTP 200, JSON that breaks off."),
    reply("wrong_content_type", raw::wrong_content_type, "HTTP 200, a page of a captive portal."),
    reply("bad_gzip", raw::bad_gzip, "HTTP 200, declared as gzip, which it is not."),
    reply("redirect", raw::redirect, "HTTP 302 to elsewhere."),
    reply("huge_body", raw::huge_body, "HTTP 200 and a body of 1 GB, made while it is sent."),
    reply("empty_body", raw::empty_body, "HTTP 200 and no body."),
    reply("json_null", raw::json_null, "HTTP 200 and `null`."),
    reply("json_list", raw::json_list, "HTTP 200 and `[]`."),
    reply("stream_error", raw::stream_error, "A stream that breaks off with an error as bare JSON."),
    reply("retry_after_seconds", raw::retry_after_seconds, "HTTP 429 with `Retry-After: 2`."),
    reply("retry_after_zero", raw::retry_after_zero, "HTTP 429 with `Retry-After: 0`."),
    reply("retry_after_date", raw::retry_after_date, "HTTP 429 with a date far ahead as Retry-After."),
    reply("retry_after_past", raw::retry_after_past, "HTTP 429 with a date gone by as Retry-After."),
    reply("retry_after_negative", raw::retry_after_negative, "HTTP 429 with `Retry-After: -5`."),
    reply("retry_after_fraction", raw::retry_after_fraction, "HTTP 429 with `Retry-After: 1.5`."),
    reply("retry_after_huge", raw::retry_after_huge, "HTTP 429 with a Retry-After that no integer holds."),
    reply("retry_after_words", raw::retry_after_words, "HTTP 429 with `Retry-After: soon`."),
    // The way
    transport("delay", What::Delay, "The true answer after `delay_ms` (3 s)."),
    transport("refuse", What::Refuse, "The connection is closed without an answer."),
    transport(
        "hangup",
        What::Hangup,
        "The connection is closed after `after_bytes` (1000) of the answer, its head among them.",
    ),
    transport(
        "reset",
        What::Reset,
        "The connection is reset (RST) after `after_bytes` (0) of the answer, its head among them.",
    ),
    transport("stall", What::Stall, "The head comes, the body never, until faults are disarmed."),
    transport("silence", What::Silence, "Nothing comes, until faults are disarmed."),
    transport("trickle", What::Trickle, "The true answer, `bytes` (1) at a time, `every_ms` (10)."),
];

//! Google's `generateContent`, as far as we speak it. Field names and values: `reference/gateway-and-gemini.md` B1-B3.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A request.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Request<'a> {
    pub(super) contents: [Content<'a>; 1],
    pub(super) generation_config: GenerationConfig,
}

#[derive(Debug, Serialize)]
pub(super) struct Content<'a> {
    pub(super) role: &'static str,
    pub(super) parts: Vec<Part<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Part<'a> {
    Text(&'a str),
    InlineData(InlineData),
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct InlineData {
    pub(super) mime_type: &'static str,
    pub(super) data: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GenerationConfig {
    pub(super) response_modalities: &'static [&'static str],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) image_config: Option<ImageConfig>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ImageConfig {
    pub(super) aspect_ratio: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) image_size: Option<&'static str>,
}

/// An answer of status 200. Everything may be missing: a refusal is a 200 too.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Response {
    pub(super) candidates: Vec<Candidate>,
    pub(super) prompt_feedback: Option<PromptFeedback>,
    pub(super) usage_metadata: UsageMetadata,
    pub(super) model_version: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Candidate {
    pub(super) content: AnswerContent,
    pub(super) finish_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct AnswerContent {
    pub(super) parts: Vec<AnswerPart>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct AnswerPart {
    pub(super) text: Option<String>,
    pub(super) inline_data: Option<AnswerData>,
    /// A draft or a thought: never the answer.
    pub(super) thought: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct AnswerData {
    pub(super) mime_type: String,
    pub(super) data: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct PromptFeedback {
    pub(super) block_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct UsageMetadata {
    pub(super) prompt_token_count: u64,
    pub(super) candidates_token_count: u64,
    pub(super) thoughts_token_count: u64,
    pub(super) candidates_tokens_details: Vec<ModalityTokens>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ModalityTokens {
    pub(super) modality: String,
    pub(super) token_count: u64,
}

/// What an error answer says, whoever wrote it: the gateway's `error` is an array, Google's is an object, sometimes inside an array of one.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ErrorBody {
    /// The gateway's own code, like 2009; `None` when Google speaks.
    pub(super) gateway_code: Option<u64>,
    /// Google's status word, like `NOT_FOUND`.
    pub(super) google_status: Option<String>,
    pub(super) message: String,
    /// Google's `ErrorInfo.reason`s and quota ids.
    pub(super) reasons: Vec<String>,
    /// Google's `RetryInfo.retryDelay` in seconds, rounded up.
    pub(super) retry_after_s: Option<u32>,
}

impl ErrorBody {
    /// Reads leniently; a body that is no JSON gives an empty error.
    pub(super) fn parse(body: &[u8]) -> Self {
        let value: Value = serde_json::from_slice(body).unwrap_or_default();
        let value = match &value {
            Value::Array(items) => items.first().unwrap_or(&Value::Null),
            other => other,
        };
        match value.get("error") {
            Some(Value::Array(errors)) => Self::gateway(errors.first().unwrap_or(&Value::Null)),
            Some(error @ Value::Object(_)) => Self::google(error),
            _ => Self::default(),
        }
    }

    fn gateway(error: &Value) -> Self {
        Self {
            gateway_code: error.get("code").and_then(Value::as_u64),
            message: text(error, "message"),
            ..Self::default()
        }
    }

    fn google(error: &Value) -> Self {
        let details = error.get("details").and_then(Value::as_array);
        let details = || details.into_iter().flatten();
        let reasons = details().filter_map(|detail| detail.get("reason"));
        let quotas = details()
            .filter_map(|detail| detail.get("violations").and_then(Value::as_array))
            .flatten()
            .flat_map(|violation| [violation.get("quotaId"), violation.get("quotaMetric")])
            .flatten();
        Self {
            gateway_code: None,
            google_status: error.get("status").and_then(Value::as_str).map(str::to_owned),
            message: text(error, "message"),
            reasons: reasons.chain(quotas).filter_map(Value::as_str).map(str::to_owned).collect(),
            retry_after_s: details()
                .filter_map(|detail| detail.get("retryDelay").and_then(Value::as_str))
                .find_map(seconds),
        }
    }
}

fn text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Reads a protobuf duration like `56.18s`, rounded up.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped first")]
fn seconds(duration: &str) -> Option<u32> {
    let seconds: f64 = duration.strip_suffix('s')?.parse().ok()?;
    Some(seconds.ceil().clamp(0.0, 86_400.0) as u32)
}

//! What an error answer says, whoever wrote it: the gateway's `error` is an array, Google's is an object, sometimes inside an array of one
//! (`reference/gateway-and-gemini.md` A7, B7). Whatever is missing or of another kind is taken as not said.

use std::time::Duration;

use serde_json::Value;

/// The longest wait that is believed.
const LONGEST_WAIT_S: f64 = 86_400.0;

/// An error answer.
#[derive(Debug, Default, PartialEq)]
pub(super) struct ErrorBody {
    /// The gateway's own code, like 2009; `None` when Google speaks.
    pub(super) gateway_code: Option<u64>,
    /// Google's status word, like `NOT_FOUND`; `None` when the gateway speaks, or somebody in between.
    pub(super) google_status: Option<String>,
    /// The HTTP status that the body names.
    pub(super) status: Option<u16>,
    /// Never shown to a user.
    pub(super) message: String,
    /// Google's `ErrorInfo.reason`s, quota ids and quota metrics.
    pub(super) reasons: Vec<String>,
    /// Whether a quota is exceeded that is zero: there is no free tier for this.
    pub(super) has_no_quota: bool,
    /// Google's `RetryInfo.retryDelay`.
    pub(super) retry_delay: Option<Duration>,
}

impl ErrorBody {
    /// Reads leniently; a body that tells of no error gives an empty one.
    pub(super) fn parse(body: &[u8]) -> Self {
        Self::of(&serde_json::from_slice(body).unwrap_or_default())
    }

    /// Whether the body tells of an error at all.
    pub(super) fn is_error(&self) -> bool {
        self.gateway_code.is_some() || self.google_status.is_some() || self.status.is_some()
    }

    /// Reads what has been parsed already.
    pub(super) fn of(value: &Value) -> Self {
        let value = match value {
            Value::Array(items) => items.first().unwrap_or(&Value::Null),
            other => other,
        };
        match value.get("error") {
            Some(Value::Array(errors)) => Self::gateway(value, errors.first().unwrap_or(&Value::Null)),
            Some(error @ Value::Object(_)) => Self::google(error),
            _ => Self::default(),
        }
    }

    fn gateway(envelope: &Value, error: &Value) -> Self {
        let code = [error.get("code"), envelope.get("internalCode")].into_iter().flatten().find_map(whole);
        Self {
            // An array is the gateway's hand even where it names no code.
            gateway_code: Some(code.unwrap_or_default()),
            status: envelope.get("httpCode").and_then(whole).and_then(|code| u16::try_from(code).ok()),
            message: text(error, "message"),
            ..Self::default()
        }
    }

    fn google(error: &Value) -> Self {
        let details = error.get("details").and_then(Value::as_array);
        let details = || details.into_iter().flatten();
        let violations = || details().filter_map(|detail| detail.get("violations")?.as_array()).flatten();
        let quotas = violations().flat_map(|violation| [violation.get("quotaId"), violation.get("quotaMetric")]);
        let reasons = details().map(|detail| detail.get("reason")).chain(quotas).flatten();
        let message = text(error, "message");
        Self {
            gateway_code: None,
            google_status: error.get("status").and_then(Value::as_str).map(str::to_owned),
            status: error.get("code").and_then(whole).and_then(|code| u16::try_from(code).ok()),
            reasons: reasons.filter_map(Value::as_str).map(str::to_owned).collect(),
            has_no_quota: says_limit_zero(&message)
                || violations().any(|violation| violation.get("quotaValue").and_then(whole) == Some(0)),
            retry_delay: details().find_map(|detail| duration(detail.get("retryDelay")?.as_str()?)),
            message,
        }
    }
}

/// A whole number, also one written as text.
fn whole(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

fn text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Whether a quota message names the limit 0, and not 01 or 0.5.
fn says_limit_zero(message: &str) -> bool {
    let after = message.split("limit: 0").skip(1);
    after.into_iter().any(|rest| !rest.starts_with(|c: char| c.is_ascii_digit() || c == '.'))
}

/// Reads a protobuf duration like `56.18s`.
fn duration(text: &str) -> Option<Duration> {
    let seconds: f64 = text.strip_suffix('s')?.parse().ok()?;
    Duration::try_from_secs_f64(seconds.clamp(0.0, LONGEST_WAIT_S)).ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::ErrorBody;

    #[test]
    fn a_body_that_says_nothing_is_no_error() {
        for body in
            ["", "<html>", "null", "[]", "[null]", "{}", r#"{"error":null}"#, r#"{"error":"words"}"#, "{\"error\":{"]
        {
            assert_eq!(ErrorBody::parse(body.as_bytes()), ErrorBody::default(), "{body}");
        }
        assert!(!ErrorBody::default().is_error());
    }

    #[test]
    fn odd_types_do_no_harm() {
        let odd = r#"[{"error":{"code":"429","message":7,"status":null,"details":[null,{"retryDelay":3},{"retryDelay":"-5s"},{"violations":"x"}]}}]"#;
        let body = ErrorBody::parse(odd.as_bytes());
        assert_eq!((body.status, body.retry_delay), (Some(429), Some(Duration::ZERO)));
        let body = ErrorBody::parse(br#"{"error":[],"internalCode":2003}"#);
        assert_eq!(body.gateway_code, Some(2003));
        assert_eq!(ErrorBody::parse(br#"{"error":[{}]}"#).gateway_code, Some(0));
    }

    #[test]
    fn a_limit_of_zero_is_told_from_one_that_begins_with_it() {
        for (message, zero) in [
            ("limit: 0\nPlease", true),
            ("limit: 0, model: x", true),
            ("limit: 0.5", false),
            ("limit: 05", false),
            ("limit: 20", false),
        ] {
            let body = format!(r#"{{"error":{{"code":429,"message":{}}}}}"#, serde_json::json!(message));
            assert_eq!(ErrorBody::parse(body.as_bytes()).has_no_quota, zero, "{message}");
        }
        let value = br#"{"error":{"code":429,"details":[{"violations":[{"quotaId":"x","quotaValue":"0"}]}]}}"#;
        assert!(ErrorBody::parse(value).has_no_quota);
    }
}

//! What a caller asks of the gateway in `cf-aig-*` headers (`reference/gateway-and-gemini.md` A3). What cannot be read is not there.

use http::HeaderMap;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::settings::Backoff;

/// Metadata entries that are kept: the first five (A3).
const MAX_METADATA: usize = 5;
/// Attempts at most (A3).
pub(super) const MAX_ATTEMPTS: u32 = 5;
/// Milliseconds between attempts at most (A3).
pub(super) const MAX_RETRY_DELAY_MS: u64 = 5000;

/// What a caller asks of the gateway.
#[derive(Debug)]
pub(super) struct Wishes {
    pub(super) cache_ttl: Option<u64>,
    pub(super) skip_cache: bool,
    pub(super) cache_key: Option<String>,
    /// An object, or null when there is none or one value of it was not plain.
    pub(super) metadata: Value,
    pub(super) collect_log: Option<bool>,
    pub(super) collect_payload: bool,
    pub(super) custom_cost: Option<CustomCost>,
    pub(super) timeout_ms: Option<u64>,
    pub(super) attempts: Option<u32>,
    pub(super) retry_delay_ms: Option<u64>,
    pub(super) backoff: Option<Backoff>,
    pub(super) event_id: Option<String>,
    pub(super) alias: Option<String>,
    pub(super) no_wholesale: bool,
}

/// A price of the caller's own, in US dollars (A3).
#[derive(Debug, Deserialize)]
pub(super) struct CustomCost {
    total_cost: Option<f64>,
    #[serde(default)]
    per_token_in: f64,
    #[serde(default)]
    per_token_out: f64,
}

impl CustomCost {
    pub(super) fn of(&self, tokens_in: u32, tokens_out: u32) -> f64 {
        let by_token = f64::from(tokens_in) * self.per_token_in + f64::from(tokens_out) * self.per_token_out;
        self.total_cost.unwrap_or(by_token)
    }
}

impl Wishes {
    pub(super) fn read(headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
        let number = |name: &str| text(name).and_then(|value| value.parse().ok());
        let is_true = |name: &str| text(name).map(|value| value.eq_ignore_ascii_case("true"));
        let owned = |name: &str| text(name).filter(|value| !value.is_empty()).map(str::to_owned);
        Self {
            cache_ttl: number("cf-aig-cache-ttl").or_else(|| number("cf-cache-ttl")),
            skip_cache: is_true("cf-aig-skip-cache").or_else(|| is_true("cf-skip-cache")).unwrap_or(false),
            cache_key: owned("cf-aig-cache-key"),
            metadata: text("cf-aig-metadata").map_or(Value::Null, metadata),
            collect_log: is_true("cf-aig-collect-log"),
            collect_payload: is_true("cf-aig-collect-log-payload").unwrap_or(true),
            custom_cost: text("cf-aig-custom-cost").and_then(|json| serde_json::from_str(json).ok()),
            timeout_ms: number("cf-aig-request-timeout"),
            attempts: number("cf-aig-max-attempts").and_then(|number| u32::try_from(number).ok()),
            retry_delay_ms: number("cf-aig-retry-delay"),
            backoff: text("cf-aig-backoff").and_then(|word| serde_json::from_value(word.into()).ok()),
            event_id: owned("cf-aig-event-id"),
            alias: owned("cf-aig-byok-alias"),
            no_wholesale: is_true("cf-aig-no-wholesale").unwrap_or(false),
        }
    }
}

/// The first five entries; `cf.` is reserved and dropped; one null or object spoils all (A3, captured).
fn metadata(json: &str) -> Value {
    let Ok(entries) = serde_json::from_str::<Map<String, Value>>(json) else { return Value::Null };
    if entries.values().any(|value| value.is_null() || value.is_object() || value.is_array()) {
        return Value::Null;
    }
    let kept = entries.into_iter().filter(|(key, _)| !key.starts_with("cf.")).take(MAX_METADATA);
    Value::Object(kept.collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn metadata_is_plain_and_short() {
        assert_eq!(metadata(r#"{"user":"7","vip":true,"cf.x":1}"#), json!({ "user": "7", "vip": true }));
        assert_eq!(metadata(r#"{"user":"7","none":null}"#), Value::Null);
        assert_eq!(metadata(r#"{"user":{"id":7}}"#), Value::Null);
        assert_eq!(metadata("no json"), Value::Null);
        let many = metadata(r#"{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6}"#);
        assert_eq!(many.as_object().map(Map::len), Some(5));
    }

    #[test]
    fn old_names_still_work_and_nonsense_is_not_there() {
        let headers = [("cf-cache-ttl", "90"), ("cf-skip-cache", "true"), ("cf-aig-max-attempts", "many")];
        let headers = headers.map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        let wishes = Wishes::read(&headers.into_iter().collect());
        assert_eq!((wishes.cache_ttl, wishes.skip_cache, wishes.attempts), (Some(90), true, None));
    }

    #[test]
    fn a_custom_cost_is_a_total_or_by_token() {
        let cost = |json: &str| serde_json::from_str::<CustomCost>(json).unwrap().of(1000, 10);
        assert!((cost(r#"{"total_cost":0.5}"#) - 0.5).abs() < 1e-9);
        assert!((cost(r#"{"per_token_in":0.001,"per_token_out":0.1}"#) - 2.0).abs() < 1e-9);
    }
}

//! What a gateway is set to, field by field as the management API names it (`reference/gateway-and-gemini.md` A9, A10).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// How a window is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Technique {
    /// Windows of the clock.
    #[default]
    Fixed,
    /// The last so many seconds.
    Sliding,
}

/// How the pause between attempts grows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Backoff {
    #[default]
    Constant,
    Linear,
    Exponential,
}

/// The settings of one gateway.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "the fields of Cloudflare's API")]
pub(super) struct Settings {
    #[serde(default)]
    pub(super) id: String,
    #[serde(deserialize_with = "Option::deserialize")]
    pub(super) cache_ttl: Option<u64>,
    pub(super) cache_invalidate_on_update: bool,
    pub(super) collect_logs: bool,
    #[serde(deserialize_with = "Option::deserialize")]
    pub(super) rate_limiting_interval: Option<u64>,
    #[serde(deserialize_with = "Option::deserialize")]
    pub(super) rate_limiting_limit: Option<u64>,
    #[serde(default)]
    pub(super) rate_limiting_technique: Technique,
    #[serde(default)]
    pub(super) authentication: bool,
    #[serde(default)]
    pub(super) byok_only: bool,
    #[serde(default)]
    pub(super) spend_limits: SpendLimits,
    #[serde(default)]
    pub(super) retry_max_attempts: Option<u32>,
    #[serde(default)]
    pub(super) retry_delay: Option<u64>,
    #[serde(default)]
    pub(super) retry_backoff: Option<Backoff>,
    /// Everything else (guardrails, dlp, otel, …): kept and given back, without effect here.
    #[serde(flatten)]
    pub(super) rest: Map<String, Value>,
}

impl Settings {
    /// A gateway as it is created by itself: logs, no cache, no limits (A1).
    pub(super) fn new(id: &str, authentication: bool) -> Self {
        Self {
            id: id.to_owned(),
            cache_ttl: Some(0),
            cache_invalidate_on_update: false,
            collect_logs: true,
            rate_limiting_interval: Some(0),
            rate_limiting_limit: Some(0),
            rate_limiting_technique: Technique::Fixed,
            authentication,
            byok_only: false,
            spend_limits: SpendLimits::default(),
            retry_max_attempts: None,
            retry_delay: None,
            retry_backoff: None,
            rest: Map::new(),
        }
    }
}

/// How much may be spent.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct SpendLimits {
    #[serde(default)]
    pub(super) enabled: bool,
    #[serde(default)]
    pub(super) rules: Vec<SpendRule>,
}

/// One limit in US dollars per window (A9).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SpendRule {
    pub(super) id: String,
    #[serde(default)]
    pub(super) limit_type: LimitType,
    pub(super) limit: f64,
    /// Seconds.
    pub(super) window: u64,
    #[serde(default)]
    pub(super) technique: Technique,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) model: Option<Only>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) provider: Option<Only>,
    #[serde(default)]
    pub(super) metadata: BTreeMap<String, Only>,
}

/// What a rule counts.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum LimitType {
    #[default]
    Cost,
}

/// What a rule is for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "lowercase")]
pub(super) enum Only {
    /// Only these values.
    Filter { values: Vec<Value> },
    /// Each value has a purse of its own.
    Partition,
}

/// A provider key that the gateway keeps (A10 `provider_configs`).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct StoredKey {
    #[serde(default)]
    pub(super) id: String,
    pub(super) alias: String,
    pub(super) provider_slug: String,
    #[serde(default)]
    pub(super) default_config: bool,
    /// Never given back.
    #[serde(default, skip_serializing)]
    pub(super) secret: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) secret_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) rate_limit: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) rate_limit_period: Option<u64>,
}

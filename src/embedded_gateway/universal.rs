//! The universal endpoint (`reference/gateway-and-gemini.md` A1): a JSON array of entries.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::passage::Entry;
use super::refusal::Refusal;

/// Entries at most: a bound of our own.
const MAX_ENTRIES: usize = 20;
/// What of `config` is which header.
const CONFIG: [(&str, &str); 12] = [
    ("requestTimeout", "cf-aig-request-timeout"),
    ("maxAttempts", "cf-aig-max-attempts"),
    ("retryDelay", "cf-aig-retry-delay"),
    ("backoff", "cf-aig-backoff"),
    ("cacheTtl", "cf-aig-cache-ttl"),
    ("cacheKey", "cf-aig-cache-key"),
    ("skipCache", "cf-aig-skip-cache"),
    ("collectLog", "cf-aig-collect-log"),
    ("customCost", "cf-aig-custom-cost"),
    ("metadata", "cf-aig-metadata"),
    ("eventId", "cf-aig-event-id"),
    ("byokAlias", "cf-aig-byok-alias"),
];

#[derive(Deserialize)]
struct Written {
    provider: String,
    endpoint: String,
    #[serde(default)]
    headers: Map<String, Value>,
    #[serde(default)]
    query: Value,
    #[serde(default)]
    config: Map<String, Value>,
}

/// Status, code and text for a body that is no array of entries are UNCONFIRMED.
pub(super) fn unreadable() -> Refusal {
    Refusal::new(400, 2002, "Invalid request body")
}

/// The entries of a body; nothing when it has none. An entry's headers, and above them its `config`, beat those of the request (A3).
pub(super) fn entries(headers: &HeaderMap, body: &[u8]) -> Option<Vec<Entry>> {
    let written: Vec<Written> = serde_json::from_slice(body).ok()?;
    (written.len() <= MAX_ENTRIES).then(|| written.into_iter().map(|entry| read(headers, entry)).collect())
}

fn read(request: &HeaderMap, entry: Written) -> Entry {
    let mut headers = request.clone();
    let config = entry.config.iter().filter_map(|(key, value)| {
        let (_, name) = CONFIG.iter().find(|(known, _)| known == key)?;
        Some(((*name).to_owned(), value))
    });
    for (name, value) in entry.headers.iter().map(|(name, value)| (name.clone(), value)).chain(config) {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(&value)) {
            headers.insert(name, value);
        }
    }
    let endpoint = entry.endpoint.trim_start_matches('/');
    let (path, query) = endpoint.split_once('?').unwrap_or((endpoint, ""));
    Entry {
        provider: entry.provider,
        path: path.to_owned(),
        query: query.to_owned(),
        method: Method::POST,
        headers,
        body: Bytes::from(entry.query.to_string()),
    }
}

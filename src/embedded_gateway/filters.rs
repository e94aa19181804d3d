//! Filters, search and order over log rows (`reference/gateway-and-gemini.md` A10).

use std::cmp::Ordering;

use serde::Deserialize;
use serde_json::Value;

/// One filter; its values are alternatives, filters together must all hold.
#[derive(Debug, Deserialize)]
pub(super) struct Filter {
    key: String,
    operator: Operator,
    value: Vec<Value>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Operator {
    Eq,
    Neq,
    Contains,
    Lt,
    Gt,
}

/// What can be filtered by.
const KEYS: [&str; 24] = [
    "id",
    "created_at",
    "request_content_type",
    "response_content_type",
    "request_type",
    "success",
    "cached",
    "provider",
    "model",
    "model_type",
    "cost",
    "tokens",
    "tokens_in",
    "tokens_out",
    "duration",
    "feedback",
    "event_id",
    "metadata.key",
    "metadata.value",
    "authentication",
    "wholesale",
    "compatibilityMode",
    "dlp_action",
    "user_agent",
];

/// Reads filters, or says what is wrong.
pub(super) fn read(json: &str) -> Result<Vec<Filter>, String> {
    let filters: Vec<Filter> = serde_json::from_str(json).map_err(|error| error.to_string())?;
    match filters.iter().find(|filter| !KEYS.contains(&filter.key.as_str())) {
        Some(filter) => Err(format!("Invalid filter key: {}", filter.key)),
        None => Ok(filters),
    }
}

impl Filter {
    /// Whether a row passes.
    pub(super) fn lets_through(&self, row: &Value) -> bool {
        let found = values(row, &self.key);
        let any = |holds: fn(&Value, &Value) -> bool| {
            found.iter().any(|found| self.value.iter().any(|wanted| holds(found, wanted)))
        };
        match self.operator {
            Operator::Eq => any(|found, wanted| compare(found, wanted) == Ordering::Equal),
            Operator::Neq => !any(|found, wanted| compare(found, wanted) == Ordering::Equal),
            Operator::Contains => any(|found, wanted| word(found).contains(&word(wanted))),
            Operator::Lt => any(|found, wanted| compare(found, wanted) == Ordering::Less),
            Operator::Gt => any(|found, wanted| compare(found, wanted) == Ordering::Greater),
        }
    }
}

/// What a row has under a key. Keys and values of metadata are not paired (A10, captured).
fn values(row: &Value, key: &str) -> Vec<Value> {
    let metadata = || row["metadata"].as_object().into_iter().flatten();
    match key {
        "metadata.key" => metadata().map(|(key, _)| Value::from(key.as_str())).collect(),
        "metadata.value" => metadata().map(|(_, value)| value.clone()).collect(),
        "tokens" => vec![tokens(row)],
        // The endpoint in OpenAI's manner is not played here.
        "compatibilityMode" => vec![false.into()],
        _ => vec![row[key].clone()],
    }
}

/// Tokens in and out together.
pub(super) fn tokens(row: &Value) -> Value {
    let count = |key: &str| row[key].as_u64().unwrap_or(0);
    count("tokens_in").saturating_add(count("tokens_out")).into()
}

/// The order of two values: numbers by size, everything else as words.
pub(super) fn compare(a: &Value, b: &Value) -> Ordering {
    match (number(a), number(b)) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        _ => word(a).cmp(&word(b)),
    }
}

fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}

fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn filters_hold_together() {
        let row = json!({ "model": "gemini-3", "cached": false, "tokens_in": 5, "tokens_out": 7, "metadata": { "user": "7", "vip": true } });
        let passes =
            |filters: Value| read(&filters.to_string()).unwrap().iter().all(|filter| filter.lets_through(&row));
        assert!(passes(
            json!([{ "key": "model", "operator": "contains", "value": ["mini"] }, { "key": "cached", "operator": "eq", "value": [false] }])
        ));
        assert!(passes(
            json!([{ "key": "tokens", "operator": "gt", "value": [11] }, { "key": "tokens", "operator": "lt", "value": [13] }])
        ));
        assert!(passes(
            json!([{ "key": "metadata.key", "operator": "eq", "value": ["user"] }, { "key": "metadata.value", "operator": "eq", "value": ["7"] }])
        ));
        assert!(!passes(json!([{ "key": "model", "operator": "neq", "value": ["gemini-3", "x"] }])));
        assert!(passes(json!([{ "key": "compatibilityMode", "operator": "eq", "value": [false] }])));
        assert!(!passes(json!([{ "key": "dlp_action", "operator": "eq", "value": ["BLOCK"] }])));
        assert!(read(r#"[{"key":"shoe","operator":"eq","value":[1]}]"#).is_err());
    }
}

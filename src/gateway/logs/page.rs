//! A page of the log, read. Whatever is missing or odd in a row makes it tell less, never something else.

use jiff::Timestamp;
use serde_json::Value;

use crate::look::step::Step;
use crate::pipeline::gateway_logs::LogRow;

/// More tokens than any model takes or gives: a count beyond that is none.
const MOST_TOKENS: u64 = 100_000_000;

/// Some rows, and how many there are on all pages, if that is told.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) rows: Vec<LogRow>,
    pub(super) total: Option<u64>,
}

/// `None` for what is no page of a log.
pub(super) fn read(body: &[u8]) -> Option<Page> {
    let body: Value = serde_json::from_slice(body).ok()?;
    if !is_true(body.get("success")) {
        return None;
    }
    let rows = body.get("result")?.as_array()?.iter().map(row).collect::<Option<_>>()?;
    Some(Page { rows, total: count(body.pointer("/result_info/total_count")) })
}

fn row(row: &Value) -> Option<LogRow> {
    let row = row.as_object()?;
    let metadata = metadata(row.get("metadata"));
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let tokens = |key: &str| count(row.get(key)).filter(|tokens| *tokens <= MOST_TOKENS);
    let step = count(metadata.get("step")).and_then(|step| Step::try_from(u8::try_from(step).ok()?).ok());
    // That a row has the event id is not documented; what we put into the metadata it has.
    let trace = metadata.get("trace").or_else(|| row.get("event_id"));
    Some(LogRow {
        id: text(row.get("id")),
        trace: text(trace),
        step,
        model: text(row.get("model")).rsplit('/').next().unwrap_or_default().to_owned(),
        tokens_in: tokens("tokens_in"),
        tokens_out: tokens("tokens_out"),
        cached: is_true(row.get("cached")),
        success: is_true(row.get("success")),
        cost_usd: row.get("cost").and_then(amount),
        at_ms: row.get("created_at").and_then(time).unwrap_or_default(),
        duration_ms: count(row.get("duration")).unwrap_or_default(),
    })
}

/// Metadata is an object, and by its description the text of one.
fn metadata(value: Option<&Value>) -> Value {
    match value {
        Some(Value::String(text)) => serde_json::from_str(text).unwrap_or_default(),
        Some(metadata) => metadata.clone(),
        None => Value::Null,
    }
}

fn is_true(value: Option<&Value>) -> bool {
    value.is_some_and(|value| value.as_bool().unwrap_or_else(|| value.as_u64() == Some(1)))
}

/// A whole number, as a number or as text.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and within 2^53")]
fn count(value: Option<&Value>) -> Option<u64> {
    let value = value?;
    let whole = |number: f64| (number.fract() == 0.0 && (0.0..9e15).contains(&number)).then_some(number as u64);
    value.as_u64().or_else(|| value.as_f64().and_then(whole)).or_else(|| value.as_str()?.parse().ok())
}

fn amount(value: &Value) -> Option<f64> {
    let amount = value.as_f64().or_else(|| value.as_str()?.parse().ok())?;
    (0.0..1e9).contains(&amount).then_some(amount)
}

/// Milliseconds since 1970.
fn time(value: &Value) -> Option<u64> {
    let time: Timestamp = value.as_str()?.parse().ok()?;
    u64::try_from(time.as_millisecond()).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::read;
    use crate::look::step::Step;
    use crate::pipeline::gateway_logs::LogRow;

    fn rows(rows: &Value) -> Vec<LogRow> {
        read(json!({ "success": true, "result": rows }).to_string().as_bytes()).unwrap().rows
    }

    #[test]
    fn a_row_is_read_in_every_form_that_it_comes_in() {
        let whole = LogRow {
            id: "row".to_owned(),
            trace: "look".to_owned(),
            step: Some(Step::TryOn),
            model: "gemini-nano-banana-2.1".to_owned(),
            tokens_in: Some(1500),
            tokens_out: Some(1310),
            cached: false,
            success: true,
            cost_usd: Some(0.04155),
            at_ms: 1_700_000_000_123,
            duration_ms: 9000,
        };
        let plain = json!({
            "id": "row", "created_at": "2023-11-14T22:13:20.123Z", "provider": "google-ai-studio",
            "model": "gemini-nano-banana-2.1", "duration": 9000, "success": true, "cached": false, "tokens_in": 1500,
            "tokens_out": 1310, "cost": 0.04155, "metadata": { "step": 2, "app": "primerka/1" }, "event_id": "look",
        });
        let mut texts = plain.clone();
        texts["metadata"] = json!(r#"{"step":"2","trace":"look"}"#);
        texts["event_id"] = json!("row");
        for key in ["tokens_in", "tokens_out", "cost", "duration"] {
            texts[key] = json!(texts[key].to_string());
        }
        let mut odd = plain.clone();
        odd["model"] = json!("models/gemini-nano-banana-2.1");
        odd["success"] = json!(1);
        odd["cached"] = json!(0);
        odd["tokens_in"] = json!(1500.0);
        odd["created_at"] = json!("2023-11-14 22:13:20.123+00:00");
        for row in [plain, texts, odd] {
            assert_eq!(rows(&json!([row])), std::slice::from_ref(&whole), "{row}");
        }
    }

    #[test]
    fn what_is_missing_or_odd_is_not_told() {
        let odd = json!({
            "id": null, "created_at": "yesterday", "model": 7, "tokens_in": -1, "tokens_out": 1e15, "cost": "free",
            "metadata": "no json", "event_id": null, "duration": 0.5,
        });
        let negative = json!({ "cost": -1.0, "metadata": { "step": 3 }, "cached": null });
        for row in [json!({}), odd, negative] {
            assert_eq!(rows(&json!([row])), [LogRow::default()], "{row}");
        }
    }

    #[test]
    fn what_is_no_page_is_none() {
        for body in [
            "",
            "null",
            "<html>",
            "[]",
            "{}",
            r#"{"success":true}"#,
            r#"{"success":true,"result":null}"#,
            r#"{"success":true,"result":{}}"#,
            r#"{"success":true,"result":[7]}"#,
            r#"{"success":false,"result":[]}"#,
            r#"{"result":[]}"#,
        ] {
            assert!(read(body.as_bytes()).is_none(), "{body}");
        }
        let page = read(br#"{"success":true,"result":[],"result_info":{"total_count":7}}"#).unwrap();
        assert_eq!((page.rows.len(), page.total), (0, Some(7)));
    }
}

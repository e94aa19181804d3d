//! Rate limits, spend limits, retries, timeouts (A3, A9).

use reqwest::Method;
use serde_json::{Value, json};

use super::{Gateway, header, refusal, words};

impl Gateway {
    /// Brings the clock to the start of a window of that many seconds.
    async fn align(&self, seconds: u64) {
        let now = self.control(Method::GET, "clock", Value::Null).await["now_ms"].as_u64().unwrap();
        let ahead = seconds * 1000 - now % (seconds * 1000);
        self.control(Method::POST, "clock", json!({ "advance_ms": ahead })).await;
    }

    async fn statuses(&self, times: usize) -> Vec<u16> {
        let mut statuses = Vec::new();
        for _ in 0..times {
            statuses.push(self.ask(&words()).send().await.unwrap().status().as_u16());
        }
        statuses
    }
}

#[tokio::test]
async fn fixed_windows_begin_anew_and_sliding_ones_pass() {
    let gateway = Gateway::start().await;
    gateway.set(json!({ "rate_limiting_interval": 3600, "rate_limiting_limit": 2 })).await;
    gateway.align(3600).await;
    gateway.advance(3000).await;
    assert_eq!(gateway.statuses(3).await, [200, 200, 429]);
    gateway.advance(600).await;
    assert_eq!(gateway.statuses(1).await, [200], "a new window");

    gateway.set(json!({ "rate_limiting_technique": "sliding" })).await;
    assert_eq!(gateway.statuses(1).await, [200]);
    let refused = gateway.ask(&words()).send().await.unwrap();
    assert!(!header(&refused, "cf-aig-log-id").is_empty(), "a refusal of this kind is logged");
    assert_eq!(refusal(refused).await, (429, 2003));
    gateway.advance(3500).await;
    assert_eq!(gateway.statuses(1).await, [429], "two within the last hour");
    gateway.advance(101).await;
    assert_eq!(gateway.statuses(3).await, [200, 200, 429]);
}

#[tokio::test]
async fn spend_is_counted_at_completion_and_per_value() {
    let gateway = Gateway::start().await;
    let rule = json!({
        "id": "per-user", "limitType": "cost", "limit": 1.0, "window": 3600, "technique": "fixed",
        "provider": { "mode": "filter", "values": ["google-ai-studio"] }, "metadata": { "user": { "mode": "partition" } },
    });
    gateway.set(json!({ "spend_limits": { "enabled": true, "rules": [rule] } })).await;
    gateway.align(3600).await;
    let ask = |user: &str| {
        let request = gateway.ask(&words()).header("cf-aig-custom-cost", r#"{"total_cost":0.6}"#);
        request.header("cf-aig-metadata", json!({ "user": user }).to_string()).send()
    };
    for _ in 0..2 {
        assert_eq!(ask("7").await.unwrap().status(), 200, "the limit trails by a request");
    }
    let refused = ask("7").await.unwrap();
    let text: Value = refused.json().await.unwrap();
    let model = super::MODEL;
    let message =
        format!("Spend limit exceeded: rule 'per-user' (cost limit 1 per 3600s, fixed) for google-ai-studio {model}");
    assert_eq!((&text["message"], &text["internalCode"]), (&json!(message), &json!(2041)));
    assert_eq!(ask("8").await.unwrap().status(), 200);
    gateway.advance(3600).await;
    assert_eq!(ask("7").await.unwrap().status(), 200);
}

#[tokio::test]
async fn failed_attempts_are_repeated_and_logged() {
    let gateway = Gateway::start().await;
    gateway.arm(json!({ "name": "overloaded", "times": 2 })).await;
    let ask = || gateway.ask(&words()).header("cf-aig-max-attempts", "3").header("cf-aig-retry-delay", "1");
    let answer = ask().header("cf-aig-backoff", "exponential").send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let statuses: Vec<_> = gateway.logs("").await.iter().map(|row| row["status_code"].as_u64().unwrap()).collect();
    assert_eq!(statuses.len(), 3);
    assert_eq!(statuses.iter().filter(|status| **status == 503).count(), 2);

    gateway.arm(json!({ "name": "key_invalid", "times": 3 })).await;
    assert_eq!(ask().send().await.unwrap().status(), 400, "a refusal for good is not repeated");
    let calls = gateway.control(Method::GET, "calls", Value::Null).await;
    assert_eq!(calls["step_1"], 4);
}

#[tokio::test]
async fn a_slow_provider_is_given_up() {
    let gateway = Gateway::start().await;
    gateway.arm(json!({ "delay_ms": 60_000 })).await;
    let answer = gateway.ask(&words()).header("cf-aig-request-timeout", "20").send().await.unwrap();
    assert_eq!(refusal(answer).await, (504, 2005));
}

//! The cache (A6).

use serde_json::{Value, json};

use super::{Gateway, MODEL, header, words};

#[tokio::test]
async fn hits_are_the_same_bytes_for_nothing() {
    let gateway = Gateway::start().await;
    let ask = || gateway.ask(&words()).header("cf-aig-cache-ttl", "60");
    let first = ask().send().await.unwrap();
    assert_eq!(header(&first, "cf-aig-cache-status"), "MISS");
    let first = first.bytes().await.unwrap();
    let second = ask().header("cf-aig-metadata", r#"{"user":"another"}"#).send().await.unwrap();
    assert_eq!(header(&second, "cf-aig-cache-status"), "HIT");
    assert_eq!(second.bytes().await.unwrap(), first);
    let rows = gateway.logs("").await;
    assert_eq!((&rows[0]["cached"], &rows[0]["cost"], &rows[0]["tokens_in"]), (&json!(true), &json!(0.0), &json!(0)));
    assert_eq!(rows[1]["cached"], false);
    assert!(rows[1]["cost"].as_f64().unwrap() > 0.0 && rows[1]["tokens_in"].as_u64().unwrap() > 1120);

    gateway.advance(61).await;
    let third = ask().send().await.unwrap();
    assert_eq!(header(&third, "cf-aig-cache-status"), "MISS");
    assert_ne!(third.bytes().await.unwrap(), first, "a new responseId");
}

#[tokio::test]
async fn caching_is_off_unless_asked_for() {
    let gateway = Gateway::start().await;
    let status = async |headers: &[(&'static str, &str)]| {
        let request =
            headers.iter().fold(gateway.ask(&words()), |request, (name, value)| request.header(*name, *value));
        header(&request.send().await.unwrap(), "cf-aig-cache-status")
    };
    assert_eq!([status(&[]).await, status(&[]).await], ["MISS", "MISS"]);
    gateway.set(json!({ "cache_ttl": 300 })).await;
    assert_eq!([status(&[]).await, status(&[]).await], ["MISS", "HIT"]);
    // A fresh answer is not read from the cache, but goes there; a TTL of 0 turns the cache off.
    assert_eq!(status(&[("cf-aig-skip-cache", "true")]).await, "MISS");
    assert_eq!(status(&[("cf-aig-cache-ttl", "0")]).await, "MISS");
    assert_eq!(status(&[]).await, "HIT");
    assert_eq!(status(&[("cf-skip-cache", "true")]).await, "MISS");
}

#[tokio::test]
async fn an_own_key_stands_for_the_request() {
    let gateway = Gateway::start().await;
    let ask = async |text: &str| {
        let body = json!({ "contents": [{ "parts": [{ "text": text }] }], "generationConfig": { "responseModalities": ["TEXT"] } });
        let answer = gateway.ask(&body).header("cf-aig-cache-key", "mine").send().await.unwrap();
        header(&answer, "cf-aig-cache-status")
    };
    assert_eq!([ask("one").await, ask("two").await], ["MISS", "HIT"]);
    gateway.advance(299).await;
    assert_eq!(ask("three").await, "HIT");
    gateway.advance(2).await;
    assert_eq!(ask("four").await, "MISS");
}

#[tokio::test]
async fn refusals_and_streams_are_not_kept() {
    let gateway = Gateway::start().await;
    gateway.set(json!({ "cache_ttl": 300 })).await;
    gateway.arm(json!({ "name": "overloaded" })).await;
    assert_eq!(gateway.ask(&words()).send().await.unwrap().status(), 503);
    let after = gateway.ask(&words()).send().await.unwrap();
    assert_eq!((after.status().as_u16(), header(&after, "cf-aig-cache-status")), (200, "MISS".to_owned()));
    for _ in 0..2 {
        let stream = gateway.model(&format!("{MODEL}:streamGenerateContent?alt=sse")).json(&words());
        assert_eq!(header(&stream.send().await.unwrap(), "cf-aig-cache-status"), "MISS");
    }
    let calls = gateway.control(reqwest::Method::GET, "calls", Value::Null).await;
    assert_eq!(calls, json!({ "step_1": 4, "step_2": 0, "other": 0, "open": 0 }));
}

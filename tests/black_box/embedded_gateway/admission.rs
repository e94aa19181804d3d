//! The checks of A12, each before the next, and the headers of A4.

use reqwest::Method;
use serde_json::{Value, json};

use super::{ACCOUNT, Gateway, MODEL, TOKEN, drawing, header, refusal, words};

#[tokio::test]
async fn each_check_comes_before_the_next() {
    let gateway = Gateway::start().await;
    let call = async |path: &str, token: &str| {
        let request = gateway.request(Method::POST, path).header("cf-aig-authorization", format!("Bearer {token}"));
        refusal(request.json(&words()).send().await.unwrap()).await
    };
    let rest = format!("v1beta/models/{MODEL}:generateContent");
    assert_eq!(call(&format!("/v1/{ACCOUNT}/nowhere/no-provider/{rest}"), "wrong").await, (400, 2008));
    assert_eq!(call(&format!("/v1/{ACCOUNT}/nowhere/google-ai-studio/{rest}"), "wrong").await, (400, 2001));
    assert_eq!(call(&format!("/v1/{}/embedded/google-ai-studio/{rest}", "f".repeat(32)), TOKEN).await, (400, 2001));
    assert_eq!(call(&format!("/v1/{ACCOUNT}/embedded/google-ai-studio/{rest}"), "wrong").await, (401, 2009));
    assert_eq!(call(&format!("/v1/{ACCOUNT}/embedded/openai/chat/completions"), TOKEN).await, (400, 2005));

    // A hit is served before any limit; without one the rate limit speaks first, then the spend limit, then the credentials.
    let cached = || gateway.ask(&words()).header("cf-aig-cache-ttl", "600");
    assert_eq!(cached().send().await.unwrap().status(), 200);
    let rule = json!({ "id": "all", "limit": 0.0, "window": 3600 });
    let spend = json!({ "enabled": true, "rules": [rule] });
    gateway.set(json!({ "rate_limiting_interval": 3600, "rate_limiting_limit": 1, "spend_limits": spend })).await;
    let ask = async || refusal(gateway.ask(&drawing()).header("cf-aig-byok-alias", "x").send().await.unwrap()).await;
    assert_eq!(ask().await, (400, 2040));
    assert_eq!(ask().await, (429, 2003));
    let hit = cached().send().await.unwrap();
    assert_eq!((hit.status().as_u16(), header(&hit, "cf-aig-cache-status")), (200, "HIT".to_owned()));
}

#[tokio::test]
async fn a_spend_limit_comes_before_credentials() {
    let gateway = Gateway::start().await;
    gateway.ask(&words()).send().await.unwrap();
    let rule = json!({ "id": "all", "limit": 0.01, "window": 3600, "technique": "fixed" });
    gateway.set(json!({ "spend_limits": { "enabled": true, "rules": [rule] } })).await;
    gateway.ask(&words()).header("cf-aig-custom-cost", r#"{"total_cost":1}"#).send().await.unwrap();
    let refused = gateway.ask(&words()).header("cf-aig-byok-alias", "x").send().await.unwrap();
    assert_eq!(refusal(refused).await, (429, 2041));
}

#[tokio::test]
async fn credentials_are_the_callers_then_a_stored_key_then_money() {
    let gateway = Gateway::start().await;
    let bad = gateway.ask(&words()).header("x-goog-api-key", "AIza-bad").send().await.unwrap();
    assert_eq!(bad.status(), 400);
    assert_eq!(header(&bad, "cf-aig-cache-status"), "MISS", "Google's own refusal is served");
    let bad: Value = bad.json().await.unwrap();
    assert_eq!(bad["error"]["details"][0]["reason"], "API_KEY_INVALID");
    let good = gateway.ask(&words()).header("x-goog-api-key", "AIza-good").send().await.unwrap();
    assert_eq!(good.status(), 200);

    let alias = json!({ "alias": "second", "provider_slug": "google-ai-studio", "secret": "AIza-revoked" });
    let (_, stored) = gateway.manage(Method::POST, "/embedded/provider_configs", alias).await;
    assert!(stored["result"].get("secret").is_none(), "{stored}");
    let second = gateway.ask(&words()).header("cf-aig-byok-alias", "second").send().await.unwrap();
    assert_eq!(second.status(), 400, "Google does not accept that key");
    let third = gateway.ask(&words()).header("cf-aig-byok-alias", "third").send().await.unwrap();
    let third: Value = third.json().await.unwrap();
    let message =
        "Provider 'google-ai-studio' has no BYOK credential named 'third'. Configured aliases: 'default', 'second'";
    assert_eq!(third["message"], message);

    let (_, keys) = gateway.manage(Method::GET, "/embedded/provider_configs", Value::Null).await;
    for key in keys["result"].as_array().unwrap() {
        let path = format!("/embedded/provider_configs/{}", key["id"].as_str().unwrap());
        assert_eq!(gateway.manage(Method::DELETE, &path, Value::Null).await.0, 200);
    }
    assert_eq!(refusal(gateway.ask(&words()).send().await.unwrap()).await, (402, 2021));
    let own_only = gateway.ask(&words()).header("cf-aig-no-wholesale", "true").send().await.unwrap();
    assert_eq!(refusal(own_only).await.0, 400);
    gateway.set(json!({ "byok_only": true })).await;
    assert_eq!(refusal(gateway.ask(&words()).send().await.unwrap()).await.0, 400);
}

#[tokio::test]
async fn answers_carry_their_ids() {
    let gateway = Gateway::start().await;
    let answer = gateway.ask(&words()).send().await.unwrap();
    let id = header(&answer, "cf-aig-request-id");
    assert_eq!((id.len(), id.chars().nth(14)), (36, Some('7')), "{id}");
    assert_eq!(id, id.to_lowercase());
    assert_eq!(header(&answer, "cf-aig-log-id"), id);
    assert_eq!(header(&answer, "cf-aig-event-id"), id);
    assert_eq!(header(&answer, "cf-aig-step"), "0");
    assert_eq!(header(&answer, "cf-aig-cache-status"), "MISS");

    let unlogged = gateway.ask(&words()).header("cf-aig-collect-log", "false").header("cf-aig-event-id", "mine");
    let unlogged = unlogged.send().await.unwrap();
    assert_eq!(header(&unlogged, "cf-aig-log-id"), "");
    assert_eq!(header(&unlogged, "cf-aig-event-id"), "mine");
}

#[tokio::test]
async fn entries_of_the_universal_endpoint_are_tried_in_order() {
    let gateway = Gateway::start().await;
    let path = format!("/v1/{ACCOUNT}/embedded");
    let entry = |provider: &str, model: &str| {
        let endpoint = format!("v1beta/models/{model}:generateContent");
        json!({ "provider": provider, "endpoint": endpoint, "headers": { "content-type": "application/json" }, "query": words() })
    };
    let ask = async |entries: Value| {
        let request = gateway.request(Method::POST, &path).header("cf-aig-authorization", format!("Bearer {TOKEN}"));
        request.json(&entries).send().await.unwrap()
    };
    let google = "google-ai-studio";
    let answer = ask(json!([
        entry("openai", "x"),
        entry(google, "gemini-2.5-flash-image"),
        entry(google, MODEL),
        entry(google, MODEL)
    ]))
    .await;
    assert_eq!((answer.status().as_u16(), header(&answer, "cf-aig-step")), (200, "2".to_owned()));
    let steps: Vec<_> = gateway.logs("").await.iter().map(|row| row["step"].as_u64().unwrap()).collect();
    assert_eq!(steps, [2, 1, 0]);

    let all_fail = ask(json!([entry("openai", "x"), entry(google, "gemini-2.5-flash-image")])).await;
    assert_eq!((all_fail.status().as_u16(), header(&all_fail, "cf-aig-step")), (404, "1".to_owned()));
    assert_eq!(refusal(ask(json!([entry("no-provider", "x")])).await).await, (400, 2008));
    assert_eq!(refusal(ask(json!({})).await).await.0, 400);

    let mut with_config = entry(google, MODEL);
    with_config["config"] = json!({ "cacheTtl": 300 });
    ask(json!([with_config])).await;
    assert_eq!(header(&ask(json!([with_config])).await, "cf-aig-cache-status"), "HIT");
}

#[tokio::test]
async fn the_default_gateway_comes_into_being_by_an_authenticated_request() {
    let gateway = Gateway::start().await;
    let path = format!("/v1/{ACCOUNT}/default/google-ai-studio/v1beta/models/{MODEL}:generateContent");
    let ask = |token: &str| {
        let request = gateway.request(Method::POST, &path).header("cf-aig-authorization", format!("Bearer {token}"));
        request.header("x-goog-api-key", "AIza-good").json(&words()).send()
    };
    assert_eq!(refusal(ask("wrong").await.unwrap()).await, (400, 2001));
    assert_eq!(ask(TOKEN).await.unwrap().status(), 200);
    assert_eq!(refusal(ask("wrong").await.unwrap()).await, (401, 2009));
}

//! The management and logs API (A10).

use reqwest::Method;
use serde_json::{Value, json};

use super::{ACCOUNT, Gateway, MODEL, header, words};

#[tokio::test]
async fn gateways_are_made_read_changed_and_removed() {
    let gateway = Gateway::start().await;
    let new = json!({
        "id": "mine", "cache_invalidate_on_update": true, "cache_ttl": null, "collect_logs": true,
        "rate_limiting_interval": 0, "rate_limiting_limit": 0, "logpush": true,
    });
    let (status, made) = gateway.manage(Method::POST, "", new.clone()).await;
    assert_eq!((status, &made["success"], &made["result"]["logpush"]), (200, &json!(true), &json!(true)));
    assert_eq!(gateway.manage(Method::POST, "", new.clone()).await.0, 400, "there is one already");
    let mut wrong = new.clone();
    wrong["rate_limiting_technique"] = json!("bouncing");
    let (status, refused) = gateway.manage(Method::PUT, "/mine", wrong).await;
    assert_eq!((status, &refused["errors"][0]["code"]), (400, &json!(7001)));
    let (_, incomplete) = gateway.manage(Method::POST, "", json!({ "id": "other" })).await;
    assert_eq!(incomplete["errors"][0]["code"], 7001);
    let (_, all) = gateway.manage(Method::GET, "", Value::Null).await;
    let ids: Vec<_> = all["result"].as_array().unwrap().iter().map(|gateway| &gateway["id"]).collect();
    assert_eq!(ids, ["embedded", "mine"]);
    assert_eq!(gateway.manage(Method::DELETE, "/mine", Value::Null).await.0, 200);
    assert_eq!(gateway.manage(Method::GET, "/mine", Value::Null).await.0, 404);
}

#[tokio::test]
async fn the_api_wants_the_token() {
    let gateway = Gateway::start().await;
    for path in ["", "/embedded", "/embedded/logs", "/embedded/logs/x", "/embedded/provider_configs"] {
        let path = format!("/client/v4/accounts/{ACCOUNT}/ai-gateway/gateways{path}");
        let answer = gateway.request(Method::GET, &path).bearer_auth("wrong").send().await.unwrap();
        assert_eq!(answer.status(), 401);
        let answer: Value = answer.json().await.unwrap();
        assert_eq!(answer["errors"], json!([{ "code": 10_000, "message": "Authentication error" }]), "{path}");
    }
}

#[tokio::test]
async fn logs_tell_what_was_asked_and_payload_only_when_collected() {
    let gateway = Gateway::start().await;
    let metadata = r#"{"user":"7","a":1,"b":2,"cf.internal":3,"c":4,"d":5,"e":6}"#;
    let answer = gateway.ask(&words()).header("cf-aig-metadata", metadata).send().await.unwrap();
    let id = header(&answer, "cf-aig-log-id");
    let body = answer.text().await.unwrap();
    let path = format!("/embedded/logs/{id}");
    let (_, detail) = gateway.manage(Method::GET, &path, Value::Null).await;
    let row = &detail["result"];
    assert_eq!(
        (&row["model"], &row["provider"], &row["status_code"]),
        (&json!(MODEL), &json!("google-ai-studio"), &json!(200))
    );
    assert_eq!(row["metadata"].as_object().unwrap().len(), 5);
    assert!(row["response_head"].as_str().unwrap().starts_with("{\"candidates\""));
    let raw = |part: &str| {
        let path = format!("/client/v4/accounts/{ACCOUNT}/ai-gateway/gateways{path}/{part}");
        gateway.request(Method::GET, &path).bearer_auth(super::TOKEN).send()
    };
    assert_eq!(raw("response").await.unwrap().text().await.unwrap(), body);
    assert_eq!(raw("request").await.unwrap().json::<Value>().await.unwrap(), words());

    let (_, patched) =
        gateway.manage(Method::PATCH, &path, json!({ "feedback": -1, "score": 80, "metadata": { "user": "8" } })).await;
    assert_eq!(patched["success"], true);
    let (_, detail) = gateway.manage(Method::GET, &path, Value::Null).await;
    assert_eq!((&detail["result"]["feedback"], &detail["result"]["metadata"]), (&json!(-1), &json!({ "user": "8" })));
    for wrong in [
        json!({ "feedback": 5 }),
        json!({ "feedback": "good" }),
        json!({ "feedback": 0.5 }),
        json!({ "score": "80" }),
        json!({ "metadata": 7 }),
        json!([1]),
    ] {
        let (status, refused) = gateway.manage(Method::PATCH, &path, wrong.clone()).await;
        assert_eq!((status, &refused["errors"][0]["code"]), (400, &json!(7001)), "{wrong}");
    }
    let (_, kept) = gateway.manage(Method::GET, &path, Value::Null).await;
    assert_eq!((&kept["result"]["feedback"], &kept["result"]["score"]), (&json!(-1), &json!(80.0)), "nothing changed");
    gateway.manage(Method::PATCH, &path, json!({ "feedback": null })).await;
    let (_, taken_back) = gateway.manage(Method::GET, &path, Value::Null).await;
    assert_eq!((&taken_back["result"]["feedback"], &taken_back["result"]["score"]), (&Value::Null, &json!(80.0)));

    let quiet = gateway.ask(&words()).header("cf-aig-collect-log-payload", "false").send().await.unwrap();
    let quiet = format!("/embedded/logs/{}", header(&quiet, "cf-aig-log-id"));
    let (_, detail) = gateway.manage(Method::GET, &quiet, Value::Null).await;
    assert!(detail["result"].get("request_head").is_none());
    for path in [format!("{quiet}/response"), format!("{quiet}/request"), "/embedded/logs/none".to_owned()] {
        let (status, missing) = gateway.manage(Method::GET, &path, Value::Null).await;
        assert_eq!((status, &missing["errors"][0]["code"]), (404, &json!(7002)));
    }
}

#[tokio::test]
async fn logs_are_listed_filtered_ordered_and_deleted() {
    let gateway = Gateway::start().await;
    for (user, fault) in [("a", None), ("b", Some("overloaded")), ("c", None)] {
        if let Some(name) = fault {
            gateway.arm(json!({ "name": name })).await;
        }
        let metadata = json!({ "user": user }).to_string();
        gateway.ask(&words()).header("cf-aig-metadata", metadata).send().await.unwrap();
    }
    let users = async |query: &str| -> Vec<String> {
        let rows = gateway.logs(query).await;
        rows.iter().map(|row| row["metadata"]["user"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(users("").await, ["c", "b", "a"]);
    assert_eq!(users("order_by=created_at&order_by_direction=asc").await, ["a", "b", "c"]);
    assert_eq!(users("per_page=2&page=2").await, ["a"]);
    assert_eq!(users(r#"filters=[{"key":"success","operator":"eq","value":[false]}]"#).await, ["b"]);
    assert_eq!(users(r#"filters=[{"key":"metadata.value","operator":"contains","value":["c"]}]"#).await, ["c"]);
    assert_eq!(users(r#"filters=[{"key":"tokens","operator":"lt","value":[1]}]"#).await, ["b"]);
    assert_eq!(users("search=%22user%22:%22a%22").await, ["a"]);
    let (_, listed) = gateway.manage(Method::GET, "/embedded/logs?meta_info=true&per_page=1", Value::Null).await;
    let info = &listed["result_info"];
    assert_eq!((&info["count"], &info["total_count"]), (&json!(1), &json!(3)));
    for key in ["cost", "total_tokens"] {
        let bound = |end: &str| info[format!("{end}_{key}")].as_f64().unwrap();
        assert!(bound("max") > bound("min"), "{key}: {info}");
    }
    assert!(info["max_total_tokens"].as_u64().unwrap() > info["max_tokens_in"].as_u64().unwrap(), "{info}");
    for query in ["order_by=shoe", r#"filters=[{"key":"shoe","operator":"eq","value":[1]}]"#] {
        let (status, refused) = gateway.manage(Method::GET, &format!("/embedded/logs?{query}"), Value::Null).await;
        assert_eq!((status, &refused["errors"][0]["code"]), (400, &json!(7001)));
    }
    let query = r#"/embedded/logs?filters=[{"key":"success","operator":"eq","value":[false]}]"#;
    gateway.manage(Method::DELETE, query, Value::Null).await;
    assert_eq!(users("").await, ["c", "a"]);
}

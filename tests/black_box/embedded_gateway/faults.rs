//! Every fault of the catalogue arms and happens, once; the page that lists them is true.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::{Gateway, drawing, header, last_picture, refusal, words};

/// Those that end or hold the connection: `wire` tests them.
const ENDLESS: [&str; 7] = ["refuse", "hangup", "reset", "stall", "silence", "huge_body", "delay"];

#[tokio::test]
async fn every_fault_happens_once() {
    let gateway = Gateway::start().await;
    let catalogue = gateway.control(Method::GET, "faults/catalogue", Value::Null).await;
    let catalogue = catalogue.as_array().unwrap();
    assert!(catalogue.len() > 120);
    let usual = gateway.ask(&words()).send().await.unwrap().json::<Value>().await.unwrap();
    for fault in catalogue {
        let name = fault["name"].as_str().unwrap();
        if ENDLESS.contains(&name) {
            continue;
        }
        gateway.arm(json!({ "name": name, "step": 1, "every_ms": 0, "bytes": 100 })).await;
        let answer = gateway.ask(&words()).send().await.unwrap();
        let (status, says) = (answer.status().as_u16(), fault["says"].as_str().unwrap());
        assert!(!says.contains("HTTP") || says.contains(&format!("HTTP {status}")), "{name}: {status}, but “{says}”");
        let envelope = header(&answer, "cf-aig-cache-status").is_empty();
        assert_eq!(envelope, fault["kind"] == "gateway", "{name}");
        let body = answer.bytes().await.unwrap();
        let json: Value = serde_json::from_slice(&body).unwrap_or_default();
        if name == "trickle" {
            assert_eq!(json["candidates"], usual["candidates"]);
        } else {
            assert_ne!(json["candidates"][0]["content"], usual["candidates"][0]["content"], "{name}");
        }
        if let Some(reason) = says.split("finishReason: ").nth(1).filter(|_| name.starts_with("finish_")) {
            assert_eq!(json["candidates"][0]["finishReason"], reason.trim_end_matches("`."));
            assert_eq!(json["candidates"][0]["content"], json!({}));
        }
        if status >= 400 && fault["kind"] == "answer" && json.is_object() && json.get("success").is_none() {
            assert_eq!(json["error"]["code"], status, "{name}");
        }
    }
    let left = gateway.control(Method::GET, "faults", Value::Null).await;
    assert_eq!(left, json!({ "faults": [] }));
    assert_eq!(gateway.ask(&words()).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn echoes_are_the_photos_themselves() {
    let gateway = Gateway::start().await;
    let body = drawing();
    for (name, index) in [("echo_person", 3), ("echo_outfit", 1)] {
        gateway.arm(json!({ "name": name, "step": 2 })).await;
        let answer: Value = gateway.ask(&body).send().await.unwrap().json().await.unwrap();
        let part = &answer["candidates"][0]["content"]["parts"][0];
        assert_eq!(part["inlineData"], body["contents"][0]["parts"][index]["inlineData"]);
        assert!(!last_picture(&answer).is_empty());
    }
}

#[tokio::test]
async fn a_block_by_data_loss_prevention_says_what_was_found() {
    let gateway = Gateway::start().await;
    for (name, check) in [("dlp_request", "REQUEST"), ("dlp_response", "RESPONSE")] {
        gateway.arm(json!({ "name": name })).await;
        let blocked = gateway.ask(&words()).send().await.unwrap();
        let found: Value = serde_json::from_str(&header(&blocked, "cf-aig-dlp")).unwrap();
        assert_eq!((&found["action"], &found["findings"][0]["check"]), (&json!("BLOCK"), &json!(check)));
        assert!(
            found["findings"][0]["profile"]["profile_id"].is_string() && found["findings"][0]["policy_ids"].is_array()
        );
        assert_eq!(refusal(blocked).await.0, 424);
    }
    gateway.arm(json!({ "name": "prompt_guardrail" })).await;
    let guarded = gateway.ask(&words()).send().await.unwrap();
    assert_eq!(header(&guarded, "cf-aig-dlp"), "", "guardrails are another matter");
    let filter = r#"filters=[{"key":"dlp_action","operator":"eq","value":["BLOCK"]}]"#;
    assert_eq!(gateway.logs(filter).await.len(), 2);
    assert_eq!(gateway.logs("").await.len(), 3);
}

#[tokio::test]
async fn faults_wait_for_their_step_and_their_times() {
    let gateway = Gateway::start().await;
    gateway.arm(json!({ "name": "unauthorized", "step": 2, "times": 2, "headers": [["x-fault", "yes"]] })).await;
    assert_eq!(gateway.ask(&words()).send().await.unwrap().status(), 200);
    let armed = gateway.control(Method::GET, "faults", Value::Null).await;
    assert_eq!((&armed["faults"][0]["name"], &armed["faults"][0]["times"]), (&json!("unauthorized"), &json!(2)));
    for expected in [401, 401, 200] {
        let answer = gateway.ask(&drawing()).send().await.unwrap();
        assert_eq!(answer.status(), expected);
        assert_eq!(header(&answer, "x-fault") == "yes", expected == 401);
    }
}

#[tokio::test]
async fn the_free_form_is_still_there() {
    let gateway = Gateway::start().await;
    gateway
        .arm(json!({ "step": 1, "status": 418, "headers": [["retry-after", "7"]], "body": "short and stout" }))
        .await;
    let answer = gateway.ask(&words()).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), header(&answer, "retry-after")), (418, "7".to_owned()));
    assert_eq!(answer.text().await.unwrap(), "short and stout");
    gateway.arm(json!({ "delay_ms": 1 })).await;
    assert_eq!(gateway.ask(&words()).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn what_cannot_be_ordered_is_refused_with_what_can() {
    let gateway = Gateway::start().await;
    for (order, says) in [
        (json!({ "name": "earthquake" }), "unauthorized, gateway_not_found"),
        (json!({ "nmae": "reset" }), "`name`, `step`"),
        (json!({ "name": "reset", "status": 500 }), "a named fault has its own status and body"),
        (json!({ "status": 99 }), "between 200 and 599"),
        (json!("reset"), "invalid type"),
    ] {
        let refused = gateway.request(Method::POST, "/control/faults").json(&order).send().await.unwrap();
        assert_eq!(refused.status(), 400);
        let why = refused.json::<Value>().await.unwrap()["error"].as_str().unwrap().to_owned();
        assert!(why.contains(says), "{why}");
    }
}

#[tokio::test]
async fn disarming_forgets_all() {
    let gateway = Gateway::start().await;
    gateway.arm(json!({ "name": "internal", "times": 99 })).await;
    gateway.request(Method::DELETE, "/control/faults").send().await.unwrap();
    assert_eq!(gateway.ask(&words()).send().await.unwrap().status(), 200);
    gateway.request(Method::DELETE, "/control/calls").send().await.unwrap();
    let calls = gateway.control(Method::GET, "calls", Value::Null).await;
    assert_eq!(calls, json!({ "step_1": 0, "step_2": 0, "other": 0, "open": 0 }));
}

#[tokio::test]
async fn a_delay_delays() {
    let gateway = Gateway::start().await;
    gateway.arm(json!({ "name": "delay", "delay_ms": 60_000 })).await;
    let asking = gateway.ask(&words()).timeout(Duration::from_millis(200)).send().await;
    assert!(asking.unwrap_err().is_timeout());
}

/// `UPDATE_DOCS=1` rewrites the table.
#[test]
fn the_page_lists_the_catalogue() {
    const START: &str = "<!-- faults: written by a test -->\n";
    const END: &str = "<!-- end of faults -->\n";
    let path = "docs/embedded-gateway.md";
    let page = std::fs::read_to_string(path).unwrap();
    let (before, rest) = page.split_once(START).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let wanted = format!("{before}{START}{}{END}{after}", primerka::embedded_gateway::fault_table());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &wanted).unwrap();
    }
    let page = std::fs::read_to_string(path).unwrap();
    assert!(
        page == wanted,
        "{path} is out of date: UPDATE_DOCS=1 cargo test --test black_box the_page_lists renews it"
    );
}

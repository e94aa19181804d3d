//! JSON mode of text models (B6), and a look whose first step is made by one.

use primerka::look::event::Event;
use serde_json::{Value, json};

use super::{ACCOUNT, GATEWAY, Gateway, MODEL, TOKEN, words};
use crate::support::{TestApp, TestForm, garment, person};

/// What `.dev.vars.example` proposes.
const DESCRIBER: &str = "gemini-3.1-flash-lite";

#[tokio::test]
async fn an_answer_follows_the_schema_that_was_sent() {
    let gateway = Gateway::start().await;
    let said = async |config: Value| -> Value {
        let mut body = words();
        body["generationConfig"] = config;
        let answer = gateway.model(&format!("{DESCRIBER}:generateContent")).json(&body).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        assert_eq!(answer["modelVersion"], DESCRIBER, "{answer}");
        serde_json::from_str(answer["candidates"][0]["content"]["parts"][0]["text"].as_str().unwrap()).unwrap()
    };
    let free = said(json!({ "responseMimeType": "application/json" })).await;
    assert!(free["garment_type"].is_string() && free["source"].is_string(), "{free}");
    let properties =
        json!({ "garment_type": { "type": "STRING" }, "season": { "type": "STRING", "enum": ["summer"] } });
    let schema = json!({ "type": "OBJECT", "properties": properties, "required": ["season"] });
    let bound = said(json!({ "responseMimeType": "application/json", "responseSchema": schema })).await;
    assert_eq!(bound, json!({ "garment_type": free["garment_type"], "season": "summer" }));
}

#[tokio::test]
async fn a_look_is_described_by_a_text_model_and_drawn_by_an_image_model() {
    let gateway = Gateway::start().await;
    let url =
        format!("{}/v1/{ACCOUNT}/{GATEWAY}/google-ai-studio/v1beta/models/{MODEL}:generateContent", gateway.origin);
    let settings = [("GATEWAY_URL", url.as_str()), ("GATEWAY_TOKEN", TOKEN), ("DESCRIBE_MODEL", DESCRIBER)];
    let app = TestApp::with_settings(&settings).await;
    let events = app.look(TestForm::new(person(), garment())).await;
    let described = events.iter().find_map(|event| match event {
        Event::Described { outfit, model, .. } => Some((outfit, model)),
        _ => None,
    });
    let (outfit, step_1) = described.unwrap();
    assert_eq!(step_1, DESCRIBER);
    assert!(!outfit.garment_type.is_empty() && outfit.slot.is_some() && outfit.main_color().is_some(), "{outfit:?}");
    let Some(Event::Done { model, .. }) = events.last() else { panic!("{events:?}") };
    assert_eq!(model, MODEL);
    let rows = gateway.logs("order_by_direction=asc").await;
    let asked: Vec<_> = rows.iter().map(|row| (row["model"].as_str().unwrap(), row["status_code"].as_u64())).collect();
    assert_eq!(asked, [(DESCRIBER, Some(200)), (MODEL, Some(200))]);
}

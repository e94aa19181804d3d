//! Google's side (B), behind the gateway and without it.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Gateway, MODEL, drawing, header, last_picture, photo, words};

const KEY: &str = "AIza-good";

impl Gateway {
    /// A request to plain Google.
    fn google(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.request(method, path).header("x-goog-api-key", KEY)
    }

    async fn refused(&self, body: &Value, model: &str) -> String {
        let path = format!("/v1beta/models/{model}:generateContent");
        let answer = self.google(Method::POST, &path).json(body).send().await.unwrap();
        let status = answer.status().as_u16();
        let answer: Value = answer.json().await.unwrap();
        assert_eq!((&answer["error"]["code"], status), (&json!(400), 400), "{answer}");
        assert_eq!(answer["error"]["status"], "INVALID_ARGUMENT");
        answer["error"]["message"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn usage_and_names_are_googles() {
    let gateway = Gateway::start().await;
    let answer = gateway.ask(&drawing()).send().await.unwrap();
    assert_eq!(header(&answer, "content-type"), "application/json; charset=UTF-8");
    let answer: Value = answer.json().await.unwrap();
    let usage = &answer["usageMetadata"];
    let number = |name: &str| usage[name].as_u64().unwrap();
    assert_eq!(usage["candidatesTokensDetails"], json!([{ "modality": "IMAGE", "tokenCount": 1120 }]));
    assert!(number("candidatesTokenCount") > 1120, "the rest is text");
    let sum = number("promptTokenCount") + number("candidatesTokenCount") + number("thoughtsTokenCount");
    assert_eq!(number("totalTokenCount"), sum);
    assert_eq!(usage["promptTokensDetails"][1], json!({ "modality": "IMAGE", "tokenCount": 2240 }));
    assert_eq!(answer["modelVersion"], MODEL);
    assert!(!answer["responseId"].as_str().unwrap().is_empty());
    assert_eq!(image::guess_format(&last_picture(&answer)).unwrap(), image::ImageFormat::Jpeg);
}

#[tokio::test]
async fn sizes_and_formats_are_the_models() {
    let gateway = Gateway::start().await;
    gateway.control(Method::PUT, "google", json!({ "retired": [] })).await;
    let draw = async |model: &str, config: Value| -> (u32, u32, u64, Value) {
        let mut body = drawing();
        body["generation_config"] = json!({ "image_config": config });
        let answer = gateway.model(&format!("{model}:generateContent")).json(&body).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        let picture = image::load_from_memory(&last_picture(&answer)).unwrap();
        let part = answer["candidates"][0]["content"]["parts"].as_array().unwrap().last().unwrap();
        let tokens = answer["usageMetadata"]["candidatesTokensDetails"][0]["tokenCount"].as_u64().unwrap();
        (picture.width(), picture.height(), tokens, part["inlineData"]["mimeType"].clone())
    };
    let small = draw("gemini-3.1-flash-image", json!({ "aspect_ratio": "1:1", "imageSize": "512" })).await;
    assert_eq!(small, (512, 512, 747, json!("image/jpeg")));
    let old = draw("gemini-2.5-flash-image", json!({ "aspectRatio": "9:16" })).await;
    assert_eq!(old, (768, 1344, 1290, json!("image/png")), "brought back, it draws as it did");
}

#[tokio::test]
async fn what_a_request_may_not_say() {
    let gateway = Gateway::start().await;
    gateway.control(Method::PUT, "google", json!({ "retired": [] })).await;
    let with = |changes: Value| {
        let mut body = drawing();
        body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        body
    };
    let config = |config: Value| with(json!({ "generationConfig": config }));
    let generic = "Request contains an invalid argument.";
    let harm = |category: &str| json!({ "category": category, "threshold": "BLOCK_NONE" });
    let twice = json!([harm("HARM_CATEGORY_HARASSMENT"), harm("HARM_CATEGORY_HARASSMENT")]);
    for (body, model, expected) in [
        (with(json!({ "shoe": 1 })), MODEL, "Invalid JSON payload received. Unknown name \"shoe\": Cannot find field."),
        (
            config(json!({ "shoe": 1 })),
            MODEL,
            "Invalid JSON payload received. Unknown name \"shoe\" at 'generation_config': Cannot find field.",
        ),
        (config(json!({ "responseMimeType": "application/json" })), MODEL, "JSON mode is not enabled for this model"),
        (
            config(json!({ "thinkingConfig": { "thinkingLevel": "HIGH" } })),
            "gemini-2.5-flash-image",
            "Thinking is not enabled for this model",
        ),
        (config(json!({ "imageConfig": { "imageSize": "512" } })), MODEL, generic),
        (config(json!({ "imageConfig": { "imageSize": "1k" } })), MODEL, generic),
        (config(json!({ "imageConfig": { "aspectRatio": "1:8" } })), "gemini-3-pro-image", generic),
        (config(json!({ "imageConfig": { "imageSize": "1K" } })), "gemini-3.1-flash-lite", generic),
        (config(json!({ "temperature": 3 })), MODEL, generic),
        (config(json!({ "responseSchema": {} })), "gemini-3.1-flash-lite", generic),
        (
            config(json!({ "responseModalities": ["IMAGE"] })),
            "gemini-3.1-flash-lite",
            "Model does not support the requested response modalities: image",
        ),
        (
            with(json!({ "safetySettings": [harm("HARM_CATEGORY_SHOES")] })),
            MODEL,
            "Invalid value at 'safety_settings[0].category', \"HARM_CATEGORY_SHOES\"",
        ),
        (
            with(json!({ "safetySettings": twice })),
            MODEL,
            "Only one safety setting per category is allowed: HARM_CATEGORY_HARASSMENT",
        ),
        (json!({ "contents": [] }), MODEL, "* GenerateContentRequest.contents: contents is not specified\n"),
        (
            json!({ "contents": [{ "role": "system", "parts": [{ "text": "a" }] }] }),
            MODEL,
            "Please use a valid role: user, model.",
        ),
        (
            json!({ "contents": [{ "role": "model", "parts": [{ "text": "a" }] }] }),
            MODEL,
            "Please ensure that multiturn requests end with a user turn.",
        ),
        (
            json!({ "contents": [{ "parts": [{ "inlineData": { "mimeType": "image/gif", "data": "" } }] }] }),
            MODEL,
            "Unsupported MIME type: image/gif",
        ),
        (
            json!({ "contents": [{ "parts": [{ "inlineData": { "mimeType": "image/png", "data": "AAAA" } }] }] }),
            MODEL,
            "Unable to process input image. Please retry or report in https://developers.generativeai.google/guide/troubleshooting",
        ),
    ] {
        assert_eq!(gateway.refused(&body, model).await, expected);
    }
    let violation = gateway.google(Method::POST, &format!("/v1beta/models/{MODEL}:generateContent"));
    let violation: Value = violation.json(&with(json!({ "shoe": 1 }))).send().await.unwrap().json().await.unwrap();
    assert_eq!(violation["error"]["details"][0]["@type"], "type.googleapis.com/google.rpc.BadRequest");
}

#[tokio::test]
async fn keys_of_plain_google() {
    let gateway = Gateway::start().await;
    let path = format!("/v1/models/{MODEL}:generateContent");
    let none = gateway.request(Method::POST, &path).json(&words()).send().await.unwrap();
    assert_eq!(none.status(), 403);
    let none: Value = none.json().await.unwrap();
    assert_eq!((&none["error"]["status"], none["error"].get("details")), (&json!("PERMISSION_DENIED"), None));
    let bad =
        gateway.request(Method::POST, &path).header("x-goog-api-key", "AIza-bad").json(&words()).send().await.unwrap();
    assert_eq!(bad.status(), 400);
    let bad: Value = bad.json().await.unwrap();
    assert_eq!(bad["error"]["details"][0]["metadata"]["service"], "generativelanguage.googleapis.com");
    assert_eq!(bad["error"]["details"][1]["message"], "API key not valid. Please pass a valid API key.");
    let in_query = gateway.request(Method::GET, &format!("/v1beta/models?key={KEY}")).send().await.unwrap();
    assert_eq!(in_query.status(), 200);
}

#[tokio::test]
async fn models_are_listed_and_counted_with() {
    let gateway = Gateway::start().await;
    let get =
        async |path: &str| -> Value { gateway.google(Method::GET, path).send().await.unwrap().json().await.unwrap() };
    let first = get("/v1beta/models?pageSize=4").await;
    assert_eq!(first["models"].as_array().unwrap().len(), 4);
    let token = first["nextPageToken"].as_str().unwrap();
    let second = get(&format!("/v1beta/models?pageSize=4&pageToken={token}")).await;
    assert!(second.get("nextPageToken").is_none());
    assert_eq!(get(&format!("/v1/models/{MODEL}")).await["displayName"], "Nano Banana 2.1");
    let unknown = get("/v1beta/models/gemini-of-tomorrow").await;
    assert_eq!(
        unknown["error"]["message"],
        "models/gemini-of-tomorrow is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods."
    );
    let retired = get("/v1beta/models/gemini-3-pro-image-preview").await;
    assert_eq!(
        retired["error"]["message"],
        "This model models/gemini-3-pro-image-preview is no longer available. Please update your code to use models/gemini-3-pro-image for the latest features and improvements."
    );
    for body in [json!({ "contents": words()["contents"] }), json!({ "generateContentRequest": words() })] {
        let counted = gateway.google(Method::POST, &format!("/v1beta/models/{MODEL}:countTokens")).json(&body);
        let counted: Value = counted.send().await.unwrap().json().await.unwrap();
        assert_eq!(counted["totalTokens"], 1126);
    }
}

#[tokio::test]
async fn streams_come_as_events_or_as_an_array() {
    let gateway = Gateway::start().await;
    let stream =
        gateway.model(&format!("{MODEL}:streamGenerateContent?alt=sse")).json(&drawing()).send().await.unwrap();
    assert_eq!(header(&stream, "content-type"), "text/event-stream");
    assert!(!header(&stream, "cf-aig-log-id").is_empty());
    let text = stream.text().await.unwrap();
    assert!(!text.contains("[DONE]"));
    let events: Vec<Value> = text
        .split_terminator("\r\n\r\n")
        .map(|event| serde_json::from_str(event.strip_prefix("data: ").unwrap()).unwrap())
        .collect();
    let parts: Vec<_> =
        events.iter().filter_map(|event| event["candidates"][0]["content"]["parts"].as_array()).collect();
    assert!(parts.iter().all(|parts| parts.len() == 1));
    assert!(parts[0][0]["text"].is_string() && parts.last().unwrap()[0]["inlineData"].is_object());
    let last = events.last().unwrap();
    assert_eq!(last["candidates"][0], json!({ "content": { "role": "model" }, "finishReason": "STOP", "index": 0 }));
    assert!(events.iter().all(|event| event["responseId"] == last["responseId"]));
    assert!(last["usageMetadata"]["candidatesTokenCount"].as_u64().unwrap() > 1120);

    let array = gateway.model(&format!("{MODEL}:streamGenerateContent")).json(&words()).send().await.unwrap();
    let array: Vec<Value> = array.json().await.unwrap();
    assert!(array.len() > 2);
    let early = gateway.model("gemini-of-tomorrow:streamGenerateContent?alt=sse").json(&words()).send().await.unwrap();
    assert_eq!(early.status(), 404);
}

#[tokio::test]
async fn url_safe_base64_is_read() {
    let gateway = Gateway::start().await;
    let mut photo = photo(48, 64);
    let data = photo["inlineData"]["data"].as_str().unwrap().replace('+', "-").replace('/', "_");
    photo["inlineData"]["data"] = json!(data.trim_end_matches('='));
    let mut body = words();
    body["contents"][0]["parts"][1] = photo;
    assert_eq!(gateway.ask(&body).send().await.unwrap().status(), 200);
}

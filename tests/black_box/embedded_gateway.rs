//! The embedded gateway over real sockets, against the facts of `reference/gateway-and-gemini.md`.

mod admission;
mod api;
mod caching;
mod faults;
mod google;
mod json_mode;
mod limits;
mod wire;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use primerka::embedded_gateway::{ACCOUNT, GATEWAY, Options, serve};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::support::{jpeg, picture};

const MODEL: &str = "gemini-nano-banana-2.1";
const TOKEN: &str = "gateway-canary-token";

/// A running gateway and a client for it.
struct Gateway {
    origin: String,
    client: Client,
}

impl Gateway {
    /// With a token, and one API key that Google accepts beside the stored one.
    async fn start() -> Self {
        Self::with(Options { token: Some(TOKEN.to_owned()), google_keys: Some(vec!["AIza-good".to_owned()]) }).await
    }

    async fn with(options: Options) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(serve(listener, options, std::future::pending()));
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
        Self { origin, client }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.origin))
    }

    /// A request to a model of the start-up gateway, with its token.
    fn model(&self, call: &str) -> RequestBuilder {
        let path = format!("/v1/{ACCOUNT}/{GATEWAY}/google-ai-studio/v1beta/models/{call}");
        self.request(Method::POST, &path).header("cf-aig-authorization", format!("Bearer {TOKEN}"))
    }

    /// Asks the usual model.
    fn ask(&self, body: &Value) -> RequestBuilder {
        self.model(&format!("{MODEL}:generateContent")).json(body)
    }

    /// Arms a fault.
    async fn arm(&self, fault: Value) {
        let armed = self.request(Method::POST, "/control/faults").json(&fault).send().await.unwrap();
        assert_eq!(armed.status(), 204, "{}", armed.text().await.unwrap());
    }

    async fn control(&self, method: Method, path: &str, body: Value) -> Value {
        let answer = self.request(method, &format!("/control/{path}")).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {answer:?}");
        answer.json().await.unwrap_or_default()
    }

    async fn advance(&self, seconds: u64) {
        self.control(Method::POST, "clock", json!({ "advance_ms": seconds * 1000 })).await;
    }

    /// The management API of the start-up account.
    async fn manage(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let path = format!("/client/v4/accounts/{ACCOUNT}/ai-gateway/gateways{path}");
        let answer = self.request(method, &path).bearer_auth(TOKEN).json(&body).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// Changes settings of the start-up gateway.
    async fn set(&self, changes: Value) {
        let path = format!("/{GATEWAY}");
        let (_, mut settings) = self.manage(Method::GET, &path, Value::Null).await;
        let settings = settings["result"].as_object_mut().unwrap();
        settings.extend(changes.as_object().unwrap().clone());
        let (status, answer) = self.manage(Method::PUT, &path, json!(settings)).await;
        assert_eq!(status, 200, "{answer}");
    }

    /// Log rows, newest first.
    async fn logs(&self, query: &str) -> Vec<Value> {
        let (status, logs) = self.manage(Method::GET, &format!("/{GATEWAY}/logs?{query}"), Value::Null).await;
        assert_eq!(status, 200, "{logs}");
        logs["result"].as_array().unwrap().clone()
    }
}

/// Status and code of a refusal of the gateway, whose envelope is checked on the way.
async fn refusal(response: Response) -> (u16, u64) {
    let status = response.status().as_u16();
    assert!(!response.headers().contains_key("cf-aig-cache-status"), "{response:?}");
    assert!(!response.headers().contains_key("retry-after"));
    assert!(response.headers().contains_key("cf-aig-request-id"));
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["name"], "AiGatewayError", "{body}");
    assert_eq!((&body["success"], &body["httpCode"]), (&json!(false), &json!(status)));
    assert_eq!(body["error"][0]["code"], body["internalCode"]);
    (status, body["internalCode"].as_u64().unwrap())
}

fn header(response: &Response, name: &str) -> String {
    response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

fn photo(width: u32, height: u32) -> Value {
    json!({ "inlineData": { "mimeType": "image/jpeg", "data": STANDARD.encode(jpeg(&picture(width, height))) } })
}

/// Step 1: words about a small photo.
fn words() -> Value {
    json!({
        "contents": [{ "role": "user", "parts": [{ "text": "PHOTO B (the outfit):" }, photo(48, 64)] }],
        "generationConfig": { "responseModalities": ["TEXT"] },
    })
}

/// Step 2: a picture.
fn drawing() -> Value {
    let parts =
        json!([{ "text": "PHOTO B (the outfit):" }, photo(48, 64), { "text": "PHOTO A (the person):" }, photo(60, 80)]);
    json!({ "contents": [{ "role": "user", "parts": parts }] })
}

/// The data of the last picture of an answer.
fn last_picture(answer: &Value) -> Vec<u8> {
    let parts = answer["candidates"][0]["content"]["parts"].as_array().unwrap();
    STANDARD.decode(parts.last().unwrap()["inlineData"]["data"].as_str().unwrap()).unwrap()
}

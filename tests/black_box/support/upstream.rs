//! An upstream over real HTTP: it records what it is asked, answers by a script, and past its end quickly and well.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, StatusCode};
use image::{Rgb, RgbImage};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::jpeg;

pub(crate) struct Upstream {
    pub(crate) url: String,
    state: Shared,
}

type Shared = Arc<Inner>;

struct Inner {
    recorded: Mutex<Vec<Recorded>>,
    script: Mutex<VecDeque<Answer>>,
    /// Each answer takes a permit; a gated upstream has none until the test gives it one.
    gate: Semaphore,
    /// Each request gives a permit, so that a test can wait for it.
    arrivals: Semaphore,
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Recorded {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Recorded {
    /// The parts of the only content.
    pub(crate) fn parts(&self) -> &Vec<Value> {
        self.body["contents"][0]["parts"].as_array().unwrap()
    }

    /// The bytes of its photos.
    pub(crate) fn photos(&self) -> Vec<Vec<u8>> {
        let data = self.parts().iter().filter_map(|part| part["inlineData"]["data"].as_str());
        data.map(|data| STANDARD.decode(data).unwrap()).collect()
    }
}

/// An answer by script.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
    pub(crate) headers: Vec<(String, String)>,
}

impl Answer {
    pub(crate) fn new(status: u16, body: impl Into<String>) -> Self {
        Self { status, body: body.into(), headers: Vec::new() }
    }

    /// What step 1 answers when all is well.
    pub(crate) fn described() -> Self {
        Self::words(
            r##"{"garment_type":"t-shirt","slot":"top","pieces":[{"name":"tee","colors":[{"name":"red","hex":"#c02030"}]}]}"##,
        )
    }

    pub(crate) fn words(text: &str) -> Self {
        let parts = json!([{ "text": text }]);
        let usage = json!({ "promptTokenCount": 1500, "candidatesTokenCount": 150 });
        let body = json!({ "candidates": [{ "content": { "parts": parts }, "finishReason": "STOP" }], "usageMetadata": usage, "modelVersion": "gemini-nano-banana-2.1" });
        Self::new(200, body.to_string())
    }

    /// What step 2 answers when all is well: nothing like any photo of the tests.
    pub(crate) fn picture() -> Self {
        let checks = RgbImage::from_fn(96, 128, |x, y| Rgb([if (x / 16 + y / 16) % 2 == 0 { 250 } else { 5 }; 3]));
        Self::image(&jpeg(&checks))
    }

    pub(crate) fn image(bytes: &[u8]) -> Self {
        let parts = json!([{ "inlineData": { "mimeType": "image/jpeg", "data": STANDARD.encode(bytes) } }]);
        let usage = json!({ "promptTokenCount": 2000, "candidatesTokenCount": 1120, "candidatesTokensDetails": [{ "modality": "IMAGE", "tokenCount": 1120 }] });
        let body = json!({ "candidates": [{ "content": { "parts": parts }, "finishReason": "STOP" }], "usageMetadata": usage, "modelVersion": "gemini-nano-banana-2.1" });
        Self::new(200, body.to_string())
    }
}

impl Upstream {
    /// Answers at once.
    pub(crate) async fn start() -> Self {
        Self::with_permits(Semaphore::MAX_PERMITS).await
    }

    /// Answers only what [`Upstream::let_through`] lets through.
    pub(crate) async fn gated() -> Self {
        Self::with_permits(0).await
    }

    async fn with_permits(permits: usize) -> Self {
        let state = Arc::new(Inner {
            recorded: Mutex::default(),
            script: Mutex::default(),
            gate: Semaphore::new(permits),
            arrivals: Semaphore::new(0),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router =
            Router::new().fallback(answer).layer(axum::extract::DefaultBodyLimit::disable()).with_state(state.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let path = "v1/0123/webapp/google-ai-studio/v1beta/models/gemini-nano-banana-2.1:generateContent";
        Self { url: format!("http://{address}/{path}"), state }
    }

    pub(crate) fn script(&self, answers: impl IntoIterator<Item = Answer>) {
        self.state.script.lock().unwrap().extend(answers);
    }

    pub(crate) fn recorded(&self) -> Vec<Recorded> {
        self.state.recorded.lock().unwrap().clone()
    }

    /// Waits until one more request has arrived.
    pub(crate) async fn arrival(&self) {
        self.state.arrivals.acquire().await.unwrap().forget();
    }

    /// Lets so many more answers go.
    pub(crate) fn let_through(&self, answers: usize) {
        self.state.gate.add_permits(answers);
    }
}

async fn answer(State(state): State<Shared>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body: Bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    // A question about a model has no body.
    let body: Value = if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).unwrap() };
    let wants_picture = body["generationConfig"]["imageConfig"].is_object();
    state.recorded.lock().unwrap().push(Recorded { path: head.uri.path().to_owned(), headers: head.headers, body });
    state.arrivals.add_permits(1);
    state.gate.acquire().await.unwrap().forget();
    let scripted = state.script.lock().unwrap().pop_front();
    let answer = scripted.unwrap_or_else(|| if wants_picture { Answer::picture() } else { Answer::described() });
    let mut response = Response::builder().status(StatusCode::from_u16(answer.status).unwrap());
    response = response.header("content-type", "application/json").header("cf-aig-request-id", "request-7");
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(answer.body)).unwrap()
}

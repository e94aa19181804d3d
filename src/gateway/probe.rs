//! The cheapest questions that tell whether a look could be made: for `primerka doctor`.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use serde_json::json;

use super::body::{Piece, RequestBody};
use super::http::{HttpAnswer, HttpClient, HttpError, NoClient};
use super::{answer, failures, headers};
use crate::config::GatewayConfig;
use crate::look::failure::{Failure, FailureCode};
use crate::look::step::Step;
use crate::pipeline::upstream::Answer;

/// Longer than this nothing so small may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Asks the configured gateway, each question once.
#[derive(Debug)]
pub struct Probe {
    config: GatewayConfig,
    http: HttpClient,
    is_connected: AtomicBool,
}

impl Probe {
    /// A probe of the gateway as configured.
    pub fn new(config: GatewayConfig) -> Result<Self, NoClient> {
        Ok(Self { config, http: HttpClient::new()?, is_connected: AtomicBool::new(false) })
    }

    /// Whether any question has found a connection, TLS included.
    pub fn is_connected(&self) -> bool {
        self.is_connected.load(Ordering::Relaxed)
    }

    /// Asks what `model` is, which is free. `None` where the gateway does not let that question through, so that nothing is known.
    pub async fn find(&self, model: &str) -> Option<Result<(), Failure>> {
        let headers = match headers::of_probe(&self.config, TIMEOUT) {
            Ok(headers) => headers,
            Err(code) => return Some(Err(code.into())),
        };
        let url = self.config.url.describe(model);
        let received = match self.received(self.http.get(url, headers, TIMEOUT).await) {
            Ok(received) => received,
            Err(failure) => return Some(Err(failure)),
        };
        if received.status == StatusCode::OK {
            // Not every 200 is Google's: a web site answers anything.
            let is_model =
                serde_json::from_slice::<serde_json::Value>(&received.body).is_ok_and(|body| body.is_object());
            return Some(if is_model { Ok(()) } else { Err(FailureCode::InvalidResponse.into()) });
        }
        let status = received.status;
        let refusal = failures::of_status(Step::Describe, status, &received.headers, &received.body);
        let failure = refusal.failure.request_id(headers::request_id(&received.headers));
        (failure.code != FailureCode::GatewayError).then_some(Err(failure))
    }

    /// Asks `model` for one word, which costs a few tokens and tells whether it may be asked at all.
    pub async fn greet(&self, model: &str) -> Result<Answer, Failure> {
        let question = json!({
            "contents": [{ "role": "user", "parts": [{ "text": "Answer with the word OK." }] }],
            "generationConfig": { "responseModalities": ["TEXT"], "maxOutputTokens": 64 },
        });
        let body = RequestBody::new(vec![Piece::Plain(Bytes::from(question.to_string()))]);
        let headers = headers::of_probe(&self.config, TIMEOUT)?;
        let url = self.config.url.generate(model);
        let received = self.received(self.http.post(url, headers, &body, TIMEOUT).await)?;
        answer::understand(Step::Describe, model, received.status, &received.headers, received.body)
            .map_err(|refusal| refusal.failure)
    }

    fn received(&self, outcome: Result<HttpAnswer, HttpError>) -> Result<HttpAnswer, Failure> {
        if !matches!(outcome, Err(HttpError::NoConnection)) {
            self.is_connected.store(true, Ordering::Relaxed);
        }
        outcome.map_err(|error| failures::without_answer(error).failure)
    }
}

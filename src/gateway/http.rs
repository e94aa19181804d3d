//! The one HTTP seam: a POST of a body made while it is sent, with a bounded answer. Natively reqwest speaks, on a Worker its own fetch.
//! Redirects are never followed: the token belongs to one host.

use std::time::Duration;

use futures::{Stream, StreamExt};
use http::{HeaderMap, StatusCode};
use thiserror::Error;
use url::Url;

use super::body::RequestBody;

#[cfg(feature = "edge")]
mod edge;
#[cfg(not(feature = "edge"))]
mod native;

#[cfg(feature = "edge")]
use edge as runtime;
#[cfg(not(feature = "edge"))]
use native as runtime;

/// Most bytes of an answer: a 4K picture in base64 has about 30 MB.
const MAX_ANSWER_BYTES: usize = 64 * 1024 * 1024;
/// Most bytes of what is looked up: what a model is, a page of the gateway's log.
const MAX_LOOKED_UP_BYTES: usize = 4 * 1024 * 1024;

/// A client that keeps connections open between calls.
#[derive(Clone, Debug)]
pub(super) struct HttpClient(runtime::Client);

/// An answer of whatever status.
#[derive(Debug)]
pub(super) struct HttpAnswer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HttpError {
    /// Nothing came in time.
    Timeout,
    /// No connection was made, so nothing was sent.
    #[cfg_attr(feature = "edge", expect(dead_code, reason = "a Worker's fetch does not tell how far it came"))]
    NoConnection,
    /// The connection broke, so nobody knows what was done.
    Broken,
    /// More bytes than an answer may have.
    TooLarge,
}

/// The machine gives no means to speak HTTP. The text is for the operator.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("no HTTP client can be made: {0}")]
pub struct NoClient(String);

impl HttpClient {
    pub(super) fn new() -> Result<Self, NoClient> {
        runtime::Client::new().map(Self)
    }

    /// Posts JSON and reads the whole answer within `timeout`.
    pub(super) async fn post(
        &self,
        url: Url,
        mut headers: HeaderMap,
        body: &RequestBody,
        timeout: Duration,
    ) -> Result<HttpAnswer, HttpError> {
        headers.insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
        self.0.send(url, headers, Some(body), timeout, MAX_ANSWER_BYTES).await
    }

    /// Gets and reads the whole answer within `timeout`.
    pub(super) async fn get(&self, url: Url, headers: HeaderMap, timeout: Duration) -> Result<HttpAnswer, HttpError> {
        self.0.send(url, headers, None, timeout, MAX_LOOKED_UP_BYTES).await
    }
}

/// Reads an answer to its end, unless it has more than `most` bytes.
async fn read<B: AsRef<[u8]>>(
    status: StatusCode,
    headers: HeaderMap,
    chunks: impl Stream<Item = Result<B, HttpError>>,
    most: usize,
) -> Result<HttpAnswer, HttpError> {
    let announced =
        headers.get(http::header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > most) {
        return Err(HttpError::TooLarge);
    }
    let mut body = Vec::with_capacity(announced.unwrap_or_default());
    let mut chunks = std::pin::pin!(chunks);
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk?;
        if body.len() + chunk.as_ref().len() > most {
            return Err(HttpError::TooLarge);
        }
        body.extend_from_slice(chunk.as_ref());
    }
    Ok(HttpAnswer { status, headers, body })
}

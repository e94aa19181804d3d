//! The one HTTP seam: a POST of a body made while it is sent, with a bounded answer. The only file that knows reqwest.

use std::time::Duration;

use http::{HeaderMap, StatusCode};
use url::Url;

use super::body::RequestBody;

/// Most bytes of an answer: a 4K picture in base64 has about 30 MB.
const MAX_ANSWER_BYTES: usize = 64 * 1024 * 1024;

/// A client that keeps connections open between calls.
#[derive(Clone, Debug)]
pub(super) struct HttpClient {
    client: reqwest::Client,
}

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

impl HttpClient {
    /// Redirects are never followed: the token belongs to one host.
    pub(super) fn new() -> Result<Self, reqwest::Error> {
        let builder = reqwest::Client::builder();
        #[cfg(feature = "native")]
        let builder = builder
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(5))
            .tcp_nodelay(true)
            .no_proxy();
        Ok(Self { client: builder.build()? })
    }

    /// Posts JSON and reads the whole answer within `timeout`.
    pub(super) async fn post(
        &self,
        url: Url,
        headers: HeaderMap,
        body: &RequestBody,
        timeout: Duration,
    ) -> Result<HttpAnswer, HttpError> {
        let request = self
            .client
            .post(url)
            .headers(headers)
            .header(http::header::CONTENT_TYPE, "application/json")
            .timeout(timeout)
            .body(sent(body));
        sendable(exchange(request)).await
    }

    /// Gets and reads the whole answer within `timeout`.
    pub(super) async fn get(&self, url: Url, headers: HeaderMap, timeout: Duration) -> Result<HttpAnswer, HttpError> {
        sendable(exchange(self.client.get(url).headers(headers).timeout(timeout))).await
    }
}

/// Natively frame by frame, with the length that is known beforehand.
#[cfg(not(feature = "edge"))]
fn sent(body: &RequestBody) -> reqwest::Body {
    reqwest::Body::wrap(body.frames())
}

/// A Worker's reqwest takes a body whole.
#[cfg(feature = "edge")]
fn sent(body: &RequestBody) -> reqwest::Body {
    let mut whole = Vec::with_capacity(usize::try_from(body.length()).unwrap_or_default());
    body.frames().for_each(|frame| whole.extend_from_slice(&frame));
    whole.into()
}

async fn exchange(request: reqwest::RequestBuilder) -> Result<HttpAnswer, HttpError> {
    use futures::StreamExt;

    let response = request.send().await.map_err(error)?;
    let (status, headers) = (response.status(), response.headers().clone());
    let announced =
        headers.get(http::header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > MAX_ANSWER_BYTES) {
        return Err(HttpError::TooLarge);
    }
    let mut body = Vec::with_capacity(announced.unwrap_or_default());
    let mut chunks = response.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(error)?;
        if body.len() + chunk.len() > MAX_ANSWER_BYTES {
            return Err(HttpError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(HttpAnswer { status, headers, body })
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn error(error: reqwest::Error) -> HttpError {
    #[cfg(feature = "native")]
    if error.is_connect() {
        return HttpError::NoConnection;
    }
    if error.is_timeout() { HttpError::Timeout } else { HttpError::Broken }
}

/// On a Worker the fetch future holds JavaScript values and is not `Send`, though there is but one thread.
#[cfg(feature = "edge")]
fn sendable<F: Future>(future: F) -> send_wrapper::SendWrapper<F> {
    send_wrapper::SendWrapper::new(future)
}

/// Natively the future is `Send`, and a wrapper would panic on another thread.
#[cfg(not(feature = "edge"))]
fn sendable<F: Future + Send>(future: F) -> F {
    future
}

//! The one HTTP seam: a POST with a bounded answer. The only file that knows reqwest.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use url::Url;

/// Most bytes of an answer: a 4K picture in base64 has about 30 MB.
const MAX_ANSWER_BYTES: usize = 64 * 1024 * 1024;

/// A client that keeps connections open between calls.
#[derive(Clone, Debug)]
pub struct HttpClient {
    client: reqwest::Client,
    timeout: Duration,
}

/// An answer of whatever status.
#[derive(Debug)]
pub(super) struct HttpAnswer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HttpError {
    /// Nothing came in time.
    Timeout,
    /// No connection, or it broke.
    Unreachable,
    /// More bytes than an answer may have.
    TooLarge,
}

impl HttpClient {
    /// A client whose calls end after `timeout`. Redirects are never followed: the token belongs to one host.
    pub fn new(timeout: Duration) -> Result<Self, reqwest::Error> {
        let builder = reqwest::Client::builder();
        #[cfg(feature = "native")]
        let builder = builder
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(5))
            .tcp_nodelay(true)
            .no_proxy();
        Ok(Self { client: builder.build()?, timeout })
    }

    /// Posts JSON and reads the whole answer.
    pub(super) async fn post(&self, url: Url, headers: HeaderMap, body: Bytes) -> Result<HttpAnswer, HttpError> {
        let request = self
            .client
            .post(url)
            .headers(headers)
            .header(http::header::CONTENT_TYPE, "application/json")
            .timeout(self.timeout)
            .body(body);
        sendable(exchange(request)).await
    }
}

async fn exchange(request: reqwest::RequestBuilder) -> Result<HttpAnswer, HttpError> {
    use futures::StreamExt;

    let response = request.send().await.map_err(error)?;
    let status = response.status();
    let headers = response.headers().clone();
    let mut body = BytesMut::new();
    let mut chunks = response.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(error)?;
        if body.len() + chunk.len() > MAX_ANSWER_BYTES {
            return Err(HttpError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(HttpAnswer { status, headers, body: body.freeze() })
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn error(error: reqwest::Error) -> HttpError {
    if error.is_timeout() { HttpError::Timeout } else { HttpError::Unreachable }
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

//! HTTP on a Worker, with its own fetch: reqwest's follows redirects there, and would take the token along.

use std::time::Duration;

use futures::future::{BoxFuture, Either, select};
use futures::{FutureExt, StreamExt};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use js_sys::Uint8Array;
use send_wrapper::SendWrapper;
use url::Url;
use worker::{AbortController, Delay, Fetch, Headers, Method, Request, RequestInit, RequestRedirect};

use super::{HttpAnswer, HttpError, NoClient, read};
use crate::gateway::body::RequestBody;

#[derive(Clone, Debug)]
pub(super) struct Client;

impl Client {
    #[expect(clippy::unnecessary_wraps, reason = "the shape of its native twin")]
    pub(super) fn new() -> Result<Self, NoClient> {
        Ok(Self)
    }

    /// The body goes as a whole: a fetch takes no body of known length in pieces. Of the answer `most` bytes are read.
    #[expect(clippy::unused_self, reason = "the shape of its native twin")]
    pub(super) fn send<'a>(
        &'a self,
        url: Url,
        headers: HeaderMap,
        body: Option<&'a RequestBody>,
        timeout: Duration,
        most: usize,
    ) -> BoxFuture<'a, Result<HttpAnswer, HttpError>> {
        // The future holds JavaScript values and is not `Send`, though there is but one thread.
        Box::pin(SendWrapper::new(async move {
            let request = request(&url, &headers, body).map_err(|_| HttpError::Broken)?;
            let abort = AbortOnDrop(Some(AbortController::default()));
            let exchange = exchange(request, &abort, most).boxed_local();
            match select(exchange, Box::pin(Delay::from(timeout))).await {
                Either::Left((outcome, _)) => outcome,
                Either::Right(((), _)) => Err(HttpError::Timeout),
            }
        }))
    }
}

fn request(url: &Url, headers: &HeaderMap, body: Option<&RequestBody>) -> worker::Result<Request> {
    let sent = Headers::new();
    for (name, value) in headers {
        sent.set(name.as_str(), value.to_str().unwrap_or_default())?;
    }
    let mut init = RequestInit::new();
    init.with_headers(sent).with_redirect(RequestRedirect::Manual);
    if let Some(body) = body {
        let length =
            u32::try_from(body.length()).map_err(|_| worker::Error::RustError("the body is too long".into()))?;
        let whole = Uint8Array::new_with_length(length);
        let mut at = 0;
        for frame in body.frames() {
            let length = u32::try_from(frame.len()).unwrap_or_default();
            whole.subarray(at, at + length).copy_from(&frame);
            at += length;
        }
        init.with_method(Method::Post).with_body(Some(whole.into()));
    }
    Request::new_with_init(url.as_str(), &init)
}

async fn exchange(request: Request, abort: &AbortOnDrop, most: usize) -> Result<HttpAnswer, HttpError> {
    let sending = Fetch::Request(request);
    let response = match abort.0.as_ref().map(AbortController::signal) {
        Some(signal) => sending.send_with_signal(&signal).await,
        None => sending.send().await,
    };
    let mut response = response.map_err(|_| HttpError::Broken)?;
    let status = StatusCode::from_u16(response.status_code()).map_err(|_| HttpError::Broken)?;
    let mut headers = HeaderMap::new();
    for (name, value) in response.headers().entries() {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.append(name, value);
        }
    }
    // An answer without a body has no stream.
    let Ok(chunks) = response.stream() else {
        return Ok(HttpAnswer { status, headers, body: Vec::new() });
    };
    read(status, headers, chunks.map(|chunk| chunk.map_err(|_| HttpError::Broken)), most).await
}

/// Ends a fetch that nobody waits for any more.
struct AbortOnDrop(Option<AbortController>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(controller) = self.0.take() {
            controller.abort();
        }
    }
}

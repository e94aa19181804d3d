//! HTTP natively, with reqwest.

use std::time::Duration;

use futures::StreamExt;
use http::{HeaderMap, Method};
use url::Url;

use super::{HttpAnswer, HttpError, NoClient, read};
use crate::gateway::body::RequestBody;

#[derive(Clone, Debug)]
pub(super) struct Client(reqwest::Client);

impl Client {
    pub(super) fn new() -> Result<Self, NoClient> {
        let builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(5))
            .tcp_nodelay(true)
            .no_proxy();
        builder.build().map(Self).map_err(|error| NoClient(error.to_string()))
    }

    /// The body goes frame by frame, with the length that is known beforehand. Of the answer `most` bytes are read.
    pub(super) async fn send(
        &self,
        url: Url,
        headers: HeaderMap,
        body: Option<&RequestBody>,
        timeout: Duration,
        most: usize,
    ) -> Result<HttpAnswer, HttpError> {
        let method = if body.is_some() { Method::POST } else { Method::GET };
        let request = self.0.request(method, url).headers(headers).timeout(timeout);
        let request = match body {
            Some(body) => request.body(reqwest::Body::wrap(body.frames())),
            None => request,
        };
        let response = request.send().await.map_err(|failed| error(&failed))?;
        let (status, headers) = (response.status(), response.headers().clone());
        read(status, headers, response.bytes_stream().map(|chunk| chunk.map_err(|failed| error(&failed))), most).await
    }
}

fn error(error: &reqwest::Error) -> HttpError {
    // A connection that took too long was never made.
    if error.is_connect() {
        HttpError::NoConnection
    } else if error.is_timeout() {
        HttpError::Timeout
    } else {
        HttpError::Broken
    }
}

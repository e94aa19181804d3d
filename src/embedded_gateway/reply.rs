//! What Google's side answers to the gateway: status, headers, a body that is whole, in pieces or endless, and what it counts.

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::Value;

use super::faults::Transport;

/// What an answer counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) model: String,
    pub(super) tokens_in: u32,
    /// Candidates and thoughts.
    pub(super) tokens_out: u32,
    /// Those of `tokens_out` that are pictures.
    pub(super) image_tokens: u32,
}

/// A body.
#[derive(Clone, Debug)]
pub(super) enum Payload {
    /// All of it.
    Whole(Bytes),
    /// A stream, piece by piece.
    Pieces(Vec<Bytes>),
    /// So many bytes, made while they are sent.
    Huge(u64),
}

/// An answer.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) payload: Payload,
    pub(super) tally: Tally,
    /// What befalls it on the way to the caller.
    pub(super) transport: Option<Transport>,
}

impl Reply {
    /// A body of that content type.
    pub(super) fn new(status: u16, content_type: &'static str, payload: Payload) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut headers = HeaderMap::new();
        headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        Self { status, headers, payload, tally: Tally::default(), transport: None }
    }

    /// JSON as Google sends it.
    pub(super) fn json(status: u16, body: &Value) -> Self {
        Self::new(status, "application/json; charset=UTF-8", Payload::Whole(Bytes::from(body.to_string())))
    }

    /// The same with one more header; one that cannot be sent is left out.
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            self.headers.insert(name, value);
        }
        self
    }

    /// The body in one piece, for the cache and the logs; nothing for a huge one.
    pub(super) fn whole(&self) -> Option<Bytes> {
        match &self.payload {
            Payload::Whole(bytes) => Some(bytes.clone()),
            Payload::Pieces(pieces) => Some(Bytes::from(pieces.concat())),
            Payload::Huge(_) => None,
        }
    }

    pub(super) fn content_type(&self) -> &str {
        let value = self.headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    }

    /// The answer as HTTP.
    pub(super) fn into_response(self) -> Response {
        let body = match self.payload {
            Payload::Whole(bytes) => Body::from(bytes),
            Payload::Pieces(pieces) => {
                Body::from_stream(futures::stream::iter(pieces.into_iter().map(Ok::<_, std::io::Error>)))
            }
            Payload::Huge(bytes) => huge(bytes),
        };
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}

/// A candidate whose text never ends, never held in memory.
fn huge(bytes: u64) -> Body {
    const OPENING: &str = r#"{"candidates":[{"content":{"role":"model","parts":[{"text":""#;
    let piece = Bytes::from(vec![b'a'; 64 * 1024]);
    Body::from_stream(async_stream::stream! {
        let mut left = bytes;
        yield Ok::<_, std::io::Error>(Bytes::from_static(OPENING.as_bytes()));
        while left > 0 {
            let length = usize::try_from(left).unwrap_or(usize::MAX).min(piece.len());
            left = left.saturating_sub(u64::try_from(length).unwrap_or(u64::MAX));
            yield Ok(piece.slice(..length));
        }
        yield Ok(Bytes::from_static(br#""}]},"finishReason":"STOP","index":0}]}"#));
    })
}

//! What the door answers instead of a stream: one `failed` line; in the browser also a connection that broke.

use server_fn::error::{FromServerFnError, ServerFnErrorErr};
use server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType};

use crate::look::event::{Event, FailureNotice};
use crate::look::reading;

/// Why there is no stream of events, or no more of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LookError {
    /// The server refused and says why.
    Refused(FailureNotice),
    /// The connection failed or what came cannot be read; the text is for a developer.
    Broken(String),
}

impl FromServerFnError for LookError {
    type Encoder = EventLine;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self::Broken(error.to_string())
    }
}

/// The encoding of a [`LookError`]: the same line that ends a stream.
pub struct EventLine;

impl ContentType for EventLine {
    const CONTENT_TYPE: &'static str = "application/x-ndjson";
}

impl FormatType for EventLine {
    const FORMAT_TYPE: Format = Format::Text;
}

impl Encodes<LookError> for EventLine {
    type Error = serde_json::Error;

    fn encode(error: &LookError) -> Result<Bytes, Self::Error> {
        match error {
            LookError::Refused(notice) => line(&Event::Failed(notice.clone())),
            // Only servers encode, and ours refuse in words; this is for what leptos itself finds wrong.
            LookError::Broken(_) => Ok(Bytes::from_static(
                b"{\"event\":\"failed\",\"step\":null,\"code\":\"bad_request\",\"message\":\"\",\"hint\":\"\",\"retry_after_s\":null,\"request_id\":null}\n",
            )),
        }
    }
}

#[cfg(feature = "ssr")]
#[expect(clippy::unnecessary_wraps, reason = "the shape of the browser's twin")]
fn line(event: &Event) -> Result<Bytes, serde_json::Error> {
    Ok(Bytes::from(event.to_line()))
}

/// The browser never encodes an error, so it does not carry the code to.
#[cfg(not(feature = "ssr"))]
fn line(_event: &Event) -> Result<Bytes, serde_json::Error> {
    Err(serde::ser::Error::custom("only servers encode errors"))
}

impl Decodes<LookError> for EventLine {
    type Error = serde_json::Error;

    fn decode(bytes: Bytes) -> Result<LookError, Self::Error> {
        match std::str::from_utf8(&bytes).ok().and_then(reading::line) {
            Some(Event::Failed(notice)) => Ok(LookError::Refused(notice)),
            _ => Ok(LookError::Broken("an event where a failure was expected".to_owned())),
        }
    }
}

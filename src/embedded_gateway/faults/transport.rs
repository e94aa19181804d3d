//! Faults of the way between gateway and caller: connections that end, stall or crawl.

use std::io;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use futures::StreamExt;
use tokio_util::sync::CancellationToken;

use crate::embedded_gateway::calls::Open;
use crate::embedded_gateway::wire::{End, Wire};

/// What befalls an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Transport {
    /// The connection is closed after so many bytes, in order; 0 is no answer at all.
    Hangup { after_bytes: usize },
    /// The connection is reset after so many bytes.
    Reset { after_bytes: usize },
    /// The head comes, the body never.
    Stall,
    /// Nothing comes.
    Silence,
    /// The true answer, piece by piece.
    Trickle { every_ms: u64, bytes: usize },
}

impl Transport {
    /// Lets it happen. `held` ends what would never end; `open` counts the call until its last byte.
    pub(in super::super) async fn befall(
        self,
        response: Response,
        wire: &Wire,
        held: CancellationToken,
        open: Open,
    ) -> Response {
        match self {
            Self::Hangup { after_bytes } => wire.cut(after_bytes, End::Closed),
            Self::Reset { after_bytes } => wire.cut(after_bytes, End::Reset),
            Self::Silence => {
                held.cancelled().await;
                drop(open);
                wire.cut(0, End::Closed);
            }
            Self::Stall => return response.map(|_| stalled(held, open)),
            Self::Trickle { every_ms, bytes } => {
                return response.map(|body| trickling(body, every_ms, bytes, held, open));
            }
        }
        // Where no hand is on the wire the body breaks off, which ends the connection as well.
        response.map(|body| if wire.is_held() { body } else { Body::from_stream(futures::stream::iter([broken()])) })
    }
}

fn broken() -> io::Result<&'static [u8]> {
    Err(io::ErrorKind::ConnectionAborted.into())
}

fn stalled(held: CancellationToken, open: Open) -> Body {
    Body::from_stream(futures::stream::once(async move {
        held.cancelled().await;
        drop(open);
        broken()
    }))
}

#[expect(clippy::disallowed_methods, reason = "a server of its own, beside the application and not part of it")]
fn trickling(body: Body, every_ms: u64, bytes: usize, held: CancellationToken, open: Open) -> Body {
    Body::from_stream(async_stream::stream! {
        let _open = open;
        let mut whole = body.into_data_stream();
        while let Some(Ok(mut chunk)) = whole.next().await {
            while !chunk.is_empty() {
                if held.is_cancelled() {
                    yield Err(io::ErrorKind::ConnectionAborted.into());
                    return;
                }
                yield Ok::<_, io::Error>(chunk.split_to(bytes.min(chunk.len())));
                tokio::time::sleep(Duration::from_millis(every_ms)).await;
            }
        }
    })
}

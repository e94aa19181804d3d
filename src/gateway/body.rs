//! The body of a request, made while it is sent: the photos are turned into base64 frame by frame, so that no copy of them in base64 is
//! ever in memory, and yet the length is known beforehand.

use std::sync::Arc;

use bytes::Bytes;

/// Bytes of a photo in one frame: a multiple of 3, so that only a photo's last frame is padded.
const FRAME_BYTES: usize = 48 * 1024;

/// A piece of a body.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    /// Sent as it is.
    Plain(Bytes),
    /// Sent as base64.
    Base64(Bytes),
}

/// A body that can be sent again and again. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct RequestBody {
    pieces: Arc<[Piece]>,
}

/// What is left to be sent of a body.
#[derive(Debug)]
pub(super) struct Frames {
    pieces: Arc<[Piece]>,
    /// The piece that is being sent.
    piece: usize,
    /// How many of its bytes have been sent.
    sent: usize,
    /// How many bytes of the whole are left.
    left: u64,
}

impl Piece {
    fn length(&self) -> usize {
        match self {
            Self::Plain(bytes) => bytes.len(),
            Self::Base64(bytes) => bytes.len().div_ceil(3) * 4,
        }
    }
}

impl RequestBody {
    pub(super) fn new(pieces: Vec<Piece>) -> Self {
        Self { pieces: pieces.into() }
    }

    /// Exactly as many bytes as the frames have together.
    pub(super) fn length(&self) -> u64 {
        self.pieces.iter().map(|piece| piece.length() as u64).sum()
    }

    /// The frames from the first one on.
    pub(super) fn frames(&self) -> Frames {
        Frames { pieces: self.pieces.clone(), piece: 0, sent: 0, left: self.length() }
    }
}

impl Iterator for Frames {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        loop {
            let piece = self.pieces.get(self.piece)?;
            let (Piece::Plain(bytes) | Piece::Base64(bytes)) = piece;
            if self.sent >= bytes.len() {
                self.piece += 1;
                self.sent = 0;
                continue;
            }
            let frame = match piece {
                Piece::Plain(bytes) => {
                    self.sent = bytes.len();
                    bytes.clone()
                }
                Piece::Base64(bytes) => {
                    let end = bytes.len().min(self.sent + FRAME_BYTES);
                    let raw = bytes.slice(self.sent..end);
                    self.sent = end;
                    Bytes::from(base64_simd::STANDARD.encode_type::<Vec<u8>>(&raw))
                }
            };
            self.left = self.left.saturating_sub(frame.len() as u64);
            return Some(frame);
        }
    }
}

/// Natively the frames are pulled by the connection, as fast as it takes them.
#[cfg(feature = "native")]
impl http_body::Body for Frames {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
        std::task::Poll::Ready(self.next().map(|frame| Ok(http_body::Frame::data(frame))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> http_body::SizeHint {
        http_body::SizeHint::with_exact(self.left)
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use bytes::Bytes;

    use super::{FRAME_BYTES, Piece, RequestBody};

    #[test]
    fn frames_are_the_body_and_the_length_is_theirs() {
        for size in [0, 1, 2, 3, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 3 * FRAME_BYTES + 2] {
            let photo: Vec<u8> = (0..size).map(|at| u8::try_from(at % 251).unwrap()).collect();
            let body = RequestBody::new(vec![
                Piece::Plain(Bytes::from_static(b"<")),
                Piece::Base64(Bytes::from(photo.clone())),
                Piece::Plain(Bytes::new()),
                Piece::Plain(Bytes::from_static(b">")),
            ]);
            for _again in 0..2 {
                let sent: Vec<u8> = body.frames().flatten().collect();
                assert_eq!(String::from_utf8(sent.clone()).unwrap(), format!("<{}>", STANDARD.encode(&photo)));
                assert_eq!(body.length(), sent.len() as u64, "{size}");
            }
            assert!(body.frames().all(|frame| frame.len() <= FRAME_BYTES / 3 * 4), "small enough to forget");
        }
    }
}

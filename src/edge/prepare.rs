//! Photos at the edge, where there are 10 ms of CPU for a request: nothing is decoded, the file is written anew from what makes its picture.
//!
//! What turns a picture upright would be lost with its EXIF, so an EXIF is put back that says this and nothing else. Colour profiles stay:
//! without theirs the colours of a phone's photo are wrong. A profile may hold words, but they are those of its maker, not of the owner.

mod jpeg;
mod turn;

use bytes::Bytes;
use futures::future::{BoxFuture, ready};
use img_parts::ImageEXIF;
use img_parts::png::Png;
use img_parts::riff::RiffContent;
use img_parts::webp::{CHUNK_ALPH, CHUNK_ANIM, CHUNK_ANMF, CHUNK_ICCP, CHUNK_VP8, CHUNK_VP8L, CHUNK_VP8X, WebP};

use crate::look::failure::{Failure, FailureCode, PhotoRole};
use crate::look::photo::{Photo, PhotoFormat};
use crate::pipeline::prepare::Prepare;
use turn::Turn;

/// Cuts out of a file what is not its picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct EdgePrepare;

impl Prepare for EdgePrepare {
    fn version(&self) -> &'static str {
        "edge 1"
    }

    fn prepare(&self, photo: Photo, role: PhotoRole) -> BoxFuture<'_, Result<Photo, Failure>> {
        let prepared = prepared(photo).ok_or_else(|| Failure::new(FailureCode::BrokenImage).photo(role));
        Box::pin(ready(prepared))
    }
}

/// A file without what was said about its picture, and how the picture is to be turned.
struct Stripped {
    bytes: Bytes,
    turn: Option<Turn>,
}

fn prepared(photo: Photo) -> Option<Photo> {
    let Stripped { bytes, turn } = match photo.format {
        PhotoFormat::Jpeg => jpeg::strip(&photo.bytes)?,
        PhotoFormat::Png => strip_png(photo.bytes)?,
        PhotoFormat::WebP => strip_webp(photo.bytes)?,
    };
    // The sides as they are seen: the shape of the result follows them.
    let (width, height) = match turn {
        Some(turn) if turn.swaps_sides() => (photo.height, photo.width),
        _ => (photo.width, photo.height),
    };
    Some(Photo { bytes, format: photo.format, width, height })
}

/// The chunks that make the picture; all others are words about it.
const PNG_CHUNKS: [[u8; 4]; 10] =
    [*b"IHDR", *b"PLTE", *b"IDAT", *b"IEND", *b"tRNS", *b"gAMA", *b"cHRM", *b"sRGB", *b"sBIT", *b"iCCP"];

fn strip_png(file: Bytes) -> Option<Stripped> {
    let mut png = Png::from_bytes(file).ok()?;
    let turn = png.exif().and_then(|exif| Turn::of(&exif));
    png.chunks_mut().retain(|chunk| PNG_CHUNKS.contains(&chunk.kind()));
    png.set_exif(turn.map(|turn| Bytes::from(turn.to_tiff())));
    Some(Stripped { bytes: png.encoder().bytes(), turn })
}

/// The same for WebP. An animation is accepted as its file is.
const WEBP_CHUNKS: [[u8; 4]; 7] = [CHUNK_VP8X, CHUNK_VP8, CHUNK_VP8L, CHUNK_ALPH, CHUNK_ANIM, CHUNK_ANMF, CHUNK_ICCP];
/// In the first byte of VP8X: an XMP chunk follows.
const HAS_XMP: u8 = 0b0000_0100;

fn strip_webp(file: Bytes) -> Option<Stripped> {
    let mut webp = WebP::from_bytes(file).ok()?;
    let turn = webp.exif().and_then(|exif| Turn::of(&exif));
    webp.chunks_mut().retain(|chunk| WEBP_CHUNKS.contains(&chunk.id()));
    for head in webp.chunks_mut().iter_mut().filter(|chunk| chunk.id() == CHUNK_VP8X) {
        if let RiffContent::Data(data) = head.content_mut() {
            let mut bytes = data.to_vec();
            if let Some(flags) = bytes.first_mut() {
                *flags &= !HAS_XMP;
            }
            *data = Bytes::from(bytes);
        }
    }
    // This puts the flags of EXIF and ICC right as well.
    webp.set_exif(turn.map(|turn| Bytes::from(turn.to_tiff())));
    Some(Stripped { bytes: webp.encoder().bytes(), turn })
}

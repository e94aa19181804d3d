//! Photos at the edge, where there are 10 ms of CPU for a request: nothing is decoded, the metadata is cut out of the file.
//!
//! What turns a JPEG upright would be lost with its EXIF, so an EXIF is put back that says this and nothing else.

use bytes::Bytes;
use futures::future::{BoxFuture, ready};
use img_parts::jpeg::{Jpeg, JpegSegment, markers};
use img_parts::png::Png;
use img_parts::webp::WebP;

use crate::look::failure::{Failure, FailureCode, PhotoRole};
use crate::look::photo::{Photo, PhotoFormat};
use crate::pipeline::prepare::Prepare;

/// Cuts metadata out.
#[derive(Clone, Copy, Debug)]
pub(super) struct EdgePrepare;

impl Prepare for EdgePrepare {
    fn prepare(&self, photo: Photo, role: PhotoRole) -> BoxFuture<'_, Result<Photo, Failure>> {
        let stripped = strip(&photo).ok_or_else(|| Failure::new(FailureCode::BrokenImage).photo(role));
        Box::pin(ready(stripped.map(|bytes| Photo { bytes, ..photo })))
    }
}

fn strip(photo: &Photo) -> Option<Bytes> {
    let file = photo.bytes.clone();
    match photo.format {
        PhotoFormat::Jpeg => Some(strip_jpeg(Jpeg::from_bytes(file).ok()?)),
        PhotoFormat::Png => {
            let mut png = Png::from_bytes(file).ok()?;
            png.chunks_mut().retain(|chunk| PNG_CHUNKS.contains(&&chunk.kind()));
            Some(png.encoder().bytes())
        }
        PhotoFormat::WebP => {
            let mut webp = WebP::from_bytes(file).ok()?;
            for id in [*b"EXIF", *b"XMP "] {
                webp.remove_chunks_by_id(id);
            }
            Some(webp.encoder().bytes())
        }
    }
}

/// The chunks that make the picture; all others are words about it.
const PNG_CHUNKS: [&[u8; 4]; 9] = [b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT"];

fn strip_jpeg(mut jpeg: Jpeg) -> Bytes {
    let orientation = jpeg.segments().iter().find_map(|segment| orientation(segment.contents()));
    // APP0 says how to read the pixels, APP14 (Adobe) how to read the colours; the other APPs and comments go.
    jpeg.segments_mut().retain(|segment| {
        let marker = segment.marker();
        let is_app = (markers::APP0..=markers::APP15).contains(&marker);
        let is_needed = marker == markers::APP0 || marker == markers::APP14;
        (!is_app || is_needed) && marker != markers::COM
    });
    if let Some(orientation) = orientation.filter(|orientation| (2..=8).contains(orientation)) {
        jpeg.segments_mut().insert(0, exif(orientation));
    }
    jpeg.encoder().bytes()
}

/// An EXIF of one entry: how to turn the picture.
fn exif(orientation: u8) -> JpegSegment {
    let mut contents = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    contents.extend_from_slice(&[orientation, 0, 0, 0, 0, 0, 0]);
    JpegSegment::new_with_contents(markers::APP1, Bytes::from(contents))
}

/// The orientation (tag 0x0112) in the first directory of an EXIF segment.
fn orientation(contents: &[u8]) -> Option<u8> {
    let tiff = contents.strip_prefix(b"Exif\0\0")?;
    let is_little = match tiff.get(..2)? {
        b"II" => true,
        b"MM" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let bytes: [u8; 2] = tiff.get(at..at + 2)?.try_into().ok()?;
        Some(if is_little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let long = |at: usize| {
        let bytes: [u8; 4] = tiff.get(at..at + 4)?.try_into().ok()?;
        let value = if is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) };
        usize::try_from(value).ok()
    };
    let directory = long(4)?;
    let entries = usize::from(short(directory)?);
    let mut fields = (0..entries.min(64)).map(|index| directory + 2 + index * 12);
    let field = fields.find(|field| short(*field) == Some(0x0112))?;
    u8::try_from(short(field + 8)?).ok()
}

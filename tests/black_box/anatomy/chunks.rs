//! PNG: chunks with their sums.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::RgbImage;

/// What every PNG begins with.
pub(crate) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
/// So many bytes are the signature and the head.
pub(crate) const SIGNATURE_AND_HEAD: usize = 33;

/// A chunk as it lies in a file.
pub(crate) fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut sum = crc32fast::Hasher::new();
    sum.update(kind);
    sum.update(data);
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [length.as_slice(), kind, data, &sum.finalize().to_be_bytes()].concat()
}

/// The head: sides, and depth, colour, compression, filter, interlacing.
pub(crate) fn ihdr(width: u32, height: u32, kind: [u8; 5]) -> Vec<u8> {
    chunk(b"IHDR", &[width.to_be_bytes().as_slice(), &height.to_be_bytes(), &kind].concat())
}

/// A file of these chunks and an end.
pub(crate) fn png_of(chunks: &[Vec<u8>]) -> Vec<u8> {
    [PNG, &chunks.concat(), &chunk(b"IEND", b"")].concat()
}

/// A good file with one more chunk behind its head.
pub(crate) fn png_with(file: &[u8], chunk: &[u8]) -> Vec<u8> {
    let (head, rest) = file.split_at(SIGNATURE_AND_HEAD);
    [head, chunk, rest].concat()
}

/// What the chunks of a picture's data hold before they are deflated: unfiltered rows.
pub(crate) fn rows_of(picture: &RgbImage) -> Vec<u8> {
    let width = usize::try_from(picture.width()).unwrap() * 3;
    picture.as_raw().chunks(width).flat_map(|row| [[0_u8].as_slice(), row].concat()).collect()
}

/// Deflates as far as can be.
pub(crate) fn zlib(data: &[u8]) -> Vec<u8> {
    deflated(data, Compression::best())
}

/// In the frame of what is deflated, and as it is.
pub(crate) fn stored(data: &[u8]) -> Vec<u8> {
    deflated(data, Compression::none())
}

fn deflated(data: &[u8], how: Compression) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), how);
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

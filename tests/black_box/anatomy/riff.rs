//! WebP: chunks in a RIFF file.

/// A chunk as it lies in a file.
pub(crate) fn riff_chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap().to_le_bytes();
    let padding = vec![0; data.len() % 2];
    [kind.as_slice(), &length, data, &padding].concat()
}

/// A file of these chunks.
pub(crate) fn webp_of(chunks: &[Vec<u8>]) -> Vec<u8> {
    let body = chunks.concat();
    let length = u32::try_from(body.len() + 4).unwrap().to_le_bytes();
    [b"RIFF".as_slice(), &length, b"WEBP", &body].concat()
}

/// The head of a file that has more than a picture to say.
pub(crate) fn vp8x(flags: u8, width: u32, height: u32) -> Vec<u8> {
    let (width, height) = ((width - 1).to_le_bytes(), (height - 1).to_le_bytes());
    riff_chunk(b"VP8X", &[[flags, 0, 0, 0].as_slice(), &width[..3], &height[..3]].concat())
}

/// The chunks of a good file that make its picture, and whether there is transparency among them.
pub(crate) fn picture_chunks(file: &[u8]) -> (Vec<u8>, bool) {
    const ALPHA: u8 = 0x10;
    const VP8X_BYTES: usize = 18;
    match &file[12..16] {
        b"VP8X" => (file[12 + VP8X_BYTES..].to_vec(), file[20] & ALPHA != 0),
        // Bit 28 of a lossless head.
        b"VP8L" => (file[12..].to_vec(), file[24] & 0x10 != 0),
        _ => (file[12..].to_vec(), false),
    }
}

/// A good file of that size with one more chunk, announced as it has to be.
pub(crate) fn dressed_webp(file: &[u8], (width, height): (u32, u32), kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let (picture, has_alpha) = picture_chunks(file);
    let flag = match kind {
        b"ICCP" => 0x20,
        b"EXIF" => 0x08,
        b"XMP " => 0x04,
        _ => 0,
    };
    let head = vp8x(flag | if has_alpha { 0x10 } else { 0 }, width, height);
    let new = riff_chunk(kind, data);
    // A profile comes before the picture, everything else behind it.
    if kind == b"ICCP" { webp_of(&[head, new, picture]) } else { webp_of(&[head, picture, new]) }
}

//! The chunks of a WebP: decoders believe what these say of themselves, so it has to be true.

/// Whether a file is as large as its chunks say, and none of its frames larger than `canvas`: a decoder allocates what is said before it
/// reads anything.
pub(super) fn is_true(file: &[u8], canvas: (u32, u32)) -> bool {
    let Some((head, chunks)) = file.split_first_chunk::<12>() else { return false };
    let [_, _, _, _, length @ .., _, _, _, _] = *head;
    // What lies behind the file's end, by its own word, nobody reads.
    let length = usize::try_from(u32::from_le_bytes(length)).unwrap_or(usize::MAX).saturating_sub(4);
    are_true(chunks.get(..length).unwrap_or(chunks), canvas, true)
}

fn are_true(mut chunks: &[u8], canvas: (u32, u32), may_hold_frames: bool) -> bool {
    while let Some((head, behind)) = chunks.split_first_chunk::<8>() {
        let [a, b, c, d, length @ ..] = *head;
        let length = usize::try_from(u32::from_le_bytes(length)).unwrap_or(usize::MAX);
        // A picture that breaks off is the decoder's to refuse; words that do are taken for as long as they say.
        let is_whole = behind.len() >= length;
        let contents = behind.get(..length).unwrap_or(behind);
        let is_true = match &[a, b, c, d] {
            b"VP8 " => lossy(contents).is_none_or(|frame| fits(frame, canvas)),
            b"VP8L" => lossless(contents).is_none_or(|frame| fits(frame, canvas)),
            b"ANMF" => may_hold_frames && contents.get(16..).is_some_and(|frame| are_true(frame, canvas, false)),
            b"EXIF" | b"ICCP" | b"XMP " => is_whole,
            _ => true,
        };
        if !is_true {
            return false;
        }
        chunks = behind.get(length.saturating_add(length % 2)..).unwrap_or_default();
    }
    true
}

fn fits(frame: (u32, u32), canvas: (u32, u32)) -> bool {
    frame.0 <= canvas.0 && frame.1 <= canvas.1
}

/// The sides of a lossy frame (RFC 6386, 9.1).
fn lossy(frame: &[u8]) -> Option<(u32, u32)> {
    let [a, b, c, d] = *frame.get(6..10)?.first_chunk()?;
    let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
    Some((side(a, b), side(c, d)))
}

/// The sides of a lossless frame: 14 bits each, less one, behind a byte of signature.
fn lossless(frame: &[u8]) -> Option<(u32, u32)> {
    let bits = u32::from_le_bytes(*frame.get(1..5)?.first_chunk()?);
    Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
}

#[cfg(test)]
mod tests {
    use super::is_true;

    fn chunk(name: [u8; 4], contents: &[u8], length: u32) -> Vec<u8> {
        [&name[..], &length.to_le_bytes(), contents].concat()
    }

    fn file(chunks: &[Vec<u8>]) -> Vec<u8> {
        let chunks = chunks.concat();
        let length = u32::try_from(chunks.len() + 4).unwrap().to_le_bytes();
        [b"RIFF", &length[..], b"WEBP", &chunks].concat()
    }

    #[test]
    fn what_chunks_say_of_themselves_has_to_be_true() {
        let frame = |width: u16, height: u16| {
            let (width, height) = (width.to_le_bytes(), height.to_le_bytes());
            chunk(*b"VP8 ", &[&[0; 6], &width[..], &height[..]].concat(), 10)
        };
        let check = |chunks: &[Vec<u8>]| is_true(&file(chunks), (90, 120));
        assert!(check(&[frame(90, 120), chunk(*b"EXIF", b"four", 4)]));
        assert!(!check(&[frame(90, 120), chunk(*b"EXIF", b"four", 0xffff_fff0)]), "words of four gigabytes");
        assert!(!check(&[frame(91, 120)]) && !check(&[frame(16_383, 16_383)]), "a frame larger than its canvas");
        let animated = |inner: Vec<u8>| chunk(*b"ANMF", &[vec![0; 16], inner].concat(), 34);
        assert!(check(&[animated(frame(90, 120))]) && !check(&[animated(frame(900, 120))]));
        let lossless = |width: u32, height: u32| {
            let bits = (width - 1) | (height - 1) << 14;
            chunk(*b"VP8L", &[&[0x2f], &bits.to_le_bytes()[..], &[0]].concat(), 6)
        };
        assert!(check(&[lossless(90, 120)]) && !check(&[lossless(90, 121)]));
        let behind_its_end = [file(&[frame(90, 120)]), chunk(*b"EXIF", b"words", u32::MAX)].concat();
        assert!(is_true(&behind_its_end, (90, 120)));
        assert!(!is_true(b"RIFF", (90, 120)));
    }
}

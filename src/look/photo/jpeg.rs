//! The head of a JPEG: how large its picture is, by the one frame that decoders draw.

/// Most segments before a picture's data: a decoder's time grows with their square. Phones write a few hundred.
const MAX_SEGMENTS: usize = 2_000;
const FILL: u8 = 0xff;
const SOI: u8 = 0xd8;
const SOS: u8 = 0xda;

/// Width and height; nothing for a head that is none, or for a frame that nobody decodes.
pub(super) fn sides(file: &[u8]) -> Option<(usize, usize)> {
    let mut rest = file.strip_prefix(&[FILL, SOI])?;
    let mut sides = None;
    for _ in 0..MAX_SEGMENTS {
        rest = rest.strip_prefix(&[FILL])?;
        // Any number of them may stand before a marker (T.81 B.1.1.2).
        let padding = rest.iter().take_while(|byte| **byte == FILL).count();
        let (marker, behind) = rest.get(padding..)?.split_first()?;
        let (length, behind) = behind.split_first_chunk()?;
        let (contents, behind) = behind.split_at_checked(usize::from(u16::from_be_bytes(*length)).checked_sub(2)?)?;
        match *marker {
            0xc0..=0xc2 if sides.is_none() => sides = Some(sides_of(contents)?),
            // A second frame, or one of a kind that decoders skip: they would draw another picture than was measured.
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => return None,
            SOS => return sides,
            _ => {}
        }
        rest = behind;
    }
    None
}

fn sides_of(frame: &[u8]) -> Option<(usize, usize)> {
    let [_, high, low, wide, narrow, ..] = frame else { return None };
    let side = |first: &u8, second: &u8| usize::from(u16::from_be_bytes([*first, *second]));
    Some((side(wide, narrow), side(high, low)))
}

#[cfg(test)]
mod tests {
    use super::sides;

    /// A segment with that marker.
    fn segment(marker: u8, contents: &[u8]) -> Vec<u8> {
        let length = u16::try_from(contents.len() + 2).unwrap().to_be_bytes();
        [&[0xff, marker], &length[..], contents].concat()
    }

    fn frame(marker: u8, width: u16, height: u16) -> Vec<u8> {
        segment(marker, &[&[8], &height.to_be_bytes()[..], &width.to_be_bytes()[..], &[3]].concat())
    }

    fn file(segments: &[Vec<u8>]) -> Vec<u8> {
        [b"\xff\xd8".to_vec(), segments.concat(), segment(0xda, b"\x01")].concat()
    }

    #[test]
    fn the_frame_that_is_drawn_is_measured() {
        assert_eq!(sides(&file(&[segment(0xe1, b"Exif"), frame(0xc2, 640, 480)])), Some((640, 480)));
        let mut filled = file(&[frame(0xc0, 64, 48)]);
        filled.splice(2..2, [0xff, 0xff]);
        assert_eq!(sides(&filled), Some((64, 48)), "fill bytes before a marker");
        assert_eq!(sides(&file(&[frame(0xc3, 64, 64), frame(0xc0, 12_000, 12_000)])), None, "a lossless one before it");
        assert_eq!(sides(&file(&[frame(0xc0, 64, 64), frame(0xc0, 12_000, 12_000)])), None, "a second one");
        assert_eq!(sides(&file(&[])), None);
        assert_eq!(sides(&file(&vec![segment(0xfe, b""); 3_000])), None, "more segments than anybody writes");
        assert_eq!(sides(b"\xff\xd8\xff\xe1\xff\xff"), None, "shorter than it says");
    }
}

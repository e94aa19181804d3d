//! A JPEG written anew: its tables, frames and scans up to its own end. What lies between them or behind (a phone's film of the moment,
//! further pictures with an EXIF of their own) stays here.

use std::borrow::Cow;

use bytes::Bytes;
use img_parts::jpeg::markers::{APP0, APP1, APP2, APP14, EOI, EXP, JPG, P, RST0, RST7, SOF0, SOF15, SOI, SOS, Z};

use super::Stripped;
use super::turn::{EXIF, Turn};

/// For temporary use in arithmetic coding: the one marker without a length beside those of start, end and restart.
const TEM: u8 = 0x01;

/// The picture in `file`; nothing where there is none. One that is cut off keeps what there is of it.
pub(super) fn strip(file: &[u8]) -> Option<Stripped> {
    let mut rest = file.strip_prefix(&[P, SOI])?;
    let mut kept = Vec::with_capacity(file.len());
    kept.extend_from_slice(&[P, SOI]);
    let (mut turn, mut has_scan, mut in_scan) = (None, false, false);
    while let Some(found) = Found::next(rest) {
        // Data follow a scan's header only; behind other segments there should be nothing.
        if in_scan {
            kept.extend_from_slice(found.before);
        }
        rest = &[];
        if matches!(found.marker, SOI | EOI) {
            break;
        }
        let Some((contents, behind)) = split_segment(found.behind) else { break };
        match found.marker {
            APP1 if turn.is_none() => {
                turn = contents.strip_prefix(EXIF).and_then(Turn::of);
                if let Some(turn) = turn {
                    let mut exif = EXIF.to_vec();
                    exif.extend(turn.to_tiff());
                    push(&mut kept, APP1, &exif);
                }
            }
            marker => {
                if let Some(contents) = picture_of(marker, contents) {
                    push(&mut kept, marker, &contents);
                }
            }
        }
        in_scan = found.marker == SOS;
        has_scan |= in_scan;
        rest = behind;
    }
    if in_scan {
        kept.extend_from_slice(rest);
    }
    kept.extend_from_slice(&[P, EOI]);
    has_scan.then(|| Stripped { bytes: Bytes::from(kept), turn })
}

/// The next marker in a file, not counting those that are a scan's own.
struct Found<'a> {
    before: &'a [u8],
    marker: u8,
    behind: &'a [u8],
}

impl<'a> Found<'a> {
    fn next(bytes: &'a [u8]) -> Option<Self> {
        let mut from = 0;
        loop {
            let at = from + bytes.get(from..)?.iter().position(|byte| *byte == P)?;
            // Any number of 0xff may stand before a marker.
            let fill = bytes.get(at..)?.iter().take_while(|byte| **byte == P).count();
            let (marker, behind) = bytes.get(at + fill..)?.split_first()?;
            // A zero says that the 0xff was data, a restart that the scan goes on.
            if !matches!(*marker, Z | TEM | RST0..=RST7) {
                return Some(Self { before: bytes.get(..at)?, marker: *marker, behind });
            }
            from = at + fill + 1;
        }
    }
}

/// The contents of a segment, whose length counts itself, and what lies behind it.
fn split_segment(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)).checked_sub(2)?)
}

/// What is kept of a segment: all of what the picture is made of, and of what is said about it only how to read its pixels and colours.
fn picture_of(marker: u8, contents: &[u8]) -> Option<Cow<'_, [u8]>> {
    match marker {
        // Frames, scans and their tables; JPG lies among them and is an extension that nobody has defined.
        SOF0..=SOF15 | SOS..=EXP if marker != JPG => Some(Cow::Borrowed(contents)),
        // Without the small picture that it may hold, which may show more than the large one does.
        APP0 if contents.starts_with(b"JFIF\0") => {
            let mut head = contents.get(..12)?.to_vec();
            head.extend_from_slice(&[0, 0]);
            Some(Cow::Owned(head))
        }
        APP2 if contents.starts_with(b"ICC_PROFILE\0") => Some(Cow::Borrowed(contents)),
        APP14 if contents.starts_with(b"Adobe") => contents.get(..12).map(Cow::Borrowed),
        _ => None,
    }
}

/// Writes a segment. None is longer than its length can say, for each was cut from a file that said it.
fn push(kept: &mut Vec<u8>, marker: u8, contents: &[u8]) {
    let Ok(length) = u16::try_from(contents.len() + 2) else { return };
    kept.extend_from_slice(&[P, marker]);
    kept.extend_from_slice(&length.to_be_bytes());
    kept.extend_from_slice(contents);
}

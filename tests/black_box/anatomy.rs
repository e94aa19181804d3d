//! What picture files are made of: segments, chunks, profiles. Put together by hand, because encoders only make good files.

mod chunks;
mod profile;
mod riff;
mod segments;

pub(crate) use chunks::{PNG, SIGNATURE_AND_HEAD, chunk, ihdr, png_of, png_with, rows_of, stored, zlib};
pub(crate) use profile::{DISPLAY_P3, SRGB, profile};
pub(crate) use riff::{dressed_webp, picture_chunks, riff_chunk, vp8x, webp_of};
pub(crate) use segments::{APP1, APP2, APP13, APP14, COM, DHT, DQT, DRI, EOI, Jpeg, SOF0, SOI, SOS, segment};

/// An EXIF without its frame: an orientation, and words about the picture.
pub(crate) fn exif(orientation: u8, words: &str) -> Vec<u8> {
    let length = u32::try_from(words.len() + 1).unwrap().to_be_bytes();
    // The words lie behind two entries of twelve bytes, their number and the end of the list.
    let description = [[0x01_u8, 0x0e, 0, 2].as_slice(), &length, &38_u32.to_be_bytes()].concat();
    let turn = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0];
    [b"MM\0\x2a\0\0\0\x08\0\x02".as_slice(), &description, &turn, &[0; 4], words.as_bytes(), b"\0"].concat()
}

/// Numbers that look thrown and are the same every time (`SplitMix64`).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.throw() % u64::try_from(bound).unwrap()).unwrap()
    }

    /// One of them.
    pub(crate) fn one_of<T: Copy>(&mut self, them: &[T]) -> T {
        them[self.below(them.len())]
    }

    /// So many bytes.
    pub(crate) fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| u8::try_from(self.below(256)).unwrap()).collect()
    }
}

/// Whether `part` is somewhere in `whole`.
pub(crate) fn holds(whole: &[u8], part: &[u8]) -> bool {
    whole.windows(part.len()).any(|window| window == part)
}

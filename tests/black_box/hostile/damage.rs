//! Good photos that were damaged on their way: cut off, and with bits turned over.

use image::{DynamicImage, ImageFormat};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use super::table::{Allowed, BROKEN, Row};
use super::webps::{lossless, lossy};
use crate::anatomy::Dice;
use crate::support::{encoded, jpeg, picture};

/// Into so many pieces a file is cut; the first pieces are what is left of it.
const PIECES: usize = 13;
/// So many files are damaged of each kind.
const DAMAGES: u64 = 26;

pub(super) fn rows() -> Vec<Row> {
    let kinds = [
        ("jpeg", jpeg(&picture(90, 120)), Allowed::TakenIfDecoded),
        ("jpeg with small colours", small_colours(false), Allowed::TakenIfDecoded),
        ("progressive jpeg", small_colours(true), Allowed::TakenIfDecoded),
        // A PNG has an end that can be missed, and sums.
        ("png", encoded(&DynamicImage::ImageRgb8(picture(90, 120)), ImageFormat::Png), BROKEN),
        ("webp", lossless(), Allowed::TakenIfDecoded),
        ("lossy webp", lossy(), Allowed::TakenIfDecoded),
    ];
    let rows = kinds.iter().flat_map(|(kind, file, when_cut)| {
        let cut = (1..PIECES).map(move |pieces| {
            let left = file[..file.len() * pieces / PIECES].to_vec();
            Row::photo(format!("{pieces} of {PIECES} pieces of a {kind}"), left, *when_cut)
        });
        let damaged = (0..DAMAGES).map(move |seed| {
            let name = format!("a {kind}, damaged by seed {seed}");
            Row::photo(name, damaged(file, seed), Allowed::TakenIfDecoded)
        });
        cut.chain(damaged)
    });
    rows.collect()
}

/// The file with one to eight bits turned over, somewhere.
fn damaged(file: &[u8], seed: u64) -> Vec<u8> {
    let mut dice = Dice::new(seed);
    let mut file = file.to_vec();
    for _ in 0..=dice.below(8) {
        let at = dice.below(file.len());
        file[at] ^= dice.one_of(&[1_u8, 2, 4, 8, 16, 32, 64, 128]);
    }
    file
}

/// A JPEG with a fourth of its colours, in one pass or in several.
fn small_colours(progressive: bool) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, 85);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.set_progressive(progressive);
    encoder.encode(picture(90, 120).as_raw(), 90, 120, ColorType::Rgb).unwrap();
    file
}

//! What the crate `jpeg-encoder` encodes: several passes, colours made small, inks, grey, restarts.

use image::RgbImage;
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use super::sight::{COLOURS, GREYS, Good, Quarters, from_display_p3, grained, quarter, quarters};
use crate::anatomy::{APP1, DISPLAY_P3, Jpeg, SRGB, exif, profile};

const SIDES: (u32, u32) = (120, 90);
/// Colours that both phones and the usual numbers can tell.
const MILD: Quarters = [[180, 80, 70], [80, 150, 90], [80, 90, 170], [190, 180, 90]];
/// Cyan, magenta, yellow, black.
const INKS: [[u8; 4]; 4] = [[0, 200, 200, 40], [200, 40, 180, 60], [200, 180, 20, 20], [20, 40, 180, 10]];

pub(super) fn files() -> Vec<Good> {
    [samplings(), orientations(), tables(), colours()].into_iter().flatten().collect()
}

fn coded(picture: &RgbImage, quality: u8, set: impl FnOnce(&mut Encoder<&mut Vec<u8>>)) -> Vec<u8> {
    coded_as(ColorType::Rgb, picture.as_raw(), picture.dimensions(), quality, set)
}

fn coded_as(
    colours: ColorType,
    data: &[u8],
    (width, height): (u32, u32),
    quality: u8,
    set: impl FnOnce(&mut Encoder<&mut Vec<u8>>),
) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, quality);
    set(&mut encoder);
    encoder.encode(data, u16::try_from(width).unwrap(), u16::try_from(height).unwrap(), colours).unwrap();
    file
}

/// Colours as small as they come, in one pass and in several.
fn samplings() -> Vec<Good> {
    let samplings = [
        ("4:4:4", SamplingFactor::F_1_1),
        ("4:2:2", SamplingFactor::F_2_1),
        ("4:4:0", SamplingFactor::F_1_2),
        ("4:2:0", SamplingFactor::F_2_2),
    ];
    let picture = quarters(120, 90, &COLOURS);
    let kinds = samplings.into_iter().flat_map(|sampling| {
        [(sampling, false, 60), (sampling, true, 60), (sampling, false, 95), (sampling, true, 95)]
    });
    let good = |((name, sampling), is_progressive, quality): ((&str, SamplingFactor), bool, u8)| {
        let file = coded(&picture, quality, |encoder| {
            encoder.set_sampling_factor(sampling);
            encoder.set_progressive(is_progressive);
        });
        let passes = if is_progressive { "progressive " } else { "" };
        Good::new(format!("{passes}jpeg, {name}, of quality {quality}"), file, SIDES, COLOURS)
    };
    kinds.map(good).collect()
}

/// As most phones save them, turned in every way.
fn orientations() -> Vec<Good> {
    let file = coded(&quarters(120, 90, &COLOURS), 85, |encoder| encoder.set_progressive(true));
    let turned = |orientation: u8| {
        let words = [b"Exif\0\0".as_slice(), &exif(orientation, "")].concat();
        let file = Jpeg::of(&file).saying(APP1, words).file();
        Good::new(format!("progressive jpeg turned by {orientation}"), file, SIDES, COLOURS).turned(orientation)
    };
    (1..=8).map(turned).collect()
}

/// Tables of its own, restarts, many passes, colours in stripes. Grained, for there is no photo without.
fn tables() -> Vec<Good> {
    let picture = grained(&quarters(240, 320, &COLOURS));
    let good = |name: &str, file: Vec<u8>| Good::new(name, file, (240, 320), COLOURS);
    vec![
        good("jpeg with tables of its own", coded(&picture, 90, |encoder| encoder.set_optimized_huffman_tables(true))),
        good("progressive jpeg with tables of its own", {
            coded(&picture, 80, |encoder| {
                encoder.set_progressive(true);
                encoder.set_optimized_huffman_tables(true);
            })
        }),
        good("jpeg of two passes", coded(&picture, 85, |encoder| encoder.set_progressive_scans(2))),
        good("jpeg of twenty passes", coded(&picture, 85, |encoder| encoder.set_progressive_scans(20))),
        good("jpeg with restarts", coded(&picture, 85, |encoder| encoder.set_restart_interval(5))),
        good("progressive jpeg with restarts", {
            coded(&picture, 92, |encoder| {
                encoder.set_progressive(true);
                encoder.set_restart_interval(8);
            })
        }),
        good("jpeg, 4:1:1", coded(&picture, 90, |encoder| encoder.set_sampling_factor(SamplingFactor::F_4_1))),
        good("grained jpeg", coded(&picture, 100, |_| {})),
    ]
}

/// Inks, greys, and profiles for all of them.
fn colours() -> Vec<Good> {
    let inked: Vec<u8> = (0..90).flat_map(|y| (0..120).map(move |x| INKS[quarter(x, y, 120, 90)])).flatten().collect();
    let grey: Vec<u8> = quarters(120, 90, &GREYS).pixels().map(|pixel| pixel.0[0]).collect();
    let seen = INKS.map(|[cyan, magenta, yellow, black]| [cyan, magenta, yellow].map(|ink| printed(ink, black)));
    let inks = |name: &str, colours: ColorType, set: fn(&mut Encoder<&mut Vec<u8>>)| {
        Good::new(name, coded_as(colours, &inked, SIDES, 95, set), SIDES, seen)
    };
    let greys = |name: &str, set: fn(&mut Encoder<&mut Vec<u8>>)| {
        Good::new(name, coded_as(ColorType::Luma, &grey, SIDES, 90, set), SIDES, GREYS)
    };
    let p3 = coded(&quarters(120, 90, &MILD), 95, |encoder| {
        encoder.add_icc_profile(&profile(b"RGB ", &DISPLAY_P3, "Display P3")).unwrap();
    });
    let srgb = coded(&quarters(120, 90, &COLOURS), 95, |encoder| {
        encoder.add_icc_profile(&profile(b"RGB ", &SRGB, "sRGB")).unwrap();
    });
    vec![
        inks("jpeg in inks", ColorType::Cmyk, |_| {}),
        inks("jpeg in inks, progressive", ColorType::Cmyk, |encoder| encoder.set_progressive(true)),
        inks("jpeg in inks by their light", ColorType::CmykAsYcck, |_| {}),
        inks("jpeg in inks by their light, progressive", ColorType::CmykAsYcck, |encoder| {
            encoder.set_progressive(true);
        }),
        inks("jpeg in inks with a profile", ColorType::Cmyk, |encoder| {
            encoder.add_icc_profile(&profile(b"CMYK", &SRGB, "inks")).unwrap();
        }),
        greys("grey jpeg, of another encoder", |_| {}),
        greys("grey jpeg, progressive", |encoder| encoder.set_progressive(true)),
        greys("grey jpeg with a profile", |encoder| {
            encoder.add_icc_profile(&profile(b"GRAY", &SRGB, "grey")).unwrap();
        }),
        Good::new("jpeg with a phone's profile", p3, SIDES, from_display_p3(&MILD)).with_numbers(MILD),
        Good::new("jpeg with the usual profile, of another encoder", srgb, SIDES, COLOURS),
    ]
}

/// What is seen of white paper through two inks.
fn printed(ink: u8, black: u8) -> u8 {
    u8::try_from(u16::from(255 - ink) * u16::from(255 - black) / 255).unwrap()
}

//! What libwebp encodes: with loss and without, transparent, turned, moving.

use image::RgbaImage;

use super::sight::{COLOURS, Good, Quarters, WHITE, from_display_p3, quarter, quarters};
use crate::anatomy::{DISPLAY_P3, SRGB, dressed_webp, exif, picture_chunks, profile, riff_chunk, vp8x, webp_of};

const SIDES: (u32, u32) = (120, 90);
/// Colours that both phones and the usual numbers can tell.
const MILD: Quarters = [[180, 80, 70], [80, 150, 90], [80, 90, 170], [190, 180, 90]];
/// The last quarter is transparent.
const ON_WHITE: Quarters = [COLOURS[0], COLOURS[1], COLOURS[2], WHITE];

pub(super) fn files() -> Vec<Good> {
    [qualities(), shapes(), orientations(), transparent(), dressed()].into_iter().flatten().collect()
}

/// With that quality, or without loss.
fn coded((width, height): (u32, u32), colours: &Quarters, quality: Option<f32>) -> Vec<u8> {
    let picture = quarters(width, height, colours);
    let encoder = webp::Encoder::from_rgb(picture.as_raw(), width, height);
    quality.map_or_else(|| encoder.encode_lossless(), |quality| encoder.encode(quality)).to_vec()
}

fn qualities() -> Vec<Good> {
    let of = |(quality, near): (u8, u8)| {
        let file = coded(SIDES, &COLOURS, Some(f32::from(quality)));
        Good::new(format!("webp of quality {quality}"), file, SIDES, COLOURS).near(near)
    };
    let mut files: Vec<_> = [(0, 80), (10, 60), (50, 40), (75, 28), (90, 28), (100, 28)].map(of).into();
    files.push(Good::new("webp without loss", coded(SIDES, &COLOURS, None), SIDES, COLOURS).near(12));
    files
}

fn shapes() -> Vec<Good> {
    let of = |sides: (u32, u32)| {
        [("with", Some(85.0)), ("without", None)].map(|(name, quality)| {
            Good::new(format!("webp of {sides:?} {name} loss"), coded(sides, &COLOURS, quality), sides, COLOURS)
        })
    };
    [(32, 32), (33, 47), (101, 67), (320, 32), (32, 321)].into_iter().flat_map(of).collect()
}

fn orientations() -> Vec<Good> {
    let file = coded(SIDES, &COLOURS, Some(85.0));
    let turned = |orientation: u8| {
        let file = dressed_webp(&file, SIDES, b"EXIF", &exif(orientation, "somewhere"));
        Good::new(format!("webp with loss, turned by {orientation}"), file, SIDES, COLOURS).turned(orientation)
    };
    (1..=8).map(turned).collect()
}

fn transparent() -> Vec<Good> {
    let picture = RgbaImage::from_fn(120, 90, |x, y| {
        let at = quarter(x, y, 120, 90);
        let [red, green, blue] = COLOURS[at];
        image::Rgba([red, green, blue, if at == 3 { 0 } else { 255 }])
    });
    let encoder = webp::Encoder::from_rgba(picture.as_raw(), 120, 90);
    let lossy = encoder.encode(85.0).to_vec();
    let lossless = encoder.encode_lossless().to_vec();
    let turned = dressed_webp(&lossy, SIDES, b"EXIF", &exif(8, ""));
    let turned_too = dressed_webp(&lossless, SIDES, b"EXIF", &exif(3, ""));
    vec![
        Good::new("transparent webp with loss", lossy, SIDES, ON_WHITE),
        Good::new("transparent webp without loss", lossless, SIDES, ON_WHITE),
        Good::new("transparent webp with loss, turned", turned, SIDES, ON_WHITE).turned(8),
        Good::new("transparent webp without loss, turned", turned_too, SIDES, ON_WHITE).turned(3),
    ]
}

/// In a frame that has more to say, or moves.
fn dressed() -> Vec<Good> {
    let file = coded(SIDES, &COLOURS, Some(90.0));
    let (picture, _) = picture_chunks(&file);
    let plain = webp_of(&[vp8x(0, 120, 90), picture.clone()]);
    let spoken = dressed_webp(&file, SIDES, b"XMP ", b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>");
    let usual = dressed_webp(&file, SIDES, b"ICCP", &profile(b"RGB ", &SRGB, "sRGB"));
    let phone = dressed_webp(&coded(SIDES, &MILD, Some(95.0)), SIDES, b"ICCP", &profile(b"RGB ", &DISPLAY_P3, "P3"));
    // Where it lies, its sides less one, for how long, and how it is put there.
    let frame = [[0_u8; 6].as_slice(), &[119, 0, 0], &[89, 0, 0], &[40, 0, 0, 0], &picture].concat();
    let frames = riff_chunk(b"ANMF", &frame).repeat(3);
    let film = webp_of(&[vp8x(0x02, 120, 90), riff_chunk(b"ANIM", &[0; 6]), frames]);
    vec![
        Good::new("webp on a canvas", plain, SIDES, COLOURS),
        Good::new("webp with xmp", spoken, SIDES, COLOURS),
        Good::new("webp with the usual profile", usual, SIDES, COLOURS),
        Good::new("webp with a phone's profile", phone, SIDES, from_display_p3(&MILD)).with_numbers(MILD),
        Good::new("webp that moves", film, SIDES, COLOURS),
    ]
}

//! What the crate `image` encodes, and what cameras and phones put beside it.

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageEncoder, ImageFormat};

use super::sight::{COLOURS, GREYS, Good, quarters};
use crate::anatomy::{APP1, APP2, Jpeg, SOF0, SRGB, chunk, dressed_webp, exif, png_with, profile, segment};
use crate::support::{encoded, jpeg, picture};

const FORMATS: [ImageFormat; 3] = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP];
/// Wider than high, so that a turn shows.
const SIDES: (u32, u32) = (120, 90);
/// Small, odd, long and high.
const SHAPES: [(u32, u32); 7] = [(32, 32), (33, 47), (101, 67), (255, 257), (640, 480), (2_048, 64), (64, 2_049)];

pub(super) fn files() -> Vec<Good> {
    [orientations(), shapes(), qualities(), large(), cameras()].into_iter().flatten().collect()
}

fn drawn((width, height): (u32, u32), format: ImageFormat) -> Vec<u8> {
    encoded(&DynamicImage::ImageRgb8(quarters(width, height, &COLOURS)), format)
}

/// Every format turned in every way.
fn orientations() -> Vec<Good> {
    let turned = (1..=8).flat_map(|orientation| {
        let exif = exif(orientation, "taken somewhere");
        let segment = [b"Exif\0\0".as_slice(), &exif].concat();
        let [photo, drawing, web] = FORMATS.map(|format| drawn(SIDES, format));
        [
            ("jpeg", Jpeg::of(&photo).saying(APP1, segment).file()),
            ("png", png_with(&drawing, &chunk(b"eXIf", &exif))),
            ("webp", dressed_webp(&web, SIDES, b"EXIF", &exif)),
        ]
        .map(|(format, file)| {
            Good::new(format!("{format} turned by {orientation}"), file, SIDES, COLOURS).turned(orientation)
        })
    });
    turned.collect()
}

fn shapes() -> Vec<Good> {
    let all = SHAPES.into_iter().flat_map(|sides| FORMATS.map(|format| (sides, format)));
    let good = |(sides, format): ((u32, u32), ImageFormat)| {
        Good::new(format!("{format:?} of {sides:?}"), drawn(sides, format), sides, COLOURS)
    };
    all.map(good).collect()
}

fn qualities() -> Vec<Good> {
    let of = |(quality, near): (u8, u8)| {
        let mut file = Vec::new();
        quarters(120, 90, &COLOURS).write_with_encoder(JpegEncoder::new_with_quality(&mut file, quality)).unwrap();
        Good::new(format!("jpeg of quality {quality}"), file, SIDES, COLOURS).near(near)
    };
    [(1, 80), (10, 60), (50, 40), (100, 20)].map(of).into()
}

/// Twelve megapixels, as phones take them, and the longest sides that are allowed.
fn large() -> Vec<Good> {
    let lying = Jpeg::of(&drawn((4_000, 3_000), ImageFormat::Jpeg));
    let upright = lying.saying(APP1, [b"Exif\0\0".as_slice(), &exif(6, "")].concat()).file();
    vec![
        Good::new("jpeg of twelve megapixels, turned", upright, (4_000, 3_000), COLOURS).turned(6),
        Good::new("png of twelve megapixels", drawn((3_000, 4_000), ImageFormat::Png), (3_000, 4_000), COLOURS),
        Good::new("jpeg as long as can be", drawn((12_000, 400), ImageFormat::Jpeg), (12_000, 400), COLOURS),
        Good::new("png as high as can be", drawn((400, 12_000), ImageFormat::Png), (400, 12_000), COLOURS),
    ]
}

/// What cameras put into their files, and what the standard allows them.
fn cameras() -> Vec<Good> {
    let parts = Jpeg::of(&drawn(SIDES, ImageFormat::Jpeg));
    let file = parts.file();
    let exif_of = |rest: &[u8]| [b"Exif\0\0".as_slice(), &exif(1, "camera"), rest].concat();
    let little_end_first = b"Exif\0\0II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
    // Any number of 0xff may stand before a marker; the second one is at 20.
    let filled = [&file[..20], &[0xff, 0xff, 0xff], &file[20..]].concat();
    let head = b"http://ns.adobe.com/xmp/extension/\0".as_slice();
    let part =
        |at: u32| [head, &[b'7'; 32], &120_000_u32.to_be_bytes(), &at.to_be_bytes(), &vec![b'x'; 60_000]].concat();
    let notes = (3..=15)
        .filter(|number| *number != 14)
        .fold(parts.clone(), |parts, number| parts.saying(0xe0 + number, b"a maker's own notes".to_vec()));
    let film = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom\0\0\0\x08mdat".to_vec();
    let mut with_profile = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut with_profile, 90);
    encoder.set_icc_profile(profile(b"RGB ", &SRGB, "sRGB")).unwrap();
    quarters(120, 90, &COLOURS).write_with_encoder(encoder).unwrap();
    let grey = DynamicImage::ImageRgb8(quarters(120, 90, &GREYS)).into_luma8();
    let grey = encoded(&DynamicImage::ImageLuma8(grey), ImageFormat::Jpeg);
    let good = |name: &str, file: Vec<u8>| Good::new(name, file, SIDES, COLOURS);
    vec![
        good("jpeg with 0xff before a marker", filled),
        good(
            "jpeg with a small picture in its exif",
            parts.clone().saying(APP1, exif_of(&jpeg(&picture(40, 30)))).file(),
        ),
        good(
            "jpeg with a long text in two parts",
            parts.clone().saying(APP1, part(60_000)).saying(APP1, part(0)).file(),
        ),
        good("jpeg with a maker's notes", notes.file()),
        good(
            "jpeg with a list of pictures",
            parts.clone().saying(APP2, b"MPF\0MM\0\x2a\0\0\0\x08\0\0".to_vec()).file(),
        ),
        good("jpeg with a second picture behind it", [file.as_slice(), &file].concat()),
        good("jpeg with a film behind it", [file.as_slice(), &film].concat()),
        good("jpeg with a comment behind its beginning", [&file[..2], &segment(0xfe, b"words"), &file[2..]].concat()),
        good("jpeg with an extended frame", parts.clone().renamed(SOF0, 0xc1).file()),
        good("jpeg with the usual profile", with_profile),
        good("jpeg turned by 6, little end first", parts.saying(APP1, little_end_first).file()).turned(6),
        Good::new("grey jpeg", grey, SIDES, GREYS),
    ]
}

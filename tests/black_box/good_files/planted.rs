//! Good files with words planted beside their pictures: wherever programs write who took a photo, with what, and where.

use image::{DynamicImage, ImageFormat};
use jpeg_encoder::{ColorType, Encoder};

use super::sight::{COLOURS, quarters};
use crate::anatomy::{
    APP1, APP2, APP13, COM, DISPLAY_P3, Dice, Jpeg, SRGB, chunk, dressed_webp, exif, png_with, profile, zlib,
};
use crate::support::{encoded, jpeg};

const SIDES: (u32, u32) = (90, 120);

/// How everything begins that is planted.
pub(super) const SECRET: &str = "SECRET-";

/// A file with words planted in it.
pub(super) struct Planted {
    pub(super) name: String,
    pub(super) file: Vec<u8>,
}

/// Puts words somewhere into a good file.
type Plant = fn(&[u8], &str) -> Vec<u8>;

/// Where words hide in a JPEG.
const JPEG: &[(&str, Plant)] = &[
    ("exif", |file, words| said(file, APP1, &[b"Exif\0\0".as_slice(), &exif(6, words)])),
    ("exif's small picture", |file, words| said(file, APP1, &[b"Exif\0\0", &exif(1, ""), &small_picture(words)])),
    ("maker's note", |file, words| said(file, APP1, &[b"Exif\0\0", &exif(3, "Apple iOS\0\0\x01MM"), words.as_bytes()])),
    ("xmp", |file, words| said(file, APP1, &[b"http://ns.adobe.com/xap/1.0/\0", words.as_bytes()])),
    ("more xmp", |file, words| {
        let length = u32::try_from(words.len()).unwrap().to_be_bytes();
        said(file, APP1, &[b"http://ns.adobe.com/xmp/extension/\0", &[b'5'; 32], &length, &[0; 4], words.as_bytes()])
    }),
    ("iptc", |file, words| {
        said(file, APP13, &[b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x40\x1c\x02\x50", words.as_bytes()])
    }),
    ("profile", |file, words| said(file, APP2, &[b"ICC_PROFILE\0\x01\x01", &profile(b"RGB ", &SRGB, words)])),
    ("phone's profile", |file, words| {
        said(file, APP2, &[b"ICC_PROFILE\0\x01\x01", &profile(b"RGB ", &DISPLAY_P3, words)])
    }),
    ("list of pictures", |file, words| said(file, APP2, &[b"MPF\0MM\0\x2a\0\0\0\x08", words.as_bytes()])),
    ("claim of origin", |file, words| said(file, 0xeb, &[b"JP\0\x01\0\0\0\x01\0\0\0\x50jumb", words.as_bytes()])),
    ("comment", |file, words| said(file, COM, &[words.as_bytes()])),
    ("small picture", |file, words| said(file, 0xe0, &[b"JFXX\0\x10", &small_picture(words)])),
    ("ducky", |file, words| said(file, 0xec, &[b"Ducky\0\x02\0\x20", words.as_bytes()])),
    ("app 15", |file, words| said(file, 0xef, &[words.as_bytes()])),
    ("second picture", |file, words| [file, &said(file, APP1, &[b"Exif\0\0", &exif(1, words)])].concat()),
];

/// Where words hide in a PNG.
const PNG: &[(&str, Plant)] = &[
    ("text", |file, words| put(file, b"tEXt", b"Author\0", words.as_bytes())),
    ("deflated text", |file, words| put(file, b"zTXt", b"Author\0\0", &zlib(words.as_bytes()))),
    ("international text", |file, words| put(file, b"iTXt", b"Author\0\0\0\0\0", words.as_bytes())),
    ("deflated international text", |file, words| put(file, b"iTXt", b"Author\0\x01\0\0\0", &zlib(words.as_bytes()))),
    ("xmp", |file, words| put(file, b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0", words.as_bytes())),
    ("keyword", |file, words| put(file, b"tEXt", words.as_bytes(), b"\0x")),
    ("exif", |file, words| put(file, b"eXIf", &exif(8, words), b"")),
    ("exif in hexadecimal", |file, words| put(file, b"zTXt", b"Raw profile type exif\0\0", &zlib(words.as_bytes()))),
    ("profile", |file, words| put(file, b"iCCP", b"profile\0\0", &zlib(&profile(b"RGB ", &SRGB, words)))),
    ("profile's name", |file, words| {
        put(file, b"iCCP", &[words.as_bytes(), b"\0\0"].concat(), &zlib(&profile(b"RGB ", &DISPLAY_P3, "P3")))
    }),
    ("chunk of its own", |file, words| put(file, b"prVt", b"", words.as_bytes())),
    ("text behind its data", |file, words| {
        let (body, end) = file.split_at(file.len() - 12);
        [body, &chunk(b"tEXt", &[b"Author\0".as_slice(), words.as_bytes()].concat()), end].concat()
    }),
];

/// Where words hide in a WebP.
const WEBP: &[(&str, Plant)] = &[
    ("exif", |file, words| dressed_webp(file, SIDES, b"EXIF", &exif(5, words))),
    ("xmp", |file, words| dressed_webp(file, SIDES, b"XMP ", words.as_bytes())),
    ("profile", |file, words| dressed_webp(file, SIDES, b"ICCP", &profile(b"RGB ", &SRGB, words))),
    ("phone's profile", |file, words| dressed_webp(file, SIDES, b"ICCP", &profile(b"RGB ", &DISPLAY_P3, words))),
    ("chunk of its own", |file, words| dressed_webp(file, SIDES, b"prVt", words.as_bytes())),
];

/// A good file of some format with words in one to three places, and now and then behind its end.
pub(super) fn planted(seed: u64) -> Planted {
    let mut dice = Dice::new(seed);
    let (format, mut file, places) = match dice.below(5) {
        0 => ("jpeg", jpeg(&quarters(90, 120, &COLOURS)), JPEG),
        1 => ("progressive jpeg", progressive(), JPEG),
        2 => ("png", drawn(ImageFormat::Png), PNG),
        3 => ("webp", drawn(ImageFormat::WebP), WEBP),
        _ => ("lossy webp", lossy(), WEBP),
    };
    let (mut name, mut count) = (format!("{seed}: {format}"), 0);
    let mut secret = || {
        count += 1;
        format!("{SECRET}{seed}-{count}")
    };
    for _ in 0..=dice.below(3) {
        let (place, plant) = dice.one_of(places);
        file = plant(&file, &secret());
        name = [name.as_str(), ", ", place].concat();
    }
    if dice.below(3) == 0 {
        file.extend_from_slice(secret().as_bytes());
        name.push_str(", behind its end");
    }
    Planted { name, file }
}

fn said(file: &[u8], marker: u8, contents: &[&[u8]]) -> Vec<u8> {
    Jpeg::of(file).saying(marker, contents.concat()).file()
}

fn put(file: &[u8], kind: &[u8; 4], before: &[u8], words: &[u8]) -> Vec<u8> {
    png_with(file, &chunk(kind, &[before, words].concat()))
}

/// A small picture that says something itself.
fn small_picture(words: &str) -> Vec<u8> {
    said(&jpeg(&quarters(32, 32, &COLOURS)), COM, &[words.as_bytes()])
}

fn drawn(format: ImageFormat) -> Vec<u8> {
    encoded(&DynamicImage::ImageRgb8(quarters(90, 120, &COLOURS)), format)
}

fn lossy() -> Vec<u8> {
    webp::Encoder::from_rgb(quarters(90, 120, &COLOURS).as_raw(), 90, 120).encode(85.0).to_vec()
}

fn progressive() -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, 85);
    encoder.set_progressive(true);
    encoder.encode(quarters(90, 120, &COLOURS).as_raw(), 90, 120, ColorType::Rgb).unwrap();
    file
}

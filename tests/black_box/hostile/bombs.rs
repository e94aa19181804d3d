//! Small files that want to be large: refused by their heads, before anything is decoded. What is deflated beside a picture stays deflated,
//! or is bounded.

use image::{DynamicImage, ImageFormat};

use super::table::{Allowed, BROKEN, BROKEN_OR_TOO_LARGE, Row, TOO_LARGE};
use crate::anatomy::{
    Jpeg, SOF0, chunk, ihdr, picture_chunks, png_of, png_with, riff_chunk, rows_of, vp8x, webp_of, zlib,
};
use crate::support::{encoded, jpeg, picture};

/// Eight bits of red, green and blue.
const RGB: [u8; 5] = [8, 2, 0, 0, 0];
/// Sides that no photo may have.
const TOO_WIDE_OR_HIGH: [(u32, u32); 8] = [
    (60_000, 60_000),
    (11_000, 11_000),
    (8_001, 8_000),
    (12_001, 32),
    (32, 12_001),
    (32, 60_000),
    (60_000, 32),
    (65_500, 65_500),
];
/// Sides with which there is nothing to try on.
const TOO_NARROW: [(u32, u32); 6] = [(1, 1), (1, 60_000), (60_000, 1), (31, 40), (40, 31), (2, 2)];

pub(super) fn rows() -> Vec<Row> {
    [pngs(), jpegs(), webps(), deflated()].into_iter().flatten().collect()
}

fn pngs() -> Vec<Row> {
    let zeroes = chunk(b"IDAT", &zlib(&vec![0; 4_000_000]));
    let bomb = |width, height, kind| png_of(&[ihdr(width, height, kind), zeroes.clone()]);
    let mut rows: Vec<_> = [
        ("png of the largest sides", bomb(0x7fff_ffff, 0x7fff_ffff, RGB)),
        ("png of sides below nothing", bomb(0xffff_ffff, 0xffff_ffff, RGB)),
        ("png of 60000x60000 bits", bomb(60_000, 60_000, [1, 0, 0, 0, 0])),
        ("png of 60000x60000, interlaced", bomb(60_000, 60_000, [8, 2, 0, 0, 1])),
        ("png of 60000x60000, 16 bits and transparent", bomb(60_000, 60_000, [16, 6, 0, 0, 0])),
        ("png of 60000x60000 that moves", {
            let frames = chunk(b"acTL", &[0, 0, 0, 9, 0, 0, 0, 0]);
            png_with(&bomb(60_000, 60_000, RGB), &frames)
        }),
    ]
    .into_iter()
    .map(|(name, file)| Row::photo(name, file, TOO_LARGE))
    .collect();
    rows.extend(
        TOO_WIDE_OR_HIGH
            .map(|(width, height)| Row::photo(format!("png of {width}x{height}"), bomb(width, height, RGB), TOO_LARGE)),
    );
    rows.extend(TOO_NARROW.map(|(width, height)| {
        let drawn = DynamicImage::ImageRgb8(picture(width, height));
        Row::photo(format!("png of {width}x{height}"), encoded(&drawn, ImageFormat::Png), BROKEN)
    }));
    rows
}

fn jpegs() -> Vec<Row> {
    let photo = Jpeg::of(&jpeg(&picture(90, 120)));
    let of_sides = |width: u16, height: u16| {
        let mut frame = photo.contents(SOF0);
        frame[1..3].copy_from_slice(&height.to_be_bytes());
        frame[3..5].copy_from_slice(&width.to_be_bytes());
        photo.clone().with(SOF0, frame)
    };
    let small = |side: u32| u16::try_from(side).unwrap();
    let mut rows: Vec<_> = TOO_WIDE_OR_HIGH
        .map(|(width, height)| {
            let file = of_sides(small(width), small(height)).file();
            Row::photo(format!("jpeg of {width}x{height}"), file, TOO_LARGE)
        })
        .into();
    rows.extend(TOO_NARROW.map(|(width, height)| {
        let file = of_sides(small(width), small(height)).file();
        Row::photo(format!("jpeg of {width}x{height}"), file, BROKEN)
    }));
    rows.push(Row::photo("jpeg of 65535x65535", of_sides(u16::MAX, u16::MAX).file(), TOO_LARGE));
    let progressive = of_sides(u16::MAX, u16::MAX).renamed(SOF0, 0xc2).file();
    rows.push(Row::photo("jpeg of 65535x65535, progressive", progressive, TOO_LARGE));
    let many_bytes = [photo.file(), vec![0; 21 * 1024 * 1024]].concat();
    rows.push(Row::photo("jpeg of 21 megabytes", many_bytes, TOO_LARGE));
    rows
}

fn webps() -> Vec<Row> {
    let drawn = DynamicImage::ImageRgb8(picture(90, 120));
    let lossless = encoded(&drawn, ImageFormat::WebP);
    let (picture, _) = picture_chunks(&lossless);
    // A lossless head: fourteen bits for each side, one less than it is.
    let of_sides = |width: u32, height: u32| {
        let mut file = lossless.clone();
        file[21..25].copy_from_slice(&((width - 1) | ((height - 1) << 14)).to_le_bytes());
        file
    };
    // A lossy one: a tag, a mark and the sides, and no picture behind it.
    let lossy = |width: u16, height: u16| {
        let sides = [width.to_le_bytes(), height.to_le_bytes()].concat();
        riff_chunk(b"VP8 ", &[b"\x10\xff\0\x9d\x01\x2a".as_slice(), &sides, &[0; 16]].concat())
    };
    let canvas = |width, height| webp_of(&[vp8x(0, width, height), picture.clone()]);
    [
        ("webp of 16384x16384", of_sides(16_384, 16_384), TOO_LARGE),
        ("webp of 11000x11000", of_sides(11_000, 11_000), TOO_LARGE),
        ("webp of 12001x32", of_sides(12_001, 32), TOO_LARGE),
        ("webp of 31x40", of_sides(31, 40), BROKEN),
        ("webp of 1x16384", of_sides(1, 16_384), BROKEN),
        ("lossy webp of 16383x16383", webp_of(&[lossy(16_383, 16_383)]), TOO_LARGE),
        ("lossy webp of 32x12001", webp_of(&[lossy(32, 12_001)]), TOO_LARGE),
        ("webp on a canvas of 16777216x16777216", canvas(16_777_216, 16_777_216), TOO_LARGE),
        ("webp on a canvas of 12001x32", canvas(12_001, 32), TOO_LARGE),
        ("webp on a canvas of 1x1", canvas(1, 1), BROKEN),
        (
            "lossy webp of 16383x16383 on a canvas of 90x120",
            webp_of(&[vp8x(0, 90, 120), lossy(16_383, 16_383)]),
            BROKEN_OR_TOO_LARGE,
        ),
        // A decoder that believes it asks for a gigabyte at once, and one of four ends the process on a small machine.
        (
            "webp with an exif of a gigabyte",
            webp_of(&[
                vp8x(0x08, 90, 120),
                picture.clone(),
                [b"EXIF".as_slice(), &[0, 0, 0, 0x40], b"MM\0\x2a"].concat(),
            ]),
            BROKEN,
        ),
        (
            "webp with a profile of a gigabyte",
            webp_of(&[vp8x(0x20, 90, 120), picture.clone(), [b"ICCP".as_slice(), &[0, 0, 0, 0x40], b"acsp"].concat()]),
            BROKEN,
        ),
    ]
    .into_iter()
    .map(|(name, file, allowed)| Row::photo(name, file, allowed))
    .collect()
}

/// A good picture, and beside it 32 megabytes of zeroes in 32 kilobytes.
fn deflated() -> Vec<Row> {
    let drawn = picture(90, 120);
    let photo = encoded(&DynamicImage::ImageRgb8(drawn.clone()), ImageFormat::Png);
    let zeroes = zlib(&vec![0; 32 * 1024 * 1024]);
    let beside = |kind, before: &[u8]| png_with(&photo, &chunk(kind, &[before, &zeroes].concat()));
    let longer = [rows_of(&drawn), vec![0; 32 * 1024 * 1024]].concat();
    let many_words = chunk(b"zTXt", &[b"Comment\0\0".as_slice(), &zeroes].concat()).repeat(20);
    [
        ("png with a deflated bomb for a text", beside(b"zTXt", b"Comment\0\0")),
        ("png with a deflated bomb for an international text", beside(b"iTXt", b"Comment\0\x01\0\0\0")),
        ("png with a deflated bomb for a profile", beside(b"iCCP", b"profile\0\0")),
        ("png with twenty deflated bombs", png_with(&photo, &many_words)),
        ("png with a bomb behind its rows", png_of(&[ihdr(90, 120, RGB), chunk(b"IDAT", &zlib(&longer))])),
    ]
    .into_iter()
    .map(|(name, file)| Row::photo(name, file, Allowed::TakenIfDecoded))
    .collect()
}

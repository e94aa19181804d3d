//! WebP files with something wrong in their frame, their heads, their chunks, their films.

use image::{DynamicImage, ImageFormat};

use super::table::{Allowed, BROKEN_OR_TOO_LARGE, Row};
use crate::anatomy::{picture_chunks, riff_chunk, vp8x, webp_of};
use crate::support::{encoded, picture};

type Named = (&'static str, Vec<u8>);

/// What a head says of the chunks behind it.
const FILM: u8 = 0x02;
const XMP: u8 = 0x04;
const EXIF: u8 = 0x08;
const ALPHA: u8 = 0x10;
const PROFILE: u8 = 0x20;

pub(super) fn rows() -> Vec<Row> {
    let row = |(name, file): Named, allowed| Row::photo(format!("webp: {name}"), file, allowed);
    let broken = [lossless_heads(), lossy_heads(), canvases(), films()];
    let broken = broken.into_iter().flatten().map(|named| row(named, BROKEN_OR_TOO_LARGE));
    let odd = [odd_frames(), odd_chunks(), odd_films()];
    let odd = odd.into_iter().flatten().map(|named| row(named, Allowed::TakenIfDecoded));
    broken.chain(odd).collect()
}

/// A lossless photo.
pub(super) fn lossless() -> Vec<u8> {
    encoded(&DynamicImage::ImageRgb8(picture(90, 120)), ImageFormat::WebP)
}

/// A lossy photo.
pub(super) fn lossy() -> Vec<u8> {
    webp::Encoder::from_rgb(picture(90, 120).as_raw(), 90, 120).encode(80.0).to_vec()
}

fn chunk() -> Vec<u8> {
    picture_chunks(&lossless()).0
}

fn lossy_chunk() -> Vec<u8> {
    picture_chunks(&lossy()).0
}

fn lossless_heads() -> Vec<Named> {
    let file = lossless();
    let with = |at: usize, byte: u8| {
        let mut file = file.clone();
        file[at] = byte;
        file
    };
    vec![
        ("a lossless picture without its mark", with(20, 0)),
        ("a lossless picture of version 1", with(24, file[24] | 0x20)),
        ("a lossless picture of version 7", with(24, file[24] | 0xe0)),
        ("a lossless picture in a chunk of nothing", webp_of(&[riff_chunk(b"VP8L", b"")])),
        ("a lossless head alone", webp_of(&[riff_chunk(b"VP8L", &file[20..25])])),
        (
            "a lossless picture of nothing but ones",
            webp_of(&[riff_chunk(b"VP8L", &[&file[20..25], &[0xff; 900]].concat())]),
        ),
        ("a lossless picture called lossy", webp_of(&[riff_chunk(b"VP8 ", &file[20..])])),
        ("a frame and no picture", webp_of(&[])),
        ("half of its frame", file[..16].to_vec()),
    ]
}

fn lossy_heads() -> Vec<Named> {
    let file = lossy();
    // A tag of three bytes, a mark of three, width and height.
    let with = |at: usize, byte: u8| {
        let mut file = file.clone();
        file[20 + at] = byte;
        file
    };
    let mut without_width = file.clone();
    without_width[26..28].fill(0);
    let mut without_height = file.clone();
    without_height[28..30].fill(0);
    let mut too_long_a_part = file.clone();
    too_long_a_part[21..23].fill(0xff);
    vec![
        ("a lossy picture that follows another", with(0, file[20] | 1)),
        ("a lossy picture without its mark", with(3, 0)),
        ("a lossy picture with half of its mark", with(5, 0)),
        ("a lossy picture without width", without_width),
        ("a lossy picture without height", without_height),
        ("a lossy picture whose first part is longer than the file", too_long_a_part),
        ("a lossy head alone", webp_of(&[riff_chunk(b"VP8 ", &file[20..30])])),
        ("a lossy picture called lossless", webp_of(&[riff_chunk(b"VP8L", &file[20..])])),
    ]
}

fn canvases() -> Vec<Named> {
    let on = |flags: u8, width: u32, chunks: Vec<u8>| webp_of(&[vp8x(flags, width, 120), chunks]);
    let alpha = |first: u8, bytes: usize| riff_chunk(b"ALPH", &[vec![first], vec![7; bytes]].concat());
    let transparent = |alpha: Vec<u8>| on(ALPHA, 90, [alpha, lossy_chunk()].concat());
    vec![
        ("a canvas without a picture", webp_of(&[vp8x(0, 90, 120)])),
        ("a canvas with two pictures", on(0, 90, [chunk(), lossy_chunk()].concat())),
        ("a canvas wider than its picture", on(0, 91, chunk())),
        ("a canvas narrower than its picture", on(0, 89, chunk())),
        ("a canvas wider than its lossy picture", on(0, 91, lossy_chunk())),
        ("an exif announced that is not there", on(EXIF, 90, chunk())),
        ("an xmp announced that is not there", on(XMP, 90, chunk())),
        ("a film announced that is not there", on(FILM, 90, chunk())),
        ("a canvas of three bytes", webp_of(&[riff_chunk(b"VP8X", &[0; 3])])),
        ("transparency announced that is not there", on(ALPHA, 90, lossy_chunk())),
        ("transparency cut short", transparent(alpha(0, 90 * 60))),
        ("transparency of nothing", transparent(riff_chunk(b"ALPH", b""))),
        ("transparency packed in another way", transparent(alpha(2, 90 * 120))),
        ("transparency prepared in another way", transparent(alpha(0x20, 90 * 120))),
    ]
}

/// One picture of a film: where it lies, its sides, for how long, and how it is put there.
fn frame(x: u32, width: u32, height: u32, picture: &[u8]) -> Vec<u8> {
    let three = |number: u32| number.to_le_bytes()[..3].to_vec();
    let head = [three(x / 2), three(0), three(width - 1), three(height - 1), three(40), vec![0]].concat();
    riff_chunk(b"ANMF", &[head.as_slice(), picture].concat())
}

/// A film of these frames.
fn film(frames: Vec<u8>) -> Vec<u8> {
    webp_of(&[vp8x(FILM, 90, 120), riff_chunk(b"ANIM", &[0; 6]), frames])
}

fn films() -> Vec<Named> {
    vec![
        ("a film without frames", film(Vec::new())),
        ("a film without an announcement", webp_of(&[vp8x(FILM, 90, 120), frame(0, 90, 120, &chunk())])),
        (
            "a film announced in two bytes",
            webp_of(&[vp8x(FILM, 90, 120), riff_chunk(b"ANIM", &[0; 2]), frame(0, 90, 120, &chunk())]),
        ),
        ("a frame beside its film", film(frame(90, 90, 120, &chunk()))),
        ("a frame larger than its film", film(frame(0, 180, 240, &chunk()))),
        ("a frame of other sides than its picture", film(frame(0, 80, 110, &chunk()))),
        ("a frame without a picture", film(frame(0, 90, 120, b""))),
        ("a frame of ten bytes", film(riff_chunk(b"ANMF", &[0; 10]))),
        ("a frame with words in it", film(frame(0, 90, 120, &riff_chunk(b"WORD", &[7; 400])))),
    ]
}

fn odd_frames() -> Vec<Named> {
    let file = lossless();
    let of_length = |length: u32| {
        let mut file = file.clone();
        file[4..8].copy_from_slice(&length.to_le_bytes());
        file
    };
    let of_chunk_length = |length: u32| {
        let mut file = file.clone();
        file[16..20].copy_from_slice(&length.to_le_bytes());
        file
    };
    let length = u32::try_from(file.len()).unwrap();
    let mut extended = webp_of(&[vp8x(0, 90, 120), chunk()]);
    extended[4..8].fill(0);
    vec![
        ("a length of nothing", of_length(0)),
        ("a length of one", of_length(1)),
        ("a length one too short", of_length(length - 9)),
        ("a length one too long", of_length(length - 7)),
        ("a length of four gigabytes", of_length(u32::MAX)),
        ("a picture one byte too long", of_chunk_length(length - 19)),
        ("a picture one byte too short", of_chunk_length(length - 21)),
        ("a picture of four gigabytes", of_chunk_length(u32::MAX)),
        ("a canvas in a file of no length", extended),
        ("a picture of another version", {
            let mut file = lossy();
            file[20] |= 0x0e;
            file
        }),
    ]
}

fn odd_chunks() -> Vec<Named> {
    let words = riff_chunk(b"WORD", b"words");
    let on = |flags: u8, chunks: &[Vec<u8>]| webp_of(&[vp8x(flags, 90, 120), chunks.concat()]);
    vec![
        ("5,000 chunks of words", on(0, &[words.repeat(5_000), chunk()])),
        ("its picture twice", on(0, &[chunk(), chunk()])),
        ("two canvases", on(0, &[vp8x(0, 300, 300), chunk()])),
        ("a profile announced that is not there", on(PROFILE, &[chunk()])),
        ("a profile that nobody announced", on(0, &[riff_chunk(b"ICCP", b"acsp"), chunk()])),
        ("a profile behind its picture", on(PROFILE, &[chunk(), riff_chunk(b"ICCP", b"acsp")])),
        ("everything announced", on(0xff, &[chunk()])),
        ("two exifs", on(EXIF, &[chunk(), riff_chunk(b"EXIF", b"MM\0\x2a").repeat(2)])),
        ("an exif before its picture", on(EXIF, &[riff_chunk(b"EXIF", b"MM\0\x2a"), chunk()])),
        ("transparency for a lossless picture", on(ALPHA, &[riff_chunk(b"ALPH", &[7; 90 * 120 + 1]), chunk()])),
        ("transparency that is said to be packed", {
            let transparency = riff_chunk(b"ALPH", &[vec![1], vec![7; 90 * 120]].concat());
            on(ALPHA, &[transparency, lossy_chunk()])
        }),
        ("a film's announcement and no film", on(0, &[riff_chunk(b"ANIM", &[0; 6]), chunk()])),
    ]
}

fn odd_films() -> Vec<Named> {
    let mut four_gigabytes = frame(0, 90, 120, &chunk());
    four_gigabytes[4..8].fill(0xff);
    vec![
        ("a film of one frame", film(frame(0, 90, 120, &chunk()))),
        ("a film of 300 frames", film(frame(0, 90, 120, &chunk()).repeat(300))),
        ("a lossy film", film(frame(0, 90, 120, &lossy_chunk()))),
        ("a frame of four gigabytes", film(four_gigabytes)),
        ("a film and a picture", film([frame(0, 90, 120, &chunk()), chunk()].concat())),
    ]
}

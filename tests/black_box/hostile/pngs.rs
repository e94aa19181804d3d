//! PNGs with something wrong in their heads, chunks, sums, palettes, data.

use super::table::{Allowed, BROKEN, BROKEN_OR_TOO_LARGE, Row};
use crate::anatomy::{Dice, PNG, SIGNATURE_AND_HEAD, chunk, ihdr, png_of, png_with, rows_of, stored, zlib};
use crate::support::picture;

/// Eight bits of red, green and blue.
const RGB: [u8; 5] = [8, 2, 0, 0, 0];
/// Eight bits into a palette.
const INDEXED: [u8; 5] = [8, 3, 0, 0, 0];

type Named = (&'static str, Vec<u8>);

pub(super) fn rows() -> Vec<Row> {
    let broken = [heads(), chunks(), data(), palettes(), films()];
    let row = |(name, file): Named, allowed| Row::photo(format!("png: {name}"), file, allowed);
    let broken = broken.into_iter().flatten().map(|named| row(named, BROKEN));
    let headless = headless().into_iter().map(|named| row(named, BROKEN_OR_TOO_LARGE));
    let odd = [odd_sums(), odd_data(), odd_chunks(), odd_palettes(), odd_films()];
    let odd = odd.into_iter().flatten().map(|named| row(named, Allowed::TakenIfDecoded));
    let taken = harmless().into_iter().map(|named| row(named, Allowed::Taken));
    broken.chain(headless).chain(odd).chain(taken).collect()
}

fn head() -> Vec<u8> {
    ihdr(90, 120, RGB)
}

/// The rows of the photo.
fn pixels() -> Vec<u8> {
    rows_of(&picture(90, 120))
}

/// The photo's data, deflated.
fn pressed() -> Vec<u8> {
    zlib(&pixels())
}

fn idat() -> Vec<u8> {
    chunk(b"IDAT", &pressed())
}

/// The photo, with nothing wrong.
fn photo() -> Vec<u8> {
    png_of(&[head(), idat()])
}

/// A chunk whose sum is another one.
fn with_wrong_sum(mut chunk: Vec<u8>) -> Vec<u8> {
    let last = chunk.len() - 1;
    chunk[last] ^= 0xff;
    chunk
}

/// A chunk that says it has another length.
fn with_length(mut chunk: Vec<u8>, length: u32) -> Vec<u8> {
    chunk[..4].copy_from_slice(&length.to_be_bytes());
    chunk
}

fn heads() -> Vec<Named> {
    let of = |kind: [u8; 5]| png_of(&[ihdr(90, 120, kind), idat()]);
    let sides = |width, height| png_of(&[ihdr(width, height, RGB), idat()]);
    let contents = head()[8..21].to_vec();
    vec![
        ("no width", sides(0, 120)),
        ("no height", sides(90, 0)),
        ("a depth of nothing", of([0, 2, 0, 0, 0])),
        ("three bits", of([3, 2, 0, 0, 0])),
        ("seven bits", of([7, 2, 0, 0, 0])),
        ("32 bits", of([32, 2, 0, 0, 0])),
        ("four bits of each colour", of([4, 2, 0, 0, 0])),
        ("two bits of each colour and of transparency", of([2, 6, 0, 0, 0])),
        ("sixteen bits into a palette", of([16, 3, 0, 0, 0])),
        ("colours of kind 1", of([8, 1, 0, 0, 0])),
        ("colours of kind 5", of([8, 5, 0, 0, 0])),
        ("colours of kind 7", of([8, 7, 0, 0, 0])),
        ("another compression", of([8, 2, 1, 0, 0])),
        ("another filter", of([8, 2, 0, 1, 0])),
        ("another interlacing", of([8, 2, 0, 0, 2])),
        ("a wrong sum of its head", png_of(&[with_wrong_sum(head()), idat()])),
        ("two heads", png_of(&[head(), head(), idat()])),
        ("a second head behind its data", png_of(&[head(), chunk(b"IDAT", &pressed()[..40]), head(), idat()])),
        ("a short head", png_of(&[chunk(b"IHDR", &contents[..12]), idat()])),
        ("a long head", png_of(&[chunk(b"IHDR", &[contents.as_slice(), b"\0"].concat()), idat()])),
        ("nothing but a head", [PNG, &head()].concat()),
    ]
}

/// The head is not where it has to be: what is taken for the sides is something else.
fn headless() -> Vec<Named> {
    let without_cr: Vec<u8> = [b"\x89PNG\n\x1a\n".as_slice(), &photo()[8..]].concat();
    vec![
        ("gamma before its head", png_of(&[chunk(b"gAMA", &45_455_u32.to_be_bytes()), head(), idat()])),
        ("a text before its head", png_of(&[chunk(b"tEXt", b"Comment\0words and words"), head(), idat()])),
        ("an iphone's private format", png_of(&[chunk(b"CgBI", b"\x50\0\x20\x06"), head(), idat()])),
        ("data before its head", png_of(&[idat(), head()])),
        ("no head", png_of(&[idat()])),
        ("line ends made those of unix", without_cr),
    ]
}

fn chunks() -> Vec<Named> {
    let comment = chunk(b"tEXt", b"Comment\0words");
    vec![
        ("no data", png_of(&[head()])),
        ("an unknown chunk that cannot be left out", png_of(&[head(), chunk(b"ABCD", b"words"), idat()])),
        ("a reserved bit in the name of its data", png_of(&[head(), chunk(b"IDaT", &pressed())])),
        ("a chunk without a name", png_of(&[head(), chunk(b"\0\0\0\0", b""), idat()])),
        ("a text of two gigabytes", png_of(&[head(), with_length(comment.clone(), 0x7fff_ffff), idat()])),
        ("a text of four gigabytes", png_of(&[head(), with_length(comment, 0xffff_ffff), idat()])),
        ("data of four gigabytes", png_of(&[head(), with_length(idat(), 0xffff_ffff)])),
        ("data longer than the file", png_of(&[head(), with_length(idat(), 1_000_000)])),
        ("data shorter than it is", png_of(&[head(), with_length(idat(), 20)])),
        ("a wrong sum of its data", png_of(&[head(), with_wrong_sum(idat())])),
        ("no end and half of its data", {
            let file = photo();
            file[..file.len() / 2].to_vec()
        }),
        ("an end before its data", png_of(&[head(), chunk(b"IEND", b""), idat()])),
    ]
}

fn data() -> Vec<Named> {
    let of = |data: &[u8]| png_of(&[head(), chunk(b"IDAT", data)]);
    let rows = pixels();
    let with_filter = |filter: u8| {
        let mut rows = rows.clone();
        rows[0] = filter;
        of(&zlib(&rows))
    };
    let with_first_byte = |byte: u8| {
        let mut data = pressed();
        data[0] = byte;
        of(&data)
    };
    vec![
        ("data of nothing", of(b"")),
        ("deflated nothing", of(&zlib(b""))),
        ("one row", of(&zlib(&rows[..271]))),
        ("one byte too few", of(&zlib(&rows[..rows.len() - 1]))),
        ("half of its deflated data", of(&pressed()[..pressed().len() / 2])),
        ("data that is not deflated", of(&rows)),
        ("another way to deflate", with_first_byte(0x77)),
        ("a window that is too large", with_first_byte(0x88)),
        ("filter 5", with_filter(5)),
        ("filter 255", with_filter(255)),
        ("16 bits announced", png_of(&[ihdr(90, 120, [16, 2, 0, 0, 0]), idat()])),
        ("transparency announced", png_of(&[ihdr(90, 120, [8, 6, 0, 0, 0]), idat()])),
        ("twice as high announced", png_of(&[ihdr(90, 240, RGB), idat()])),
    ]
}

fn palettes() -> Vec<Named> {
    let indices = chunk(b"IDAT", &zlib(&[0; 91 * 120]));
    let of = |palette: &[u8]| png_of(&[ihdr(90, 120, INDEXED), chunk(b"PLTE", palette), indices.clone()]);
    let colours = chunk(b"PLTE", &[9; 6]);
    vec![
        ("no palette", png_of(&[ihdr(90, 120, INDEXED), indices.clone()])),
        ("a palette of nothing", of(b"")),
        // The decoder panics on it: the file is told to be broken all the same.
        ("a palette of four bytes", of(&[1, 2, 3, 4])),
        ("a palette of 257 colours", of(&[7; 257 * 3])),
        ("two palettes", png_of(&[ihdr(90, 120, INDEXED), colours.clone(), colours.clone(), indices.clone()])),
        ("a palette behind its data", png_of(&[ihdr(90, 120, INDEXED), indices.clone(), colours.clone()])),
        ("a wrong sum of its palette", png_of(&[ihdr(90, 120, INDEXED), with_wrong_sum(colours), indices])),
    ]
}

/// How a frame of a film is announced: its number, its sides and where it lies.
fn frame(number: u32, width: u32, height: u32, x: u32) -> Vec<u8> {
    let numbers = [number, width, height, x, 0].map(u32::to_be_bytes).concat();
    chunk(b"fcTL", &[numbers.as_slice(), &[0, 1, 0, 10, 0, 0]].concat())
}

fn film(frames: u32) -> Vec<u8> {
    chunk(b"acTL", &[frames.to_be_bytes(), [0; 4]].concat())
}

fn films() -> Vec<Named> {
    vec![
        ("a first frame wider than the film", png_of(&[head(), film(2), frame(0, 91, 120, 0), idat()])),
        ("a first frame beside the film", png_of(&[head(), film(2), frame(0, 90, 120, 90), idat()])),
        ("a first frame of nothing", png_of(&[head(), film(2), frame(0, 0, 120, 0), idat()])),
        ("a film that begins with frame 7", png_of(&[head(), film(2), frame(7, 90, 120, 0), idat()])),
    ]
}

fn odd_sums() -> Vec<Named> {
    let file = photo();
    let (body, end) = file.split_at(file.len() - 12);
    let mut wrong_checksum = pressed();
    let last = wrong_checksum.len() - 1;
    wrong_checksum[last] ^= 0xff;
    vec![
        ("a wrong sum of its end", [body, &with_wrong_sum(end.to_vec())].concat()),
        ("no end", body.to_vec()),
        ("half of its end", [body, &end[..6]].concat()),
        ("a wrong checksum in its data", png_of(&[head(), chunk(b"IDAT", &wrong_checksum)])),
        ("no checksum in its data", png_of(&[head(), chunk(b"IDAT", &pressed()[..last - 3])])),
        ("a wrong sum of a text", png_with(&file, &with_wrong_sum(chunk(b"tEXt", b"Comment\0words")))),
    ]
}

fn odd_data() -> Vec<Named> {
    let mut dice = Dice::new(2);
    let pressed = pressed();
    let (first, second) = pressed.split_at(pressed.len() / 2);
    let noise = dice.bytes(3_000);
    let too_much = [pixels(), pixels()].concat();
    vec![
        ("data of noise", png_of(&[head(), chunk(b"IDAT", &noise)])),
        ("noise behind its deflated data", png_of(&[head(), chunk(b"IDAT", &[pressed.as_slice(), &noise].concat())])),
        ("twice as much data", png_of(&[head(), chunk(b"IDAT", &zlib(&too_much))])),
        ("words between its data", {
            let words = chunk(b"tEXt", b"Comment\0words");
            png_of(&[head(), chunk(b"IDAT", first), words, chunk(b"IDAT", second)])
        }),
        ("interlacing announced", png_of(&[ihdr(90, 120, [8, 2, 0, 0, 1]), idat()])),
        ("grey announced", png_of(&[ihdr(90, 120, [8, 0, 0, 0, 0]), idat()])),
        ("half as high announced", png_of(&[ihdr(90, 60, RGB), idat()])),
    ]
}

fn odd_chunks() -> Vec<Named> {
    let file = photo();
    let texts = chunk(b"tEXt", b"Comment\0words").repeat(5_000);
    let exif_twice = chunk(b"eXIf", b"MM\0\x2a\0\0\0\x08\0\0").repeat(2);
    vec![
        ("5,000 texts", png_with(&file, &texts)),
        ("a text without a keyword", png_with(&file, &chunk(b"tEXt", b"\0words"))),
        ("a keyword of 100 letters", png_with(&file, &chunk(b"tEXt", &[b'k'; 100]))),
        ("a text deflated in another way", png_with(&file, &chunk(b"zTXt", b"Comment\0\x07words"))),
        (
            "a text of four megabytes",
            png_with(&file, &chunk(b"tEXt", &[b"Comment\0".as_slice(), &vec![b'x'; 4_000_000]].concat())),
        ),
        ("two exifs", png_with(&file, &exif_twice)),
        ("a date of nothing", png_with(&file, &chunk(b"tIME", b""))),
        ("a date and texts behind its data", {
            let end = file.len() - 12;
            [&file[..end], &chunk(b"tIME", &[0xff; 7]), &texts, &file[end..]].concat()
        }),
    ]
}

fn odd_palettes() -> Vec<Named> {
    let indices = chunk(b"IDAT", &zlib(&[[0_u8].as_slice(), &[200; 90]].concat().repeat(120)));
    let zeroes = chunk(b"IDAT", &zlib(&[0; 91 * 120]));
    let colours = chunk(b"PLTE", &[9; 6]);
    let transparent = |count: usize| chunk(b"tRNS", &vec![0; count]);
    let indexed = || ihdr(90, 120, INDEXED);
    vec![
        ("colours that are not in its palette", png_of(&[indexed(), colours.clone(), indices])),
        ("more transparency than colours", png_of(&[indexed(), colours.clone(), transparent(200), zeroes.clone()])),
        ("transparency before its palette", png_of(&[indexed(), transparent(1), colours.clone(), zeroes.clone()])),
        ("transparency of 257 colours", png_of(&[indexed(), colours.clone(), transparent(257), zeroes])),
        ("a palette for what needs none", png_of(&[head(), colours, idat()])),
        ("transparency cut short", png_of(&[head(), transparent(1), idat()])),
    ]
}

fn odd_films() -> Vec<Named> {
    let second = chunk(b"fdAT", &[1_u32.to_be_bytes().as_slice(), &pressed()].concat());
    vec![
        ("a film of no frames", png_of(&[head(), film(0), idat()])),
        ("a film of 2,147,483,647 frames", png_of(&[head(), film(0x7fff_ffff), idat()])),
        ("a film of 4,294,967,295 frames", png_of(&[head(), film(0xffff_ffff), idat()])),
        ("a film whose second frame is far too large", {
            png_of(&[head(), film(2), frame(0, 90, 120, 0), idat(), frame(1, 60_000, 60_000, 0), second.clone()])
        }),
        ("a film announced twice", png_of(&[head(), film(2), film(3), idat()])),
        ("frames before its data", png_of(&[head(), film(2), second, idat()])),
    ]
}

/// What is unusual and quite right.
fn harmless() -> Vec<Named> {
    let file = photo();
    let in_bytes: Vec<Vec<u8>> = pressed().chunks(1).map(|byte| chunk(b"IDAT", byte)).collect();
    vec![
        ("its data in chunks of a byte", png_of(&[head(), in_bytes.concat()])),
        ("chunks without data between", png_of(&[head(), chunk(b"IDAT", b"").repeat(100), idat()])),
        ("its data stored, not deflated", png_of(&[head(), chunk(b"IDAT", &stored(&pixels()))])),
        ("a gamma of nothing", png_with(&file, &chunk(b"gAMA", &[0; 4]))),
        ("primaries of nothing", png_with(&file, &chunk(b"cHRM", &[0; 32]))),
        ("an intent of tomorrow", png_with(&file, &chunk(b"sRGB", &[9]))),
        ("a resolution of 4,294,967,295", png_with(&file, &chunk(b"pHYs", &[0xff; 9]))),
        ("a profile without a name", png_with(&file, &chunk(b"iCCP", b"\0\0words"))),
        ("a head and words behind its end", [file.as_slice(), &file[..SIGNATURE_AND_HEAD], b"words"].concat()),
    ]
}

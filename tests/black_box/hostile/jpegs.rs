//! JPEGs with something wrong in their segments: frames, tables, scans, what is said beside them, restarts.

use jpeg_encoder::{ColorType, Encoder};

use super::table::{Allowed, BROKEN, Row};
use crate::anatomy::{APP1, APP2, APP13, APP14, COM, DHT, DQT, DRI, Dice, EOI, Jpeg, SOF0, SOI, SOS, exif, segment};
use crate::support::{jpeg, picture};

/// A frame that is coded progressively.
const SOF2: u8 = 0xc2;
/// A frame that is coded without loss.
const SOF3: u8 = 0xc3;
/// How arithmetic coding is set up.
const DAC: u8 = 0xcc;
/// How many lines there are, told late.
const DNL: u8 = 0xdc;
/// The first restart; there are eight.
const RST0: u8 = 0xd0;

type Named = (String, Vec<u8>);

pub(super) fn rows() -> Vec<Row> {
    let photo = Jpeg::of(&jpeg(&picture(90, 120)));
    let broken = [frames(&photo), tables(&photo), scans(&photo), lengths(&photo), adobe(&photo)];
    let odd = [odd_tables(&photo), odd_scans(&photo), odd_ends(&photo), crowds(&photo), restarts()];
    let taken = [sayings(&photo)];
    let row = |(name, file): Named, allowed| Row::photo(format!("jpeg: {name}"), file, allowed);
    let broken = broken.into_iter().flatten().map(|named| row(named, BROKEN));
    let odd = odd.into_iter().flatten().map(|named| row(named, Allowed::TakenIfDecoded));
    let taken = taken.into_iter().flatten().map(|named| row(named, Allowed::Taken));
    broken.chain(odd).chain(taken).collect()
}

fn named<const N: usize>(files: [(&str, Jpeg); N]) -> Vec<Named> {
    files.into_iter().map(|(name, parts)| (name.to_owned(), parts.file())).collect()
}

/// Frames that nobody decodes, or that are none.
fn frames(photo: &Jpeg) -> Vec<Named> {
    // Precision, height, width, how many components, and three bytes for each: name, sampling, table.
    let frame = photo.contents(SOF0);
    let with = |at: usize, byte: u8| photo.clone().with_byte(SOF0, at, byte);
    let mut five = frame.clone();
    five[5] = 5;
    five.extend_from_slice(&[4, 0x11, 1, 5, 0x11, 1]);
    let small = [frame[..1].to_vec(), vec![0, 64, 0, 64], frame[5..].to_vec()].concat();
    let late_height = [&photo.data[..photo.data.len() - 2], &segment(DNL, &[0, 120]), &[0xff, EOI]].concat();
    let mut files = named([
        ("no frame", photo.clone().without(SOF0)),
        ("two frames", photo.clone().with_before(DHT, SOF0, frame.clone())),
        // Who measures by the first frame and draws the second one does not know how large it is.
        ("a small lossless frame before the true one", photo.clone().with_before(SOF0, SOF3, small)),
        ("12 bits", with(0, 12)),
        ("16 bits", with(0, 16)),
        ("2 bits", with(0, 2)),
        ("12 bits, extended", with(0, 12).renamed(SOF0, 0xc1)),
        ("no width", with(3, 0).with_byte(SOF0, 4, 0)),
        ("no height", with(1, 0).with_byte(SOF0, 2, 0)),
        ("no height until the end", with(1, 0).with_byte(SOF0, 2, 0).with_data(late_height)),
        ("no component", photo.clone().with(SOF0, [&frame[..5], &[0]].concat())),
        ("five components", photo.clone().with(SOF0, five)),
        ("four components of which three are there", with(5, 4)),
        ("255 components", with(5, 255)),
        ("no horizontal sampling", with(7, 0x01)),
        ("no vertical sampling", with(7, 0x10)),
        ("horizontal sampling by three", with(7, 0x31)),
        ("sampling by five", with(7, 0x51)),
        ("sampling by fifteen", with(7, 0xff)),
        ("quantisation table 4", with(8, 4)),
        ("quantisation table 255", with(8, 255)),
        ("a frame cut short", photo.clone().with(SOF0, frame[..9].to_vec())),
    ]);
    for kind in [SOF3, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf] {
        files.push((format!("a frame of kind {kind:x}"), photo.clone().renamed(SOF0, kind).file()));
    }
    files
}

/// Tables that are missing or wrong.
fn tables(photo: &Jpeg) -> Vec<Named> {
    let codes = |counts: &[u8], symbols: &[u8]| {
        let mut all = [0; 16];
        all[..counts.len()].copy_from_slice(counts);
        [[0].as_slice(), &all, symbols].concat()
    };
    let of = |class: u8| {
        let mut table = photo.contents(DHT);
        table[0] = class;
        table
    };
    let quantisation = |head: u8, bytes: usize| [vec![head], vec![1; bytes]].concat();
    let without_second = {
        let mut parts = photo.clone().without(DHT);
        let at = parts.head.len() - 1;
        parts.head.insert(at, (DHT, photo.contents(DHT)));
        parts
    };
    named([
        ("no quantisation", photo.clone().without(DQT)),
        ("no huffman tables", photo.clone().without(DHT)),
        ("one huffman table", without_second),
        ("a huffman table with more codes than there are", photo.clone().with(DHT, codes(&[3], &[1, 2, 3]))),
        ("a huffman table of 4080 symbols", photo.clone().with(DHT, codes(&[255; 16], &[1; 255]))),
        ("a huffman table shorter than it says", photo.clone().with(DHT, codes(&[0, 1, 5], &[1]))),
        ("a huffman table of five bytes", photo.clone().with(DHT, vec![0; 5])),
        ("a huffman table with a symbol of 200 bits", photo.clone().with(DHT, codes(&[0, 1], &[200]))),
        ("a huffman table of class 2", photo.clone().with(DHT, of(0x20))),
        ("huffman table 4", photo.clone().with(DHT, of(0x04))),
        ("quantisation of 24 bits", photo.clone().with(DQT, quantisation(0x20, 192))),
        ("a quantisation table 9", photo.clone().with(DQT, quantisation(0x09, 64))),
        ("quantisation of 63 steps", photo.clone().with(DQT, quantisation(0, 63))),
        ("restarts in one byte", photo.clone().with_before(SOS, DRI, vec![4])),
        ("restarts in three bytes", photo.clone().with_before(SOS, DRI, vec![0, 4, 0])),
        ("arithmetic coding is set up", photo.clone().with_before(SOS, DAC, vec![0, 0x10])),
    ])
}

/// Scans that are none.
fn scans(photo: &Jpeg) -> Vec<Named> {
    // How many components, two bytes for each, first and last coefficient, bits.
    let scan = photo.contents(SOS);
    let with = |at: usize, byte: u8| photo.clone().with_byte(SOS, at, byte);
    let first = scan[1];
    let mut files = named([
        ("no scan", Jpeg { head: photo.head[..photo.head.len() - 1].to_vec(), data: vec![0xff, EOI] }),
        ("a scan of nothing", photo.clone().with(SOS, vec![0, 0, 63, 0])),
        ("a scan of five", photo.clone().with(SOS, [[5].as_slice(), &scan[1..7], &[4, 0, 5, 0], &scan[7..]].concat())),
        ("a scan of four of which three are there", with(0, 4)),
        ("a scan of one component twice", with(3, first)),
        ("a scan of a component that is not there", with(1, 77)),
        ("a scan by tables that are not there", with(2, 0x77)),
        ("a scan up to coefficient 64", with(8, 64)),
        ("a scan from coefficient 64", with(7, 64)),
        ("a scan by fourteen bits", with(9, 0xe0)),
        ("a scan from bit fourteen", with(9, 0x0e)),
        ("a scan that is too long", photo.clone().with(SOS, [scan.as_slice(), &[0; 4]].concat())),
    ]);
    // Each pass costs time, and there may be any number of them in a few bytes.
    let progressive = progressive();
    let pass = last_pass(&progressive.data);
    let many = [&progressive.data[..progressive.data.len() - 2], &pass.repeat(1_000), &[0xff, EOI]].concat();
    files.push(("a thousand passes".to_owned(), progressive.with_data(many).file()));
    files
}

/// Lengths that lead nowhere.
fn lengths(photo: &Jpeg) -> Vec<Named> {
    // The first segment's length is the file's fourth and fifth byte.
    let with = |length: u16| {
        let mut file = photo.file();
        file[4..6].copy_from_slice(&length.to_be_bytes());
        file
    };
    [
        ("a segment of no length", with(0)),
        ("a segment shorter than its length", with(1)),
        ("a segment longer than the file", with(u16::MAX)),
        ("a segment that ends in the next", with(19)),
    ]
    .map(|(name, file)| (name.to_owned(), file))
    .into()
}

/// What Adobe's segment may say about colours.
fn adobe(photo: &Jpeg) -> Vec<Named> {
    let saying =
        |transform: u8| photo.clone().saying(APP14, [b"Adobe\0\x64\0\0\0\0".as_slice(), &[transform]].concat());
    named([
        ("adobe's colours of tomorrow", saying(3)),
        ("adobe's colour 255", saying(255)),
        ("adobe's segment cut short", photo.clone().saying(APP14, b"Adobe".to_vec())),
    ])
}

fn odd_tables(photo: &Jpeg) -> Vec<Named> {
    named([
        ("a huffman table without codes", photo.clone().with(DHT, vec![0; 17])),
        ("quantisation by nothing", photo.clone().with(DQT, vec![0; 65])),
        ("quantisation by the most there is", photo.clone().with(DQT, [vec![0x10], vec![0xff; 128]].concat())),
        ("restarts announced that never come", photo.clone().with_before(SOS, DRI, vec![0, 1])),
        ("tables twice", photo.clone().with_before(SOS, DQT, photo.contents(DQT))),
        ("extended", photo.clone().renamed(SOF0, 0xc1)),
        ("called progressive", photo.clone().renamed(SOF0, SOF2)),
        ("progressive, called baseline", progressive().renamed(SOF2, SOF0)),
        ("two components", {
            let frame = photo.contents(SOF0);
            let scan = photo.contents(SOS);
            let two = photo.clone().with(SOF0, [&frame[..5], &[2], &frame[6..12]].concat());
            two.with(SOS, [[2].as_slice(), &scan[1..5], &scan[7..]].concat())
        }),
    ])
}

fn odd_scans(photo: &Jpeg) -> Vec<Named> {
    let data = |data: Vec<u8>| photo.clone().with_data([data, vec![0xff, EOI]].concat());
    let mut dice = Dice::new(1);
    let scan = photo.contents(SOS);
    let again = segment(SOS, &scan).repeat(1_000);
    let twice = [&photo.data[..photo.data.len() - 2], &segment(SOS, &scan), &photo.data].concat();
    let mut noise = dice.bytes(2_000);
    noise.retain(|byte| *byte != 0xff);
    named([
        ("a scan without data", data(Vec::new())),
        ("a scan of zeroes", data(vec![0; 2_000])),
        ("a scan of ones", data([0xff, 0].repeat(1_000))),
        ("a scan of noise", data(noise)),
        ("a scan of 0xff alone", photo.clone().with_data(vec![0xff; 5_000])),
        ("a scan of comments", data(segment(COM, b"a comment").repeat(200))),
        ("a scan twice", photo.clone().with_data(twice)),
        ("a thousand scans without data", data(again)),
        ("one component of three", { photo.clone().with(SOS, [[1].as_slice(), &scan[1..3], &scan[7..]].concat()) }),
    ])
}

fn odd_ends(photo: &Jpeg) -> Vec<Named> {
    let mut without_end = photo.clone();
    without_end.data.truncate(photo.data.len() - 2);
    let two_ends = [photo.data.as_slice(), &[0xff, EOI]].concat();
    let twice = photo.file().repeat(2);
    let start_twice = [[0xff, SOI].as_slice(), &photo.file()].concat();
    let junk = {
        let file = photo.file();
        [&file[..20], b"junk", &file[20..]].concat()
    };
    let mut files = named([
        ("no end", without_end),
        ("two ends", photo.clone().with_data(two_ends)),
        ("nothing behind the tables but the end", photo.clone().with_data(vec![0xff, EOI])),
        ("nothing behind the tables", photo.clone().with_data(Vec::new())),
    ]);
    files.extend([
        ("the whole twice".to_owned(), twice),
        ("its start twice".to_owned(), start_twice),
        ("junk between segments".to_owned(), junk),
    ]);
    files
}

/// Very many of what is good once.
fn crowds(photo: &Jpeg) -> Vec<Named> {
    let many = |marker: u8, contents: &[u8], count: usize| {
        let file = photo.file();
        [&file[..2], &segment(marker, contents).repeat(count), &file[2..]].concat()
    };
    let exif = [b"Exif\0\0".as_slice(), &exif(6, &"x".repeat(60_000))].concat();
    // Parts of one long text, of which the last one never comes.
    let text = |part: u32| {
        let head = b"http://ns.adobe.com/xmp/extension/\0".as_slice();
        segment(APP1, &[head, &[b'0'; 32], &u32::MAX.to_be_bytes(), &part.to_be_bytes(), b"x"].concat())
    };
    let texts: Vec<u8> = (0..2_000).flat_map(text).collect();
    let file = photo.file();
    [
        ("65,000 comments", many(COM, b"", 65_000)),
        ("20 exifs of 60 kilobytes", many(APP1, &exif, 20)),
        ("300 parts of a profile", many(APP2, b"ICC_PROFILE\0\x01\xffacsp", 300)),
        ("2,000 parts of a text", [&file[..2], &texts, &file[2..]].concat()),
        ("100 tables", many(DQT, &photo.contents(DQT), 100)),
    ]
    .map(|(name, file)| (name.to_owned(), file))
    .into()
}

/// What may be said beside a picture and does it no harm, however wrong it is.
fn sayings(photo: &Jpeg) -> Vec<Named> {
    let exif = |tiff: &[u8]| photo.clone().saying(APP1, [b"Exif\0\0".as_slice(), tiff].concat());
    let icc =
        |part: u8, of: u8| photo.clone().saying(APP2, [b"ICC_PROFILE\0".as_slice(), &[part, of], &[0; 200]].concat());
    let nested = (0..6).fold(jpeg(&picture(32, 32)), |inner, _| {
        let around = [b"Exif\0\0MM\0\x2a\0\0\0\x08\0\0\0\0\0\x0e".as_slice(), &inner].concat();
        Jpeg::of(&jpeg(&picture(32, 32))).saying(APP1, around).file()
    });
    named([
        ("an exif of nothing", exif(b"")),
        ("an exif of 65,535 entries", exif(b"MM\0\x2a\0\0\0\x08\xff\xff\x01\x12\0\x03")),
        ("an exif that lies elsewhere", exif(b"MM\0\x2a\xff\xff\xff\xff")),
        ("an exif that leads to itself", exif(b"II\x2a\0\x08\0\0\0\0\0\x08\0\0\0")),
        ("an exif turned by 65,535", exif(b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\xff\xff\0\0\0\0\0\0")),
        (
            "an exif with a count of 4,294,967,295",
            exif(b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\xff\xff\xff\xff\0\x06\0\0"),
        ),
        ("a picture in a picture in a picture", photo.clone().saying(APP1, [b"Exif\0\0".as_slice(), &nested].concat())),
        ("part 0 of a profile", icc(0, 1)),
        ("part 2 of a profile of one", icc(2, 1)),
        ("part 1 of a profile of 255", icc(1, 255)),
        ("an iptc of nothing", photo.clone().saying(APP13, b"Photoshop 3.0\0".to_vec())),
        ("half of adobe's name", photo.clone().saying(APP14, b"Ado".to_vec())),
        ("a list of pictures elsewhere", photo.clone().saying(APP2, b"MPF\0II\x2a\0\xff\xff\xff\xff".to_vec())),
        ("a gain map of one byte", photo.clone().saying(APP2, b"urn:iso:std:iso:ts:21496:-1\0\x01".to_vec())),
    ])
}

/// Restarts in another order, missing, doubled, or replaced by what has no place there.
fn restarts() -> Vec<Named> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, 90);
    encoder.set_restart_interval(4);
    encoder.encode(picture(90, 120).as_raw(), 90, 120, ColorType::Rgb).unwrap();
    let photo = Jpeg::of(&file);
    let is_restart = |at: usize| photo.data[at] == 0xff && (RST0..RST0 + 8).contains(&photo.data[at + 1]);
    let places: Vec<usize> = (0..photo.data.len() - 1).filter(|at| is_restart(*at)).collect();
    assert!(places.len() > 40);
    let with = |change: &dyn Fn(u8) -> u8| {
        let mut data = photo.data.clone();
        for at in &places {
            data[at + 1] = change(data[at + 1]);
        }
        photo.clone().with_data(data)
    };
    let first = |marker: u8| {
        let mut data = photo.data.clone();
        data[places[0] + 1] = marker;
        photo.clone().with_data(data)
    };
    let every = |step: usize, write: fn(&mut Vec<u8>, u8)| {
        let mut data = photo.data.clone();
        for at in places.iter().rev().step_by(step) {
            let marker = data[at + 1];
            let behind = data.split_off(at + 2);
            data.truncate(*at);
            write(&mut data, marker);
            data.extend(behind);
        }
        photo.clone().with_data(data)
    };
    named([
        ("every restart the first", with(&|_| RST0)),
        ("restarts backwards", with(&|marker| RST0 + 7 - (marker - RST0))),
        ("the end at the first restart", first(EOI)),
        ("a start at the first restart", first(SOI)),
        ("a comment at the first restart", first(COM)),
        ("a scan at the first restart", first(SOS)),
        ("tables at the first restart", first(DHT)),
        ("a marker of nothing at the first restart", first(0x01)),
        ("no restarts", every(1, |_, _| {})),
        ("every second restart", every(2, |_, _| {})),
        ("restarts twice", every(1, |data, marker| data.extend([0xff, marker, 0xff, marker]))),
        ("noise before restarts", every(1, |data, marker| data.extend([1, 2, 3, 0xff, marker]))),
        ("another interval", photo.clone().with(DRI, vec![0, 7])),
        ("an interval of nothing", photo.clone().with(DRI, vec![0, 0])),
    ])
}

/// A progressive photo.
fn progressive() -> Jpeg {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, 95);
    encoder.set_progressive(true);
    encoder.encode(picture(90, 120).as_raw(), 90, 120, ColorType::Rgb).unwrap();
    Jpeg::of(&file)
}

/// The last scan in a progressive photo's data, its head included.
fn last_pass(data: &[u8]) -> &[u8] {
    let begins = data.windows(2).rposition(|pair| pair == [0xff, SOS]).unwrap();
    &data[begins..data.len() - 2]
}

//! Files that are two things at once. Those that are good photos too are taken, and drawn anew; those that are something else first are not.

use image::{DynamicImage, ImageFormat};

use super::table::{Allowed, FOREIGN, PAYLOAD, Row};
use crate::anatomy::{
    APP1, APP2, APP13, COM, Jpeg, chunk, dressed_webp, exif, png_with, riff_chunk, segment, webp_of, zlib,
};
use crate::support::{encoded, jpeg, picture};

const SIDES: (u32, u32) = (90, 120);

pub(super) fn rows() -> Vec<Row> {
    let photo = picture(SIDES.0, SIDES.1);
    let drawn = DynamicImage::ImageRgb8(photo.clone());
    let taken = [
        behind(&jpeg(&photo), "jpeg"),
        behind(&encoded(&drawn, ImageFormat::Png), "png"),
        behind(&encoded(&drawn, ImageFormat::WebP), "webp"),
        inside_jpeg(&jpeg(&photo)),
        inside_png(&encoded(&drawn, ImageFormat::Png)),
        inside_webp(&encoded(&drawn, ImageFormat::WebP)),
    ];
    let taken = taken.into_iter().flatten().map(|(name, file)| Row::photo(name, file, Allowed::Taken));
    taken.chain(first_something_else(&jpeg(&photo))).collect()
}

/// What is put behind a photo's end.
fn behind(photo: &[u8], format: &str) -> Vec<(String, Vec<u8>)> {
    [
        ("a zip", format!("PK\x03\x04{PAYLOAD}PK\x05\x06")),
        ("html", format!("<html><script>{PAYLOAD}</script></html>")),
        ("php", format!("<?php {PAYLOAD} ?>")),
        ("a program", format!("MZ\x7f\0{PAYLOAD}")),
        ("a film", format!("\0\0\0\x18ftypmp42{PAYLOAD}")),
        ("a pdf", format!("%PDF-1.7\n{PAYLOAD}\n%%EOF")),
        ("two hundred kilobytes", PAYLOAD.repeat(13_334)),
    ]
    .into_iter()
    .map(|(what, payload)| (format!("{format} and {what}"), [photo, payload.as_bytes()].concat()))
    .collect()
}

fn inside_jpeg(photo: &[u8]) -> Vec<(String, Vec<u8>)> {
    let parts = Jpeg::of(photo);
    let words = |before: &[u8]| [before, PAYLOAD.as_bytes()].concat();
    let second = Jpeg::of(photo).saying(APP1, words(b"Exif\0\0")).file();
    let multi_picture = [photo, &second].concat();
    let tiny = Jpeg::of(&jpeg(&picture(40, 40))).saying(COM, words(b"")).file();
    [
        ("html in a comment", COM, words(b"<html><script>alert(1)</script><!--")),
        ("javascript in a comment", COM, words(b"*/=1;alert(1)/*")),
        ("a pdf in a comment", COM, words(b"%PDF-1.7\n1 0 obj\n")),
        ("a script in an exif", APP1, [b"Exif\0\0".as_slice(), &exif(1, &format!("<script>{PAYLOAD}"))].concat()),
        ("a picture in an exif", APP1, [b"Exif\0\0".as_slice(), &exif(1, PAYLOAD), &tiny].concat()),
        ("words in xmp", APP1, words(b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>")),
        (
            "words in more xmp",
            APP1,
            [b"http://ns.adobe.com/xmp/extension/\0".as_slice(), &[b'0'; 40], PAYLOAD.as_bytes()].concat(),
        ),
        ("words in iptc", APP13, words(b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x0f")),
        ("a list of pictures", APP2, words(b"MPF\0MM\0\x2a")),
        ("a claim of origin", 0xeb, words(b"JP\0\x01\0\0\0\x01\0\0\0\x40jumb")),
        ("a small picture in a jfxx", 0xe0, [b"JFXX\0\x10".as_slice(), &tiny].concat()),
        ("words in app 15", 0xef, words(b"")),
        ("words in a reserved segment", 0xf3, words(b"")),
    ]
    .into_iter()
    .map(|(what, marker, contents)| (format!("jpeg with {what}"), parts.clone().saying(marker, contents).file()))
    .chain([("jpeg and a second one".to_owned(), multi_picture)])
    .collect()
}

fn inside_png(photo: &[u8]) -> Vec<(String, Vec<u8>)> {
    let words = |before: &[u8]| [before, PAYLOAD.as_bytes()].concat();
    let deflated = |before: &[u8]| [before, &zlib(PAYLOAD.as_bytes())].concat();
    [
        ("html in a text", chunk(b"tEXt", &words(b"Comment\0<html><script>"))),
        ("a deflated text", chunk(b"zTXt", &deflated(b"Comment\0\0"))),
        ("an international text", chunk(b"iTXt", &words(b"XML:com.adobe.xmp\0\0\0\0\0<x:xmpmeta>"))),
        ("a deflated international text", chunk(b"iTXt", &deflated(b"Comment\0\x01\0\0\0"))),
        ("a script in an exif", chunk(b"eXIf", &exif(1, PAYLOAD))),
        ("a chunk of its own", chunk(b"prVt", &words(b""))),
        ("a broken profile", chunk(b"iCCP", &deflated(b"profile\0\0"))),
        ("a palette to suggest", chunk(b"sPLT", &words(b"palette\0\x08"))),
        ("an iptc in hexadecimal", chunk(b"zTXt", &deflated(b"Raw profile type iptc\0\0"))),
    ]
    .into_iter()
    .map(|(what, chunk)| (format!("png with {what}"), png_with(photo, &chunk)))
    .collect()
}

fn inside_webp(photo: &[u8]) -> Vec<(String, Vec<u8>)> {
    let unannounced = webp_of(&[photo[12..].to_vec(), riff_chunk(b"EXIF", &exif(1, PAYLOAD))]);
    [(b"EXIF", exif(1, PAYLOAD)), (b"XMP ", PAYLOAD.into()), (b"ICCP", PAYLOAD.into()), (b"prVt", PAYLOAD.into())]
        .into_iter()
        .map(|(kind, data)| {
            let name = format!("webp with {}", String::from_utf8_lossy(kind));
            (name, dressed_webp(photo, SIDES, kind, &data))
        })
        .chain([("webp with an exif that nobody announced".to_owned(), unannounced)])
        .collect()
}

/// Something else comes first, so they are no photos.
fn first_something_else(photo: &[u8]) -> Vec<Row> {
    let gif = [b"GIF89a/*".as_slice(), PAYLOAD.as_bytes(), b"*/=1;alert(1)"].concat();
    [
        ("a gif that is javascript", gif),
        ("a gif's head and a jpeg", [b"GIF89a\x40\0\x40\0\0\0\0".as_slice(), photo].concat()),
        ("a pdf and a jpeg", [b"%PDF-1.7\n".as_slice(), photo].concat()),
        ("html and a jpeg", [b"<html><script>alert(1)</script>".as_slice(), photo].concat()),
        ("a zip and a jpeg", [b"PK\x03\x04".as_slice(), photo].concat()),
        ("a program and a jpeg", [b"MZ\x90\0".as_slice(), photo].concat()),
        ("a bitmap that is javascript", [b"BM=1;/*".as_slice(), photo, b"*/"].concat()),
        ("a script and a jpeg", [b"#!/bin/sh\n".as_slice(), photo].concat()),
        ("a line break and a jpeg", [b"\r\n".as_slice(), photo].concat()),
        ("a segment and no beginning", [segment(COM, PAYLOAD.as_bytes()).as_slice(), &photo[2..]].concat()),
    ]
    .into_iter()
    .map(|(name, file)| Row::photo(name, file, FOREIGN))
    .collect()
}

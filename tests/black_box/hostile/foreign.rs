//! What is no photo, whatever it is called, and what only begins like one.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::{DynamicImage, ImageFormat};

use super::table::{Allowed, BROKEN, BROKEN_OR_TOO_LARGE, FOREIGN, PAYLOAD, Row};
use crate::support::{encoded, picture};

/// How files of other formats begin.
const OTHER_FORMATS: [(&str, &[u8]); 72] = [
    ("svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)' width='300' height='300'/>"),
    ("svg with a prolog", b"<?xml version='1.0'?>\n<!DOCTYPE svg>\n<svg xmlns='http://www.w3.org/2000/svg'/>"),
    ("svg of a billion laughs", b"<!DOCTYPE s [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]><svg>&b;</svg>"),
    ("svgz", b"\x1f\x8b\x08\0\0\0\0\0\0\x03svgz"),
    ("html", b"<!DOCTYPE html><html><script>alert(1)</script></html>"),
    ("html in capitals", b"<HTML><BODY onload=alert(1)>"),
    ("xhtml", b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>"),
    ("pdf", b"%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction 2 0 R>>\n%%EOF"),
    ("postscript", b"%!PS-Adobe-3.0 EPSF-3.0\n(%stdin) (r) file"),
    ("postscript with a preview", b"\xc5\xd0\xd3\xc6\x20\0\0\0\0\0\0\0"),
    ("rtf", b"{\\rtf1\\ansi{\\object}}"),
    ("zip", b"PK\x03\x04\x14\0\0\0\x08\0rest of a zip file"),
    ("empty zip", b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
    ("gzip", b"\x1f\x8b\x08\0\0\0\0\0\0\x03"),
    ("bzip2", b"BZh91AY&SY"),
    ("xz", b"\xfd7zXZ\0\0\x04"),
    ("zstd", b"\x28\xb5\x2f\xfd\x04\0"),
    ("7z", b"7z\xbc\xaf\x27\x1c\0\x04"),
    ("rar", b"Rar!\x1a\x07\x01\0"),
    ("cab", b"MSCF\0\0\0\0"),
    ("exe", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0"),
    ("elf", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0"),
    ("mach-o", b"\xcf\xfa\xed\xfe\x07\0\0\x01"),
    ("java class", b"\xca\xfe\xba\xbe\0\0\0\x34"),
    ("wasm", b"\0asm\x01\0\0\0"),
    ("shell script", b"#!/bin/sh\nrm -rf /\n"),
    ("php", b"<?php system($_GET['c']); ?>"),
    ("python pickle", b"\x80\x04\x95cos\nsystem\n"),
    ("sqlite", b"SQLite format 3\0"),
    ("mp4", b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2"),
    ("quicktime", b"\0\0\0\x14ftypqt  \0\0\0\0qt  "),
    ("heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
    ("heix", b"\0\0\0\x18ftypheix\0\0\0\0mif1heix"),
    ("heif", b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic"),
    ("heif sequence", b"\0\0\0\x18ftypmsf1\0\0\0\0msf1hevc"),
    ("avif", b"\0\0\0\x18ftypavif\0\0\0\0mif1avif"),
    ("avif sequence", b"\0\0\0\x18ftypavis\0\0\0\0msf1avis"),
    ("canon cr3", b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom"),
    ("canon cr2", b"II\x2a\0\x10\0\0\0CR\x02\0"),
    ("tiff, little end first", b"II\x2a\0\x08\0\0\0\x01\0\0\x01"),
    ("tiff, big end first", b"MM\0\x2a\0\0\0\x08\0\x01\x01\0"),
    ("big tiff", b"II\x2b\0\x08\0\0\0\x10\0\0\0\0\0\0\0"),
    ("bmp", b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x02\0\0\0\x02\0\0\0\x01\0\x18\0"),
    ("gif 87a", b"GIF87a\x01\0\x01\0\x80\0\0"),
    ("gif 89a", b"GIF89a\x01\0\x01\0\x80\0\0"),
    ("ico", b"\0\0\x01\0\x01\0\x20\x20\0\0\x01\0\x20\0"),
    ("cursor", b"\0\0\x02\0\x01\0\x20\x20\0\0\0\0\0\0"),
    ("icns", b"icns\0\0\x10\0"),
    ("psd", b"8BPS\0\x01\0\0\0\0\0\0\0\x03\0\0\x01\0\0\0\x01\0\0\x08\0\x03"),
    ("jpeg xl", b"\xff\x0a\xfa\x1f\x01\x91\x08\x06\x01\0"),
    ("jpeg xl in boxes", b"\0\0\0\x0cJXL \x0d\x0a\x87\x0a\0\0\0\x14ftypjxl "),
    ("jpeg 2000", b"\0\0\0\x0cjP  \x0d\x0a\x87\x0a\0\0\0\x14ftypjp2 "),
    ("jpeg 2000 without boxes", b"\xff\x4f\xff\x51\0\x2f\0\0"),
    ("jpeg xr", b"II\xbc\x01\x20\0\0\0"),
    ("mng", b"\x8aMNG\x0d\x0a\x1a\x0a"),
    ("jng", b"\x8bJNG\x0d\x0a\x1a\x0a"),
    ("qoi", b"qoif\0\0\x01\0\0\0\x01\0\x03\0"),
    ("pixmap", b"P6\n300 300\n255\n"),
    ("bitmap in words", b"P1\n2 2\n0 1\n1 0\n"),
    ("targa", b"\0\0\x02\0\0\0\0\0\0\0\0\0\x2c\x01\x2c\x01\x18\0"),
    ("dds", b"DDS \x7c\0\0\0\x07\x10\0\0"),
    ("openexr", b"\x76\x2f\x31\x01\x02\0\0\0"),
    ("radiance", b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 300 +X 300\n"),
    ("farbfeld", b"farbfeld\0\0\x01\x2c\0\0\x01\x2c"),
    ("djvu", b"AT&TFORM\0\0\0\x10DJVU"),
    ("riff with sound", b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0"),
    ("riff with film", b"RIFF\x24\0\0\0AVI LIST\x10\0\0\0"),
    ("mp3", b"ID3\x04\0\0\0\0\0\0"),
    ("ogg", b"OggS\0\x02\0\0\0\0\0\0\0\0"),
    ("matroska", b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01"),
    ("font", b"wOF2\0\x01\0\0"),
    ("shortcut", b"\x4c\0\0\0\x01\x14\x02\0"),
];

/// What only begins like a photo, or hides its beginning.
const PRETENDERS: [(&str, &[u8], Allowed); 26] = [
    ("nothing", b"", Allowed::Refused(&["missing_photo"])),
    ("one zero", b"\0", FOREIGN),
    ("one 0xff", b"\xff", FOREIGN),
    ("a jpeg's first two bytes", b"\xff\xd8", FOREIGN),
    ("a jpeg's first three bytes", b"\xff\xd8\xff", BROKEN),
    ("a jpeg's first four bytes", b"\xff\xd8\xff\xe0", BROKEN),
    ("a jpeg's beginning and end", b"\xff\xd8\xff\xd9", BROKEN),
    ("a jpeg's beginning, then words", b"\xff\xd8\xff\xe0 and then nothing but words, all the way down", BROKEN),
    ("a jpeg's beginning, then html", b"\xff\xd8\xff<html><script>alert(1)</script></html>", BROKEN),
    ("jpeg-ls", b"\xff\xd8\xff\xf7\0\x0b\x08\0\x40\0\x40\x01\x01\x11\0\xff\xda\0\x08\x01\x01\0\0\0\0\x12\x34", BROKEN),
    ("a png's first three bytes", b"\x89PN", FOREIGN),
    ("a png's first four bytes", b"\x89PNG", BROKEN),
    ("a png's signature", b"\x89PNG\r\n\x1a\n", BROKEN),
    ("a png's signature, then html", b"\x89PNG\r\n\x1a\n\0\0\0\x0d<htm\0\0\x01\x2c\0\0\x01\x2cl>", BROKEN),
    ("a png's signature without its first byte", b"PNG\r\n\x1a\n\0\0\0\x0dIHDR", FOREIGN),
    ("a png's signature without its high bit", b"\x09PNG\r\n\x1a\n\0\0\0\x0dIHDR", FOREIGN),
    ("riff alone", b"RIFF", FOREIGN),
    ("riff and webp alone", b"RIFF\x04\0\0\0WEBP", BROKEN),
    ("webp with javascript in its size", b"RIFF/*\0\0WEBPVP8L*/=1;alert(1)", BROKEN_OR_TOO_LARGE),
    ("webp with an unknown first chunk", b"RIFF\x18\0\0\0WEBPABCD\x04\0\0\0\0\0\0\0\0\0\0\0", BROKEN),
    ("webp with a picture of tomorrow", b"RIFF\x18\0\0\0WEBPVP9 \x0a\0\0\0\x10\0\0\x9d\x01\x2a\x40\0\x40\0", BROKEN),
    ("webp in another riff", b"RIFX\x18\0\0\0WEBPVP8 \x0a\0\0\0\x10\0\0\x9d\x01\x2a\x40\0\x40\0", NO_RIFF),
    ("webp in a tiff", b"II\x2a\0\x10\0\0\0WEBP\0\0\0\0\x02\0\0\x01\x03\0\x01\0\0\0\x40\0\0\0", NO_RIFF),
    ("webp in a heif", b"\0\0\0\x10ftypWEBP\0\0\0\0\0\0\0\x08meta", NO_RIFF),
    ("webp in a radiance", b"#?RGBE\n WEBP\n\n-Y 64 +X 64\n", NO_RIFF),
    ("words", "просто слова, a few words".as_bytes(), FOREIGN),
];
/// Which of the two it is told depends on how much of the head is believed.
const NO_RIFF: Allowed = Allowed::Refused(&["unsupported_image", "broken_image", "image_too_large"]);

pub(super) fn rows() -> Vec<Row> {
    let other = OTHER_FORMATS.iter().map(|(name, file)| Row::photo(*name, file.to_vec(), FOREIGN));
    let pretenders = PRETENDERS.iter().map(|(name, file, allowed)| Row::photo(*name, file.to_vec(), *allowed));
    other.chain(pretenders).chain(whole()).collect()
}

/// Whole files of other formats, and good bytes in another order.
fn whole() -> Vec<Row> {
    let drawn = DynamicImage::ImageRgb8(picture(90, 120));
    let formats = [("whole gif", ImageFormat::Gif), ("whole bmp", ImageFormat::Bmp), ("whole tiff", ImageFormat::Tiff)];
    let mut rows: Vec<_> =
        formats.into_iter().map(|(name, format)| Row::photo(name, encoded(&drawn, format), FOREIGN)).collect();
    let jpeg = encoded(&drawn, ImageFormat::Jpeg);
    let backwards: Vec<_> = jpeg.iter().rev().copied().collect();
    let swapped: Vec<_> = jpeg.chunks(2).flat_map(|pair| pair.iter().rev().copied()).collect();
    let shifted = [b"\0".as_slice(), &jpeg].concat();
    for (name, file) in [
        ("a jpeg backwards", backwards),
        ("a jpeg with its bytes in pairs turned round", swapped),
        ("a jpeg one byte late", shifted),
        ("a jpeg in base64", STANDARD.encode(&jpeg).into_bytes()),
        ("utf-16", b"\xff\xfeh\0e\0l\0l\0o\0".to_vec()),
        ("a utf-8 mark and a jpeg", [b"\xef\xbb\xbf".as_slice(), &jpeg].concat()),
        ("zeroes", vec![0; 100_000]),
        ("0xff only", vec![0xff; 100_000]),
        ("javascript", format!("/*{PAYLOAD}*/alert(1)").into_bytes()),
        ("an address", b"data:image/jpeg;base64,/9j/4AAQSkZJRg==".to_vec()),
    ] {
        rows.push(Row::photo(name, file, FOREIGN));
    }
    rows
}

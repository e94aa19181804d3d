//! Pictures made for the tests.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

/// Encodes as a JPEG.
pub(crate) fn jpeg(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, 90)).unwrap();
    bytes
}

/// A picture that is like no other of another size.
pub(crate) fn picture(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let share = |at: u32, of: u32| u8::try_from(u64::from(at) * 255 / u64::from(of.max(1))).unwrap();
        Rgb([share(x, width), share(y, height), u8::try_from((width ^ height) & 0xff).unwrap()])
    })
}

/// A sample person.
pub(crate) fn person() -> Vec<u8> {
    std::fs::read("public/samples/person-1.jpg").unwrap()
}

/// A sample garment.
pub(crate) fn garment() -> Vec<u8> {
    std::fs::read("public/samples/outfit-1.jpg").unwrap()
}

/// Puts an EXIF with an orientation and a place into a JPEG.
pub(crate) fn with_exif(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend_from_slice(&[orientation, 0, 0, 0, 0, 0, 0]);
    exif.extend_from_slice(b"SECRET-PLACE 55.7558N 37.6173E");
    let mut bytes = jpeg[..2].to_vec();
    bytes.extend_from_slice(&[0xff, 0xe1]);
    bytes.extend_from_slice(&u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
    bytes.extend_from_slice(&exif);
    bytes.extend_from_slice(&jpeg[2..]);
    bytes
}

/// Encodes in any format.
pub(crate) fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), format).unwrap();
    bytes
}

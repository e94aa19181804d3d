//! Photos of every kind: the good ones go through, the others are each told what is wrong.

use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use primerka::look::event::Event;

use super::support::{TestApp, TestForm, Upstream, encoded, events, garment, jpeg, names, person, picture, with_exif};

/// 60 photos: sizes, shapes, formats, depths, orientations.
fn good_photos() -> Vec<(String, Vec<u8>)> {
    let mut photos = Vec::new();
    let sizes = [(32, 32), (64, 2000), (2000, 64), (333, 777), (1024, 768), (3000, 2000)];
    for (width, height) in sizes {
        let drawn = DynamicImage::ImageRgb8(picture(width, height));
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            photos.push((format!("{width}x{height} {format:?}"), encoded(&drawn, format)));
        }
    }
    let drawn = DynamicImage::ImageRgb8(picture(200, 300));
    for (name, other) in [
        ("grey", DynamicImage::ImageLuma8(drawn.to_luma8())),
        ("grey alpha", DynamicImage::ImageLumaA8(drawn.to_luma_alpha8())),
        ("rgba", DynamicImage::ImageRgba8(RgbaImage::from_pixel(200, 300, Rgba([9, 200, 9, 120])))),
        ("16 bit", DynamicImage::ImageRgb16(drawn.to_rgb16())),
        ("16 bit alpha", DynamicImage::ImageRgba16(drawn.to_rgba16())),
        ("16 bit grey", DynamicImage::ImageLuma16(drawn.to_luma16())),
    ] {
        photos.push((format!("{name} png"), encoded(&other, ImageFormat::Png)));
    }
    photos.push(("grey jpeg".to_owned(), encoded(&DynamicImage::ImageLuma8(drawn.to_luma8()), ImageFormat::Jpeg)));
    photos.push(("alpha webp".to_owned(), encoded(&DynamicImage::ImageRgba8(drawn.to_rgba8()), ImageFormat::WebP)));
    let upright = jpeg(&picture(200, 300));
    for orientation in 0..=9 {
        photos.push((format!("orientation {orientation}"), with_exif(&upright, orientation)));
    }
    for trailing in [b"<html><script>alert(1)</script>".as_slice(), b"PK\x03\x04 a zip".as_slice()] {
        photos.push(("polyglot".to_owned(), [upright.as_slice(), trailing].concat()));
    }
    for quality in [5, 30, 60, 75, 100] {
        let mut bytes = Vec::new();
        let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, quality);
        picture(400, 500).write_with_encoder(encoder).unwrap();
        photos.push((format!("quality {quality}"), bytes));
    }
    for side in (100_u32..).step_by(37).take(17) {
        photos.push((format!("{side} square"), jpeg(&picture(side, side + 1))));
    }
    assert_eq!(photos.len(), 60);
    photos
}

#[tokio::test]
async fn sixty_photos_of_every_kind_go_through_upright_and_without_a_word_about_the_place() {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    for (name, photo) in good_photos() {
        let before = upstream.recorded().len();
        let told = app.look(TestForm::new(photo, garment())).await;
        assert_eq!(names(&told).last().unwrap(), "done", "{name}: {told:?}");
        let sent = upstream.recorded()[before + 1].photos().pop().unwrap();
        for secret in [b"SECRET-PLACE".as_slice(), b"<script>", b"PK\x03\x04", b"Exif"] {
            assert!(!sent.windows(secret.len()).any(|window| window == secret), "{name} was sent with {secret:?}");
        }
        let sent = image::load_from_memory(&sent).unwrap();
        assert!(sent.width().max(sent.height()) <= 2048, "{name}");
        if let Some(orientation) = name.strip_prefix("orientation ") {
            let is_turned = matches!(orientation, "5" | "6" | "7" | "8");
            assert_eq!(sent.width() > sent.height(), is_turned, "{name}");
        }
    }
}

fn png_of(width: u32, height: u32) -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    png.extend_from_slice(&width.to_be_bytes());
    png.extend_from_slice(&height.to_be_bytes());
    png.extend_from_slice(b"\x08\x02\0\0\0\0\0\0\0\0\0\0\0IDAT");
    png
}

/// 20 files that are no photos, with what each is told.
fn bad_files() -> Vec<(&'static str, Vec<u8>, u16, &'static str)> {
    let whole = jpeg(&picture(300, 300));
    let drawn = DynamicImage::ImageRgb8(picture(100, 100));
    let png = encoded(&drawn, ImageFormat::Png);
    let webp = encoded(&drawn, ImageFormat::WebP);
    let mut flipped = png.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0xff;
    vec![
        ("empty", Vec::new(), 400, "missing_photo"),
        ("words", b"hello".to_vec(), 415, "unsupported_image"),
        ("zeroes", vec![0; 1000], 415, "unsupported_image"),
        ("pdf", b"%PDF-1.7\n%%EOF".to_vec(), 415, "unsupported_image"),
        ("svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), 415, "unsupported_image"),
        ("html", b"<!DOCTYPE html><html></html>".to_vec(), 415, "unsupported_image"),
        ("zip", b"PK\x03\x04rest of a zip file".to_vec(), 415, "unsupported_image"),
        ("gif", encoded(&drawn, ImageFormat::Gif), 415, "unsupported_image"),
        ("bmp", encoded(&drawn, ImageFormat::Bmp), 415, "unsupported_image"),
        ("tiff", encoded(&drawn, ImageFormat::Tiff), 415, "unsupported_image"),
        ("heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec(), 415, "unsupported_image"),
        ("half a jpeg's head", whole[..4].to_vec(), 422, "broken_image"),
        ("a png's signature", png[..8].to_vec(), 422, "broken_image"),
        ("half a png", png[..png.len() / 2].to_vec(), 422, "broken_image"),
        ("half a webp", webp[..webp.len() / 2].to_vec(), 422, "broken_image"),
        ("a png with a wrong byte", flipped, 422, "broken_image"),
        ("a png without pixels", png_of(100, 100), 422, "broken_image"),
        ("too small", jpeg(&picture(8, 8)), 422, "broken_image"),
        ("a bomb", png_of(60_000, 60_000), 413, "image_too_large"),
        ("too many pixels", png_of(11_000, 11_000), 413, "image_too_large"),
        ("too long", png_of(12_001, 100), 413, "image_too_large"),
        ("too many bytes", [whole.as_slice(), &vec![0; 21 * 1024 * 1024]].concat(), 413, "image_too_large"),
    ]
}

#[tokio::test]
async fn each_bad_file_is_told_what_is_wrong_with_it() {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    for (name, file, status, code) in bad_files() {
        for form in [TestForm::new(file.clone(), garment()), TestForm::new(person(), file)] {
            let is_person = form.files[1].1 == garment();
            let answer = app.ask(form).await;
            assert_eq!(answer.status(), status, "{name}");
            let told = events(&answer.text().await.unwrap());
            let [Event::Failed(failed)] = told.as_slice() else { panic!("{name}: {told:?}") };
            assert_eq!(serde_json::to_value(failed.code).unwrap(), code, "{name}");
            let photo = if is_person { "Фото человека" } else { "Фото наряда" };
            assert!(failed.message.starts_with(photo), "{name}: {}", failed.message);
        }
    }
    assert!(upstream.recorded().is_empty(), "nothing was paid");
}

#[tokio::test]
async fn an_iphones_format_has_a_cure_of_its_own() {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec();
    let text = app.ask(TestForm::new(heic, garment())).await.text().await.unwrap();
    let Some(Event::Failed(failed)) = events(&text).pop() else { panic!("{text}") };
    assert!(failed.message.contains("HEIC") && failed.hint.contains("JPEG"), "{failed:?}");
    let avif = b"\0\0\0\x18ftypavif\0\0\0\0mif1avif".to_vec();
    let text = app.ask(TestForm::new(avif, garment())).await.text().await.unwrap();
    assert!(text.contains("unsupported_image") && !text.contains("HEIC") && !text.contains("iPhone"), "{text}");
}

#[tokio::test]
async fn the_bounds_of_a_photo_are_named() {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    let text = app.ask(TestForm::new(png_of(12_001, 100), garment())).await.text().await.unwrap();
    let Some(Event::Failed(failed)) = events(&text).pop() else { panic!("{text}") };
    for bound in ["20 МБ", "64 мегапикселей", "12 000 пикселей"] {
        assert!(failed.hint.contains(bound), "{failed:?}");
    }
}

//! Photos natively: decoded, turned upright, scaled down to what a model uses, in the colours that everybody takes for granted, encoded
//! anew. Nothing of the file's metadata is left.

use std::sync::Arc;

use bytes::Bytes;
use fast_image_resize::{IntoImageView, PixelType, Resizer};
use futures::future::BoxFuture;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, RgbImage};
use moxcms::{ColorProfile, Layout, TransformOptions};
use tokio::sync::Semaphore;

use super::photo_codec::{Decoded, decode, flattened};
use crate::look::failure::{Failure, FailureCode, PhotoRole};
use crate::look::photo::{Photo, PhotoFormat};
use crate::pipeline::prepare::Prepare;

/// Longest side that is sent: more than the models' own tiles use, little enough for a fast upload.
const LONGEST_SIDE: u32 = 2048;
/// JPEG quality of what is sent: no visible loss in fabric.
const QUALITY: u8 = 92;

/// Prepares photos on blocking threads, as many at once as there are cores.
#[derive(Clone)]
pub struct NativePrepare {
    permits: Arc<Semaphore>,
}

impl Default for NativePrepare {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { permits: Arc::new(Semaphore::new(cores)) }
    }
}

impl Prepare for NativePrepare {
    fn version(&self) -> &'static str {
        "native 2"
    }

    fn prepare(&self, photo: Photo, role: PhotoRole) -> BoxFuture<'_, Result<Photo, Failure>> {
        Box::pin(async move {
            let refuse = |code: FailureCode| Failure::new(code).photo(role);
            let _permit = self.permits.acquire().await.map_err(|_| refuse(FailureCode::Internal))?;
            let prepared = tokio::task::spawn_blocking(move || redraw(&photo)).await;
            // A decoder that panics has met a broken file; the process lives on.
            let prepared = prepared.map_err(|_| refuse(FailureCode::BrokenImage))?;
            prepared.map_err(refuse)
        })
    }
}

fn redraw(photo: &Photo) -> Result<Photo, FailureCode> {
    let Decoded { image, orientation, profile } = decode(photo).map_err(|_| FailureCode::BrokenImage)?;
    let mut image = scaled(flattened(image))?;
    image.apply_orientation(orientation);
    let image = in_usual_colours(image.into_rgb8(), profile.as_deref());
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
    image.write_with_encoder(encoder).map_err(|_| FailureCode::Internal)?;
    Ok(Photo { width: image.width(), height: image.height(), format: PhotoFormat::Jpeg, bytes: Bytes::from(bytes) })
}

/// The picture in sRGB, which is what one without a profile is taken for: profiles have words in them, and models are not known to read
/// any. One that cannot be read changes nothing.
fn in_usual_colours(image: RgbImage, profile: Option<&[u8]>) -> RgbImage {
    let converted = profile.and_then(|profile| {
        let meant = ColorProfile::new_from_slice(profile).ok()?;
        let usual = ColorProfile::new_srgb();
        let options = TransformOptions::default();
        let transform = meant.create_transform_8bit(Layout::Rgb, &usual, Layout::Rgb, options).ok()?;
        let mut pixels = vec![0; image.as_raw().len()];
        transform.transform(image.as_raw(), &mut pixels).ok()?;
        RgbImage::from_raw(image.width(), image.height(), pixels)
    });
    converted.unwrap_or(image)
}

/// The picture with no side longer than [`LONGEST_SIDE`].
fn scaled(image: DynamicImage) -> Result<DynamicImage, FailureCode> {
    let longest = image.width().max(image.height());
    if longest <= LONGEST_SIDE {
        return Ok(image);
    }
    let side = |length: u32| (u64::from(length) * u64::from(LONGEST_SIDE) / u64::from(longest)).max(1);
    let side = |length: u32| u32::try_from(side(length)).unwrap_or(LONGEST_SIDE);
    let pixels = image.pixel_type().unwrap_or(PixelType::U8x3);
    debug_assert_eq!(pixels, PixelType::U8x3, "flattened first");
    let mut small = DynamicImage::ImageRgb8(RgbImage::new(side(image.width()), side(image.height())));
    Resizer::new().resize(&image, &mut small, None).map_err(|_| FailureCode::Internal)?;
    Ok(small)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use bytes::Bytes;
    use image::codecs::jpeg::JpegEncoder;
    use image::{ImageDecoder, ImageEncoder, ImageFormat, ImageReader, Rgb, RgbImage, Rgba, RgbaImage};
    use moxcms::ColorProfile;

    use super::{LONGEST_SIDE, redraw};
    use crate::look::failure::{FailureCode, PhotoRole};
    use crate::look::photo::{Photo, PhotoFormat};

    /// A picture, red left and blue right, as a JPEG whose EXIF says `orientation` and where it was taken.
    fn jpeg(width: u32, height: u32, orientation: u8) -> Photo {
        let picture =
            RgbImage::from_fn(
                width,
                height,
                |x, _| if x < width / 2 { Rgb([220, 20, 20]) } else { Rgb([20, 20, 220]) },
            );
        let mut plain = Vec::new();
        picture.write_to(&mut Cursor::new(&mut plain), ImageFormat::Jpeg).unwrap();
        let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x02".to_vec();
        exif.extend_from_slice(&[0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
        exif.extend_from_slice(&[0x01, 0x0f, 0, 2, 0, 0, 0, 4, b'C', b'A', b'N', 0]);
        exif.extend_from_slice(&[0, 0, 0, 0]);
        exif.extend_from_slice(b"SECRET-PLACE");
        let mut bytes = plain[..2].to_vec();
        bytes.extend_from_slice(&[0xff, 0xe1]);
        bytes.extend_from_slice(&u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
        bytes.extend_from_slice(&exif);
        bytes.extend_from_slice(&plain[2..]);
        Photo::parse(Bytes::from(bytes), PhotoRole::Person).unwrap()
    }

    fn pixels(photo: &Photo) -> RgbImage {
        image::load_from_memory(&photo.bytes).unwrap().into_rgb8()
    }

    #[test]
    fn every_orientation_is_baked_in_and_metadata_is_gone() {
        // Where the red half is after turning: (x, y) in shares of the picture.
        for (orientation, (width, height), red) in [
            (1, (80, 40), (0.25, 0.5)),
            (2, (80, 40), (0.75, 0.5)),
            (3, (80, 40), (0.75, 0.5)),
            (4, (80, 40), (0.25, 0.5)),
            (5, (40, 80), (0.5, 0.25)),
            (6, (40, 80), (0.5, 0.25)),
            (7, (40, 80), (0.5, 0.75)),
            (8, (40, 80), (0.5, 0.75)),
        ] {
            let photo = redraw(&jpeg(80, 40, orientation)).unwrap();
            assert_eq!((photo.width, photo.height), (width, height), "orientation {orientation}");
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small test pictures")]
            let at = |share: f64, side: u32| (share * f64::from(side)) as u32;
            let pixel = *pixels(&photo).get_pixel(at(red.0, width), at(red.1, height));
            assert!(pixel[0] > 150 && pixel[2] < 100, "orientation {orientation}: {pixel:?}");
            assert!(!photo.bytes.windows(12).any(|window| window == b"SECRET-PLACE"));
            assert!(!photo.bytes.windows(4).any(|window| window == b"Exif"));
        }
    }

    #[test]
    fn large_photos_shrink_and_small_ones_stay() {
        let large = redraw(&jpeg(4000, 1000, 1)).unwrap();
        assert_eq!((large.width, large.height), (LONGEST_SIDE, 512));
        let small = redraw(&jpeg(64, 48, 1)).unwrap();
        assert_eq!((small.width, small.height), (64, 48));
    }

    #[test]
    fn transparency_becomes_white() {
        let mut bytes = Vec::new();
        RgbaImage::from_pixel(40, 40, Rgba([0, 0, 0, 0]))
            .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)
            .unwrap();
        let photo = Photo { bytes: Bytes::from(bytes), format: PhotoFormat::Png, width: 40, height: 40 };
        assert!(pixels(&redraw(&photo).unwrap()).pixels().all(|pixel| pixel.0.iter().all(|channel| *channel > 250)));
    }

    /// Enough of a colour profile to be known for one.
    fn profile(space: [u8; 4], bytes: usize) -> Vec<u8> {
        let mut profile = vec![0; bytes];
        profile[16..20].copy_from_slice(&space);
        profile[36..40].copy_from_slice(b"acsp");
        profile
    }

    /// The profile and the first pixel that are sent for an orange photo that comes with `profile`.
    fn sent_with(profile: Vec<u8>) -> (Option<Vec<u8>>, [u8; 3]) {
        let mut bytes = Vec::new();
        let mut encoder = JpegEncoder::new(&mut bytes);
        encoder.set_icc_profile(profile).unwrap();
        RgbImage::from_pixel(40, 40, Rgb([220, 120, 40])).write_with_encoder(encoder).unwrap();
        let photo = Photo::parse(Bytes::from(bytes), PhotoRole::Outfit).unwrap();
        let sent = redraw(&photo).unwrap();
        let pixel = pixels(&sent).get_pixel(20, 20).0;
        let mut decoder = ImageReader::with_format(Cursor::new(sent.bytes), ImageFormat::Jpeg).into_decoder().unwrap();
        (decoder.icc_profile().unwrap(), pixel)
    }

    #[test]
    fn colours_are_sent_as_everybody_reads_them_and_no_profile_is() {
        let is_near = |pixel: [u8; 3], wanted: [u8; 3]| pixel.iter().zip(wanted).all(|(a, b)| a.abs_diff(b) <= 3);
        let (sent, pixel) = sent_with(ColorProfile::new_display_p3().encode().unwrap());
        // The same orange of Display P3 is a stronger one in sRGB.
        assert!(sent.is_none() && pixel[0] > 228 && pixel[2] < 30, "{sent:?} {pixel:?}");
        for profile in [
            profile(*b"CMYK", 548),
            profile(*b"GRAY", 548),
            profile(*b"RGB ", 548),
            profile(*b"RGB ", 70_000),
            b"words".to_vec(),
        ] {
            let (sent, pixel) = sent_with(profile);
            assert!(sent.is_none() && is_near(pixel, [220, 120, 40]), "{sent:?} {pixel:?}");
        }
    }

    #[test]
    fn a_truncated_file_is_broken() {
        let mut photo = jpeg(200, 200, 1);
        photo.format = PhotoFormat::Png;
        assert_eq!(redraw(&photo).unwrap_err(), FailureCode::BrokenImage);
    }
}

//! Decodes photos, within the limits of a photo.

use std::io::Cursor;

use image::error::{LimitError, LimitErrorKind};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageReader, Limits, RgbImage};

use crate::look::photo::{MAX_PHOTO_SIDE, Photo, PhotoFormat};

/// Most bytes of a colour profile; those of phones and cameras have about 600.
const MAX_PROFILE_BYTES: usize = 64 * 1024;

/// What is in a file.
pub(super) struct Decoded {
    /// The pixels as they lie there.
    pub(super) image: DynamicImage,
    /// How the file wants them turned.
    pub(super) orientation: Orientation,
    /// What the colours of RGB pixels mean, where they are not the usual ones: without it a phone's Display P3 fades.
    pub(super) profile: Option<Vec<u8>>,
}

/// Decodes a whole photo.
pub(super) fn decode(photo: &Photo) -> Result<Decoded, ImageError> {
    let format = match photo.format {
        PhotoFormat::Jpeg => image::ImageFormat::Jpeg,
        PhotoFormat::Png => image::ImageFormat::Png,
        PhotoFormat::WebP => image::ImageFormat::WebP,
    };
    let mut limits = Limits::default();
    let side = u32::try_from(MAX_PHOTO_SIDE).unwrap_or(u32::MAX);
    limits.max_image_width = Some(side);
    limits.max_image_height = Some(side);
    // Only PNG's decoder heeds it, for what lies beside the pixels and for one row of them.
    limits.max_alloc = Some(64 * 1024 * 1024);
    let mut reader = ImageReader::with_format(Cursor::new(&photo.bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    // The bound on pixels was kept by the head alone: it must be the same picture.
    if decoder.dimensions() != (photo.width, photo.height) {
        return Err(ImageError::Limits(LimitError::from_kind(LimitErrorKind::DimensionError)));
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().ok().flatten().filter(|profile| is_of_rgb(profile));
    let profile = profile.filter(|_| decoder.color_type().has_color());
    Ok(Decoded { image: DynamicImage::from_decoder(decoder)?, orientation, profile })
}

/// Whether a colour profile is one, and speaks of RGB (its bytes 16 to 19): what one of CMYK or grey says is not true of the RGB that is
/// made of such pixels.
fn is_of_rgb(profile: &[u8]) -> bool {
    let is_at = |at: usize, word: &[u8]| profile.get(at..).is_some_and(|rest| rest.starts_with(word));
    profile.len() <= MAX_PROFILE_BYTES && is_at(36, b"acsp") && is_at(16, b"RGB ")
}

/// RGB without alpha: what is transparent becomes white, as a photo's ground would be.
pub(super) fn flattened(image: DynamicImage) -> DynamicImage {
    if !image.color().has_alpha() {
        return DynamicImage::ImageRgb8(image.into_rgb8());
    }
    let rgba = image.into_rgba8();
    let mut rgb = RgbImage::new(rgba.width(), rgba.height());
    for (from, to) in rgba.pixels().zip(rgb.pixels_mut()) {
        let [r, g, b, alpha] = from.0;
        let over_white = |channel: u8| {
            let mixed = u16::from(channel) * u16::from(alpha) + 255 * (255 - u16::from(alpha));
            u8::try_from(mixed / 255).unwrap_or(u8::MAX)
        };
        to.0 = [over_white(r), over_white(g), over_white(b)];
    }
    DynamicImage::ImageRgb8(rgb)
}

//! A photo as it came: what may be one, told from its first bytes and before anything is decoded.

mod jpeg;
mod webp;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::failure::{Failure, FailureCode, PhotoRole, Why};

/// Most bytes of one photo. A 48-megapixel JPEG of a phone has about 15 MB.
pub const MAX_PHOTO_BYTES: usize = 20 * 1024 * 1024;
/// Most pixels of one photo: bounds the memory of decoding to 3 bytes each.
pub const MAX_PHOTO_PIXELS: u64 = 64_000_000;
/// Longest side of one photo in pixels.
pub const MAX_PHOTO_SIDE: usize = 12_000;
/// Shortest side of one photo in pixels: below it there is nothing to try on.
pub const MIN_PHOTO_SIDE: usize = 32;
/// Most bytes of one request: two photos, the fields beside them and the multipart frame.
pub const MAX_BODY_BYTES: usize = 2 * MAX_PHOTO_BYTES + 256 * 1024;

/// What a photo is encoded as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PhotoFormat {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// WebP.
    WebP,
}

impl PhotoFormat {
    /// The format that the first bytes tell, whatever name or type was declared.
    pub fn sniff(bytes: &[u8]) -> Option<Self> {
        match infer::get(bytes)?.mime_type() {
            "image/jpeg" => Some(Self::Jpeg),
            "image/png" => Some(Self::Png),
            "image/webp" if bytes.starts_with(b"RIFF") => Some(Self::WebP),
            _ => None,
        }
    }

    /// Width and height as the head tells them; nothing for a head that decoders would read otherwise.
    fn sides(self, file: &[u8]) -> Option<(usize, usize)> {
        match self {
            Self::Jpeg => jpeg::sides(file),
            Self::Png | Self::WebP => imagesize::blob_size(file).ok().map(|size| (size.width, size.height)),
        }
    }

    /// The MIME type.
    pub fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
        }
    }

    /// The extension of a file of this format.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::WebP => "webp",
        }
    }
}

/// Bytes whose head says that they are a picture within the limits. Whether they can be decoded is not known yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Photo {
    /// The file.
    pub bytes: Bytes,
    /// What it is.
    pub format: PhotoFormat,
    /// Width in pixels: as the file lies when it comes, as it is seen once it is prepared.
    pub width: u32,
    /// Height in pixels, likewise.
    pub height: u32,
}

impl Photo {
    /// Reads a photo's head. Errors: `missing_photo` for no bytes, `image_too_large`, `unsupported_image`, `broken_image`, each naming the photo.
    pub fn parse(bytes: Bytes, role: PhotoRole) -> Result<Self, Failure> {
        let refuse = |code: FailureCode| Failure::new(code).photo(role);
        if bytes.is_empty() {
            return Err(refuse(FailureCode::MissingPhoto));
        }
        if bytes.len() > MAX_PHOTO_BYTES {
            return Err(refuse(FailureCode::ImageTooLarge));
        }
        let Some(format) = PhotoFormat::sniff(&bytes) else {
            let refusal = refuse(FailureCode::UnsupportedImage);
            return Err(if is_heic(&bytes) { refusal.because(Why::Heic) } else { refusal });
        };
        let (width, height) = format.sides(&bytes).ok_or_else(|| refuse(FailureCode::BrokenImage))?;
        if width < MIN_PHOTO_SIDE || height < MIN_PHOTO_SIDE {
            return Err(refuse(FailureCode::BrokenImage));
        }
        if width > MAX_PHOTO_SIDE || height > MAX_PHOTO_SIDE {
            return Err(refuse(FailureCode::ImageTooLarge));
        }
        let (Ok(width), Ok(height)) = (u32::try_from(width), u32::try_from(height)) else {
            return Err(refuse(FailureCode::ImageTooLarge));
        };
        if u64::from(width) * u64::from(height) > MAX_PHOTO_PIXELS {
            return Err(refuse(FailureCode::ImageTooLarge));
        }
        if format == PhotoFormat::WebP && !webp::is_true(&bytes, (width, height)) {
            return Err(refuse(FailureCode::BrokenImage));
        }
        Ok(Self { bytes, format, width, height })
    }
}

/// AVIF has the same frame, but no iPhone takes it: its cure is not that of HEIC.
fn is_heic(bytes: &[u8]) -> bool {
    matches!(infer::get(bytes).map(|kind| kind.mime_type()), Some("image/heif" | "image/heic"))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::{Photo, PhotoRole};
    use crate::look::failure::{FailureCode, Why};

    fn refusal(bytes: &[u8]) -> (FailureCode, Option<Why>) {
        let failure = Photo::parse(Bytes::copy_from_slice(bytes), PhotoRole::Person).unwrap_err();
        assert_eq!(failure.photo, Some(PhotoRole::Person));
        (failure.code, failure.why)
    }

    #[test]
    fn each_kind_of_wrong_file_has_its_own_refusal() {
        assert_eq!(refusal(b""), (FailureCode::MissingPhoto, None));
        assert_eq!(refusal(b"%PDF-1.7 and so on"), (FailureCode::UnsupportedImage, None));
        assert_eq!(refusal(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), (FailureCode::UnsupportedImage, None));
        assert_eq!(refusal(b"GIF89a\x01\x00\x01\x00"), (FailureCode::UnsupportedImage, None));
        assert_eq!(refusal(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"), (FailureCode::UnsupportedImage, Some(Why::Heic)));
        assert_eq!(refusal(b"\0\0\0\x18ftypavif\0\0\0\0mif1avif"), (FailureCode::UnsupportedImage, None));
        assert_eq!(refusal(b"\xff\xd8\xff\xe0"), (FailureCode::BrokenImage, None));
    }

    #[test]
    fn a_bomb_is_refused_by_its_head() {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        png.extend_from_slice(&60_000_u32.to_be_bytes());
        png.extend_from_slice(&60_000_u32.to_be_bytes());
        png.extend_from_slice(b"\x08\x02\0\0\0\0\0\0\0");
        assert_eq!(refusal(&png), (FailureCode::ImageTooLarge, None));
    }
}

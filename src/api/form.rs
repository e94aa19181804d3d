//! The form of `POST /api/looks`, read field by field with every bound kept.

use bytes::{Bytes, BytesMut};
use multer::{Field, Multipart};

use crate::guard::ask::Received;
use crate::look::aspect::{AspectRatio, ImageSize};
use crate::look::failure::{Failure, FailureCode, PhotoRole};
use crate::look::outfit::Outfit;
use crate::look::photo::{MAX_BODY_BYTES, MAX_PHOTO_BYTES, Photo};
use crate::pipeline::description;

/// Most bytes of a field that is no photo.
const MAX_TEXT_BYTES: usize = 128 * 1024;

/// What was sent, every field checked by itself.
#[derive(Debug)]
pub(super) struct LookForm {
    pub(super) person: Received,
    pub(super) outfit: Received,
    pub(super) description: Option<Outfit>,
    pub(super) ratio: Option<AspectRatio>,
    pub(super) size: ImageSize,
    pub(super) fresh: bool,
}

#[derive(Default)]
struct Fields {
    person: Option<Hashed>,
    outfit: Option<Hashed>,
    description: Option<String>,
    aspect_ratio: Option<String>,
    image_size: Option<String>,
    fresh: Option<String>,
}

/// A file, hashed while it came.
#[derive(Default)]
struct Hashed {
    bytes: Bytes,
    hash: [u8; 32],
}

impl Hashed {
    fn received(self, role: PhotoRole) -> Result<Received, Failure> {
        Ok(Received { photo: Photo::parse(self.bytes, role)?, hash: self.hash })
    }
}

/// Reads the form. On a failure the rest is read and dropped, because a browser that is still sending does not look at the answer.
pub(super) async fn read(mut form: Multipart<'static>) -> Result<LookForm, Failure> {
    let fields = match read_fields(&mut form).await {
        Ok(fields) => fields,
        Err(failure) => {
            while let Ok(Some(mut field)) = form.next_field().await {
                while let Ok(Some(_)) = field.chunk().await {}
            }
            return Err(failure);
        }
    };
    let person = fields.person.unwrap_or_default().received(PhotoRole::Person)?;
    let outfit = fields.outfit.unwrap_or_default().received(PhotoRole::Outfit)?;
    let description = match given(fields.description) {
        Some(text) => Some(description::parse(&text).ok_or(FailureCode::BadDescription)?),
        None => None,
    };
    Ok(LookForm {
        person,
        outfit,
        description,
        ratio: choice(fields.aspect_ratio, AspectRatio::parse)?,
        size: choice(fields.image_size, ImageSize::parse)?.unwrap_or_default(),
        fresh: given(fields.fresh).is_some_and(|word| word == "true"),
    })
}

async fn read_fields(form: &mut Multipart<'static>) -> Result<Fields, Failure> {
    let mut fields = Fields::default();
    let mut left = MAX_BODY_BYTES;
    while let Some(field) = form.next_field().await.map_err(unreadable)? {
        let name = field.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "person" => set(&mut fields.person, photo(field, PhotoRole::Person, &mut left).await?)?,
            "outfit" => set(&mut fields.outfit, photo(field, PhotoRole::Outfit, &mut left).await?)?,
            "description" => set(&mut fields.description, text(field).await?)?,
            "aspect_ratio" => set(&mut fields.aspect_ratio, text(field).await?)?,
            "image_size" => set(&mut fields.image_size, text(field).await?)?,
            "fresh" => set(&mut fields.fresh, text(field).await?)?,
            _ => return Err(FailureCode::BadRequest.into()),
        }
    }
    Ok(fields)
}

/// A field may come once.
fn set<T>(slot: &mut Option<T>, value: T) -> Result<(), Failure> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(FailureCode::BadRequest.into()),
    }
}

async fn photo(mut field: Field<'static>, role: PhotoRole, left: &mut usize) -> Result<Hashed, Failure> {
    let (mut bytes, mut hasher) = (BytesMut::new(), blake3::Hasher::new());
    while let Some(chunk) = field.chunk().await.map_err(unreadable)? {
        *left = left.checked_sub(chunk.len()).ok_or(FailureCode::BodyTooLarge)?;
        if bytes.len() + chunk.len() > MAX_PHOTO_BYTES {
            return Err(Failure::new(FailureCode::ImageTooLarge).photo(role));
        }
        hasher.update(&chunk);
        bytes.extend_from_slice(&chunk);
    }
    Ok(Hashed { bytes: bytes.freeze(), hash: hasher.finalize().into() })
}

async fn text(mut field: Field<'static>) -> Result<String, Failure> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = field.chunk().await.map_err(unreadable)? {
        if bytes.len() + chunk.len() > MAX_TEXT_BYTES {
            return Err(FailureCode::BodyTooLarge.into());
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes.to_vec()).map_err(|_| FailureCode::BadRequest.into())
}

fn choice<T>(text: Option<String>, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Failure> {
    match given(text) {
        None => Ok(None),
        Some(text) => Ok(Some(parse(&text).ok_or(FailureCode::BadRequest)?)),
    }
}

/// An empty field of a form is a field not filled in.
fn given(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// A body longer than the limit layer allows breaks off in the middle of a field.
#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn unreadable(error: multer::Error) -> Failure {
    let is_limit = |error: &multer::Error| {
        let mut source: Option<&dyn std::error::Error> = Some(error);
        while let Some(cause) = source {
            if cause.to_string().contains("length limit exceeded") {
                return true;
            }
            source = cause.source();
        }
        false
    };
    if is_limit(&error) { FailureCode::BodyTooLarge.into() } else { FailureCode::BadRequest.into() }
}

//! Whether an answer holds a picture that may be shown.

use super::Order;
use super::upstream::Answer;
use crate::look::failure::{FailureCode, PhotoRole};
use crate::look::photo::Photo;

/// The picture of an answer: the last one, a real image by its bytes, and none of the inputs.
pub(super) fn picture(answer: &Answer, order: &Order) -> Result<Photo, FailureCode> {
    let Some(image) = answer.images.last() else {
        let silent = answer.text.trim().is_empty();
        return Err(if silent { FailureCode::NoImage } else { FailureCode::TextOnly });
    };
    let picture = Photo::parse(image.bytes.clone(), PhotoRole::Person).map_err(|_| FailureCode::InvalidResponse)?;
    if picture.bytes == order.person.bytes || picture.bytes == order.outfit.bytes {
        return Err(FailureCode::Unchanged);
    }
    Ok(picture)
}

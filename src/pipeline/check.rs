//! Whether an answer holds a picture that may be shown.

use super::Order;
use super::inspect::Inspect;
use super::upstream::Answer;
use crate::look::aspect::AspectRatio;
use crate::look::failure::{FailureCode, PhotoRole};
use crate::look::photo::{Photo, PhotoFormat};

/// Shortest side of a result in pixels: the models draw none below 192.
const MIN_SIDE: u32 = 64;
/// Bytes at the end of a JPEG among which its end marker is: some programs write a little behind it.
const TAIL: usize = 64 * 1024;
/// So much wider or taller than asked for, it is another shape. Neighbouring presets are 7 % apart or more.
const SHAPE_TOLERANCE: f64 = 0.12;

/// What was found.
#[derive(Debug)]
pub(super) enum Finding {
    /// It may be shown.
    Good(Photo),
    /// It is a picture, of another shape than was asked for. Better than nothing.
    Misshapen(Photo),
    /// It may not be shown.
    Flawed(FailureCode),
}

/// Judges the picture of an answer: a real one, of the shape that was asked for, and none of the inputs.
pub(super) async fn picture(answer: &Answer, order: &Order, ratio: AspectRatio, inspect: &dyn Inspect) -> Finding {
    let Some(image) = &answer.image else {
        let silent = answer.text.trim().is_empty();
        return Finding::Flawed(if silent { FailureCode::NoImage } else { FailureCode::TextOnly });
    };
    let Ok(picture) = Photo::parse(image.bytes.clone(), PhotoRole::Person) else {
        return Finding::Flawed(FailureCode::InvalidResponse);
    };
    if picture.width.min(picture.height) < MIN_SIDE || is_cut_off(&picture) {
        return Finding::Flawed(FailureCode::InvalidResponse);
    }
    match is_an_input(&picture, order, inspect).await {
        Err(_) => Finding::Flawed(FailureCode::InvalidResponse),
        Ok(true) => Finding::Flawed(FailureCode::Unchanged),
        Ok(false) if has_shape(&picture, ratio) => Finding::Good(picture),
        Ok(false) => Finding::Misshapen(picture),
    }
}

/// Whether a JPEG lacks its end. Decoders show what there is of it, grey below; PNG and WebP they refuse themselves.
fn is_cut_off(picture: &Photo) -> bool {
    let tail = picture.bytes.len().saturating_sub(TAIL);
    let ends = |tail: &[u8]| tail.windows(2).any(|marker| marker == [0xff, 0xd9]);
    picture.format == PhotoFormat::Jpeg && !picture.bytes.get(tail..).is_some_and(ends)
}

/// Errors: `broken_image` when the picture cannot be decoded.
async fn is_an_input(picture: &Photo, order: &Order, inspect: &dyn Inspect) -> Result<bool, FailureCode> {
    if picture.bytes == order.person.bytes || picture.bytes == order.outfit.bytes {
        return Ok(true);
    }
    let shape = (picture.width, picture.height);
    let Some(result) = inspect.glance(picture, shape).await? else { return Ok(false) };
    for input in [&order.person, &order.outfit] {
        if inspect.glance(input, shape).await?.is_some_and(|input| input.is_shown_by(&result)) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn has_shape(picture: &Photo, ratio: AspectRatio) -> bool {
    let (width, height) = ratio.parts();
    let wanted = f64::from(width) / f64::from(height);
    let drawn = f64::from(picture.width) / f64::from(picture.height.max(1));
    (drawn / wanted).ln().abs() <= SHAPE_TOLERANCE
}

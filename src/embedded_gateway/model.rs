//! The demo "model": classical image processing on the real pixels, no learning, no network.
//! Step 1 measures the garment in PHOTO B; step 2 cuts it out and lays it on the person in PHOTO A.
//!
//! In reading order: `picture` (types) → `background`, `barrier`, `mixture`, `relax`, `shape` (what stands out from
//! its ground?) → `garment`, `skin`, `person`, `worn` (what is it?) → `description` (step 1) → `cutout`, `dress`,
//! `stamp` (step 2).
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    reason = "pixel positions go back and forth between counts and fractions; Rust's `as` saturates, never wraps, for floats, and pictures stay far below 2^24"
)]

mod background;
mod barrier;
mod cutout;
mod description;
mod dress;
mod fit;
mod garment;
mod mixture;
mod person;
mod picture;
mod profile;
mod relax;
mod shape;
mod skin;
mod stamp;
mod standout;
mod worn;

#[cfg(test)]
mod tests;

pub(super) use description::{Description, Slot};
use image::{GrayImage, RgbImage};

/// Step 1: measures the garment in PHOTO B. Always answers; how far to trust it is in `confidence`.
pub fn describe(outfit: &RgbImage) -> Description {
    let work = picture::working(outfit);
    let lab = picture::lab_picture(&work);
    description::measure(&lab, &garment::find(&lab))
}

/// Step 2: lays the garment of PHOTO B on the person in PHOTO A and stamps the result «ДЕМО».
///
/// `slot` is where the outfit's description says it goes (`None`: measure). The answer has exactly `size` (width, height)
/// pixels; A is scaled to cover them and cropped evenly, which is little when `size` has nearly A's ratio.
pub fn try_on(person: &RgbImage, outfit: &RgbImage, slot: Option<Slot>, size: (u32, u32)) -> RgbImage {
    let mut canvas = picture::covering(person, size);
    if canvas.is_empty() || outfit.is_empty() {
        return canvas;
    }
    let small = picture::working(outfit);
    let lab = picture::lab_picture(&small);
    let garment = garment::find(&lab);
    let slot = slot.unwrap_or_else(|| description::measure(&lab, &garment).slot);

    let work = picture::lab_picture(&picture::working(&canvas));
    let wearer = person::find(&work);
    // The cloth ends up no larger than the canvas: more of its pixels would only be thrown away.
    let detail = size.0.max(size.1).clamp(picture::SIDE, 1536);
    for (slot, mask) in parts(&garment, slot) {
        dress::lay(&mut canvas, &work, &wearer, &cutout::Cutout::new(outfit, mask, detail), mask, slot);
    }
    let factor = canvas.width() as f32 / work.width() as f32;
    let pill = stamp::place(canvas.dimensions(), &wearer.head.area.scaled(factor));
    stamp::stamp(&mut canvas, &pill);
    canvas
}

/// What to lay on, undermost first: of two worn garments the one asked for, or both.
fn parts(garment: &garment::Garment, slot: Slot) -> Vec<(Slot, &GrayImage)> {
    let Some((upper, lower)) = &garment.pair else { return vec![(slot, &garment.mask)] };
    match slot {
        Slot::Top | Slot::Outerwear => vec![(slot, upper)],
        Slot::Bottom => vec![(slot, lower)],
        Slot::Set => vec![(Slot::Bottom, lower), (Slot::Top, upper)],
        Slot::OnePiece | Slot::Footwear | Slot::Accessory => vec![(slot, &garment.mask)],
    }
}

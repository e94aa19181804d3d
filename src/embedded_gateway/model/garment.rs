//! The garment in PHOTO B: where it lies and which pixels are its own.

use super::picture::{Area, Field, LabPicture, at, field, is_set, mask};
use super::shape::{self, Pieces};
use super::standout::{Expectation, standing_out};
use super::worn;
use image::GrayImage;

/// A garment found in a picture.
pub(crate) struct Garment {
    /// 255 where the garment is, in the working picture's pixels.
    pub mask: GrayImage,
    /// 0..1: how clearly it stood out.
    pub clearness: f32,
    /// Whether somebody wears it.
    pub worn: bool,
    /// The upper and the lower garment, where somebody wears both.
    pub pair: Option<(GrayImage, GrayImage)>,
    /// False when the picture's edge cuts off the lower garment.
    pub complete: bool,
}

impl Garment {
    /// The garments that the picture is about: a lower one that its edge cuts off is only company for the upper.
    pub(crate) fn shown(&self) -> Vec<&GrayImage> {
        match &self.pair {
            Some((upper, lower)) if self.complete => vec![upper, lower],
            Some((upper, _)) => vec![upper],
            None => vec![&self.mask],
        }
    }
}

/// Finds the garment in a picture, on a ground or on a person.
pub(crate) fn find(picture: &LabPicture) -> Garment {
    if let Some(worn) = worn::find(picture) {
        return Garment {
            mask: worn.clothes,
            clearness: worn.clearness,
            worn: true,
            pair: worn.pair,
            complete: worn.whole,
        };
    }
    let belief = standing_out(picture, &expectation(picture.dimensions()), 3);
    let shape = tidy(&shape::above(&belief, 0.5));
    judge(pierced(shape, &belief), &belief)
}

/// The garment is expected in the middle, the ground along the border.
fn expectation(size: (u32, u32)) -> Expectation {
    let (width, height) = (size.0 as f32, size.1 as f32);
    let prior = field(size, |x, y| {
        let u = (x as f32 + 0.5) / width * 2.0 - 1.0;
        let v = (y as f32 + 0.5) / height * 2.0 - 1.0;
        1.0 - 2.2 * (u * u + v * v).min(2.0)
    });
    let rim = ((width.min(height) * 0.03).round() as i32).max(1);
    let (w, h) = (size.0 as i32, size.1 as i32);
    let near = |x: i32, y: i32| x < rim || y < rim || x >= w - rim || y >= h - rim;
    let ground = (0..h).flat_map(|y| (0..w).map(move |x| (x, y))).filter(|&(x, y)| near(x, y)).collect();
    Expectation { prior, ground }
}

/// One calm shape: stripes in the ground's own colour are bridged, holes filled, specks dropped.
pub(crate) fn tidy(raw: &GrayImage) -> GrayImage {
    let side = raw.width().min(raw.height()) as f32;
    let radius = |share: f32| (side * share).round().clamp(1.0, 60.0) as u8;
    let clean = shape::main_pieces(&shape::opened(&shape::filled(raw), 1), 0.02);
    for share in [0.0, 0.012, 0.03, 0.05] {
        let closed = if share > 0.0 { shape::filled(&shape::closed(&clean, radius(share))) } else { clean.clone() };
        let pieces = Pieces::of(&closed);
        let total: f32 = pieces.list.iter().map(|piece| piece.size).sum();
        if pieces.list.first().is_some_and(|first| first.size >= 0.8 * total) {
            return shape::main_pieces(&closed, 0.9);
        }
    }
    // A pair of shoes or a set of pieces: several of a size belong together.
    shape::main_pieces(&shape::filled(&shape::closed(&clean, radius(0.012))), 0.3)
}

/// Reopens the few large holes that plainly show the ground: between straps, within a handle. Many holes are a pattern in
/// the ground's colour and stay filled.
fn pierced(shape: GrayImage, belief: &Field) -> GrayImage {
    let ground = mask(shape.dimensions(), |x, y| is_set(&shape, x, y) && at(belief, x, y) < 0.2);
    let holes = Pieces::of(&shape::opened(&ground, 1));
    let least = 0.003 * shape::size(&shape);
    let hole = |piece: &shape::Piece| piece.size > least && piece.bounds.width() < 2.5 * piece.bounds.height();
    if holes.list.iter().filter(|piece| hole(piece)).count() > 4 {
        return shape;
    }
    let open = shape::grown(&holes.only(hole), 1);
    mask(shape.dimensions(), |x, y| is_set(&shape, x, y) && !(is_set(&open, x, y) && at(belief, x, y) < 0.5))
}

fn judge(mask: GrayImage, belief: &Field) -> Garment {
    let whole = Area::new(0.0, 0.0, mask.width() as f32, mask.height() as f32);
    let share = shape::size(&mask) / (whole.width() * whole.height()).max(1.0);
    let sure: f32 =
        belief.as_raw().iter().map(|p| (2.0 * p - 1.0).abs()).sum::<f32>() / belief.as_raw().len().max(1) as f32;
    match shape::bounds(&mask) {
        Some(_) if share > 0.01 => Garment {
            clearness: if share > 0.93 { 0.1 } else { sure.clamp(0.0, 1.0) },
            mask,
            worn: false,
            pair: None,
            complete: true,
        },
        // Nothing stands out: the picture is all cloth, or all ground. Use all of it rather than none.
        _ => Garment { mask: shape_of(&whole), clearness: 0.0, worn: false, pair: None, complete: true },
    }
}

fn shape_of(area: &Area) -> GrayImage {
    super::picture::mask((area.right as u32, area.bottom as u32), |_, _| true)
}

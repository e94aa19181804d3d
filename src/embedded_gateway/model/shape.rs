//! Masks as shapes: pieces, holes, gaps, rows, bounds.

use super::picture::{Area, Field, at, is_set, mask};
use image::{GrayImage, Luma};
use imageproc::distance_transform::Norm;
use imageproc::morphology;
use imageproc::region_labelling::{Connectivity, connected_components};

/// One connected piece of a mask.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece {
    label: u32,
    /// In pixels.
    pub size: f32,
    pub bounds: Area,
}

/// The connected pieces of a mask, largest first, and the picture of their labels.
pub(crate) struct Pieces {
    labels: image::ImageBuffer<Luma<u32>, Vec<u32>>,
    pub list: Vec<Piece>,
}

impl Pieces {
    pub(crate) fn of(shape: &GrayImage) -> Self {
        let labels = connected_components(shape, Connectivity::Four, Luma([0]));
        let mut list: Vec<Piece> = Vec::new();
        for (x, y, Luma([label])) in labels.enumerate_pixels() {
            let Some(index) = (*label as usize).checked_sub(1) else { continue };
            let (x, y) = (x as f32, y as f32);
            while list.len() <= index {
                list.push(Piece {
                    label: list.len() as u32 + 1,
                    size: 0.0,
                    bounds: Area { left: f32::MAX, top: f32::MAX, right: 0.0, bottom: 0.0 },
                });
            }
            if let Some(piece) = list.get_mut(index) {
                piece.size += 1.0;
                let b = piece.bounds;
                piece.bounds = Area {
                    left: b.left.min(x),
                    top: b.top.min(y),
                    right: b.right.max(x + 1.0),
                    bottom: b.bottom.max(y + 1.0),
                };
            }
        }
        list.sort_by(|a, b| b.size.total_cmp(&a.size));
        Self { labels, list }
    }

    /// A mask of the pieces that `keep` accepts.
    pub(crate) fn only(&self, keep: impl Fn(&Piece) -> bool) -> GrayImage {
        let mut kept = vec![false; self.list.len() + 1];
        for piece in self.list.iter().filter(|piece| keep(piece)) {
            if let Some(flag) = kept.get_mut(piece.label as usize) {
                *flag = true;
            }
        }
        mask(self.labels.dimensions(), |x, y| {
            self.labels.get_pixel_checked(x as u32, y as u32).is_some_and(|l| kept.get(l.0[0] as usize) == Some(&true))
        })
    }

    /// The label of the piece under a point, if any piece is there.
    pub(crate) fn under(&self, x: f32, y: f32) -> Option<Piece> {
        let label = self.labels.get_pixel_checked(x.max(0.0) as u32, y.max(0.0) as u32)?.0[0];
        self.list.iter().find(|piece| piece.label == label).copied()
    }
}

/// The largest piece and those at least `share` of its size.
pub(crate) fn main_pieces(mask: &GrayImage, share: f32) -> GrayImage {
    let pieces = Pieces::of(mask);
    let least = pieces.list.first().map_or(0.0, |piece| piece.size * share);
    pieces.only(|piece| piece.size >= least)
}

/// Where a field is at least `level`.
pub(crate) fn above(values: &Field, level: f32) -> GrayImage {
    mask(values.dimensions(), |x, y| at(values, x, y) >= level)
}

/// Fills what the shape encloses: everything that cannot be reached from outside.
pub(crate) fn filled(shape: &GrayImage) -> GrayImage {
    let (width, height) = shape.dimensions();
    // A one-pixel rim joins all of the outside, even where the shape touches the picture's edge.
    let outside = mask((width + 2, height + 2), |x, y| !is_set(shape, x - 1, y - 1));
    let pieces = Pieces::of(&outside);
    let open = pieces.only(|piece| piece.bounds.left < 1.0 && piece.bounds.top < 1.0);
    mask((width, height), |x, y| !is_set(&open, x + 1, y + 1))
}

/// Closes gaps up to about twice `radius` without growing the shape at the picture's edge.
pub(crate) fn closed(shape: &GrayImage, radius: u8) -> GrayImage {
    let rim = i32::from(radius) + 1;
    let (width, height) = shape.dimensions();
    let roomy = mask((width + 2 * rim as u32, height + 2 * rim as u32), |x, y| is_set(shape, x - rim, y - rim));
    let roomy = morphology::close(&roomy, Norm::L2, radius);
    mask((width, height), |x, y| is_set(&roomy, x + rim, y + rim))
}

/// Removes threads and specks thinner than about twice `radius`.
pub(crate) fn opened(shape: &GrayImage, radius: u8) -> GrayImage {
    morphology::open(shape, Norm::L2, radius)
}

/// The shape grown by `radius` pixels.
pub(crate) fn grown(shape: &GrayImage, radius: u8) -> GrayImage {
    morphology::dilate(shape, Norm::L2, radius)
}

/// The shape eaten away by `radius` pixels.
pub(crate) fn shrunken(shape: &GrayImage, radius: u8) -> GrayImage {
    morphology::erode(shape, Norm::L2, radius)
}

/// Number of pixels set.
pub(crate) fn size(shape: &GrayImage) -> f32 {
    shape.pixels().filter(|p| p.0 > [127]).count() as f32
}

/// The rectangle round everything set; `None` when nothing is.
pub(crate) fn bounds(shape: &GrayImage) -> Option<Area> {
    let mut found: Option<Area> = None;
    for (x, y, _) in shape.enumerate_pixels().filter(|(_, _, p)| p.0 > [127]) {
        let (x, y) = (x as f32, y as f32);
        let b = found.unwrap_or(Area { left: x, top: y, right: x, bottom: y });
        found = Some(Area {
            left: b.left.min(x),
            top: b.top.min(y),
            right: b.right.max(x + 1.0),
            bottom: b.bottom.max(y + 1.0),
        });
    }
    found
}

/// The stretches set in a row: `(start, end)` with the end exclusive, left to right.
pub(crate) fn stretches(shape: &GrayImage, y: i32) -> Vec<(f32, f32)> {
    let mut found = Vec::new();
    let mut start = None;
    for x in 0..=shape.width() as i32 {
        match (is_set(shape, x, y), start) {
            (true, None) => start = Some(x),
            (false, Some(from)) => {
                found.push((from as f32, x as f32));
                start = None;
            }
            _ => {}
        }
    }
    found
}

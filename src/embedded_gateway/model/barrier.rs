//! Edges, and the weakest edge that must be crossed to reach a pixel from the picture's border.

use super::picture::{Field, LabPicture, at, colour_at, distance, field};
use image::Luma;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Colour change per pixel (ΔE76), the strongest of the two directions.
pub(crate) fn edges(picture: &LabPicture) -> Field {
    field(picture.dimensions(), |x, y| {
        let across = distance(colour_at(picture, x - 1, y), colour_at(picture, x + 1, y));
        let down = distance(colour_at(picture, x, y - 1), colour_at(picture, x, y + 1));
        across.max(down) / 2.0
    })
}

/// For every pixel the lowest pass: among all ways in from the border, the least of their highest edges. A soft shadow is
/// reached over small steps only; what has an outline, however faint, lies behind a wall.
pub(crate) fn barriers(edges: &Field) -> Field {
    let (width, height) = edges.dimensions();
    let mut best = field((width, height), |_, _| f32::INFINITY);
    let mut queue = BinaryHeap::new();
    // Non-negative floats order as their bits do, so the queue needs no float wrapper.
    let offer = |best: &mut Field, queue: &mut BinaryHeap<_>, x: i32, y: i32, pass: f32| {
        let (Ok(px), Ok(py)) = (u32::try_from(x), u32::try_from(y)) else { return };
        let Some(Luma([known])) = best.get_pixel_mut_checked(px, py) else { return };
        let height = pass.max(at(edges, x, y));
        if height < *known {
            *known = height;
            queue.push(Reverse((height.to_bits(), x, y)));
        }
    };
    for x in 0..width as i32 {
        offer(&mut best, &mut queue, x, 0, 0.0);
        offer(&mut best, &mut queue, x, height as i32 - 1, 0.0);
    }
    for y in 0..height as i32 {
        offer(&mut best, &mut queue, 0, y, 0.0);
        offer(&mut best, &mut queue, width as i32 - 1, y, 0.0);
    }
    while let Some(Reverse((bits, x, y))) = queue.pop() {
        let pass = f32::from_bits(bits);
        if pass > at(&best, x, y) {
            continue;
        }
        for (dx, dy) in [(1, 0), (-1, 0), (0, 1), (0, -1)] {
            offer(&mut best, &mut queue, x + dx, y + dy, pass);
        }
    }
    best
}

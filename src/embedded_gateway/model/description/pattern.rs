//! The pattern of a cloth, told from how its edges run.

use super::super::picture::{LabPicture, colour_at, distance, is_set};
use super::super::shape;
use image::GrayImage;

/// Directions are counted in this many bins over half a turn.
const BINS: usize = 18;
/// A change of colour (ΔE76 per two pixels) that is a pattern's and not a fold's.
const EDGE: f32 = 11.0;

/// "solid", "striped", "checked" or "printed".
pub(super) fn measure(picture: &LabPicture, mask: &GrayImage) -> &'static str {
    let inner = shape::shrunken(mask, 3);
    let area = shape::size(&inner);
    let mut bins = [0.0_f32; BINS];
    let mut edges = 0.0_f32;
    for (x, y, _) in inner.enumerate_pixels().filter(|(_, _, p)| p.0 > [127]) {
        let (x, y) = (x as i32, y as i32);
        let signed = |a: [f32; 3], b: [f32; 3]| {
            distance(a, b) * if b[0] + b[1] + b[2] < a[0] + a[1] + a[2] { -1.0 } else { 1.0 }
        };
        let across = signed(colour_at(picture, x - 1, y), colour_at(picture, x + 1, y));
        let down = signed(colour_at(picture, x, y - 1), colour_at(picture, x, y + 1));
        let strength = across.hypot(down);
        if strength < EDGE || !is_set(&inner, x, y) {
            continue;
        }
        edges += 1.0;
        let turn = down.atan2(across).rem_euclid(std::f32::consts::PI) / std::f32::consts::PI;
        if let Some(bin) = bins.get_mut(((turn * BINS as f32).round() as usize) % BINS) {
            *bin += strength.min(40.0);
        }
    }
    if edges < 0.10 * area.max(1.0) {
        return "solid";
    }
    let total: f32 = bins.iter().sum::<f32>().max(1e-6);
    // The share of edges within about 15 degrees of a direction.
    let towards = |bin: usize| [BINS - 1, 0, 1].iter().filter_map(|d| bins.get((bin + d) % BINS)).sum::<f32>() / total;
    let main = (0..BINS).max_by(|a, b| towards(*a).total_cmp(&towards(*b))).unwrap_or(0);
    let (along, crossing) = (towards(main), towards((main + BINS / 2) % BINS));
    if along > 0.6 && crossing < 0.2 {
        "striped"
    } else if along + crossing > 0.68 && crossing > 0.18 {
        "checked"
    } else {
        "printed"
    }
}

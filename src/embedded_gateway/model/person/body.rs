//! Measuring a body under a head: shoulders, torso, hips, legs, and the outline row by row.

use super::super::picture::{Area, LabColour, LabPicture, colour_at, distance, is_set};
use super::super::shape::{self, stretches};
use super::head::Head;
use image::GrayImage;

/// A body in working pixels.
#[derive(Debug, Clone)]
pub(crate) struct Body {
    /// From the base of the neck to the hips, shoulder to shoulder.
    pub torso: Area,
    /// From the waist to the feet (or the end of the picture).
    pub legs: Area,
    /// The row of the shoulders.
    pub shoulder: f32,
    /// The row where the colours of a top and of trousers meet, if it shows.
    pub waist: Option<f32>,
    /// From one upper arm's outside to the other's, just below the shoulders.
    pub breadth: f32,
    /// On the axes of the left and the right arm, about the elbow.
    pub elbows: ((f32, f32), (f32, f32)),
    /// Whether the feet are in the picture.
    pub whole: bool,
    /// Per row of the picture the left and right edge of the trunk without arms; empty above the shoulders.
    pub trunk: Vec<(f32, f32)>,
}

/// Shoulders are seldom narrower or wider than this many face half-widths.
const SHOULDERS: (f32, f32) = (2.8, 5.6);
const ORDINARY_SHOULDERS: f32 = 4.4;

pub(super) fn measure(picture: &LabPicture, shape: &GrayImage, head: &Head) -> Body {
    let (r, chin) = (head.radius, head.chin());
    let end = shape.height() as f32;
    let floor = shape::bounds(shape).map_or(end, |b| b.bottom).max(chin + 3.0 * r).min(end);
    let whole = floor < 0.985 * end && floor > chin + 6.0 * r;
    // A head cut off by the upper edge still tells its size by its width.
    let tall = head.area.height().max(2.6 * r);
    // Chin to crotch is a bit less than half of chin to floor, in a photo as in a cartoon.
    let reach = if whole { 0.455 * (floor - chin) } else { 2.9 * tall };
    let hips = (chin + reach).min(end).max((chin + r).min(end));

    let run = |y: f32| -> Option<(f32, f32)> {
        stretches(shape, y as i32).into_iter().find(|(a, b)| *a <= head.x && head.x <= *b)
    };
    let widths: Vec<(f32, f32, f32)> =
        (0..(3.4 * r) as i32).filter_map(|d| run(chin + d as f32).map(|(a, b)| (chin + d as f32, a, b))).collect();
    let widest = widths.iter().map(|(_, a, b)| b - a).fold(0.0, f32::max).min(SHOULDERS.1 * r);
    let shoulder =
        widths.iter().find(|(_, a, b)| b - a >= 0.8 * widest).map_or(chin + 0.8 * r, |w| w.0).min(chin + 1.6 * r);
    let level = shoulder + 0.5 * r;
    let (left, right) = run(level)
        .filter(|(a, b)| b - a > SHOULDERS.0 * r)
        .unwrap_or((head.x - ORDINARY_SHOULDERS / 2.0 * r, head.x + ORDINARY_SHOULDERS / 2.0 * r));
    let width = if right - left > SHOULDERS.1 * r { ORDINARY_SHOULDERS * r } else { right - left };
    // Arms stretched to one side must not drag the torso along.
    let middle = f32::midpoint(left, right).clamp(head.x - 0.35 * r, head.x + 0.35 * r);
    let torso = Area::new(middle - width / 2.0, f32::midpoint(chin, shoulder).min(hips), middle + width / 2.0, hips);

    let seam = waist(picture, &torso);
    let waist = seam.unwrap_or(torso.bottom - 0.2 * torso.height());
    let trunk = trunk(shape, &torso, floor);
    let (low, high) = trunk
        .iter()
        .skip(hips as usize)
        .filter(|(a, b)| b > a)
        .fold((middle, middle), |(l, h), (a, b)| (l.min(*a), h.max(*b)));
    let legs = Area::new(low.min(middle - 0.3 * width), waist, high.max(middle + 0.3 * width), floor.max(waist));
    let joint = |side: f32| (middle + side * 0.42 * width, shoulder + 0.35 * r);
    let elbows = (elbow(shape, joint(-1.0), -1.0, r), elbow(shape, joint(1.0), 1.0, r));
    let mut spans: Vec<f32> = (4..9).filter_map(|i| run(shoulder + i as f32 * 0.15 * r)).map(|(a, b)| b - a).collect();
    let half = spans.len() / 2;
    let span = if spans.is_empty() { width } else { *spans.select_nth_unstable_by(half, f32::total_cmp).1 };
    Body { torso, legs, shoulder, breadth: span.clamp(width, 1.4 * width), waist: seam, elbows, whole, trunk }
}

/// A point on the arm's axis near the elbow: below the shoulder the silhouette's outermost pixel, less half an arm.
fn elbow(shape: &GrayImage, shoulder: (f32, f32), side: f32, r: f32) -> (f32, f32) {
    let outermost =
        |y: i32| (0..(4.0 * r) as i32).take_while(|d| is_set(shape, (shoulder.0 + side * *d as f32) as i32, y)).last();
    let off = |down: i32| outermost((shoulder.1 + down as f32 * 0.25 * r) as i32).map(|far| far as f32 - 0.45 * r);
    let mut offs: Vec<f32> = (7..12).filter_map(off).collect();
    let middle = offs.len() / 2;
    let out = if offs.is_empty() { 0.6 * r } else { *offs.select_nth_unstable_by(middle, f32::total_cmp).1 };
    (shoulder.0 + side * out, shoulder.1 + 2.25 * r)
}

/// Where a top ends and trousers begin: the row in the lower torso across which the colour changes most.
fn waist(picture: &LabPicture, torso: &Area) -> Option<f32> {
    let (middle, reach) = (torso.centre().0, torso.width() * 0.22);
    let row = |y: f32| -> LabColour {
        let xs = (middle - reach) as i32..=(middle + reach) as i32;
        let n = (xs.end() - xs.start() + 1).max(1) as f32;
        xs.fold([0.0; 3], |s, x| {
            let c = colour_at(picture, x, y as i32);
            [s[0] + c[0] / n, s[1] + c[1] / n, s[2] + c[2] / n]
        })
    };
    let step = (torso.height() * 0.06).max(1.5);
    let rows = (torso.top + 0.5 * torso.height()) as i32..=(torso.bottom + 0.12 * torso.height()) as i32;
    let change = |y: i32| distance(row(y as f32 - step), row(y as f32 + step));
    rows.map(|y| (y as f32, change(y)))
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .filter(|(_, change)| *change > 12.0)
        .map(|(y, _)| y)
}

/// The trunk's edges per row: the silhouette's stretch round the middle, no wider than shoulders allow, calmed over rows.
fn trunk(shape: &GrayImage, torso: &Area, floor: f32) -> Vec<(f32, f32)> {
    let (middle, _) = torso.centre();
    let half = torso.width() / 2.0;
    let raw = |y: i32| {
        let y = y as f32;
        let most = if y < torso.bottom { 1.0 } else { 1.1 } * half;
        let least = if y < torso.bottom { 0.72 } else { 0.25 } * half;
        let near: Vec<(f32, f32)> = stretches(shape, y as i32)
            .into_iter()
            .filter(|(a, b)| *b > middle - 0.6 * half && *a < middle + 0.6 * half)
            .collect();
        let left = near.first().map_or(middle - least, |s| s.0);
        let right = near.last().map_or(middle + least, |s| s.1);
        // Above the hips an arm beside the body makes a stretch of its own: only the one round the middle counts.
        let own = near.iter().find(|(a, b)| *a <= middle && middle <= *b).copied();
        let (left, right) = if y < torso.bottom { own.unwrap_or((left, right)) } else { (left, right) };
        (left.clamp(middle - most, middle - least), right.clamp(middle + least, middle + most))
    };
    let rows: Vec<(f32, f32)> = (0..shape.height() as i32).map(raw).collect();
    let reach = (torso.height() * 0.06).round().max(1.0) as usize;
    let calm = |y: usize| {
        let around = rows.iter().skip(y.saturating_sub(reach)).take(2 * reach + 1);
        let (l, r, n) = around.fold((0.0, 0.0, 0.0), |(l, r, n), (a, b)| (l + a, r + b, n + 1.0_f32));
        (l / n.max(1.0), r / n.max(1.0))
    };
    (0..rows.len())
        .map(|y| if (y as f32) < torso.top || y as f32 > floor { (middle, middle) } else { calm(y) })
        .collect()
}

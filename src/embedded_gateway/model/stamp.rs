//! The stamp «ДЕМО»: four letters drawn as strokes on a half-transparent pill in a lower corner.

use super::picture::Area;
use image::RgbImage;

type Point = (f32, f32);

/// Height of the pill over the shorter side of the picture, and its width over its height.
const HEIGHT: f32 = 0.055;
const RATIO: f32 = 3.3;
/// In letter heights: advance per letter, half the stroke.
const ADVANCE: f32 = 0.98;
const STROKE: f32 = 0.085;

/// Letters as polylines in a cell 0.72 wide and 1 high, y downwards.
fn letters() -> [Vec<Vec<Point>>; 4] {
    let round = (0..=24)
        .map(|i| (i as f32 / 24.0 * std::f32::consts::TAU).sin_cos())
        .map(|(s, c)| (0.36 + 0.37 * c, 0.5 + 0.5 * s))
        .collect();
    [
        vec![
            vec![(0.0, 1.16), (0.0, 0.96), (0.72, 0.96), (0.72, 1.16)],
            vec![(0.1, 0.94), (0.2, 0.55), (0.22, 0.0), (0.6, 0.0), (0.6, 0.94)],
        ],
        vec![vec![(0.62, 0.0), (0.08, 0.0), (0.08, 1.0), (0.62, 1.0)], vec![(0.08, 0.49), (0.54, 0.49)]],
        vec![vec![(0.0, 1.0), (0.03, 0.0), (0.36, 0.62), (0.69, 0.0), (0.72, 1.0)]],
        vec![round],
    ]
}

/// The pill's place: right corner, or left if the face is there.
pub(crate) fn place((width, height): (u32, u32), face: &Area) -> Area {
    let (width, height) = (width as f32, height as f32);
    let tall = (HEIGHT * width.min(height)).max(14.0).min(height).min(width / RATIO);
    let (wide, gap) = (RATIO * tall, 0.45 * tall);
    let at = |left: f32| Area::new(left, height - gap - tall, left + wide, height - gap);
    let (right, left) = (at((width - gap - wide).max(0.0)), at(gap.min(width - wide).max(0.0)));
    let overlap = |a: &Area| {
        (a.right.min(face.right) - a.left.max(face.left)).max(0.0)
            * (a.bottom.min(face.bottom) - a.top.max(face.top)).max(0.0)
    };
    if overlap(&right) > overlap(&left) { left } else { right }
}

/// Draws the stamp where [`place`] says.
pub(crate) fn stamp(picture: &mut RgbImage, pill: &Area) {
    let letters = letters();
    let tall = pill.height() * 0.46;
    let start = (pill.centre().0 - (3.0 * ADVANCE + 0.72) * tall / 2.0, pill.centre().1 - 0.52 * tall);
    let lines: Vec<(Point, Point)> = letters
        .iter()
        .enumerate()
        .flat_map(|(index, letter)| {
            let put = move |p: &Point| (start.0 + (index as f32 * ADVANCE + p.0) * tall, start.1 + p.1 * tall);
            letter.iter().flat_map(move |line| line.iter().zip(line.iter().skip(1)).map(move |(a, b)| (put(a), put(b))))
        })
        .collect();
    let radius = pill.height() / 2.0;
    let axis = ((pill.left + radius, pill.centre().1), (pill.right - radius, pill.centre().1));
    for y in (pill.top.floor() as u32)..(pill.bottom.ceil() as u32) {
        for x in (pill.left.floor() as u32)..(pill.right.ceil() as u32) {
            let Some(pixel) = picture.get_pixel_mut_checked(x, y) else { continue };
            let here = (x as f32 + 0.5, y as f32 + 0.5);
            let ground = (radius - away(here, axis) + 0.5).clamp(0.0, 1.0) * 0.62;
            let nearest = lines.iter().map(|line| away(here, *line)).fold(f32::MAX, f32::min);
            let ink = ((STROKE * tall).max(0.55) - nearest + 0.5).clamp(0.0, 1.0) * 0.96;
            for channel in &mut pixel.0 {
                let dark = f32::from(*channel) * (1.0 - ground) + 24.0 * ground;
                *channel = (dark * (1.0 - ink) + 255.0 * ink).round() as u8;
            }
        }
    }
}

/// Distance from a point to a stretch of line.
fn away(p: Point, (a, b): (Point, Point)) -> f32 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let along = (((p.0 - a.0) * dx + (p.1 - a.1) * dy) / (dx * dx + dy * dy).max(1e-6)).clamp(0.0, 1.0);
    (p.0 - a.0 - along * dx).hypot(p.1 - a.1 - along * dy)
}

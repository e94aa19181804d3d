//! Finding a head: skin below hair, ground on both sides, shoulders underneath.

use super::super::picture::{Area, Field, LabColour, LabPicture, colour_at, is_set, ramp};
use super::super::shape::stretches;
use super::super::skin::Skin;
use image::GrayImage;

/// A head seen from the front, in working pixels.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head {
    /// The middle of the face.
    pub x: f32,
    pub y: f32,
    /// Half the width of the face.
    pub radius: f32,
    /// From the top of the hair to the chin, hair at the sides included.
    pub area: Area,
}

/// Sums over rectangles in constant time.
struct Sums {
    cells: Vec<f64>,
    width: i32,
    height: i32,
}

impl Sums {
    fn of(values: &Field) -> Self {
        let (width, height) = (values.width() as i32, values.height() as i32);
        let mut cells = vec![0.0; ((width + 1) * (height + 1)) as usize];
        let mut above = vec![0.0; (width + 1) as usize];
        for (row, line) in
            values.as_raw().chunks(width.max(1) as usize).zip(cells.chunks_mut((width + 1) as usize).skip(1))
        {
            let mut sum = 0.0;
            for ((value, cell), above) in row.iter().zip(line.iter_mut().skip(1)).zip(above.iter_mut().skip(1)) {
                sum += f64::from(*value);
                *above += sum;
                *cell = *above;
            }
        }
        Self { cells, width, height }
    }

    /// The mean over a rectangle; what lies outside the picture counts as 0.
    fn mean(&self, left: f32, top: f32, right: f32, bottom: f32) -> f32 {
        let place = |v: f32, n: i32| (v.round() as i32).clamp(0, n);
        let (l, r) = (place(left, self.width), place(right, self.width));
        let (t, b) = (place(top, self.height), place(bottom, self.height));
        let cell = |x: i32, y: i32| self.cells.get((y * (self.width + 1) + x) as usize).copied().unwrap_or(0.0);
        let sum = cell(r, b) - cell(l, b) - cell(r, t) + cell(l, t);
        sum as f32 / ((right - left) * (bottom - top)).max(1.0)
    }
}

/// Finds the best head and says how good it is (0..1).
pub(super) fn find(belief: &Field, skin: &Field) -> (Head, f32) {
    let (width, height) = (belief.width() as f32, belief.height() as f32);
    let (shape, skin) = (Sums::of(belief), Sums::of(skin));
    let mut best = (Head::at(width / 2.0, height * 0.16, height.min(2.0 * width) * 0.055), f32::MIN);
    let mut offer = |x: f32, y: f32, r: f32| {
        let value = looks(&shape, &skin, x, y, r);
        if value > best.1 {
            best = (Head::at(x, y, r), value);
        }
        value
    };
    let mut r = (height * 0.018).max(2.5);
    while r < 0.24 * height.min(2.0 * width) {
        let step = (r / 3.0).max(1.0);
        let mut y = 1.2 * r;
        while y < height - 2.0 * r {
            let mut x = 0.5 * r;
            while x < width - 0.5 * r {
                offer(x, y, r);
                x += step;
            }
            y += step;
        }
        r *= 1.15;
    }
    let (rough, value) = best;
    if value < 0.35 {
        return (Head::at(width / 2.0, height * 0.16, height.min(2.0 * width) * 0.055), 0.0);
    }
    (rough, value.clamp(0.0, 1.0))
}

/// How much a place looks like a head over shoulders: 1 is perfect.
fn looks(shape: &Sums, skin: &Sums, x: f32, y: f32, r: f32) -> f32 {
    let face = skin.mean(x - 0.75 * r, y - 0.7 * r, x + 0.75 * r, y + 1.0 * r);
    if face < 0.25 {
        return -1.0;
    }
    let head = shape.mean(x - 0.9 * r, y - 1.3 * r, x + 0.9 * r, y + 1.0 * r);
    if head < 0.4 {
        // Skin-coloured ground, seen through a gap.
        return 0.3 * face;
    }
    let free = |left: f32, right: f32| 1.0 - shape.mean(left, y - 1.5 * r, right, y + 0.3 * r);
    let beside = f32::midpoint(free(x - 2.8 * r, x - 1.7 * r), free(x + 1.7 * r, x + 2.8 * r));
    let over = 1.0 - shape.mean(x - 1.2 * r, y - 3.4 * r, x + 1.2 * r, y - 2.5 * r);
    // A face ends: ears, hair or ground beside it, hair or ground above it are not skin.
    let bare = |left: f32, top: f32, right: f32, bottom: f32| skin.mean(left, top, right, bottom);
    let edge = 1.0
        - (bare(x - 1.8 * r, y - 1.0 * r, x - 1.25 * r, y + 0.8 * r)
            + bare(x + 1.25 * r, y - 1.0 * r, x + 1.8 * r, y + 0.8 * r)
            + bare(x - 0.8 * r, y - 2.2 * r, x + 0.8 * r, y - 1.6 * r))
            / 3.0;
    let torso = shape.mean(x - 1.6 * r, y + 2.7 * r, x + 1.6 * r, y + 4.6 * r);
    let dressed = 1.0 - bare(x - 1.2 * r, y + 3.2 * r, x + 1.2 * r, y + 5.0 * r);
    0.30 * face + 0.14 * head + 0.14 * beside + 0.06 * over + 0.12 * edge + 0.16 * torso + 0.08 * dressed
}

impl Head {
    fn at(x: f32, y: f32, radius: f32) -> Self {
        Self { x, y, radius, area: Area::new(x - 1.3 * radius, y - 1.9 * radius, x + 1.3 * radius, y + 1.35 * radius) }
    }

    /// The chin's row.
    pub(crate) fn chin(&self) -> f32 {
        self.area.bottom
    }

    /// The colours in the middle of the face.
    pub(super) fn face_colours(&self, picture: &LabPicture) -> Vec<LabColour> {
        let (r, x, y) = (self.radius, self.x as i32, self.y as i32);
        let (across, down) = ((0.6 * r) as i32, (0.7 * r) as i32);
        (y - down..=y + down)
            .flat_map(|v| (x - across..=x + across).map(move |u| (u, v)))
            .map(|(u, v)| colour_at(picture, u, v))
            .collect()
    }

    /// The same head, measured: centre and width from the skin, top and sides from the silhouette, chin where skin narrows.
    pub(super) fn refined(self, picture: &LabPicture, shape: &GrayImage, skin: Option<&Skin>) -> Self {
        let Some(skin) = skin else { return self };
        let r = self.radius;
        let row = |y: i32| {
            let bare = |x: i32| is_set(shape, x, y) && skin.likeness(colour_at(picture, x, y)) > 0.4;
            let (left, right) = ((self.x - 1.5 * r) as i32, (self.x + 1.5 * r) as i32);
            let first = (left..=right).find(|x| bare(*x));
            let last = (left..=right).rev().find(|x| bare(*x));
            first.zip(last).map(|(a, b)| (a as f32, b as f32 + 1.0))
        };
        let rows: Vec<(f32, f32, f32)> = ((self.y - 0.5 * r) as i32..=(self.y + 0.6 * r) as i32)
            .filter_map(|y| row(y).map(|(a, b)| (y as f32, a, b)))
            .collect();
        let mut widths: Vec<f32> = rows.iter().map(|(_, a, b)| b - a).collect();
        let mut middles: Vec<f32> = rows.iter().map(|(_, a, b)| f32::midpoint(*a, *b)).collect();
        if widths.len() < 3 {
            return self;
        }
        let half = widths.len() / 2;
        let width = *widths.select_nth_unstable_by(half, f32::total_cmp).1;
        let x = *middles.select_nth_unstable_by(half, f32::total_cmp).1;
        let radius = (width / 2.0).clamp(0.75 * r, 1.3 * r);
        // The chin: below the mouth the skin's row shrinks to the neck, or ends in a collar.
        let narrow = |y: i32| row(y).is_none_or(|(a, b)| b - a < 0.72 * width);
        let chin = ((self.y + 1.0 * radius) as i32..(self.y + 2.0 * radius) as i32).find(|y| narrow(*y));
        let chin = chin.map_or(self.y + 1.3 * radius, |y| y as f32);
        let top = (0..self.y as i32)
            .rev()
            .take_while(|y| is_set(shape, x as i32, *y))
            .last()
            .map_or(self.y - 1.9 * radius, |y| y as f32);
        let top = top.clamp(chin - 4.2 * radius, chin - 2.2 * radius).max(0.0);
        let mut head = Self { x, y: self.y, radius, area: Area::new(x - 1.1 * radius, top, x + 1.1 * radius, chin) };
        for y in top as i32..self.y as i32 {
            for (a, b) in
                stretches(shape, y).into_iter().filter(|(a, b)| *a < x + 0.5 * radius && *b > x - 0.5 * radius)
            {
                head.area.left = head.area.left.min(a.max(x - 2.0 * radius));
                head.area.right = head.area.right.max(b.min(x + 2.0 * radius));
            }
        }
        head
    }

    /// How far a place belongs to the face and hair for sure: 1 inside, fading to 0 within a sixth of a head below.
    pub(crate) fn shield(&self, x: f32, y: f32) -> f32 {
        let fade = self.area.height() / 6.0;
        let side = (x - self.x).abs() / self.radius;
        // Under the jaw the shield follows the round of the chin, so a collar may come up beside it.
        let jaw = self.chin() - 0.55 * self.radius * ramp(side, 0.35, 1.25);
        let inside = x > self.area.left - fade && x < self.area.right + fade && y > self.area.top - 2.0 * fade;
        if inside { ramp(y, jaw + 0.5 * fade, jaw + 0.1 * fade) } else { 0.0 }
    }
}

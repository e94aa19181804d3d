//! The outline of a garment, row by row: body, sleeves, legs, shoulders.

use super::picture::{Area, is_set};
use super::shape::{self, stretches};
use image::GrayImage;

/// A sleeve that stands off the body.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sleeve {
    /// Where it is sewn on.
    pub joint: (f32, f32),
    /// Radians from straight down, outwards positive.
    pub angle: f32,
    /// The row below which it hangs free of the body.
    pub armpit: f32,
    /// Its lowest row.
    pub end: f32,
}

/// A garment's outline in working pixels.
pub(crate) struct Profile {
    pub bounds: Area,
    /// Per row of the picture the left and right edge without sleeves; empty where the garment is not.
    pub body: Vec<(f32, f32)>,
    /// Width of the body at the chest (or the whole waistband).
    pub width: f32,
    /// The row of the shoulders: above it is only collar, hood or straps.
    pub shoulder: f32,
    pub left: Option<Sleeve>,
    pub right: Option<Sleeve>,
    /// Whether it parts into two legs.
    pub legs: bool,
}

/// How many pixels per row a body may widen upwards before it must be a sleeve.
const SLANT: f32 = 0.16;

impl Profile {
    pub(crate) fn of(mask: &GrayImage) -> Self {
        let bounds = shape::bounds(mask).unwrap_or(Area::new(0.0, 0.0, mask.width() as f32, mask.height() as f32));
        let rows: Vec<Vec<(f32, f32)>> = (0..mask.height() as i32).map(|y| stretches(mask, y)).collect();
        let legs = has_legs(&rows, &bounds);
        let body = calmed(&if legs { spans(&rows) } else { bodies(&rows, &bounds) }, &bounds);
        let row = |share: f32| body.get((bounds.top + share * bounds.height()) as usize).map_or(0.0, |(a, b)| b - a);
        let mut chest: Vec<f32> = (20..45).map(|p| row(p as f32 / 100.0)).collect();
        let middle = chest.len() / 2;
        let width = if legs { row(0.06) } else { *chest.select_nth_unstable_by(middle, f32::total_cmp).1 };
        let width = if width > 1.0 { width } else { bounds.width().max(1.0) };
        let mut profile = Self { bounds, body, width, shoulder: bounds.top, left: None, right: None, legs };
        if !legs {
            profile.shoulder = shoulder(&rows, &bounds, width);
            profile.left = profile.sleeve(mask, -1.0);
            profile.right = profile.sleeve(mask, 1.0);
        }
        profile
    }

    /// The body's edges in a row, the nearest row's where the garment has ended.
    pub(crate) fn edges(&self, y: f32) -> (f32, f32) {
        let y = y.clamp(self.bounds.top, self.bounds.bottom - 1.0).max(0.0);
        let (low, share) = (y.floor(), y.fract());
        let row = |y: f32| self.body.get(y as usize).copied();
        match (row(low), row((low + 1.0).min(self.bounds.bottom - 1.0))) {
            (Some(a), Some(b)) => (a.0 + (b.0 - a.0) * share, a.1 + (b.1 - a.1) * share),
            _ => (self.bounds.left, self.bounds.right),
        }
    }

    /// The longer reach of both sleeves down the garment: 0 none, 1 to the hem.
    pub(crate) fn sleeve_reach(&self) -> f32 {
        let reach = |s: &Sleeve| (s.end - self.shoulder) / (self.bounds.bottom - self.shoulder).max(1.0);
        self.left.iter().chain(&self.right).map(reach).fold(0.0, f32::max)
    }

    fn sleeve(&self, mask: &GrayImage, side: f32) -> Option<Sleeve> {
        let (mut n, mut sum, mut end, mut far) = (0.0_f32, (0.0, 0.0), 0.0_f32, 0.0_f32);
        for (x, y, _) in mask.enumerate_pixels().filter(|(_, _, p)| p.0 > [127]) {
            let (x, y) = (x as f32, y as f32);
            let (left, right) = self.edges(y);
            let off = if side < 0.0 { left - x } else { x - right };
            if off > 0.03 * self.width {
                n += 1.0;
                sum = (sum.0 + x, sum.1 + y);
                end = end.max(y);
                far = far.max(off);
            }
        }
        if n < 0.025 * shape::size(mask) || far < 0.1 * self.width {
            return None;
        }
        // At the very tip of the shoulder: turning the sleeve down then slides its inner side under the body.
        let level = self.shoulder + 0.025 * self.width;
        let (left, right) = self.edges(level);
        let joint = (if side < 0.0 { left } else { right }, level);
        let angle = ((sum.0 / n - joint.0) * side).atan2((sum.1 / n - joint.1).max(0.0));
        let joined = |y: &i32| {
            let (left, right) = self.edges(*y as f32);
            (1..=3).all(|d| is_set(mask, if side < 0.0 { left as i32 - d } else { right as i32 + d }, *y))
        };
        let armpit = (level as i32..end as i32)
            .skip_while(|y| !joined(y) && (*y as f32) < level + 0.5 * self.width)
            .take_while(joined)
            .last()
            .map_or(level + 0.25 * self.width, |y| y as f32);
        Some(Sleeve { joint, angle, armpit, end })
    }
}

/// Two legs: most of the lower rows have a gap about the middle.
fn has_legs(rows: &[Vec<(f32, f32)>], bounds: &Area) -> bool {
    let (from, to) = ((bounds.top + 0.55 * bounds.height()) as usize, (bounds.top + 0.97 * bounds.height()) as usize);
    let (middle, reach) = (bounds.centre().0, 0.2 * bounds.width());
    let parted = |row: &&Vec<(f32, f32)>| {
        // The two broadest stretches, of like width, with the gap in the middle: sleeves beside a body are not legs.
        let [a, b] = row.as_slice() else { return false };
        let gap = f32::midpoint(a.1, b.0);
        let (slim, wide) = ((a.1 - a.0).min(b.1 - b.0), (a.1 - a.0).max(b.1 - b.0));
        (gap - middle).abs() < reach && slim > 0.55 * wide
    };
    let all = rows.iter().skip(from).take(to.saturating_sub(from));
    all.clone().filter(parted).count() * 2 > all.count()
}

fn spans(rows: &[Vec<(f32, f32)>]) -> Vec<(f32, f32)> {
    let mut last = (0.0, 0.0);
    let span = |row: &Vec<(f32, f32)>| row.first().zip(row.last()).map(|(a, b)| (a.0, b.1));
    rows.iter()
        .map(|row| {
            last = span(row).unwrap_or(last);
            last
        })
        .collect()
}

/// From the hem upwards: the stretch round the middle, which may follow the waist in but widen only gently.
fn bodies(rows: &[Vec<(f32, f32)>], bounds: &Area) -> Vec<(f32, f32)> {
    let core = |row: &[(f32, f32)], x: f32| row.iter().copied().min_by(|a, b| off(*a, x).total_cmp(&off(*b, x)));
    let middle = bounds.centre().0;
    // A rounded hem is narrower than the cloth above it: measuring begins where the cloth is sound.
    let sound = (bounds.top + 0.92 * bounds.height()) as usize;
    let mut held = rows.get(sound).and_then(|row| core(row, middle)).unwrap_or((bounds.left, bounds.right));
    let mut body = vec![held; rows.len()];
    for (slot, row) in body.iter_mut().zip(rows).take(sound).rev() {
        let (left, right) = held;
        if let Some(own) = core(row, f32::midpoint(left, right)) {
            // Straps and collars part the top rows: there the whole span between them counts.
            let near = row.iter().filter(|s| s.0 >= left - 1.0 && s.1 <= right + 1.0);
            let (a, b) = near.fold(own, |(a, b), s| (a.min(s.0), b.max(s.1)));
            let (a, b) = (a.max(left - SLANT), b.min(right + SLANT));
            held = if b > a { (a, b) } else { held };
        }
        *slot = held;
    }
    body
}

/// Averaged over a few rows: a step in the outline must not shear the cloth between two rows.
fn calmed(edges: &[(f32, f32)], bounds: &Area) -> Vec<(f32, f32)> {
    let reach = (0.012 * bounds.height()).ceil().max(1.0) as usize;
    let (top, bottom) = (bounds.top as usize, bounds.bottom as usize);
    let mean = |y: usize| {
        let (from, to) = (y.saturating_sub(reach).max(top), (y + reach + 1).min(bottom));
        let (l, r, n) = edges
            .iter()
            .skip(from)
            .take(to.saturating_sub(from))
            .fold((0.0, 0.0, 0.0_f32), |(l, r, n), (a, b)| (l + a, r + b, n + 1.0));
        if n > 0.0 { (l / n, r / n) } else { edges.get(y).copied().unwrap_or_default() }
    };
    (0..edges.len()).map(mean).collect()
}

fn off((a, b): (f32, f32), x: f32) -> f32 {
    (a - x).max(x - b).max(0.0)
}

/// The first row as wide as most of the body.
fn shoulder(rows: &[Vec<(f32, f32)>], bounds: &Area, width: f32) -> f32 {
    let span = |row: &Vec<(f32, f32)>| row.first().zip(row.last()).map_or(0.0, |(a, b)| b.1 - a.0);
    let filled = |row: &Vec<(f32, f32)>| row.iter().map(|(a, b)| b - a).sum::<f32>();
    let reach = (0.4 * bounds.height()) as usize;
    rows.iter()
        .enumerate()
        .skip(bounds.top as usize)
        .take(reach)
        .find(|(_, row)| span(row) >= 0.86 * width && filled(row) > 0.6 * width)
        .map_or(bounds.top, |(y, _)| y as f32)
}

/// The part of a mask between two rows.
pub(crate) fn rows_of(mask: &GrayImage, from: f32, to: f32) -> GrayImage {
    super::picture::mask(mask.dimensions(), |x, y| is_set(mask, x, y) && (y as f32) >= from && (y as f32) < to)
}

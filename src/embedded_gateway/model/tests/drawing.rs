//! A small painter for fixtures: polygons with soft edges, grounds, cloth. Shares nothing with the model.

use image::{GrayImage, Luma, Rgb, RgbImage};
use imageproc::drawing::draw_polygon_mut;
use imageproc::point::Point;

pub(super) type Pt = (f32, f32);

/// A hash in 0..1, the same on every machine.
pub(super) fn noise(x: i32, y: i32, seed: u32) -> f32 {
    let mut h =
        (x as u32).wrapping_mul(0x9E37_79B1) ^ (y as u32).wrapping_mul(0x85EB_CA77) ^ seed.wrapping_mul(0xC2B2_AE3D);
    h ^= h >> 15;
    h = h.wrapping_mul(0x2C1B_3C6D);
    h ^= h >> 12;
    h = h.wrapping_mul(0x297A_2D39);
    h ^= h >> 15;
    (h & 0xFFFF) as f32 / 65535.0
}

/// Smooth noise 0..1 with features of about one unit.
pub(super) fn cloud(x: f32, y: f32, seed: u32) -> f32 {
    let (i, j) = (x.floor(), y.floor());
    let (u, v) = (x - i, y - j);
    let (u, v) = (u * u * (3.0 - 2.0 * u), v * v * (3.0 - 2.0 * v));
    let n = |a: i32, b: i32| noise(i as i32 + a, j as i32 + b, seed);
    (n(0, 0) * (1.0 - u) + n(1, 0) * u) * (1.0 - v) + (n(0, 1) * (1.0 - u) + n(1, 1) * u) * v
}

pub(super) fn shade(c: [u8; 3], factor: f32) -> [u8; 3] {
    c.map(|v| (f32::from(v) * factor).round().clamp(0.0, 255.0) as u8)
}

pub(super) fn mix(a: [u8; 3], b: [u8; 3], t: f32) -> [u8; 3] {
    let t = t.clamp(0.0, 1.0);
    std::array::from_fn(|i| (f32::from(a[i]) * (1.0 - t) + f32::from(b[i]) * t).round() as u8)
}

/// Coverage 0..255 of a polygon given in pixels.
pub(super) fn coverage(size: (u32, u32), polygon: &[Pt]) -> GrayImage {
    let k = 3;
    let mut big = GrayImage::new(size.0 * k, size.1 * k);
    let mut points: Vec<Point<i32>> =
        polygon.iter().map(|p| Point::new((p.0 * k as f32).round() as i32, (p.1 * k as f32).round() as i32)).collect();
    points.dedup();
    while points.len() > 1 && points.first() == points.last() {
        points.pop();
    }
    if points.len() > 2 {
        draw_polygon_mut(&mut big, &points, Luma([255]));
    }
    GrayImage::from_fn(size.0, size.1, |x, y| {
        let mut sum = 0_u32;
        for j in 0..k {
            for i in 0..k {
                sum += u32::from(big.get_pixel(x * k + i, y * k + j).0[0]);
            }
        }
        Luma([(sum / (k * k)) as u8])
    })
}

pub(super) fn ellipse(centre: Pt, rx: f32, ry: f32) -> Vec<Pt> {
    (0..48)
        .map(|i| (i as f32 / 48.0 * std::f32::consts::TAU).sin_cos())
        .map(|(s, c)| (centre.0 + rx * c, centre.1 + ry * s))
        .collect()
}

/// A limb: a thick line with round ends, its width changing from `w0` to `w1`.
pub(super) fn limb(a: Pt, b: Pt, w0: f32, w1: f32) -> Vec<Pt> {
    let angle = (b.1 - a.1).atan2(b.0 - a.0);
    let half = std::f32::consts::FRAC_PI_2;
    let cap = |c: Pt, from: f32, r: f32| {
        (0..=10)
            .map(move |i| from + i as f32 / 10.0 * std::f32::consts::PI)
            .map(move |t| (c.0 + r * t.cos(), c.1 + r * t.sin()))
    };
    cap(a, angle + half, w0 / 2.0).chain(cap(b, angle - half, w1 / 2.0)).collect()
}

/// Paints with a colour per pixel where `cover` says.
pub(super) fn paint(photo: &mut RgbImage, cover: &GrayImage, mut colour: impl FnMut(f32, f32) -> [u8; 3]) {
    for (x, y, p) in photo.enumerate_pixels_mut() {
        let a = cover.get_pixel(x, y).0[0];
        if a > 0 {
            *p = Rgb(mix(p.0, colour(x as f32, y as f32), f32::from(a) / 255.0));
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Ground {
    Plain([u8; 3]),
    Gradient([u8; 3], [u8; 3]),
    Shadow([u8; 3]),
    Vignette([u8; 3]),
    Stripes([u8; 3], [u8; 3]),
    Noise([u8; 3]),
    Bokeh([u8; 3]),
    Wood,
    Room,
    Brick,
}

impl Ground {
    pub(super) fn is_busy(self) -> bool {
        !matches!(self, Self::Plain(_) | Self::Gradient(..) | Self::Shadow(_) | Self::Vignette(_))
    }

    /// The ground with faint sensor noise on top. `Shadow` needs the subject's cover.
    pub(super) fn draw(self, size: (u32, u32), seed: u32, cover: &GrayImage) -> RgbImage {
        let (w, h) = (size.0 as f32, size.1 as f32);
        let mut photo = RgbImage::from_fn(size.0, size.1, |px, py| {
            let (u, v) = (px as f32 / w, py as f32 / h);
            Rgb(match self {
                Self::Plain(c) | Self::Shadow(c) => c,
                Self::Gradient(a, b) => mix(a, b, 0.3 * u + 0.7 * v),
                Self::Vignette(c) => shade(c, 1.0 - 0.45 * ((u - 0.5).powi(2) + (v - 0.5).powi(2))),
                Self::Stripes(a, b) => {
                    if (u * 9.0 + v * 5.0).fract() < 0.5 {
                        a
                    } else {
                        b
                    }
                }
                Self::Noise(c) => shade(c, 0.6 + 0.7 * cloud(u * 60.0, v * 60.0 * h / w, seed)),
                Self::Bokeh(c) => bokeh(c, u, v * h / w, seed),
                Self::Wood => wood(u, v, seed),
                Self::Room => room(u, v, seed),
                Self::Brick => brick(u, v * h / w, seed),
            })
        });
        if let Self::Shadow(_) = self {
            let blur = image::imageops::fast_blur(cover, w * 0.025);
            for (x, y, p) in photo.enumerate_pixels_mut() {
                let (dx, dy) = ((w * 0.02) as u32, (w * 0.03) as u32);
                let s = blur.get_pixel_checked(x.saturating_sub(dx), y.saturating_sub(dy)).map_or(0, |p| p.0[0]);
                *p = Rgb(shade(p.0, 1.0 - 0.35 * f32::from(s) / 255.0));
            }
        }
        photo
    }
}

fn bokeh(base: [u8; 3], u: f32, v: f32, seed: u32) -> [u8; 3] {
    let mut c = shade(base, 0.8 + 0.4 * cloud(u * 3.0, v * 3.0, seed));
    for i in 0..22 {
        let (cx, cy) = (noise(i, 1, seed), noise(i, 2, seed) * 1.4);
        let r = 0.04 + 0.07 * noise(i, 3, seed);
        let d = (u - cx).hypot(v - cy);
        let tint = [[255, 214, 130], [150, 220, 160], [250, 240, 230], [120, 150, 210]][i as usize % 4];
        c = mix(c, tint, 0.55 * ((r - d) / (0.25 * r)).clamp(0.0, 1.0));
    }
    c
}

fn wood(u: f32, v: f32, seed: u32) -> [u8; 3] {
    let plank = (u * 5.0).floor();
    let grain = ((v * 3.0 + cloud(u * 25.0, v * 2.0, seed) * 2.0 + plank * 7.0) * 9.0 + u * 160.0).sin();
    let base = [[172, 124, 82], [158, 110, 70], [186, 138, 95], [166, 120, 84], [176, 130, 88]][plank as usize % 5];
    if (u * 5.0).fract() < 0.02 { [90, 62, 40] } else { shade(base, 1.0 + 0.1 * grain) }
}

fn room(u: f32, v: f32, seed: u32) -> [u8; 3] {
    let wall = shade([214, 206, 190], 0.92 + 0.12 * cloud(u * 2.0, v * 2.0, seed));
    if v > 0.8 {
        return if ((u * 7.0).fract() < 0.05) || ((v * 16.0).fract() < 0.12) { [110, 84, 60] } else { [142, 108, 76] };
    }
    if u < 0.24 && v > 0.42 {
        return if (v * 11.0).fract() < 0.1 { [52, 44, 40] } else { [84, 68, 58] };
    }
    if u > 0.76 && v > 0.55 {
        return if (u - 0.88).abs() < 0.1 && v < 0.63 { [196, 148, 60] } else { [70, 104, 88] };
    }
    if u > 0.7 && (0.1..0.38).contains(&v) {
        return if (0.73..0.97).contains(&u) && (0.13..0.35).contains(&v) { [120, 170, 200] } else { [240, 236, 228] };
    }
    wall
}

fn brick(u: f32, v: f32, seed: u32) -> [u8; 3] {
    let row = (v * 16.0).floor();
    let x = u * 8.0 + 0.5 * (row as i32 % 2) as f32;
    if (v * 16.0).fract() < 0.12 || x.fract() < 0.06 {
        return [188, 180, 170];
    }
    shade([150, 78, 60], 0.8 + 0.4 * noise(x.floor() as i32, row as i32, seed))
}

/// Faint sensor noise, so that nothing is mathematically flat.
pub(super) fn grain(photo: &mut RgbImage, amount: f32, seed: u32) {
    for (x, y, p) in photo.enumerate_pixels_mut() {
        for (i, v) in p.0.iter_mut().enumerate() {
            let n = (noise(x as i32, y as i32, seed + i as u32) - 0.5) * 2.0 * amount;
            *v = (f32::from(*v) + n).round().clamp(0.0, 255.0) as u8;
        }
    }
}

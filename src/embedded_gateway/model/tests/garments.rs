//! Garment fixtures and what step 1's segmentation must reach on them.

use super::super::{garment, picture};
use super::drawing::*;
use image::{GrayImage, RgbImage};

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Shirt,
    Dress,
    Trousers,
    Skirt,
    Jacket,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Cloth {
    Solid([u8; 3]),
    Striped([u8; 3], [u8; 3]),
    Checked([u8; 3], [u8; 3]),
    Printed([u8; 3], [u8; 3]),
}

impl Cloth {
    /// Colour at a place of the garment (units of its height), before folds.
    pub(super) fn at(self, x: f32, y: f32) -> [u8; 3] {
        match self {
            Self::Solid(c) => c,
            Self::Striped(a, b) => {
                if (y * 12.0).rem_euclid(1.0) < 0.62 {
                    a
                } else {
                    b
                }
            }
            Self::Checked(a, b) => {
                let n = u8::from((x * 10.0).rem_euclid(1.0) < 0.35) + u8::from((y * 10.0).rem_euclid(1.0) < 0.35);
                mix(a, b, f32::from(n) / 2.0)
            }
            Self::Printed(a, b) => {
                let (i, j) = ((x * 9.0).floor(), (y * 9.0).floor());
                let (cx, cy) =
                    (i + 0.3 + 0.4 * noise(i as i32, j as i32, 5), j + 0.3 + 0.4 * noise(i as i32, j as i32, 6));
                if (x * 9.0 - cx).hypot(y * 9.0 - cy) < 0.27 { b } else { a }
            }
        }
    }
    /// The colours that may be called the main one.
    pub(super) fn main(self) -> Vec<[u8; 3]> {
        match self {
            Self::Solid(c) | Self::Striped(c, _) | Self::Printed(c, _) => vec![c],
            // Ground (0.42 of the area) and ground under one band (0.455) are as good as equal.
            Self::Checked(a, b) => vec![a, mix(a, b, 0.5)],
        }
    }
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Solid(_) => "solid",
            Self::Striped(..) => "striped",
            Self::Checked(..) => "checked",
            Self::Printed(..) => "printed",
        }
    }
}

/// Half an outline, right side from the neck down, as fractions of the height; mirrored to the left.
pub(super) fn outline(kind: Kind) -> Vec<Pt> {
    let right: Vec<Pt> = match kind {
        Kind::Shirt => vec![
            (0.0, 0.1),
            (0.06, 0.09),
            (0.11, 0.05),
            (0.13, 0.0),
            (0.2, 0.02),
            (0.31, 0.07),
            (0.5, 0.32),
            (0.4, 0.41),
            (0.31, 0.31),
            (0.3, 0.6),
            (0.31, 1.0),
            (0.0, 1.01),
        ],
        Kind::Dress => vec![
            (0.0, 0.08),
            (0.05, 0.07),
            (0.08, 0.0),
            (0.12, 0.0),
            (0.13, 0.08),
            (0.17, 0.16),
            (0.15, 0.3),
            (0.13, 0.38),
            (0.18, 0.55),
            (0.25, 0.8),
            (0.3, 1.0),
            (0.15, 1.02),
            (0.0, 1.02),
        ],
        Kind::Trousers => vec![
            (0.0, 0.0),
            (0.17, 0.0),
            (0.19, 0.12),
            (0.21, 0.25),
            (0.2, 0.6),
            (0.19, 1.0),
            (0.06, 1.0),
            (0.05, 0.6),
            (0.01, 0.31),
        ],
        Kind::Skirt => vec![(0.0, 0.0), (0.24, 0.0), (0.26, 0.08), (0.36, 0.5), (0.44, 0.95), (0.2, 1.0), (0.0, 1.0)],
        Kind::Jacket => vec![
            (0.0, 0.12),
            (0.06, 0.02),
            (0.11, 0.0),
            (0.22, 0.03),
            (0.29, 0.08),
            (0.37, 0.35),
            (0.46, 0.86),
            (0.36, 0.9),
            (0.28, 0.48),
            (0.26, 0.4),
            (0.27, 1.0),
            (0.0, 1.0),
        ],
    };
    let left = right.iter().rev().map(|p| (-p.0, p.1));
    right.iter().copied().chain(left).collect()
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Recipe {
    pub kind: Kind,
    pub cloth: Cloth,
    pub ground: Ground,
    pub size: (u32, u32),
    /// Height of the garment over the height of the picture.
    pub scale: f32,
    pub turn: f32,
    pub shift: Pt,
}

impl Recipe {
    pub(super) fn name(&self) -> String {
        let ground = format!("{:?}", self.ground);
        format!(
            "{:?} {} on {} {}x{}",
            self.kind,
            self.cloth.word(),
            ground.split('(').next().unwrap(),
            self.size.0,
            self.size.1
        )
    }

    pub(super) fn draw(&self, seed: u32) -> (RgbImage, GrayImage) {
        let (w, h) = (self.size.0 as f32, self.size.1 as f32);
        let tall = h * self.scale;
        let (sin, cos) = self.turn.sin_cos();
        let middle = (w * (0.5 + self.shift.0), h * (0.5 + self.shift.1));
        let place = |p: &Pt| {
            let (x, y) = (p.0 * tall, (p.1 - 0.5) * tall);
            (middle.0 + x * cos - y * sin, middle.1 + x * sin + y * cos)
        };
        let polygon: Vec<Pt> = outline(self.kind).iter().map(place).collect();
        let cover = coverage(self.size, &polygon);
        let mut photo = self.ground.draw(self.size, seed, &cover);
        let soft = image::imageops::fast_blur(&cover, (tall * 0.012).max(0.8));
        paint(&mut photo, &cover, |x, y| {
            let (dx, dy) = (x - middle.0, y - middle.1);
            let (u, v) = ((dx * cos + dy * sin) / tall, (dy * cos - dx * sin) / tall + 0.5);
            let folds = 1.0 + 0.10 * (cloud(u * 7.0, v * 3.0, seed + 9) - 0.5);
            // Cloth darkens where it turns away at its rim.
            let rim = f32::from(soft.get_pixel(x as u32, y as u32).0[0]) / 255.0;
            let front = if self.kind == Kind::Jacket && u.abs() < 0.006 { 0.55 } else { 1.0 };
            shade(self.cloth.at(u, v), folds * front * (0.80 + 0.20 * ((rim - 0.5) * 2.0).clamp(0.0, 1.0)))
        });
        grain(&mut photo, 3.0, seed);
        (photo, cover)
    }
}

const WHITE: [u8; 3] = [250, 250, 250];
const NAVY: [u8; 3] = [32, 44, 88];
const RED: [u8; 3] = [190, 36, 44];
const MINT: [u8; 3] = [150, 206, 180];
const CREAM: [u8; 3] = [240, 232, 214];
const BLACK: [u8; 3] = [30, 30, 32];
const GREY: [u8; 3] = [136, 138, 142];
const BEIGE: [u8; 3] = [205, 180, 145];
const MUSTARD: [u8; 3] = [208, 158, 40];
const VIOLET: [u8; 3] = [112, 70, 150];

pub(super) fn recipes() -> Vec<Recipe> {
    use Cloth::*;
    use Ground::*;
    let r = |kind, cloth, ground, size, scale, turn, shift| Recipe { kind, cloth, ground, size, scale, turn, shift };
    vec![
        r(Kind::Shirt, Solid(RED), Plain(WHITE), (600, 600), 0.7, 0.0, (0.0, 0.0)),
        r(Kind::Shirt, Solid(WHITE), Plain([238, 238, 238]), (600, 700), 0.7, 0.05, (0.0, 0.0)),
        r(Kind::Shirt, Solid(CREAM), Plain([252, 252, 252]), (480, 640), 0.65, -0.08, (0.03, 0.02)),
        r(Kind::Shirt, Striped(NAVY, WHITE), Plain(WHITE), (640, 640), 0.75, 0.0, (0.0, 0.0)),
        r(Kind::Shirt, Striped(WHITE, RED), Shadow([235, 235, 232]), (640, 640), 0.7, 0.06, (-0.04, 0.0)),
        r(
            Kind::Shirt,
            Checked(MINT, NAVY),
            Gradient([230, 228, 240], [170, 176, 200]),
            (500, 600),
            0.7,
            0.1,
            (0.0, 0.03),
        ),
        r(
            Kind::Dress,
            Printed(CREAM, RED),
            Gradient([200, 220, 235], [240, 240, 245]),
            (600, 900),
            0.85,
            0.0,
            (0.0, 0.0),
        ),
        r(Kind::Dress, Solid(BLACK), Shadow(WHITE), (600, 900), 0.8, 0.04, (0.05, 0.0)),
        r(Kind::Dress, Solid(VIOLET), Vignette([210, 205, 200]), (3000, 2400), 0.85, -0.05, (0.1, 0.0)),
        r(Kind::Trousers, Solid(NAVY), Plain([200, 200, 204]), (500, 800), 0.85, 0.03, (0.0, 0.0)),
        r(Kind::Trousers, Solid(GREY), Shadow([225, 225, 228]), (500, 800), 0.8, 0.0, (0.0, 0.0)),
        r(Kind::Trousers, Checked(BEIGE, [90, 70, 50]), Plain(WHITE), (600, 800), 0.8, 0.0, (-0.1, 0.0)),
        r(Kind::Skirt, Solid(MUSTARD), Gradient([150, 170, 160], [220, 230, 225]), (700, 500), 0.8, 0.0, (0.0, 0.0)),
        r(Kind::Skirt, Printed(NAVY, MUSTARD), Plain([240, 220, 215]), (200, 200), 0.8, 0.07, (0.0, 0.0)),
        r(Kind::Jacket, Solid([70, 84, 60]), Plain([245, 244, 240]), (800, 900), 0.85, 0.0, (0.0, 0.0)),
        r(Kind::Jacket, Solid(BEIGE), Shadow([240, 240, 240]), (200, 240), 0.8, 0.03, (0.0, 0.0)),
        r(Kind::Jacket, Solid(BLACK), Gradient([60, 66, 80], [150, 158, 170]), (700, 700), 0.8, 0.0, (0.05, -0.03)),
        r(Kind::Shirt, Solid(NAVY), Wood, (600, 600), 0.7, 0.05, (0.0, 0.0)),
        r(Kind::Shirt, Printed(WHITE, VIOLET), Wood, (600, 800), 0.6, 0.0, (0.0, 0.04)),
        r(Kind::Shirt, Solid(MUSTARD), Stripes([120, 140, 170], [90, 108, 140]), (600, 600), 0.7, 0.0, (0.0, 0.0)),
        r(Kind::Shirt, Striped(RED, WHITE), Room, (700, 800), 0.6, 0.0, (0.0, -0.02)),
        r(Kind::Dress, Solid(RED), Room, (600, 900), 0.75, 0.0, (0.0, 0.0)),
        r(Kind::Dress, Solid(MINT), Bokeh([60, 70, 60]), (600, 900), 0.8, 0.03, (0.0, 0.0)),
        r(Kind::Dress, Checked(WHITE, BLACK), Brick, (600, 900), 0.8, 0.0, (0.03, 0.0)),
        r(Kind::Trousers, Solid(NAVY), Noise([180, 176, 160]), (500, 800), 0.85, 0.0, (0.0, 0.0)),
        r(Kind::Trousers, Solid(CREAM), Wood, (500, 800), 0.8, 0.04, (0.0, 0.0)),
        r(Kind::Skirt, Solid(VIOLET), Brick, (600, 600), 0.7, 0.0, (0.0, 0.0)),
        r(Kind::Skirt, Striped(NAVY, CREAM), Bokeh([90, 90, 110]), (2400, 3000), 0.55, 0.0, (0.0, 0.0)),
        r(Kind::Jacket, Solid([60, 90, 150]), Room, (700, 800), 0.7, 0.0, (0.0, 0.0)),
        r(Kind::Jacket, Solid(GREY), Stripes([210, 190, 170], [180, 150, 130]), (300, 300), 0.8, 0.05, (0.0, 0.0)),
    ]
}

/// Intersection over union of two masks; `found` is scaled to the truth's size.
pub(super) fn iou(found: &GrayImage, truth: &GrayImage) -> f32 {
    let (mut both, mut any) = (0.0, 0.0_f32);
    for (x, y, t) in truth.enumerate_pixels() {
        let fx = u64::from(x) * u64::from(found.width()) / u64::from(truth.width());
        let fy = u64::from(y) * u64::from(found.height()) / u64::from(truth.height());
        let (f, t) = (found.get_pixel(fx as u32, fy as u32).0[0] > 127, t.0[0] > 127);
        both += f32::from(u8::from(f && t));
        any += f32::from(u8::from(f || t));
    }
    both / any.max(1.0)
}

#[test]
fn garments_are_cut_from_their_ground() {
    let mut failed = Vec::new();
    for (seed, recipe) in recipes().iter().enumerate() {
        let (photo, truth) = recipe.draw(seed as u32);
        let small = picture::working(&photo);
        let start = std::time::Instant::now();
        let found = garment::find(&picture::lab_picture(&small));
        let took = start.elapsed();
        let score = iou(&found.mask, &truth);
        let least = if recipe.ground.is_busy() { 0.5 } else { 0.8 };
        println!(
            "{score:.3} {} clear {:.2} {took:?} {}",
            if score < least { "LOW" } else { "   " },
            found.clearness,
            recipe.name()
        );
        super::keep(&format!("seg-{seed:02}"), &photo, Some(&found.mask));
        if score < least {
            failed.push(recipe.name());
        }
    }
    super::sheet("seg");
    assert!(failed.is_empty(), "{failed:#?}");
}

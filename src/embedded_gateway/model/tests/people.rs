//! Drawn people and what the search for head and torso must reach on them.

use super::super::picture::Area;
use super::super::{person, picture};
use super::drawing::*;
use image::{GrayImage, Luma, RgbImage};

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Hair {
    Short,
    Long,
    Bun,
    Bald,
}
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Wear {
    TeeJeans,
    Dress,
    Shirt,
    Skirt,
    Tank,
    Hoodie,
}
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Arms {
    Down,
    Out,
    Hip,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Figure {
    pub skin: [u8; 3],
    pub hair: (Hair, [u8; 3]),
    pub wear: (Wear, [u8; 3], [u8; 3]),
    pub arms: Arms,
    /// Body height in heads: 7.3 for a photo, 5 for a cartoon.
    pub heads: f32,
    /// Top of the head, as fractions of the picture; height of the whole body over the picture's.
    pub at: Pt,
    pub tall: f32,
    pub ground: Ground,
    pub size: (u32, u32),
}

pub(super) struct Drawn {
    pub photo: RgbImage,
    pub person: GrayImage,
    pub clothes: GrayImage,
    /// Skin and hair that show.
    pub bare: GrayImage,
    pub torso: Area,
    pub face: Area,
}

impl Figure {
    pub(super) fn name(&self) -> String {
        let ground = format!("{:?}", self.ground);
        format!(
            "{:?}/{:?}/{:?} {}h x{:.2} at {:.2} {}",
            self.wear.0,
            self.hair.0,
            self.arms,
            self.heads,
            self.tall,
            self.at.0,
            ground.split('(').next().unwrap()
        )
    }

    pub(super) fn draw(&self, seed: u32) -> Drawn {
        let (w, h) = (self.size.0 as f32, self.size.1 as f32);
        let tall = self.tall * h;
        let head = tall / self.heads;
        let (cx, top) = (self.at.0 * w, self.at.1 * h);
        let p = |x: f32, y: f32| (cx + x * head, top + y * head);
        let m = |v: f32| v * head;
        // Proportions in heads; below the chin everything stretches with the body.
        let body = (self.heads - 1.0) / 6.3;
        let y = |v: f32| 1.0 + (v - 1.0) * body;
        let wide = 0.55 + 0.45 * body;
        let (sh, hip) = (0.95 * wide, 0.72 * wide);
        let (shoulder_y, crotch, knee, ankle) = (y(1.42), y(3.9), y(5.4), y(7.0));
        let mut layers: Vec<(Vec<Pt>, [u8; 3], u8)> = Vec::new(); // polygon, colour, 0 skin/hair 1 cloth 2 shoe
        let skin = self.skin;
        let dark = shade(skin, 0.86);
        let (wear, a, b) = self.wear;
        let hair = self.hair.1;

        if self.hair.0 == Hair::Long {
            layers.push((
                vec![
                    p(-0.44, 0.35),
                    p(-0.3, 0.02),
                    p(0.3, 0.02),
                    p(0.44, 0.35),
                    p(0.52, y(1.9)),
                    p(0.2, y(2.0)),
                    p(-0.2, y(2.0)),
                    p(-0.52, y(1.9)),
                ],
                hair,
                0,
            ));
        }
        // Legs and shoes.
        for side in [-1.0_f32, 1.0] {
            let (hx, fx) = (side * hip * 0.52, side * hip * 0.62);
            let jeans = matches!(wear, Wear::TeeJeans | Wear::Shirt | Wear::Tank | Wear::Hoodie);
            let (leg, kind) = if jeans { (b, 1) } else { (skin, 0) };
            let width = if jeans { 0.62 * wide } else { 0.5 * wide };
            layers.push((limb(p(hx, crotch - 0.2 * body), p(fx, knee), m(width), m(width * 0.72)), leg, kind));
            layers.push((limb(p(fx, knee), p(fx, ankle), m(width * 0.72), m(width * 0.5)), leg, kind));
            layers.push((
                limb(p(fx, ankle + 0.12), p(fx + side * 0.14, ankle + 0.2), m(0.24), m(0.2)),
                [60, 50, 48],
                2,
            ));
        }
        // Neck.
        layers.push((limb(p(0.0, 0.85), p(0.0, y(1.4)), m(0.36), m(0.42)), dark, 0));
        // Arms behind or beside the trunk.
        let sleeve_long = matches!(wear, Wear::Shirt | Wear::Hoodie);
        let bare_shoulder = wear == Wear::Tank;
        for side in [-1.0_f32, 1.0] {
            let joint = (side * (sh - 0.14), shoulder_y + 0.12);
            let (elbow, hand) = match (self.arms, side > 0.0) {
                (Arms::Down, _) | (Arms::Hip, false) => ((side * (sh + 0.06), y(2.7)), (side * (sh + 0.1), y(3.75))),
                (Arms::Out, _) => ((side * (sh + 0.55), y(2.5)), (side * (sh + 0.95), y(3.4))),
                (Arms::Hip, true) => ((side * (sh + 0.62), y(2.6)), (side * (hip + 0.1), y(3.15))),
            };
            let thick = 0.36 * wide;
            let (j, e, d) = (p(joint.0, joint.1), p(elbow.0, elbow.1), p(hand.0, hand.1));
            layers.push((limb(j, e, m(thick), m(thick * 0.85)), skin, 0));
            layers.push((limb(e, d, m(thick * 0.85), m(thick * 0.6)), skin, 0));
            layers.push((ellipse(d, m(0.15), m(0.2)), skin, 0));
            if sleeve_long {
                layers.push((limb(j, e, m(thick * 1.2), m(thick * 1.05)), shade(a, 0.93), 1));
                layers.push((
                    limb(e, (e.0 + (d.0 - e.0) * 0.85, e.1 + (d.1 - e.1) * 0.85), m(thick * 1.05), m(thick * 0.85)),
                    shade(a, 0.93),
                    1,
                ));
            } else if !bare_shoulder {
                layers.push((
                    limb(j, (j.0 + (e.0 - j.0) * 0.6, j.1 + (e.1 - j.1) * 0.6), m(thick * 1.25), m(thick * 1.2)),
                    shade(a, 0.93),
                    1,
                ));
            }
        }
        // Trunk.
        let hem = match wear {
            Wear::Dress => y(5.2),
            Wear::Skirt => y(3.2),
            _ => y(3.75),
        };
        let flare = match wear {
            Wear::Dress => 1.05 * wide,
            _ => hip,
        };
        let mut trunk = vec![
            p(-0.2, y(1.3)),
            p(-sh + 0.1, shoulder_y),
            p(-sh, shoulder_y + 0.2),
            p(-0.8 * sh, y(2.2)),
            p(-0.62 * wide, y(2.9)),
            p(-flare, hem),
        ];
        trunk.extend(trunk.clone().into_iter().rev().map(|q| (2.0 * cx - q.0, q.1)));
        if wear == Wear::Skirt {
            layers.push((
                vec![p(-0.62 * wide, y(2.9)), p(0.62 * wide, y(2.9)), p(wide, y(4.9)), p(-wide, y(4.9))],
                b,
                1,
            ));
        }
        layers.push((trunk, a, 1));
        layers.push((vec![p(-0.2, y(1.28)), p(0.2, y(1.28)), p(0.0, y(1.62))], dark, 0));
        if wear == Wear::Hoodie {
            layers.push((vec![p(-0.4, y(2.9)), p(0.4, y(2.9)), p(0.5, y(3.4)), p(-0.5, y(3.4))], shade(a, 0.85), 1));
        }
        // Head.
        layers.push((ellipse(p(0.0, 0.55), m(0.36), m(0.46)), skin, 0));
        match self.hair.0 {
            Hair::Bald => {}
            Hair::Bun => {
                layers.push((ellipse(p(0.0, -0.02), m(0.18), m(0.16)), hair, 0));
                layers.push((
                    vec![
                        p(-0.38, 0.5),
                        p(-0.34, 0.15),
                        p(0.0, 0.0),
                        p(0.34, 0.15),
                        p(0.38, 0.5),
                        p(0.26, 0.27),
                        p(-0.26, 0.27),
                    ],
                    hair,
                    0,
                ));
            }
            _ => layers.push((
                vec![
                    p(-0.4, 0.55),
                    p(-0.37, 0.14),
                    p(-0.15, 0.0),
                    p(0.15, 0.0),
                    p(0.37, 0.14),
                    p(0.4, 0.55),
                    p(0.3, 0.3),
                    p(0.0, 0.24),
                    p(-0.3, 0.3),
                ],
                hair,
                0,
            )),
        }
        for side in [-1.0_f32, 1.0] {
            layers.push((ellipse(p(side * 0.14, 0.55), m(0.045), m(0.03)), [40, 34, 34], 0));
        }
        layers.push((ellipse(p(0.0, 0.8), m(0.1), m(0.03)), [170, 80, 80], 0));

        let covers: Vec<GrayImage> = layers.iter().map(|(poly, _, _)| coverage(self.size, poly)).collect();
        let mut person = GrayImage::new(self.size.0, self.size.1);
        let mut clothes = person.clone();
        let mut bare = person.clone();
        for (cover, (_, _, kind)) in covers.iter().zip(&layers) {
            for (x, y, c) in cover.enumerate_pixels().filter(|(_, _, c)| c.0[0] > 127) {
                person.put_pixel(x, y, *c);
                clothes.put_pixel(x, y, Luma([if *kind == 1 { 255 } else { 0 }]));
                bare.put_pixel(x, y, Luma([if *kind == 0 { 255 } else { 0 }]));
            }
        }
        let mut photo = self.ground.draw(self.size, seed, &person);
        for (i, (cover, (_, colour, _))) in covers.iter().zip(&layers).enumerate() {
            let soft = image::imageops::fast_blur(cover, (head * 0.04).max(0.6));
            paint(&mut photo, cover, |x, y| {
                let light = 1.0 + 0.12 * (cloud(x / head * 1.5, y / head * 1.5, seed + i as u32) - 0.5);
                let rim = f32::from(soft.get_pixel(x as u32, y as u32).0[0]) / 255.0;
                shade(*colour, light * (0.84 + 0.16 * ((rim - 0.5) * 2.0).clamp(0.0, 1.0)))
            });
        }
        grain(&mut photo, 3.0, seed);
        let left_top = p(-sh, y(1.3));
        let right_bottom = p(sh, crotch);
        let torso = Area::new(left_top.0.max(0.0), left_top.1, right_bottom.0.min(w), right_bottom.1.min(h));
        let (f0, f1) = (p(-0.34, 0.12), p(0.34, 0.98));
        Drawn { photo, person, clothes, bare, torso, face: Area::new(f0.0, f0.1, f1.0, f1.1) }
    }
}

const FAIR: [u8; 3] = [240, 204, 178];
const TAN: [u8; 3] = [204, 150, 112];
const BROWN: [u8; 3] = [141, 90, 60];
const DEEP: [u8; 3] = [84, 54, 40];

pub(super) fn figures() -> Vec<Figure> {
    use Ground::*;
    use Hair::*;
    let f = |skin, hair, wear, arms, heads, at, tall, ground, size| Figure {
        skin,
        hair,
        wear,
        arms,
        heads,
        at,
        tall,
        ground,
        size,
    };
    vec![
        f(
            FAIR,
            (Short, [70, 46, 30]),
            (Wear::TeeJeans, [60, 110, 170], [40, 46, 70]),
            Arms::Down,
            7.3,
            (0.5, 0.06),
            0.88,
            Plain([228, 228, 226]),
            (600, 900),
        ),
        f(
            TAN,
            (Long, [40, 28, 24]),
            (Wear::Dress, [190, 60, 80], [0, 0, 0]),
            Arms::Out,
            7.3,
            (0.42, 0.1),
            0.8,
            Gradient([180, 200, 210], [230, 232, 230]),
            (600, 900),
        ),
        f(
            DEEP,
            (Short, [24, 20, 20]),
            (Wear::Shirt, [230, 230, 232], [70, 70, 74]),
            Arms::Down,
            7.3,
            (0.6, 0.05),
            0.9,
            Plain([150, 176, 190]),
            (600, 900),
        ),
        f(
            BROWN,
            (Bun, [30, 22, 20]),
            (Wear::Skirt, [236, 200, 90], [60, 90, 80]),
            Arms::Hip,
            7.3,
            (0.5, 0.08),
            0.85,
            Room,
            (600, 900),
        ),
        f(
            FAIR,
            (Long, [200, 160, 90]),
            (Wear::Tank, [110, 60, 130], [50, 60, 90]),
            Arms::Down,
            7.3,
            (0.35, 0.12),
            0.78,
            Wood,
            (600, 900),
        ),
        f(
            FAIR,
            (Bald, [0, 0, 0]),
            (Wear::Hoodie, [90, 130, 90], [60, 60, 66]),
            Arms::Down,
            7.3,
            (0.5, 0.07),
            0.86,
            Brick,
            (600, 900),
        ),
        f(
            TAN,
            (Short, [20, 18, 18]),
            (Wear::TeeJeans, [240, 240, 240], [90, 110, 150]),
            Arms::Down,
            5.0,
            (0.5, 0.1),
            0.8,
            Plain([250, 236, 200]),
            (700, 700),
        ),
        f(
            BROWN,
            (Long, [50, 30, 26]),
            (Wear::Dress, [60, 160, 150], [0, 0, 0]),
            Arms::Down,
            5.0,
            (0.3, 0.3),
            0.5,
            Gradient([240, 220, 225], [200, 180, 210]),
            (800, 700),
        ),
        f(
            FAIR,
            (Short, [150, 70, 40]),
            (Wear::Hoodie, [210, 90, 50], [50, 60, 80]),
            Arms::Out,
            5.5,
            (0.65, 0.25),
            0.6,
            Stripes([120, 150, 150], [100, 128, 132]),
            (800, 800),
        ),
        f(
            DEEP,
            (Bun, [20, 16, 16]),
            (Wear::TeeJeans, [220, 190, 60], [40, 50, 90]),
            Arms::Hip,
            7.3,
            (0.4, 0.15),
            0.7,
            Bokeh([70, 80, 70]),
            (600, 800),
        ),
        // Cut off by the lower edge.
        f(
            FAIR,
            (Short, [60, 40, 30]),
            (Wear::Shirt, [60, 80, 130], [40, 40, 50]),
            Arms::Down,
            7.3,
            (0.5, 0.12),
            1.7,
            Plain([225, 222, 215]),
            (700, 900),
        ),
        f(
            BROWN,
            (Long, [28, 22, 20]),
            (Wear::TeeJeans, [200, 70, 70], [40, 40, 50]),
            Arms::Down,
            7.3,
            (0.55, 0.15),
            1.4,
            Room,
            (700, 900),
        ),
        f(
            TAN,
            (Long, [110, 70, 40]),
            (Wear::Tank, [40, 120, 110], [40, 40, 50]),
            Arms::Down,
            7.0,
            (0.45, 0.1),
            2.0,
            Gradient([200, 205, 215], [160, 168, 180]),
            (900, 900),
        ),
        // Small, and large.
        f(
            FAIR,
            (Short, [60, 40, 30]),
            (Wear::TeeJeans, [170, 40, 60], [60, 70, 90]),
            Arms::Down,
            7.3,
            (0.5, 0.1),
            0.8,
            Plain([235, 235, 235]),
            (150, 200),
        ),
        f(
            TAN,
            (Bun, [60, 40, 30]),
            (Wear::Dress, [40, 60, 120], [0, 0, 0]),
            Arms::Out,
            7.3,
            (0.55, 0.1),
            0.82,
            Vignette([225, 215, 205]),
            (1600, 2400),
        ),
        f(
            DEEP,
            (Bald, [0, 0, 0]),
            (Wear::Shirt, [160, 60, 50], [60, 50, 44]),
            Arms::Down,
            6.0,
            (0.68, 0.2),
            0.65,
            Room,
            (900, 700),
        ),
    ]
}

pub(super) fn area_iou(a: &Area, b: &Area) -> f32 {
    let across = (a.right.min(b.right) - a.left.max(b.left)).max(0.0);
    let down = (a.bottom.min(b.bottom) - a.top.max(b.top)).max(0.0);
    let both = across * down;
    both / (a.width() * a.height() + b.width() * b.height() - both).max(1.0)
}

#[test]
fn torsos_are_found() {
    let mut failed = Vec::new();
    for (seed, figure) in figures().iter().enumerate() {
        let drawn = figure.draw(seed as u32);
        let small = picture::shrunk(&drawn.photo, picture::SIDE);
        let start = std::time::Instant::now();
        let found = person::find(&picture::lab_picture(&small));
        let took = start.elapsed();
        let factor = drawn.photo.width() as f32 / small.width() as f32;
        let torso = area_iou(&found.body.torso.scaled(factor), &drawn.torso);
        let head = area_iou(&found.head.area.scaled(factor), &drawn.face);
        let mask = super::garments::iou(&found.mask, &drawn.person);
        println!(
            "{} torso {torso:.2} head {head:.2} mask {mask:.2} clear {:.2} {took:?} {}",
            if torso < 0.5 { "LOW" } else { "   " },
            found.clearness,
            figure.name()
        );
        super::keep_person(&format!("person-{seed:02}"), &drawn.photo, &found);
        if torso < 0.5 {
            failed.push(figure.name());
        }
    }
    super::sheet("person");
    assert!(failed.is_empty(), "{failed:#?}");
}

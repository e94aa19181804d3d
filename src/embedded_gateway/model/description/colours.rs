//! The colours of a garment, measured and named.

use super::super::mixture::Mixture;
use super::super::picture::{LabColour, LabPicture, colour_at, distance, to_lab, to_rgb};
use super::super::shape;
use super::Colour;
use image::GrayImage;
use palette::color_difference::Ciede2000;
use palette::{Lab, white_point::D65};

/// Colours nearer than this are light and shade of one cloth; lightness counts less, as folds change little else.
const ONE: f32 = 11.0;
const LIGHTNESS: f32 = 0.4;
const SHADE: f32 = 20.0;
/// A colour must cover this share to be mentioned, and at most so many are.
const SHARE: f32 = 0.06;
const MOST: usize = 4;
/// A colour between two others that covers less is their blur.
const BLEND: f32 = 0.18;

/// Words for colours; the nearest by CIEDE2000 wins.
const NAMES: &[(&str, [u8; 3])] = &[
    ("white", [250, 250, 250]),
    ("off-white", [238, 232, 220]),
    ("cream", [245, 235, 205]),
    ("light grey", [205, 206, 208]),
    ("grey", [140, 141, 144]),
    ("dark grey", [84, 85, 88]),
    ("charcoal", [54, 56, 60]),
    ("black", [22, 22, 24]),
    ("red", [200, 30, 40]),
    ("dark red", [130, 22, 32]),
    ("burgundy", [96, 24, 44]),
    ("coral", [240, 120, 100]),
    ("salmon", [240, 160, 140]),
    ("terracotta", [184, 78, 50]),
    ("rust", [150, 66, 34]),
    ("orange", [236, 124, 36]),
    ("peach", [248, 205, 172]),
    ("apricot", [240, 178, 120]),
    ("mustard", [205, 155, 45]),
    ("yellow", [245, 212, 60]),
    ("pale yellow", [248, 238, 160]),
    ("gold", [196, 160, 70]),
    ("olive", [110, 108, 48]),
    ("khaki", [168, 154, 108]),
    ("lime", [160, 205, 60]),
    ("light green", [150, 210, 140]),
    ("green", [60, 140, 80]),
    ("dark green", [28, 76, 50]),
    ("sage green", [130, 154, 122]),
    ("moss green", [86, 110, 66]),
    ("mint", [165, 222, 196]),
    ("emerald", [0, 130, 96]),
    ("teal", [22, 118, 122]),
    ("turquoise", [64, 190, 190]),
    ("light blue", [160, 200, 230]),
    ("sky blue", [104, 172, 222]),
    ("blue", [40, 92, 184]),
    ("royal blue", [46, 66, 180]),
    ("denim blue", [78, 102, 138]),
    ("steel blue", [96, 130, 162]),
    ("petrol blue", [44, 100, 126]),
    ("navy", [30, 42, 82]),
    ("lavender", [190, 176, 222]),
    ("lilac", [182, 146, 200]),
    ("violet", [112, 72, 152]),
    ("purple", [96, 36, 112]),
    ("plum", [110, 46, 84]),
    ("magenta", [190, 40, 130]),
    ("pink", [240, 150, 182]),
    ("light pink", [248, 210, 218]),
    ("dusty rose", [196, 138, 138]),
    ("raspberry", [178, 42, 84]),
    ("beige", [214, 192, 160]),
    ("sand", [196, 172, 132]),
    ("camel", [184, 138, 86]),
    ("brown", [112, 74, 48]),
    ("dark brown", [66, 44, 34]),
    ("taupe", [142, 126, 112]),
];

/// The colours of the masked pixels, largest area first (never empty), and the share of the first.
pub(super) fn measure(picture: &LabPicture, mask: &GrayImage) -> (Vec<Colour>, f32) {
    let pixels = interior(picture, mask);
    let mut groups: Vec<(LabColour, f32)> = Vec::new();
    for cluster in &Mixture::fit(&pixels, 8).clusters {
        let same = groups.iter_mut().find(|(colour, _)| same_cloth(*colour, cluster.mean));
        match same {
            Some((_, share)) => *share += cluster.share,
            None => groups.push((cluster.mean, cluster.share)),
        }
    }
    let blends: Vec<bool> =
        groups.iter().map(|(colour, share)| *share < BLEND && between_two(*colour, *share, &groups)).collect();
    let mut keep = blends.iter().map(|blend| !blend);
    groups.retain(|_| keep.next().unwrap_or(true));
    groups.sort_by(|a, b| b.1.total_cmp(&a.1));
    let main = groups.first().map_or(1.0, |(_, share)| *share);
    let settled: Vec<(LabColour, f32)> =
        groups.iter().map(|(colour, share)| (settle(*colour, &groups, &pixels), *share)).collect();
    let mut colours: Vec<Colour> = Vec::new();
    for (colour, share) in settled {
        let [r, g, b] = to_rgb(colour);
        let named = Colour { name: name(colour).into(), hex: format!("#{r:02x}{g:02x}{b:02x}") };
        if colours.is_empty()
            || (share >= SHARE && colours.len() < MOST && colours.iter().all(|known| known.name != named.name))
        {
            colours.push(named);
        }
    }
    (colours, main)
}

/// Whether a colour is only the blur at the edges between two larger ones.
fn between_two(colour: LabColour, share: f32, groups: &[(LabColour, f32)]) -> bool {
    let larger: Vec<LabColour> = groups.iter().filter(|(_, other)| *other > share).map(|(colour, _)| *colour).collect();
    larger.iter().enumerate().any(|(i, a)| {
        larger.iter().skip(i + 1).any(|b| distance(colour, *a) + distance(colour, *b) < 1.15 * distance(*a, *b))
    })
}

fn same_cloth(one: LabColour, other: LabColour) -> bool {
    // Shade dims all three alike, or lightness alone; what remains is a difference of tint.
    let dim = ((one[0] + 4.0) / (other[0] + 4.0)).clamp(0.6, 1.6);
    let tint = |dim: f32| (one[1] - other[1] * dim).hypot(one[2] - other[2] * dim);
    let lighter = one[0] - other[0];
    (LIGHTNESS * lighter).hypot(tint(dim).min(tint(1.0))) < ONE && lighter.abs() < SHADE
}

/// The median of the pixels nearest to a group, which edges between colours do not sway.
fn settle(colour: LabColour, groups: &[(LabColour, f32)], pixels: &[LabColour]) -> LabColour {
    let step = pixels.len().div_ceil(4000).max(1);
    let own: Vec<LabColour> = pixels
        .iter()
        .step_by(step)
        .copied()
        .filter(|p| {
            let away = distance(*p, colour);
            away < 14.0 && groups.iter().all(|(other, _)| distance(*p, *other) >= away)
        })
        .collect();
    let middle = |channel: usize| {
        let mut values: Vec<f32> = own.iter().filter_map(|c| c.get(channel).copied()).collect();
        let half = values.len() / 2;
        (!values.is_empty()).then(|| *values.select_nth_unstable_by(half, f32::total_cmp).1)
    };
    match (middle(0), middle(1), middle(2)) {
        (Some(l), Some(a), Some(b)) => [l, a, b],
        _ => colour,
    }
}

/// Pixels away from the rim, where ground and shade mix in; all of them when the garment is that thin.
pub(super) fn interior(picture: &LabPicture, mask: &GrayImage) -> Vec<LabColour> {
    let inner = shape::shrunken(mask, 2);
    let chosen = if shape::size(&inner) > 0.3 * shape::size(mask) { &inner } else { mask };
    chosen
        .enumerate_pixels()
        .filter(|(_, _, p)| p.0 > [127])
        .map(|(x, y, _)| colour_at(picture, x as i32, y as i32))
        .collect()
}

fn name(colour: LabColour) -> &'static str {
    let away = |rgb: [u8; 3]| difference(colour, to_lab(rgb));
    NAMES.iter().min_by(|a, b| away(a.1).total_cmp(&away(b.1))).map_or("grey", |(name, _)| *name)
}

fn difference(one: LabColour, other: LabColour) -> f32 {
    let lab = |[l, a, b]: LabColour| Lab::<D65, f32>::new(l, a, b);
    lab(one).difference(lab(other))
}

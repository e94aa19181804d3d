//! Outfits that somebody wears: the clothes of the person in PHOTO B, without face, skin and hair.

use super::mixture::Mixture;
use super::person::{self, Person};
use super::picture::{LabColour, LabPicture, colour_at, is_set, mask};
use super::profile::rows_of;
use super::shape;
use image::GrayImage;

/// Clothes on a person.
pub(crate) struct Worn {
    /// 255 where clothes are.
    pub clothes: GrayImage,
    /// The upper and the lower garment, if there are two.
    pub pair: Option<(GrayImage, GrayImage)>,
    /// Whether the feet are in the picture, so that the lower garment is complete.
    pub whole: bool,
    pub clearness: f32,
}

/// Looks for a person in PHOTO B; `None` when the garment lies or hangs by itself.
pub(crate) fn find(picture: &LabPicture) -> Option<Worn> {
    let person = person::find_if_there(picture)?;
    let skin = person.skin?;
    // A garment with a skin-like colour can imitate a head over shoulders; but then the chest has the colour of the "face".
    let torso = person.body.torso;
    let bare = share(&torso, |x, y| skin.likeness(colour_at(picture, x, y)) > 0.5);
    if bare > 0.5 {
        return None;
    }
    let clothes = undressed(picture, &person)?;
    let pair = person.body.waist.and_then(|waist| parted(picture, &clothes, waist, torso.height()));
    Some(Worn { clothes, pair, whole: person.body.whole, clearness: person.clearness })
}

/// Parts clothes at a waist: well above and below it by row, near it by colour, since hems are seldom level.
fn parted(picture: &LabPicture, clothes: &GrayImage, waist: f32, tall: f32) -> Option<(GrayImage, GrayImage)> {
    let band = 0.09 * tall;
    let palette = |from: f32, to: f32| {
        let rows = rows_of(clothes, from, to);
        let pixels: Vec<LabColour> = rows
            .enumerate_pixels()
            .filter(|(_, _, p)| p.0 > [127])
            .map(|(x, y, _)| colour_at(picture, x as i32, y as i32))
            .collect();
        Mixture::fit(&pixels, 4)
    };
    let (above, below) = (palette(waist - 0.7 * tall, waist - band), palette(waist + band, waist + 0.7 * tall));
    if above.clusters.is_empty() || below.clusters.is_empty() {
        return None;
    }
    let is_upper = |x: i32, y: i32| {
        let off = y as f32 - waist;
        let colour = colour_at(picture, x, y);
        if off.abs() < band { above.cost(colour) < below.cost(colour) } else { off < 0.0 }
    };
    // Sleeves hang lower than the waist, beside the trousers: what is of the upper cloth and off to the side stays above.
    let raw = mask(clothes.dimensions(), |x, y| {
        let own = is_upper(x, y)
            || (above.cost(colour_at(picture, x, y)) + 1.0 < below.cost(colour_at(picture, x, y))
                && (y as f32) < waist + 0.35 * tall);
        is_set(clothes, x, y) && own
    });
    let upper = shape::main_pieces(&shape::opened(&raw, 1), 0.15);
    let lower =
        mask(clothes.dimensions(), |x, y| is_set(clothes, x, y) && !is_set(&upper, x, y) && y as f32 > waist - band);
    let lower = shape::main_pieces(&shape::opened(&lower, 1), 0.3);
    (shape::size(&lower) > 0.2 * shape::size(clothes) && shape::size(&upper) > 0.1 * shape::size(clothes))
        .then_some((upper, lower))
}

/// The clothes alone.
fn undressed(picture: &LabPicture, person: &Person) -> Option<GrayImage> {
    let skin = person.skin?;
    let head = &person.head;
    let feet = if person.body.whole {
        person.body.legs.bottom - 0.055 * (person.body.legs.bottom - head.area.top)
    } else {
        f32::MAX
    };
    let cloth = |x: i32, y: i32| {
        is_set(&person.mask, x, y)
            && (y as f32) < feet
            && head.shield(x as f32, y as f32) < 0.5
            && !is_set(&person.hair, x, y)
            && skin.likeness(colour_at(picture, x, y)) < 0.5
    };
    let raw = mask(picture.dimensions(), cloth);
    let calm = shape::opened(&raw, 1);
    // Specks of shadow on the skin are not clothes; buttons and pale prints are not skin.
    let main = shape::main_pieces(&calm, 0.12);
    let filled = with_small_holes_filled(&main);
    (shape::size(&filled) > 0.01 * picture.width() as f32 * picture.height() as f32).then_some(filled)
}

/// Buttons and prints are filled; the gap between a sleeve and the body is not a hole of the cloth.
fn with_small_holes_filled(clothes: &GrayImage) -> GrayImage {
    let full = shape::filled(clothes);
    let holes = mask(full.dimensions(), |x, y| is_set(&full, x, y) && !is_set(clothes, x, y));
    let most = 0.01 * shape::size(clothes);
    let small = shape::Pieces::of(&holes).only(|hole| hole.size < most);
    mask(full.dimensions(), |x, y| is_set(clothes, x, y) || is_set(&small, x, y))
}

fn share(area: &super::picture::Area, has: impl Fn(i32, i32) -> bool) -> f32 {
    let places =
        (area.top as i32..area.bottom as i32).flat_map(|y| (area.left as i32..area.right as i32).map(move |x| (x, y)));
    let (hits, all) = places.fold((0.0, 0.0_f32), |(h, n), (x, y)| (h + f32::from(u8::from(has(x, y))), n + 1.0));
    hits / all.max(1.0)
}

//! The person in a picture: silhouette, head, torso, legs.

mod body;
mod hair;
mod head;

use super::picture::{Area, Field, LabPicture, at, field, mask, ramp};
use super::shape;
use super::skin::{self, Skin};
use super::standout::{Expectation, standing_out};
pub(crate) use body::Body;
pub(crate) use head::Head;
use image::GrayImage;

/// A person, in the working picture's pixels.
pub(crate) struct Person {
    /// 255 where the person is.
    pub mask: GrayImage,
    pub head: Head,
    pub body: Body,
    /// 255 where hair is, long hair over the chest included.
    pub hair: GrayImage,
    /// The colour of the skin, if a face showed any.
    pub skin: Option<Skin>,
    /// 0..1: how much the found shape looks like a head over shoulders.
    pub clearness: f32,
}

/// Below this [`Person::clearness`] there is probably nobody.
pub(crate) const SOMEBODY: f32 = 0.86;
/// A face and hands cover at least this share of a picture of a person.
const LEAST_SKIN: f32 = 0.006;

/// Finds the person a picture shows. Always answers: where nobody is found, a person of ordinary proportions in the middle.
pub(crate) fn find(picture: &LabPicture) -> Person {
    let first = standing_out(picture, &anywhere(picture.dimensions()), 3);
    let likeness = skin::likenesses(picture);
    let (head, clearness) = head::find(&first, &likeness);
    measured(picture, head, clearness)
}

/// The same for a picture that may well show nobody.
pub(crate) fn find_if_there(picture: &LabPicture) -> Option<Person> {
    let likeness = skin::likenesses(picture);
    let skin: f32 = likeness.as_raw().iter().sum();
    if skin < LEAST_SKIN * likeness.as_raw().len() as f32 {
        return None;
    }
    let first = standing_out(picture, &anywhere(picture.dimensions()), 2);
    let (head, clearness) = head::find(&first, &likeness);
    (clearness >= SOMEBODY).then(|| measured(picture, head, clearness))
}

fn measured(picture: &LabPicture, head: Head, clearness: f32) -> Person {
    let skin = Skin::learn(&head.face_colours(picture));
    let belief = standing_out(picture, &under(picture.dimensions(), &head), 2);
    let shape = silhouette(&belief, &head);
    let head = head.refined(picture, &shape, skin.as_ref());
    let body = body::measure(picture, &shape, &head);
    let hair = skin.as_ref().map_or_else(
        || GrayImage::new(shape.width(), shape.height()),
        |skin| hair::find(picture, &shape, &head, &body, skin),
    );
    Person { mask: shape, head, body, hair, skin, clearness }
}

/// People may stand anywhere, mostly not in the upper corners, and are often cut off by the lower edge.
fn anywhere(size: (u32, u32)) -> Expectation {
    let (width, height) = (size.0 as f32, size.1 as f32);
    let prior = field(size, |x, y| {
        let u = (x as f32 + 0.5) / width * 2.0 - 1.0;
        let v = (y as f32 + 0.5) / height;
        0.6 - 1.4 * u.powi(4) - 1.5 * (1.0 - v).powi(6)
    });
    let rim = ((width.min(height) * 0.03).round() as i32).max(1);
    let (w, h) = (size.0 as i32, size.1 as i32);
    let ground = (0..h * 4 / 5)
        .flat_map(|y| (0..w).map(move |x| (x, y)))
        .filter(|&(x, y)| y < rim || x < rim || x >= w - rim)
        .collect();
    Expectation { prior, ground }
}

/// With the head known the body hangs below it: surely a torso, probably legs, perhaps arms, nothing far to the sides.
fn under(size: (u32, u32), head: &Head) -> Expectation {
    let (r, height) = (head.radius, size.1 as f32);
    // Proportions shrink when the picture ends early.
    let prior = field(size, |x, y| {
        let off = (x as f32 - head.x).abs() / r;
        let down = (y as f32 - head.y) / r;
        if down < 1.3 {
            let far = off.hypot((down + 0.3) / 1.45);
            return 2.5 - 7.0 * ramp(far, 0.8, 2.4);
        }
        let core = if down < 7.5 { 1.6 } else { 0.8 };
        // Arms may stand off the more, the lower.
        let reach = 2.0 + 0.5 * (down - 1.3).min(5.0);
        core - (core + 0.4) * ramp(off, 1.5, 2.8) - 4.0 * ramp(off, reach, reach + 2.5)
    });
    let rim = ((size.0.min(size.1) as f32 * 0.03).round() as i32).max(1);
    let far = |x: i32, y: i32| {
        let off = (x as f32 - head.x).abs() / r;
        let edge = y < rim || ((x < rim || x >= size.0 as i32 - rim) && (y as f32) < 0.8 * height);
        (edge && off > 2.5) || off > 6.0
    };
    let spots: Vec<(i32, i32)> =
        (0..size.1 as i32).flat_map(|y| (0..size.0 as i32).map(move |x| (x, y))).filter(|&(x, y)| far(x, y)).collect();
    let ground = if spots.len() < 40 { anywhere(size).ground } else { spots };
    Expectation { prior, ground }
}

/// The piece that carries the head (or else the largest), without holes and threads.
fn silhouette(belief: &Field, head: &Head) -> GrayImage {
    let raw = shape::above(belief, 0.5);
    let calm = shape::closed(&raw, 1);
    let pieces = shape::Pieces::of(&calm);
    let chest = pieces.under(head.x, head.y + 3.0 * head.radius);
    let face = pieces.under(head.x, head.y);
    let keep = [chest, face].into_iter().flatten().map(|p| p.bounds).collect::<Vec<Area>>();
    if keep.is_empty() {
        // Nobody stands out: a paper doll of ordinary proportions.
        return mask(belief.dimensions(), |x, y| doll(head, x as f32, y as f32));
    }
    let found = pieces.only(|piece| keep.contains(&piece.bounds));
    // Lines of a skirting board or a picture frame hang on like threads: cut them, but keep slim wrists.
    let found = shape::main_pieces(&shape::opened(&found, if head.radius > 5.0 { 2 } else { 1 }), 0.04);
    // Arms between body and arm let the ground shine through: only small holes are filled.
    let full = shape::filled(&found);
    let gaps =
        mask(found.dimensions(), |x, y| super::picture::is_set(&full, x, y) && !super::picture::is_set(&found, x, y));
    let gaps = shape::Pieces::of(&gaps);
    let wide = gaps.only(|gap| gap.size > head.radius * head.radius && at_gap(belief, &gap.bounds) < 0.3);
    mask(found.dimensions(), |x, y| super::picture::is_set(&full, x, y) && !super::picture::is_set(&wide, x, y))
}

/// Belief in the middle of a gap.
fn at_gap(belief: &Field, gap: &Area) -> f32 {
    let (x, y) = gap.centre();
    at(belief, x as i32, y as i32)
}

fn doll(head: &Head, x: f32, y: f32) -> bool {
    let (side, down) = ((x - head.x).abs() / head.radius, (y - head.y) / head.radius);
    side.hypot((down + 0.2) / 1.4) < 1.0
        || ((1.0..2.2).contains(&down) && side < 0.6)
        || ((2.0..8.5).contains(&down) && side < 2.2)
        || ((8.5..17.0).contains(&down) && (0.15..1.7).contains(&side))
}

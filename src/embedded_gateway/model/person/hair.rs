//! Hair, which falls over what is worn.

use super::super::mixture::Mixture;
use super::super::picture::{LabColour, LabPicture, colour_at, is_set, mask};
use super::super::shape::{self, Pieces};
use super::super::skin::Skin;
use super::{Body, Head};
use image::GrayImage;

/// The hair of a person: what has the colour seen round the face, hangs together with it, and is unlike the clothes.
pub(super) fn find(picture: &LabPicture, shape: &GrayImage, head: &Head, body: &Body, skin: &Skin) -> GrayImage {
    let none = || GrayImage::new(shape.width(), shape.height());
    let gather = |holds: &dyn Fn(f32, f32) -> bool| -> Vec<LabColour> {
        let inside = shape.enumerate_pixels().filter(|(x, y, p)| p.0 > [127] && holds(*x as f32, *y as f32));
        inside.map(|(x, y, _)| colour_at(picture, x as i32, y as i32)).collect()
    };
    let crown = gather(&|x, y| head.area.holds(x, y) && (y < head.y || (x - head.x).abs() > head.radius));
    let crown: Vec<LabColour> = crown.into_iter().filter(|c| skin.likeness(*c) < 0.25).collect();
    if (crown.len() as f32) < 0.25 * head.radius * head.radius {
        return none();
    }
    let (middle, torso) = (body.torso.centre(), body.torso);
    let cloth = gather(&|x, y| torso.holds(x, y) && y > middle.1 && (x - middle.0).abs() < 0.35 * torso.width());
    let (crown, cloth) = (Mixture::fit(&crown, 4), Mixture::fit(&cloth, 3));
    let low = head.chin() + 5.0 * head.radius;
    let strand = mask(shape.dimensions(), |x, y| {
        let colour = colour_at(picture, x, y);
        let own = crown.cost(colour);
        let near = (x as f32 - head.x).abs() < 3.2 * head.radius;
        is_set(shape, x, y)
            && near
            && (y as f32) < low
            && own < 11.0
            && own + 1.5 < cloth.cost(colour)
            && skin.likeness(colour) < 0.5
    });
    let calm = shape::opened(&strand, 1);
    let pieces = Pieces::of(&calm);
    pieces.only(|piece| piece.bounds.top < head.y && piece.size > 0.3 * head.radius * head.radius)
}

//! Cutting the garment out of PHOTO B: soft alpha, and rim colours freed from the ground shining through.

use super::picture::{Field, at, between, field, is_set, ramp, resized, shrunk, split};
use super::shape;
use image::{GrayImage, Rgb, RgbImage};

/// A garment on nothing.
pub(crate) struct Cutout {
    photo: RgbImage,
    alpha: Field,
    /// Cut-out pixels per working pixel.
    factor: f32,
}

/// Cloth and ground colours are extended this far (working pixels) beyond what is sure.
const BAND: u8 = 2;

impl Cutout {
    /// `mask` lies on the working copy of `photo`; the cut-out has at most `side` pixels along its longer side.
    pub(crate) fn new(photo: &RgbImage, mask: &GrayImage, side: u32) -> Self {
        let mut photo = shrunk(photo, side);
        let factor = photo.width().max(photo.height()) as f32 / mask.width().max(mask.height()).max(1) as f32;
        let small = resized(&photo, None, mask.dimensions());
        let cloth = spread(&small, &shape::shrunken(mask, BAND));
        let ground = spread(&small, &super::picture::mask(mask.dimensions(), |x, y| !near(mask, x, y)));
        let soft = soft(mask);
        let mut alpha = Field::new(photo.width(), photo.height());
        for (x, y, pixel) in photo.enumerate_pixels_mut() {
            let (u, v) = ((x as f32 + 0.5) / factor - 0.5, (y as f32 + 0.5) / factor - 0.5);
            let inside = between(&soft, u, v);
            let mut value = ramp(inside, 0.35, 0.65);
            if inside > 0.02 && inside < 0.98 {
                let [front, back] = [&cloth, &ground].map(|planes| planes.each_ref().map(|p| between(p, u, v)));
                let share = projection(pixel.0.map(f32::from), front, back);
                // Where cloth and ground look alike the outline alone decides.
                let apart = front.iter().zip(back).map(|(a, b)| (a - b).powi(2)).sum::<f32>().sqrt();
                let trust = ramp(apart, 25.0, 70.0) * ramp((inside - 0.5).abs(), 0.49, 0.38);
                value = value * (1.0 - trust) + ramp(share, 0.25, 0.85) * trust;
                let clean = value * value;
                pixel
                    .0
                    .iter_mut()
                    .zip(front)
                    .for_each(|(c, f)| *c = (f32::from(*c) * clean + f * (1.0 - clean) + 0.5) as u8);
            }
            alpha.put_pixel(x, y, image::Luma([value]));
        }
        Self { photo, alpha, factor }
    }

    /// Colour and alpha at a place given in working pixels.
    pub(crate) fn sample(&self, x: f32, y: f32) -> ([f32; 3], f32) {
        let (x, y) = ((x + 0.5) * self.factor - 0.5, (y + 0.5) * self.factor - 0.5);
        let inside =
            x > -0.5 && y > -0.5 && x < self.photo.width() as f32 - 0.5 && y < self.photo.height() as f32 - 0.5;
        let alpha = if inside { between(&self.alpha, x, y) } else { 0.0 };
        if alpha <= 0.0 {
            return ([0.0; 3], 0.0);
        }
        let ((left, right), (top, low)) = (split(x), split(y));
        let mut colour = [0.0; 3];
        for (across, down) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
            let weight = if across == 0 { 1.0 - right } else { right } * if down == 0 { 1.0 - low } else { low };
            let column = ((left + across).max(0) as u32).min(self.photo.width().saturating_sub(1));
            let row = ((top + down).max(0) as u32).min(self.photo.height().saturating_sub(1));
            let Rgb(pixel) = self.photo.get_pixel_checked(column, row).copied().unwrap_or(Rgb([0; 3]));
            colour.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += weight * f32::from(value));
        }
        (colour, alpha)
    }
}

/// Within a pixel of the shape.
fn near(mask: &GrayImage, x: i32, y: i32) -> bool {
    (-1..=1).any(|dy| (-1..=1).any(|dx| is_set(mask, x + dx, y + dy)))
}

/// The outline, blurred by about a working pixel.
fn soft(mask: &GrayImage) -> Field {
    let hard = field(mask.dimensions(), |x, y| if is_set(mask, x, y) { 1.0 } else { 0.0 });
    imageproc::filter::gaussian_blur_f32(&hard, 1.2)
}

/// Red, green and blue (0..255) of the chosen pixels, extended smoothly over their surroundings.
fn spread(photo: &RgbImage, chosen: &GrayImage) -> [Field; 3] {
    let known = field(photo.dimensions(), |x, y| if is_set(chosen, x, y) { 1.0 } else { 1e-6 });
    let weights = imageproc::filter::gaussian_blur_f32(&known, 2.5);
    [0, 1, 2].map(|channel: usize| {
        let value = |x: i32, y: i32| {
            photo.get_pixel_checked(x as u32, y as u32).and_then(|p| p.0.get(channel)).map_or(0.0, |v| f32::from(*v))
        };
        let weighted = field(photo.dimensions(), |x, y| value(x, y) * at(&known, x, y));
        let blurred = imageproc::filter::gaussian_blur_f32(&weighted, 2.5);
        field(photo.dimensions(), |x, y| at(&blurred, x, y) / at(&weights, x, y).max(1e-9))
    })
}

/// Where a colour lies on the way from `back` (0) to `front` (1).
fn projection(colour: [f32; 3], front: [f32; 3], back: [f32; 3]) -> f32 {
    let (mut along, mut length) = (0.0, 1.0);
    for ((own, front), back) in colour.iter().zip(front).zip(back) {
        along += (own - back) * (front - back);
        length += (front - back) * (front - back);
    }
    along / length
}

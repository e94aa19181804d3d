//! Laying a cut-out on a person: sleeves first, then the body, under the hair, with the light of PHOTO A.

use super::cutout::Cutout;
use super::description::Slot;
use super::fit::Fit;
use super::person::Person;
use super::picture::{Field, LabPicture, at, between, colour_at, field, is_set, ramp};
use super::profile::Profile;
use image::{GrayImage, RgbImage};
use imageproc::filter::gaussian_blur_f32;

/// How dark the cloth's shadow on the person is at most, and how far A's light is taken over.
const SHADOW: f32 = 0.30;
const LIGHT: f32 = 0.55;

/// Lays the garment on the canvas. `work` is the canvas in Lab at working size, `mask` the garment at its own.
pub(crate) fn lay(
    canvas: &mut RgbImage,
    work: &LabPicture,
    person: &Person,
    cutout: &Cutout,
    mask: &GrayImage,
    slot: Slot,
) {
    let profile = Profile::of(mask);
    let fit = Fit::new(&profile, person, slot);
    let size = work.dimensions();
    let factor = canvas.width() as f32 / size.0.max(1) as f32;

    let hair = blurred(&person.hair, 0.7);
    let body = blurred(&person.mask, 0.7);
    let behind = |x: f32, y: f32| (1.0 - person.head.shield(x, y)) * (1.0 - ramp(between(&hair, x, y), 0.3, 0.7));
    let cloth = |x: f32, y: f32| {
        let mut sum = over([0.0; 4], fit.sleeve(x, y, true).map(|p| cutout.sample(p.x, p.y)));
        sum = over(sum, fit.sleeve(x, y, false).map(|p| cutout.sample(p.x, p.y)));
        over(sum, fit.body(x, y).map(|p| cutout.sample(p.x, p.y)))
    };

    let cover = field(size, |x, y| cloth(x as f32, y as f32)[3]);
    let shadow = gaussian_blur_f32(&cover, (0.22 * person.head.radius).max(0.6));
    let light = light(work, &cover, person.head.radius);
    let drop = 0.12 * person.head.radius;
    for (px, py, pixel) in canvas.enumerate_pixels_mut() {
        let (x, y) = ((px as f32 + 0.5) / factor - 0.5, (py as f32 + 0.5) / factor - 0.5);
        let dark = between(&shadow, x, y - drop);
        if dark < 0.004 {
            continue;
        }
        let free = behind(x, y);
        let [red, green, blue, alpha] = cloth(x, y);
        let alpha = alpha * free;
        let dimmed = 1.0 - SHADOW * dark * free * ramp(between(&body, x, y), 0.3, 0.8);
        let lit = between(&light, x, y);
        for (channel, ink) in pixel.0.iter_mut().zip([red, green, blue]) {
            let value = f32::from(*channel) * dimmed * (1.0 - alpha) + ink * lit * alpha;
            *channel = (value + 0.5) as u8;
        }
    }
}

/// One layer over another; colour is kept as it is, alpha adds up.
fn over(under: [f32; 4], layer: Option<([f32; 3], f32)>) -> [f32; 4] {
    let Some((colour, alpha)) = layer else { return under };
    let [r, g, b, a] = under;
    let total = alpha + a * (1.0 - alpha);
    if total <= 0.0 {
        return under;
    }
    let share = alpha / total;
    let [cr, cg, cb] = colour;
    [r + (cr - r) * share, g + (cg - g) * share, b + (cb - b) * share, total]
}

/// A mask with soft edges, 0..1.
fn blurred(mask: &GrayImage, sigma: f32) -> Field {
    gaussian_blur_f32(&field(mask.dimensions(), |x, y| if is_set(mask, x, y) { 1.0 } else { 0.0 }), sigma)
}

/// Broad light and shade on what is covered, as a factor about 1: only what is smooth over half a head is light, not print.
fn light(work: &LabPicture, cover: &Field, radius: f32) -> Field {
    let size = work.dimensions();
    let sigma = (1.1 * radius).max(1.0);
    let weights = gaussian_blur_f32(&field(size, |x, y| at(cover, x, y) + 1e-5), sigma);
    let bright = gaussian_blur_f32(&field(size, |x, y| (at(cover, x, y) + 1e-5) * colour_at(work, x, y)[0]), sigma);
    let (sum, n) = work.enumerate_pixels().fold((0.0, 1e-3_f32), |(s, n), (x, y, p)| {
        let w = at(cover, x as i32, y as i32);
        (s + w * p.0[0], n + w)
    });
    let mean = (sum / n).max(1.0);
    field(size, |x, y| {
        let here = at(&bright, x, y) / at(&weights, x, y).max(1e-6);
        (1.0 + LIGHT * (here / mean - 1.0)).clamp(0.88, 1.08)
    })
}

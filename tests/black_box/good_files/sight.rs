//! A good file, and how it is to be seen: four quarters, each of a colour of its own, so that no turn and no wrong colour goes unseen.

use std::io::Cursor;

use image::{ImageDecoder, ImageFormat, ImageReader, Rgb, RgbImage};

use crate::anatomy::Dice;

/// The colours of a picture's quarters, row after row.
pub(super) type Quarters = [[u8; 3]; 4];

/// Four colours that have nothing in common.
pub(super) const COLOURS: Quarters = [[200, 40, 40], [40, 170, 60], [40, 60, 200], [220, 200, 60]];
/// Four greys.
pub(super) const GREYS: Quarters = [[30; 3], [100; 3], [170; 3], [240; 3]];
/// What transparency becomes.
pub(super) const WHITE: [u8; 3] = [255; 3];

/// Longest side that is sent.
const LONGEST: u32 = 2048;
/// So far a channel may be off: both encoders lose something.
const NEAR: u8 = 28;

/// A file that has to be taken.
pub(super) struct Good {
    pub(super) name: String,
    pub(super) file: Vec<u8>,
    /// Width and height as they are seen.
    sides: (u32, u32),
    /// The quarters as they are seen, in the usual colours.
    seen: Quarters,
    /// What the numbers of the file are where they are not those of the usual colours: right if a profile goes along.
    numbers: Option<Quarters>,
    near: u8,
}

impl Good {
    pub(super) fn new(name: impl Into<String>, file: Vec<u8>, sides: (u32, u32), seen: Quarters) -> Self {
        Self { name: name.into(), file, sides, seen, numbers: None, near: NEAR }
    }

    /// The same, of an encoder that loses more.
    pub(super) fn near(self, near: u8) -> Self {
        Self { near, ..self }
    }

    /// The same, in a file that says how it is to be turned.
    pub(super) fn turned(self, orientation: u8) -> Self {
        let (width, height) = self.sides;
        let sides = if orientation < 5 { (width, height) } else { (height, width) };
        Self { sides, seen: turned(&self.seen, orientation), ..self }
    }

    /// The same, with a profile that gives these numbers another meaning.
    pub(super) fn with_numbers(self, numbers: Quarters) -> Self {
        Self { numbers: Some(numbers), ..self }
    }

    /// What is wrong with the photo that was sent.
    pub(super) fn flaw_of(&self, sent: &[u8]) -> Option<String> {
        let picture = image::load_from_memory(sent).unwrap().into_rgb8();
        let wanted = scaled(self.sides);
        if picture.dimensions() != wanted {
            return Some(format!("{}: {:?} instead of {wanted:?}", self.name, picture.dimensions()));
        }
        let wanted = self.numbers.filter(|_| has_profile(sent)).unwrap_or(self.seen);
        let places = [(1, 1), (3, 1), (1, 3), (3, 3)];
        let seen = places.map(|(x, y)| picture.get_pixel(picture.width() * x / 4, picture.height() * y / 4).0);
        let is_off = |(seen, wanted): (&u8, &u8)| seen.abs_diff(*wanted) > self.near;
        let is_flawed = seen.as_flattened().iter().zip(wanted.as_flattened()).any(is_off);
        is_flawed.then(|| format!("{}: {seen:?} instead of {wanted:?}", self.name))
    }
}

/// The sides of what is sent.
fn scaled((width, height): (u32, u32)) -> (u32, u32) {
    let longest = width.max(height);
    let side = |length: u32| if longest > LONGEST { (length * LONGEST / longest).max(1) } else { length };
    (side(width), side(height))
}

fn has_profile(sent: &[u8]) -> bool {
    let mut decoder = ImageReader::with_format(Cursor::new(sent), ImageFormat::Jpeg).into_decoder().unwrap();
    decoder.icc_profile().unwrap().is_some()
}

/// A picture of these quarters.
pub(super) fn quarters(width: u32, height: u32, colours: &Quarters) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| Rgb(colours[quarter(x, y, width, height)]))
}

/// Which quarter a place is in.
pub(super) fn quarter(x: u32, y: u32, width: u32, height: u32) -> usize {
    usize::from(x >= width / 2) + 2 * usize::from(y >= height / 2)
}

/// The same with a grain, as photos have it.
pub(super) fn grained(picture: &RgbImage) -> RgbImage {
    let mut dice = Dice::new(3);
    let mut grained = picture.clone();
    for channel in grained.iter_mut() {
        let grain = u8::try_from(dice.below(13)).unwrap();
        *channel = channel.saturating_add(grain).saturating_sub(6);
    }
    grained
}

/// How quarters are seen when the file says to turn them (EXIF's orientations).
fn turned([a, b, c, d]: &Quarters, orientation: u8) -> Quarters {
    let turned = match orientation {
        2 => [b, a, d, c],
        3 => [d, c, b, a],
        4 => [c, d, a, b],
        5 => [a, c, b, d],
        6 => [c, a, d, b],
        7 => [d, b, c, a],
        8 => [b, d, a, c],
        _ => [a, b, c, d],
    };
    turned.map(|colour| *colour)
}

/// The usual numbers for colours that were written as those of a phone (Display P3).
pub(super) fn from_display_p3(colours: &Quarters) -> Quarters {
    const TO_SRGB: [[f64; 3]; 3] = [[1.2249, -0.2247, 0.0], [-0.0420, 1.0419, 0.0], [-0.0197, -0.0786, 1.0979]];
    colours.map(|colour| {
        let light = colour.map(|channel| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        });
        TO_SRGB.map(|row| {
            let share: f64 = row.iter().zip(light).map(|(part, light)| part * light).sum();
            let share = if share <= 0.003_130_8 { share * 12.92 } else { 1.055 * share.powf(1.0 / 2.4) - 0.055 };
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 255")]
            let channel = (share.clamp(0.0, 1.0) * 255.0).round() as u8;
            channel
        })
    })
}

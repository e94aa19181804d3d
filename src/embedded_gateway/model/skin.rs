//! Skin: the colours it can have, and the colour one person's skin does have.

use super::picture::{Field, LabColour, LabPicture, colour_at, distance, field, ramp};

/// How well a colour could be anybody's skin, 0..1: hue between pink and tan, of middling chroma, from deep to fair.
pub(crate) fn likeness([l, a, b]: LabColour) -> f32 {
    let hue = b.atan2(a).to_degrees();
    let chroma = a.hypot(b);
    let fits = |v, rises: (f32, f32), falls: (f32, f32)| ramp(v, rises.0, rises.1) * ramp(v, falls.1, falls.0);
    fits(hue, (18.0, 34.0), (80.0, 90.0))
        * fits(chroma, (6.0, 12.0), (50.0, 60.0))
        * fits(l, (10.0, 20.0), (93.0, 97.0))
}

/// [`likeness`] per pixel.
pub(crate) fn likenesses(picture: &LabPicture) -> Field {
    field(picture.dimensions(), |x, y| likeness(colour_at(picture, x, y)))
}

/// One person's skin: the middle of their face.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Skin(pub LabColour);

impl Skin {
    /// Learns from the pixels of a face: the median per channel ignores eyes, mouth and strands of hair.
    pub(crate) fn learn(face: &[LabColour]) -> Option<Self> {
        let likely: Vec<LabColour> = face.iter().copied().filter(|c| likeness(*c) > 0.3).collect();
        let middle = |channel: usize| {
            let mut values: Vec<f32> = likely.iter().filter_map(|c| c.get(channel).copied()).collect();
            let half = values.len() / 2;
            (!values.is_empty()).then(|| *values.select_nth_unstable_by(half, f32::total_cmp).1)
        };
        Some(Self([middle(0)?, middle(1)?, middle(2)?]))
    }

    /// How well a colour is this skin, in more or less light: 0..1.
    pub(crate) fn likeness(&self, colour: LabColour) -> f32 {
        let [l, a, b] = colour;
        let dim = (l / self.0[0].max(1.0)).clamp(0.5, 1.3);
        // Light and shade scale all three together; what is left over is a difference of tint.
        let lit = self.0.map(|v| v * dim);
        let tint = distance([lit[0], a, b], lit);
        ramp(tint, 13.0, 6.0) * ramp((l - self.0[0]).abs(), 38.0, 24.0)
    }
}

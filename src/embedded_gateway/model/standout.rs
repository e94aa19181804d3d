//! What stands out from its ground: the probability, per pixel, of belonging to the subject of a picture.

use super::background::{Background, Spot};
use super::barrier::{barriers, edges};
use super::mixture::Mixture;
use super::picture::{Field, LabColour, LabPicture, at, colour_at, field};
use super::relax::{Ties, relax};

/// Colours that describe a subject or a busy ground.
const COLOURS: usize = 7;

/// Where the subject may be and where the ground surely shows.
pub(crate) struct Expectation {
    /// Log-odds per pixel before any colour is looked at.
    pub prior: Field,
    /// Pixels to learn the first background from.
    pub ground: Vec<Spot>,
}

/// Foreground probability 0..1 per pixel; `rounds` (at least 1) of learning what ground and subject look like.
pub(crate) fn standing_out(picture: &LabPicture, expectation: &Expectation, rounds: usize) -> Field {
    let size = picture.dimensions();
    let ties = Ties::of(picture);
    let steps = edges(picture);
    let passes = barriers(&steps);
    let usual = median(expectation.ground.iter().map(|&(x, y)| at(&steps, x, y)).collect());
    // A wall is what is clearly steeper than the ground's own grain.
    let wall = 1.3 + 2.0 * usual;

    let mut ground = Background::learn(picture, &expectation.ground, COLOURS);
    let mut subject: Option<Mixture> = None;
    let mut belief = Field::new(size.0, size.1);
    for _ in 0..rounds {
        let opinion = field(size, |x, y| {
            let colour = colour_at(picture, x, y);
            let pass = at(&passes, x, y);
            let expected = ground.expected(x, y);
            let usual = ground.cost(colour, expected).min(shadow_cost(colour, expected, pass / wall));
            let own = subject.as_ref().map_or(FIRST_GUESS, |subject| subject.cost(colour));
            let enclosed = if expected.is_some() { 1.5 * ((pass - wall) / wall).clamp(-1.0, 1.5) } else { 0.0 };
            0.5 * (usual - own).clamp(-8.0, 8.0) + enclosed + at(&expectation.prior, x, y)
        });
        belief = relax(&opinion, &ties, PULL, 6);
        let Some((new_ground, new_subject)) = relearn(picture, &belief, expectation) else { break };
        ground = new_ground;
        subject = Some(new_subject);
    }
    belief
}

/// What a pixel must cost the ground to count as foreign, while the subject is still unknown.
const FIRST_GUESS: f32 = 8.5;
const PULL: f32 = 2.5;

/// How well a pixel is explained as the plain ground in a soft shadow: darker, of the same hue, and reached over no wall.
fn shadow_cost(colour: LabColour, expected: Option<LabColour>, walls: f32) -> f32 {
    let Some(expected) = expected else { return Mixture::STRANGER };
    if colour[0] > expected[0] || colour[0] < 0.5 * expected[0] {
        return Mixture::STRANGER;
    }
    let dim = colour[0] / expected[0].max(1.0);
    let tint = (colour[1] - expected[1] * dim).hypot(colour[2] - expected[2] * dim);
    (2.0 + 0.5 * (tint / 2.0).powi(2) + 4.0 * walls.powi(2)).min(Mixture::STRANGER)
}

/// New models from what is believed now; `None` when one side has vanished and there is nothing to compare.
fn relearn(picture: &LabPicture, belief: &Field, expectation: &Expectation) -> Option<(Background, Mixture)> {
    let mut ground = expectation.ground.clone();
    let mut subject = Vec::new();
    for (x, y, p) in belief.enumerate_pixels() {
        let (x, y) = (x as i32, y as i32);
        if p.0 > [0.6] {
            subject.push(colour_at(picture, x, y));
        } else if p.0 < [0.4] {
            ground.push((x, y));
        }
    }
    let least = belief.as_raw().len() / 200;
    if subject.len() <= least || ground.len() <= least {
        return None;
    }
    Some((Background::learn(picture, &ground, COLOURS), Mixture::fit(&subject, COLOURS)))
}

fn median(mut values: Vec<f32>) -> f32 {
    let middle = values.len() / 2;
    if values.is_empty() { 0.0 } else { *values.select_nth_unstable_by(middle, f32::total_cmp).1 }
}

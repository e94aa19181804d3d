//! Neighbours agree: turns a field of single opinions into calm regions that end at edges of the picture.

use super::picture::{Field, LabPicture, colour_at, distance};

/// Near neighbours carry detail, the far ones bridge specks. One of each opposite pair: the other is its mirror.
/// All point forwards in reading order.
const PAIRS: [(i32, i32); 8] = [(1, 0), (0, 1), (1, 1), (-1, 1), (4, 0), (0, 4), (3, 3), (-3, 3)];

/// How strongly each pixel is tied to its neighbours: near 1 where colours agree, near 0 across edges. Per pair the
/// distance to the neighbour in reading order, and the ties; 0 where the neighbour would lie outside.
pub(crate) struct Ties(Vec<(usize, Vec<f32>)>);

impl Ties {
    pub(crate) fn of(picture: &LabPicture) -> Self {
        let (width, height) = (picture.width() as i32, picture.height() as i32);
        let changes = |&(dx, dy): &(i32, i32)| {
            let inside = move |x: i32, y: i32| (0..width).contains(&(x + dx)) && y + dy < height;
            let change = |x, y| {
                if inside(x, y) {
                    distance(colour_at(picture, x, y), colour_at(picture, x + dx, y + dy))
                } else {
                    f32::INFINITY
                }
            };
            let changes: Vec<f32> =
                (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| change(x, y)).collect();
            ((dy * width + dx) as usize, changes)
        };
        let mut ties: Vec<(usize, Vec<f32>)> = PAIRS.iter().map(changes).collect();
        let (sum, count) =
            ties.iter().flat_map(|(_, c)| c).filter(|c| c.is_finite()).fold((0.0, 1.0), |(s, n), c| (s + c, n + 1.0));
        // "An edge" is relative: in a noisy picture it takes more to be one.
        let soft = (2.0_f32 * (sum / count).powi(2)).max(8.0);
        let tie = |change: f32| if change.is_finite() { (-change * change / soft).exp() + 0.03 } else { 0.0 };
        ties.iter_mut().flat_map(|(_, c)| c).for_each(|c| *c = tie(*c));
        Self(ties)
    }
}

/// Mean-field relaxation. `opinion` is a log-odds per pixel (positive: foreground), `pull` the weight of the neighbours.
/// Answers the probability of foreground, 0..1.
pub(crate) fn relax(opinion: &Field, ties: &Ties, pull: f32, rounds: usize) -> Field {
    let mut belief = opinion.clone();
    belief.iter_mut().for_each(|b| *b = sigmoid(*b));
    for _ in 0..rounds {
        // Votes from -1 to 1, so that whoever is undecided does not pull.
        let votes: Vec<f32> = belief.as_raw().iter().map(|b| 2.0 * b - 1.0).collect();
        let mut drawn = vec![0.0; votes.len()];
        for (ahead, ties) in &ties.0 {
            let (Some(later), Some(drawn_later)) = (votes.get(*ahead..), drawn.get_mut(*ahead..)) else { continue };
            drawn_later.iter_mut().zip(ties.iter().zip(&votes)).for_each(|(d, (tie, vote))| *d += tie * vote);
            drawn.iter_mut().zip(ties.iter().zip(later)).for_each(|(d, (tie, vote))| *d += tie * vote);
        }
        belief
            .iter_mut()
            .zip(opinion.as_raw().iter().zip(drawn))
            .for_each(|(b, (own, drawn))| *b = sigmoid(own + pull * drawn / 4.0));
    }
    belief
}

pub(crate) fn sigmoid(value: f32) -> f32 {
    1.0 / (1.0 + (-value).exp())
}

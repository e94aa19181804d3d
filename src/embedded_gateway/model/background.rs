//! What the ground behind a subject looks like: a smooth surface (plain wall, gradient, vignette) and a palette (busy room).

use super::mixture::Mixture;
use super::picture::{LabColour, LabPicture, colour_at};

/// Terms of the surface: 1, x, y, x², xy, y².
const TERMS: usize = 6;
type Row = [f64; TERMS];
/// A residual (ΔE, median) up to which the ground counts as plain.
const PLAIN: f32 = 4.0;

/// A background model learnt from pixels believed to be background.
pub(crate) struct Background {
    palette: Mixture,
    surface: [Row; 3],
    /// Typical distance of the samples from the surface, ΔE; never below 1.
    spread: f32,
    /// What a wide spread costs every colour.
    looseness: f32,
    size: (u32, u32),
}

/// A pixel position believed to be background.
pub(crate) type Spot = (i32, i32);

impl Background {
    pub(crate) fn learn(picture: &LabPicture, spots: &[Spot], colours: usize) -> Self {
        let samples: Vec<LabColour> = spots.iter().map(|&(x, y)| colour_at(picture, x, y)).collect();
        let size = picture.dimensions();
        let step = spots.len().div_ceil(3000).max(1);
        let few: Vec<(Row, LabColour)> =
            spots.iter().zip(&samples).step_by(step).map(|(&(x, y), colour)| (terms(size, x, y), *colour)).collect();
        let (surface, spread) = fit(&few);
        let spread = spread.max(1.0);
        Self { palette: Mixture::fit(&samples, colours), surface, spread, looseness: 3.0 * spread.ln(), size }
    }

    /// Whether one smooth surface explains the ground.
    pub(crate) fn is_plain(&self) -> bool {
        self.spread <= PLAIN
    }

    /// The colour the surface expects at a pixel; `None` where the ground is no smooth surface.
    pub(crate) fn expected(&self, x: i32, y: i32) -> Option<LabColour> {
        let terms = terms(self.size, x, y);
        self.is_plain().then(|| self.surface.map(|row| value(&row, &terms)))
    }

    /// Negative log-likelihood of a colour where the surface expects another, capped as in [`Mixture::cost`].
    pub(crate) fn cost(&self, colour: LabColour, expected: Option<LabColour>) -> f32 {
        let by_palette = self.palette.cost(colour);
        let Some(expected) = expected else { return by_palette };
        let apart = super::picture::distance(colour, expected) / self.spread;
        by_palette.min(0.5 * apart * apart + self.looseness)
    }
}

fn terms((width, height): (u32, u32), x: i32, y: i32) -> Row {
    let u = f64::from(x) / f64::from(width.max(1)) - 0.5;
    let v = f64::from(y) / f64::from(height.max(1)) - 0.5;
    [1.0, u, v, u * u, u * v, v * v]
}

fn value(row: &Row, terms: &Row) -> f32 {
    row.iter().zip(terms).map(|(a, b)| a * b).sum::<f64>() as f32
}

/// Least squares, repeated with less and less weight for what does not fit (a subject that touches the border).
fn fit(samples: &[(Row, LabColour)]) -> ([Row; 3], f32) {
    let mut surface = [[0.0; TERMS]; 3];
    let mut weights = vec![1.0_f64; samples.len()];
    let mut spread = f32::MAX;
    for _ in 0..4 {
        for (channel, row) in surface.iter_mut().enumerate() {
            *row =
                solve(samples.iter().zip(&weights).map(|((t, c), w)| (t, c.get(channel).copied().unwrap_or(0.0), *w)));
        }
        let mut apart: Vec<f32> =
            samples.iter().map(|(t, c)| super::picture::distance(*c, surface.map(|row| value(&row, t)))).collect();
        weights = apart.iter().map(|d| 1.0 / (1.0 + f64::from(d / 3.0).powi(2))).collect();
        let middle = apart.len() / 2;
        if middle < apart.len() {
            spread = *apart.select_nth_unstable_by(middle, f32::total_cmp).1;
        }
    }
    (surface, spread)
}

/// Weighted normal equations, solved by elimination; a little ridge keeps them solvable for any picture.
fn solve<'a>(samples: impl Iterator<Item = (&'a Row, f32, f64)>) -> Row {
    let mut system = [[0.0_f64; TERMS + 1]; TERMS];
    for (terms, target, weight) in samples {
        for (equation, factor) in system.iter_mut().zip(terms) {
            let extended = terms.iter().chain(std::iter::once(const { &0.0 })).zip(equation.iter_mut());
            for (term, cell) in extended {
                *cell += weight * factor * term;
            }
            if let Some(last) = equation.last_mut() {
                *last += weight * factor * f64::from(target);
            }
        }
    }
    for (index, equation) in system.iter_mut().enumerate() {
        if let Some(cell) = equation.get_mut(index) {
            *cell += 1e-3;
        }
    }
    // Gauss-Jordan without pivoting: the matrix is symmetric positive definite.
    for pivot in 0..TERMS {
        let Some(mut own) = system.get(pivot).copied() else { continue };
        let lead = own.get(pivot).copied().unwrap_or(1.0);
        own = own.map(|cell| cell / lead);
        for (index, equation) in system.iter_mut().enumerate() {
            let factor = equation.get(pivot).copied().unwrap_or(0.0);
            if index == pivot {
                *equation = own;
            } else {
                equation.iter_mut().zip(own).for_each(|(cell, p)| *cell -= factor * p);
            }
        }
    }
    system.map(|equation| equation.last().copied().unwrap_or(0.0))
}

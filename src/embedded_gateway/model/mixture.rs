//! A palette of colours with spreads: what a set of pixels looks like, and how well another pixel fits in.

use super::picture::{LabColour, distance};

/// One colour of the palette.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cluster {
    /// Mean colour in Lab.
    pub mean: LabColour,
    /// Half of one over the variance per channel, which is never below [`FLOOR`].
    tightness: LabColour,
    /// Share of the samples, 0..1.
    pub share: f32,
    /// The part of the cost that does not depend on the pixel.
    base: f32,
}

/// Least variance of a cluster: sensor noise and JPEG blocks move a plain colour by about this.
const FLOOR: f32 = 2.0;
const ROUNDS: usize = 6;
/// Enough to know a palette; more only costs time.
const MOST_SAMPLES: usize = 1800;

/// A small Gaussian mixture with axis-parallel spreads, fitted by k-means.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mixture {
    /// Largest share first; empty when there was nothing to learn from.
    pub clusters: Vec<Cluster>,
}

impl Mixture {
    /// Learns up to `count` colours from samples. The same samples always give the same palette.
    pub(crate) fn fit(samples: &[LabColour], count: usize) -> Self {
        let step = samples.len().div_ceil(MOST_SAMPLES).max(1);
        let samples: Vec<LabColour> = samples.iter().step_by(step).copied().collect();
        let mut means = spread_out(&samples, count);
        for _ in 0..ROUNDS {
            let mut sums = vec![([0.0_f32; 3], 0.0_f32); means.len()];
            for sample in &samples {
                if let Some((sum, n)) = sums.get_mut(nearest(&means, *sample)) {
                    sum.iter_mut().zip(sample).for_each(|(s, v)| *s += v);
                    *n += 1.0;
                }
            }
            means = sums.iter().filter(|(_, n)| *n > 0.0).map(|(sum, n)| sum.map(|s| s / n)).collect();
        }
        Self::from_means(&samples, &means)
    }

    fn from_means(samples: &[LabColour], means: &[LabColour]) -> Self {
        let mut sums = vec![([0.0_f32; 3], 0.0_f32); means.len()];
        for sample in samples {
            let index = nearest(means, *sample);
            if let (Some((squares, n)), Some(mean)) = (sums.get_mut(index), means.get(index)) {
                squares.iter_mut().zip(sample.iter().zip(mean)).for_each(|(s, (v, m))| *s += (v - m) * (v - m));
                *n += 1.0;
            }
        }
        let total = samples.len().max(1) as f32;
        let mut clusters: Vec<Cluster> = means
            .iter()
            .zip(sums)
            .filter(|(_, (_, n))| *n > 0.0)
            .map(|(mean, (squares, n))| {
                let variance = squares.map(|s| s / n + FLOOR);
                let share = n / total;
                Cluster {
                    mean: *mean,
                    tightness: variance.map(|v| 0.5 / v),
                    share,
                    base: 0.5 * variance.iter().map(|v| v.ln()).sum::<f32>() - share.max(0.01).ln(),
                }
            })
            .collect();
        clusters.sort_by(|a, b| b.share.total_cmp(&a.share));
        Self { clusters }
    }

    /// How badly a colour fits: the negative log-likelihood of its best cluster, capped at [`Mixture::STRANGER`].
    pub(crate) fn cost(&self, colour: LabColour) -> f32 {
        let fit = |cluster: &Cluster| {
            let apart = colour.iter().zip(cluster.mean).zip(cluster.tightness);
            cluster.base + apart.map(|((c, m), t)| (c - m) * (c - m) * t).sum::<f32>()
        };
        self.clusters.iter().map(fit).fold(Self::STRANGER, f32::min)
    }

    /// The cost of a colour that fits nowhere.
    pub(crate) const STRANGER: f32 = 14.0;
}

fn nearest(means: &[LabColour], sample: LabColour) -> usize {
    let away = |[l, a, b]: &LabColour| (l - sample[0]).powi(2) + (a - sample[1]).powi(2) + (b - sample[2]).powi(2);
    let closer = |best: (usize, f32), (index, mean): (usize, &LabColour)| {
        let d = away(mean);
        if d < best.1 { (index, d) } else { best }
    };
    means.iter().enumerate().fold((0, f32::INFINITY), closer).0
}

/// Starting means: the average first, then always the sample farthest from all means so far.
fn spread_out(samples: &[LabColour], count: usize) -> Vec<LabColour> {
    let total = samples.len().max(1) as f32;
    let average = samples
        .iter()
        .fold([0.0; 3], |sum: LabColour, s| [sum[0] + s[0], sum[1] + s[1], sum[2] + s[2]])
        .map(|s| s / total);
    let mut means = vec![average];
    let mut away: Vec<f32> = samples.iter().map(|s| distance(*s, average)).collect();
    while means.len() < count {
        let Some((far, best)) = away.iter().enumerate().max_by(|(_, a), (_, b)| a.total_cmp(b)) else { break };
        let Some(next) = samples.get(far).filter(|_| *best > 3.0).copied() else { break };
        away.iter_mut().zip(samples).for_each(|(d, s)| *d = d.min(distance(*s, next)));
        means.push(next);
    }
    means
}

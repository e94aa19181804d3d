//! Lengths in a drawing, and the marks of an axis.

/// All of a length, in hundredths of a percent.
pub(super) const WHOLE: u64 = 10_000;

/// `part` of `whole` in hundredths of a percent, to the nearest; at most all of it.
pub(super) fn share(part: u64, whole: u64) -> u64 {
    let whole = u128::from(whole.max(1));
    let share = (u128::from(part) * u128::from(WHOLE) + whole / 2) / whole;
    u64::try_from(share).map_or(WHOLE, |share| share.min(WHOLE))
}

/// Hundredths of a percent as a length of an SVG.
pub(super) fn length(hundredths: u64) -> String {
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

/// An axis from nought, with at most four even steps of 1, 2 or 5 and noughts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Axis {
    step: u64,
    count: u64,
}

impl Axis {
    /// The shortest axis that `most` is on.
    pub(super) fn up_to(most: u64) -> Self {
        let decades = std::iter::successors(Some(1_u64), |decade| decade.checked_mul(10));
        let mut steps = decades.flat_map(|decade| [1, 2, 5].map(|factor: u64| decade.saturating_mul(factor)));
        let step = steps.find(|step| step.saturating_mul(4) >= most).unwrap_or(u64::MAX);
        Self { step, count: most.div_ceil(step).max(1) }
    }

    /// How high `value` is on it.
    pub(super) fn height(self, value: u64) -> u64 {
        share(value, self.step.saturating_mul(self.count))
    }

    /// Its marks from the top down.
    pub(super) fn marks(self) -> impl Iterator<Item = u64> {
        (0..=self.count).rev().map(move |number| self.step.saturating_mul(number))
    }
}

#[cfg(test)]
mod tests {
    use super::{Axis, WHOLE, length, share};

    #[test]
    fn a_share_is_between_nothing_and_all() {
        for (part, whole, expected) in
            [(0, 7, 0), (1, 3, 3333), (2, 3, 6667), (7, 7, WHOLE), (9, 7, WHOLE), (0, 0, 0), (u64::MAX, 1, WHOLE)]
        {
            assert_eq!(share(part, whole), expected, "{part} of {whole}");
        }
    }

    #[test]
    fn a_length_is_a_percentage() {
        assert_eq!([0, 5, 1250, WHOLE].map(length), ["0.00%", "0.05%", "12.50%", "100.00%"]);
    }

    #[test]
    fn an_axis_has_few_round_marks_and_holds_everything() {
        for (most, marks) in [
            (0, vec![1, 0]),
            (1, vec![1, 0]),
            (4, vec![4, 3, 2, 1, 0]),
            (5, vec![6, 4, 2, 0]),
            (9, vec![10, 5, 0]),
            (120, vec![150, 100, 50, 0]),
            (33_600_000, vec![40_000_000, 30_000_000, 20_000_000, 10_000_000, 0]),
        ] {
            assert_eq!(Axis::up_to(most).marks().collect::<Vec<_>>(), marks, "{most}");
        }
        for most in (0..64).flat_map(|bit| [(1_u64 << bit) - 1, 1 << bit]).chain([u64::MAX]) {
            let axis = Axis::up_to(most);
            assert!(axis.height(most) <= WHOLE && axis.marks().count() <= 6, "{most}");
            assert!(axis.marks().next() >= Some(most), "{most}");
        }
    }

    #[test]
    fn a_height_is_measured_from_nought() {
        let axis = Axis::up_to(9);
        assert_eq!([0, 1, 5, 10].map(|value| axis.height(value)), [0, 1000, 5000, WHOLE]);
    }
}

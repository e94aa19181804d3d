//! Numbers that look random and follow from a seed.

/// `SplitMix64`. What is drawn from a die of its own does not depend on who else draws when.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// The die that follows from `parts`: a seed and what tells its dice apart.
    pub fn of(parts: &[u64]) -> Self {
        parts.iter().fold(Self(0x5EED), |dice, part| {
            let mut next = Self(dice.0 ^ part);
            Self(next.roll())
        })
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to below `most`.
    pub fn below(&mut self, most: u64) -> u64 {
        self.roll() % most.max(1)
    }

    /// From `least` to `most`, both included.
    pub fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.below(most - least + 1)
    }

    /// True so many times out of a hundred.
    pub fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of these, each as likely as the others.
    pub fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        let at = usize::try_from(self.below(choices.len() as u64)).unwrap();
        *choices.get(at).unwrap()
    }
}

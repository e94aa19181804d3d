//! What a seed decides beforehand: how large the house is, what it may cost, who comes, and what befalls it.

use std::time::Duration;

use primerka::config::{BudgetConfig, RatesConfig};
use primerka::store::Retention;

use super::dice::Dice;

/// The most that a step 1 costs, in billionths of a dollar.
pub const WORST_DESCRIBE: u64 = 20_000_000;
/// The most that a step 2 costs.
pub const WORST_TRY_ON: u64 = 150_000_000;
/// What is reserved for a look.
pub const WORST_LOOK: u64 = WORST_DESCRIBE + WORST_TRY_ON;
/// So many bytes of pictures are never reached.
const AMPLE_BYTES: u64 = 1 << 30;
const HOUR_MS: u64 = 3_600_000;

/// A result can be deleted by its last viewer, or dropped to make room, between the moment in which somebody else's look finds it and the
/// moment in which it is shown. Whether that look may end in `internal`.
pub const LOST_RESULTS_ARE_FORGIVEN: bool = false;

/// What a seed decides beforehand.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How many come.
    pub visitors: u64,
    /// How often each of them does something.
    pub turns: u64,
    /// How long they think before, on average, in milliseconds.
    pub think_ms: u64,
    /// How many persons there are; few, so that many ask for the same.
    pub persons: u64,
    /// How many outfits.
    pub outfits: u64,
    /// How many of a hundred looks are to be made anew.
    pub fresh: u64,
    /// `MAX_CONCURRENT_LOOKS`.
    pub at_once: usize,
    /// `MAX_WAITING_LOOKS`.
    pub waiting: usize,
    /// How long and how much is kept.
    pub retention: Retention,
    /// Whether what was made before is shown again.
    pub is_reused: bool,
    /// What may be spent.
    pub budget: BudgetConfig,
    /// How often may be asked.
    pub rates: RatesConfig,
    /// The longest way to the database and back again, in milliseconds.
    pub database_ms: u64,
    /// One of so many writes fails; 0 for none.
    pub failing_write: u64,
    /// The longest preparation of a photo, in milliseconds.
    pub prepare_ms: u64,
    /// How many of a hundred calls fail in bad weather.
    pub weather: u64,
    /// Whether the code that makes calls sometimes panics.
    pub panics: bool,
    /// What befalls the house, and when.
    pub deeds: Vec<(u64, Deed)>,
}

/// What befalls the house.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// `kill -9`, and a start after so many milliseconds.
    Crash(u64),
    /// SIGTERM, and a start after so many milliseconds.
    Stop(u64),
    /// The clock is put forward, or back.
    Jump(i64),
    /// The disk is full for so many milliseconds.
    Full(u64),
    /// The operator stops all spending for so many milliseconds.
    Freeze(u64),
    /// The house is kept.
    Tidy,
}

/// What is broken on purpose: each must be noticed, or the simulation proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sabotage {
    /// The books forget half of what calls have cost.
    CheapBooks,
    /// Calls cost more than the worst price they were reserved at.
    DearCalls,
    /// The purse spends more than it was given.
    LooseBudget,
    /// What was made before is not found again.
    Forgetful,
    /// Nobody joins anybody.
    Alone,
    /// Deleting deletes nothing.
    Undeletable,
    /// Nobody is refused, however often they ask.
    Unlimited,
    /// Some calls never end.
    Hanging,
}

impl Sabotage {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::CheapBooks,
        Self::DearCalls,
        Self::LooseBudget,
        Self::Forgetful,
        Self::Alone,
        Self::Undeletable,
        Self::Unlimited,
        Self::Hanging,
    ];
}

impl Settings {
    /// Those that follow from a seed.
    pub fn of(dice: &mut Dice) -> Self {
        let (turns, think_ms) = (dice.between(2, 5), dice.one_of(&[2_000, 20_000, 120_000, 900_000, HOUR_MS]));
        Self {
            visitors: dice.between(8, 32),
            turns,
            think_ms,
            persons: dice.between(1, 4),
            outfits: dice.between(1, 3),
            fresh: dice.one_of(&[0, 5, 20]),
            at_once: usize::try_from(dice.between(1, 6)).unwrap(),
            waiting: usize::try_from(dice.below(9)).unwrap(),
            retention: retention(dice),
            is_reused: dice.percent(90),
            budget: budget(dice),
            rates: rates(dice),
            database_ms: dice.one_of(&[0, 0, 0, 5, 40]),
            failing_write: dice.one_of(&[0, 0, 0, 0, 20, 100]),
            prepare_ms: dice.one_of(&[0, 50, 800]),
            weather: dice.one_of(&[0, 10, 30, 80]),
            panics: dice.percent(30),
            deeds: deeds(dice, turns * think_ms + 60_000),
        }
    }

    /// Whether the clock is ever put back.
    pub fn goes_back(&self) -> bool {
        self.deeds.iter().any(|(_, deed)| matches!(deed, Deed::Jump(by_ms) if *by_ms < 0))
    }

    /// Whether nothing is dropped to make room for something else.
    pub fn has_room(&self) -> bool {
        self.retention.max_bytes == AMPLE_BYTES
    }
}

fn retention(dice: &mut Dice) -> Retention {
    let keep = dice.one_of(&[Duration::from_hours(24), Duration::from_hours(24), Duration::from_mins(10)]);
    // The small room holds about ten pictures.
    Retention { keep, max_bytes: if dice.percent(15) { 400 } else { AMPLE_BYTES } }
}

fn budget(dice: &mut Dice) -> BudgetConfig {
    let (day, months) = match dice.below(20) {
        0 => (0, 1),
        1..=9 => (dice.between(1, 12), dice.between(1, 3)),
        _ => (10_000, dice.one_of(&[1, 30])),
    };
    let spare = dice.below(WORST_LOOK);
    BudgetConfig { day_nanos: day * WORST_LOOK + spare * day.min(1), month_nanos: months * day * WORST_LOOK }
}

fn rates(dice: &mut Dice) -> RatesConfig {
    let is_tight = dice.percent(40);
    let mut rate = |tight: (u64, u64), ample| if is_tight { dice.between(tight.0, tight.1) } else { ample };
    RatesConfig {
        per_minute: rate((5, 60), 10_000),
        user_per_minute: rate((1, 6), 1_000),
        user_per_day: rate((3, 50), 10_000),
        trusted_proxy_hops: 0,
    }
}

fn deeds(dice: &mut Dice, horizon_ms: u64) -> Vec<(u64, Deed)> {
    // A counter that was swept is as new when the clock goes back: where it does, nothing is swept.
    let goes_back = dice.percent(25);
    let count = dice.below(7);
    let mut deed = || match dice.below(11) {
        0..=2 => Deed::Crash(dice.below(30_000)),
        3 | 4 => Deed::Stop(dice.below(30_000)),
        5 => Deed::Full(dice.between(1_000, 600_000)),
        6 => Deed::Freeze(dice.between(1_000, 600_000)),
        7 | 8 => Deed::Jump(i64::try_from(dice.between(60_000, 30 * HOUR_MS)).unwrap()),
        _ if goes_back => Deed::Jump(-i64::try_from(dice.below(3 * HOUR_MS)).unwrap()),
        _ => Deed::Tidy,
    };
    let mut deeds: Vec<(u64, Deed)> = (0..count).map(|_| (0, deed())).collect();
    for (at_ms, _) in &mut deeds {
        *at_ms = dice.below(horizon_ms);
    }
    deeds.sort_by_key(|(at_ms, _)| *at_ms);
    deeds
}

//! The world of one seed: its time, what happened in it, and what should not have.
//!
//! A run is the same each time although tokio wakes those who wait for the same thing in a random order. Every cause has a millisecond of its
//! own: visitors act in a lane of theirs (one even millisecond in 128), the gateway, the database and the preparation answer in odd ones that
//! nobody else has. So within a millisecond there is one cause, and who of those it wakes is first changes nothing.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::dice::Dice;
use super::settings::{Sabotage, Settings};

/// The lanes of those who are no visitors; as names they also tell who did something.
pub const UPSTREAM: u64 = 60;
pub const DATABASE: u64 = 61;
pub const DRIVER: u64 = 62;
pub const OPERATOR: u64 = 63;

/// Milliseconds in which every lane comes once.
const ROUND_MS: u64 = 128;
const DAY_MS: u64 = 86_400_000;
/// Some day of 2026; a seed begins within 40 days from it.
const FIRST_DAY_MS: u64 = 20_700 * DAY_MS;
/// More of them say nothing new.
const MOST_VIOLATIONS: usize = 20;

/// The world of one seed.
pub struct World {
    pub seed: u64,
    pub settings: Settings,
    pub sabotage: Option<Sabotage>,
    start: Instant,
    began_ms: u64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// How far the clock on the wall is off.
    offset_ms: i64,
    /// The latest time that it ever showed.
    latest_ms: u64,
    jumps: u64,
    /// The odd milliseconds to come that are taken.
    taken: BTreeSet<u64>,
    is_calm: bool,
    /// The operator has stopped all spending.
    is_frozen: bool,
    freezes: u64,
    troubles: u64,
    violations: Vec<String>,
    lines: Vec<Line>,
}

/// Something that happened. Names that are random are not in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    at_ms: u64,
    who: u64,
    what: String,
}

impl fmt::Display for Line {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, ms) = (self.at_ms / 1000, self.at_ms % 1000);
        let who = match self.who {
            UPSTREAM => "gateway".to_owned(),
            DATABASE => "database".to_owned(),
            DRIVER => "driver".to_owned(),
            OPERATOR => "operator".to_owned(),
            visitor => format!("visitor {visitor}"),
        };
        write!(formatter, "{seconds:>7}.{ms:03} {who:<10} {}", self.what)
    }
}

impl World {
    /// The world of that seed. To be called inside its runtime, whose clock must stand still.
    pub fn new(seed: u64, sabotage: Option<Sabotage>) -> Self {
        let mut dice = Dice::of(&[seed]);
        let began_ms = FIRST_DAY_MS + dice.below(40 * DAY_MS);
        let settings = Settings::of(&mut dice);
        Self { seed, settings, sabotage, start: Instant::now(), began_ms, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Milliseconds since the beginning. They only go forward.
    pub fn ms(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap()
    }

    /// What the clock on the wall shows, milliseconds since 1970.
    pub fn now_ms(&self) -> u64 {
        let since_began = self.began_ms + self.ms();
        let mut state = self.state();
        let now_ms = since_began.saturating_add_signed(state.offset_ms);
        state.latest_ms = state.latest_ms.max(now_ms);
        now_ms
    }

    /// The latest that the clock on the wall ever showed.
    pub fn latest_ms(&self) -> u64 {
        self.now_ms();
        self.state().latest_ms
    }

    /// Puts the clock on the wall forward or back.
    pub fn jump(&self, by_ms: i64) {
        self.now_ms();
        let mut state = self.state();
        state.offset_ms += by_ms;
        state.jumps += 1;
        drop(state);
        self.now_ms();
    }

    /// How often it was put forward or back.
    pub fn jumps(&self) -> u64 {
        self.state().jumps
    }

    /// Ends in that millisecond.
    pub async fn at(&self, ms: u64) {
        sleep_until(self.start + Duration::from_millis(ms)).await;
    }

    /// Ends in about so many milliseconds, in one that nobody else has.
    pub async fn wait(&self, ms: u64) {
        let now = self.ms();
        let at = {
            let mut state = self.state();
            state.taken = state.taken.split_off(&now);
            let mut at = (now + ms) | 1;
            while !state.taken.insert(at) {
                at += 2;
            }
            at
        };
        self.at(at).await;
    }

    /// The first millisecond of that lane when `after_ms` have passed, and in any case later than now.
    pub fn lane_ms(&self, lane: u64, after_ms: u64) -> u64 {
        let earliest = self.ms() + after_ms.max(1);
        earliest + (2 * lane + ROUND_MS - earliest % ROUND_MS) % ROUND_MS
    }

    /// Ends then.
    pub async fn turn(&self, lane: u64, after_ms: u64) {
        self.at(self.lane_ms(lane, after_ms)).await;
    }

    /// From now on nothing fails and nothing takes time but the gateway's answers.
    pub fn calm(&self) {
        self.state().is_calm = true;
    }

    pub fn is_calm(&self) -> bool {
        self.state().is_calm
    }

    /// All spending is stopped, or no longer.
    pub fn freeze(&self, is_frozen: bool) {
        let mut state = self.state();
        state.is_frozen = is_frozen;
        state.freezes += u64::from(is_frozen);
    }

    pub fn is_frozen(&self) -> bool {
        self.state().is_frozen
    }

    pub fn was_frozen(&self) -> bool {
        self.state().freezes > 0
    }

    /// Something failed on our side, so that a look may end in `internal`.
    pub fn trouble(&self) {
        self.state().troubles += 1;
    }

    pub fn has_had_trouble(&self) -> bool {
        self.state().troubles > 0
    }

    /// Writes down what happened.
    pub fn tell(&self, who: u64, what: impl Into<String>) {
        let line = Line { at_ms: self.ms(), who, what: what.into() };
        self.state().lines.push(line);
    }

    /// Writes down what should not have happened.
    pub fn violation(&self, what: impl Into<String>) {
        let (ms, what) = (self.ms(), what.into());
        let mut state = self.state();
        if state.violations.len() < MOST_VIOLATIONS {
            state.violations.push(format!("at {}.{:03}: {what}", ms / 1000, ms % 1000));
        }
    }

    /// What should not have happened, and all that happened: in the order of time, within a millisecond by who did it; the database does
    /// what many ask of it, in no order.
    pub fn story(&self) -> (Vec<String>, Vec<Line>) {
        let mut state = self.state();
        let (violations, mut lines) = (std::mem::take(&mut state.violations), std::mem::take(&mut state.lines));
        lines.sort_by_cached_key(|line| {
            let what = (line.who == DATABASE).then(|| line.what.clone());
            (line.at_ms, line.who, what)
        });
        (violations, lines)
    }
}

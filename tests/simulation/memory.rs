//! What a visitor remembers of a look, and so what must be true of it.

use primerka::look::event::Event;
use primerka::look::failure::FailureCode;
use primerka::look::id::LookId;
use primerka::look::price::{Tokens, nanos};

use super::bills::Bill;
use super::content::{Content, label};
use super::process::Process;
use super::town::Town;

/// So long a process knows a look that is over, in milliseconds.
const REMEMBERED_MS: u64 = 3_600_000;

/// A look of a visitor.
pub struct Memory {
    /// The requests that led to it: more than one where a request was sent again under its key.
    pub numbers: Vec<u64>,
    pub content: Content,
    pub key: Option<String>,
    pub id: LookId,
    /// The process that it was asked of.
    pub incarnation: u64,
    /// When it was asked for, by the clock on the wall.
    pub asked_ms: u64,
    /// What was heard of it while that process lived, without pings.
    pub heard: Vec<Event>,
    /// Its end, if that was heard.
    pub end: Option<Event>,
    /// Until when its result is kept.
    pub until_ms: Option<u64>,
    /// Whether the visitor has stopped it.
    pub has_left: bool,
    pub fate: Fate,
}

/// What became of a look after it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The visitor has not deleted it.
    Kept,
    /// It is deleted for good.
    Deleted,
    /// It was deleted while it was being made: it is gone when that is over, unless the process has died or a write has failed before.
    DeletedEarly {
        /// The process that was asked to.
        incarnation: u64,
        /// How many writes had failed by then.
        failures: u64,
    },
    /// The deletion was cut off, or its write has failed.
    Unsure,
}

impl Memory {
    /// The first request that led to it, as its name.
    pub fn name(&self) -> u64 {
        self.numbers.first().copied().unwrap_or_default()
    }

    /// Whether the picture was promised.
    pub fn is_done(&self) -> bool {
        matches!(self.end, Some(Event::Done { .. }))
    }

    /// Whether nothing more can become of it: a look that was stopped may still be made.
    pub fn is_settled(&self) -> bool {
        match &self.end {
            Some(Event::Failed(notice)) => !matches!(notice.code, FailureCode::Cancelled | FailureCode::Busy),
            end => end.is_some(),
        }
    }

    /// Whether the process may know it by heart or may have forgotten that: nobody listens to it then, for the one would not be the other.
    pub fn may_be_forgotten(&self, town: &Town, process: &Process) -> bool {
        process.incarnation == self.incarnation && town.world.latest_ms() >= self.asked_ms + REMEMBERED_MS
    }

    /// Whether its picture must be there.
    pub fn must_be_there(&self, town: &Town) -> bool {
        let is_kept = self.until_ms.is_some_and(|until_ms| town.world.latest_ms() < until_ms);
        self.is_done() && self.fate == Fate::Kept && is_kept && town.world.settings.has_room()
    }

    /// Holds the end of a stream against the truth. Errors: what is wrong.
    pub fn check_done(&self, town: &Town, done: &Event) -> Result<(), String> {
        let Event::Done { cached, cost_usd, saved_usd, tokens, .. } = done else {
            return Err(format!("no end: {done:?}"));
        };
        let (cost, saved) = (cost_usd.map(nanos::from_usd), saved_usd.map(nanos::from_usd));
        // Whose request had calls made for it is the one who pays.
        let is_true = match self.numbers.iter().find_map(|number| town.upstream.bill(*number)) {
            Some(bill) if bill.is_vague => cost.is_none() && Self::may_be_saved(town, saved),
            Some(bill) => cost == Some(bill.nanos) && Self::may_be_saved(town, saved) && *tokens == bill.tokens,
            None => cost == Some(0) && *tokens == Tokens::default() && *cached,
        };
        if is_true { Ok(()) } else { Err(format!("{done:?} does not tell what it has cost")) }
    }

    /// Who pays for a look saves nothing, or what describing the outfit had cost for an earlier one.
    fn may_be_saved(town: &Town, saved: Option<u64>) -> bool {
        let describing = |(step, bill): (&(String, u8), &Bill)| step.1 == 1 && Some(bill.nanos) == saved;
        saved == Some(0) || town.upstream.steps().iter().any(describing)
    }

    /// Holds a picture against what was asked for, and what was told of it. Errors: what is wrong.
    pub fn check_picture(&self, town: &Town, picture: &[u8]) -> Result<(), String> {
        let words: Vec<&str> = label(picture).unwrap_or_default().split(' ').collect();
        let ["look", maker, content] = words.as_slice() else {
            return Err(format!("a picture that nobody has drawn: {words:?}"));
        };
        if *content != self.content.word() {
            return Err(format!("asked for {}, got {content}", self.content.word()));
        }
        let Some(Event::Done { saved_usd, .. }) = &self.end else { return Ok(()) };
        if self.numbers.iter().any(|number| town.upstream.bill(*number).is_some()) {
            return Ok(());
        }
        let maker = maker.parse().ok().and_then(|number| town.upstream.bill(number));
        let cost = maker.filter(|bill| !bill.is_vague).map(|bill| bill.nanos);
        if saved_usd.map(nanos::from_usd) == cost {
            return Ok(());
        }
        Err(format!("saved {saved_usd:?} where the one who paid paid {cost:?}"))
    }

    /// When all is over: what was deleted is gone, what was promised is there.
    pub fn check_at_the_end(&self, town: &Town) {
        let is_there = town.database.shown_until(&self.id).is_some();
        let must_be_gone = match self.fate {
            Fate::Deleted => true,
            Fate::DeletedEarly { incarnation, failures } => {
                town.process().incarnation == incarnation && town.database.failures() == failures
            }
            Fate::Kept | Fate::Unsure => false,
        };
        if is_there && must_be_gone {
            town.world.violation(format!("look {} was deleted, and is there", self.name()));
        }
        if !is_there && self.must_be_there(town) {
            town.world.violation(format!("look {} was made, and is not there", self.name()));
        }
    }
}

//! A visitor: asks, listens, goes away, comes back, stops, deletes; and notices what is not as it should be.

mod listening;
mod wishes;

use std::sync::Arc;

use primerka::guard::ask::Asker;
use primerka::guard::registry::Standing;
use primerka::look::event::Event;
use primerka::look::failure::{Failure, FailureCode, Why};
use primerka::look::id::LookId;

use super::content::{BROKEN, Wish};
use super::dice::Dice;
use super::hearing::in_nanos;
use super::memory::{Fate, Memory};
use super::process::{Met, Process};
use super::settings::Sabotage;
use super::town::Town;
use wishes::KeyUse;

/// No look takes longer, in milliseconds.
const LONGEST_LOOK_MS: u64 = 6 * 3_600_000;

/// A visitor.
pub struct Visitor {
    town: Arc<Town>,
    lane: u64,
    dice: Dice,
    asked: u64,
    looks: Vec<Memory>,
    keys: Vec<KeyUse>,
}

impl Visitor {
    pub fn new(town: Arc<Town>, lane: u64) -> Self {
        let dice = Dice::of(&[town.world.seed, 5, lane]);
        Self { town, lane, dice, asked: 0, looks: Vec::new(), keys: Vec::new() }
    }

    /// Comes as often as the seed says. Gives the looks that were seen.
    pub async fn live(mut self) -> Vec<Memory> {
        for _ in 0..self.town.world.settings.turns {
            let think_ms = self.dice.below(2 * self.town.world.settings.think_ms);
            self.pause(think_ms).await;
            self.act().await;
        }
        self.looks
    }

    async fn act(&mut self) {
        let process = self.town.process();
        if !process.is_open() {
            self.tell("finds the door closed");
            return;
        }
        match self.dice.below(100) {
            0..58 => {
                let wish = self.wish();
                self.ask(&process, &wish).await;
            }
            58..70 => {
                let wish = self.wish_again(&process);
                self.ask(&process, &wish).await;
            }
            70..82 => self.come_back(&process).await,
            82..90 => {
                if let Some(at) = self.pick(|look| look.fate == Fate::Kept) {
                    self.delete(&process, at).await;
                }
            }
            90..94 => {
                if let Some(at) = self.pick(|look| look.end.is_none()) {
                    self.stop(&process, at);
                }
            }
            _ => {
                if let Some(at) = self.pick(|look| look.fate == Fate::Kept) {
                    self.find(&process, at).await;
                }
            }
        }
    }

    async fn pause(&self, ms: u64) {
        self.town.world.turn(self.lane, ms).await;
    }

    fn tell(&self, what: impl Into<String>) {
        self.town.world.tell(self.lane, what);
    }

    fn complain(&self, what: impl Into<String>) {
        self.town.world.violation(format!("visitor {}: {}", self.lane, what.into()));
    }

    fn look(&self, at: usize) -> &Memory {
        self.looks.get(at).unwrap()
    }

    fn look_mut(&mut self, at: usize) -> &mut Memory {
        self.looks.get_mut(at).unwrap()
    }

    /// One of the looks that are wanted.
    fn pick(&mut self, is_wanted: impl Fn(&Memory) -> bool) -> Option<usize> {
        let looks = self.looks.iter().enumerate();
        let wanted: Vec<usize> = looks.filter(|(_, look)| is_wanted(look)).map(|(at, _)| at).collect();
        (!wanted.is_empty()).then(|| self.dice.one_of(&wanted))
    }

    /// Whether a request is admitted, which must be as the definition of the limits says.
    async fn is_admitted(&self, process: &Process) -> bool {
        let asker = Asker {
            user: format!("visitor-{}", self.lane),
            is_known: !self.lane.is_multiple_of(4),
            address: Some(format!("net-{}", self.lane % 5)),
        };
        let (now_us, failures) = (self.town.world.now_ms() * 1000, self.town.database.failures());
        let Met::Done(checked) = process.during(None, process.rates.check(&asker)).await else { return false };
        let Met::Done(counted) = process.during(None, process.rates.count(&asker)).await else { return false };
        // What could not be counted is admitted, and was not counted.
        if self.town.database.failures() == failures {
            let wait_s = self.town.rates.lock().unwrap().ask(&asker, now_us);
            for told in [&checked, &counted] {
                let told = told.as_ref().err().map(|failure| (failure.code, failure.retry_after_s));
                if told != wait_s.map(|wait_s| (FailureCode::TooManyLooks, Some(wait_s))) {
                    self.complain(format!("told {told:?} about the limits, and has to wait {wait_s:?} s"));
                }
            }
        }
        counted.is_ok()
    }

    async fn ask(&mut self, process: &Process, wish: &Wish) {
        if !self.is_admitted(process).await {
            self.tell("asks too often");
            return;
        }
        let number = self.lane * 1_000 + self.asked;
        self.asked += 1;
        self.tell(format!("asks {number}: {wish:?}"));
        self.town.note(number, wish);
        let is_mistaken = self.use_key(process, number, wish);
        let ask = wish.ask(number, self.lane, self.town.world.sabotage == Some(Sabotage::Alone));
        let patience_ms = if self.dice.percent(8) { self.dice.below(2_000) } else { LONGEST_LOOK_MS };
        let moment = self.town.world.lane_ms(self.lane, patience_ms);
        // The look's age counts from here, whatever the clock does until it is accepted.
        let asked_ms = self.town.world.now_ms();
        match process.during(Some(moment), process.looks.ask(ask)).await {
            Met::Done(Ok(id)) => {
                if is_mistaken {
                    self.complain(format!("{number} has the key of another look, and is accepted"));
                }
                let at = self.remember(process, number, asked_ms, wish, id);
                let (plan, plan_ms) = self.plan();
                self.listen(process, at, plan, plan_ms).await;
                self.admire(at).await;
            }
            Met::Done(Err(failure)) => self.refused(process, number, wish, is_mistaken, &failure),
            Met::Moment if patience_ms == LONGEST_LOOK_MS => self.complain(format!("{number} is never answered")),
            Met::Moment => self.tell(format!("{number}: goes away before the answer")),
            Met::Died => self.cut_off(process, number),
        }
    }

    /// The place of an accepted look among those that are remembered.
    fn remember(&mut self, process: &Process, number: u64, asked_ms: u64, wish: &Wish, id: LookId) -> usize {
        let used = self.keys.iter().find(|used| Some(&used.key) == wish.key.as_ref());
        let (numbers, asked_ms) = used.map_or((vec![number], asked_ms), |used| (used.numbers.clone(), used.since_ms));
        let before = self.looks.iter().position(|look| look.key.is_some() && look.key == wish.key);
        if let Some(at) = before.filter(|at| self.look(*at).fate == Fate::Kept) {
            if self.look(at).id != id {
                self.complain(format!("{number}: the same key, and another look than {}", self.look(at).name()));
            }
            self.look_mut(at).numbers = numbers;
            return at;
        }
        self.looks.push(Memory {
            numbers,
            content: wish.content,
            key: wish.key.clone(),
            id,
            incarnation: process.incarnation,
            asked_ms,
            heard: Vec::new(),
            end: None,
            until_ms: None,
            has_left: false,
            fate: Fate::Kept,
        });
        self.looks.len() - 1
    }

    /// Whether a request may be refused like that before its first event.
    fn refused(&mut self, process: &Process, number: u64, wish: &Wish, is_mistaken: bool, failure: &Failure) {
        self.tell(format!("{number} is refused: {}", failure.code.name()));
        let is_right = match failure.code {
            FailureCode::Busy if failure.why == Some(Why::Restart) => process.looks.is_stopping(),
            FailureCode::Busy | FailureCode::BudgetExhausted if failure.why.is_none() => {
                failure.retry_after_s.is_some()
            }
            FailureCode::BudgetExhausted if failure.why == Some(Why::Ledger) => self.town.world.has_had_trouble(),
            FailureCode::BudgetExhausted if failure.why == Some(Why::Frozen) => self.town.world.was_frozen(),
            FailureCode::BrokenImage => wish.content.person == BROKEN,
            FailureCode::BadRequest => is_mistaken,
            _ => false,
        };
        if !is_right || (is_mistaken && !matches!(failure.code, FailureCode::BadRequest | FailureCode::Busy)) {
            self.complain(format!("{number} is refused: {failure:?}"));
        }
        if !is_mistaken {
            self.keys.retain(|used| Some(&used.key) != wish.key.as_ref());
        }
    }

    /// A connection ends with its process. Who stops properly tells everybody before.
    fn cut_off(&self, process: &Process, number: u64) {
        self.tell(format!("{number} is cut off"));
        if process.has_given_up() {
            self.complain(format!("{number} is cut off by a process that stops"));
        }
    }

    fn stop(&mut self, process: &Process, at: usize) {
        self.tell(format!("{}: stops it", self.look(at).name()));
        let id = self.look(at).id.clone();
        self.look_mut(at).has_left = true;
        process.looks.cancel(&id);
    }

    async fn delete(&mut self, process: &Process, at: usize) {
        self.tell(format!("{}: deletes it", self.look(at).name()));
        let (id, failures) = (self.look(at).id.clone(), self.town.database.failures());
        let was_settled = self.look(at).is_settled();
        self.look_mut(at).has_left = true;
        let met = process.during(None, process.looks.delete(&id)).await;
        let fate = match met {
            Met::Done(_) if self.town.database.failures() == failures => {
                if was_settled {
                    Fate::Deleted
                } else {
                    Fate::DeletedEarly { incarnation: process.incarnation, failures }
                }
            }
            _ => Fate::Unsure,
        };
        let key = self.look(at).key.clone();
        self.keys.retain(|used| Some(&used.key) != key.as_ref());
        self.look_mut(at).fate = fate;
        if fate == Fate::Deleted && self.town.database.shown_until(&id).is_some() {
            self.complain(format!("{} is deleted, and still there", self.look(at).name()));
        }
    }

    async fn come_back(&mut self, process: &Process) {
        let Some(at) = self.pick(|look| matches!(look.fate, Fate::Kept | Fate::Deleted)) else { return };
        let look = self.look(at);
        if look.fate == Fate::Deleted || look.may_be_forgotten(&self.town, process) {
            self.view(process, at).await;
            return;
        }
        self.tell(format!("{}: comes back", self.look(at).name()));
        let (plan, plan_ms) = self.plan();
        self.listen(process, at, plan, plan_ms).await;
    }

    /// Looks at a picture that is done, most of the time.
    async fn admire(&mut self, at: usize) {
        if self.look(at).is_done() && self.dice.percent(70) {
            let ms = self.dice.below(3_000);
            self.pause(ms).await;
            let process = self.town.process();
            if process.is_open() {
                self.view(&process, at).await;
            }
        }
    }

    async fn view(&self, process: &Process, at: usize) {
        let look = self.look(at);
        let Met::Done(picture) = process.during(None, process.looks.picture(&look.id)).await else { return };
        match picture {
            Some(picture) => {
                if look.fate == Fate::Deleted {
                    self.complain(format!("{} is deleted, and is shown", look.name()));
                }
                if let Err(problem) = look.check_picture(&self.town, &picture) {
                    self.complain(format!("{}: {problem}", look.name()));
                }
            }
            None if look.must_be_there(&self.town) => self.complain(format!("{} has no picture", look.name())),
            None => {}
        }
    }

    /// Asks where a look stands.
    async fn find(&self, process: &Process, at: usize) {
        let look = self.look(at);
        let Met::Done(standing) = process.during(None, process.looks.find(&look.id)).await else { return };
        let is_right = match &standing {
            Some(Standing::Kept(kept)) => !look.is_done() || look.end == Some(in_nanos(kept.done.clone())),
            Some(Standing::Events(events)) => {
                matches!(events.first(), Some(Event::Accepted { id }) if *id == look.id)
                    && !look.must_be_there(&self.town)
            }
            None => !look.must_be_there(&self.town),
        };
        if !is_right {
            self.complain(format!("{} stands wrong: {standing:?}", look.name()));
        }
    }
}

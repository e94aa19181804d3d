//! A visitor who listens to a look.

use futures::StreamExt;
use primerka::look::event::{Event, FailureNotice};
use primerka::look::failure::FailureCode;

use super::super::hearing::{Hearing, in_nanos};
use super::super::process::{Met, Process};
use super::{LONGEST_LOOK_MS, Visitor};

/// What a listener means to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plan {
    Stay,
    Leave,
    Stop,
    Delete,
}

impl Visitor {
    /// Most stay to the end.
    pub(super) fn plan(&mut self) -> (Plan, u64) {
        match self.dice.below(100) {
            0..15 => (Plan::Leave, self.dice.below(60_000)),
            15..23 => (Plan::Stop, self.dice.below(30_000)),
            23..28 => (Plan::Delete, self.dice.below(30_000)),
            _ => (Plan::Stay, LONGEST_LOOK_MS),
        }
    }

    /// Listens to a look from its first event.
    pub(super) async fn listen(&mut self, process: &Process, at: usize, mut plan: Plan, plan_ms: u64) {
        let world = self.town.world.clone();
        let (id, name) = (self.look(at).id.clone(), self.look(at).name());
        let stream = match process.during(None, process.looks.listen(&id)).await {
            Met::Done(Some(stream)) => stream,
            Met::Done(None) => {
                self.tell(format!("{name} is not there"));
                if self.look(at).must_be_there(&self.town) || process.incarnation == self.look(at).incarnation {
                    self.complain(format!("{name} is not there to be listened to"));
                }
                return;
            }
            Met::Moment | Met::Died => return,
        };
        let mut stream = Box::pin(stream);
        let mut hearing = Hearing::new(id, world.ms());
        let mut moment = world.lane_ms(self.lane, plan_ms);
        loop {
            match process.during(Some(moment), stream.next()).await {
                Met::Done(Some(event)) => {
                    let event = in_nanos(event);
                    if let Err(problem) = hearing.hear(&event, world.ms()) {
                        self.complain(format!("{name} {problem}"));
                        return;
                    }
                    self.heard(process, at, &event);
                }
                Met::Done(None) if hearing.is_over() => break,
                Met::Done(None) => {
                    self.complain(format!("{name} ends without an end"));
                    return;
                }
                Met::Died => {
                    self.cut_off(process, name);
                    break;
                }
                Met::Moment => {
                    match plan {
                        Plan::Stay => {
                            self.complain(format!("{name} does not end"));
                            return;
                        }
                        Plan::Leave => {
                            self.tell(format!("{name}: goes away"));
                            break;
                        }
                        Plan::Stop => self.stop(process, at),
                        Plan::Delete => self.delete(process, at).await,
                    }
                    (plan, moment) = (Plan::Stay, world.lane_ms(self.lane, LONGEST_LOOK_MS));
                }
            }
        }
        self.compare(process, at, hearing.heard);
    }

    /// Whoever listens again hears the same again; the end alone where the process may have forgotten the look since it was asked for, for
    /// what a store tells has no queue in it.
    fn compare(&mut self, process: &Process, at: usize, heard: Vec<Event>) {
        let look = self.look(at);
        if process.incarnation != look.incarnation || look.may_be_forgotten(&self.town, process) {
            let is_other =
                look.is_done() && heard.last().is_some_and(Event::is_terminal) && heard.last() != look.end.as_ref();
            if is_other {
                self.complain(format!("{} ended as {:?}, and now as {:?}", look.name(), look.end, heard.last()));
            }
            return;
        }
        if look.heard.iter().zip(&heard).any(|(before, now)| before != now) {
            self.complain(format!("{} was {:?}, and now is {heard:?}", look.name(), look.heard));
        }
        if heard.len() > look.heard.len() {
            self.look_mut(at).heard = heard;
        }
    }

    fn heard(&mut self, process: &Process, at: usize, event: &Event) {
        let name = self.look(at).name();
        match event {
            // Who waits is woken in any order, so places are told or passed over as it comes.
            Event::Ping | Event::Queued { .. } => {}
            Event::Done { cost_usd, saved_usd, .. } => {
                self.tell(format!("{name} is done: cost {cost_usd:?}, saved {saved_usd:?}"));
                if let Err(problem) = self.look(at).check_done(&self.town, event) {
                    self.complain(format!("{name}: {problem}"));
                }
                let until_ms = self.town.database.shown_until(&self.look(at).id);
                let look = self.look_mut(at);
                (look.end, look.until_ms) = (Some(event.clone()), until_ms);
            }
            Event::Failed(notice) => {
                self.tell(format!("{name} has failed: {}", notice.code.name()));
                if !self.may_fail(process, at, notice) {
                    self.complain(format!("{name} has failed: {notice:?}"));
                }
                // A look that is done stays done.
                self.look_mut(at).end.get_or_insert_with(|| event.clone());
            }
            Event::Retrying { attempt, after_ms, .. } => {
                self.tell(format!("{name}: attempt {attempt} in {after_ms} ms"));
            }
            Event::Accepted { .. } | Event::Describing | Event::Described { .. } | Event::Generating => {
                self.tell(format!("{name} is {}", word(event)));
            }
        }
    }

    /// Whether a look may end like that after its first event.
    fn may_fail(&self, process: &Process, at: usize, notice: &FailureNotice) -> bool {
        match notice.code {
            FailureCode::Cancelled => self.look(at).has_left,
            FailureCode::Internal => self.town.world.has_had_trouble(),
            FailureCode::Busy => process.looks.is_stopping(),
            FailureCode::Unauthorized
            | FailureCode::RateLimited
            | FailureCode::QuotaExhausted
            | FailureCode::Overloaded
            | FailureCode::Timeout
            | FailureCode::GatewayUnreachable
            | FailureCode::GatewayError
            | FailureCode::PromptBlocked
            | FailureCode::ImageBlocked
            | FailureCode::NoImage
            | FailureCode::TextOnly
            | FailureCode::Unchanged
            | FailureCode::BadDescription
            | FailureCode::InvalidResponse
            | FailureCode::BudgetExhausted => true,
            _ => false,
        }
    }
}

/// What an event without more to tell is called.
fn word(event: &Event) -> &'static str {
    match event {
        Event::Accepted { .. } => "accepted",
        Event::Describing => "being described",
        Event::Described { .. } => "described",
        _ => "being drawn",
    }
}

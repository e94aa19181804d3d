//! The gateway and the model behind it: slow, moody and dear. They outlive every process of ours, write down what they really charge, and
//! notice calls that should not have been made.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use futures::future::{BoxFuture, pending, ready};
use primerka::guard::keys::Makings;
use primerka::look::failure::FailureCode;
use primerka::look::price::nanos;
use primerka::look::step::Step;
use primerka::pipeline::gateway_logs::{GatewayLogs, LogExcerpt, LogRow};
use primerka::pipeline::upstream::{Answer, Call, OnRetry, Output, Refused, Retry, Tries, Upstream};
use tokio_util::sync::CancellationToken;

use super::asks::{Asked, Asks};
use super::bills::{Bill, Bills};
use super::database::SimDatabase;
use super::dice::Dice;
use super::outcome::{Cause, Outcome};
use super::settings::{Sabotage, WORST_DESCRIBE, WORST_TRY_ON};
use super::world::{UPSTREAM, World};

/// So long a step may take.
const STEP_MS: u64 = 120_000;
/// So long a change of the weather takes.
const WEATHER_MS: u64 = 600_000;

/// The gateway of one world.
pub struct SimUpstream {
    world: Arc<World>,
    database: Arc<SimDatabase>,
    asks: Arc<Asks>,
    makings: Arc<Makings>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    bills: Bills,
    /// Calls made, by request and step.
    made: BTreeMap<(u64, u8), u64>,
    /// The gateway's log, the oldest first.
    rows: Vec<LogRow>,
    under_way: Vec<UnderWay>,
    most_under_way: usize,
    calls: u64,
}

/// A call that a process of ours waits for.
struct UnderWay {
    ticket: u64,
    ask: u64,
    asked: Asked,
    step: Step,
    stop: CancellationToken,
}

/// A call under way, for as long as it is waited for.
struct Visit<'a> {
    upstream: &'a SimUpstream,
    ticket: u64,
    cause: Cause,
    dice: Dice,
}

impl Drop for Visit<'_> {
    fn drop(&mut self) {
        let ticket = self.ticket;
        self.upstream.state().under_way.retain(|call| call.ticket != ticket);
    }
}

impl SimUpstream {
    pub fn new(world: Arc<World>, database: Arc<SimDatabase>, asks: Arc<Asks>, makings: Arc<Makings>) -> Self {
        Self { world, database, asks, makings, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// What the calls for that request have cost; `None` when there were none.
    pub fn bill(&self, ask: u64) -> Option<Bill> {
        self.state().bills.asks.get(&ask).copied()
    }

    /// What every step of every look has cost.
    pub fn steps(&self) -> BTreeMap<(String, u8), Bill> {
        self.state().bills.steps.clone()
    }

    /// When the last call began that the log tells of.
    pub fn last_logged_ms(&self) -> u64 {
        self.state().rows.last().map(|row| row.at_ms).unwrap_or_default()
    }

    /// How many calls were made.
    pub fn calls(&self) -> u64 {
        self.state().calls
    }

    /// How many calls are under way.
    pub fn under_way(&self) -> usize {
        self.state().under_way.len()
    }

    /// The most calls that were under way at once, since this was last asked.
    pub fn take_most_under_way(&self) -> usize {
        std::mem::take(&mut self.state().most_under_way)
    }

    /// A call arrives.
    fn begin(&self, call: &Call) -> Visit<'_> {
        let name = call.origin.user.as_deref().and_then(|user| user.strip_prefix("ask-"));
        let ask = name.and_then(|number| number.parse().ok()).unwrap();
        let (asked, step) = (self.asks.get(ask), call.step.number());
        let (nth, ticket) = {
            let mut state = self.state();
            state.calls += 1;
            let ticket = state.calls;
            let made = state.made.entry((ask, step)).or_default();
            *made += 1;
            (*made, ticket)
        };
        self.check_need(ask, &asked, call, nth);
        self.check_alone(ask, &asked, call);
        let cause = Cause { ask, content: asked.content, request_id: format!("{ask}-{step}-{nth}") };
        let mut state = self.state();
        let under_way = UnderWay { ticket, ask, asked, step: call.step, stop: call.stop.clone() };
        state.under_way.push(under_way);
        state.most_under_way = state.most_under_way.max(state.under_way.len());
        let dice = Dice::of(&[self.world.seed, 3, ask, step.into(), nth]);
        Visit { upstream: self, ticket, cause, dice }
    }

    /// Nothing is paid twice while it is kept.
    fn check_need(&self, ask: u64, asked: &Asked, call: &Call, nth: u64) {
        if asked.content.is_given && call.step == Step::Describe {
            self.world.violation(format!("request {ask} described its outfit, and step 1 is paid"));
        }
        // A second attempt of a step passes the caches by. What was kept before the clock moved may have been gone in between.
        if call.fresh || !self.world.settings.is_reused || asked.jumps != self.world.jumps() {
            return;
        }
        let (look, description) = asked.content.keys(&self.makings);
        if self.database.kept(&look).iter().any(|result| asked.kept.contains(result)) {
            self.world.violation(format!("request {ask} is paid, and the same look is kept"));
        }
        let described_until = self.database.described_until(&description);
        // Where the database answers at once, the last look into it was in this very moment.
        let was_seen = asked.described_until == described_until || self.world.settings.database_ms == 0;
        if call.step == Step::Describe && nth == 1 && described_until.is_some() && was_seen {
            self.world.violation(format!("step 1 of request {ask} is paid, and the outfit's description is kept"));
        }
    }

    /// The same look is not made twice at once: unless it is to be made anew, or the other one was stopped, or is joined by nobody any more
    /// because somebody wanted it anew meanwhile.
    fn check_alone(&self, ask: u64, asked: &Asked, call: &Call) {
        let state = self.state();
        let double = state.under_way.iter().find(|other| {
            other.step == call.step
                && other.asked.content == asked.content
                && !other.asked.fresh
                && !asked.fresh
                && !other.stop.is_cancelled()
                && !self.asks.was_displaced(other.asked.content, other.asked.at_ms)
        });
        if let Some(other) = double {
            let step = call.step.number();
            self.world
                .violation(format!("step {step} of request {ask} is under way already, for request {}", other.ask));
        }
    }

    /// How many of a hundred calls fail now.
    fn faults(&self) -> u64 {
        if self.world.is_calm() {
            return 0;
        }
        let weather: u64 = Dice::of(&[self.world.seed, 4, self.world.ms() / WEATHER_MS]).one_of(&[0, 5, 25, 80]);
        weather.min(self.world.settings.weather)
    }

    /// The request leaves for the model: from here on it is paid, whether anybody hears the answer or not.
    fn charge(&self, call: &Call, ask: u64, bill: Bill) {
        let dear = if self.world.sabotage == Some(Sabotage::DearCalls) { 20 } else { 1 };
        let bill = Bill { nanos: bill.nanos * dear, ..bill };
        let (trace, step) = (call.origin.trace.as_str(), call.step.number());
        let reserved = self.database.reserved(trace, step);
        let mut state = self.state();
        let of_step = state.bills.charge(ask, trace, step, bill);
        let Some(reserved) = reserved else {
            self.world.violation(format!("step {step} of request {ask} is in no books"));
            return;
        };
        if reserved.nanos < of_step.nanos {
            let (books, truth) = (reserved.nanos, of_step.nanos);
            self.world.violation(format!("step {step} of request {ask} costs {truth}, and the books say {books}"));
        }
        if !state.bills.count(reserved.day, reserved.month, bill.nanos, self.world.settings.budget) {
            self.world.violation(format!("request {ask} costs more than the budget has"));
        }
    }

    fn log(&self, row: LogRow) {
        let at_ms = self.world.now_ms();
        self.state().rows.push(LogRow { at_ms, ..row });
    }

    async fn answer(&self, call: &Call, on_retry: OnRetry<'_>) -> Result<Answer, Refused> {
        let mut visit = self.begin(call);
        call.tries.until_ms(|| self.world.now_ms() + STEP_MS);
        let faults = self.faults();
        let hiccups = if visit.dice.percent(faults) { visit.dice.between(1, 2) } else { 0 };
        for _ in 0..hiccups {
            if call.tries.made() + 1 >= Tries::MOST {
                break;
            }
            call.tries.count();
            let id = format!("{}, attempt {}", visit.cause.request_id, call.tries.made());
            self.log(LogRow { id, trace: call.origin.trace.clone(), step: Some(call.step), ..LogRow::default() });
            self.world.wait(visit.dice.between(100, 3_000)).await;
            let after_ms = visit.dice.between(500, 20_000);
            on_retry(Retry { attempt: call.tries.made() + 1, after: Duration::from_millis(after_ms) });
            self.world.wait(after_ms).await;
            if call.stop.is_cancelled() {
                return Err(FailureCode::Cancelled.into());
            }
        }
        call.tries.count();
        let outcome = self.outcome(call.step, faults, &mut visit.dice);
        let reply = outcome.reply(call, &visit.cause, &mut visit.dice);
        let (ask, step) = (visit.cause.ask, call.step.number());
        self.world.tell(UPSTREAM, format!("step {step} of {ask}: {outcome:?}, {} nanos", reply.bill.nanos));
        self.charge(call, ask, reply.bill);
        self.log(reply.row);
        let wait_ms = if self.world.is_calm() { 10_000 } else { outcome.wait_ms(call.step, &mut visit.dice) };
        self.world.wait(wait_ms).await;
        match outcome {
            Outcome::Panic => {
                self.world.trouble();
                self.database.doubt(&call.origin.trace);
                // Without the hook, which would print it.
                std::panic::resume_unwind(Box::new("a simulated panic"))
            }
            Outcome::Hang => pending().await,
            _ => reply.answer,
        }
    }

    fn outcome(&self, step: Step, faults: u64, dice: &mut Dice) -> Outcome {
        if self.world.is_calm() {
            return Outcome::Good;
        }
        if self.world.sabotage == Some(Sabotage::Hanging) && dice.percent(5) {
            return Outcome::Hang;
        }
        let outcome = if dice.percent(faults) { Outcome::bad(step, dice) } else { Outcome::usual(dice) };
        if outcome == Outcome::Panic && !self.world.settings.panics { Outcome::Good } else { outcome }
    }
}

impl Upstream for SimUpstream {
    fn ask<'a>(&'a self, call: &'a Call, on_retry: OnRetry<'a>) -> BoxFuture<'a, Result<Answer, Refused>> {
        Box::pin(self.answer(call, on_retry))
    }

    fn spoil(&self, _: &Call) {}

    fn worst_usd(&self, _: Step, output: Output) -> f64 {
        nanos::to_usd(if output == Output::Text { WORST_DESCRIBE } else { WORST_TRY_ON })
    }
}

impl GatewayLogs for SimUpstream {
    fn rows(&self, since_ms: u64, until_ms: u64) -> BoxFuture<'_, Result<LogExcerpt, String>> {
        let state = self.state();
        let rows = state.rows.iter().filter(|row| (since_ms..until_ms).contains(&row.at_ms)).cloned().collect();
        Box::pin(ready(Ok(LogExcerpt { rows, is_complete: true })))
    }
}

//! The purse: no call is made that was not reserved at its worst price, and every call is settled at its true one.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::future::BoxFuture;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::config::BudgetConfig;
use crate::look::failure::{Failure, FailureCode, Why};
use crate::look::price::{Tokens, cost_usd, nanos};
use crate::look::step::Step;
use crate::pipeline::upstream::{Answer, Call, Charge, OnRetry, Output, Refused, Upstream};
use crate::runtime::Runtime;
use crate::store::database::StoreError;
use crate::store::ledger::{Doubt, Ledger, Reservation, Settlement, Spent, Terms};
use crate::store::usage::Spending;

/// The budget of this installation. Cheap to clone.
#[derive(Clone)]
pub struct Purse(Arc<Inner>);

struct Inner {
    ledger: Arc<dyn Ledger>,
    runtime: Arc<dyn Runtime>,
    budget: BudgetConfig,
    /// The embedded gateway costs nothing.
    is_free: bool,
    /// The share of the day's budget that was last warned of, in percent.
    warned: AtomicU8,
}

/// The money for one look: both steps reserved beforehand, so that no step 1 is paid for a step 2 that nobody can pay.
pub(super) struct LookMoney {
    purse: Purse,
    upstream: Arc<dyn Upstream>,
    trace: String,
    /// Reservations that no call has used yet.
    ready: Mutex<HashMap<Step, String>>,
    used: Used,
}

/// What a look has used so far.
#[derive(Debug, Default)]
pub(super) struct Used {
    /// Money, in billionths of a dollar; what nobody knows the price of counts at its worst.
    nanos: AtomicU64,
    /// Time in which the gateway was waited for, in milliseconds.
    upstream_ms: AtomicU64,
}

impl Purse {
    /// A purse with `budget` in it. `is_free` where the embedded gateway answers.
    pub fn new(ledger: Arc<dyn Ledger>, runtime: Arc<dyn Runtime>, budget: BudgetConfig, is_free: bool) -> Self {
        Self(Arc::new(Inner { ledger, runtime, budget, is_free, warned: AtomicU8::new(0) }))
    }

    /// Reserves what the steps of a look may cost. Errors: `budget_exhausted`, with the time until there is a new budget.
    pub(super) async fn reserve(
        &self,
        upstream: Arc<dyn Upstream>,
        trace: String,
        steps: &[(Step, Output)],
    ) -> Result<Arc<LookMoney>, Failure> {
        let worst = |(step, output): &(Step, Output)| upstream.worst_usd(*step, *output);
        let calls = steps.iter().map(|step| self.reservation(&trace, step.0, worst(step)));
        let calls = calls.collect::<Result<Vec<_>, _>>()?;
        let ready = steps.iter().map(|(step, _)| *step).zip(calls.iter().map(|call| call.id.clone())).collect();
        self.take(calls).await?;
        let money = LookMoney { purse: self.clone(), upstream, trace, ready: Mutex::new(ready), used: Used::default() };
        Ok(Arc::new(money))
    }

    /// What may be spent, and what is; `None` when the books cannot be read.
    pub async fn spending(&self) -> Option<Spending> {
        let Terms { day_nanos: day_budget_nanos, month_nanos: month_budget_nanos, .. } = self.terms();
        let spent = self.0.ledger.spent(self.terms()).await;
        let spent = spent.inspect_err(|error| tracing::error!("the ledger cannot be read: {error}")).ok()?;
        let Spent { day_nanos, month_nanos, is_frozen } = spent;
        Some(Spending { day_nanos, day_budget_nanos, month_nanos, month_budget_nanos, is_frozen })
    }

    /// Stops all spending, or allows it again. Looks that have begun are made: they are reserved.
    pub async fn freeze(&self, is_frozen: bool) -> Result<(), StoreError> {
        self.0.ledger.freeze(is_frozen, self.0.runtime.now_ms()).await?;
        tracing::warn!("The operator has {} all spending", if is_frozen { "stopped" } else { "allowed" });
        Ok(())
    }

    async fn take(&self, calls: Vec<Reservation>) -> Result<(), Failure> {
        let terms = self.terms();
        match self.0.ledger.reserve(calls, terms.clone()).await {
            Ok(true) => {
                self.warn(terms).await;
                Ok(())
            }
            Ok(false) => Err(self.refusal(terms).await),
            Err(error) => Err(closed(&error)),
        }
    }

    async fn refusal(&self, terms: Terms) -> Failure {
        let exhausted = Failure::new(FailureCode::BudgetExhausted);
        match self.0.ledger.spent(terms).await {
            // Nobody knows until when.
            Ok(Spent { is_frozen: true, .. }) => exhausted.because(Why::Frozen),
            _ => exhausted.retry_after(Some(self.seconds_to_tomorrow())),
        }
    }

    fn reservation(&self, trace: &str, step: Step, worst_usd: f64) -> Result<Reservation, Failure> {
        let mut random = [0_u8; 16];
        getrandom::fill(&mut random).map_err(|_| FailureCode::Internal)?;
        let nanos = if self.0.is_free { 0 } else { nanos::from_usd(worst_usd) };
        Ok(Reservation { id: format!("{:032x}", u128::from_be_bytes(random)), trace: trace.to_owned(), step, nanos })
    }

    fn terms(&self) -> Terms {
        let now_ms = self.0.runtime.now_ms();
        let date = utc(now_ms).date();
        let whole = |number: i64| u64::try_from(number).unwrap_or_default();
        Terms {
            now_ms,
            day: now_ms / 86_400_000,
            month: whole(i64::from(date.year()) * 12 + i64::from(date.month()) - 1),
            day_nanos: self.0.budget.day_nanos,
            month_nanos: self.0.budget.month_nanos,
        }
    }

    fn seconds_to_tomorrow(&self) -> u32 {
        let left_ms = 86_400_000 - self.0.runtime.now_ms() % 86_400_000;
        u32::try_from(left_ms.div_ceil(1000)).unwrap_or(u32::MAX)
    }

    /// Says once for each when half, four fifths and all of the day's budget are gone.
    async fn warn(&self, terms: Terms) {
        let budget = terms.day_nanos;
        let Ok(spent) = self.0.ledger.spent(terms).await else { return };
        let percent = u8::try_from(spent.day_nanos.saturating_mul(100) / budget.max(1)).unwrap_or(u8::MAX);
        let reached = [100, 80, 50].into_iter().find(|mark| percent >= *mark).unwrap_or_default();
        if self.0.warned.swap(reached, Ordering::Relaxed) < reached {
            let (spent, budget) = (nanos::to_usd(spent.day_nanos), nanos::to_usd(budget));
            tracing::warn!("{reached} % of today's budget is spent or reserved: ${spent:.2} of ${budget:.2}");
        }
    }
}

fn utc(now_ms: u64) -> jiff::Zoned {
    let now = i64::try_from(now_ms).ok().and_then(|now| Timestamp::from_millisecond(now).ok());
    now.unwrap_or_default().to_zoned(TimeZone::UTC)
}

/// Without books there is no money.
fn closed(error: &StoreError) -> Failure {
    tracing::error!("no look is made, for the ledger cannot be read or written: {error}");
    Failure::new(FailureCode::BudgetExhausted).because(Why::Ledger)
}

impl LookMoney {
    async fn call(&self, call: &Call, on_retry: OnRetry<'_>) -> Result<Answer, Refused> {
        let prepaid = self.ready().remove(&call.step);
        let id = if let Some(id) = prepaid {
            id
        } else {
            // A second attempt has a reservation of its own.
            let worst_usd = self.worst_usd(call.step, call.output);
            let reservation = self.purse.reservation(&self.trace, call.step, worst_usd)?;
            let id = reservation.id.clone();
            self.purse.take(vec![reservation]).await?;
            id
        };
        let began_ms = self.purse.0.runtime.now_ms();
        // Dropped before its answer, the call stays charged: it was sent.
        let outcome = self.upstream.ask(call, on_retry).await;
        let took_ms = self.purse.0.runtime.now_ms().saturating_sub(began_ms);
        self.used.upstream_ms.fetch_add(took_ms, Ordering::Relaxed);
        let kept = if let Some(settlement) = self.settlement(&outcome, took_ms) {
            self.used.nanos.fetch_add(settlement.nanos, Ordering::Relaxed);
            self.purse.0.ledger.settle(id, settlement).await
        } else {
            let worst = nanos::from_usd(self.worst_usd(call.step, call.output));
            self.used.nanos.fetch_add(worst, Ordering::Relaxed);
            let code = outcome.as_ref().err().map(|refused| refused.failure.code.name());
            let doubt = Doubt { over_ms: began_ms.saturating_add(took_ms), took_ms, code };
            self.purse.0.ledger.doubt(id, doubt).await
        };
        if let Err(error) = kept {
            tracing::error!("a call stays charged at its worst price: {error}");
        }
        outcome
    }

    /// What the look has cost so far, in billionths of a dollar, and how long the gateway was waited for, in milliseconds.
    pub(super) fn used(&self) -> (u64, u64) {
        (self.used.nanos.load(Ordering::Relaxed), self.used.upstream_ms.load(Ordering::Relaxed))
    }

    /// What became of a call; `None` when nobody knows what it costs, so that it stays charged.
    fn settlement(&self, outcome: &Result<Answer, Refused>, took_ms: u64) -> Option<Settlement> {
        let priced = |model: &str, tokens: Tokens| {
            if self.purse.0.is_free { Some(0) } else { cost_usd(model, tokens).map(nanos::from_usd) }
        };
        let (model, tokens, nanos) = match outcome {
            Ok(answer) => {
                let tokens = answer.tokens.unwrap_or_default();
                (Some(answer.model.clone()), tokens, answer.tokens.and_then(|tokens| priced(&answer.model, tokens))?)
            }
            Err(Refused { charge: Charge::Nothing, .. }) => (None, Tokens::default(), 0),
            Err(Refused { charge: Charge::Counted { model, tokens }, .. }) => {
                (Some(model.clone()), *tokens, priced(model, *tokens)?)
            }
            Err(Refused { charge: Charge::Unknown, .. }) if self.purse.0.is_free => (None, Tokens::default(), 0),
            Err(Refused { charge: Charge::Unknown, .. }) => return None,
        };
        let failure = outcome.as_ref().err().map(|refused| &refused.failure);
        Some(Settlement {
            nanos,
            model,
            code: failure.map(|failure| failure.code.name()),
            cached: outcome.as_ref().is_ok_and(|answer| answer.cached),
            tokens,
            took_ms,
            request_id: match outcome {
                Ok(answer) => answer.request_id.clone(),
                Err(refused) => refused.failure.request_id.clone(),
            },
        })
    }

    /// Gives back what no call has used.
    pub(super) async fn give_back(&self) {
        let unused: Vec<String> = self.ready().drain().map(|(_, id)| id).collect();
        if !unused.is_empty()
            && let Err(error) = self.purse.0.ledger.release(unused).await
        {
            tracing::error!("a reservation stays charged: {error}");
        }
    }

    fn ready(&self) -> MutexGuard<'_, HashMap<Step, String>> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Upstream for LookMoney {
    fn ask<'a>(&'a self, call: &'a Call, on_retry: OnRetry<'a>) -> BoxFuture<'a, Result<Answer, Refused>> {
        Box::pin(self.call(call, on_retry))
    }

    fn spoil(&self, call: &Call) {
        self.upstream.spoil(call);
    }

    fn worst_usd(&self, step: Step, output: Output) -> f64 {
        self.upstream.worst_usd(step, output)
    }
}

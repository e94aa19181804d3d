//! The purse: no call is made that was not reserved at its worst price, and every call is settled at its true one.

mod money;

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::config::BudgetConfig;
use crate::look::failure::{Failure, FailureCode, Why};
use crate::look::price::nanos;
use crate::look::step::Step;
use crate::pipeline::upstream::{Output, Upstream};
use crate::runtime::Runtime;
use crate::store::database::StoreError;
use crate::store::ledger::{Doubt, Ledger, Reservation, Settlement, Spent, Terms};
use crate::store::usage::Spending;
use money::Used;

pub(super) use money::LookMoney;

/// When the books that could not be written are tried again.
const AGAIN_AFTER: Duration = Duration::from_secs(30);

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

/// What is to be written of a call. To write it twice is to write it once.
#[derive(Clone, Debug)]
enum Note {
    /// Its price is known.
    Settled(String, Settlement),
    /// Nobody told its price.
    InDoubt(String, Doubt),
    /// Reservations without a call.
    Unused(Vec<String>),
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

    /// Whether a reservation is still there, now that its call is to be made.
    async fn has(&self, id: &str) -> Result<bool, Failure> {
        self.0.ledger.claim(id.to_owned()).await.map_err(|error| closed(&error))
    }

    async fn take(&self, calls: Vec<Reservation>) -> Result<(), Failure> {
        let terms = self.terms();
        let nanos = calls.iter().fold(0_u64, |sum, call| sum.saturating_add(call.nanos));
        match self.0.ledger.reserve(calls, terms.clone()).await {
            Ok(true) => {
                self.warn(terms).await;
                Ok(())
            }
            Ok(false) => Err(self.refusal(terms, nanos).await),
            Err(error) => Err(closed(&error)),
        }
    }

    /// Why `nanos` cannot be spent, and until when.
    async fn refusal(&self, terms: Terms, nanos: u64) -> Failure {
        let exhausted = Failure::new(FailureCode::BudgetExhausted);
        let month_budget = terms.month_nanos;
        match self.0.ledger.spent(terms).await {
            // Nobody knows until when.
            Ok(Spent { is_frozen: true, .. }) => exhausted.because(Why::Frozen),
            Ok(spent) if spent.month_nanos.saturating_add(nanos) > month_budget => {
                exhausted.retry_after(Some(self.seconds_to_next_month()))
            }
            _ => exhausted.retry_after(Some(self.seconds_to_tomorrow())),
        }
    }

    /// Writes a note into the books, now or as soon as they can be written.
    async fn note(&self, note: Note) {
        if let Err(error) = self.write(note.clone()).await {
            tracing::error!("a call stays charged at its worst price until the books can be written: {error}");
            self.note_later(note);
        }
    }

    /// The same, for whoever cannot wait.
    fn note_later(&self, note: Note) {
        let purse = self.clone();
        let insist = async move {
            while purse.write(note.clone()).await.is_err() {
                purse.0.runtime.sleep(AGAIN_AFTER).await;
            }
        };
        self.0.runtime.spawn(Box::pin(insist));
    }

    async fn write(&self, note: Note) -> Result<(), StoreError> {
        match note {
            Note::Settled(id, settlement) => self.0.ledger.settle(id, settlement).await,
            Note::InDoubt(id, doubt) => self.0.ledger.doubt(id, doubt).await,
            Note::Unused(ids) => self.0.ledger.release(ids).await,
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

    fn seconds_to_next_month(&self) -> u32 {
        let today = utc(self.0.runtime.now_ms()).date();
        let days = u32::try_from(today.last_of_month().day() - today.day()).unwrap_or_default();
        days.saturating_mul(86_400).saturating_add(self.seconds_to_tomorrow())
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

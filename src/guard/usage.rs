//! What the operator sees: the usage log, and how things stand now.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::future::{Either, select};
use serde::Serialize;

use super::purse::Purse;
use super::reconcile::GatewayTotals;
use super::registry::Looks;
use crate::config::RatesConfig;
use crate::look::failure::Failure;
use crate::look::step::Step;
use crate::pipeline::gateway_logs::GatewayLogs;
use crate::runtime::Runtime;
use crate::store::database::StoreError;
use crate::store::usage::{Entry, Filter, Report, Source, Spending, UsageLog};

/// The operator's view. Cheap to clone.
#[derive(Clone)]
pub struct Usage(Arc<Inner>);

struct Inner {
    log: Arc<dyn UsageLog>,
    purse: Purse,
    looks: Looks,
    gateway: Option<Arc<dyn GatewayLogs>>,
    runtime: Arc<dyn Runtime>,
    rates: RatesConfig,
    /// The minute of the newest refusals, and how many it had.
    refusals: Mutex<(u64, u32)>,
}

/// A span of time that is looked at, up to now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, strum::EnumString, strum::IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Period {
    /// 24 hours, by the hour.
    #[default]
    Day,
    /// 7 days, by six hours.
    Week,
    /// 30 days, by the day.
    Month,
}

/// How things stand now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Now {
    /// Looks being made.
    pub being_made: u64,
    /// Looks that wait for their turn.
    pub waiting: u64,
    /// What may be spent, and what is; `None` when the books cannot be read.
    pub spending: Option<Spending>,
    /// `RATE_LIMIT_PER_MINUTE`.
    pub per_minute: u64,
    /// `RATE_LIMIT_PER_USER_PER_MINUTE`.
    pub user_per_minute: u64,
    /// `RATE_LIMIT_PER_USER_PER_DAY`.
    pub user_per_day: u64,
}

const HOUR_MS: u64 = 3_600_000;
/// Most refusals of one minute that get an entry each.
const REFUSALS_A_MINUTE: u32 = 20;
/// How long the dashboard waits for the gateway's own log.
const LOG_WITHIN: Duration = Duration::from_secs(5);

impl Period {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// The length of a slot in milliseconds, and how many there are.
    fn slots(self) -> (u64, u64) {
        match self {
            Self::Day => (HOUR_MS, 24),
            Self::Week => (6 * HOUR_MS, 28),
            Self::Month => (24 * HOUR_MS, 30),
        }
    }

    /// Its beginning and end around `now_ms`, on the borders of slots (UTC): the last slot is the one that is running.
    pub fn bounds(self, now_ms: u64) -> (u64, u64) {
        let (slot_ms, count) = self.slots();
        let until_ms = (now_ms / slot_ms + 1) * slot_ms;
        (until_ms.saturating_sub(slot_ms * count), until_ms)
    }
}

impl Usage {
    /// The view on `log`, on what is going on, and on the gateway's own log, where that may be read.
    pub fn new(
        log: Arc<dyn UsageLog>,
        purse: Purse,
        looks: Looks,
        gateway: Option<Arc<dyn GatewayLogs>>,
        runtime: Arc<dyn Runtime>,
        rates: RatesConfig,
    ) -> Self {
        Self(Arc::new(Inner { log, purse, looks, gateway, runtime, rates, refusals: Mutex::default() }))
    }

    /// Enters a request that was refused before its look began. Of a flood only the first few a minute are entered: it is to be seen, and not
    /// to fill the disk.
    pub async fn refused(&self, failure: &Failure) {
        let at_ms = self.0.runtime.now_ms();
        if !self.is_worth_an_entry(at_ms / 60_000) {
            return;
        }
        let entry = Entry {
            at_ms,
            source: Source::Refused,
            code: Some(failure.code.name().to_owned()),
            step: failure.step.map(Step::number),
            request_id: failure.request_id.clone(),
            ..Entry::default()
        };
        if let Err(error) = self.0.log.record(vec![entry]).await {
            tracing::error!("the usage log cannot be written: {error}");
        }
    }

    fn is_worth_an_entry(&self, minute: u64) -> bool {
        let mut refusals = self.0.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        if refusals.0 != minute {
            *refusals = (minute, 0);
        }
        refusals.1 = refusals.1.saturating_add(1);
        refusals.1 <= REFUSALS_A_MINUTE
    }

    /// What happened in a period.
    pub async fn report(&self, period: Period) -> Result<Report, StoreError> {
        let (from_ms, until_ms) = period.bounds(self.0.runtime.now_ms());
        self.0.log.report(from_ms, until_ms, period.slots().0).await
    }

    /// The newest requests of a period that `filter` lets through; its own times are overwritten.
    pub async fn entries(&self, period: Period, filter: Filter, most: u64) -> Result<Vec<Entry>, StoreError> {
        let (from_ms, until_ms) = period.bounds(self.0.runtime.now_ms());
        self.0.log.entries(Filter { from_ms, until_ms, ..filter }, most).await
    }

    /// Stops all spending, or allows it again.
    pub async fn freeze(&self, is_frozen: bool) -> Result<(), StoreError> {
        self.0.purse.freeze(is_frozen).await
    }

    /// What the gateway itself says of a period; `None` where its log may not be read. Errors: what to tell the operator.
    pub async fn gateway_totals(&self, period: Period) -> Option<Result<GatewayTotals, String>> {
        let logs = self.0.gateway.as_ref()?;
        let (from_ms, until_ms) = period.bounds(self.0.runtime.now_ms());
        let totals = Box::pin(GatewayTotals::read(logs.as_ref(), from_ms, until_ms));
        Some(match select(totals, self.0.runtime.sleep(LOG_WITHIN)).await {
            Either::Left((totals, _)) => totals,
            Either::Right(_) => Err(format!("no answer within {} s", LOG_WITHIN.as_secs())),
        })
    }

    /// How things stand now.
    pub async fn now(&self) -> Now {
        let (being_made, waiting) = self.0.looks.counts();
        let RatesConfig { per_minute, user_per_minute, user_per_day, .. } = self.0.rates;
        let spending = self.0.purse.spending().await;
        Now { being_made, waiting, spending, per_minute, user_per_minute, user_per_day }
    }
}

#[cfg(test)]
mod tests {
    use super::{HOUR_MS, Period};

    #[test]
    fn a_period_ends_with_the_running_slot() {
        let now = 1_000 * 24 * HOUR_MS + 5 * HOUR_MS + 7;
        for period in Period::ALL {
            let ((from, until), (slot, count)) = (period.bounds(now), period.slots());
            assert!(from % slot == 0 && until - from == slot * count, "{period:?}");
            assert!(until - slot <= now && now < until, "{period:?}");
        }
    }
}

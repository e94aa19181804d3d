//! Reconciling: calls whose process died, or whose answer never came, stay charged at their worst price until the gateway's own log tells
//! what became of them.

mod verdict;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use thiserror::Error;

use crate::look::price::nanos;
use crate::pipeline::gateway_logs::{GatewayLogs, LogExcerpt};
use crate::runtime::Runtime;
use crate::store::database::StoreError;
use crate::store::ledger::Ledger;
use verdict::{Evidence, Verdict};

/// So much later than the gateway's patience ends a row of its log may be written. Seconds are usual.
pub const LATE: Duration = Duration::from_mins(1);

/// So far the gateway's clock and ours may be apart.
const SLACK_MS: u64 = 300_000;

/// Compares the books with the gateway's log.
pub struct Reconciler {
    ledger: Arc<dyn Ledger>,
    logs: Arc<dyn GatewayLogs>,
    runtime: Arc<dyn Runtime>,
    sure_ms: u64,
}

/// What came of comparing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Calls that were settled at what the log tells.
    pub settled: u64,
    /// What these cost, in billionths of a dollar.
    pub nanos: u64,
    /// Reservations that were taken back, for the gateway never saw their calls.
    pub released: u64,
    /// Calls that stay charged for now.
    pub left: u64,
}

/// Why nothing was compared.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Unreconciled {
    /// The log did not answer.
    #[error("the gateway's log cannot be read: {0}")]
    Log(String),
    /// The books cannot be used.
    #[error(transparent)]
    Books(#[from] StoreError),
}

impl Reconciler {
    /// One for `ledger` and the log of the gateway that its calls went through. When a call has been over for longer than `sure`, the gateway
    /// has given it up as well and its row is written: `GATEWAY_TIMEOUT` and [`LATE`].
    pub fn new(ledger: Arc<dyn Ledger>, logs: Arc<dyn GatewayLogs>, runtime: Arc<dyn Runtime>, sure: Duration) -> Self {
        Self { ledger, logs, runtime, sure_ms: u64::try_from(sure.as_millis()).unwrap_or(u64::MAX) }
    }

    /// Settles what the log tells the price of, takes back what the gateway never saw, and says so in our log. Where the log cannot be read
    /// all stays as it is. Any number of processes may do this at once.
    pub async fn reconcile(&self) -> Result<Reconciled, Unreconciled> {
        let outcome = self.compare().await;
        match &outcome {
            Ok(done) if done.settled + done.released > 0 => tracing::info!("Reconciled with the gateway's log: {done}"),
            Ok(done) => tracing::debug!("Reconciled with the gateway's log: {done}"),
            Err(error) => tracing::warn!("Calls stay charged at their worst price: {error}"),
        }
        outcome
    }

    async fn compare(&self) -> Result<Reconciled, Unreconciled> {
        let now_ms = self.runtime.now_ms();
        let steps = self.ledger.unsettled(now_ms).await?;
        let calls = || steps.iter().flat_map(|step| &step.open);
        let Some(oldest_ms) = calls().map(|call| call.reserved_ms).min() else {
            return Ok(Reconciled::default());
        };
        let log = self.logs.rows(oldest_ms.saturating_sub(SLACK_MS), now_ms.saturating_add(SLACK_MS)).await;
        let log = log.map_err(Unreconciled::Log)?;
        let evidence = Evidence { log: &log, now_ms, sure_ms: self.sure_ms };
        let (mut settled, mut released) = (Vec::new(), Vec::new());
        for step in &steps {
            match evidence.on(step) {
                Verdict::Settled(settlements) => settled.extend(settlements),
                Verdict::Released(ids) => released.extend(ids),
                Verdict::Open => {}
            }
        }
        let left = calls().count().saturating_sub(settled.len() + released.len()) as u64;
        let corrected = self.ledger.correct(settled, released).await?;
        Ok(Reconciled { settled: corrected.settled, nanos: corrected.nanos, released: corrected.released, left })
    }
}

impl fmt::Display for Reconciled {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { settled, nanos, released, left } = *self;
        write!(formatter, "{settled} settled at ${:.2}, {released} released", nanos::to_usd(nanos))?;
        if left > 0 { write!(formatter, ", {left} left open") } else { Ok(()) }
    }
}

/// What the gateway says of a time, to be shown beside our own books.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct GatewayTotals {
    /// HTTP calls, whoever made them: repeats, and those of other programs that use the same gateway.
    pub calls: u64,
    /// Those that were not answered.
    pub failed: u64,
    /// Those that its cache answered.
    pub cached: u64,
    /// Tokens sent.
    pub tokens_in: u64,
    /// Tokens answered.
    pub tokens_out: u64,
    /// What it thinks that they cost, in billionths of a dollar.
    pub cost_nanos: u64,
    /// Whether these are all; if not, the newest are missing.
    pub is_complete: bool,
}

impl GatewayTotals {
    /// Those of a time (milliseconds since 1970, the end exclusive). Errors: what to tell the operator.
    pub async fn read(logs: &dyn GatewayLogs, since_ms: u64, until_ms: u64) -> Result<Self, String> {
        logs.rows(since_ms, until_ms).await.map(|log| Self::of(&log))
    }

    /// Those of some rows.
    pub fn of(log: &LogExcerpt) -> Self {
        let empty = Self { is_complete: log.is_complete, ..Self::default() };
        log.rows.iter().fold(empty, |sum, row| Self {
            calls: sum.calls + 1,
            failed: sum.failed + u64::from(!row.success),
            cached: sum.cached + u64::from(row.cached),
            tokens_in: sum.tokens_in.saturating_add(row.tokens_in.unwrap_or_default()),
            tokens_out: sum.tokens_out.saturating_add(row.tokens_out.unwrap_or_default()),
            cost_nanos: sum.cost_nanos.saturating_add(nanos::from_usd(row.cost_usd.unwrap_or_default())),
            ..sum
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{GatewayTotals, Reconciled};
    use crate::pipeline::gateway_logs::{LogExcerpt, LogRow};

    #[test]
    fn what_came_of_it_is_told_in_a_line() {
        let done = Reconciled { settled: 3, nanos: 100_400_000, released: 1, left: 0 };
        assert_eq!(done.to_string(), "3 settled at $0.10, 1 released");
        assert_eq!(Reconciled { left: 2, ..done }.to_string(), "3 settled at $0.10, 1 released, 2 left open");
    }

    #[test]
    fn totals_are_the_sums_of_all_rows() {
        let paid = LogRow {
            success: true,
            tokens_in: Some(1000),
            tokens_out: Some(1300),
            cost_usd: Some(0.0405),
            ..LogRow::default()
        };
        let cached = LogRow { success: true, cached: true, cost_usd: Some(0.0), ..LogRow::default() };
        let failed = LogRow { tokens_in: Some(7), ..LogRow::default() };
        let log = LogExcerpt { rows: vec![paid, cached, failed], is_complete: true };
        let totals = GatewayTotals {
            calls: 3,
            failed: 1,
            cached: 1,
            tokens_in: 1007,
            tokens_out: 1300,
            cost_nanos: 40_500_000,
            is_complete: true,
        };
        assert_eq!(GatewayTotals::of(&log), totals);
        assert_eq!(GatewayTotals::of(&LogExcerpt::default()), GatewayTotals::default());
    }
}

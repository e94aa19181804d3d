//! What must be done now and then, whoever asks for what: looks past their time are dropped, counters and old entries forgotten, the books
//! put right.

use std::sync::Arc;
use std::time::Duration;

use super::reconcile::Reconciler;
use crate::runtime::Runtime;
use crate::store::LookStore;
use crate::store::database::StoreError;
use crate::store::ledger::Ledger;
use crate::store::limits::Limits;
use crate::store::usage::UsageLog;

/// How often the house is kept; also how often this process says that it is alive.
const EVERY: Duration = Duration::from_secs(30);
/// The books are compared with the gateway's log every so many times.
const RECONCILED_EVERY: u32 = 10;
/// Entries and settled calls are kept for so long: two months, which the monthly budget and the longest period on the dashboard need, and a
/// bit more.
const REMEMBERED_MS: u64 = 63 * 24 * 3_600_000;

/// Keeps the house.
pub struct Housekeeping {
    /// The looks.
    pub looks: Arc<dyn LookStore>,
    /// The counters.
    pub limits: Arc<dyn Limits>,
    /// The books.
    pub ledger: Arc<dyn Ledger>,
    /// The usage log.
    pub usage: Arc<dyn UsageLog>,
    /// Compares the books with the gateway's log, where that may be read.
    pub reconciler: Option<Reconciler>,
    /// Time.
    pub runtime: Arc<dyn Runtime>,
}

impl Housekeeping {
    /// Keeps the house for as long as the process lives.
    pub async fn keep(self) {
        for round in 0_u32.. {
            self.tidy().await;
            if let Some(reconciler) = self.reconciler.as_ref().filter(|_| round.is_multiple_of(RECONCILED_EVERY)) {
                // It says itself what came of it.
                let _ = reconciler.reconcile().await;
            }
            self.runtime.sleep(EVERY).await;
        }
    }

    /// One round of what needs nobody outside.
    pub async fn tidy(&self) {
        let now_ms = self.runtime.now_ms();
        logged("alive", self.ledger.alive(now_ms).await);
        logged("looks", self.looks.sweep().await);
        logged("limits", self.limits.sweep(now_ms.saturating_mul(1000)).await);
        logged("usage", self.usage.sweep(now_ms.saturating_sub(REMEMBERED_MS)).await);
    }
}

fn logged(what: &str, outcome: Result<(), StoreError>) {
    if let Err(error) = outcome {
        tracing::warn!("housekeeping, {what}: {error}");
    }
}

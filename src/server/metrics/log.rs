//! A usage log that counts what passes through it.

use std::sync::Arc;

use futures::future::BoxFuture;

use super::Metrics;
use crate::store::database::StoreError;
use crate::store::usage::{Entry, Filter, Report, UsageLog};

/// The usage log, metered.
pub(in crate::server) struct MeteredUsage {
    inner: Arc<dyn UsageLog>,
    metrics: Metrics,
}

impl MeteredUsage {
    /// Counts in `metrics` what goes into `inner`.
    pub(in crate::server) fn new(inner: Arc<dyn UsageLog>, metrics: Metrics) -> Self {
        Self { inner, metrics }
    }
}

impl UsageLog for MeteredUsage {
    /// Counts first: what cannot be written down has happened all the same.
    fn record(&self, entries: Vec<Entry>) -> BoxFuture<'_, Result<(), StoreError>> {
        for entry in &entries {
            self.metrics.observe(entry);
        }
        self.inner.record(entries)
    }

    fn entries(&self, filter: Filter, most: u64) -> BoxFuture<'_, Result<Vec<Entry>, StoreError>> {
        self.inner.entries(filter, most)
    }

    fn report(&self, from_ms: u64, until_ms: u64, slot_ms: u64) -> BoxFuture<'_, Result<Report, StoreError>> {
        self.inner.report(from_ms, until_ms, slot_ms)
    }

    fn sweep(&self, until_ms: u64) -> BoxFuture<'_, Result<(), StoreError>> {
        self.inner.sweep(until_ms)
    }
}

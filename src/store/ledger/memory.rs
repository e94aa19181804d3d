//! The books of one process.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use futures::future::{BoxFuture, ready};

use super::{Corrected, Doubt, Ledger, Reservation, Settlement, Spent, Terms, Unsettled};
use crate::store::database::StoreError;

/// The books of one process, for where there is no database: each process has a budget of its own then. With the process they are gone, so
/// they are compared with no log: what is in doubt stays charged.
#[derive(Debug, Default)]
pub struct MemoryLedger {
    calls: Mutex<HashMap<String, Entry>>,
    is_frozen: AtomicBool,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    day: u64,
    month: u64,
    nanos: u64,
}

impl MemoryLedger {
    fn sum(entries: &HashMap<String, Entry>, terms: &Terms) -> Spent {
        entries.values().fold(Spent::default(), |spent, entry| Spent {
            day_nanos: spent.day_nanos.saturating_add(if entry.day >= terms.day { entry.nanos } else { 0 }),
            month_nanos: spent.month_nanos.saturating_add(if entry.month >= terms.month { entry.nanos } else { 0 }),
            ..spent
        })
    }
}

impl Ledger for MemoryLedger {
    fn reserve(&self, calls: Vec<Reservation>, terms: Terms) -> BoxFuture<'_, Result<bool, StoreError>> {
        let mut entries = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|_, entry| entry.month >= terms.month);
        let spent = Self::sum(&entries, &terms);
        let all = calls.iter().fold(0_u64, |sum, call| sum.saturating_add(call.nanos));
        let fits = !self.is_frozen.load(Ordering::Acquire)
            && spent.day_nanos.saturating_add(all) <= terms.day_nanos
            && spent.month_nanos.saturating_add(all) <= terms.month_nanos;
        if fits {
            let entry = |nanos| Entry { day: terms.day, month: terms.month, nanos };
            entries.extend(calls.into_iter().map(|call| (call.id, entry(call.nanos))));
        }
        Box::pin(ready(Ok(fits)))
    }

    fn settle(&self, id: String, settlement: Settlement) -> BoxFuture<'_, Result<(), StoreError>> {
        if let Some(entry) = self.calls.lock().unwrap_or_else(PoisonError::into_inner).get_mut(&id) {
            entry.nanos = settlement.nanos;
        }
        Box::pin(ready(Ok(())))
    }

    fn doubt(&self, _: String, _: Doubt) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(ready(Ok(())))
    }

    fn release(&self, ids: Vec<String>) -> BoxFuture<'_, Result<(), StoreError>> {
        let mut entries = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        for id in &ids {
            entries.remove(id);
        }
        Box::pin(ready(Ok(())))
    }

    fn spent(&self, terms: Terms) -> BoxFuture<'_, Result<Spent, StoreError>> {
        let entries = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let is_frozen = self.is_frozen.load(Ordering::Acquire);
        Box::pin(ready(Ok(Spent { is_frozen, ..Self::sum(&entries, &terms) })))
    }

    fn freeze(&self, is_frozen: bool, _: u64) -> BoxFuture<'_, Result<(), StoreError>> {
        self.is_frozen.store(is_frozen, Ordering::Release);
        Box::pin(ready(Ok(())))
    }

    fn alive(&self, _: u64) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(ready(Ok(())))
    }

    fn unsettled(&self, _: u64) -> BoxFuture<'_, Result<Vec<Unsettled>, StoreError>> {
        Box::pin(ready(Ok(Vec::new())))
    }

    fn correct(&self, _: Vec<(String, Settlement)>, _: Vec<String>) -> BoxFuture<'_, Result<Corrected, StoreError>> {
        Box::pin(ready(Ok(Corrected::default())))
    }
}

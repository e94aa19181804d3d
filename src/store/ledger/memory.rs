//! The books of one process.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use futures::future::{BoxFuture, ready};

use super::{Corrected, Doubt, Ledger, Reservation, Settlement, Spent, Terms, Unsettled};
use crate::store::database::StoreError;

/// The books of one process, for where there is no database: each process has a budget of its own then. With the process they are gone, so
/// they are compared with no log: what is in doubt stays charged.
#[derive(Debug, Default)]
pub struct MemoryLedger(Mutex<HashMap<String, Entry>>);

/// Months that are remembered after they are over.
const MONTHS_KEPT: u64 = 3;

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
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Some months more than are summed: the clock may be set back.
        entries.retain(|_, entry| entry.month + MONTHS_KEPT >= terms.month);
        let spent = Self::sum(&entries, &terms);
        let all = calls.iter().fold(0_u64, |sum, call| sum.saturating_add(call.nanos));
        let fits = spent.day_nanos.saturating_add(all) <= terms.day_nanos
            && spent.month_nanos.saturating_add(all) <= terms.month_nanos;
        if fits {
            let entry = |nanos| Entry { day: terms.day, month: terms.month, nanos };
            entries.extend(calls.into_iter().map(|call| (call.id, entry(call.nanos))));
        }
        Box::pin(ready(Ok(fits)))
    }

    fn claim(&self, id: String) -> BoxFuture<'_, Result<bool, StoreError>> {
        let is_there = self.0.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&id);
        Box::pin(ready(Ok(is_there)))
    }

    fn settle(&self, id: String, settlement: Settlement) -> BoxFuture<'_, Result<(), StoreError>> {
        if let Some(entry) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get_mut(&id) {
            entry.nanos = settlement.nanos;
        }
        Box::pin(ready(Ok(())))
    }

    fn doubt(&self, _: String, _: Doubt) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(ready(Ok(())))
    }

    fn release(&self, ids: Vec<String>) -> BoxFuture<'_, Result<(), StoreError>> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for id in &ids {
            entries.remove(id);
        }
        Box::pin(ready(Ok(())))
    }

    fn spent(&self, terms: Terms) -> BoxFuture<'_, Result<Spent, StoreError>> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Box::pin(ready(Ok(Self::sum(&entries, &terms))))
    }

    fn freeze(&self, _: bool, _: u64) -> BoxFuture<'_, Result<(), StoreError>> {
        let why = "without a database nobody can be told but this process: set DAILY_BUDGET_USD=0";
        Box::pin(ready(Err(StoreError::Unusable(why.to_owned()))))
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

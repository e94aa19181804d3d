//! The ledger: what every call cost, reserved at its worst price before it is made and settled at its true one after. A reservation that
//! nobody settles stays charged.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures::future::{BoxFuture, ready};

use super::database::{Database, Row, Statement, StoreError};
use crate::look::price::Tokens;
use crate::look::step::Step;

/// A call that may be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reservation {
    /// Its own name: 32 hex digits.
    pub id: String,
    /// The name of its look in the gateway's log.
    pub trace: String,
    /// Its step.
    pub step: Step,
    /// The most it can cost, in billionths of a dollar.
    pub nanos: u64,
}

/// The moment of a reservation, and what may be spent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Milliseconds since 1970.
    pub now_ms: u64,
    /// Days since 1970, UTC.
    pub day: u64,
    /// Months since year 0, UTC.
    pub month: u64,
    /// The most that a day may cost.
    pub day_nanos: u64,
    /// The most that a month may cost.
    pub month_nanos: u64,
}

/// What became of a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settlement {
    /// What it cost.
    pub nanos: u64,
    /// The model that answered.
    pub model: Option<String>,
    /// The failure's code, if it failed.
    pub code: Option<&'static str>,
    /// Whether the gateway had the answer already.
    pub cached: bool,
    /// The tokens paid for.
    pub tokens: Tokens,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// The id under which the gateway knows it.
    pub request_id: Option<String>,
}

/// What has been spent, reservations included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// In the day.
    pub day_nanos: u64,
    /// In the month.
    pub month_nanos: u64,
}

/// Keeps the books.
pub trait Ledger: Send + Sync {
    /// Reserves all of `calls` or, where that would pass what may be spent, none. Tells which.
    fn reserve(&self, calls: Vec<Reservation>, terms: Terms) -> BoxFuture<'_, Result<bool, StoreError>>;

    /// Puts the true price in the place of the worst one.
    fn settle(&self, id: String, settlement: Settlement) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Takes back reservations of calls that were never made.
    fn release(&self, ids: Vec<String>) -> BoxFuture<'_, Result<(), StoreError>>;

    /// What has been spent in the day and month of `terms`.
    fn spent(&self, terms: Terms) -> BoxFuture<'_, Result<Spent, StoreError>>;
}

/// The books in a database.
pub struct SqlLedger {
    database: Arc<dyn Database>,
    /// The name of this process: the reservations of others that are gone are told by it.
    process: String,
}

/// One statement, so that nobody spends between the question and the answer. What is dated later than now counts too: a clock that was set
/// back gives no second budget.
const RESERVE: &str = "INSERT INTO calls (id, trace, step, day, month, reserved_ms, nanos, state, process)
    SELECT value ->> 0, value ->> 1, value ->> 2, ?2, ?3, ?4, value ->> 3, 'reserved', ?5 FROM json_each(?1)
    WHERE (SELECT coalesce(sum(nanos), 0) FROM calls WHERE day >= ?2) + ?6 <= ?7
      AND (SELECT coalesce(sum(nanos), 0) FROM calls WHERE month >= ?3) + ?6 <= ?8
    RETURNING id";

const SETTLE: &str =
    "UPDATE calls SET state = 'settled', nanos = ?2, model = ?3, code = ?4, cached = ?5, prompt_tokens = ?6,
    text_tokens = ?7, image_tokens = ?8, took_ms = ?9, request_id = ?10 WHERE id = ?1 AND state = 'reserved'";

impl SqlLedger {
    /// The books in that database, kept by the process of that name.
    pub fn new(database: Arc<dyn Database>, process: String) -> Self {
        Self { database, process }
    }
}

impl Ledger for SqlLedger {
    fn reserve(&self, calls: Vec<Reservation>, terms: Terms) -> BoxFuture<'_, Result<bool, StoreError>> {
        let rows: Vec<_> = calls.iter().map(|call| (&call.id, &call.trace, call.step.number(), call.nanos)).collect();
        let all: u64 = calls.iter().fold(0, |sum, call| sum.saturating_add(call.nanos));
        let statement = Statement::new(RESERVE)
            .with(serde_json::to_string(&rows).unwrap_or_default())
            .with(terms.day)
            .with(terms.month)
            .with(terms.now_ms)
            .with(self.process.as_str())
            .with(all)
            .with(terms.day_nanos)
            .with(terms.month_nanos);
        Box::pin(async move {
            let reserved = self.database.write(vec![statement]).await?;
            Ok(reserved.first().is_some_and(|rows| !rows.is_empty()))
        })
    }

    fn settle(&self, id: String, settlement: Settlement) -> BoxFuture<'_, Result<(), StoreError>> {
        let Settlement { nanos, model, code, cached, tokens, took_ms, request_id } = settlement;
        let statement = Statement::new(SETTLE)
            .with(id)
            .with(nanos)
            .with(model)
            .with(code)
            .with(u64::from(cached))
            .with(tokens.prompt)
            .with(tokens.text)
            .with(tokens.image)
            .with(took_ms)
            .with(request_id);
        Box::pin(async move { self.database.write(vec![statement]).await.map(drop) })
    }

    fn release(&self, ids: Vec<String>) -> BoxFuture<'_, Result<(), StoreError>> {
        let delete = |id: String| Statement::new("DELETE FROM calls WHERE id = ?1 AND state = 'reserved'").with(id);
        let batch = ids.into_iter().map(delete).collect();
        Box::pin(async move { self.database.write(batch).await.map(drop) })
    }

    fn spent(&self, terms: Terms) -> BoxFuture<'_, Result<Spent, StoreError>> {
        let statement = Statement::new(
            "SELECT (SELECT sum(nanos) FROM calls WHERE day >= ?1), (SELECT sum(nanos) FROM calls WHERE month >= ?2)",
        );
        Box::pin(async move {
            let rows = self.database.read(statement.with(terms.day).with(terms.month)).await?;
            let row: &Row = rows.first().ok_or(StoreError::Unexpected(0))?;
            Ok(Spent { day_nanos: row.count(0)?, month_nanos: row.count(1)? })
        })
    }
}

/// The books of one process, for where there is no database: each process has a budget of its own then.
#[derive(Debug, Default)]
pub struct MemoryLedger(Mutex<HashMap<String, Entry>>);

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
        })
    }
}

impl Ledger for MemoryLedger {
    fn reserve(&self, calls: Vec<Reservation>, terms: Terms) -> BoxFuture<'_, Result<bool, StoreError>> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|_, entry| entry.month >= terms.month);
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

    fn settle(&self, id: String, settlement: Settlement) -> BoxFuture<'_, Result<(), StoreError>> {
        if let Some(entry) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get_mut(&id) {
            entry.nanos = settlement.nanos;
        }
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
}

/// Books that cannot be kept: nothing is spent.
#[derive(Clone, Debug)]
pub struct ClosedLedger(pub StoreError);

impl Ledger for ClosedLedger {
    fn reserve(&self, _: Vec<Reservation>, _: Terms) -> BoxFuture<'_, Result<bool, StoreError>> {
        Box::pin(ready(Err(self.0.clone())))
    }

    fn settle(&self, _: String, _: Settlement) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(ready(Err(self.0.clone())))
    }

    fn release(&self, _: Vec<String>) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(ready(Err(self.0.clone())))
    }

    fn spent(&self, _: Terms) -> BoxFuture<'_, Result<Spent, StoreError>> {
        Box::pin(ready(Err(self.0.clone())))
    }
}

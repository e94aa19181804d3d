//! The books in a database.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use futures::future::BoxFuture;

use super::{
    Corrected, DEAD_AFTER_MS, Doubt, GIVEN_UP_AFTER_MS, Ledger, OpenCall, Reservation, SettledCall, Settlement, Spent,
    Terms, Unsettled,
};
use crate::look::step::Step;
use crate::store::database::{Database, Row, Statement, StoreError};

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
      AND NOT EXISTS (SELECT 1 FROM switches WHERE name = 'spending frozen')
    RETURNING id";

const CLAIM: &str = "UPDATE calls SET process = ?2 WHERE id = ?1 AND state = 'reserved' RETURNING id";

/// What is known already the gateway's log does not make unknown again.
const SETTLE: &str = "UPDATE calls SET state = 'settled', nanos = ?2, model = coalesce(?3, model),
        code = coalesce(code, ?4), cached = ?5, prompt_tokens = ?6, text_tokens = ?7, image_tokens = ?8,
        took_ms = max(took_ms, ?9), request_id = coalesce(?10, request_id)
    WHERE id = ?1 AND state <> 'settled' RETURNING nanos";

const DOUBT: &str = "UPDATE calls SET state = 'unknown', over_ms = ?2, took_ms = ?3, code = ?4
    WHERE id = ?1 AND state = 'reserved'";

const RELEASE: &str = "DELETE FROM calls WHERE id = ?1 AND state <> 'settled' RETURNING id";

const SPENT: &str =
    "SELECT (SELECT sum(nanos) FROM calls WHERE day >= ?1), (SELECT sum(nanos) FROM calls WHERE month >= ?2),
        EXISTS (SELECT 1 FROM switches WHERE name = 'spending frozen')";

const FREEZE: &str = "INSERT INTO switches (name, since_ms) VALUES ('spending frozen', ?1) ON CONFLICT DO NOTHING";

const THAW: &str = "DELETE FROM switches WHERE name = 'spending frozen'";

const ALIVE: &str = "INSERT INTO processes (name, seen_ms) VALUES (?1, ?2)
    ON CONFLICT (name) DO UPDATE SET seen_ms = excluded.seen_ms";

/// Nobody asks whose call it was once it is given up.
const FORGET: &str = "DELETE FROM processes WHERE seen_ms < ?1";

/// All calls of every look that has an unsettled one. A process that fell silent may have lived until it was taken for dead (?4 later). Its
/// own calls a process settles itself.
const UNSETTLED: &str = "SELECT trace, step, id, nanos, request_id, state = 'settled', reserved_ms,
        coalesce(over_ms, max(reserved_ms, coalesce(seen_ms + ?4, 0))),
        state = 'reserved' AND (process = ?1 OR coalesce(seen_ms, 0) > ?2)
    FROM calls LEFT JOIN processes ON name = process
    WHERE trace IN (SELECT trace FROM calls WHERE state <> 'settled' AND reserved_ms > ?3)
    ORDER BY reserved_ms, id";

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

    fn claim(&self, id: String) -> BoxFuture<'_, Result<bool, StoreError>> {
        let statement = Statement::new(CLAIM).with(id).with(self.process.as_str());
        Box::pin(async move {
            let claimed = self.database.write(vec![statement]).await?;
            Ok(claimed.first().is_some_and(|rows| !rows.is_empty()))
        })
    }

    fn settle(&self, id: String, settlement: Settlement) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move { self.database.write(vec![settled(id, settlement)]).await.map(drop) })
    }

    fn doubt(&self, id: String, doubt: Doubt) -> BoxFuture<'_, Result<(), StoreError>> {
        let Doubt { over_ms, took_ms, code } = doubt;
        let statement = Statement::new(DOUBT).with(id).with(over_ms).with(took_ms).with(code);
        Box::pin(async move { self.database.write(vec![statement]).await.map(drop) })
    }

    fn release(&self, ids: Vec<String>) -> BoxFuture<'_, Result<(), StoreError>> {
        let batch = ids.into_iter().map(released).collect();
        Box::pin(async move { self.database.write(batch).await.map(drop) })
    }

    fn spent(&self, terms: Terms) -> BoxFuture<'_, Result<Spent, StoreError>> {
        let statement = Statement::new(SPENT).with(terms.day).with(terms.month);
        Box::pin(async move {
            let rows = self.database.read(statement).await?;
            let row: &Row = rows.first().ok_or(StoreError::Unexpected(0))?;
            Ok(Spent { day_nanos: row.count(0)?, month_nanos: row.count(1)?, is_frozen: row.count(2)? > 0 })
        })
    }

    fn freeze(&self, is_frozen: bool, now_ms: u64) -> BoxFuture<'_, Result<(), StoreError>> {
        let statement = if is_frozen { Statement::new(FREEZE).with(now_ms) } else { Statement::new(THAW) };
        Box::pin(async move { self.database.write(vec![statement]).await.map(drop) })
    }

    fn alive(&self, now_ms: u64) -> BoxFuture<'_, Result<(), StoreError>> {
        let alive = Statement::new(ALIVE).with(self.process.as_str()).with(now_ms);
        let forget = Statement::new(FORGET).with(now_ms.saturating_sub(GIVEN_UP_AFTER_MS));
        Box::pin(async move { self.database.write(vec![alive, forget]).await.map(drop) })
    }

    fn unsettled(&self, now_ms: u64) -> BoxFuture<'_, Result<Vec<Unsettled>, StoreError>> {
        let statement = Statement::new(UNSETTLED)
            .with(self.process.as_str())
            .with(now_ms.saturating_sub(DEAD_AFTER_MS))
            .with(now_ms.saturating_sub(GIVEN_UP_AFTER_MS))
            .with(DEAD_AFTER_MS);
        Box::pin(async move { by_step(&self.database.read(statement).await?) })
    }

    fn correct(
        &self,
        settlements: Vec<(String, Settlement)>,
        ids: Vec<String>,
    ) -> BoxFuture<'_, Result<Corrected, StoreError>> {
        let count = settlements.len();
        let settlements = settlements.into_iter().map(|(id, settlement)| settled(id, settlement));
        let batch: Vec<_> = settlements.chain(ids.into_iter().map(released)).collect();
        Box::pin(async move {
            let mut corrected = Corrected::default();
            if batch.is_empty() {
                return Ok(corrected);
            }
            for (at, rows) in self.database.write(batch).await?.iter().enumerate() {
                // None where somebody else was faster.
                let Some(row) = rows.first() else { continue };
                if at < count {
                    corrected.settled += 1;
                    corrected.nanos = corrected.nanos.saturating_add(row.count(0)?);
                } else {
                    corrected.released += 1;
                }
            }
            Ok(corrected)
        })
    }
}

fn settled(id: String, settlement: Settlement) -> Statement {
    let Settlement { nanos, model, code, cached, tokens, took_ms, request_id } = settlement;
    Statement::new(SETTLE)
        .with(id)
        .with(nanos)
        .with(model)
        .with(code)
        .with(u64::from(cached))
        .with(tokens.prompt)
        .with(tokens.text)
        .with(tokens.image)
        .with(took_ms)
        .with(request_id)
}

fn released(id: String) -> Statement {
    Statement::new(RELEASE).with(id)
}

/// The rows of [`UNSETTLED`], step by step.
fn by_step(rows: &[Row]) -> Result<Vec<Unsettled>, StoreError> {
    let mut steps: HashMap<(String, Step), Unsettled> = HashMap::new();
    let mut under_way = HashSet::new();
    for row in rows {
        let (trace, nanos) = (row.text(0)?.to_owned(), row.count(3)?);
        let number = u8::try_from(row.count(1)?).map_err(|_| StoreError::Unexpected(1))?;
        let step = Step::try_from(number).map_err(|_| StoreError::Unexpected(1))?;
        let key = (trace.clone(), step);
        if row.count(8)? != 0 {
            under_way.insert(key);
            continue;
        }
        let unsettled =
            steps.entry(key).or_insert_with(|| Unsettled { trace, step, open: Vec::new(), settled: Vec::new() });
        if row.count(5)? != 0 {
            unsettled.settled.push(SettledCall { nanos, request_id: row.optional_text(4)?.map(str::to_owned) });
        } else {
            let (id, reserved_ms, over_ms) = (row.text(2)?.to_owned(), row.count(6)?, row.count(7)?);
            unsettled.open.push(OpenCall { id, nanos, reserved_ms, over_ms });
        }
    }
    steps.retain(|key, step| !step.open.is_empty() && !under_way.contains(key));
    let mut steps: Vec<_> = steps.into_values().collect();
    steps.sort_by_key(|step| step.open.first().map(|call| call.reserved_ms));
    Ok(steps)
}

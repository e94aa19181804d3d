//! The usage log in a database. A report reads the books along with it.

use std::sync::Arc;

use futures::future::{BoxFuture, try_join5};

use super::report::{CallUse, FailureCount, Latency, Quantiles, Report, Totals};
use super::tally::Tally;
use super::{Entry, Filter, UsageLog};
use crate::store::database::{Database, Row, Statement, StoreError};

/// The usage log in a database.
pub struct SqlUsage(Arc<dyn Database>);

/// D1 takes two megabytes in a value: some four thousand entries.
const RECORD: &str = "INSERT INTO asks (at_ms, trace, source, outfit_known, code, step, model, cost_nanos, saved_nanos,
        took_ms, upstream_ms, queued_ms, request_id)
    SELECT value ->> 'at_ms', value ->> 'trace', value ->> 'source', value ->> 'outfit_known', value ->> 'code',
        value ->> 'step', value ->> 'model', value ->> 'cost_nanos', value ->> 'saved_nanos', value ->> 'took_ms',
        value ->> 'upstream_ms', value ->> 'queued_ms', value ->> 'request_id'
    FROM json_each(?1)";

const ENTRIES: &str = "SELECT at_ms, trace, source, outfit_known, code, step, model, cost_nanos, saved_nanos, took_ms,
        upstream_ms, queued_ms, request_id
    FROM asks
    WHERE at_ms >= ?1 AND at_ms < ?2
      AND (?3 IS NULL OR coalesce(code, 'made') = ?3)
      AND (?4 IS NULL OR model = ?4)
      AND (?5 IS NULL OR source = ?5)
    ORDER BY at_ms DESC, id DESC LIMIT ?6";

/// Slot by slot, each told by a moment of its own. D1 binds every number as a real: without the casts a slot would be a fraction.
const ASKS: &str = "SELECT min(at_ms), count(*),
        count(*) FILTER (WHERE code IS NULL),
        count(*) FILTER (WHERE code IS NOT NULL AND source <> 'refused'),
        count(*) FILTER (WHERE source = 'refused'),
        count(*) FILTER (WHERE code IS NULL AND source = 'kept'),
        count(*) FILTER (WHERE code IS NULL AND source = 'joined'),
        count(*) FILTER (WHERE code IS NULL AND source = 'gateway'),
        count(*) FILTER (WHERE code IS NULL AND outfit_known),
        sum(saved_nanos)
    FROM asks WHERE at_ms >= ?1 AND at_ms < ?2
    GROUP BY (at_ms - CAST(?1 AS INTEGER)) / CAST(?3 AS INTEGER)";

/// A call counts in the slot in which it was reserved.
const CALLS: &str = "SELECT min(reserved_ms), count(*), sum(nanos), sum(nanos) FILTER (WHERE state <> 'settled')
    FROM calls WHERE reserved_ms >= ?1 AND reserved_ms < ?2
    GROUP BY (reserved_ms - CAST(?1 AS INTEGER)) / CAST(?3 AS INTEGER)";

/// A column of `Quantiles`, by nearest rank: from rows that know their place in the order and how many there are.
macro_rules! quantile {
    ($percent:literal, $ms:literal, $place:literal) => {
        concat!("max(", $ms, ") FILTER (WHERE ", $place, " = (total * ", $percent, " + 99) / 100)")
    };
}
macro_rules! quantiles {
    ($ms:literal, $place:literal) => {
        concat!(quantile!(50, $ms, $place), ", ", quantile!(95, $ms, $place), ", ", quantile!(99, $ms, $place))
    };
}

/// What is not settled has no duration yet, and no place among those that have.
const MODELS: &str = concat!(
    "SELECT name, step, count(*), count(code), sum(cached), sum(nanos), sum(prompt_tokens), sum(text_tokens),
        sum(image_tokens), ",
    quantiles!("took_ms", "place"),
    " FROM (
        SELECT coalesce(model, '') AS name, step, code, cached, nanos, prompt_tokens, text_tokens, image_tokens, took_ms,
            CASE WHEN state = 'settled' THEN row_number() OVER (alike ORDER BY took_ms) END AS place,
            count(*) OVER alike AS total
        FROM calls WHERE reserved_ms >= ?1 AND reserved_ms < ?2
        WINDOW alike AS (PARTITION BY coalesce(model, ''), step, state = 'settled')
    )
    GROUP BY name, step ORDER BY sum(nanos) DESC, name, step"
);

const FAILURES: &str = "SELECT code, step, count(*) FROM asks
    WHERE at_ms >= ?1 AND at_ms < ?2 AND code IS NOT NULL
    GROUP BY code, step ORDER BY count(*) DESC, code, step";

const LATENCY: &str = concat!(
    "SELECT ",
    quantiles!("took_ms", "took_place"),
    ", ",
    quantiles!("upstream_ms", "upstream_place"),
    ", ",
    quantiles!("own_ms", "own_place"),
    " FROM (
        SELECT took_ms, upstream_ms, own_ms, count(*) OVER () AS total,
            row_number() OVER (ORDER BY took_ms) AS took_place,
            row_number() OVER (ORDER BY upstream_ms) AS upstream_place,
            row_number() OVER (ORDER BY own_ms) AS own_place
        FROM (
            SELECT took_ms, upstream_ms, max(0, took_ms - upstream_ms - queued_ms) AS own_ms
            FROM asks WHERE at_ms >= ?1 AND at_ms < ?2 AND source = 'made' AND code IS NULL
        )
    )"
);

/// A clock that runs far ahead takes nothing of the months that have calls: set right, it would find its budgets unspent.
const FORGET_CALLS: &str = "DELETE FROM calls WHERE reserved_ms < ?1 AND state = 'settled'
    AND month < (SELECT min(month) FROM (SELECT DISTINCT month FROM calls ORDER BY month DESC LIMIT 3))";

/// Whatever the limits allow, the log takes no more room than that.
const MOST_ENTRIES: u64 = 2_000_000;

impl SqlUsage {
    /// The usage log in that database.
    pub fn new(database: Arc<dyn Database>) -> Self {
        Self(database)
    }
}

impl UsageLog for SqlUsage {
    fn record(&self, entries: Vec<Entry>) -> BoxFuture<'_, Result<(), StoreError>> {
        let statement = Statement::new(RECORD).with(serde_json::to_string(&entries).unwrap_or_default());
        Box::pin(async move { self.0.write(vec![statement]).await.map(drop) })
    }

    fn entries(&self, filter: Filter, most: u64) -> BoxFuture<'_, Result<Vec<Entry>, StoreError>> {
        let statement = Statement::new(ENTRIES)
            .with(filter.from_ms)
            .with(filter.until_ms)
            .with(filter.outcome)
            .with(filter.model)
            .with(filter.source.map(<&str>::from))
            .with(most);
        Box::pin(async move { self.0.read(statement).await?.iter().map(entry).collect() })
    }

    fn report(&self, from_ms: u64, until_ms: u64, slot_ms: u64) -> BoxFuture<'_, Result<Report, StoreError>> {
        let mut tally = Tally::new(from_ms, until_ms, slot_ms);
        let whole = move |sql| Statement::new(sql).with(from_ms).with(until_ms);
        let by_slot = move |sql| whole(sql).with(slot_ms.max(1));
        Box::pin(async move {
            let (asks, calls, models, failures, latencies) = try_join5(
                self.0.read(by_slot(ASKS)),
                self.0.read(by_slot(CALLS)),
                self.0.read(whole(MODELS)),
                self.0.read(whole(FAILURES)),
                self.0.read(whole(LATENCY)),
            )
            .await?;
            for row in &asks {
                tally.add(row.count(0)?, asked(row)?);
            }
            for row in &calls {
                tally.add(row.count(0)?, called(row)?);
            }
            let models = models.iter().map(call_use).collect::<Result<_, _>>()?;
            let failures = failures.iter().map(failure_count).collect::<Result<_, _>>()?;
            let latency = latencies.first().map(latency).transpose()?.unwrap_or_default();
            Ok(tally.report(models, failures, latency))
        })
    }

    fn sweep(&self, until_ms: u64) -> BoxFuture<'_, Result<(), StoreError>> {
        let asks = Statement::new("DELETE FROM asks WHERE at_ms < ?1").with(until_ms);
        let calls = Statement::new(FORGET_CALLS).with(until_ms);
        let beyond = Statement::new("DELETE FROM asks WHERE id <= (SELECT max(id) FROM asks) - ?1").with(MOST_ENTRIES);
        Box::pin(async move { self.0.write(vec![asks, calls, beyond]).await.map(drop) })
    }
}

fn entry(row: &Row) -> Result<Entry, StoreError> {
    let owned = |at| row.optional_text(at).map(|text| text.map(str::to_owned));
    Ok(Entry {
        at_ms: row.count(0)?,
        trace: row.text(1)?.to_owned(),
        source: row.text(2)?.parse().map_err(|_| StoreError::Unexpected(2))?,
        outfit_known: row.count(3)? != 0,
        code: owned(4)?,
        step: row.optional_count(5)?.map(|step| small(step, 5)).transpose()?,
        model: owned(6)?,
        cost_nanos: row.count(7)?,
        saved_nanos: row.count(8)?,
        took_ms: row.count(9)?,
        upstream_ms: row.count(10)?,
        queued_ms: row.count(11)?,
        request_id: owned(12)?,
    })
}

fn asked(row: &Row) -> Result<Totals, StoreError> {
    Ok(Totals {
        asked: row.count(1)?,
        made: row.count(2)?,
        failed: row.count(3)?,
        refused: row.count(4)?,
        kept: row.count(5)?,
        joined: row.count(6)?,
        gateway_cached: row.count(7)?,
        outfits_known: row.count(8)?,
        saved_nanos: row.count(9)?,
        ..Totals::default()
    })
}

fn called(row: &Row) -> Result<Totals, StoreError> {
    Ok(Totals { calls: row.count(1)?, cost_nanos: row.count(2)?, reserved_nanos: row.count(3)?, ..Totals::default() })
}

fn call_use(row: &Row) -> Result<CallUse, StoreError> {
    Ok(CallUse {
        model: row.text(0)?.to_owned(),
        step: small(row.count(1)?, 1)?,
        calls: row.count(2)?,
        failed: row.count(3)?,
        cached: row.count(4)?,
        cost_nanos: row.count(5)?,
        prompt_tokens: row.count(6)?,
        text_tokens: row.count(7)?,
        image_tokens: row.count(8)?,
        took_ms: quantiles(row, 9)?,
    })
}

fn failure_count(row: &Row) -> Result<FailureCount, StoreError> {
    let step = row.optional_count(1)?.map(|step| small(step, 1)).transpose()?;
    Ok(FailureCount { code: row.text(0)?.to_owned(), step, count: row.count(2)? })
}

fn latency(row: &Row) -> Result<Latency, StoreError> {
    Ok(Latency { total: quantiles(row, 0)?, upstream: quantiles(row, 3)?, own: quantiles(row, 6)? })
}

fn quantiles(row: &Row, at: usize) -> Result<Quantiles, StoreError> {
    Ok(Quantiles { p50: row.count(at)?, p95: row.count(at + 1)?, p99: row.count(at + 2)? })
}

fn small(number: u64, at: usize) -> Result<u8, StoreError> {
    u8::try_from(number).map_err(|_| StoreError::Unexpected(at))
}

//! Rate limits: GCRA (generic cell rate algorithm), one row a bucket, one statement a decision.
//!
//! A bucket holds the moment at which its next request is due at an even pace. A request may come early by as much as a burst: as many
//! requests as the limit allows in its period. All buckets of a request admit it or none does.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures::future::{BoxFuture, ready};

use super::database::{Database, Statement, StoreError};

/// One limit for one user, address or everybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Its name; names of people and addresses are hashes by now.
    pub name: String,
    /// Microseconds between two requests at an even pace.
    pub pace_us: u64,
    /// Microseconds of requests that may come at once.
    pub burst_us: u64,
}

/// Whether a request may pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// It may, and is counted.
    Admitted,
    /// Not before so many microseconds have passed. Nothing was counted.
    Refused {
        /// The wait.
        wait_us: u64,
    },
}

/// Counts requests.
pub trait Limits: Send + Sync {
    /// Counts a request in every bucket, unless one of them refuses it.
    fn take(&self, buckets: Vec<Bucket>, now_us: u64) -> BoxFuture<'_, Result<Admission, StoreError>>;

    /// How long a request would have to wait, in microseconds; 0 when it would be admitted. Counts nothing.
    fn wait_us(&self, buckets: Vec<Bucket>, now_us: u64) -> BoxFuture<'_, Result<u64, StoreError>>;

    /// Forgets the buckets that hold nothing any more.
    fn sweep(&self, now_us: u64) -> BoxFuture<'_, Result<(), StoreError>>;
}

impl Bucket {
    /// `count` requests in `period_us`.
    pub fn new(name: String, count: u64, period_us: u64) -> Self {
        let pace_us = period_us.div_ceil(count.max(1)).max(1);
        Self { name, pace_us, burst_us: pace_us.saturating_mul(count.max(1)) }
    }
}

/// Limits in a database: they outlive the process, and hold for all processes on it.
pub struct SqlLimits(Arc<dyn Database>);

/// Each bucket with the moment its next request is due: no earlier than now, and no later than a full bucket, so that a clock that was
/// set back locks nobody out.
macro_rules! due {
    ($rest:literal) => {
        concat!(
            "WITH wanted AS (
                SELECT value ->> 0 AS bucket, value ->> 1 AS pace, value ->> 2 AS burst FROM json_each(?1)
            ), due AS (
                SELECT bucket, pace, burst, max(?2, min(coalesce(at_us, ?2), ?2 + burst)) AS at
                FROM wanted LEFT JOIN limits USING (bucket)
            ) ",
            $rest
        )
    };
}

const TAKE: &str = due!(
    "INSERT INTO limits (bucket, at_us)
     SELECT bucket, at + pace FROM due WHERE (SELECT max(at + pace - ?2 - burst) FROM due) <= 0
     ON CONFLICT (bucket) DO UPDATE SET at_us = excluded.at_us
     RETURNING bucket"
);
const WAIT: &str = due!("SELECT max(0, max(at + pace - ?2 - burst)) FROM due");
/// Buckets whose next request is overdue are as if they had never been.
const SWEEP: &str = "DELETE FROM limits WHERE at_us < ?1";

impl SqlLimits {
    /// Limits in that database.
    pub fn new(database: Arc<dyn Database>) -> Self {
        Self(database)
    }
}

fn list(buckets: &[Bucket]) -> String {
    let rows: Vec<_> = buckets.iter().map(|bucket| (&bucket.name, bucket.pace_us, bucket.burst_us)).collect();
    serde_json::to_string(&rows).unwrap_or_default()
}

impl Limits for SqlLimits {
    fn take(&self, buckets: Vec<Bucket>, now_us: u64) -> BoxFuture<'_, Result<Admission, StoreError>> {
        Box::pin(async move {
            let statement = |sql| Statement::new(sql).with(list(&buckets)).with(now_us);
            let rows = self.0.write(vec![statement(TAKE), statement(WAIT)]).await?;
            let mut rows = rows.into_iter();
            if rows.next().is_some_and(|taken| !taken.is_empty()) {
                return Ok(Admission::Admitted);
            }
            let wait = rows.next().and_then(|rows| rows.into_iter().next()).ok_or(StoreError::Unexpected(0))?;
            Ok(Admission::Refused { wait_us: wait.count(0)? })
        })
    }

    fn wait_us(&self, buckets: Vec<Bucket>, now_us: u64) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(async move {
            let rows = self.0.read(Statement::new(WAIT).with(list(&buckets)).with(now_us)).await?;
            rows.first().ok_or(StoreError::Unexpected(0))?.count(0)
        })
    }

    fn sweep(&self, now_us: u64) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move { self.0.write(vec![Statement::new(SWEEP).with(now_us)]).await.map(drop) })
    }
}

/// Limits in the memory of one process, for where there is no database.
#[derive(Debug, Default)]
pub struct MemoryLimits(Mutex<HashMap<String, u64>>);

/// Above so many buckets those that hold nothing are looked for and dropped.
const MANY: usize = 10_000;

impl MemoryLimits {
    fn decide(&self, buckets: &[Bucket], now_us: u64, counts: bool) -> u64 {
        let mut limits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if limits.len() > MANY {
            limits.retain(|_, at| *at > now_us);
        }
        let due = |bucket: &Bucket| {
            let full = now_us.saturating_add(bucket.burst_us);
            limits.get(&bucket.name).copied().unwrap_or_default().clamp(now_us, full).saturating_add(bucket.pace_us)
        };
        let due: Vec<u64> = buckets.iter().map(due).collect();
        let waits = buckets.iter().zip(&due).map(|(bucket, at)| at.saturating_sub(now_us + bucket.burst_us));
        let wait_us = waits.max().unwrap_or_default();
        if wait_us == 0 && counts {
            limits.extend(buckets.iter().map(|bucket| bucket.name.clone()).zip(due));
        }
        wait_us
    }
}

impl Limits for MemoryLimits {
    fn take(&self, buckets: Vec<Bucket>, now_us: u64) -> BoxFuture<'_, Result<Admission, StoreError>> {
        let admission = match self.decide(&buckets, now_us, true) {
            0 => Admission::Admitted,
            wait_us => Admission::Refused { wait_us },
        };
        Box::pin(ready(Ok(admission)))
    }

    fn wait_us(&self, buckets: Vec<Bucket>, now_us: u64) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(ready(Ok(self.decide(&buckets, now_us, false))))
    }

    fn sweep(&self, now_us: u64) -> BoxFuture<'_, Result<(), StoreError>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, at| *at > now_us);
        Box::pin(ready(Ok(())))
    }
}

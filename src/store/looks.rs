//! Results, looks and descriptions in SQL.

use std::sync::Arc;

use bytes::Bytes;
use futures::future::BoxFuture;

use super::database::{Database, Row, Statement, StoreError};
use super::result::{Facts, KeptLook, ResultId};
use super::{LookStore, Retention};
use crate::look::description::Description;
use crate::look::event::Event;
use crate::look::id::LookId;
use crate::look::key::ContentKey;
use crate::look::price::nanos;
use crate::runtime::Runtime;

/// Looks in a database.
pub struct SqlLooks {
    database: Arc<dyn Database>,
    runtime: Arc<dyn Runtime>,
    retention: Retention,
}

impl SqlLooks {
    /// Keeps what is kept for as long and as many bytes as `retention` says.
    pub fn new(database: Arc<dyn Database>, runtime: Arc<dyn Runtime>, retention: Retention) -> Self {
        Self { database, runtime, retention }
    }

    async fn row(&self, statement: Statement) -> Result<Option<Row>, StoreError> {
        Ok(self.database.read(statement).await?.into_iter().next())
    }

    /// What is past its time, and the oldest beyond the bytes that may be kept, but never `newest`: somebody waits for it. Pictures and looks
    /// go with their results.
    fn sweeping(&self, now_ms: u64, newest: &str) -> [Statement; 3] {
        [
            Statement::new("DELETE FROM results WHERE until_ms <= ?1").with(now_ms),
            Statement::new("DELETE FROM descriptions WHERE until_ms <= ?1").with(now_ms),
            Statement::new(
                "DELETE FROM results WHERE id IN (
                    SELECT id FROM (
                        SELECT id, sum(bytes) OVER (ORDER BY made_ms DESC, id ROWS UNBOUNDED PRECEDING) AS total
                        FROM results
                    ) WHERE total > ?1 AND id <> ?2)",
            )
            .with(self.retention.max_bytes)
            .with(newest),
        ]
    }
}

impl LookStore for SqlLooks {
    fn find<'a>(&'a self, content: &'a ContentKey) -> BoxFuture<'a, Result<Option<(ResultId, Facts)>, StoreError>> {
        Box::pin(async move {
            let statement = Statement::new(
                "SELECT id, facts FROM results WHERE content = ?1 AND until_ms > ?2 ORDER BY made_ms DESC LIMIT 1",
            );
            let row = self.row(statement.with(content.as_str()).with(self.runtime.now_ms())).await?;
            row.map(|row| Ok((ResultId(row.text(0)?.to_owned()), json(&row, 1)?))).transpose()
        })
    }

    fn keep<'a>(
        &'a self,
        content: &'a ContentKey,
        facts: &'a Facts,
        picture: Bytes,
    ) -> BoxFuture<'a, Result<ResultId, StoreError>> {
        Box::pin(async move {
            let id = ResultId::random()?;
            let now_ms = self.runtime.now_ms();
            let until_ms = now_ms.saturating_add(self.retention.keep_ms());
            let result = Statement::new(
                "INSERT INTO results (id, content, facts, bytes, made_ms, until_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )
            .with(id.0.as_str())
            .with(content.as_str())
            .with(text(facts))
            .with(picture.len() as u64)
            .with(now_ms)
            .with(until_ms);
            let picture = Statement::new("INSERT INTO pictures (result, bytes) VALUES (?1, ?2)")
                .with(id.0.as_str())
                .with(picture);
            let mut batch = vec![result, picture];
            batch.extend(self.sweeping(now_ms, &id.0));
            self.database.write(batch).await?;
            Ok(id)
        })
    }

    fn show<'a>(&'a self, result: &'a ResultId, looks: Vec<(LookId, Event)>) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            let now_ms = self.runtime.now_ms();
            let insert = |(id, done): (LookId, Event)| {
                Statement::new(
                    "INSERT INTO looks (id, result, done, made_ms) SELECT ?1, id, ?3, ?4 FROM results WHERE id = ?2
                     RETURNING id",
                )
                .with(id.as_str())
                .with(result.0.as_str())
                .with(text(&done))
                .with(now_ms)
            };
            let shown = self.database.write(looks.into_iter().map(insert).collect()).await?;
            if shown.iter().any(Vec::is_empty) { Err(StoreError::Missing) } else { Ok(()) }
        })
    }

    fn look<'a>(&'a self, id: &'a LookId) -> BoxFuture<'a, Result<Option<KeptLook>, StoreError>> {
        Box::pin(async move {
            let statement = Statement::new(
                "SELECT facts, done FROM looks JOIN results ON results.id = looks.result
                 WHERE looks.id = ?1 AND until_ms > ?2",
            );
            let row = self.row(statement.with(id.as_str()).with(self.runtime.now_ms())).await?;
            row.map(|row| Ok(KeptLook { facts: json(&row, 0)?, done: json(&row, 1)? })).transpose()
        })
    }

    fn picture<'a>(&'a self, id: &'a LookId) -> BoxFuture<'a, Result<Option<Bytes>, StoreError>> {
        Box::pin(async move {
            let statement = Statement::new(
                "SELECT pictures.bytes FROM looks JOIN results ON results.id = looks.result
                 JOIN pictures ON pictures.result = results.id WHERE looks.id = ?1 AND until_ms > ?2",
            );
            let row = self.row(statement.with(id.as_str()).with(self.runtime.now_ms())).await?;
            row.map(|row| row.bytes(0)).transpose()
        })
    }

    fn delete<'a>(&'a self, id: &'a LookId) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move {
            // The result goes with its last look.
            let result = Statement::new(
                "DELETE FROM results WHERE id = (SELECT result FROM looks WHERE id = ?1)
                 AND (SELECT count(*) FROM looks WHERE result = results.id) = 1 RETURNING id",
            );
            let look = Statement::new("DELETE FROM looks WHERE id = ?1 RETURNING id");
            let gone = self.database.write(vec![result.with(id.as_str()), look.with(id.as_str())]).await?;
            Ok(gone.iter().any(|rows| !rows.is_empty()))
        })
    }

    fn description<'a>(&'a self, content: &'a ContentKey) -> BoxFuture<'a, Result<Option<Description>, StoreError>> {
        Box::pin(async move {
            let statement = Statement::new(
                "SELECT outfit, model, cost_nanos FROM descriptions WHERE content = ?1 AND until_ms > ?2",
            );
            let row = self.row(statement.with(content.as_str()).with(self.runtime.now_ms())).await?;
            row.map(|row| {
                let cost_usd = row.optional_count(2)?.map(nanos::to_usd);
                Ok(Description { outfit: json(&row, 0)?, model: row.text(1)?.to_owned(), cost_usd })
            })
            .transpose()
        })
    }

    fn keep_description<'a>(
        &'a self,
        content: &'a ContentKey,
        description: &'a Description,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            let until_ms = self.runtime.now_ms().saturating_add(self.retention.keep_ms());
            let statement = Statement::new(
                "INSERT INTO descriptions (content, outfit, model, cost_nanos, until_ms) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (content) DO UPDATE SET outfit = excluded.outfit, model = excluded.model,
                     cost_nanos = excluded.cost_nanos, until_ms = excluded.until_ms",
            )
            .with(content.as_str())
            .with(text(&description.outfit))
            .with(description.model.as_str())
            .with(description.cost_usd.map(nanos::from_usd))
            .with(until_ms);
            self.database.write(vec![statement]).await.map(drop)
        })
    }

    fn sweep(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        let batch = self.sweeping(self.runtime.now_ms(), "").into();
        Box::pin(async move { self.database.write(batch).await.map(drop) })
    }
}

/// Plain data as JSON, which cannot fail.
fn text(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn json<T: serde::de::DeserializeOwned>(row: &Row, at: usize) -> Result<T, StoreError> {
    serde_json::from_str(row.text(at)?).map_err(|_| StoreError::Unexpected(at))
}

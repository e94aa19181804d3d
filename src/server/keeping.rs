//! Where this server keeps things: one SQLite file. Without it the site goes on from memory, and makes no look that costs.

use std::sync::Arc;

use anyhow::{Result, anyhow};
use bytes::Bytes;

use crate::config::LimitsConfig;
use crate::look::id::LookId;
use crate::runtime::Runtime;
use crate::store::database::{Database, Statement, StoreError};
use crate::store::ledger::{ClosedLedger, Ledger, SqlLedger};
use crate::store::limits::{Limits, MemoryLimits, SqlLimits};
use crate::store::sqlite::Sqlite;
use crate::store::usage::{MemoryUsage, SqlUsage, UsageLog};
use crate::store::{LookStore, MemoryStore, Retention, SqlLooks, WithFallback};

/// Most bytes of pictures in memory where there is no database.
const MEMORY_BYTES: u64 = 256 * 1024 * 1024;

/// The stores of a server.
pub(super) struct Keeping {
    pub(super) looks: Arc<dyn LookStore>,
    pub(super) limits: Arc<dyn Limits>,
    pub(super) ledger: Arc<dyn Ledger>,
    pub(super) usage: Arc<dyn UsageLog>,
    /// The secret under which addresses are counted.
    pub(super) salt: [u8; 32],
}

impl Keeping {
    /// Opens the database. Fails only where the machine has no randomness.
    pub(super) async fn open(limits: &LimitsConfig, runtime: Arc<dyn Runtime>) -> Result<Self> {
        let retention = Retention { keep: limits.keep_looks, max_bytes: limits.result_bytes };
        match Self::in_database(limits, runtime.clone(), retention).await {
            Ok(keeping) => Ok(keeping),
            Err(error) => {
                tracing::error!(
                    "{error}. Looks are kept in memory, and none is made that costs: DATABASE_PATH names the file"
                );
                let mut salt = [0_u8; 32];
                getrandom::fill(&mut salt).map_err(|error| anyhow!("this machine has no randomness: {error}"))?;
                let retention = Retention { max_bytes: retention.max_bytes.min(MEMORY_BYTES), ..retention };
                Ok(Self {
                    looks: Arc::new(MemoryStore::new(runtime, retention)),
                    limits: Arc::new(MemoryLimits::default()),
                    ledger: Arc::new(ClosedLedger(error)),
                    usage: Arc::new(MemoryUsage::default()),
                    salt,
                })
            }
        }
    }

    async fn in_database(
        limits: &LimitsConfig,
        runtime: Arc<dyn Runtime>,
        retention: Retention,
    ) -> Result<Self, StoreError> {
        let sqlite = Sqlite::open(&limits.database).await?;
        let reports = sqlite.with_another_reader(&limits.database).await?;
        let database: Arc<dyn Database> = Arc::new(sqlite);
        let process = LookId::random().map_err(|error| StoreError::Unusable(error.to_string()))?;
        let salt = salt(database.as_ref()).await?;
        let looks = Arc::new(SqlLooks::new(database.clone(), runtime.clone(), retention));
        let spare = Retention { max_bytes: retention.max_bytes.min(MEMORY_BYTES), ..retention };
        let spare = Arc::new(MemoryStore::new(runtime, spare));
        Ok(Self {
            looks: Arc::new(WithFallback::new(looks, spare)),
            limits: Arc::new(SqlLimits::new(database.clone())),
            ledger: Arc::new(SqlLedger::new(database, process.to_string())),
            usage: Arc::new(SqlUsage::new(Arc::new(reports))),
            salt,
        })
    }
}

/// The installation's salt, made at its first start.
async fn salt(database: &dyn Database) -> Result<[u8; 32], StoreError> {
    let make = Statement::new("INSERT INTO secrets VALUES ('address salt', randomblob(32)) ON CONFLICT DO NOTHING");
    database.write(vec![make]).await?;
    let rows = database.read(Statement::new("SELECT value FROM secrets WHERE name = 'address salt'")).await?;
    let salt: Bytes = rows.first().ok_or(StoreError::Unexpected(0))?.bytes(0)?;
    salt.as_ref().try_into().map_err(|_| StoreError::Unexpected(0))
}

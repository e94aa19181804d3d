//! SQLite natively: one connection writes, another reads, each on a thread of its own, so that no async thread ever waits for a disk.

use std::fs;
use std::path::Path;

use bytes::Bytes;
use futures::future::BoxFuture;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{OpenFlags, ToSql, params_from_iter};
use rusqlite_migration::{M, Migrations};
use tokio_rusqlite::Connection;

use super::database::{Database, Row, Statement, StoreError, Value};

/// The schema's history: `wrangler d1 migrations apply` reads the same files.
const STEPS: &[M<'static>] = &[
    M::up(include_str!("schema/0001_guard.sql")),
    M::up(include_str!("schema/0002_usage.sql")),
    M::up(include_str!("schema/0003_processes.sql")),
    M::up(include_str!("schema/0004_switches.sql")),
];
const MIGRATIONS: Migrations<'static> = Migrations::from_slice(STEPS);

/// WAL lets readers read while the writer writes. With NORMAL a transaction survives the end of the process in any way, kill -9 included;
/// a machine that loses power may lose the last moments.
const SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;
    PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON;";

/// A database file.
#[derive(Clone, Debug)]
pub struct Sqlite {
    writer: Connection,
    reader: Connection,
}

impl Sqlite {
    /// Opens a database, made if it is not there, and brings its schema up to date.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        prepare_file(path).map_err(|error| unusable(path, &error))?;
        let writer = Connection::open(path).await.map_err(|error| unusable(path, &error))?;
        let schema = |connection: &mut rusqlite::Connection| -> Result<(), String> {
            connection.execute_batch(SETTINGS).map_err(|error| error.to_string())?;
            MIGRATIONS.to_latest(connection).map_err(|error| error.to_string())
        };
        writer.call(schema).await.map_err(|error| unusable(path, &error))?;
        let reader = reader(path).await?;
        Ok(Self { writer, reader })
    }

    /// The same database with a reader of its own, for questions that take long: those of others do not wait behind them.
    pub async fn with_another_reader(&self, path: &Path) -> Result<Self, StoreError> {
        Ok(Self { writer: self.writer.clone(), reader: reader(path).await? })
    }
}

async fn reader(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let reader = Connection::open_with_flags(path, flags).await.map_err(|error| unusable(path, &error))?;
    let settings = |connection: &mut rusqlite::Connection| connection.execute_batch("PRAGMA busy_timeout = 5000;");
    reader.call(settings).await.map_err(|error| unusable(path, &error))?;
    Ok(reader)
}

/// The file is the operator's alone: it holds people's pictures.
fn prepare_file(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;

    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder)?;
    }
    fs::OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path).map(drop)
}

fn unusable(path: &Path, error: &dyn std::fmt::Display) -> StoreError {
    StoreError::Unusable(format!("{}: {error}", path.display()))
}

impl Database for Sqlite {
    fn write(&self, batch: Vec<Statement>) -> BoxFuture<'_, Result<Vec<Vec<Row>>, StoreError>> {
        let run = move |connection: &mut rusqlite::Connection| -> rusqlite::Result<Vec<Vec<Row>>> {
            let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            let rows = batch.iter().map(|statement| execute(&transaction, statement)).collect::<Result<_, _>>()?;
            transaction.commit()?;
            Ok(rows)
        };
        Box::pin(async move { self.writer.call(run).await.map_err(|error| StoreError::Unusable(error.to_string())) })
    }

    fn read(&self, statement: Statement) -> BoxFuture<'_, Result<Vec<Row>, StoreError>> {
        let run = move |connection: &mut rusqlite::Connection| execute(connection, &statement);
        Box::pin(async move { self.reader.call(run).await.map_err(|error| StoreError::Unusable(error.to_string())) })
    }
}

fn execute(connection: &rusqlite::Connection, statement: &Statement) -> rusqlite::Result<Vec<Row>> {
    let mut prepared = connection.prepare_cached(statement.sql)?;
    let columns = prepared.column_count();
    let read = |row: &rusqlite::Row<'_>| (0..columns).map(|at| row.get_ref(at).map(owned)).collect::<Result<_, _>>();
    let rows = prepared.query_map(params_from_iter(&statement.values), |row| read(row).map(Row))?;
    rows.collect()
}

fn owned(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Blob(Bytes::copy_from_slice(bytes)),
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Real(number) => ValueRef::Real(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

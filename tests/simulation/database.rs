//! The database: SQLite in memory, asked in place and without threads, so that every run is the same. Its answers take their time, and its
//! writes fail now and then; what it holds outlives every process. The checks look into it directly, at once.

use std::collections::BTreeSet;
use std::fs;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

use bytes::Bytes;
use futures::future::BoxFuture;
use primerka::look::id::LookId;
use primerka::look::key::ContentKey;
use primerka::store::database::{Database, Row, Statement, StoreError, Value};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, params_from_iter};

use super::dice::Dice;
use super::settings::{LOST_RESULTS_ARE_FORGIVEN, Sabotage};
use super::world::{DATABASE, World};

/// The database of one world.
pub struct SimDatabase {
    world: Arc<World>,
    connection: Mutex<Connection>,
    state: Mutex<State>,
}

struct State {
    is_full: bool,
    failures: u64,
    /// Looks whose calls may stay charged at their worst price.
    doubtful: BTreeSet<String>,
}

/// What the books say of one step of a look.
pub struct Reserved {
    pub nanos: u64,
    pub day: u64,
    pub month: u64,
}

/// The schema as the program has it, all steps of its history.
fn schema() -> &'static str {
    static SCHEMA: OnceLock<String> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/store/schema");
        let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.retain(|path| path.extension().is_some_and(|extension| extension == "sql"));
        files.sort();
        files.iter().map(|file| fs::read_to_string(file).unwrap()).collect::<Vec<_>>().join("\n")
    })
}

impl SimDatabase {
    /// An empty one.
    pub fn new(world: Arc<World>) -> Self {
        let connection = Connection::open_in_memory().unwrap();
        connection.set_prepared_statement_cache_capacity(128);
        connection.execute_batch("PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;").unwrap();
        connection.execute_batch(schema()).unwrap();
        let state = State { is_full: false, failures: 0, doubtful: BTreeSet::new() };
        Self { world, connection: Mutex::new(connection), state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// The disk is full, or no longer.
    pub fn set_full(&self, is_full: bool) {
        self.state().is_full = is_full;
    }

    /// How many writes have failed.
    pub fn failures(&self) -> u64 {
        self.state().failures
    }

    /// The die of a statement at this moment, `what` for. What follows one cause within a millisecond may come in any order, so no die
    /// may depend on whose turn it is.
    fn dice(&self, what: u64, sql: &str) -> Dice {
        Dice::of(&[self.world.seed, what, self.world.ms(), sql.len() as u64])
    }

    /// The way there, or back.
    async fn travel(&self, statement: Option<&Statement>) {
        // The counters answer at once: what they decide is compared with a model, request by request.
        if statement.is_some_and(|statement| statement.sql.contains(" limits")) {
            return;
        }
        let longest_ms = self.world.settings.database_ms;
        if longest_ms > 0 && !self.world.is_calm() {
            let ms = self.dice(2, sql_of(statement)).below(longest_ms);
            self.world.wait(ms).await;
        }
    }

    /// Whether that write fails.
    fn fails(&self, sql: &str) -> bool {
        let one_in = self.world.settings.failing_write;
        if self.world.is_calm() {
            return false;
        }
        let mut state = self.state();
        let fails = state.is_full || (one_in > 0 && self.dice(6, sql).below(one_in) == 0);
        state.failures += u64::from(fails);
        fails
    }

    fn run(&self, batch: &[Statement]) -> Result<Vec<Vec<Row>>, StoreError> {
        let sql = sql_of(batch.first());
        if self.fails(sql) {
            self.world.tell(DATABASE, format!("is full: {}", sql.get(..24).unwrap_or(sql)));
            self.world.trouble();
            self.doubt_open_calls();
            return Err(StoreError::Unusable("database or disk is full".to_owned()));
        }
        let does = |words: &str| batch.iter().any(|statement| statement.sql.contains(words));
        match self.world.sabotage {
            Some(Sabotage::Undeletable) if does("DELETE FROM looks") => return Ok(pretended(batch)),
            Some(Sabotage::Unlimited) if does("INSERT INTO limits") => return Ok(pretended(batch)),
            _ => {}
        }
        let calls_before = self.count_calls(does("INSERT INTO calls"));
        let done = self.transact(batch);
        if let Err(error) = &done {
            self.refused(&does, error);
        }
        if self.count_calls(does("INSERT INTO calls")) > calls_before {
            self.check_budget();
            if self.world.is_frozen() {
                self.world.violation("a call is reserved, and all spending is stopped");
            }
        }
        if self.world.sabotage == Some(Sabotage::CheapBooks) && does("UPDATE calls") {
            self.connection.lock().unwrap().execute_batch("UPDATE calls SET nanos = nanos / 2").unwrap();
        }
        done.map_err(|error| StoreError::Unusable(error.to_string()))
    }

    fn transact(&self, batch: &[Statement]) -> rusqlite::Result<Vec<Vec<Row>>> {
        let mut connection = self.connection.lock().unwrap();
        let transaction = connection.transaction()?;
        let rows = batch.iter().map(|statement| execute(&transaction, statement)).collect::<Result<_, _>>()?;
        transaction.commit()?;
        Ok(rows)
    }

    /// SQLite itself refused something. That nothing can be shown of a result that is gone by now is no mistake of the statement's.
    fn refused(&self, does: &dyn Fn(&str) -> bool, error: &rusqlite::Error) {
        let is_lost = does("INSERT INTO looks");
        if !is_lost {
            self.world.violation(format!("the database refuses a statement: {error}"));
        }
        if !is_lost || LOST_RESULTS_ARE_FORGIVEN {
            self.world.trouble();
        }
    }

    /// The moment of a reservation: everything that is reserved or spent is within the budget.
    fn check_budget(&self) {
        let budget = self.world.settings.budget;
        let rows = self.peek(&Statement::new(
            "SELECT (SELECT sum(nanos) FROM calls WHERE day >= newest.day),
                (SELECT sum(nanos) FROM calls WHERE month >= newest.month)
             FROM (SELECT day, month FROM calls ORDER BY rowid DESC LIMIT 1) AS newest",
        ));
        let row = rows.first().unwrap();
        let (day, month) = (row.count(0).unwrap(), row.count(1).unwrap());
        if day > budget.day_nanos || month > budget.month_nanos {
            self.world.violation(format!("reserved {day} and {month} of {budget:?}"));
        }
    }

    /// What a question finds, now.
    pub fn peek(&self, statement: &Statement) -> Vec<Row> {
        execute(&self.connection.lock().unwrap(), statement).unwrap()
    }

    fn count_calls(&self, is_wanted: bool) -> u64 {
        if !is_wanted {
            return 0;
        }
        self.peek(&Statement::new("SELECT count(*) FROM calls")).first().unwrap().count(0).unwrap()
    }

    /// The results of that content that are kept.
    pub fn kept(&self, content: &ContentKey) -> Vec<String> {
        let statement = Statement::new("SELECT id FROM results WHERE content = ?1 AND until_ms > ?2");
        let rows = self.peek(&statement.with(content.as_str()).with(self.world.now_ms()));
        rows.iter().map(|row| row.text(0).unwrap().to_owned()).collect()
    }

    /// Until when the description of that content is kept.
    pub fn described_until(&self, content: &ContentKey) -> Option<u64> {
        let statement = Statement::new("SELECT until_ms FROM descriptions WHERE content = ?1 AND until_ms > ?2");
        let rows = self.peek(&statement.with(content.as_str()).with(self.world.now_ms()));
        rows.first().map(|row| row.count(0).unwrap())
    }

    /// Until when the result is kept that a look shows; `None` for a look that is not there.
    pub fn shown_until(&self, id: &LookId) -> Option<u64> {
        let statement =
            Statement::new("SELECT until_ms FROM looks JOIN results ON results.id = looks.result WHERE looks.id = ?1");
        self.peek(&statement.with(id.as_str())).first().map(|row| row.count(0).unwrap())
    }

    /// What the books say of one step of a look; `None` when nothing.
    pub fn reserved(&self, trace: &str, step: u8) -> Option<Reserved> {
        let statement = Statement::new(
            "SELECT (SELECT sum(nanos) FROM calls WHERE trace = ?1 AND step = ?2), day, month
             FROM calls WHERE trace = ?1 AND step = ?2 ORDER BY rowid DESC LIMIT 1",
        );
        let rows = self.peek(&statement.with(trace).with(u64::from(step)));
        let count = |row: &Row, at| row.count(at).unwrap();
        rows.first().map(|row| Reserved { nanos: count(row, 0), day: count(row, 1), month: count(row, 2) })
    }

    /// The calls of that look may stay charged at their worst price.
    pub fn doubt(&self, trace: &str) {
        self.state().doubtful.insert(trace.to_owned());
    }

    /// Those of all looks that are not settled may.
    pub fn doubt_open_calls(&self) {
        for row in self.peek(&Statement::new("SELECT DISTINCT trace FROM calls WHERE state <> 'settled'")) {
            self.doubt(row.text(0).unwrap());
        }
    }

    pub fn is_doubtful(&self, trace: &str) -> bool {
        self.state().doubtful.contains(trace)
    }
}

impl Database for SimDatabase {
    fn write(&self, batch: Vec<Statement>) -> BoxFuture<'_, Result<Vec<Vec<Row>>, StoreError>> {
        Box::pin(async move {
            self.travel(batch.first()).await;
            let done = self.run(&batch);
            self.travel(batch.first()).await;
            done
        })
    }

    fn read(&self, statement: Statement) -> BoxFuture<'_, Result<Vec<Row>, StoreError>> {
        Box::pin(async move {
            self.travel(Some(&statement)).await;
            let is_forgotten = self.world.sabotage == Some(Sabotage::Forgetful)
                && statement.sql.contains("FROM results WHERE content");
            let found = if is_forgotten { Vec::new() } else { self.peek(&statement) };
            self.travel(Some(&statement)).await;
            Ok(found)
        })
    }
}

/// What a statement says; nothing where there is none.
fn sql_of(statement: Option<&Statement>) -> &'static str {
    statement.map(|statement| statement.sql.trim()).unwrap_or_default()
}

/// What a batch answers that did what it should.
fn pretended(batch: &[Statement]) -> Vec<Vec<Row>> {
    batch.iter().map(|_| vec![Row(Vec::new())]).collect()
}

fn execute(connection: &Connection, statement: &Statement) -> rusqlite::Result<Vec<Row>> {
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

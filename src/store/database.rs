//! The port to an SQL database that speaks SQLite's dialect: SQLite natively, D1 at the edge. D1 has no transaction that waits for code of
//! ours, so there are single statements and batches, and every rule that must be atomic is one statement.

use bytes::Bytes;
use futures::future::BoxFuture;
use thiserror::Error;

/// Runs statements.
pub trait Database: Send + Sync {
    /// Runs a batch in one transaction: all of it or nothing. Gives the rows of each statement.
    fn write(&self, batch: Vec<Statement>) -> BoxFuture<'_, Result<Vec<Vec<Row>>, StoreError>>;

    /// Runs a statement that changes nothing.
    fn read(&self, statement: Statement) -> BoxFuture<'_, Result<Vec<Row>, StoreError>>;
}

/// A statement and the values for its `?1`, `?2`…
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// The SQL.
    pub sql: &'static str,
    /// The values.
    pub values: Vec<Value>,
}

/// A value of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A whole number.
    Integer(i64),
    /// A number.
    Real(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Blob(Bytes),
}

/// A row of an answer, its columns in the statement's order.
#[derive(Clone, Debug, PartialEq)]
pub struct Row(pub Vec<Value>);

/// Why the database did not do what it was asked. The text is for the operator.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum StoreError {
    /// It cannot be used: away, full, read-only or corrupt.
    #[error("the database cannot be used: {0}")]
    Unusable(String),
    /// What is spoken of is not there any more.
    #[error("it is not there any more")]
    Missing,
    /// It holds something that this program did not write.
    #[error("the database holds something unexpected in column {0}")]
    Unexpected(usize),
}

impl Statement {
    /// A statement without values yet.
    pub fn new(sql: &'static str) -> Self {
        Self { sql, values: Vec::new() }
    }

    /// The same with one value more.
    #[must_use]
    pub fn with(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }
}

impl Row {
    /// A whole number that is not negative.
    pub fn count(&self, at: usize) -> Result<u64, StoreError> {
        match self.0.get(at) {
            Some(Value::Integer(number)) => u64::try_from(*number).map_err(|_| StoreError::Unexpected(at)),
            // D1 hands every number over as JavaScript has it.
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and within 2^53")]
            Some(Value::Real(number)) if *number >= 0.0 && number.fract() == 0.0 => Ok(*number as u64),
            // The sum over no rows.
            Some(Value::Null) => Ok(0),
            _ => Err(StoreError::Unexpected(at)),
        }
    }

    /// A whole number that may be missing.
    pub fn optional_count(&self, at: usize) -> Result<Option<u64>, StoreError> {
        if self.0.get(at) == Some(&Value::Null) { Ok(None) } else { self.count(at).map(Some) }
    }

    /// A text.
    pub fn text(&self, at: usize) -> Result<&str, StoreError> {
        self.optional_text(at)?.ok_or(StoreError::Unexpected(at))
    }

    /// A text that may be missing.
    pub fn optional_text(&self, at: usize) -> Result<Option<&str>, StoreError> {
        match self.0.get(at) {
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(Value::Null) => Ok(None),
            _ => Err(StoreError::Unexpected(at)),
        }
    }

    /// Bytes.
    pub fn bytes(&self, at: usize) -> Result<Bytes, StoreError> {
        match self.0.get(at) {
            Some(Value::Blob(bytes)) => Ok(bytes.clone()),
            _ => Err(StoreError::Unexpected(at)),
        }
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Integer(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Bytes> for Value {
    fn from(bytes: Bytes) -> Self {
        Self::Blob(bytes)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

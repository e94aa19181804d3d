//! The port to what the gateway itself has written down of our calls.

use futures::future::BoxFuture;

use crate::look::step::Step;

/// The gateway's own log.
pub trait GatewayLogs: Send + Sync {
    /// The rows of calls that began in that time (milliseconds since 1970, the end exclusive), the oldest first, as many as can be had at
    /// once. Errors: what to tell the operator.
    fn rows(&self, since_ms: u64, until_ms: u64) -> BoxFuture<'_, Result<LogExcerpt, String>>;
}

/// Rows of the log, the oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogExcerpt {
    /// The rows.
    pub rows: Vec<LogRow>,
    /// Whether these are all; if not, the newest are missing.
    pub is_complete: bool,
}

/// One HTTP call, as the gateway saw it. What it does not tell is empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogRow {
    /// The row's id, which the answer carried as well.
    pub id: String,
    /// The look's name.
    pub trace: String,
    /// The step; `None` for what is no call of a look.
    pub step: Option<Step>,
    /// The model that was asked.
    pub model: String,
    /// Tokens sent. A row may be there before its tokens are.
    pub tokens_in: Option<u64>,
    /// Tokens answered, of whatever kind.
    pub tokens_out: Option<u64>,
    /// Whether the gateway had the answer already.
    pub cached: bool,
    /// Whether the call was answered.
    pub success: bool,
    /// What the gateway thinks that it cost, in dollars.
    pub cost_usd: Option<f64>,
    /// When it began, in milliseconds since 1970.
    pub at_ms: u64,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
}

//! What happened in a time, counted.

use serde::Serialize;

/// What happened in a time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The beginning, in milliseconds since 1970.
    pub from_ms: u64,
    /// The end, exclusive.
    pub until_ms: u64,
    /// The length of a slot of `series`, in milliseconds.
    pub slot_ms: u64,
    /// All of it.
    pub totals: Totals,
    /// Slot by slot, empty ones included.
    pub series: Vec<Slot>,
    /// By model and step, the dearest first.
    pub calls: Vec<CallUse>,
    /// By code and step, the most frequent first.
    pub failures: Vec<FailureCount>,
    /// How long looks that were made anew took.
    pub latency: Latency,
}

/// All of a time. Money is in billionths of a dollar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Requests for a look.
    pub asked: u64,
    /// Those that ended in a look, from wherever.
    pub made: u64,
    /// Those that failed after they were accepted.
    pub failed: u64,
    /// Those that were refused before.
    pub refused: u64,
    /// Looks that had been made before.
    pub kept: u64,
    /// Looks that were being made for somebody else.
    pub joined: u64,
    /// Looks that the gateway's own cache answered.
    pub gateway_cached: u64,
    /// Looks whose outfit was known, so that step 1 was not paid.
    pub outfits_known: u64,
    /// Calls to the gateway.
    pub calls: u64,
    /// What all calls of the time cost, reservations included.
    pub cost_nanos: u64,
    /// How much of that is reserved and not yet settled.
    pub reserved_nanos: u64,
    /// What caches saved.
    pub saved_nanos: u64,
}

/// A slot of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Slot {
    /// Its beginning, in milliseconds since 1970.
    pub from_ms: u64,
    /// Requests for a look.
    pub asked: u64,
    /// Looks, from wherever.
    pub made: u64,
    /// Of these, looks that no call was paid for.
    pub cached: u64,
    /// Requests that failed or were refused.
    pub failed: u64,
    /// What its calls cost, in billionths of a dollar.
    pub cost_nanos: u64,
    /// What caches saved, in billionths of a dollar.
    pub saved_nanos: u64,
}

/// What one model was asked in one step.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CallUse {
    /// The model; empty where no answer said which.
    pub model: String,
    /// The step, 1 or 2.
    pub step: u8,
    /// Calls.
    pub calls: u64,
    /// Those that failed.
    pub failed: u64,
    /// Those that the gateway's own cache answered.
    pub cached: u64,
    /// What they cost, in billionths of a dollar.
    pub cost_nanos: u64,
    /// Tokens sent.
    pub prompt_tokens: u64,
    /// Tokens answered as text.
    pub text_tokens: u64,
    /// Tokens answered as pictures.
    pub image_tokens: u64,
    /// Their duration.
    pub took_ms: Quantiles,
}

/// How often something failed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FailureCount {
    /// The code.
    pub code: String,
    /// The step that failed, if one had begun.
    pub step: Option<u8>,
    /// How often.
    pub count: u64,
}

/// How long looks took, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Latency {
    /// From the request to the picture.
    pub total: Quantiles,
    /// Of that, waiting for the gateway.
    pub upstream: Quantiles,
    /// Of that, our own work: neither the gateway nor the queue.
    pub own: Quantiles,
}

/// Quantiles by nearest rank, in milliseconds; zeroes over nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Quantiles {
    /// Half are no longer.
    pub p50: u64,
    /// 95 of 100 are no longer.
    pub p95: u64,
    /// 99 of 100 are no longer.
    pub p99: u64,
}

/// What may be spent, and what is. In billionths of a dollar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Spending {
    /// Spent or reserved today (UTC).
    pub day_nanos: u64,
    /// The day's budget.
    pub day_budget_nanos: u64,
    /// Spent or reserved this month (UTC).
    pub month_nanos: u64,
    /// The month's budget.
    pub month_budget_nanos: u64,
    /// Whether the operator has stopped all spending.
    pub is_frozen: bool,
}

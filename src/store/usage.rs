//! The usage log: every request for a look as it ended, without anything of whom or what it was about. What each call cost is in the
//! ledger's `calls`; both are read together.

mod memory;
mod report;
mod sql;
mod tally;

use futures::future::BoxFuture;
use serde::Serialize;
use strum::{EnumString, IntoStaticStr};

use super::database::StoreError;

pub use memory::MemoryUsage;
pub use report::{CallUse, FailureCount, Latency, Quantiles, Report, Slot, Spending, Totals};
pub use sql::SqlUsage;

/// One request for a look, as it ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// When it was asked, in milliseconds since 1970.
    pub at_ms: u64,
    /// The look's name in the gateway's log; empty for what was refused before a look began.
    pub trace: String,
    /// Where the look came from.
    pub source: Source,
    /// Whether step 1's outfit was there already, or given by the user.
    pub outfit_known: bool,
    /// The failure's code; `None` for a look that was made.
    pub code: Option<String>,
    /// The step that failed.
    pub step: Option<u8>,
    /// The model that drew it.
    pub model: Option<String>,
    /// What it cost, in billionths of a dollar.
    pub cost_nanos: u64,
    /// What a cache or another viewer of the same look saved, in billionths of a dollar.
    pub saved_nanos: u64,
    /// From the request to its end, in milliseconds.
    pub took_ms: u64,
    /// How much of that was waited for the gateway, in milliseconds.
    pub upstream_ms: u64,
    /// How much of that was waited in the queue, in milliseconds.
    pub queued_ms: u64,
    /// The id under which the gateway knows the last call.
    pub request_id: Option<String>,
}

/// Where a look came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Source {
    /// It was made, or was to be.
    #[default]
    Made,
    /// It was being made for somebody else.
    Joined,
    /// It had been made before.
    Kept,
    /// The gateway's own cache answered.
    Gateway,
    /// It was refused before anything was done for it.
    Refused,
}

/// Which entries are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// From here on, in milliseconds since 1970.
    pub from_ms: u64,
    /// Up to here, exclusive.
    pub until_ms: u64,
    /// Only those of this outcome: `made`, or the code of a failure.
    pub outcome: Option<String>,
    /// Only those of this model.
    pub model: Option<String>,
    /// Only those of this source.
    pub source: Option<Source>,
}

/// Keeps the usage log.
pub trait UsageLog: Send + Sync {
    /// Adds entries.
    fn record(&self, entries: Vec<Entry>) -> BoxFuture<'_, Result<(), StoreError>>;

    /// The newest entries that the filter lets through, newest first, at most `most`.
    fn entries(&self, filter: Filter, most: u64) -> BoxFuture<'_, Result<Vec<Entry>, StoreError>>;

    /// What happened between `from_ms` and `until_ms`, the series in slots of `slot_ms`.
    fn report(&self, from_ms: u64, until_ms: u64, slot_ms: u64) -> BoxFuture<'_, Result<Report, StoreError>>;

    /// Forgets entries, and settled calls, from before `until_ms`. Calls whose price is still reserved stay. The budget of the month is
    /// counted over its calls: `until_ms` is at least 62 days back.
    fn sweep(&self, until_ms: u64) -> BoxFuture<'_, Result<(), StoreError>>;
}

#[cfg(test)]
mod tests {
    use super::Source;

    /// The log is written as JSON and read by `EnumString`.
    #[test]
    fn a_source_is_called_the_same_everywhere() {
        for source in [Source::Made, Source::Joined, Source::Kept, Source::Gateway, Source::Refused] {
            let name: &str = source.into();
            assert_eq!(serde_json::to_value(source).unwrap(), name);
            assert_eq!(name.parse::<Source>(), Ok(source));
        }
    }
}

//! Log rows (`reference/gateway-and-gemini.md` A10), bounded in number and in bytes; the oldest go first.

use std::collections::VecDeque;
use std::sync::Mutex;

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;

use super::locked;
use super::registry::Name;

/// Rows and bytes of payload that are kept: bounds of our own.
const MAX_ROWS: usize = 10_000;
const MAX_PAYLOAD_BYTES: usize = 64 * 1024 * 1024;
/// A larger log is not stored at all (A8).
const MAX_LOG_BYTES: usize = 10 * 1024 * 1024;

/// A row as the logs API gives it.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "the fields of Cloudflare's API")]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) created_at: String,
    pub(super) provider: String,
    pub(super) model: String,
    pub(super) model_type: &'static str,
    pub(super) path: String,
    /// Milliseconds.
    pub(super) duration: u64,
    pub(super) request_type: String,
    pub(super) request_content_type: String,
    pub(super) response_content_type: String,
    pub(super) status_code: u16,
    pub(super) success: bool,
    pub(super) cached: bool,
    pub(super) tokens_in: u32,
    pub(super) tokens_out: u32,
    pub(super) cost: f64,
    pub(super) custom_cost: bool,
    pub(super) metadata: Value,
    pub(super) step: usize,
    pub(super) request_size: usize,
    pub(super) response_size: usize,
    pub(super) event_id: String,
    pub(super) authentication: bool,
    pub(super) wholesale: bool,
    pub(super) byok: bool,
    /// What data loss prevention did, where it found anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) dlp_action: Option<&'static str>,
    pub(super) user_agent: String,
    pub(super) feedback: Option<i8>,
    pub(super) score: Option<f64>,
}

/// A row and, when they are collected, the bodies.
#[derive(Clone, Debug, Default)]
pub(super) struct Log {
    pub(super) gateway: Name,
    pub(super) row: Row,
    pub(super) request: Option<Bytes>,
    pub(super) response: Option<Bytes>,
}

impl Log {
    fn bytes(&self) -> usize {
        [&self.request, &self.response].into_iter().flatten().map(Bytes::len).sum()
    }
}

#[derive(Debug, Default)]
struct Shelf {
    logs: VecDeque<Log>,
    bytes: usize,
}

/// All rows, oldest first.
#[derive(Debug, Default)]
pub(super) struct Logs(Mutex<Shelf>);

impl Logs {
    pub(super) fn add(&self, log: Log) {
        if log.bytes() > MAX_LOG_BYTES {
            return;
        }
        let mut all = locked(&self.0);
        all.bytes += log.bytes();
        all.logs.push_back(log);
        while all.logs.len() > MAX_ROWS || all.bytes > MAX_PAYLOAD_BYTES {
            let gone = all.logs.pop_front().map_or(0, |log| log.bytes());
            all.bytes -= gone;
        }
    }

    /// The rows of a gateway, oldest first.
    pub(super) fn of(&self, gateway: &Name) -> Vec<Row> {
        locked(&self.0).logs.iter().filter(|log| log.gateway == *gateway).map(|log| log.row.clone()).collect()
    }

    /// What `look` makes of a log, or nothing when there is none of that id.
    pub(super) fn with<T>(&self, gateway: &Name, id: &str, look: impl FnOnce(&mut Log) -> T) -> Option<T> {
        let mut all = locked(&self.0);
        all.logs.iter_mut().find(|log| log.gateway == *gateway && log.row.id == id).map(look)
    }

    /// Deletes these rows.
    pub(super) fn delete(&self, gateway: &Name, ids: &[String]) {
        let mut all = locked(&self.0);
        all.logs.retain(|log| log.gateway != *gateway || !ids.contains(&log.row.id));
        all.bytes = all.logs.iter().map(Log::bytes).sum();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(bytes: usize) -> Log {
        Log { response: Some(vec![0; bytes].into()), ..Log::default() }
    }

    #[test]
    fn rows_and_bytes_are_bounded() {
        let logs = Logs::default();
        for _ in 0..=MAX_ROWS {
            logs.add(log(1));
        }
        assert_eq!(logs.of(&Name::default()).len(), MAX_ROWS);
        for _ in 0..10 {
            logs.add(log(MAX_LOG_BYTES));
        }
        assert_eq!(logs.of(&Name::default()).len(), 6);
        assert!(locked(&logs.0).bytes <= MAX_PAYLOAD_BYTES);
        logs.add(log(MAX_LOG_BYTES + 1));
        assert_eq!(logs.of(&Name::default()).len(), 6);
    }
}

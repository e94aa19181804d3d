//! What is kept and how much is done at once.

use std::time::Duration;

use super::{ConfigError, Variables};

/// Bounds on keeping and working.
#[derive(Clone, Debug)]
pub struct LimitsConfig {
    /// `CACHE_TTL`, seconds that a look is kept, 86400 (24 h) by default.
    pub keep_looks: Duration,
    /// `MAX_CONCURRENT_LOOKS`, looks made at once, 32 by default; the next one is `busy`.
    pub concurrent_looks: usize,
    /// `RESULT_MEMORY_MB`, most megabytes of kept pictures, 256 by default; the oldest go first.
    pub result_bytes: usize,
}

impl LimitsConfig {
    pub(super) fn read(variables: &Variables<'_>) -> Result<Self, ConfigError> {
        let megabytes = variables.number("RESULT_MEMORY_MB", 256, 8..=16_384)?;
        let looks = variables.number("MAX_CONCURRENT_LOOKS", 32, 1..=10_000)?;
        Ok(Self {
            keep_looks: Duration::from_secs(variables.number("CACHE_TTL", 86_400, 60..=2_592_000)?),
            concurrent_looks: usize::try_from(looks).unwrap_or(usize::MAX),
            result_bytes: usize::try_from(megabytes * 1024 * 1024).unwrap_or(usize::MAX),
        })
    }
}

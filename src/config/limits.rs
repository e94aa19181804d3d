//! What is kept and how much is done at once.

use std::path::PathBuf;
use std::time::Duration;

use super::{ConfigError, Variables};

/// The least that a look is kept when nothing is to be cached: whoever asked for it must be able to fetch it.
const LEAST_KEPT: Duration = Duration::from_mins(10);

/// Bounds on keeping and working.
#[derive(Clone, Debug)]
pub struct LimitsConfig {
    /// `CACHE_TTL`, seconds that a look is kept and shown again to who asks for the same, 86400 (24 h) by default; 0 keeps it for ten minutes
    /// and makes every look anew.
    pub keep_looks: Duration,
    /// Whether what was made before is shown again.
    pub reuse: bool,
    /// `MAX_CONCURRENT_LOOKS`, looks made at once, 32 by default.
    pub concurrent_looks: usize,
    /// `MAX_WAITING_LOOKS`, looks that wait for their turn, 64 by default; the next one is `busy`.
    pub waiting_looks: usize,
    /// `CACHE_MAX_MB`, most megabytes of kept pictures, 1024 by default; the oldest go first.
    pub result_bytes: u64,
    /// `DATABASE_PATH`, `data/primerka.db` by default. Natively only.
    pub database: PathBuf,
}

impl LimitsConfig {
    pub(super) fn read(variables: &Variables<'_>) -> Result<Self, ConfigError> {
        let count =
            |name, usual, range| variables.number(name, usual, range).map(|n| usize::try_from(n).unwrap_or(usize::MAX));
        let ttl = cache_ttl(variables)?;
        Ok(Self {
            keep_looks: ttl.max(LEAST_KEPT),
            reuse: !ttl.is_zero(),
            concurrent_looks: count("MAX_CONCURRENT_LOOKS", 32, 1..=10_000)?,
            waiting_looks: count("MAX_WAITING_LOOKS", 64, 0..=100_000)?,
            result_bytes: variables.number("CACHE_MAX_MB", 1024, 8..=1_048_576)? * 1024 * 1024,
            database: variables.text("DATABASE_PATH").unwrap_or_else(|| "data/primerka.db".to_owned()).into(),
        })
    }
}

/// `CACHE_TTL`, for our cache and the gateway's.
pub(super) fn cache_ttl(variables: &Variables<'_>) -> Result<Duration, ConfigError> {
    Ok(Duration::from_secs(variables.number("CACHE_TTL", 86_400, 0..=2_592_000)?))
}

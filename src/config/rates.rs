//! How often looks may be asked for.

use super::{ConfigError, Variables};

/// Requests in a period. A *user* is a cookie, and in a bucket of its own an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RatesConfig {
    /// `RATE_LIMIT_PER_MINUTE`, by everybody together, 60 by default.
    pub per_minute: u64,
    /// `RATE_LIMIT_PER_USER_PER_MINUTE`, 6 by default.
    pub user_per_minute: u64,
    /// `RATE_LIMIT_PER_USER_PER_DAY`, 50 by default.
    pub user_per_day: u64,
    /// `TRUSTED_PROXY_HOPS`: how many proxies of one's own stand before the server, 0 by default. So many entries at the end of
    /// `X-Forwarded-For` are believed, and none else.
    pub trusted_proxy_hops: usize,
}

impl RatesConfig {
    pub(super) fn read(variables: &Variables<'_>) -> Result<Self, ConfigError> {
        let count = |name, usual| variables.number(name, usual, 1..=10_000_000);
        Ok(Self {
            per_minute: count("RATE_LIMIT_PER_MINUTE", 60)?,
            user_per_minute: count("RATE_LIMIT_PER_USER_PER_MINUTE", 6)?,
            user_per_day: count("RATE_LIMIT_PER_USER_PER_DAY", 50)?,
            trusted_proxy_hops: usize::try_from(variables.number("TRUSTED_PROXY_HOPS", 0, 0..=10)?).unwrap_or_default(),
        })
    }
}

//! How much money may be spent.

use super::{ConfigError, Variables};
use crate::look::price::nanos;

/// The budget, in billionths of a dollar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BudgetConfig {
    /// `DAILY_BUDGET_USD`, 5 by default: the most that a day (UTC) may cost. 0 is the switch that stops all spending.
    pub day_nanos: u64,
    /// `MONTHLY_BUDGET_USD`, 50 by default: the most that a month (UTC) may cost.
    pub month_nanos: u64,
}

impl BudgetConfig {
    pub(super) fn read(variables: &Variables<'_>) -> Result<Self, ConfigError> {
        Ok(Self {
            day_nanos: nanos::from_usd(variables.amount("DAILY_BUDGET_USD", 5.0, 1_000_000)?),
            month_nanos: nanos::from_usd(variables.amount("MONTHLY_BUDGET_USD", 50.0, 10_000_000)?),
        })
    }
}

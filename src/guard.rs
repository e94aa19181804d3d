//! What stands BEFORE the money: limits and single flight before a look, the cache instead of one, the budget round each upstream call.

pub mod ask;
mod effort;
mod flight;
pub mod housekeeping;
pub mod keys;
pub mod limits;
pub mod operator;
pub mod purse;
pub mod queue;
pub mod reconcile;
pub mod registry;
mod run;
pub mod usage;
mod viewer;

pub use flight::Means;

//! What stands BEFORE the money. For now: the registry that owns every look and the bound on how many are made at once.

pub mod registry;
mod run;

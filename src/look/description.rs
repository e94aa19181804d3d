//! What step 1 found, with what it took to find it.

use super::outfit::Outfit;

/// A description of an outfit by a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Description {
    /// The outfit.
    pub outfit: Outfit,
    /// The model that described it.
    pub model: String,
    /// What that cost in dollars; `None` when the price is not known.
    pub cost_usd: Option<f64>,
}

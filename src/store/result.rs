//! A finished picture and what is known of it, shared by all who asked for the same.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::database::StoreError;
use crate::look::event::Event;
use crate::look::id::LookId;
use crate::look::outfit::Outfit;
use crate::look::photo::PhotoFormat;
use crate::look::price::Tokens;

/// What is known of a result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// What PHOTO B showed.
    pub outfit: Outfit,
    /// The model that described it; empty when the user did.
    pub described_by: String,
    /// What the picture is encoded as.
    pub format: PhotoFormat,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// The model that drew it.
    pub model: String,
    /// What it cost in dollars, both steps; `None` when a price is not known.
    pub cost_usd: Option<f64>,
    /// The tokens paid for.
    pub tokens: Tokens,
}

/// The name of a result, at the edge also that of its bytes in KV.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ResultId(pub(super) String);

impl fmt::Display for ResultId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A viewer's look.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptLook {
    /// The result it shows.
    pub facts: Facts,
    /// The `done` event that told of it.
    pub done: Event,
}

impl ResultId {
    pub(super) fn random() -> Result<Self, StoreError> {
        let mut random = [0_u8; 16];
        getrandom::fill(&mut random).map_err(|error| StoreError::Unusable(error.to_string()))?;
        Ok(Self(format!("{:032x}", u128::from_be_bytes(random))))
    }
}

impl KeptLook {
    /// The events of a look that was made, as somebody hears them who comes later.
    pub fn events(&self, id: &LookId) -> Vec<Event> {
        let mut events = vec![Event::Accepted { id: id.clone() }];
        events.extend(self.facts.steps());
        events.push(self.done.clone());
        events
    }
}

impl Facts {
    /// Both steps as they are told where nothing had to be done for them.
    pub fn steps(&self) -> [Event; 3] {
        let (outfit, model) = (self.outfit.clone(), self.described_by.clone());
        [Event::Describing, Event::Described { outfit, cached: true, model, elapsed_ms: 0 }, Event::Generating]
    }
}

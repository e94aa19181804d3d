//! The two steps of a look.

use serde::{Deserialize, Serialize};

/// One of the two calls a look is made of. On the wire it is the number 1 or 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub enum Step {
    /// Step 1: PHOTO B becomes a description of the outfit.
    Describe,
    /// Step 2: PHOTO A, PHOTO B and the description become a picture.
    TryOn,
}

impl Step {
    /// The step's number as users and logs know it.
    pub fn number(self) -> u8 {
        match self {
            Self::Describe => 1,
            Self::TryOn => 2,
        }
    }
}

impl From<Step> for u8 {
    fn from(step: Step) -> Self {
        step.number()
    }
}

impl TryFrom<u8> for Step {
    type Error = &'static str;

    fn try_from(number: u8) -> Result<Self, Self::Error> {
        match number {
            1 => Ok(Self::Describe),
            2 => Ok(Self::TryOn),
            _ => Err("a step is 1 or 2"),
        }
    }
}

//! The name of content: equal content has an equal name, and nothing about the content follows from it.

use std::fmt;

/// 256 bits of a hash over everything that determines an answer, as 64 hex digits. Whoever has no copy of the content cannot make it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ContentKey(String);

impl ContentKey {
    /// Takes the 64 hex digits of a hash.
    pub fn new(hex: impl Into<String>) -> Self {
        Self(hex.into())
    }

    /// The hex digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ContentKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

//! The name of a look.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A look's id: 128 random bits as 32 lower-case hex digits. Whoever knows it may see the look, so it is never derived from anything.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct LookId(String);

impl LookId {
    /// A fresh unguessable id. Fails only where the machine has no source of randomness.
    #[cfg(feature = "ssr")]
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0_u8; 16];
        getrandom::fill(&mut bytes)?;
        Ok(Self(format!("{:032x}", u128::from_be_bytes(bytes))))
    }

    /// Reads an id from a path or an event; `None` for anything that is not 32 lower-case hex digits.
    pub fn parse(text: &str) -> Option<Self> {
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (text.len() == 32 && text.bytes().all(is_hex)).then(|| Self(text.to_owned()))
    }

    /// The 32 hex digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LookId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<LookId> for String {
    fn from(id: LookId) -> Self {
        id.0
    }
}

impl TryFrom<String> for LookId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("a look's id is 32 lower-case hex digits")
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::LookId;

    #[test]
    fn random_ids_differ_and_read_back() {
        let first = LookId::random().unwrap();
        let second = LookId::random().unwrap();
        assert_ne!(first, second);
        assert_eq!(LookId::parse(first.as_str()), Some(first));
    }

    #[test]
    fn only_lower_case_hex_of_the_right_length_is_an_id() {
        let upper = "A".repeat(32);
        for text in ["", "../../etc/passwd", "0123", upper.as_str(), "0123456789abcdef0123456789abcdeg"] {
            assert_eq!(LookId::parse(text), None, "{text}");
        }
    }
}

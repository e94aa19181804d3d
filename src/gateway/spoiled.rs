//! Calls whose answer was a 200 without a picture. The gateway's cache keeps such an answer like any other, so the same call is made past
//! the cache the next time; what comes then takes the bad answer's place.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use crate::pipeline::upstream::{Call, Output, PromptPart};

/// So many are remembered, the latest.
const MOST: usize = 1024;

/// What tells one call from another.
type Fingerprint = blake3::Hash;

/// The calls of this process that went wrong in that way.
#[derive(Debug, Default)]
pub(super) struct Spoiled(Mutex<VecDeque<Fingerprint>>);

impl Spoiled {
    pub(super) fn is_empty(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    pub(super) fn contains(&self, call: &Fingerprint) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(call)
    }

    /// Remembers whether the call's last answer was `bad`.
    pub(super) fn note(&self, call: Fingerprint, bad: bool) {
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        calls.retain(|known| *known != call);
        if bad {
            calls.truncate(MOST - 1);
            calls.push_front(call);
        }
    }
}

/// Two calls with the same fingerprint ask for the same of the same.
pub(super) fn fingerprint(call: &Call) -> Fingerprint {
    let mut hasher = blake3::Hasher::new();
    let mut add = |bytes: &[u8]| {
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    };
    if let Output::Image { ratio, size } = call.output {
        add(ratio.name().as_bytes());
        add(size.name().as_bytes());
    }
    for part in &call.parts {
        match part {
            PromptPart::Text(text) => add(text.as_bytes()),
            PromptPart::Photo(photo) => add(&photo.bytes),
        }
    }
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use super::{MOST, Spoiled};

    #[test]
    fn the_latest_are_remembered_until_they_are_good() {
        let spoiled = Spoiled::default();
        let call = |number: usize| blake3::hash(&number.to_le_bytes());
        for number in 0..=MOST {
            spoiled.note(call(number), true);
            spoiled.note(call(number), true);
        }
        assert!(!spoiled.contains(&call(0)) && spoiled.contains(&call(1)) && spoiled.contains(&call(MOST)));
        spoiled.note(call(5), false);
        assert!(!spoiled.contains(&call(5)));
    }
}

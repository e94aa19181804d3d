//! Every request that was made for a look, by its number, and how things stood when it was made. The gateway is told the number as the user,
//! so that each call can be held against the request it is made for.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

use super::content::Content;

/// A request for a look.
#[derive(Clone, Debug)]
pub struct Asked {
    pub content: Content,
    pub fresh: bool,
    /// When, in milliseconds since the beginning.
    pub at_ms: u64,
    /// How often the clock had been put forward or back by then.
    pub jumps: u64,
    /// The results of that content that were kept then.
    pub kept: Vec<String>,
    /// Until when the description was kept that there was then.
    pub described_until: Option<u64>,
}

/// All requests of a world.
#[derive(Default)]
pub struct Asks(Mutex<Known>);

#[derive(Default)]
struct Known {
    asked: BTreeMap<u64, Asked>,
    /// When such a look was last to be made anew.
    last_fresh: BTreeMap<Content, u64>,
}

impl Asks {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap()
    }

    /// Writes down a request.
    pub fn add(&self, number: u64, asked: Asked) {
        let mut known = self.known();
        if asked.fresh {
            known.last_fresh.insert(asked.content, asked.at_ms);
        }
        known.asked.insert(number, asked);
    }

    /// The request of that number.
    pub fn get(&self, number: u64) -> Asked {
        self.known().asked.get(&number).cloned().unwrap()
    }

    /// Whether such a look was to be made anew since `since_ms`: who is under way since then is joined by nobody any more.
    pub fn was_displaced(&self, content: Content, since_ms: u64) -> bool {
        self.known().last_fresh.get(&content).is_some_and(|at_ms| *at_ms >= since_ms)
    }

    /// How many there were.
    pub fn count(&self) -> u64 {
        self.known().asked.len() as u64
    }
}

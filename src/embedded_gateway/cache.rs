//! The gateway's cache (`reference/gateway-and-gemini.md` A6): exact requests, byte-identical answers, bounded in bytes.

use std::collections::hash_map::RandomState;
use std::collections::{HashMap, VecDeque};
use std::hash::BuildHasher;
use std::sync::Mutex;

use bytes::Bytes;

use super::locked;
use super::registry::Name;
use super::reply::Tally;
use super::wishes::Wishes;

/// Shortest and longest life, in seconds: a minute, a month (A3). What is asked for beyond them is brought within.
const MIN_TTL_S: u64 = 60;
const MAX_TTL_S: u64 = 30 * 24 * 60 * 60;
/// Life under a key of the caller's own when nothing else says one (A3).
const OWN_KEY_TTL_S: u64 = 300;
/// Longer requests are not cacheable (A8).
pub(super) const MAX_REQUEST_BYTES: usize = 25 * 1024 * 1024;
/// What all answers together may take: a bound of our own, the oldest go first.
const MAX_BYTES: usize = 128 * 1024 * 1024;

/// A kept answer.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) content_type: String,
    pub(super) body: Bytes,
    pub(super) tally: Tally,
    pub(super) until_ms: u64,
}

#[derive(Debug, Default)]
struct Shelf {
    kept: HashMap<u64, Kept>,
    /// Oldest first.
    order: VecDeque<u64>,
    bytes: usize,
}

/// All kept answers.
#[derive(Debug, Default)]
pub(super) struct Cache {
    all: Mutex<Shelf>,
    hasher: RandomState,
}

/// How long an answer may be kept, in milliseconds; nothing when caching is off.
pub(super) fn life_ms(wishes: &Wishes, gateway_ttl: Option<u64>) -> Option<u64> {
    let own_key = wishes.cache_key.as_ref().map(|_| OWN_KEY_TTL_S);
    let seconds = wishes.cache_ttl.or(gateway_ttl.filter(|ttl| *ttl > 0)).or(own_key)?;
    (seconds > 0).then(|| seconds.clamp(MIN_TTL_S, MAX_TTL_S) * 1000)
}

impl Cache {
    /// The key of a request: the caller's own, or provider, path with query, and body (A6). The provider's key takes no part (UNCONFIRMED).
    pub(super) fn key(&self, gateway: &Name, provider: &str, path: &str, body: &[u8], own: Option<&str>) -> u64 {
        match own {
            Some(own) => self.hasher.hash_one((gateway, own)),
            None => self.hasher.hash_one((gateway, provider, path, body)),
        }
    }

    /// The answer under `key`, when its time is not over.
    pub(super) fn get(&self, key: u64, now_ms: u64) -> Option<Kept> {
        let mut all = locked(&self.all);
        if all.kept.get(&key)?.until_ms <= now_ms {
            all.remove(key);
        }
        all.kept.get(&key).cloned()
    }

    pub(super) fn put(&self, key: u64, kept: Kept) {
        let mut all = locked(&self.all);
        all.remove(key);
        all.bytes += kept.body.len();
        all.kept.insert(key, kept);
        all.order.push_back(key);
        while all.bytes > MAX_BYTES
            && let Some(oldest) = all.order.front().copied()
        {
            all.remove(oldest);
        }
    }
}

impl Shelf {
    fn remove(&mut self, key: u64) {
        if let Some(gone) = self.kept.remove(&key) {
            self.bytes -= gone.body.len();
            self.order.retain(|other| *other != key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(bytes: usize) -> Kept {
        Kept {
            content_type: "application/json".to_owned(),
            body: vec![0; bytes].into(),
            tally: Tally::default(),
            until_ms: 100,
        }
    }

    #[test]
    fn answers_end_with_their_time() {
        let cache = Cache::default();
        cache.put(1, kept(10));
        assert!(cache.get(1, 99).is_some());
        assert!(cache.get(1, 100).is_none());
        assert_eq!(locked(&cache.all).bytes, 0);
    }

    #[test]
    fn the_oldest_make_room() {
        let cache = Cache::default();
        for key in 0..5 {
            cache.put(key, kept(MAX_BYTES / 3));
        }
        let there: Vec<u64> = (0..5).filter(|key| cache.get(*key, 0).is_some()).collect();
        assert_eq!(there, [2, 3, 4]);
        assert!(locked(&cache.all).bytes <= MAX_BYTES);
        cache.put(9, kept(MAX_BYTES + 1));
        assert_eq!(locked(&cache.all).bytes, 0);
    }

    #[test]
    fn lives_are_brought_within_their_bounds() {
        let life = |headers: &[(&'static str, &str)], gateway| {
            let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
            life_ms(&Wishes::read(&headers.collect()), gateway)
        };
        assert_eq!(life(&[], None), None);
        assert_eq!(life(&[], Some(0)), None);
        assert_eq!(life(&[], Some(120)), Some(120_000));
        assert_eq!(life(&[("cf-aig-cache-ttl", "0")], Some(120)), None);
        assert_eq!(life(&[("cf-aig-cache-ttl", "5")], None), Some(60_000));
        assert_eq!(life(&[("cf-aig-cache-ttl", "99999999")], None), Some(2_592_000_000));
        assert_eq!(life(&[("cf-aig-cache-key", "mine")], Some(0)), Some(300_000));
    }
}

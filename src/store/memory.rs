//! Looks in memory, bounded in bytes and age. One implementation for both servers, on the runtime's clock.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::future::{BoxFuture, ready};

use super::{KeptLook, LookStore};
use crate::look::id::LookId;
use crate::runtime::Runtime;

/// A store that forgets when the process ends.
pub struct MemoryStore {
    runtime: Arc<dyn Runtime>,
    ttl: Duration,
    max_bytes: usize,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    looks: HashMap<LookId, (u64, KeptLook)>,
    /// Oldest first. Ids of deleted looks stay here until they reach the front.
    order: VecDeque<LookId>,
    bytes: usize,
}

impl MemoryStore {
    /// Keeps each look for `ttl`, and never more than `max_bytes` of pictures.
    pub fn new(runtime: Arc<dyn Runtime>, ttl: Duration, max_bytes: usize) -> Self {
        Self { runtime, ttl, max_bytes, kept: Mutex::default() }
    }

    /// The kept looks, those past their time dropped.
    fn swept(&self) -> MutexGuard<'_, Kept> {
        let oldest = self.runtime.now_ms().saturating_sub(u64::try_from(self.ttl.as_millis()).unwrap_or(u64::MAX));
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(id) = kept.order.front() {
            match kept.looks.get(id) {
                Some((made_ms, _)) if *made_ms >= oldest => break,
                _ => kept.forget_oldest(),
            }
        }
        kept
    }
}

impl Kept {
    fn remove(&mut self, id: &LookId) -> bool {
        let removed = self.looks.remove(id);
        self.bytes -= removed.as_ref().map_or(0, |(_, look)| look.picture.bytes.len());
        removed.is_some()
    }

    fn forget_oldest(&mut self) {
        if let Some(id) = self.order.pop_front() {
            self.remove(&id);
        }
    }
}

impl LookStore for MemoryStore {
    fn put(&self, id: LookId, look: KeptLook) -> BoxFuture<'_, ()> {
        let made_ms = self.runtime.now_ms();
        let mut kept = self.swept();
        kept.remove(&id);
        kept.bytes += look.picture.bytes.len();
        kept.order.push_back(id.clone());
        kept.looks.insert(id, (made_ms, look));
        while kept.bytes > self.max_bytes && kept.looks.len() > 1 {
            kept.forget_oldest();
        }
        Box::pin(ready(()))
    }

    fn get<'a>(&'a self, id: &'a LookId) -> BoxFuture<'a, Option<KeptLook>> {
        let look = self.swept().looks.get(id).map(|(_, look)| look.clone());
        Box::pin(ready(look))
    }

    fn delete<'a>(&'a self, id: &'a LookId) -> BoxFuture<'a, bool> {
        let removed = self.swept().remove(id);
        Box::pin(ready(removed))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::Duration;

    use bytes::Bytes;
    use futures::executor::block_on;
    use futures::future::BoxFuture;

    use super::{KeptLook, LookId, LookStore, MemoryStore, Runtime};
    use crate::look::event::Event;
    use crate::look::photo::{Photo, PhotoFormat};

    struct Clock(AtomicU64);

    impl Runtime for Clock {
        fn now_ms(&self) -> u64 {
            self.0.load(Ordering::Relaxed)
        }
        fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
            Box::pin(async {})
        }
        fn spawn(&self, _: BoxFuture<'static, ()>) {}
    }

    fn look(size: usize) -> KeptLook {
        let picture = Photo { bytes: Bytes::from(vec![7; size]), format: PhotoFormat::Jpeg, width: 1, height: 1 };
        KeptLook { picture, outfit: None, done: Event::Ping }
    }

    #[test]
    fn a_look_is_kept_for_its_time_and_no_longer() {
        let clock = Arc::new(Clock(AtomicU64::new(1_000)));
        let store = MemoryStore::new(clock.clone(), Duration::from_secs(1), 1_000);
        let id = LookId::random().unwrap();
        block_on(store.put(id.clone(), look(10)));
        clock.0.store(2_000, Ordering::Relaxed);
        assert_eq!(block_on(store.get(&id)), Some(look(10)));
        clock.0.store(2_001, Ordering::Relaxed);
        assert_eq!(block_on(store.get(&id)), None);
        assert_eq!(store.swept().bytes, 0);
    }

    #[test]
    fn the_oldest_make_room_and_deleting_frees_bytes() {
        let store = MemoryStore::new(Arc::new(Clock(AtomicU64::new(0))), Duration::from_secs(1), 100);
        let ids: Vec<_> = (0..4).map(|_| LookId::random().unwrap()).collect();
        for id in &ids[..3] {
            block_on(store.put(id.clone(), look(40)));
        }
        assert!(block_on(store.get(&ids[0])).is_none());
        assert!(block_on(store.get(&ids[2])).is_some());
        assert!(block_on(store.delete(&ids[1])));
        assert!(!block_on(store.delete(&ids[1])));
        block_on(store.put(ids[3].clone(), look(60)));
        assert!(block_on(store.get(&ids[2])).is_some(), "40 + 60 bytes have room");
    }
}

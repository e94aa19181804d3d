//! Where things are KEPT. A small async seam, so that SQLite and D1 + KV can stand behind it as memory does now.

mod memory;

use futures::future::BoxFuture;

use crate::look::event::Event;
use crate::look::id::LookId;
use crate::look::outfit::Outfit;
use crate::look::photo::Photo;

pub use memory::MemoryStore;

/// A finished look. The photos it was made of are never kept.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptLook {
    /// The result.
    pub picture: Photo,
    /// What PHOTO B showed.
    pub outfit: Option<Outfit>,
    /// The `done` event that told of it.
    pub done: Event,
}

/// Keeps finished looks for a while.
pub trait LookStore: Send + Sync {
    /// Keeps a look under its id.
    fn put(&self, id: LookId, look: KeptLook) -> BoxFuture<'_, ()>;
    /// The look of that id, while it is kept.
    fn get<'a>(&'a self, id: &'a LookId) -> BoxFuture<'a, Option<KeptLook>>;
    /// Forgets a look; tells whether there was one.
    fn delete<'a>(&'a self, id: &'a LookId) -> BoxFuture<'a, bool>;
}

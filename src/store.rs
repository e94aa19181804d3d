//! Where things are KEPT: looks, descriptions, counters and the books. Small async seams, which SQL fills natively and on D1, and memory where a
//! Worker has no database bound.

pub mod database;
mod fallback;
pub mod ledger;
pub mod limits;
mod looks;
mod memory;
pub mod result;
#[cfg(feature = "native")]
pub mod sqlite;
pub mod usage;

use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;

use crate::look::description::Description;
use crate::look::event::Event;
use crate::look::id::LookId;
use crate::look::key::ContentKey;
use database::StoreError;
use result::{Facts, KeptLook, ResultId};

pub use fallback::WithFallback;
pub use looks::SqlLooks;
pub use memory::MemoryStore;

/// For how long and how many bytes looks are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// How long.
    pub keep: Duration,
    /// Most bytes of pictures; the oldest go first.
    pub max_bytes: u64,
}

impl Retention {
    fn keep_ms(&self) -> u64 {
        u64::try_from(self.keep.as_millis()).unwrap_or(u64::MAX)
    }
}

/// Keeps finished looks and descriptions for a while. The photos they were made of are never kept.
pub trait LookStore: Send + Sync {
    /// The newest result of that content.
    fn find<'a>(&'a self, content: &'a ContentKey) -> BoxFuture<'a, Result<Option<(ResultId, Facts)>, StoreError>>;

    /// Keeps a result. Nobody can see it before it is shown.
    fn keep<'a>(
        &'a self,
        content: &'a ContentKey,
        facts: &'a Facts,
        picture: Bytes,
    ) -> BoxFuture<'a, Result<ResultId, StoreError>>;

    /// Shows a result under each viewer's own id, with the `done` event that told the viewer of it. Errors: [`StoreError::Missing`] when the
    /// result is gone; then nobody is shown it.
    fn show<'a>(&'a self, result: &'a ResultId, looks: Vec<(LookId, Event)>) -> BoxFuture<'a, Result<(), StoreError>>;

    /// The look of that id, while it is kept.
    fn look<'a>(&'a self, id: &'a LookId) -> BoxFuture<'a, Result<Option<KeptLook>, StoreError>>;

    /// Its picture.
    fn picture<'a>(&'a self, id: &'a LookId) -> BoxFuture<'a, Result<Option<Bytes>, StoreError>>;

    /// Forgets a look, and its result when no other look shows it. Tells whether there was one.
    fn delete<'a>(&'a self, id: &'a LookId) -> BoxFuture<'a, Result<bool, StoreError>>;

    /// What step 1 found for that content.
    fn description<'a>(&'a self, content: &'a ContentKey) -> BoxFuture<'a, Result<Option<Description>, StoreError>>;

    /// Keeps what step 1 found.
    fn keep_description<'a>(
        &'a self,
        content: &'a ContentKey,
        description: &'a Description,
    ) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Drops what is past its time, which nobody is shown any more.
    fn sweep(&self) -> BoxFuture<'_, Result<(), StoreError>>;
}

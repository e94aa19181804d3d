//! A store behind the store: what cannot be kept where it belongs (a disk that is full or gone) is kept in memory for as long as the process
//! lives, because it is paid for and somebody waits for it.

use std::sync::Arc;

use bytes::Bytes;
use futures::future::BoxFuture;

use super::LookStore;
use super::database::StoreError;
use super::result::{Facts, KeptLook, ResultId};
use crate::look::description::Description;
use crate::look::event::Event;
use crate::look::id::LookId;
use crate::look::key::ContentKey;

/// Looks in the first store, or else in the second.
pub struct WithFallback {
    first: Arc<dyn LookStore>,
    second: Arc<dyn LookStore>,
}

impl WithFallback {
    /// The first one is asked first.
    pub fn new(first: Arc<dyn LookStore>, second: Arc<dyn LookStore>) -> Self {
        Self { first, second }
    }
}

/// What the first store has; what the second has where the first has nothing or fails.
async fn either<T>(
    first: BoxFuture<'_, Result<Option<T>, StoreError>>,
    second: BoxFuture<'_, Result<Option<T>, StoreError>>,
) -> Result<Option<T>, StoreError> {
    match first.await {
        Ok(Some(found)) => Ok(Some(found)),
        Ok(None) => second.await,
        Err(error) => second.await.and_then(|found| found.map(Some).ok_or(error)),
    }
}

fn told(error: &StoreError) {
    tracing::error!("{error}. What is made is kept in memory until there is room again");
}

impl LookStore for WithFallback {
    fn find<'a>(&'a self, content: &'a ContentKey) -> BoxFuture<'a, Result<Option<(ResultId, Facts)>, StoreError>> {
        Box::pin(either(self.first.find(content), self.second.find(content)))
    }

    fn keep<'a>(
        &'a self,
        content: &'a ContentKey,
        facts: &'a Facts,
        picture: Bytes,
    ) -> BoxFuture<'a, Result<ResultId, StoreError>> {
        Box::pin(async move {
            match self.first.keep(content, facts, picture.clone()).await {
                Ok(result) => Ok(result),
                Err(error) => {
                    told(&error);
                    self.second.keep(content, facts, picture).await
                }
            }
        })
    }

    fn show<'a>(&'a self, result: &'a ResultId, looks: Vec<(LookId, Event)>) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            match self.first.show(result, looks.clone()).await {
                Ok(()) => Ok(()),
                // It does not have what the second one keeps.
                Err(error) => self.second.show(result, looks).await.map_err(|_| error),
            }
        })
    }

    fn look<'a>(&'a self, id: &'a LookId) -> BoxFuture<'a, Result<Option<KeptLook>, StoreError>> {
        Box::pin(either(self.first.look(id), self.second.look(id)))
    }

    fn picture<'a>(&'a self, id: &'a LookId) -> BoxFuture<'a, Result<Option<Bytes>, StoreError>> {
        Box::pin(either(self.first.picture(id), self.second.picture(id)))
    }

    fn delete<'a>(&'a self, id: &'a LookId) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move { Ok(self.second.delete(id).await? || self.first.delete(id).await?) })
    }

    fn description<'a>(&'a self, content: &'a ContentKey) -> BoxFuture<'a, Result<Option<Description>, StoreError>> {
        Box::pin(either(self.first.description(content), self.second.description(content)))
    }

    fn keep_description<'a>(
        &'a self,
        content: &'a ContentKey,
        description: &'a Description,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            match self.first.keep_description(content, description).await {
                Ok(()) => Ok(()),
                Err(error) => {
                    told(&error);
                    self.second.keep_description(content, description).await
                }
            }
        })
    }

    fn sweep(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.second.sweep().await?;
            self.first.sweep().await
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use bytes::Bytes;
    use futures::executor::block_on;

    use super::*;
    use crate::look::outfit::Outfit;
    use crate::look::photo::PhotoFormat;
    use crate::look::price::Tokens;
    use crate::runtime::Runtime;
    use crate::store::database::{Database, Row, Statement};
    use crate::store::sqlite::Sqlite;
    use crate::store::{MemoryStore, Retention, SqlLooks};

    struct Noon;

    impl Runtime for Noon {
        fn now_ms(&self) -> u64 {
            1_700_000_000_000
        }

        fn sleep(&self, _duration: Duration) -> BoxFuture<'static, ()> {
            Box::pin(std::future::pending())
        }

        fn spawn(&self, _task: BoxFuture<'static, ()>) {}
    }

    /// A database on a disk that is full from time to time.
    struct Disk {
        database: Sqlite,
        is_full: AtomicBool,
    }

    impl Database for Disk {
        fn write(&self, batch: Vec<Statement>) -> BoxFuture<'_, Result<Vec<Vec<Row>>, StoreError>> {
            if self.is_full.load(Ordering::Relaxed) {
                return Box::pin(async { Err(StoreError::Unusable("the disk is full".to_owned())) });
            }
            self.database.write(batch)
        }

        fn read(&self, statement: Statement) -> BoxFuture<'_, Result<Vec<Row>, StoreError>> {
            self.database.read(statement)
        }
    }

    fn facts() -> Facts {
        Facts {
            outfit: Outfit::default(),
            described_by: "m".to_owned(),
            format: PhotoFormat::Jpeg,
            width: 3,
            height: 4,
            model: "m".to_owned(),
            cost_usd: Some(0.04),
            tokens: Tokens::default(),
        }
    }

    #[test]
    fn what_a_full_disk_cannot_keep_is_shown_from_memory_and_can_be_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let database = block_on(Sqlite::open(&folder.path().join("looks.db"))).unwrap();
        let disk = Arc::new(Disk { database, is_full: AtomicBool::new(false) });
        let runtime: Arc<dyn Runtime> = Arc::new(Noon);
        let retention = Retention { keep: Duration::from_mins(1), max_bytes: 1_000 };
        let store = WithFallback::new(
            Arc::new(SqlLooks::new(disk.clone(), runtime.clone(), retention)),
            Arc::new(MemoryStore::new(runtime, retention)),
        );
        let make = |name: &str, picture: &'static [u8]| {
            let (content, id) = (ContentKey::new(name), LookId::random().unwrap());
            let result = block_on(store.keep(&content, &facts(), Bytes::from_static(picture))).unwrap();
            block_on(store.show(&result, vec![(id.clone(), Event::Ping)])).unwrap();
            assert_eq!(block_on(store.find(&content)).unwrap().map(|(found, _)| found), Some(result));
            id
        };
        let before = make("before", b"on disk");
        disk.is_full.store(true, Ordering::Relaxed);
        let meanwhile = make("meanwhile", b"in memory");
        disk.is_full.store(false, Ordering::Relaxed);
        let after = make("after", b"on disk again");
        for (id, picture) in [(&before, "on disk"), (&meanwhile, "in memory"), (&after, "on disk again")] {
            assert_eq!(block_on(store.picture(id)), Ok(Some(Bytes::from(picture))));
            assert!(block_on(store.look(id)).unwrap().is_some());
            assert_eq!(block_on(store.delete(id)), Ok(true));
            assert_eq!(block_on(store.picture(id)), Ok(None));
        }
    }
}

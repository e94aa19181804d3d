//! Looks in the memory of one process, for where there is no database. Bounded in bytes and age.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use futures::future::{BoxFuture, ready};

use super::database::StoreError;
use super::result::{Facts, KeptLook, ResultId};
use super::{LookStore, Retention};
use crate::look::description::Description;
use crate::look::event::Event;
use crate::look::id::LookId;
use crate::look::key::ContentKey;
use crate::runtime::Runtime;

/// Most descriptions that are kept.
const MOST_DESCRIPTIONS: usize = 1_000;

/// A store that forgets when the process ends.
pub struct MemoryStore {
    runtime: Arc<dyn Runtime>,
    retention: Retention,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// The newest last.
    results: Vec<KeptResult>,
    looks: HashMap<LookId, (ResultId, Event)>,
    descriptions: HashMap<ContentKey, (u64, Description)>,
}

struct KeptResult {
    id: ResultId,
    content: ContentKey,
    facts: Facts,
    picture: Bytes,
    made_ms: u64,
}

impl MemoryStore {
    /// Keeps what is kept for as long and as many bytes as `retention` says.
    pub fn new(runtime: Arc<dyn Runtime>, retention: Retention) -> Self {
        Self { runtime, retention, kept: Mutex::default() }
    }

    /// What is kept, that dropped which is past its time.
    fn kept(&self) -> MutexGuard<'_, Kept> {
        let oldest_ms = self.runtime.now_ms().saturating_sub(self.retention.keep_ms());
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.descriptions.retain(|_, (made_ms, _)| *made_ms >= oldest_ms);
        kept.drop_results(|result| result.made_ms < oldest_ms);
        kept
    }
}

impl Kept {
    fn drop_results(&mut self, is_gone: impl Fn(&KeptResult) -> bool) {
        let before = self.results.len();
        self.results.retain(|result| !is_gone(result));
        if self.results.len() < before {
            let results = &self.results;
            self.looks.retain(|_, (id, _)| results.iter().any(|result| result.id == *id));
        }
    }

    fn of_look(&self, id: &LookId) -> Option<(&KeptResult, &Event)> {
        let (result, done) = self.looks.get(id)?;
        Some((self.results.iter().find(|kept| kept.id == *result)?, done))
    }
}

impl LookStore for MemoryStore {
    fn find<'a>(&'a self, content: &'a ContentKey) -> BoxFuture<'a, Result<Option<(ResultId, Facts)>, StoreError>> {
        let kept = self.kept();
        let found = kept.results.iter().rev().find(|result| result.content == *content);
        Box::pin(ready(Ok(found.map(|result| (result.id.clone(), result.facts.clone())))))
    }

    fn keep<'a>(
        &'a self,
        content: &'a ContentKey,
        facts: &'a Facts,
        picture: Bytes,
    ) -> BoxFuture<'a, Result<ResultId, StoreError>> {
        let kept = ResultId::random().inspect(|id| {
            let made_ms = self.runtime.now_ms();
            let mut kept = self.kept();
            let (facts, content) = (facts.clone(), content.clone());
            kept.results.push(KeptResult { id: id.clone(), content, facts, picture, made_ms });
            let bytes = |kept: &Kept| kept.results.iter().map(|result| result.picture.len() as u64).sum::<u64>();
            while kept.results.len() > 1 && bytes(&kept) > self.retention.max_bytes {
                let oldest = kept.results.first().map(|result| result.id.clone());
                kept.drop_results(|result| Some(&result.id) == oldest.as_ref());
            }
        });
        Box::pin(ready(kept))
    }

    fn show<'a>(&'a self, result: &'a ResultId, looks: Vec<(LookId, Event)>) -> BoxFuture<'a, Result<(), StoreError>> {
        let looks = looks.into_iter().map(|(id, done)| (id, (result.clone(), done)));
        let mut kept = self.kept();
        let is_there = kept.results.iter().any(|kept| kept.id == *result);
        if is_there {
            kept.looks.extend(looks);
        }
        Box::pin(ready(if is_there { Ok(()) } else { Err(StoreError::Missing) }))
    }

    fn look<'a>(&'a self, id: &'a LookId) -> BoxFuture<'a, Result<Option<KeptLook>, StoreError>> {
        let kept = self.kept();
        let look = kept.of_look(id);
        let look = look.map(|(result, done)| KeptLook { facts: result.facts.clone(), done: done.clone() });
        Box::pin(ready(Ok(look)))
    }

    fn picture<'a>(&'a self, id: &'a LookId) -> BoxFuture<'a, Result<Option<Bytes>, StoreError>> {
        let picture = self.kept().of_look(id).map(|(result, _)| result.picture.clone());
        Box::pin(ready(Ok(picture)))
    }

    fn delete<'a>(&'a self, id: &'a LookId) -> BoxFuture<'a, Result<bool, StoreError>> {
        let mut kept = self.kept();
        let gone = kept.looks.remove(id);
        if let Some((result, _)) = &gone
            && !kept.looks.values().any(|(other, _)| other == result)
        {
            kept.drop_results(|kept| kept.id == *result);
        }
        Box::pin(ready(Ok(gone.is_some())))
    }

    fn description<'a>(&'a self, content: &'a ContentKey) -> BoxFuture<'a, Result<Option<Description>, StoreError>> {
        let found = self.kept().descriptions.get(content).map(|(_, description)| description.clone());
        Box::pin(ready(Ok(found)))
    }

    fn keep_description<'a>(
        &'a self,
        content: &'a ContentKey,
        description: &'a Description,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        let mut kept = self.kept();
        if kept.descriptions.len() >= MOST_DESCRIPTIONS {
            kept.descriptions.clear();
        }
        kept.descriptions.insert(content.clone(), (self.runtime.now_ms(), description.clone()));
        Box::pin(ready(Ok(())))
    }

    fn sweep(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        drop(self.kept());
        Box::pin(ready(Ok(())))
    }
}

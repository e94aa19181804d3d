//! The registry: it starts looks, owns them to their end, and lets anyone who knows an id listen, look and stop.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::future::{Either, select};
use futures::{Stream, StreamExt};
use tokio::sync::Semaphore;

use super::run::Run;
use crate::config::LimitsConfig;
use crate::i18n::Locale;
use crate::look::event::{Event, Picture};
use crate::look::failure::{Failure, FailureCode};
use crate::look::id::LookId;
use crate::look::photo::Photo;
use crate::pipeline::{self, Made, Order, Tools};
use crate::runtime::Runtime;
use crate::store::{KeptLook, LookStore};

/// Seconds after which somebody who was told `busy` may come again.
const BUSY_RETRY_S: u32 = 5;

/// How long whoever asks for news of a look waits for them.
const NEWS_WITHIN: Duration = Duration::from_secs(10);

/// Every look of this process. Cheap to clone.
#[derive(Clone)]
pub struct Looks(Arc<Inner>);

struct Inner {
    tools: Option<Tools>,
    store: Arc<dyn LookStore>,
    runtime: Arc<dyn Runtime>,
    demo: bool,
    keep: Duration,
    permits: Arc<Semaphore>,
    runs: Mutex<HashMap<LookId, Arc<Run>>>,
}

/// Where a look stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    /// It is being made, or it failed: the events tell.
    Events(Vec<Event>),
    /// It is there.
    Kept(Box<KeptLook>),
}

impl Looks {
    /// A registry. `tools` are `None` while the gateway is not configured; `demo` says that the embedded gateway answers.
    pub fn new(
        tools: Option<Tools>,
        store: Arc<dyn LookStore>,
        runtime: Arc<dyn Runtime>,
        limits: &LimitsConfig,
        demo: bool,
    ) -> Self {
        Self(Arc::new(Inner {
            tools,
            store,
            runtime,
            demo,
            keep: limits.keep_looks,
            permits: Arc::new(Semaphore::new(limits.concurrent_looks)),
            runs: Mutex::default(),
        }))
    }

    /// Whether looks can be made at all.
    pub fn is_configured(&self) -> bool {
        self.0.tools.is_some()
    }

    /// Whether the embedded gateway answers.
    pub fn is_demo(&self) -> bool {
        self.0.demo
    }

    /// How long a finished look is kept.
    pub fn kept_for(&self) -> Duration {
        self.0.keep
    }

    /// Starts a look that lives on whoever listens. Failures are told in `locale`. Errors: `not_configured`, `busy`, `internal`.
    pub fn start(&self, mut order: Order, locale: Locale) -> Result<LookId, Failure> {
        let inner = &self.0;
        let tools = inner.tools.clone().ok_or(FailureCode::NotConfigured)?;
        let permit = inner.permits.clone().try_acquire_owned();
        let permit = permit.map_err(|_| Failure::new(FailureCode::Busy).retry_after(Some(BUSY_RETRY_S)))?;
        let id = LookId::random().map_err(|_| FailureCode::Internal)?;
        order.origin.trace = trace(&id);
        let run = Arc::new(Run::new(inner.runtime.now_ms()));
        run.report(Event::Accepted { id: id.clone() });
        inner.swept().insert(id.clone(), run.clone());
        let looks = self.clone();
        let task_id = id.clone();
        inner.runtime.spawn(Box::pin(async move {
            let _ends = EndsInATerminalEvent { run: run.clone(), locale };
            let _permit = permit;
            let kept = match looks.make_or_stop(&order, &tools, &run).await {
                Ok(made) => looks.keep(task_id, made, &run).await,
                Err(failure) => Err(failure),
            };
            run.report(kept.unwrap_or_else(|failure| Event::Failed(failure.notice(locale))));
        }));
        Ok(id)
    }

    /// Makes the look unless it is cancelled first: then no further call is started.
    async fn make_or_stop(&self, order: &Order, tools: &Tools, run: &Arc<Run>) -> Result<Made, Failure> {
        let listener = run.clone();
        let report = move |event| listener.report(event);
        let making = Box::pin(pipeline::make(order, tools, &report));
        match select(making, Box::pin(run.cancelled.cancelled())).await {
            Either::Left((made, _)) => made,
            Either::Right(((), _)) => Err(Failure::new(FailureCode::Cancelled)),
        }
    }

    /// Puts a look into the store, unless it has been deleted since it was made.
    async fn keep(&self, id: LookId, made: Made, run: &Run) -> Result<Event, Failure> {
        let done = Event::Done {
            look: picture_of(&id, &made.picture),
            cached: made.cached,
            model: made.model,
            cost_usd: if self.0.demo { Some(0.0) } else { made.spent.usd },
            tokens: made.spent.tokens,
            elapsed_ms: self.0.runtime.now_ms().saturating_sub(run.started_ms),
            demo: self.0.demo,
        };
        let outfit = run.events().into_iter().find_map(|event| match event {
            Event::Described { outfit, .. } => Some(outfit),
            _ => None,
        });
        let look = KeptLook { picture: made.picture, outfit, done: done.clone() };
        self.0.store.put(id.clone(), look).await;
        // Whoever deletes takes the run out of the registry first and empties the store then. A run that is still registered now will be
        // deleted after this put, or not at all; of one that is gone the deletion may have found nothing in the store yet. A look that was
        // only cancelled so late is paid for and stays.
        if self.0.swept().contains_key(&id) {
            return Ok(done);
        }
        self.0.store.delete(&id).await;
        Err(FailureCode::Cancelled.into())
    }

    /// The events of a look from its first; `None` for an id nobody has.
    pub fn listen(&self, id: &LookId) -> Option<impl Stream<Item = Event> + Send + use<>> {
        let run = self.0.swept().get(id).cloned()?;
        Some(run.listen(self.0.runtime.clone()))
    }

    /// Ends when a look has told more than its first `seen` events, or is over, or when nothing has come for ten seconds.
    pub async fn news(&self, id: &LookId, seen: usize) {
        if let Some(events) = self.listen(id) {
            let mut unseen = Box::pin(events.skip(seen));
            let _ = select(unseen.next(), self.0.runtime.sleep(NEWS_WITHIN)).await;
        }
    }

    /// Stops a look; a call already sent is charged. `false` for an id nobody has.
    pub fn cancel(&self, id: &LookId) -> bool {
        let Some(run) = self.0.swept().get(id).cloned() else {
            return false;
        };
        run.cancelled.cancel();
        true
    }

    /// Where a look stands; `None` for an id nobody has, or no longer.
    pub async fn find(&self, id: &LookId) -> Option<Standing> {
        if let Some(look) = self.0.store.get(id).await {
            return Some(Standing::Kept(Box::new(look)));
        }
        let run = self.0.swept().get(id).cloned()?;
        let events = run.events();
        // Done but no longer kept: its time is over.
        let is_gone = matches!(events.last(), Some(Event::Done { .. }));
        (!is_gone).then_some(Standing::Events(events))
    }

    /// Removes a look, stopping it first if it is being made. `false` for an id nobody has.
    pub async fn delete(&self, id: &LookId) -> bool {
        let run = self.0.swept().remove(id);
        if let Some(run) = &run {
            run.cancelled.cancel();
        }
        let was_kept = self.0.store.delete(id).await;
        was_kept || run.is_some()
    }
}

impl Inner {
    /// The runs, those dropped that are over and past the time a look is kept.
    fn swept(&self) -> MutexGuard<'_, HashMap<LookId, Arc<Run>>> {
        let keep_ms = u64::try_from(self.keep.as_millis()).unwrap_or(u64::MAX);
        let now = self.runtime.now_ms();
        let mut runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        runs.retain(|_, run| !run.is_over() || run.started_ms.saturating_add(keep_ms) > now);
        runs
    }
}

/// What the gateway's log may know a look by: who sees it there cannot see the look.
fn trace(id: &LookId) -> String {
    let hash = blake3::derive_key("primerka 2026-11-24 the trace of a look", id.as_str().as_bytes());
    blake3::Hash::from_bytes(hash).to_hex().chars().take(32).collect()
}

fn picture_of(id: &LookId, picture: &Photo) -> Picture {
    Picture {
        id: id.clone(),
        url: format!("/looks/{id}/image"),
        mime: picture.format.mime().to_owned(),
        width: picture.width,
        height: picture.height,
    }
}

/// Reports `internal` when its task ends, however it ends: a listener must never wait for ever. After a terminal event it changes nothing.
struct EndsInATerminalEvent {
    run: Arc<Run>,
    locale: Locale,
}

impl Drop for EndsInATerminalEvent {
    fn drop(&mut self) {
        self.run.report(Event::Failed(Failure::new(FailureCode::Internal).notice(self.locale)));
    }
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;
    use futures::future::BoxFuture;

    use super::*;
    use crate::look::photo::PhotoFormat;
    use crate::look::price::Tokens;
    use crate::pipeline::Spent;
    use crate::store::MemoryStore;

    /// A runtime in which nothing happens.
    struct Still;

    impl Runtime for Still {
        fn now_ms(&self) -> u64 {
            1_000
        }
        fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
            Box::pin(async {})
        }
        fn spawn(&self, _: BoxFuture<'static, ()>) {}
    }

    fn made() -> Made {
        let bytes = bytes::Bytes::from_static(b"a picture");
        let picture = Photo { bytes, format: PhotoFormat::Jpeg, width: 1, height: 1 };
        let spent = Spent { tokens: Tokens::default(), usd: None };
        Made { picture, cached: false, model: String::new(), spent }
    }

    #[test]
    fn a_look_that_is_deleted_just_when_it_is_made_is_not_kept() {
        let limits = LimitsConfig { keep_looks: Duration::from_mins(1), concurrent_looks: 1, result_bytes: 1_000_000 };
        let store = MemoryStore::new(Arc::new(Still), limits.keep_looks, limits.result_bytes);
        let looks = Looks::new(None, Arc::new(store), Arc::new(Still), &limits, false);
        for is_deleted in [false, true] {
            let (id, run) = (LookId::random().unwrap(), Arc::new(Run::new(1_000)));
            looks.0.swept().insert(id.clone(), run.clone());
            if is_deleted {
                assert!(block_on(looks.delete(&id)));
            }
            let kept = block_on(looks.keep(id.clone(), made(), &run));
            assert_eq!(kept.is_err(), is_deleted);
            assert_eq!(block_on(looks.find(&id)).is_none(), is_deleted);
        }
    }
}

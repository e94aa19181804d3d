//! The registry: it starts looks, owns them to their end, and lets anyone who knows an id listen, look and stop.
//!
//! A look is made once for all who ask for the same at the same time (single flight), and is found again by all who ask later (cache). Each
//! of them is a viewer with an id of their own.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures::future::{Either, select};
use futures::{Stream, StreamExt};
use tokio::sync::watch;
use tracing::Instrument;

use super::ask::Ask;
use super::effort::Effort;
use super::flight::{Flight, Means};
use super::keys;
use super::run::{Happening, Run};
use super::viewer::Viewer;
use crate::look::event::Event;
use crate::look::failure::{Failure, FailureCode, Why};
use crate::look::id::LookId;
use crate::look::key::ContentKey;
use crate::runtime::Runtime;
use crate::store::LookStore;
use crate::store::result::KeptLook;
use crate::store::usage::UsageLog;

/// How long a stream may be silent before it says `ping`.
const PING_EVERY: Duration = Duration::from_secs(15);
/// How long whoever asks for news of a look waits for them.
const NEWS_WITHIN: Duration = Duration::from_secs(10);
/// How long a look that is over is known to this process; made ones are in the store.
const REMEMBERED_MS: u64 = 3_600_000;
/// Seconds after which a server that ends is expected to be back.
const BACK_AFTER_S: u32 = 10;

/// Every look of this process. Cheap to clone.
#[derive(Clone)]
pub struct Looks(Arc<Inner>);

struct Inner {
    means: Option<Means>,
    store: Arc<dyn LookStore>,
    usage: Arc<dyn UsageLog>,
    runtime: Arc<dyn Runtime>,
    demo: bool,
    keep: Duration,
    known: Mutex<Known>,
    /// How many looks have a task of their own.
    flying: watch::Sender<usize>,
    /// The server is about to end.
    is_stopping: AtomicBool,
}

/// Counts a look's task for as long as it runs.
pub(super) struct Flying(Looks);

impl Drop for Flying {
    fn drop(&mut self) {
        self.0.0.flying.send_modify(|count| *count = count.saturating_sub(1));
    }
}

/// The looks that this process knows.
#[derive(Default)]
struct Known {
    /// Those being made, by what determines them: who asks for the same joins.
    flights: HashMap<ContentKey, Arc<Run>>,
    viewers: HashMap<LookId, Arc<Viewer>>,
    /// The callers' own names for their requests.
    named: HashMap<(String, String), (ContentKey, LookId)>,
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
    /// A registry. `means` are `None` while the gateway is not configured; `demo` says that the embedded gateway answers.
    pub fn new(
        means: Option<Means>,
        store: Arc<dyn LookStore>,
        usage: Arc<dyn UsageLog>,
        runtime: Arc<dyn Runtime>,
        keep: Duration,
        demo: bool,
    ) -> Self {
        let (known, flying, is_stopping) = (Mutex::default(), watch::Sender::new(0), AtomicBool::new(false));
        Self(Arc::new(Inner { means, store, usage, runtime, demo, keep, known, flying, is_stopping }))
    }

    /// Whether looks can be made at all.
    pub fn is_configured(&self) -> bool {
        self.0.means.is_some()
    }

    /// Whether the embedded gateway answers.
    pub fn is_demo(&self) -> bool {
        self.0.demo
    }

    /// How long a finished look is kept.
    pub fn kept_for(&self) -> Duration {
        self.0.keep
    }

    /// Starts a look that lives on whoever listens, joins one that is the same, or finds one that was made before. Errors: whatever can be
    /// said before the first event, `not_configured`, `busy` and `budget_exhausted` among them.
    pub async fn ask(&self, ask: Ask) -> Result<LookId, Failure> {
        let means = self.0.means.clone().ok_or(FailureCode::NotConfigured)?;
        if self.is_stopping() {
            return Err(restarting());
        }
        let content = keys::look(&means.makings, ask.given());
        let id = LookId::random().map_err(|_| FailureCode::Internal)?;
        let (viewer, flight) = self.join_or_begin(&content, &id, &ask)?;
        if let Some(run) = flight {
            self.0.flying.send_modify(|count| *count += 1);
            let flying = Flying(self.clone());
            let flight = Flight { looks: self.clone(), means, store: self.0.store.clone(), run, content, ask, flying };
            // What it logs is told by the request that began it.
            self.0.runtime.spawn(Box::pin(flight.fly().in_current_span()));
        } else {
            // Its photos are those of the look that it joins.
            drop(ask);
        }
        match viewer.run.accepted().await {
            Ok(()) => Ok(viewer.id.clone()),
            Err(failure) => {
                self.known().viewers.remove(&viewer.id);
                Err(failure)
            }
        }
    }

    /// The viewer of this request, and the run that it is the first to want.
    fn join_or_begin(
        &self,
        content: &ContentKey,
        id: &LookId,
        ask: &Ask,
    ) -> Result<(Arc<Viewer>, Option<Arc<Run>>), Failure> {
        let now_ms = self.0.runtime.now_ms();
        let mut known = self.known();
        if let Some(key) = &ask.idempotency_key
            && let Some((same, viewer)) = known.named(ask.asker.name(), key)
        {
            return if same == content { Ok((viewer, None)) } else { Err(FailureCode::BadRequest.into()) };
        }
        let joined = known.flights.get(content).filter(|_| !ask.fresh).cloned();
        let leads = joined.is_none();
        let run = joined.unwrap_or_else(|| Arc::new(Run::new()));
        let viewer = Arc::new(Viewer::new(id.clone(), run.clone(), ask.locale, now_ms, leads));
        known.viewers.insert(id.clone(), viewer.clone());
        if let Some(key) = &ask.idempotency_key {
            for name in ask.asker.names() {
                known.named.insert((name.to_owned(), key.clone()), (content.clone(), id.clone()));
            }
        }
        if leads {
            // A look that is made past the caches takes no joiners from the one that is under way.
            known.flights.entry(content.clone()).or_insert_with(|| run.clone());
        }
        Ok((viewer, leads.then_some(run)))
    }

    /// Closes a flight to whoever has not joined it, and gives those who have.
    pub(super) fn close(&self, content: &ContentKey, run: &Arc<Run>) -> Vec<Arc<Viewer>> {
        let mut known = self.known();
        known.forget_flight(content, run);
        run.close(true);
        known.viewers.values().filter(|viewer| Arc::ptr_eq(&viewer.run, run)).cloned().collect()
    }

    /// Opens a flight again that was closed for nothing.
    pub(super) fn reopen(&self, content: &ContentKey, run: &Arc<Run>) {
        let mut known = self.known();
        run.close(false);
        if !run.stopped.is_cancelled() {
            known.flights.entry(content.clone()).or_insert_with(|| run.clone());
        }
    }

    /// The events of a look from its first; `None` for an id nobody has.
    pub async fn listen(&self, id: &LookId) -> Option<impl Stream<Item = Event> + Send + use<>> {
        let viewer = self.known().viewer(id);
        if let Some(viewer) = viewer {
            return Some(Either::Left(self.follow(viewer)));
        }
        let look = self.kept(id).await?;
        Some(Either::Right(futures::stream::iter(look.events(id))))
    }

    /// Every event of a viewer's look, each as it happens, ending with the terminal one. Dropping the stream changes nothing for the look.
    fn follow(&self, viewer: Arc<Viewer>) -> impl Stream<Item = Event> + Send + use<> {
        let (runtime, demo) = (self.0.runtime.clone(), self.0.demo);
        async_stream::stream! {
            let mut told = 0;
            loop {
                let fresh = viewer.events_since(told, demo);
                told += fresh.len();
                for event in fresh {
                    let is_terminal = event.is_terminal();
                    yield event;
                    if is_terminal {
                        return;
                    }
                }
                let news = Box::pin(viewer.news_after(told));
                if let Either::Right(_) = select(news, runtime.sleep(PING_EVERY)).await {
                    yield Event::Ping;
                }
            }
        }
    }

    /// Ends when a look has told more than its first `seen` events, or is over, or when nothing has come for ten seconds.
    pub async fn news(&self, id: &LookId, seen: usize) {
        if let Some(events) = self.listen(id).await {
            let mut unseen = Box::pin(events.skip(seen));
            let _ = select(unseen.next(), self.0.runtime.sleep(NEWS_WITHIN)).await;
        }
    }

    /// Stops a viewer's look; a call already sent is charged, and what it brings is kept for whoever asks again. Nobody else's is stopped.
    /// `false` for an id nobody has.
    pub fn cancel(&self, id: &LookId) -> bool {
        let mut known = self.known();
        let Some(viewer) = known.viewer(id) else {
            return false;
        };
        viewer.leave();
        let is_wanted = known.viewers.values().any(|other| Arc::ptr_eq(&other.run, &viewer.run) && !other.has_left());
        if !is_wanted && !viewer.run.is_over() {
            // Whoever asks for the same from now on is not to be told that it was stopped.
            known.flights.retain(|_, run| !Arc::ptr_eq(run, &viewer.run));
            viewer.run.stopped.cancel();
        }
        true
    }

    /// Where a look stands; `None` for an id nobody has, or no longer.
    pub async fn find(&self, id: &LookId) -> Option<Standing> {
        if let Some(look) = self.kept(id).await {
            return Some(Standing::Kept(Box::new(look)));
        }
        let viewer = self.known().viewer(id)?;
        let events = viewer.events_since(0, self.0.demo);
        // Done but no longer kept: its time is over.
        let is_gone = matches!(events.last(), Some(Event::Done { .. }));
        (!is_gone).then_some(Standing::Events(events))
    }

    /// A finished look's facts.
    pub async fn kept(&self, id: &LookId) -> Option<KeptLook> {
        or_logged(self.0.store.look(id).await)
    }

    /// A finished look's picture.
    pub async fn picture(&self, id: &LookId) -> Option<Bytes> {
        or_logged(self.0.store.picture(id).await)
    }

    /// Removes a look, stopping it first if it is being made. `false` for an id nobody has.
    pub async fn delete(&self, id: &LookId) -> bool {
        let was_known = self.cancel(id);
        self.known().delete(id);
        let was_kept = self.0.store.delete(id).await.unwrap_or_else(|error| {
            tracing::error!("a look could not be deleted: {error}");
            false
        });
        was_kept || was_known
    }

    /// How many looks are being made, and how many wait for their turn.
    pub fn counts(&self) -> (u64, u64) {
        let (making, waiting) = self.0.means.as_ref().map(|means| means.queue.counts()).unwrap_or_default();
        (making as u64, waiting as u64)
    }

    /// Takes no more looks: the server is about to end. Those under way go on.
    pub fn stop(&self) {
        self.0.is_stopping.store(true, Ordering::Release);
    }

    /// Whether the server is about to end.
    pub fn is_stopping(&self) -> bool {
        self.0.is_stopping.load(Ordering::Acquire)
    }

    /// Ends when no look is under way, whether anybody listens or not.
    pub async fn landed(&self) {
        // The sender is part of this registry.
        let _ = self.0.flying.subscribe().wait_for(|count| *count == 0).await;
    }

    /// Tells all who still wait that the server ends before their look. A call under way stays charged.
    pub fn give_up(&self) {
        let mut known = self.known();
        known.flights.clear();
        let end = Happening::Failed(restarting());
        // Looks made past the caches may be among the viewers only.
        let waiting: Vec<_> = known.viewers.values().filter(|viewer| !viewer.run.is_over()).cloned().collect();
        drop(known);
        let accepted = waiting.iter().filter(|viewer| viewer.run.is_accepted()).cloned().collect();
        self.record_later(accepted, end.clone());
        for viewer in waiting {
            viewer.run.stopped.cancel();
            viewer.run.report(end.clone());
        }
    }

    /// Tells the usage log how a look ended that nothing is known of but its viewers.
    pub(super) fn record_later(&self, viewers: Vec<Arc<Viewer>>, end: Happening) {
        let looks = self.clone();
        let record = async move { looks.record(&viewers, &end, &Effort::default()).await };
        self.0.runtime.spawn(Box::pin(record));
    }

    /// Tells the usage log how a look ended for each of its viewers.
    pub(super) async fn record(&self, viewers: &[Arc<Viewer>], end: &Happening, effort: &Effort) {
        let now_ms = self.0.runtime.now_ms();
        let entries = viewers.iter().map(|viewer| effort.entry(viewer, end, now_ms, self.0.demo)).collect();
        if let Err(error) = self.0.usage.record(entries).await {
            tracing::error!("the usage log cannot be written: {error}");
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        let mut known = self.0.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.sweep(self.0.runtime.now_ms());
        known
    }
}

impl Known {
    /// The viewer of that id, unless the look is deleted.
    fn viewer(&self, id: &LookId) -> Option<Arc<Viewer>> {
        self.viewers.get(id).filter(|viewer| !viewer.is_deleted()).cloned()
    }

    /// What that caller has asked for under that name.
    fn named(&self, asker: &str, key: &str) -> Option<(&ContentKey, Arc<Viewer>)> {
        let (content, id) = self.named.get(&(asker.to_owned(), key.to_owned()))?;
        Some((content, self.viewer(id)?))
    }

    /// Deletes a viewer's look. While it is made the viewer stays known to it, so that nothing is kept of it in the end.
    fn delete(&mut self, id: &LookId) {
        if let Some(viewer) = self.viewers.get(id) {
            viewer.delete();
            if viewer.run.is_over() {
                self.viewers.remove(id);
            }
        }
    }

    fn forget_flight(&mut self, content: &ContentKey, run: &Arc<Run>) {
        if self.flights.get(content).is_some_and(|known| Arc::ptr_eq(known, run)) {
            self.flights.remove(content);
        }
    }

    /// Forgets the looks that were over long ago.
    fn sweep(&mut self, now_ms: u64) {
        let is_old = |viewer: &Viewer| viewer.run.is_over() && viewer.since_ms.saturating_add(REMEMBERED_MS) <= now_ms;
        // Looking through all of them is only worth it when there are many.
        if self.viewers.len().max(self.named.len()) > 1_000
            || self.viewers.values().next().is_some_and(|viewer| is_old(viewer))
        {
            self.viewers.retain(|_, viewer| !is_old(viewer));
            let viewers = &self.viewers;
            self.named.retain(|_, (_, id)| viewers.contains_key(id));
        }
    }
}

/// Whoever is told this may come back soon.
fn restarting() -> Failure {
    Failure::new(FailureCode::Busy).because(Why::Restart).retry_after(Some(BACK_AFTER_S))
}

fn or_logged<T>(found: Result<Option<T>, crate::store::database::StoreError>) -> Option<T> {
    found.unwrap_or_else(|error| {
        tracing::error!("a look cannot be read: {error}");
        None
    })
}

//! One look on its way, from the question whether it was made before to the moment at which everybody who waits is told.

use std::sync::Arc;

use bytes::Bytes;
use futures::future::{BoxFuture, Either, select};

use super::ask::Ask;
use super::effort::Effort;
use super::keys::{self, Makings};
use super::purse::{LookMoney, Purse};
use super::queue::{Permit, Place, Queue};
use super::registry::{Flying, Looks};
use super::run::{Happening, Made, Run};
use super::viewer::Viewer;
use crate::look::aspect::AspectRatio;
use crate::look::description::Description;
use crate::look::event::Event;
use crate::look::failure::{Failure, FailureCode, PhotoRole};
use crate::look::id::LookId;
use crate::look::key::ContentKey;
use crate::look::photo::Photo;
use crate::look::step::Step;
use crate::pipeline::prepare::Prepare;
use crate::pipeline::upstream::{Origin, Output};
use crate::pipeline::{self, Follow, Known, Order, Tools};
use crate::store::LookStore;
use crate::store::database::StoreError;
use crate::store::result::{Facts, ResultId};

/// Seconds after which somebody who was told `busy` may come again.
const BUSY_RETRY_S: u32 = 5;

/// What looks are made with. Cheap to clone.
#[derive(Clone)]
pub struct Means {
    /// Upstream, prompts, checks, time.
    pub tools: Tools,
    /// Makes photos fit to be sent.
    pub prepare: Arc<dyn Prepare>,
    /// What of these determines an answer.
    pub makings: Arc<Makings>,
    /// The budget.
    pub purse: Purse,
    /// The order in which looks are made.
    pub queue: Queue,
    /// Whether what was made before is shown again.
    pub reuse: bool,
}

/// One look on its way. It has a task of its own, which no connection can end.
pub(super) struct Flight {
    pub(super) looks: Looks,
    pub(super) means: Means,
    pub(super) store: Arc<dyn LookStore>,
    pub(super) run: Arc<Run>,
    pub(super) content: ContentKey,
    pub(super) ask: Ask,
    /// Whoever stops the server waits for it.
    pub(super) flying: Flying,
}

impl Flight {
    /// Flies to the end, and tells it however that comes.
    pub(super) async fn fly(mut self) {
        // However this task ends, a listener must not wait for ever. After an end it changes nothing.
        let _ends = EndsInAnEnd { looks: self.looks.clone(), content: self.content.clone(), run: self.run.clone() };
        let mut effort = Effort::default();
        if !self.is_found(&mut effort).await {
            let photos = self.take_photos();
            match self.make(photos, &mut effort).await {
                Ok((made, picture)) => self.tell(made, picture, &effort).await,
                Err(failure) => {
                    let viewers = self.looks.close(&self.content, &self.run);
                    self.end(&viewers, Happening::Failed(failure), &effort).await;
                }
            }
        }
        drop(self.flying);
    }

    /// Tells the usage log and then everybody who waits.
    async fn end(&self, viewers: &[Arc<Viewer>], end: Happening, effort: &Effort) {
        // Who was refused before the first event is in the log already, by the door; and so is who was told that the server ends.
        if self.run.is_accepted() && !self.run.is_over() {
            self.looks.record(viewers, &end, effort).await;
        }
        self.run.report(end);
    }

    /// Shows the same look, made before, if there is one.
    async fn is_found(&self, effort: &mut Effort) -> bool {
        if self.ask.fresh || !self.means.reuse {
            return false;
        }
        let Some((result, facts)) = logged(self.store.find(&self.content).await).flatten() else { return false };
        let steps = facts.steps();
        let made = Happening::Made(Arc::new(self.made(facts, true, false, 0.0)));
        effort.outfit_known = true;
        match self.show(&result, &made).await {
            Ok(viewers) => {
                self.run.accept();
                for event in steps {
                    self.report(event);
                }
                self.end(&viewers, made, effort).await;
            }
            // It is gone again: nobody has been told of it, and it is made.
            Err(StoreError::Missing) => {
                effort.outfit_known = false;
                self.looks.reopen(&self.content, &self.run);
                return false;
            }
            Err(error) => {
                self.run.accept();
                self.lost(&error, effort).await;
            }
        }
        true
    }

    /// The photos, of which nobody keeps the bytes from here on: the look may wait for long.
    fn take_photos(&mut self) -> [Photo; 2] {
        [&mut self.ask.person, &mut self.ask.outfit].map(|received| {
            let bytes = std::mem::take(&mut received.photo.bytes);
            Photo { bytes, ..received.photo.clone() }
        })
    }

    async fn make(&self, photos: [Photo; 2], effort: &mut Effort) -> Result<(Made, Bytes), Failure> {
        // First of all: who is turned away must not cost the work of decoding photos.
        let busy = || Failure::new(FailureCode::Busy).retry_after(Some(BUSY_RETRY_S));
        let place = self.means.queue.enter().ok_or_else(busy)?;
        let mut order = self.order(photos).await?;
        effort.trace.clone_from(&order.origin.trace);
        let money = self.money(&order).await?;
        self.run.accept();
        let entered_ms = self.now_ms();
        let turn = self.turn(place).await;
        effort.queued_ms = self.now_ms().saturating_sub(entered_ms);
        let made = match turn {
            Some(permit) => {
                // Somebody may have had the same garment described meanwhile.
                if order.description.is_none() {
                    order.description = self.known().await;
                }
                effort.outfit_known = order.description.is_some();
                if let Some(Known::Found(description)) = &order.description {
                    effort.outfit_usd = description.cost_usd.unwrap_or_default();
                }
                let tools = Tools { upstream: money.clone(), ..self.means.tools.clone() };
                let made = pipeline::make(&order, &tools, self).await;
                drop(permit);
                made
            }
            None => Err(FailureCode::Cancelled.into()),
        };
        money.give_back().await;
        (effort.cost_nanos, effort.upstream_ms) = money.used();
        let pipeline::Made { picture, outfit, described_by, cached, model, spent } = made?;
        let facts = Facts {
            outfit,
            described_by,
            format: picture.format,
            width: picture.width,
            height: picture.height,
            model,
            cost_usd: spent.usd,
            tokens: spent.tokens,
        };
        Ok((self.made(facts, false, cached, effort.outfit_usd), picture.bytes))
    }

    /// The photos prepared, and the outfit where it is known.
    async fn order(&self, [person, outfit]: [Photo; 2]) -> Result<Order, Failure> {
        let Ask { ratio, size, fresh, asker, .. } = &self.ask;
        // A name that leads to no look: more people read the gateway's log than ours.
        let trace = LookId::random().map_err(|_| FailureCode::Internal)?.to_string();
        Ok(Order {
            person: self.means.prepare.prepare(person, PhotoRole::Person).await?,
            outfit: self.means.prepare.prepare(outfit, PhotoRole::Outfit).await?,
            description: self.known().await,
            ratio: *ratio,
            size: *size,
            fresh: *fresh,
            origin: Origin { trace, user: Some(asker.user.clone()) },
            stop: self.run.stopped.clone(),
        })
    }

    /// The outfit, where the user has described it, or step 1 has for an earlier look.
    async fn known(&self) -> Option<Known> {
        if let Some(outfit) = &self.ask.description {
            return Some(Known::Given(outfit.clone()));
        }
        if self.ask.fresh || !self.means.reuse {
            return None;
        }
        let key = keys::description(&self.means.makings, self.ask.outfit.hash);
        logged(self.store.description(&key).await).flatten().map(Known::Found)
    }

    /// Reserves what the steps to come may cost.
    async fn money(&self, order: &Order) -> Result<Arc<LookMoney>, Failure> {
        // The shape changes no price.
        let picture = Output::Image { ratio: AspectRatio::nearest(1, 1), size: order.size };
        let mut steps = vec![(Step::TryOn, picture)];
        if order.description.is_none() {
            steps.push((Step::Describe, Output::Text));
        }
        let upstream = self.means.tools.upstream.clone();
        self.means.purse.reserve(upstream, order.origin.trace.clone(), &steps).await
    }

    /// A permit, unless nobody wants the look any more.
    async fn turn(&self, place: Place) -> Option<Permit> {
        let tell = |position| self.report(Event::Queued { position });
        match select(Box::pin(place.turn(tell)), Box::pin(self.run.stopped.cancelled())).await {
            Either::Left((permit, _)) => Some(permit),
            Either::Right(_) => None,
        }
    }

    fn made(&self, facts: Facts, is_found: bool, is_gateways: bool, outfit_usd: f64) -> Made {
        Made { facts, at_ms: self.now_ms(), is_found, is_gateways, outfit_usd }
    }

    fn now_ms(&self) -> u64 {
        self.means.tools.runtime.now_ms()
    }

    /// Keeps the look that was made, and tells every viewer of it. It is paid for, so what fails is tried again.
    async fn tell(&self, made: Made, picture: Bytes, effort: &Effort) {
        let made = Arc::new(made);
        let end = Happening::Made(made.clone());
        let mut outcome = self.keep_and_show(&made, &picture, &end).await;
        if outcome.is_err() {
            outcome = self.keep_and_show(&made, &picture, &end).await;
        }
        match outcome {
            Ok(viewers) => self.end(&viewers, end, effort).await,
            Err(error) => self.lost(&error, effort).await,
        }
    }

    async fn keep_and_show(
        &self,
        made: &Made,
        picture: &Bytes,
        end: &Happening,
    ) -> Result<Vec<Arc<Viewer>>, StoreError> {
        let result = self.store.keep(&self.content, &made.facts, picture.clone()).await?;
        self.show(&result, end).await
    }

    /// Tells every viewer that there is a look which cannot be shown.
    async fn lost(&self, error: &StoreError, effort: &Effort) {
        tracing::error!("a look cannot be shown: {error}");
        let viewers = self.looks.close(&self.content, &self.run);
        self.end(&viewers, Happening::Failed(FailureCode::Internal.into()), effort).await;
    }

    /// Gives every viewer the look, and tells who they are. Who asks from here on finds it in the store.
    async fn show(&self, result: &ResultId, made: &Happening) -> Result<Vec<Arc<Viewer>>, StoreError> {
        let viewers = self.looks.close(&self.content, &self.run);
        let demo = self.looks.is_demo();
        if !viewers.is_empty() && viewers.iter().all(|viewer| viewer.is_deleted()) {
            return self.delete(result, made, viewers).await;
        }
        let wanted = viewers.iter().filter(|viewer| viewer.wants_it());
        let shown = wanted.map(|viewer| (viewer.id.clone(), viewer.event(made, demo))).collect();
        self.store.show(result, shown).await?;
        // Whoever deleted it in this moment has it deleted.
        for viewer in viewers.iter().filter(|viewer| viewer.is_deleted()) {
            logged(self.store.delete(&viewer.id).await);
        }
        Ok(viewers)
    }

    /// Deletes what all who asked for it have deleted: shown under a name that nobody has, it goes with that one, unless others see it.
    async fn delete(
        &self,
        result: &ResultId,
        made: &Happening,
        viewers: Vec<Arc<Viewer>>,
    ) -> Result<Vec<Arc<Viewer>>, StoreError> {
        let nobody = LookId::random().map_err(|error| StoreError::Unusable(error.to_string()))?;
        for viewer in viewers.iter().take(1) {
            self.store.show(result, vec![(nobody.clone(), viewer.event(made, self.looks.is_demo()))]).await?;
        }
        self.store.delete(&nobody).await?;
        Ok(viewers)
    }
}

impl Follow for Flight {
    fn report(&self, event: Event) {
        self.run.report(Happening::Event(event));
    }

    fn described<'a>(&'a self, description: &'a Description) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let key = keys::description(&self.means.makings, self.ask.outfit.hash);
            logged(self.store.keep_description(&key, description).await);
        })
    }
}

/// The outcome, or `None` and a line in the log.
fn logged<T>(outcome: Result<T, StoreError>) -> Option<T> {
    outcome.inspect_err(|error| tracing::error!("the store failed: {error}")).ok()
}

struct EndsInAnEnd {
    looks: Looks,
    content: ContentKey,
    run: Arc<Run>,
}

impl Drop for EndsInAnEnd {
    fn drop(&mut self) {
        if !self.run.is_over() {
            let viewers = self.looks.close(&self.content, &self.run);
            let end = Happening::Failed(FailureCode::Internal.into());
            if self.run.is_accepted() {
                self.looks.record_later(viewers, end.clone());
            }
            self.run.report(end);
        }
    }
}

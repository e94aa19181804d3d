//! How a look is MADE: describe → try on → check. This page tells the whole story.
//!
//! The pipeline asks an [`Upstream`] and reports events; it does no I/O of its own and knows neither axum nor leptos nor reqwest.

mod check;
pub mod description;
pub mod gateway_logs;
pub mod inspect;
mod log;
pub mod prepare;
mod prompt;
pub mod upstream;

use std::sync::Arc;

use futures::future::{BoxFuture, ready};
use tokio_util::sync::CancellationToken;

use crate::look::aspect::{AspectRatio, ImageSize};
use crate::look::description::Description;
use crate::look::event::Event;
use crate::look::failure::{Failure, FailureCode};
use crate::look::outfit::Outfit;
use crate::look::photo::Photo;
use crate::look::price::{Tokens, cost_usd};
use crate::look::step::Step;
use crate::runtime::Runtime;
use check::Finding;
use inspect::Inspect;
use upstream::{Answer, Call, Charge, Origin, Output, PromptPart, Upstream};

pub use prompt::Prompts;

/// What a look is made of.
#[derive(Clone, Debug)]
pub struct Order {
    /// PHOTO A.
    pub person: Photo,
    /// PHOTO B.
    pub outfit: Photo,
    /// The outfit, when it is known already: step 1 is skipped.
    pub description: Option<Known>,
    /// The result's shape; that of PHOTO A when not asked for.
    pub ratio: Option<AspectRatio>,
    /// The result's scale.
    pub size: ImageSize,
    /// Whether caches are passed by.
    pub fresh: bool,
    /// Where it comes from.
    pub origin: Origin,
    /// Cancelled when nobody wants the look any more.
    pub stop: CancellationToken,
}

/// An outfit that step 1 need not describe.
#[derive(Clone, Debug)]
pub enum Known {
    /// The user has.
    Given(Outfit),
    /// Step 1 has, for an earlier look.
    Found(Description),
}

/// Whoever follows a look while it is made.
pub trait Follow: Send + Sync {
    /// Is told what happens.
    fn report(&self, event: Event);

    /// Is given what step 1 found, before step 2 begins: it is paid for, and must not be lost.
    fn described<'a>(&'a self, _description: &'a Description) -> BoxFuture<'a, ()> {
        Box::pin(ready(()))
    }
}

impl<F: Fn(Event) + Send + Sync> Follow for F {
    fn report(&self, event: Event) {
        self(event);
    }
}

/// So much of a step's time must be left for a second attempt, in milliseconds: pictures take seconds.
const SECOND_ATTEMPT_MS: u64 = 1_000;

/// What looks are made with. Cheap to clone.
#[derive(Clone)]
pub struct Tools {
    /// Answers calls.
    pub upstream: Arc<dyn Upstream>,
    /// Looks into results.
    pub inspect: Arc<dyn Inspect>,
    /// The texts of both steps.
    pub prompts: Arc<Prompts>,
    /// Time and tasks.
    pub runtime: Arc<dyn Runtime>,
}

/// A picture that has been checked, and what it took.
#[derive(Clone, Debug)]
pub struct Made {
    /// The picture.
    pub picture: Photo,
    /// What it shows.
    pub outfit: Outfit,
    /// The model that described that; empty when the user did.
    pub described_by: String,
    /// Whether the gateway had the answer already.
    pub cached: bool,
    /// The model that drew it.
    pub model: String,
    /// What every call together cost.
    pub spent: Spent,
}

/// What calls cost, those included whose answer was no good.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spent {
    /// Their tokens.
    pub tokens: Tokens,
    /// Their dollars; `None` when a model's price is not known.
    pub usd: Option<f64>,
}

/// One look on its way.
struct Making<'a> {
    order: &'a Order,
    tools: &'a Tools,
    follow: &'a dyn Follow,
    spent: Spent,
}

/// Makes a look. `follow` is told what happens on the way; the terminal event is the caller's to make.
pub async fn make(order: &Order, tools: &Tools, follow: &dyn Follow) -> Result<Made, Failure> {
    let spent = Spent { tokens: Tokens::default(), usd: Some(0.0) };
    let mut making = Making { order, tools, follow, spent };
    let (outfit, described_by) = making.describe().await?;
    let (answer, picture) = making.try_on(&outfit).await?;
    Ok(Made { picture, outfit, described_by, cached: answer.cached, model: answer.model, spent: making.spent })
}

impl Making<'_> {
    /// Step 1: the outfit and the model that described it.
    async fn describe(&mut self) -> Result<(Outfit, String), Failure> {
        self.follow.report(Event::Describing);
        let started = self.tools.runtime.now_ms();
        let known = self.order.description.clone().map(|known| match known {
            Known::Given(outfit) => (outfit, String::new()),
            Known::Found(description) => (description.outfit, description.model),
        });
        if let Some((outfit, model)) = known {
            let event = Event::Described { outfit: outfit.clone(), cached: true, model: model.clone(), elapsed_ms: 0 };
            self.follow.report(event);
            return Ok((outfit, model));
        }
        log::step_begins(Step::Describe);
        let described = self.described().await;
        let (outfit, answer) = described.map_err(|failure| log::step_failed(failure.at(Step::Describe)))?;
        log::described(&outfit);
        let description = Description { outfit, model: answer.model, cost_usd: self.spent.usd };
        self.follow.described(&description).await;
        let Description { outfit, model, .. } = description;
        self.follow.report(Event::Described {
            outfit: outfit.clone(),
            cached: answer.cached,
            elapsed_ms: self.tools.runtime.now_ms().saturating_sub(started),
            model: model.clone(),
        });
        Ok((outfit, model))
    }

    /// Asks for the description, and once more where the answer is none.
    async fn described(&mut self) -> Result<(Outfit, Answer), Failure> {
        let prompts = &self.tools.prompts;
        let call = self.call(Step::Describe, prompts.describe(&self.order.outfit), Output::Text);
        let answer = self.ask(&call).await?;
        if let Some(outfit) = description::parse(&answer.text) {
            return Ok((outfit, answer));
        }
        let Some(again) = self.again(&call, prompts.describe_again(&self.order.outfit)) else {
            return Err(Failure::new(FailureCode::BadDescription).request_id(answer.request_id));
        };
        log::second_attempt(Step::Describe, FailureCode::BadDescription);
        let answer = self.ask(&again).await?;
        match description::parse(&answer.text) {
            Some(outfit) => Ok((outfit, answer)),
            None => Err(Failure::new(FailureCode::BadDescription).request_id(answer.request_id)),
        }
    }

    /// Step 2: the answer and the picture in it.
    async fn try_on(&mut self, outfit: &Outfit) -> Result<(Answer, Photo), Failure> {
        self.follow.report(Event::Generating);
        log::step_begins(Step::TryOn);
        let tried = self.tried(outfit).await;
        tried.map_err(|failure| log::step_failed(failure.at(Step::TryOn)))
    }

    /// Asks for the picture, and once more, in sharper words, where the answer cannot be shown.
    async fn tried(&mut self, outfit: &Outfit) -> Result<(Answer, Photo), Failure> {
        let (order, tools) = (self.order, self.tools);
        let ratio = order.ratio.unwrap_or_else(|| AspectRatio::nearest(order.person.width, order.person.height));
        let output = Output::Image { ratio, size: order.size };
        let parts = tools.prompts.try_on(&order.person, &order.outfit, outfit, ratio);
        let call = self.call(Step::TryOn, parts, output);
        let first = self.ask(&call).await?;
        let (flaw, spare) = match check::picture(&first, order, ratio, tools.inspect.as_ref()).await {
            Finding::Good(picture) => return Ok((first, picture)),
            // The first picture was made and paid for: its shape alone is no reason to show nothing.
            Finding::Misshapen(picture) => (prompt::Flaw::Shape, Ok((first, picture))),
            Finding::Flawed(code) => (prompt::Flaw::of(code), Err(Failure::new(code).request_id(first.request_id))),
        };
        let parts = tools.prompts.try_on_again(&order.person, &order.outfit, outfit, ratio, flaw);
        let Some(again) = self.again(&call, parts) else { return spare };
        if let Err(failure) = &spare {
            log::second_attempt(Step::TryOn, failure.code);
        }
        let second = match self.ask(&again).await {
            Ok(answer) => answer,
            Err(failure) => return spare.map_err(|_| failure),
        };
        match check::picture(&second, order, ratio, tools.inspect.as_ref()).await {
            Finding::Good(picture) => Ok((second, picture)),
            Finding::Misshapen(picture) => Ok(spare.unwrap_or((second, picture))),
            Finding::Flawed(code) => {
                tools.upstream.spoil(&call);
                spare.map_err(|_| Failure::new(code).request_id(second.request_id))
            }
        }
    }

    /// The first call of a step.
    fn call(&self, step: Step, parts: Vec<PromptPart>, output: Output) -> Call {
        let Order { fresh, origin, stop, .. } = self.order;
        Call { step, parts, output, fresh: *fresh, origin: origin.clone(), tries: Arc::default(), stop: stop.clone() }
    }

    /// The second attempt of a step whose first answer was no good, if it may still try. It passes caches by, for the bad answer may be in
    /// them, and they are told.
    fn again(&self, first: &Call, parts: Vec<PromptPart>) -> Option<Call> {
        self.tools.upstream.spoil(first);
        let is_allowed = first.tries.are_left(self.tools.runtime.now_ms(), SECOND_ATTEMPT_MS);
        is_allowed.then(|| Call { parts, fresh: true, ..first.clone() })
    }

    /// Makes one call and counts what it cost.
    async fn ask(&mut self, call: &Call) -> Result<Answer, Failure> {
        if call.stop.is_cancelled() {
            return Err(FailureCode::Cancelled.into());
        }
        let (follow, step) = (self.follow, call.step);
        let on_retry = move |retry: upstream::Retry| {
            let after_ms = u64::try_from(retry.after.as_millis()).unwrap_or(u64::MAX);
            follow.report(Event::Retrying { step, attempt: retry.attempt, after_ms });
        };
        match self.tools.upstream.ask(call, &on_retry).await {
            Ok(answer) => {
                self.spent = self.spent.and(&answer.model, answer.tokens);
                Ok(answer)
            }
            Err(refused) => {
                self.spent = match refused.charge {
                    Charge::Nothing => self.spent,
                    Charge::Counted { model, tokens } => self.spent.and(&model, Some(tokens)),
                    Charge::Unknown => Spent { usd: None, ..self.spent },
                };
                Err(refused.failure)
            }
        }
    }
}

impl Spent {
    /// With what a call cost on top.
    fn and(self, model: &str, tokens: Option<Tokens>) -> Self {
        let cost = tokens.and_then(|tokens| cost_usd(model, tokens));
        Self {
            tokens: self.tokens + tokens.unwrap_or_default(),
            usd: self.usd.zip(cost).map(|(before, cost)| before + cost),
        }
    }
}

impl Call {
    /// The photos of a call, in their order.
    pub fn photos(&self) -> impl Iterator<Item = &Photo> {
        self.parts.iter().filter_map(|part| match part {
            PromptPart::Photo(photo) => Some(photo),
            PromptPart::Text(_) => None,
        })
    }
}

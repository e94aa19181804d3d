//! The gateway as the pipeline's upstream: models in their order, repeats within their bounds.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::future::{BoxFuture, Either, select};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::body::RequestBody;
use super::breaker::Breaker;
use super::failures::{self, Again, Refusal};
use super::http::{HttpClient, NoClient};
use super::retry::{self, RetryBudget};
use super::spoiled::{Spoiled, fingerprint};
use super::{answer, headers, request};
use crate::config::GatewayConfig;
use crate::look::failure::{Failure, FailureCode};
use crate::look::model::ModelFacts;
use crate::look::price::worst_cost_usd;
use crate::look::step::Step;
use crate::pipeline::upstream::{Answer, Call, OnRetry, Output, Refused, Retry, Upstream};
use crate::runtime::Runtime;

/// More tokens than any call of ours sends: two photos of 2048 pixels, a prompt, a description of the greatest length.
const MOST_SENT: u64 = 20_000;
/// So long a model that turned out to be retired is not asked again.
const RETIRED_FOR_MS: u64 = 6 * 3600 * 1000;
/// A call is made only while so much of its time is left, or a quarter where that is less: one that cannot end is paid for nothing.
const LEAST_TIME: Duration = Duration::from_secs(10);

/// Google Gemini behind `GATEWAY_URL`.
pub struct Gateway {
    config: GatewayConfig,
    http: HttpClient,
    runtime: Arc<dyn Runtime>,
    budget: RetryBudget,
    spoiled: Spoiled,
    /// What has been learnt about each configured model; there are a handful.
    models: Mutex<HashMap<String, Arc<Model>>>,
}

#[derive(Debug, Default)]
struct Model {
    breaker: Breaker,
    retired_until_ms: Mutex<u64>,
}

/// One call to one model, and until when it must be over.
struct Attempt<'a> {
    call: &'a Call,
    model: &'a str,
    body: RequestBody,
    deadline_ms: u64,
}

impl Gateway {
    /// A gateway as configured. Fails only where no HTTP client can be made.
    pub fn new(config: GatewayConfig, runtime: Arc<dyn Runtime>) -> Result<Self, NoClient> {
        let http = HttpClient::new()?;
        Ok(Self {
            config,
            http,
            runtime,
            budget: RetryBudget::default(),
            spoiled: Spoiled::default(),
            models: Mutex::default(),
        })
    }

    /// Asks past the cache what was answered badly before.
    async fn ask(&self, call: &Call, on_retry: OnRetry<'_>) -> Result<Answer, Refused> {
        // Seldom is there anything to pass by, and hashing two photos costs as much as sending them.
        let print = (!self.spoiled.is_empty()).then(|| fingerprint(call));
        let is_spoiled = print.as_ref().is_some_and(|print| self.spoiled.contains(print));
        let past_the_cache = (is_spoiled && !call.fresh).then(|| Call { fresh: true, ..call.clone() });
        let outcome = self.ask_models(past_the_cache.as_ref().unwrap_or(call), on_retry).await;
        match (&outcome, print) {
            (Ok(_), Some(print)) => self.spoiled.note(print, false),
            (Err(refused), _) if is_refusal(refused.failure.code) => self.spoil(call),
            _ => {}
        }
        outcome
    }

    /// Asks the models in order; the next one only when the one before is retired.
    async fn ask_models(&self, call: &Call, on_retry: OnRetry<'_>) -> Result<Answer, Refused> {
        let deadline_ms = call.tries.until_ms(|| self.runtime.now_ms().saturating_add(millis(self.config.timeout)));
        let mut refused = Refused::from(FailureCode::ModelRetired);
        for model in self.names(call.step) {
            let known = self.known(model);
            if known.is_retired(self.runtime.now_ms()) {
                continue;
            }
            let body = request::body(call, model, self.has_json_mode(model))?;
            match self.ask_model(Attempt { call, model, body, deadline_ms }, &known, on_retry).await {
                Err(retired) if retired.failure.code == FailureCode::ModelRetired => {
                    tracing::warn!(model, "the model is retired: the next one is asked, this one not again for hours");
                    known.retire(self.runtime.now_ms());
                    refused = retired;
                }
                outcome => return outcome,
            }
        }
        Err(refused)
    }

    /// The models for `step`, the first to be asked first.
    fn names(&self, step: Step) -> impl Iterator<Item = &str> {
        let describe = self.config.describe_model.iter().filter(move |_| step == Step::Describe);
        describe.chain(&self.config.image_models).map(String::as_str)
    }

    /// Of a model that nobody knows it depends on what it was configured for: image models have none.
    fn has_json_mode(&self, model: &str) -> bool {
        let is_describer = self.config.describe_model.as_deref() == Some(model);
        ModelFacts::of(model).map_or(is_describer, |facts| facts.has_json_mode)
    }

    /// Asks one model, again where that may help.
    async fn ask_model(&self, attempt: Attempt<'_>, known: &Model, on_retry: OnRetry<'_>) -> Result<Answer, Refused> {
        let tries = &attempt.call.tries;
        self.budget.called(self.runtime.now_ms());
        known.breaker.admit(self.runtime.now_ms()).map_err(|open| {
            let seconds = u32::try_from(open.wait_ms(self.runtime.now_ms()).div_ceil(1000)).unwrap_or(u32::MAX);
            open.failure.retry_after(Some(seconds))
        })?;
        let mut number = 1;
        loop {
            tries.count();
            let refusal = match self.exchange(&attempt).await {
                Ok(answer) => {
                    known.breaker.answered();
                    return Ok(answer);
                }
                Err(refusal) => refusal,
            };
            let now_ms = self.runtime.now_ms();
            if is_no_answer(&refusal) {
                known.breaker.failed(now_ms, &refusal.failure);
            } else {
                known.breaker.answered();
            }
            number += 1;
            let left = attempt.deadline_ms.saturating_sub(now_ms).saturating_sub(millis(self.least_time()));
            let wait = tries.are_left(now_ms, millis(self.least_time())).then(|| {
                retry::wait(refusal.again, number, Duration::from_millis(left), chance(), &self.budget, now_ms)
            });
            let Some(wait) = wait.flatten() else { return Err(refusal.into()) };
            on_retry(Retry { attempt: number, after: wait });
            let stopped = Box::pin(attempt.call.stop.cancelled());
            if let Either::Right(_) = select(self.runtime.sleep(wait), stopped).await {
                return Err(FailureCode::Cancelled.into());
            }
            if known.breaker.admit(self.runtime.now_ms()).is_err() {
                // Others have found out meanwhile that the model does not answer.
                return Err(refusal.into());
            }
        }
    }

    /// Makes one HTTP request.
    async fn exchange(&self, attempt: &Attempt<'_>) -> Result<Answer, Refusal> {
        let Attempt { call, model, body, deadline_ms } = attempt;
        // Never longer than that, even where the clock was set back.
        let left = Duration::from_millis(deadline_ms.saturating_sub(self.runtime.now_ms())).min(self.config.timeout);
        let url = self.config.url.generate(model);
        let headers = headers::of_call(&self.config, call, model, left).map_err(Refusal::of)?;
        let received = self.http.post(url, headers, body, left).await;
        let understood = match received.map_err(failures::without_answer) {
            Ok(received) => answer::understand(call.step, model, received.status, &received.headers, received.body),
            Err(refusal) => Err(refusal),
        };
        understood.map_err(|refusal| {
            let refusal = self.named(self.of_a_retired_model(refusal, model), call);
            tracing::debug!(model, code = refusal.failure.code.name(), "the call failed");
            refusal
        })
    }

    /// A failure without an id of the gateway's goes by the name under which the call was sent.
    fn named(&self, refusal: Refusal, call: &Call) -> Refusal {
        let is_known = !call.origin.trace.is_empty() && !self.config.url.is_google();
        let id = refusal.failure.request_id.clone().or_else(|| is_known.then(|| call.origin.trace.clone()));
        Refusal { failure: refusal.failure.request_id(id), ..refusal }
    }

    /// Google has two ways to say that a model is gone; of one that is known to be, "not found" says it too.
    fn of_a_retired_model(&self, refusal: Refusal, model: &str) -> Refusal {
        let today = i64::try_from(self.runtime.now_ms()).ok().and_then(|now| Timestamp::from_millisecond(now).ok());
        let today = today.unwrap_or_default().to_zoned(TimeZone::UTC).date();
        let is_gone = ModelFacts::of(model).is_some_and(|facts| facts.is_retired(today));
        if refusal.failure.code == FailureCode::ModelNotFound && is_gone {
            let failure = Failure { code: FailureCode::ModelRetired, ..refusal.failure };
            return Refusal { failure, ..refusal };
        }
        refusal
    }

    /// So much time a call must have.
    fn least_time(&self) -> Duration {
        LEAST_TIME.min(self.config.timeout / 4)
    }

    fn known(&self, model: &str) -> Arc<Model> {
        lock(&self.models).entry(model.to_owned()).or_default().clone()
    }
}

impl Upstream for Gateway {
    fn ask<'a>(&'a self, call: &'a Call, on_retry: OnRetry<'a>) -> BoxFuture<'a, Result<Answer, Refused>> {
        Box::pin(self.ask(call, on_retry))
    }

    fn spoil(&self, call: &Call) {
        self.spoiled.note(fingerprint(call), true);
    }

    fn worst_usd(&self, step: Step, output: Output) -> f64 {
        let worst = |model: &str| worst_cost_usd(model, MOST_SENT, request::max_output_tokens(output, model));
        self.names(step).map(worst).fold(0.0, f64::max)
    }
}

impl Model {
    fn is_retired(&self, now_ms: u64) -> bool {
        now_ms < *lock(&self.retired_until_ms)
    }

    fn retire(&self, now_ms: u64) {
        *lock(&self.retired_until_ms) = now_ms.saturating_add(RETIRED_FOR_MS);
    }
}

/// Whether the failure is one of the model's health and not of what it was asked or who asked.
fn is_no_answer(refusal: &Refusal) -> bool {
    match refusal.failure.code {
        FailureCode::Overloaded | FailureCode::Timeout | FailureCode::GatewayUnreachable => true,
        // Those that may pass; the others say that a request or a setting is wrong.
        FailureCode::GatewayError => refusal.again != Again::Never,
        _ => false,
    }
}

/// Whether a model has declined, which it says with a 200.
fn is_refusal(code: FailureCode) -> bool {
    matches!(code, FailureCode::PromptBlocked | FailureCode::ImageBlocked | FailureCode::InvalidResponse)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// A random share; without randomness the middle.
fn chance() -> f64 {
    getrandom::u32().map_or(0.5, |random| f64::from(random) / f64::from(u32::MAX))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

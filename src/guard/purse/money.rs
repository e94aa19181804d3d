//! The money for one look: both steps reserved beforehand, so that no step 1 is paid for a step 2 that nobody can pay.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::future::BoxFuture;

use super::{Note, Purse};
use crate::look::price::{Tokens, cost_usd, nanos};
use crate::look::step::Step;
use crate::pipeline::upstream::{Answer, Call, Charge, OnRetry, Output, Refused, Upstream};
use crate::store::ledger::{Doubt, Settlement};

/// The money for one look.
pub(in crate::guard) struct LookMoney {
    pub(super) purse: Purse,
    pub(super) upstream: Arc<dyn Upstream>,
    pub(super) trace: String,
    /// Reservations that no call has used yet.
    pub(super) ready: Mutex<HashMap<Step, String>>,
    pub(super) used: Used,
}

/// What a look has used so far.
#[derive(Debug, Default)]
pub(super) struct Used {
    /// Money, in billionths of a dollar; what nobody knows the price of counts at its worst.
    nanos: AtomicU64,
    /// Time in which the gateway was waited for, in milliseconds.
    upstream_ms: AtomicU64,
}

/// A call under way. Dropped before its answer (a panic), it stays charged, for it was sent; the gateway's log may tell its price.
struct Sent<'a> {
    money: &'a LookMoney,
    id: Option<String>,
    began_ms: u64,
}

impl Sent<'_> {
    fn ended(mut self) -> String {
        self.id.take().unwrap_or_default()
    }
}

impl Drop for Sent<'_> {
    fn drop(&mut self) {
        if let Some(id) = self.id.take() {
            let over_ms = self.money.now_ms();
            let doubt = Doubt { over_ms, took_ms: over_ms.saturating_sub(self.began_ms), code: None };
            self.money.purse.note_later(Note::InDoubt(id, doubt));
        }
    }
}

/// However a look ends, what no call has used is given back.
impl Drop for LookMoney {
    fn drop(&mut self) {
        if let Some(unused) = self.unused() {
            self.purse.note_later(unused);
        }
    }
}

impl LookMoney {
    async fn call(&self, call: &Call, on_retry: OnRetry<'_>) -> Result<Answer, Refused> {
        let prepaid = self.ready().remove(&call.step);
        let id = match prepaid {
            Some(id) if self.purse.has(&id).await? => id,
            // A second attempt has a reservation of its own.
            _ => {
                let worst_usd = self.worst_usd(call.step, call.output);
                let reservation = self.purse.reservation(&self.trace, call.step, worst_usd)?;
                let id = reservation.id.clone();
                self.purse.take(vec![reservation]).await?;
                id
            }
        };
        let began_ms = self.now_ms();
        let sent = Sent { money: self, id: Some(id), began_ms };
        let outcome = self.upstream.ask(call, on_retry).await;
        let id = sent.ended();
        let took_ms = self.now_ms().saturating_sub(began_ms);
        self.used.upstream_ms.fetch_add(took_ms, Ordering::Relaxed);
        if let Some(settlement) = self.settlement(&outcome, took_ms) {
            self.used.nanos.fetch_add(settlement.nanos, Ordering::Relaxed);
            self.purse.note(Note::Settled(id, settlement)).await;
        } else {
            let worst = nanos::from_usd(self.worst_usd(call.step, call.output));
            self.used.nanos.fetch_add(worst, Ordering::Relaxed);
            let code = outcome.as_ref().err().map(|refused| refused.failure.code.name());
            self.purse.note(Note::InDoubt(id, Doubt { over_ms: self.now_ms(), took_ms, code })).await;
        }
        outcome
    }

    fn now_ms(&self) -> u64 {
        self.purse.0.runtime.now_ms()
    }

    /// What the look has cost so far, in billionths of a dollar, and how long the gateway was waited for, in milliseconds.
    pub(in crate::guard) fn used(&self) -> (u64, u64) {
        (self.used.nanos.load(Ordering::Relaxed), self.used.upstream_ms.load(Ordering::Relaxed))
    }

    /// What became of a call; `None` when nobody knows what it costs, so that it stays charged.
    fn settlement(&self, outcome: &Result<Answer, Refused>, took_ms: u64) -> Option<Settlement> {
        let priced = |model: &str, tokens: Tokens| {
            if self.purse.0.is_free { Some(0) } else { cost_usd(model, tokens).map(nanos::from_usd) }
        };
        let (model, tokens, nanos) = match outcome {
            Ok(answer) => {
                let tokens = answer.tokens.unwrap_or_default();
                (Some(answer.model.clone()), tokens, answer.tokens.and_then(|tokens| priced(&answer.model, tokens))?)
            }
            Err(Refused { charge: Charge::Nothing, .. }) => (None, Tokens::default(), 0),
            Err(Refused { charge: Charge::Counted { model, tokens }, .. }) => {
                (Some(model.clone()), *tokens, priced(model, *tokens)?)
            }
            Err(Refused { charge: Charge::Unknown, .. }) if self.purse.0.is_free => (None, Tokens::default(), 0),
            Err(Refused { charge: Charge::Unknown, .. }) => return None,
        };
        let failure = outcome.as_ref().err().map(|refused| &refused.failure);
        Some(Settlement {
            nanos,
            model,
            code: failure.map(|failure| failure.code.name()),
            cached: outcome.as_ref().is_ok_and(|answer| answer.cached),
            tokens,
            took_ms,
            request_id: match outcome {
                Ok(answer) => answer.request_id.clone(),
                Err(refused) => refused.failure.request_id.clone(),
            },
        })
    }

    /// Gives back what no call has used.
    pub(in crate::guard) async fn give_back(&self) {
        if let Some(unused) = self.unused() {
            self.purse.note(unused).await;
        }
    }

    fn unused(&self) -> Option<Note> {
        let unused: Vec<String> = self.ready().drain().map(|(_, id)| id).collect();
        (!unused.is_empty()).then_some(Note::Unused(unused))
    }

    fn ready(&self) -> MutexGuard<'_, HashMap<Step, String>> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Upstream for LookMoney {
    fn ask<'a>(&'a self, call: &'a Call, on_retry: OnRetry<'a>) -> BoxFuture<'a, Result<Answer, Refused>> {
        Box::pin(self.call(call, on_retry))
    }

    fn spoil(&self, call: &Call) {
        self.upstream.spoil(call);
    }

    fn worst_usd(&self, step: Step, output: Output) -> f64 {
        self.upstream.worst_usd(step, output)
    }
}

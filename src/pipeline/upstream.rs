//! The port through which the pipeline reaches a model.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use crate::look::aspect::{AspectRatio, ImageSize};
use crate::look::failure::Failure;
use crate::look::photo::Photo;
use crate::look::price::Tokens;
use crate::look::step::Step;

/// Something that answers calls: the gateway, or a guard around it.
pub trait Upstream: Send + Sync {
    /// Makes one call; `on_retry` is told before it is made again. A refusal is an `Err`, an answer without what was asked for is not.
    fn ask<'a>(&'a self, call: &'a Call, on_retry: OnRetry<'a>) -> BoxFuture<'a, Result<Answer, Refused>>;

    /// Is told that the answer to `call` was no good, so that no cache on the way gives it again.
    fn spoil(&self, call: &Call);

    /// The most that one call of that step can cost, in dollars.
    fn worst_usd(&self, step: Step, output: Output) -> f64;
}

/// Why a call brought nothing, and what it costs all the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    /// What to tell.
    pub failure: Failure,
    /// What is to be paid.
    pub charge: Charge,
}

/// What is to be paid for a call without an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Charge {
    /// Nothing: the model was not asked, or says that it charges nothing.
    Nothing,
    /// What the model counted: a refusal has been read and thought about, too.
    Counted {
        /// The model.
        model: String,
        /// Its count.
        tokens: Tokens,
    },
    /// Nobody knows: the call was sent, and its answer never came.
    Unknown,
}

impl<F: Into<Failure>> From<F> for Refused {
    fn from(failure: F) -> Self {
        Self { failure: failure.into(), charge: Charge::Nothing }
    }
}

/// What one step may still try, whatever it asks for: its calls count what they do here.
#[derive(Debug, Default)]
pub struct Tries {
    made: AtomicU32,
    /// 0 before the first call.
    until_ms: AtomicU64,
}

impl Tries {
    /// Most HTTP calls of one step.
    pub const MOST: u32 = 3;

    /// Counts a call that is about to be made.
    pub fn count(&self) {
        self.made.fetch_add(1, Ordering::Relaxed);
    }

    /// Calls made so far.
    pub fn made(&self) -> u32 {
        self.made.load(Ordering::Relaxed)
    }

    /// Until when the step must be over; the first call decides that.
    pub fn until_ms(&self, first: impl FnOnce() -> u64) -> u64 {
        if self.until_ms.load(Ordering::Relaxed) == 0 {
            self.until_ms.store(first(), Ordering::Relaxed);
        }
        self.until_ms.load(Ordering::Relaxed)
    }

    /// Whether another call may be made, of which `least_ms` must be left.
    pub fn are_left(&self, now_ms: u64, least_ms: u64) -> bool {
        let until_ms = self.until_ms.load(Ordering::Relaxed);
        self.made() < Self::MOST && (until_ms == 0 || now_ms.saturating_add(least_ms) <= until_ms)
    }
}

/// Is told that a call will be made again.
pub type OnRetry<'a> = &'a (dyn Fn(Retry) + Send + Sync);

/// A call failed in a way that may pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// Number of the attempt to come, from 2.
    pub attempt: u32,
    /// How long until then.
    pub after: Duration,
}

/// One call of a step.
#[derive(Clone, Debug)]
pub struct Call {
    /// The step that asks.
    pub step: Step,
    /// What the model is given, in order.
    pub parts: Vec<PromptPart>,
    /// What is wanted.
    pub output: Output,
    /// Whether caches are passed by.
    pub fresh: bool,
    /// Where it comes from.
    pub origin: Origin,
    /// What its step may still try.
    pub tries: Arc<Tries>,
    /// Cancelled when nobody wants the look any more: then the call is not made, nor made again.
    pub stop: CancellationToken,
}

/// Where a look comes from, in words that name nobody: the gateway's log is read by more people than ours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The same for every call of one look.
    pub trace: String,
    /// A hash that is the same for every look of one visitor.
    pub user: Option<String>,
}

/// A piece of a prompt.
#[derive(Clone, Debug)]
pub enum PromptPart {
    /// Words.
    Text(String),
    /// A photo.
    Photo(Photo),
}

/// What a call wants back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Words.
    Text,
    /// A picture.
    Image {
        /// Its shape.
        ratio: AspectRatio,
        /// Its scale.
        size: ImageSize,
    },
}

/// What a model answered; drafts and thoughts are gone already.
#[derive(Clone, Debug)]
pub struct Answer {
    /// All its words.
    pub text: String,
    /// Its picture; of several the last.
    pub image: Option<AnswerImage>,
    /// The tokens to pay; none when cached, `None` when the model counted nothing.
    pub tokens: Option<Tokens>,
    /// The model that answered.
    pub model: String,
    /// Whether the gateway had the answer already.
    pub cached: bool,
    /// The id under which the gateway knows the call.
    pub request_id: Option<String>,
}

/// A picture in an answer, as declared: nobody has looked into it yet.
#[derive(Clone, Debug)]
pub struct AnswerImage {
    /// The declared MIME type.
    pub mime: String,
    /// The bytes.
    pub bytes: Bytes,
}

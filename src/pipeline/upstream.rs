//! The port through which the pipeline reaches a model.

use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;

use crate::look::aspect::{AspectRatio, ImageSize};
use crate::look::failure::Failure;
use crate::look::photo::Photo;
use crate::look::price::Tokens;
use crate::look::step::Step;

/// Something that answers calls: the gateway, or a guard around it.
pub trait Upstream: Send + Sync {
    /// Makes one call; `on_retry` is told before it is made again. A refusal is an `Err`, an answer without what was asked for is not.
    fn ask<'a>(&'a self, call: &'a Call, on_retry: OnRetry<'a>) -> BoxFuture<'a, Result<Answer, Failure>>;
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
    /// The tokens to pay; none when cached.
    pub tokens: Tokens,
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

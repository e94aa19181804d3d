//! The port through which the pipeline reaches a model.

use bytes::Bytes;
use futures::future::BoxFuture;

use crate::look::aspect::{AspectRatio, ImageSize};
use crate::look::failure::Failure;
use crate::look::photo::Photo;
use crate::look::price::Usage;
use crate::look::step::Step;

/// Something that answers calls: the gateway, or a guard around it.
pub trait Upstream: Send + Sync {
    /// Makes one call. A refusal is an `Err`, an answer without what was asked for is not.
    fn ask<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Answer, Failure>>;
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
    /// All its pictures.
    pub images: Vec<AnswerImage>,
    /// The tokens to pay; none when cached.
    pub usage: Usage,
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

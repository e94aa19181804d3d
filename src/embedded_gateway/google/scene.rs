//! A question to a model on its way to an answer: what is asked, of whom, and the true answer of the built-in model.

use std::sync::Arc;

use serde_json::{Value, json};

use super::super::model;
use super::answer::{self, Answer, Asked};
use super::errors::internal;
use super::json_mode;
use super::models::Model;
use super::question::{Question, labelled};

/// Draws or describes.
pub(in super::super) struct Scene {
    pub(in super::super) question: Arc<Question>,
    pub(in super::super) asked: Asked,
}

impl Scene {
    pub(super) fn new(model: &'static Model, question: Question) -> Self {
        Self { asked: Asked::new(model, &question), question: Arc::new(question) }
    }

    /// The true answer, or Google's refusal.
    pub(in super::super) fn answer(&self) -> Result<Answer, Value> {
        if self.asked.model.draws.is_some() && self.question.wants("image") { self.draw() } else { self.describe() }
    }

    fn describe(&self) -> Result<Answer, Value> {
        let text = self.description()?;
        Ok(self.asked.parts(&self.with_thoughts(vec![json!({ "text": text })]), 0))
    }

    /// What the model says of the garment in PHOTO B; by the schema, where JSON mode asks for one.
    pub(in super::super) fn description(&self) -> Result<String, Value> {
        let shown = self.question.shown()?;
        let text = match labelled(&shown, "PHOTO B") {
            Some(outfit) => serde_json::to_string_pretty(&model::describe(&outfit.picture)).map_err(|_| internal())?,
            None => "I see no picture of an outfit. Please show me one.".to_owned(),
        };
        Ok(if self.question.wants_json() { json_mode::written(&text, self.question.schema()) } else { text })
    }

    fn draw(&self) -> Result<Answer, Value> {
        let Some((picture, tokens)) = self.picture()? else {
            let words = json!([{ "text": "I need a picture of a person and one of an outfit." }]);
            return Ok(self.asked.parts(&words, 0));
        };
        let mut parts = vec![picture];
        if self.question.wants("text") {
            parts.insert(0, json!({ "text": "Here is the person in the new outfit." }));
        }
        Ok(self.asked.parts(&self.with_thoughts(parts), tokens))
    }

    /// The drawn picture as a part, and its tokens; nothing when a photo is missing.
    pub(in super::super) fn picture(&self) -> Result<Option<(Value, u32)>, Value> {
        let shown = self.question.shown()?;
        let (Some(person), Some(outfit)) = (labelled(&shown, "PHOTO A"), labelled(&shown, "PHOTO B")) else {
            return Ok(None);
        };
        let model = self.asked.model;
        let Some((draws, size)) = model.draws.as_ref().zip(self.question.size(model, Some(&person.picture))) else {
            return Ok(None);
        };
        let picture = model::try_on(&person.picture, &outfit.picture, self.question.slot(), size.pixels);
        let part = answer::picture(&picture, draws.mime).map_err(|_| internal())?;
        Ok(Some((part, size.tokens)))
    }

    /// Thoughts come first, for who wants to see them.
    fn with_thoughts(&self, mut parts: Vec<Value>) -> Value {
        let thinking = self.question.generation_config.thinking_config.as_ref();
        if thinking.is_some_and(|thinking| thinking.include_thoughts) {
            parts.insert(
                0,
                json!({ "text": "**Looking at the pictures**\n\nWhat is worn, and by whom?", "thought": true }),
            );
        }
        Value::Array(parts)
    }
}

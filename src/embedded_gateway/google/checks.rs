//! What Google checks before a model is asked (`reference/gateway-and-gemini.md` B1, B6, B7).

use serde_json::Value;

use super::invalid_argument;
use super::models::Model;
use super::question::{Question, SafetySetting};

/// What Google reads as pictures (B8).
const PICTURES: [&str; 5] = ["image/png", "image/jpeg", "image/webp", "image/heic", "image/heif"];
const CATEGORIES: [&str; 5] =
    ["HARASSMENT", "HATE_SPEECH", "SEXUALLY_EXPLICIT", "DANGEROUS_CONTENT", "CIVIC_INTEGRITY"];
const THRESHOLDS: [&str; 5] = ["BLOCK_LOW_AND_ABOVE", "BLOCK_MEDIUM_AND_ABOVE", "BLOCK_ONLY_HIGH", "BLOCK_NONE", "OFF"];
const LEVELS: [&str; 5] = ["MINIMAL", "LOW", "MEDIUM", "HIGH", "XHIGH"];
const MAX_STOP_SEQUENCES: usize = 5;
const GENERIC: &str = "Request contains an invalid argument.";

/// Google's 400, if there is one. Where no text was captured the generic one is used.
pub(super) fn refusal(question: &Question, model: &Model) -> Option<Value> {
    message(question, model).map(|message| invalid_argument(&message))
}

fn message(question: &Question, model: &Model) -> Option<String> {
    let config = &question.generation_config;
    let draws = model.draws.is_some();
    let has_json_mode = config.response_mime_type.as_deref().is_some_and(|mime| mime != "text/plain");
    let schemas = [&config.response_schema, &config.response_json_schema];
    let has_schema = schemas.iter().any(|schema| schema.is_some());

    if question.contents.iter().all(|content| content.parts.is_empty()) {
        return Some("* GenerateContentRequest.contents: contents is not specified\n".to_owned());
    }
    if question.contents.iter().any(|content| !matches!(content.role.as_deref(), None | Some("user" | "model"))) {
        return Some("Please use a valid role: user, model.".to_owned());
    }
    if question.contents.last().is_some_and(|content| content.role.as_deref() == Some("model")) {
        return Some("Please ensure that multiturn requests end with a user turn.".to_owned());
    }
    if let Some((mime, _)) = question.photos().find(|(mime, _)| !PICTURES.contains(mime)) {
        return Some(format!("Unsupported MIME type: {mime}"));
    }
    if let Some(message) = safety(&question.safety_settings) {
        return Some(message);
    }
    if draws && (has_json_mode || has_schema) {
        return Some("JSON mode is not enabled for this model".to_owned());
    }
    if config.thinking_config.is_some() && model.thoughts.is_none() {
        return Some("Thinking is not enabled for this model".to_owned());
    }
    if !draws && config.response_modalities.iter().any(|wanted| wanted.eq_ignore_ascii_case("image")) {
        return Some("Model does not support the requested response modalities: image".to_owned());
    }
    let is_wrong = (has_schema && !has_json_mode)
        || schemas.iter().all(|schema| schema.is_some())
        || config.image_config.is_some() && question.size(model, None).is_none()
        || config.response_modalities.iter().any(|wanted| !is_modality(wanted))
        || config.candidate_count.is_some_and(|count| count != 1)
        || config.stop_sequences.len() > MAX_STOP_SEQUENCES
        || config.temperature.is_some_and(|degrees| !(0.0..=2.0).contains(&degrees))
        || question.system_instruction.as_ref().is_some_and(|said| said.parts.iter().any(|part| part.text.is_none()))
        || config.thinking_config.as_ref().is_some_and(|thinking| {
            let level = thinking.level.as_deref();
            level.is_some_and(|level| !LEVELS.contains(&level.to_ascii_uppercase().as_str()))
                || level.is_some() && thinking.budget.is_some()
        });
    is_wrong.then(|| GENERIC.to_owned())
}

fn is_modality(word: &str) -> bool {
    ["text", "image"].iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// Known words, and at most one setting per category (B1).
fn safety(settings: &[SafetySetting]) -> Option<String> {
    for (index, SafetySetting { category, threshold }) in settings.iter().enumerate() {
        let known = category.strip_prefix("HARM_CATEGORY_").is_some_and(|word| CATEGORIES.contains(&word));
        if !known {
            return Some(format!("Invalid value at 'safety_settings[{index}].category', \"{category}\""));
        }
        if !THRESHOLDS.contains(&threshold.as_str()) {
            return Some(format!("Invalid value at 'safety_settings[{index}].threshold', \"{threshold}\""));
        }
        if settings.iter().take(index).any(|earlier| earlier.category == *category) {
            return Some(format!("Only one safety setting per category is allowed: {category}"));
        }
    }
    None
}

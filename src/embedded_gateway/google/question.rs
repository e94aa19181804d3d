//! What is asked: a `generateContent` body whose names `schema` has already made one.

use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::{DecodeError, Engine};
use image::RgbImage;
use serde::Deserialize;
use serde_json::Value;

use super::super::model::Slot;
use super::invalid_argument;
use super::models::Model;
use super::size;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in super::super) struct Question {
    pub(super) contents: Vec<Content>,
    pub(super) system_instruction: Option<Content>,
    pub(super) safety_settings: Vec<SafetySetting>,
    pub(super) generation_config: GenerationConfig,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Content {
    pub(super) role: Option<String>,
    pub(super) parts: Vec<Part>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Part {
    pub(super) text: Option<String>,
    pub(super) inline_data: Option<InlineData>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct InlineData {
    pub(super) mime_type: String,
    pub(super) data: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SafetySetting {
    pub(super) category: String,
    pub(super) threshold: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct GenerationConfig {
    pub(super) response_modalities: Vec<String>,
    pub(super) image_config: Option<ImageConfig>,
    pub(super) response_mime_type: Option<String>,
    pub(super) response_schema: Option<Value>,
    pub(super) response_json_schema: Option<Value>,
    pub(super) thinking_config: Option<Thinking>,
    pub(super) candidate_count: Option<u32>,
    pub(super) stop_sequences: Vec<String>,
    pub(super) temperature: Option<f64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Thinking {
    pub(super) include_thoughts: bool,
    #[serde(rename = "thinkingLevel")]
    pub(super) level: Option<String>,
    #[serde(rename = "thinkingBudget")]
    pub(super) budget: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ImageConfig {
    pub(super) aspect_ratio: Option<String>,
    pub(super) image_size: Option<String>,
}

/// A picture of the question and the words right before it.
pub(in super::super) struct Shown {
    label: String,
    pub(in super::super) picture: RgbImage,
}

/// Bytes as proto3 JSON has them: either alphabet, with padding or without. Google's SDK for Python sends the URL-safe one.
pub(in super::super) fn decoded(base64: &str) -> Result<Vec<u8>, DecodeError> {
    let alphabet = if base64.contains(['-', '_']) { &URL_SAFE } else { &STANDARD };
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(alphabet, config).decode(base64)
}

/// The picture whose label speaks of `name`.
pub(in super::super) fn labelled<'a>(shown: &'a [Shown], name: &str) -> Option<&'a Shown> {
    shown.iter().find(|shown| shown.label.contains(name))
}

impl Question {
    /// Whether a picture is wanted. Image models answer with one unless only words are asked for.
    pub(super) fn wants(&self, modality: &str) -> bool {
        let modalities = &self.generation_config.response_modalities;
        modalities.is_empty() || modalities.iter().any(|wanted| wanted.eq_ignore_ascii_case(modality))
    }

    /// Whether the answer is to be JSON and nothing else.
    pub(super) fn wants_json(&self) -> bool {
        self.generation_config.response_mime_type.as_deref() == Some("application/json")
    }

    /// The schema that such an answer follows.
    pub(super) fn schema(&self) -> Option<&Value> {
        let config = &self.generation_config;
        config.response_schema.as_ref().or(config.response_json_schema.as_ref())
    }

    /// All words of the question.
    pub(super) fn text(&self) -> String {
        let texts = self.parts().filter_map(|part| part.text.as_deref());
        texts.collect::<Vec<_>>().join("\n")
    }

    /// The photos as they came: type and base64.
    pub(in super::super) fn photos(&self) -> impl Iterator<Item = (&str, &str)> {
        let inline = self.parts().filter_map(|part| part.inline_data.as_ref());
        inline.map(|photo| (photo.mime_type.as_str(), photo.data.as_str()))
    }

    /// The pictures with their labels, in order. Google says the same of a picture that it cannot read (B7).
    pub(super) fn shown(&self) -> Result<Vec<Shown>, Value> {
        let unreadable = || {
            invalid_argument(
                "Unable to process input image. Please retry or report in https://developers.generativeai.google/guide/troubleshooting",
            )
        };
        let mut label = String::new();
        let mut shown = Vec::new();
        for part in self.parts() {
            if let Some(text) = &part.text {
                label.clone_from(text);
            }
            if let Some(data) = &part.inline_data {
                let bytes = decoded(&data.data).map_err(|_| unreadable())?;
                let picture = image::load_from_memory(&bytes).map_err(|_| unreadable())?.into_rgb8();
                shown.push(Shown { label: std::mem::take(&mut label), picture });
            }
        }
        Ok(shown)
    }

    /// The pixels of the wanted picture and what they count; `last` is the photo whose ratio is taken when none is asked for.
    pub(super) fn size(&self, model: &Model, last: Option<&RgbImage>) -> Option<size::Size> {
        let config = self.generation_config.image_config.as_ref();
        let ratio = config.and_then(|config| config.aspect_ratio.as_deref());
        let name = config.and_then(|config| config.image_size.as_deref());
        size::of(model.draws.as_ref()?, ratio, name, last)
    }

    /// The slot that a description among the words names.
    pub(super) fn slot(&self) -> Option<Slot> {
        let text = self.text();
        let (_, after) = text.rsplit_once("\"slot\"")?;
        let word = after.split('"').nth(1)?;
        serde_json::from_value(Value::String(word.to_owned())).ok()
    }

    fn parts(&self) -> impl Iterator<Item = &Part> {
        self.contents.iter().flat_map(|content| &content.parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_alphabet_is_read() {
        for base64 in ["+/++", "-_--"] {
            assert_eq!(decoded(base64).unwrap(), [0xfb, 0xff, 0xbe]);
        }
        assert_eq!(decoded("YQ").unwrap(), decoded("YQ==").unwrap());
        assert!(decoded("!").is_err());
    }
}

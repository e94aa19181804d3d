//! What is asked: a `generateContent` body, read as Google reads it (camelCase or `snake_case`).

use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::RgbImage;
use serde::Deserialize;

use super::model::Slot;
use super::refusal;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Question {
    #[serde(default)]
    contents: Vec<Content>,
    #[serde(default, alias = "generation_config")]
    generation_config: GenerationConfig,
}

#[derive(Debug, Deserialize)]
struct Content {
    #[serde(default)]
    parts: Vec<Part>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part {
    text: Option<String>,
    #[serde(alias = "inline_data")]
    inline_data: Option<InlineData>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct InlineData {
    data: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct GenerationConfig {
    #[serde(alias = "response_modalities")]
    response_modalities: Vec<String>,
    #[serde(alias = "image_config")]
    image_config: ImageConfig,
    #[serde(alias = "response_mime_type")]
    response_mime_type: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ImageConfig {
    #[serde(alias = "aspect_ratio")]
    aspect_ratio: Option<String>,
    #[serde(alias = "image_size")]
    image_size: Option<String>,
}

/// A picture of the question and the words right before it.
pub(super) struct Shown {
    pub(super) label: String,
    pub(super) picture: RgbImage,
}

impl Question {
    /// Whether a picture is wanted. Image models answer with one unless only words are asked for.
    pub(super) fn wants_picture(&self) -> bool {
        let modalities = &self.generation_config.response_modalities;
        modalities.is_empty() || modalities.iter().any(|modality| modality.eq_ignore_ascii_case("image"))
    }

    /// Whether JSON mode is asked for, which image models refuse.
    pub(super) fn wants_json_mode(&self) -> bool {
        self.generation_config.response_mime_type.as_deref() == Some("application/json")
    }

    /// All words of the question.
    pub(super) fn text(&self) -> String {
        let texts = self.parts().filter_map(|part| part.text.as_deref());
        texts.collect::<Vec<_>>().join("\n")
    }

    /// The pictures with their labels, in order. Google says the same of a picture that it cannot read.
    pub(super) fn shown(&self) -> Result<Vec<Shown>, Response> {
        let unreadable = || {
            refusal::invalid_argument(
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
                let bytes = STANDARD.decode(&data.data).map_err(|_| unreadable())?;
                let picture = image::load_from_memory(&bytes).map_err(|_| unreadable())?.into_rgb8();
                shown.push(Shown { label: std::mem::take(&mut label), picture });
            }
        }
        Ok(shown)
    }

    /// The pixels of the wanted picture: the preset of its ratio, or that nearest to the last photo, times its size.
    pub(super) fn pixels(&self, last: &RgbImage) -> Result<(u32, u32), Response> {
        let config = &self.generation_config.image_config;
        let preset = match config.aspect_ratio.as_deref() {
            Some(name) => PRESETS.iter().find(|(ratio, _)| *ratio == name),
            None => PRESETS.iter().min_by(|a, b| distance(a.1, last).total_cmp(&distance(b.1, last))),
        };
        let factor = match config.image_size.as_deref() {
            None | Some("1K") => Some(1),
            Some("2K") => Some(2),
            Some("4K") => Some(4),
            Some(_) => None,
        };
        let (Some((_, (width, height))), Some(factor)) = (preset, factor) else {
            return Err(refusal::invalid_argument("Request contains an invalid argument."));
        };
        Ok((width * factor, height * factor))
    }

    /// The slot that a description among the words names.
    pub(super) fn slot(&self) -> Option<Slot> {
        let text = self.text();
        let (_, after) = text.rsplit_once("\"slot\"")?;
        let word = after.split('"').nth(1)?;
        serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
    }

    fn parts(&self) -> impl Iterator<Item = &Part> {
        self.contents.iter().flat_map(|content| &content.parts)
    }
}

/// Pixels at 1K of the 3.x image models (B9).
const PRESETS: [(&str, (u32, u32)); 10] = [
    ("1:1", (1024, 1024)),
    ("2:3", (848, 1264)),
    ("3:2", (1264, 848)),
    ("3:4", (896, 1200)),
    ("4:3", (1200, 896)),
    ("4:5", (928, 1152)),
    ("5:4", (1152, 928)),
    ("9:16", (768, 1376)),
    ("16:9", (1376, 768)),
    ("21:9", (1584, 672)),
];

fn distance((width, height): (u32, u32), picture: &RgbImage) -> f64 {
    let ratio = f64::from(picture.width().max(1)) / f64::from(picture.height().max(1));
    (ratio * f64::from(height) / f64::from(width)).ln().abs()
}

//! What is answered: a `GenerateContentResponse` with the usage that Google would count (`reference/gateway-and-gemini.md` B2).

use std::io::Cursor;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{ImageResult, RgbImage};
use serde_json::{Value, json};

use super::super::ids;
use super::super::reply::Tally;
use super::models::Model;
use super::question::Question;

/// JPEG quality of a drawn picture.
const QUALITY: u8 = 90;
/// Gemini 3 gives one along with a picture (B4); an opaque word that goes back to it unread.
const SIGNATURE: &str = "ZW1iZWRkZWQtZ2F0ZXdheQ==";

/// An answer before it is sent, and what it counts.
#[derive(Clone, Debug)]
pub(in super::super) struct Answer {
    pub(in super::super) body: Value,
    pub(in super::super) tally: Tally,
}

/// What is counted for a question.
#[derive(Clone, Debug)]
pub(in super::super) struct Asked {
    pub(in super::super) model: &'static Model,
    text_tokens: u32,
    photo_tokens: u32,
}

impl Asked {
    pub(in super::super) fn new(model: &'static Model, question: &Question) -> Self {
        let photos = u32::try_from(question.photos().count()).unwrap_or(u32::MAX);
        Self {
            model,
            text_tokens: tokens(&question.text()),
            photo_tokens: photos.saturating_mul(model.tokens_of_photo()),
        }
    }

    pub(super) fn tokens(&self) -> u32 {
        self.text_tokens.saturating_add(self.photo_tokens)
    }

    /// Tokens by modality, those that are there.
    pub(super) fn details(&self) -> Value {
        let both = [("TEXT", self.text_tokens), ("IMAGE", self.photo_tokens)];
        let there = both.iter().filter(|(_, count)| *count > 0);
        there.map(|(modality, count)| json!({ "modality": modality, "tokenCount": count })).collect()
    }

    /// A finished answer of these parts, of which `image_tokens` are pictures.
    pub(in super::super) fn parts(&self, parts: &Value, image_tokens: u32) -> Answer {
        let texts = parts.as_array().into_iter().flatten().filter_map(|part| part["text"].as_str());
        let text_tokens: u32 = texts.map(tokens).sum();
        let content = json!({ "role": "model", "parts": parts });
        let candidate = json!({ "content": content, "finishReason": "STOP", "index": 0 });
        self.respond(json!({ "candidates": [candidate] }), text_tokens, image_tokens)
    }

    /// A whole answer with usage, model and id put into it.
    pub(in super::super) fn respond(&self, mut body: Value, text_tokens: u32, image_tokens: u32) -> Answer {
        let prompt = self.tokens();
        let candidates = text_tokens.saturating_add(image_tokens);
        let thoughts = self.model.thoughts.filter(|_| candidates > 0).unwrap_or(0);
        let mut usage = json!({
            "promptTokenCount": prompt,
            "totalTokenCount": prompt.saturating_add(candidates).saturating_add(thoughts),
            "promptTokensDetails": self.details(),
            "serviceTier": "standard",
        });
        if let Some(usage) = usage.as_object_mut() {
            if candidates > 0 {
                usage.insert("candidatesTokenCount".to_owned(), candidates.into());
            }
            if thoughts > 0 {
                usage.insert("thoughtsTokenCount".to_owned(), thoughts.into());
            }
            // Only pictures are listed; the rest is text (B2, captured).
            if image_tokens > 0 {
                let details = json!([{ "modality": "IMAGE", "tokenCount": image_tokens }]);
                usage.insert("candidatesTokensDetails".to_owned(), details);
            }
        }
        if let Some(body) = body.as_object_mut() {
            body.insert("usageMetadata".to_owned(), usage);
            body.insert("modelVersion".to_owned(), self.model.id.into());
            body.insert("responseId".to_owned(), ids::new().replace('-', "").into());
        }
        let tally = Tally {
            model: self.model.id.to_owned(),
            tokens_in: prompt,
            tokens_out: candidates.saturating_add(thoughts),
            image_tokens,
        };
        Answer { body, tally }
    }
}

/// A picture as a part, in the format of the model.
pub(in super::super) fn picture(picture: &RgbImage, mime: &str) -> ImageResult<Value> {
    let mut bytes = Cursor::new(Vec::new());
    if mime == "image/png" {
        picture.write_with_encoder(PngEncoder::new(&mut bytes))?;
    } else {
        picture.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, QUALITY))?;
    }
    Ok(inline(mime, &bytes.into_inner()))
}

/// Bytes as a part.
pub(in super::super) fn inline(mime: &str, bytes: &[u8]) -> Value {
    json!({ "inlineData": { "mimeType": mime, "data": STANDARD.encode(bytes) }, "thoughtSignature": SIGNATURE })
}

/// About four bytes of English are a token.
pub(in super::super) fn tokens(text: &str) -> u32 {
    u32::try_from(text.len().div_ceil(4)).unwrap_or(u32::MAX)
}

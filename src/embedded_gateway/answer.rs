//! What is answered: a `generateContent` response with the usage that Google would count.

use std::io::Cursor;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::codecs::jpeg::JpegEncoder;
use image::{ImageError, RgbImage};
use serde_json::{Value, json};

/// Tokens of a picture sent: the default resolution of Gemini 3 (B8).
const TOKENS_OF_PHOTO: usize = 1120;
/// Tokens of a picture drawn at 1K (B9).
const TOKENS_OF_PICTURE: usize = 1120;
/// JPEG quality of the drawn picture.
const QUALITY: u8 = 90;

/// An answer in words.
pub(super) fn words(model: &str, question: &Asked, text: &str) -> Value {
    let tokens = tokens(text);
    response(model, question, &json!([{ "text": text }]), tokens, &Value::Null)
}

/// An answer with a picture, a JPEG as the 3.x models draw it.
pub(super) fn picture(model: &str, question: &Asked, picture: &RgbImage) -> Result<Value, ImageError> {
    let mut jpeg = Cursor::new(Vec::new());
    picture.write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, QUALITY))?;
    let data = STANDARD.encode(jpeg.into_inner());
    let parts = json!([{ "inlineData": { "mimeType": "image/jpeg", "data": data } }]);
    let details = json!([{ "modality": "IMAGE", "tokenCount": TOKENS_OF_PICTURE }]);
    Ok(response(model, question, &parts, TOKENS_OF_PICTURE, &details))
}

/// What of a question counts as tokens.
pub(super) struct Asked {
    pub(super) text_bytes: usize,
    pub(super) photos: usize,
}

fn response(model: &str, asked: &Asked, parts: &Value, tokens: usize, details: &Value) -> Value {
    let prompt = asked.text_bytes / 4 + asked.photos * TOKENS_OF_PHOTO;
    let mut usage = json!({
        "promptTokenCount": prompt,
        "candidatesTokenCount": tokens,
        "totalTokenCount": prompt + tokens,
    });
    if let (Some(usage), false) = (usage.as_object_mut(), details.is_null()) {
        usage.insert("candidatesTokensDetails".to_owned(), details.clone());
    }
    json!({
        "candidates": [{ "content": { "role": "model", "parts": parts }, "finishReason": "STOP", "index": 0 }],
        "usageMetadata": usage,
        "modelVersion": model,
    })
}

/// About four bytes of English are a token.
fn tokens(text: &str) -> usize {
    text.len().div_ceil(4)
}

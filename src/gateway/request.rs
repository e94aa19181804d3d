//! A `generateContent` request, written. Field names: `reference/gateway-and-gemini.md` B1.

use bytes::Bytes;
use serde_json::{Value, json};

use super::body::{Piece, RequestBody};
use crate::look::aspect::ImageSize;
use crate::look::failure::FailureCode;
use crate::look::model::ModelFacts;
use crate::look::outfit::Outfit;
use crate::pipeline::upstream::{Call, Output, PromptPart};

/// Most tokens of an answer in words and thoughts: thinking counts too, and an answer cut off is money lost.
const MAX_WORDS: u64 = 8192;

/// The body of `call` as `model` takes it; words are asked for in JSON mode where it has that. Errors: `internal`.
pub(super) fn body(call: &Call, model: &str, has_json_mode: bool) -> Result<RequestBody, FailureCode> {
    let mut pieces = Vec::new();
    let mut text = br#"{"contents":[{"role":"user","parts":["#.to_vec();
    for (at, part) in call.parts.iter().enumerate() {
        if at > 0 {
            text.push(b',');
        }
        match part {
            PromptPart::Text(words) => {
                text.extend_from_slice(br#"{"text":"#);
                serde_json::to_writer(&mut text, words).map_err(|_| FailureCode::Internal)?;
                text.push(b'}');
            }
            PromptPart::Photo(photo) => {
                text.extend_from_slice(br#"{"inlineData":{"mimeType":""#);
                text.extend_from_slice(photo.format.mime().as_bytes());
                text.extend_from_slice(br#"","data":""#);
                pieces.push(Piece::Plain(Bytes::from(std::mem::take(&mut text))));
                pieces.push(Piece::Base64(photo.bytes.clone()));
                text.extend_from_slice(br#""}}"#);
            }
        }
    }
    text.extend_from_slice(br#"]}],"generationConfig":"#);
    let config = generation_config(call.output, model, has_json_mode);
    serde_json::to_writer(&mut text, &config).map_err(|_| FailureCode::Internal)?;
    text.push(b'}');
    pieces.push(Piece::Plain(Bytes::from(text)));
    Ok(RequestBody::new(pieces))
}

/// Most tokens that an answer to `output` may have: with the price table it bounds what the call can cost.
pub fn max_output_tokens(output: Output, model: &str) -> u64 {
    let drawing = ModelFacts::of(model).and_then(|facts| facts.drawing.as_ref());
    let picture = match (output, drawing) {
        (Output::Text, _) => 0,
        (Output::Image { size, .. }, Some(drawing)) => drawing.tokens_at(drawing.size(size)).unwrap_or_default(),
        // The largest picture of any model that is known.
        (Output::Image { .. }, None) => 3780,
    };
    picture + MAX_WORDS
}

fn generation_config(output: Output, model: &str, has_json_mode: bool) -> Value {
    let most = max_output_tokens(output, model);
    match output {
        Output::Text if has_json_mode => json!({
            "responseModalities": ["TEXT"],
            "responseMimeType": "application/json",
            "responseSchema": outfit_schema(),
            "maxOutputTokens": most,
        }),
        // Image models refuse JSON mode: they are asked in words alone.
        Output::Text => json!({ "responseModalities": ["TEXT"], "maxOutputTokens": most }),
        Output::Image { ratio, size } => {
            let drawing = ModelFacts::of(model).and_then(|facts| facts.drawing.as_ref());
            let size = drawing.map_or(size, |drawing| drawing.size(size));
            let mut image = json!({ "aspectRatio": ratio.name() });
            // The default is not spelled out: older models know no sizes.
            if size != ImageSize::default()
                && let Some(image) = image.as_object_mut()
            {
                image.insert("imageSize".to_owned(), size.name().into());
            }
            json!({ "responseModalities": ["TEXT", "IMAGE"], "imageConfig": image, "maxOutputTokens": most })
        }
    }
}

/// The outfit as a schema for text models: the fields of [`Outfit`], in the OpenAPI subset that Google takes.
fn outfit_schema() -> Value {
    let text = || json!({ "type": "STRING" });
    let texts = |most: usize| json!({ "type": "ARRAY", "maxItems": most.to_string(), "items": { "type": "STRING" } });
    let color = json!({ "type": "OBJECT", "properties": { "name": text(), "hex": text() }, "required": ["name"] });
    let piece = json!({
        "type": "OBJECT",
        "properties": {
            "name": text(),
            "colors": { "type": "ARRAY", "maxItems": Outfit::MAX_COLORS.to_string(), "items": color },
            "pattern": text(), "material": text(), "finish": text(), "neckline": text(), "sleeves": text(),
            "length": text(), "fit": text(), "closure": text(),
            "details": texts(Outfit::MAX_DETAILS),
            "text_on_garment": text(),
        },
        "required": ["name"],
    });
    let slots = ["top", "bottom", "one_piece", "outerwear", "footwear", "accessory", "set"];
    json!({
        "type": "OBJECT",
        "properties": {
            "garment_type": text(),
            "slot": { "type": "STRING", "enum": slots },
            "pieces": { "type": "ARRAY", "maxItems": Outfit::MAX_PIECES.to_string(), "items": piece },
            "source": { "type": "STRING", "enum": ["flat_lay", "worn"] },
            "confidence": { "type": "NUMBER" },
        },
        "required": ["garment_type", "slot", "pieces"],
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;
    use serde_json::{Value, json};
    use tokio_util::sync::CancellationToken;

    use super::{body, max_output_tokens};
    use crate::look::aspect::{AspectRatio, ImageSize};
    use crate::look::photo::{Photo, PhotoFormat};
    use crate::look::step::Step;
    use crate::pipeline::upstream::{Call, Origin, Output, PromptPart};

    fn written(output: Output, model: &str, has_json_mode: bool) -> Value {
        let photo = Photo { bytes: Bytes::from_static(b"photo"), format: PhotoFormat::WebP, width: 1, height: 1 };
        let parts = vec![PromptPart::Text("\"Фото\"\n".to_owned()), PromptPart::Photo(photo)];
        let call = Call {
            step: Step::TryOn,
            parts,
            output,
            fresh: false,
            origin: Origin::default(),
            tries: Arc::default(),
            stop: CancellationToken::new(),
        };
        let bytes: Vec<u8> = body(&call, model, has_json_mode).unwrap().frames().flatten().collect();
        serde_json::from_slice(&bytes).unwrap()
    }

    const PICTURE: Output = Output::Image { ratio: AspectRatio::ThreeFour, size: ImageSize::FourK };

    #[test]
    fn a_request_is_json_with_the_photos_in_it() {
        let parts =
            json!([{ "text": "\"Фото\"\n" }, { "inlineData": { "mimeType": "image/webp", "data": "cGhvdG8=" } }]);
        let config = json!({ "responseModalities": ["TEXT", "IMAGE"], "imageConfig": { "aspectRatio": "3:4", "imageSize": "4K" }, "maxOutputTokens": 3780 + 8192 });
        let wanted = json!({ "contents": [{ "role": "user", "parts": parts }], "generationConfig": config });
        assert_eq!(written(PICTURE, "gemini-nano-banana-2.1", false), wanted);
    }

    #[test]
    fn a_model_is_asked_for_what_it_can() {
        let image = &written(PICTURE, "gemini-3.1-flash-lite-image", false)["generationConfig"]["imageConfig"];
        assert_eq!(image, &json!({ "aspectRatio": "3:4" }), "one size only");
        assert_eq!(written(Output::Text, "gemini-3-pro-image", false)["generationConfig"].get("responseSchema"), None);
        let config = &written(Output::Text, "gemini-3.1-flash-lite", true)["generationConfig"];
        assert_eq!(config["responseMimeType"], "application/json");
        assert_eq!(config["responseSchema"]["required"][0], "garment_type");
        assert_eq!(max_output_tokens(Output::Text, "gemini-3.1-flash-lite"), 8192);
    }
}

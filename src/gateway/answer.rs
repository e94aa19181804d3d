//! An answer of status 200, read: what was said, the picture, what it cost. Everything may be missing, for a refusal is a 200 too.
//! Field names and values: `reference/gateway-and-gemini.md` B2-B5.
//!
//! An answer is mostly one picture in base64. It is parsed where it lies, and decoded in that same memory, so that it is never there twice.

use std::borrow::Cow;
use std::ops::Range;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::error_body::ErrorBody;
use super::failures::{self, Refusal};
use super::{headers, sse};
use crate::look::failure::FailureCode;
use crate::look::model::ModelFacts;
use crate::look::price::Tokens;
use crate::look::step::Step;
use crate::pipeline::upstream::{Answer, AnswerImage, Charge};

/// A piece of an answer, or all of it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Response<'a> {
    #[serde(borrow, deserialize_with = "null_is_default")]
    candidates: Vec<Candidate<'a>>,
    #[serde(deserialize_with = "null_is_default")]
    prompt_feedback: PromptFeedback,
    usage_metadata: Option<UsageMetadata>,
    model_version: Option<String>,
    /// Instead of all else, in a list also behind it.
    error: Option<IgnoredAny>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Candidate<'a> {
    #[serde(borrow, deserialize_with = "null_is_default")]
    content: Content<'a>,
    finish_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Content<'a> {
    #[serde(borrow, deserialize_with = "null_is_default")]
    parts: Vec<Part<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Part<'a> {
    text: Option<String>,
    #[serde(borrow)]
    inline_data: Option<InlineData<'a>>,
    /// A draft or a thought: never the answer.
    #[serde(deserialize_with = "null_is_default")]
    thought: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct InlineData<'a> {
    mime_type: Option<String>,
    #[serde(borrow)]
    data: Cow<'a, str>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct PromptFeedback {
    block_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct UsageMetadata {
    #[serde(deserialize_with = "count")]
    prompt_token_count: u64,
    #[serde(deserialize_with = "count")]
    candidates_token_count: u64,
    #[serde(deserialize_with = "count")]
    thoughts_token_count: u64,
    #[serde(deserialize_with = "null_is_default")]
    candidates_tokens_details: Vec<ModalityTokens>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ModalityTokens {
    modality: Option<String>,
    #[serde(deserialize_with = "count")]
    token_count: u64,
}

fn null_is_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(from: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// A count; what is none counts nothing, for a picture that is paid must not be lost over it.
fn count<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    let value = Value::deserialize(from)?;
    Ok(value.as_u64().or_else(|| value.as_str()?.parse().ok()).unwrap_or_default())
}

/// What has been read so far.
#[derive(Debug, Default)]
struct Read {
    text: String,
    image: Option<Encoded>,
    finish_reason: Option<String>,
    block_reason: Option<String>,
    usage: Option<UsageMetadata>,
    model: Option<String>,
}

/// A picture in base64.
#[derive(Debug)]
struct Encoded {
    mime: Option<String>,
    data: Data,
}

/// Where the base64 is.
#[derive(Debug)]
enum Data {
    /// In the body, as it came.
    Within(Range<usize>),
    /// Unescaped from it.
    Apart(Vec<u8>),
}

/// What an answer of `model` to a call of `step` means, whatever its status and however broken it is.
pub fn understand(
    step: Step,
    model: &str,
    status: StatusCode,
    received: &HeaderMap,
    body: Vec<u8>,
) -> Result<Answer, Refusal> {
    let request_id = headers::request_id(received);
    let understood = if status == StatusCode::OK {
        read(step, model, received, body)
    } else {
        Err(failures::of_status(step, status, received, &body))
    };
    match understood {
        Ok(answer) => Ok(Answer { request_id, ..answer }),
        Err(refusal) => Err(Refusal { failure: refusal.failure.request_id(request_id), ..refusal }),
    }
}

fn read(step: Step, model: &str, received: &HeaderMap, body: Vec<u8>) -> Result<Answer, Refusal> {
    let read = parse(step, received, &body)?;
    let cached = headers::is_hit(received);
    // What a dynamic route chose, what Google says that it is, what was asked.
    let model = headers::model(received).or(read.model).unwrap_or_else(|| model.to_owned());
    let counted = read.usage.map(|usage| tokens(&model, &usage, read.image.is_some()));
    let tokens = if cached { Some(Tokens::default()) } else { counted };
    let charge = || match tokens {
        Some(tokens) => Charge::Counted { model: model.clone(), tokens },
        // A refusal that counts nothing costs nothing (B4).
        None => Charge::Nothing,
    };
    let refusal = failures::of_reasons(step, read.block_reason.as_deref(), read.finish_reason.as_deref());
    if let Some(refusal) = refusal {
        return Err(Refusal::of(refusal).at(charge()));
    }
    let image = match read.image {
        None => None,
        Some(encoded) => match decoded(encoded, body) {
            Some(image) => Some(image),
            None => return Err(Refusal::of(FailureCode::InvalidResponse).at(charge())),
        },
    };
    Ok(Answer { text: read.text, image, tokens, model, cached, request_id: None })
}

fn parse(step: Step, received: &HeaderMap, body: &[u8]) -> Result<Read, Refusal> {
    let mut read = Read::default();
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    // The model has answered something, and nobody can read what it counted.
    let invalid = || Refusal::of(FailureCode::InvalidResponse).at(Charge::Unknown);
    if first == Some(&b'{') {
        let response: Response<'_> = serde_json::from_slice(body).map_err(|_| invalid())?;
        read.add(response, Some(body));
    } else if first == Some(&b'[') {
        // A stream without `alt=sse` is an array.
        let pieces: Vec<Response<'_>> = serde_json::from_slice(body).map_err(|_| invalid())?;
        if let Some(at) = pieces.iter().position(|piece| piece.error.is_some()) {
            let values: Vec<Value> = serde_json::from_slice(body).map_err(|_| invalid())?;
            let error = values.into_iter().nth(at).map(|value| ErrorBody::of(&value)).unwrap_or_default();
            return Err(failed_midway(step, received, &error));
        }
        for piece in pieces {
            read.add(piece, Some(body));
        }
    } else {
        let text = std::str::from_utf8(body).map_err(|_| invalid())?;
        // An error in mid-stream is bare JSON after the events (B5).
        if let Some((_, bare)) = text.split_once("\n{") {
            let error = ErrorBody::parse(format!("{{{bare}").trim_end().as_bytes());
            if error.is_error() {
                return Err(failed_midway(step, received, &error));
            }
        }
        for event in sse::events(text) {
            let error = ErrorBody::parse(event.as_bytes());
            if error.is_error() {
                return Err(failed_midway(step, received, &error));
            }
            read.add(serde_json::from_str(&event).map_err(|_| invalid())?, None);
        }
    }
    if read.is_empty() {
        let error = ErrorBody::parse(body);
        if error.is_error() {
            return Err(failed_midway(step, received, &error));
        }
        // JSON that says nothing is an answer without a picture; words that are no JSON are none at all.
        if !matches!(first, Some(b'{' | b'[')) {
            return Err(invalid());
        }
    }
    Ok(read)
}

/// An error under a good status. It comes after the model began, so the call is not made again, and may have to be paid.
fn failed_midway(step: Step, received: &HeaderMap, error: &ErrorBody) -> Refusal {
    let status = error.status.and_then(|code| StatusCode::from_u16(code).ok()).unwrap_or(StatusCode::BAD_GATEWAY);
    Refusal::of(failures::of_error(step, status, received, error).failure).at(Charge::Unknown)
}

impl Read {
    /// Takes in a piece. `body` is where it was parsed, if it still lies there.
    fn add(&mut self, piece: Response<'_>, body: Option<&[u8]>) {
        self.block_reason = piece.prompt_feedback.block_reason.or(self.block_reason.take());
        self.model = piece.model_version.or(self.model.take());
        // Counts of a stream are totals so far.
        self.usage = piece.usage_metadata.or(self.usage.take());
        let Some(candidate) = piece.candidates.into_iter().next() else { return };
        self.finish_reason = candidate.finish_reason.or(self.finish_reason.take());
        for part in candidate.content.parts.into_iter().filter(|part| !part.thought) {
            self.text.push_str(&part.text.unwrap_or_default());
            // Bytes that are said to be nothing else are taken for a picture: the pipeline looks at them.
            let is_image = |data: &InlineData<'_>| match &data.mime_type {
                Some(mime) => mime.starts_with("image/"),
                None => !data.data.is_empty(),
            };
            if let Some(data) = part.inline_data.filter(is_image) {
                // The last picture is the finished one.
                self.image = Some(Encoded { mime: data.mime_type, data: Data::of(data.data, body) });
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.text.is_empty()
            && self.image.is_none()
            && self.finish_reason.is_none()
            && self.block_reason.is_none()
            && self.model.is_none()
    }
}

impl Data {
    fn of(data: Cow<'_, str>, body: Option<&[u8]>) -> Self {
        match (&data, body) {
            (Cow::Borrowed(text), Some(body)) => {
                let start = text.as_ptr().addr().saturating_sub(body.as_ptr().addr());
                Self::Within(start..start + text.len())
            }
            _ => Self::Apart(data.into_owned().into_bytes()),
        }
    }
}

/// Decodes a picture in the memory where it came; `None` for what is no base64. Line breaks and missing padding are forgiven.
fn decoded(encoded: Encoded, body: Vec<u8>) -> Option<AnswerImage> {
    let (mut buffer, range) = match encoded.data {
        Data::Within(range) => (body, range),
        Data::Apart(data) => {
            drop(body);
            let all = 0..data.len();
            (data, all)
        }
    };
    let start = range.start;
    let length = base64_simd::forgiving_decode_inplace(buffer.get_mut(range)?).ok()?.len();
    buffer.copy_within(start..start + length, 0);
    buffer.truncate(length);
    buffer.shrink_to_fit();
    Some(AnswerImage { mime: encoded.mime.unwrap_or_default(), bytes: Bytes::from(buffer) })
}

/// Of the candidates' tokens the details name those of pictures; the rest is text (B2).
fn tokens(model: &str, counted: &UsageMetadata, has_picture: bool) -> Tokens {
    let details = counted.candidates_tokens_details.iter();
    let images = details.filter(|detail| detail.modality.as_deref() == Some("IMAGE"));
    let named = images.fold(0_u64, |sum, detail| sum.saturating_add(detail.token_count));
    let image = if named == 0 && has_picture { picture_within(model, counted.candidates_token_count) } else { named };
    Tokens {
        prompt: counted.prompt_token_count,
        image,
        text: counted.candidates_token_count.saturating_sub(image).saturating_add(counted.thoughts_token_count),
    }
}

/// The tokens of a picture whose answer does not name them: the largest picture of the model that the whole count has room for, or all of it.
fn picture_within(model: &str, counted: u64) -> u64 {
    let drawing = ModelFacts::of(model).and_then(|facts| facts.drawing.as_ref());
    let sizes = drawing.map(|drawing| drawing.tokens).unwrap_or_default();
    sizes.iter().copied().filter(|tokens| *tokens <= counted).max().unwrap_or(counted)
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::{Answer, Charge, read};
    use crate::look::failure::FailureCode;
    use crate::look::price::Tokens;
    use crate::look::step::Step;

    fn answer(body: &str) -> Result<Answer, FailureCode> {
        let read = read(Step::TryOn, "asked", &HeaderMap::new(), body.as_bytes().to_vec());
        read.map_err(|refusal| refusal.failure.code)
    }

    const WHOLE: &str = r#"{"candidates":[{"content":{"parts":[{"text":"thinking","thought":true},{"inlineData":{"mimeType":"image/png","data":"AAAA"},"thought":true},{"text":"Here."},{"inlineData":{"mimeType":"image/jpeg","data":"/9j/"}}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":1223,"thoughtsTokenCount":7,"candidatesTokensDetails":[{"modality":"IMAGE","tokenCount":1120}]},"modelVersion":"m"}"#;

    #[test]
    fn drafts_are_dropped_and_the_mime_type_is_the_answers_own() {
        let answer = answer(WHOLE).unwrap();
        let image = answer.image.unwrap();
        assert_eq!(
            (answer.text.as_str(), image.mime.as_str(), &image.bytes[..]),
            ("Here.", "image/jpeg", &b"\xff\xd8\xff"[..])
        );
        assert_eq!(answer.tokens, Some(Tokens { prompt: 10, image: 1120, text: 110 }));
        assert_eq!(answer.model, "m");
    }

    #[test]
    fn escaped_broken_and_unpadded_base64_is_the_same_picture() {
        for data in [r"\/9j\/4A==", r"/9j/\u0034A==", r"/9j/4A", r"/9j/\n4A=="] {
            let body = format!(
                r#"{{"candidates":[{{"content":{{"parts":[{{"inlineData":{{"mimeType":"image/jpeg","data":"{data}"}}}}]}}}}]}}"#
            );
            assert_eq!(&answer(&body).unwrap().image.unwrap().bytes[..], b"\xff\xd8\xff\xe0", "{data}");
        }
    }

    #[test]
    fn what_is_odd_about_an_answer_does_not_lose_its_picture() {
        let odd = r#"{"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":null,"data":"/9j/"}}]}}],"usageMetadata":{"promptTokenCount":-1,"candidatesTokenCount":"1223","thoughtsTokenCount":{}},"modelVersion":"gemini-nano-banana-2.1"}"#;
        let answer = answer(odd).unwrap();
        assert_eq!(answer.image.unwrap().bytes.len(), 3);
        assert_eq!(answer.tokens, Some(Tokens { prompt: 0, image: 1120, text: 103 }), "no detail names the picture");
    }

    #[test]
    fn a_part_that_holds_nothing_is_no_picture() {
        // Found by fuzzing.
        for nothing in [r#"{"inlineData":{}}"#, r#"{"inlineData":{"mimeT~pe":"image/jpeg","dat/a":"x"}}"#] {
            let body = format!(r#"{{"candidates":[{{"content":{{"parts":[{nothing}]}}}}]}}"#);
            assert!(answer(&body).unwrap().image.is_none(), "{nothing}");
        }
    }

    #[test]
    fn a_refusal_costs_what_it_counts() {
        let refused = |usage: &str| {
            let body = format!(r#"{{"candidates":[{{"finishReason":"IMAGE_SAFETY"}}]{usage}}}"#);
            read(Step::TryOn, "asked", &HeaderMap::new(), body.into_bytes()).unwrap_err().charge
        };
        assert_eq!(refused(""), Charge::Nothing);
        let tokens = Tokens { prompt: 5, ..Tokens::default() };
        assert_eq!(
            refused(r#","usageMetadata":{"promptTokenCount":5}"#),
            Charge::Counted { model: "asked".to_owned(), tokens }
        );
    }

    #[test]
    fn a_stream_is_put_together() {
        let pieces = [
            r#"{"candidates":[{"content":{"parts":[{"text":"He"}]}}],"usageMetadata":{"promptTokenCount":1}}"#,
            r#"{"candidates":[{"content":{"parts":[{"text":"re"},{"inlineData":{"mimeType":"image/png","data":"AAAA"}}]}}]}"#,
            r#"{"candidates":[{"content":{"role":"model"},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":9},"modelVersion":"m"}"#,
        ];
        let events = format!("data: {}\r\n\r\n", pieces.join("\r\n\r\ndata: "));
        for body in [events, format!("[{}]", pieces.join(",\n"))] {
            let answer = answer(&body).unwrap();
            let prompt = answer.tokens.unwrap().prompt;
            assert_eq!((answer.text.as_str(), prompt, answer.model.as_str()), ("Here", 9, "m"));
            assert_eq!(answer.image.unwrap().bytes.len(), 3);
        }
    }

    #[test]
    fn nothing_and_null_are_an_answer_without_a_picture() {
        for body in [
            "{}",
            "[]",
            r#"{"candidates":null}"#,
            r#"{"candidates":[]}"#,
            r#"{"candidates":[{"content":null,"finishReason":"A_REASON_OF_TOMORROW"}]}"#,
            r#"{"candidates":[{"content":{"parts":null},"finishReason":null}],"promptFeedback":null,"usageMetadata":null}"#,
            r#"{"candidates":[{"content":{"parts":[{"text":null,"inlineData":null,"thought":null}]}}],"usageMetadata":{"candidatesTokensDetails":null}}"#,
        ] {
            assert!(answer(body).unwrap().image.is_none(), "{body}");
        }
    }

    #[test]
    fn what_is_no_answer_is_an_invalid_response() {
        for body in [
            "",
            "<html>",
            "\u{1}",
            r#"{"candidates":"#,
            r#"{"candidates":7}"#,
            "data: <html>",
            r#"{"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"image/png","data":"%%"}}]}}]}"#,
        ] {
            assert_eq!(answer(body).unwrap_err(), FailureCode::InvalidResponse, "{body}");
        }
        let not_text = read(Step::TryOn, "m", &HeaderMap::new(), vec![0xff, 0xfe]).unwrap_err();
        assert_eq!(not_text.failure.code, FailureCode::InvalidResponse);
    }

    #[test]
    fn an_error_under_a_good_status_is_an_error() {
        let error = r#"{"error":{"code":503,"message":"overloaded","status":"UNAVAILABLE"}}"#;
        for body in [
            error.to_owned(),
            format!("[{error}]"),
            format!("data: {{\"candidates\":[]}}\n\ndata: {error}\n\n"),
            format!("data: {{}}\n\n{error}\n"),
            format!("[{WHOLE},{error}]"),
        ] {
            assert_eq!(answer(&body).unwrap_err(), FailureCode::Overloaded, "{body}");
        }
    }
}

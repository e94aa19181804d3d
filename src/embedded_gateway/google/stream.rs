//! An answer cut into the events of a stream (`reference/gateway-and-gemini.md` B5): text deltas, each picture whole in one event, and a
//! last one with the reason for the end. One `responseId`, no `[DONE]`.

use bytes::Bytes;
use serde_json::{Value, json};

use super::super::reply::Payload;

/// Text of an event, in characters.
const DELTA: usize = 120;

/// How an answer is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Form {
    /// `:generateContent`.
    Whole,
    /// `:streamGenerateContent?alt=sse`.
    Events,
    /// `:streamGenerateContent`: one JSON array.
    Array,
}

/// The body of an answer in its form.
pub(super) fn render(answer: &Value, form: Form) -> Payload {
    match form {
        Form::Whole => Payload::Whole(answer.to_string().into()),
        Form::Events => {
            let events = events(answer);
            Payload::Pieces(events.iter().map(|event| Bytes::from(format!("data: {event}\r\n\r\n"))).collect())
        }
        Form::Array => {
            let events = events(answer);
            let opened = events.iter().enumerate().map(|(index, event)| {
                let before = if index == 0 { "[" } else { ",\r\n" };
                Bytes::from(format!("{before}{event}"))
            });
            Payload::Pieces(opened.chain([Bytes::from_static(b"]")]).collect())
        }
    }
}

fn events(answer: &Value) -> Vec<Value> {
    let parts = answer.pointer("/candidates/0/content/parts").and_then(Value::as_array);
    let Some(parts) = parts else { return vec![answer.clone()] };
    let mut events: Vec<Value> = parts.iter().flat_map(deltas).map(|part| event(answer, &part)).collect();
    let mut last = answer.clone();
    if let Some(last) = last.pointer_mut("/candidates/0/content") {
        *last = json!({ "role": "model" });
    }
    events.push(last);
    events
}

/// An event with one part. Usage is cumulative: the prompt is known from the start, the whole with the last event.
fn event(answer: &Value, part: &Value) -> Value {
    let usage = &answer["usageMetadata"];
    let candidate = json!({ "content": { "role": "model", "parts": [part] }, "index": 0 });
    json!({
        "candidates": [candidate],
        "usageMetadata": {
            "promptTokenCount": usage["promptTokenCount"],
            "totalTokenCount": usage["promptTokenCount"],
            "promptTokensDetails": usage["promptTokensDetails"],
        },
        "modelVersion": answer["modelVersion"],
        "responseId": answer["responseId"],
    })
}

/// A long text in several parts; anything else as it is.
fn deltas(part: &Value) -> Vec<Value> {
    let Some(text) = part["text"].as_str().filter(|text| !text.is_empty()) else { return vec![part.clone()] };
    let letters: Vec<char> = text.chars().collect();
    let pieces = letters.chunks(DELTA).map(|piece| {
        let mut part = part.clone();
        if let Some(text) = part.get_mut("text") {
            *text = Value::String(piece.iter().collect());
        }
        part
    });
    pieces.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pieces_are_the_answer() {
        let text = "слово ".repeat(100);
        let answer = json!({
            "candidates": [{ "content": { "parts": [{ "text": text }, { "inlineData": { "data": "AAAA" } }] }, "finishReason": "STOP" }],
            "usageMetadata": { "promptTokenCount": 5 }, "responseId": "r",
        });
        let events = events(&answer);
        let told: String =
            events.iter().filter_map(|event| event["candidates"][0]["content"]["parts"][0]["text"].as_str()).collect();
        assert_eq!(told, text);
        let pictures = events.iter().filter(|event| event.to_string().contains("AAAA")).count();
        assert_eq!((events.len(), pictures), (7, 1));
        assert!(events.iter().all(|event| event["responseId"] == "r"));
        assert_eq!(events.last().unwrap()["candidates"][0]["content"], json!({ "role": "model" }));
        assert_eq!(events.last().unwrap()["candidates"][0]["finishReason"], "STOP");
    }
}

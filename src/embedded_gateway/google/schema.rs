//! The fields that Google knows (`reference/gateway-and-gemini.md` B1). An unknown one is refused; `snake_case` names become camelCase.

use serde_json::{Map, Value, json};

use super::super::refusal;

/// What stands under a name.
enum Kind {
    /// A value, or something of which nothing is checked here.
    Any,
    One(Fields),
    Many(Fields),
}

type Fields = &'static [(&'static str, Kind)];

/// A `generateContent` body. `responseFormat` (v1 docs) is UNCONFIRMED on v1beta and unknown here.
const GENERATE: Fields = &[
    ("model", Kind::Any),
    ("contents", Kind::Many(CONTENT)),
    ("systemInstruction", Kind::One(CONTENT)),
    ("safetySettings", Kind::Many(&[("category", Kind::Any), ("threshold", Kind::Any), ("method", Kind::Any)])),
    ("tools", Kind::Any),
    ("toolConfig", Kind::Any),
    ("cachedContent", Kind::Any),
    ("serviceTier", Kind::Any),
    ("store", Kind::Any),
    ("generationConfig", Kind::One(GENERATION)),
];
const COUNT: Fields = &[("contents", Kind::Many(CONTENT)), ("generateContentRequest", Kind::One(GENERATE))];
const CONTENT: Fields = &[("role", Kind::Any), ("parts", Kind::Many(PART))];
const PART: Fields = &[
    ("text", Kind::Any),
    ("inlineData", Kind::One(&[("mimeType", Kind::Any), ("data", Kind::Any), ("displayName", Kind::Any)])),
    ("fileData", Kind::One(&[("mimeType", Kind::Any), ("fileUri", Kind::Any), ("displayName", Kind::Any)])),
    ("functionCall", Kind::Any),
    ("functionResponse", Kind::Any),
    ("executableCode", Kind::Any),
    ("codeExecutionResult", Kind::Any),
    ("thought", Kind::Any),
    ("thoughtSignature", Kind::Any),
    ("videoMetadata", Kind::Any),
    ("mediaResolution", Kind::Any),
    ("partMetadata", Kind::Any),
];
const GENERATION: Fields = &[
    ("responseModalities", Kind::Any),
    ("imageConfig", Kind::One(&[("aspectRatio", Kind::Any), ("imageSize", Kind::Any)])),
    ("temperature", Kind::Any),
    ("topP", Kind::Any),
    ("topK", Kind::Any),
    ("seed", Kind::Any),
    ("candidateCount", Kind::Any),
    ("maxOutputTokens", Kind::Any),
    ("stopSequences", Kind::Any),
    ("responseMimeType", Kind::Any),
    ("responseSchema", Kind::Any),
    ("responseJsonSchema", Kind::Any),
    ("presencePenalty", Kind::Any),
    ("frequencyPenalty", Kind::Any),
    ("responseLogprobs", Kind::Any),
    ("logprobs", Kind::Any),
    ("enableEnhancedCivicAnswers", Kind::Any),
    ("speechConfig", Kind::Any),
    ("mediaResolution", Kind::Any),
    (
        "thinkingConfig",
        Kind::One(&[("includeThoughts", Kind::Any), ("thinkingBudget", Kind::Any), ("thinkingLevel", Kind::Any)]),
    ),
];

/// A field that nobody knows: where, and what is said of it.
struct Violation {
    place: String,
    description: String,
}

/// A `generateContent` body with all names in camelCase, or Google's 400.
pub(super) fn generate(body: Value) -> Result<Value, Value> {
    checked(body, GENERATE)
}

/// The same of a `countTokens` body.
pub(super) fn count(body: Value) -> Result<Value, Value> {
    checked(body, COUNT)
}

fn checked(body: Value, fields: Fields) -> Result<Value, Value> {
    let mut violations = Vec::new();
    let body = one(body, fields, "", &mut violations);
    if violations.is_empty() {
        return Ok(body);
    }
    let descriptions: Vec<_> = violations.iter().map(|found| found.description.as_str()).collect();
    let listed: Vec<_> = violations.iter().map(|found| entry(&found.place, &found.description)).collect();
    let details = json!([{ "@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": listed }]);
    Err(refusal::google(400, "INVALID_ARGUMENT", &descriptions.join("\n"), details))
}

/// At the root there is no place to name.
fn entry(place: &str, description: &str) -> Value {
    if place.is_empty() {
        json!({ "description": description })
    } else {
        json!({ "field": place, "description": description })
    }
}

fn one(value: Value, fields: Fields, place: &str, violations: &mut Vec<Violation>) -> Value {
    let Value::Object(object) = value else { return value };
    let mut kept = Map::new();
    for (name, value) in object {
        let camel = camel(&name);
        let Some((_, kind)) = fields.iter().find(|(known, _)| *known == camel) else {
            let at = if place.is_empty() { String::new() } else { format!(" at '{place}'") };
            let description = format!("Invalid JSON payload received. Unknown name \"{name}\"{at}: Cannot find field.");
            violations.push(Violation { place: place.to_owned(), description });
            continue;
        };
        let snake = snake(&camel);
        let place = if place.is_empty() { snake } else { format!("{place}.{snake}") };
        let value = match (kind, value) {
            (Kind::One(fields), value) => one(value, fields, &place, violations),
            (Kind::Many(fields), Value::Array(values)) => {
                let values = values.into_iter().enumerate();
                values.map(|(index, value)| one(value, fields, &format!("{place}[{index}]"), violations)).collect()
            }
            (_, value) => value,
        };
        kept.insert(camel, value);
    }
    Value::Object(kept)
}

fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let mut letters = word.chars();
        let head = letters.next().map(|letter| letter.to_ascii_uppercase());
        name + &head.into_iter().chain(letters).collect::<String>()
    })
}

fn snake(name: &str) -> String {
    let letters = name.chars();
    letters.fold(String::new(), |name, letter| {
        if letter.is_ascii_uppercase() {
            format!("{name}_{}", letter.to_ascii_lowercase())
        } else {
            name + &letter.to_string()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_are_one() {
        let snake = json!({ "contents": [{ "parts": [{ "inline_data": { "mime_type": "a", "data": "b" } }] }], "generation_config": { "top_p": 1 } });
        let camel = json!({ "contents": [{ "parts": [{ "inlineData": { "mimeType": "a", "data": "b" } }] }], "generationConfig": { "topP": 1 } });
        assert_eq!(generate(snake).unwrap(), camel);
        assert_eq!(generate(camel.clone()).unwrap(), camel);
    }

    #[test]
    fn unknown_fields_are_all_named() {
        let refused = generate(json!({ "x": 1, "contents": [{ "parts": [{ "txt": "a" }] }] })).unwrap_err();
        let message = refused["error"]["message"].as_str().unwrap();
        assert!(message.contains("Invalid JSON payload received. Unknown name \"x\": Cannot find field."), "{message}");
        assert!(message.contains("Unknown name \"txt\" at 'contents[0].parts[0]': Cannot find field."), "{message}");
        let violations = refused["error"]["details"][0]["fieldViolations"].as_array().unwrap();
        assert!(violations.iter().any(|violation| violation["field"] == "contents[0].parts[0]"));
    }
}

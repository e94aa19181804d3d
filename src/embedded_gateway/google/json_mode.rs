//! JSON mode (`reference/gateway-and-gemini.md` B1, B6): an answer is JSON and nothing else, and follows the schema that was sent along.
//!
//! Google lets a model write nothing that the schema does not allow. Here what the built-in model says is brought into that shape.

use serde_json::{Map, Value, json};

/// What was said as JSON that follows `schema`. Prose is nothing that could be said in JSON.
pub(super) fn written(text: &str, schema: Option<&Value>) -> String {
    let said: Value = serde_json::from_str(text).unwrap_or_default();
    let json = match (schema, said) {
        (Some(schema), said) => shaped(said, schema),
        (None, Value::Null) => json!({}),
        (None, said) => said,
    };
    format!("{json:#}")
}

/// `said` as `schema` allows it; what is missing there, at its emptiest. A schema of a kind that is not known here allows everything.
fn shaped(said: Value, schema: &Value) -> Value {
    if said.is_null() && schema["nullable"] == true {
        return Value::Null;
    }
    match kind(schema).as_str() {
        "OBJECT" => object(said, schema),
        "ARRAY" => array(said, schema),
        "STRING" => word(&said, schema),
        "INTEGER" if said.is_i64() => said,
        "NUMBER" if said.is_number() => said,
        "BOOLEAN" if said.is_boolean() => said,
        "INTEGER" | "NUMBER" => 0.into(),
        "BOOLEAN" => false.into(),
        _ => said,
    }
}

/// `OBJECT` in `responseSchema`, `object` or `["object", "null"]` in `responseJsonSchema`.
fn kind(schema: &Value) -> String {
    let kinds = match &schema["type"] {
        Value::Array(kinds) => kinds.as_slice(),
        one => std::slice::from_ref(one),
    };
    let mut kinds = kinds.iter().filter_map(Value::as_str).map(str::to_ascii_uppercase);
    kinds.find(|kind| kind != "NULL").unwrap_or_default()
}

/// The properties of the schema: those that were said, and those that are required.
fn object(mut said: Value, schema: &Value) -> Value {
    let Some(properties) = schema["properties"].as_object() else {
        return if said.is_object() { said } else { json!({}) };
    };
    let required = schema["required"].as_array();
    let mut object = Map::new();
    for (name, schema) in properties {
        let value = said.get_mut(name.as_str()).map(Value::take).unwrap_or_default();
        let is_required = required.is_some_and(|names| names.iter().any(|listed| listed == name.as_str()));
        if is_required || !value.is_null() {
            object.insert(name.clone(), shaped(value, schema));
        }
    }
    Value::Object(object)
}

fn array(said: Value, schema: &Value) -> Value {
    let most = &schema["maxItems"];
    // Protobuf's JSON writes long numbers as text.
    let most = most.as_u64().or_else(|| most.as_str()?.parse().ok()).and_then(|most| usize::try_from(most).ok());
    let Value::Array(items) = said else { return json!([]) };
    items.into_iter().take(most.unwrap_or(usize::MAX)).map(|item| shaped(item, &schema["items"])).collect()
}

/// What was said, or the first word that may be.
fn word(said: &Value, schema: &Value) -> Value {
    let text = match said {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    match schema["enum"].as_array() {
        Some(words) if !words.iter().any(|word| word == text.as_str()) => {
            words.first().cloned().unwrap_or_else(|| text.into())
        }
        _ => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, schema: &Value) -> Value {
        serde_json::from_str(&written(text, Some(schema))).unwrap()
    }

    #[test]
    fn what_the_schema_does_not_know_is_not_said() {
        let color = json!({ "type": "OBJECT", "properties": { "hex": { "type": "STRING" } } });
        let schema = json!({
            "type": "OBJECT",
            "properties": {
                "slot": { "type": "STRING", "enum": ["top", "bottom"] },
                "colors": { "type": "ARRAY", "maxItems": "2", "items": color },
                "confidence": { "type": "NUMBER" },
            },
        });
        let said = r##"{"slot":"top","colors":[{"hex":"#1","name":"a"},{"hex":"#2"},{"hex":"#3"}],"confidence":0.72,"source":"worn"}"##;
        let wanted = json!({ "slot": "top", "colors": [{ "hex": "#1" }, { "hex": "#2" }], "confidence": 0.72 });
        assert_eq!(read(said, &schema), wanted);
    }

    #[test]
    fn what_is_required_is_there() {
        let schema = json!({
            "type": "object",
            "properties": {
                "name": { "type": "string" }, "slot": { "type": "string", "enum": ["top", "bottom"] },
                "pieces": { "type": "array", "items": { "type": "string" } }, "count": { "type": "integer" },
                "is_worn": { "type": "boolean" }, "note": { "type": ["string", "null"] },
                "source": { "type": "STRING", "nullable": true },
            },
            "required": ["name", "slot", "pieces", "count", "is_worn", "source"],
        });
        let wanted = json!({ "name": "", "slot": "top", "pieces": [], "count": 0, "is_worn": false, "source": null });
        assert_eq!(read(r#"{"slot":"cape","count":1.5}"#, &schema), wanted);
        assert_eq!(read("I see no picture.", &schema), wanted, "prose is no JSON");
    }

    #[test]
    fn without_a_schema_it_is_json_all_the_same() {
        assert_eq!(written("I see no picture.", None), "{}");
        assert_eq!(written(r#"{"a":[1]}"#, None), "{\n  \"a\": [\n    1\n  ]\n}");
        assert_eq!(read(r#"{"a":1}"#, &json!({})), json!({ "a": 1 }));
    }
}

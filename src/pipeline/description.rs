//! Reads the outfit out of what a model wrote or a user sent: prose around it, code fences, arrays and odd types do no harm.

use serde_json::Value;

use crate::look::outfit::{Color, Outfit, Piece};

/// More text than this is no description.
const MAX_INPUT: usize = 256 * 1024;

/// The outfit in `text`; `None` when there is no JSON object with at least a type or a named piece.
pub fn parse(text: &str) -> Option<Outfit> {
    if text.len() > MAX_INPUT {
        return None;
    }
    objects(text).find_map(|value| outfit(&value))
}

/// Every JSON value that begins at a brace, in order. An array of outfits gives its first one this way too.
fn objects(text: &str) -> impl Iterator<Item = Value> {
    // Few starts are tried: a text full of braces must not cost a parse each.
    text.match_indices('{').take(16).filter_map(|(at, _)| {
        let mut values = serde_json::Deserializer::from_str(text.get(at..)?).into_iter::<Value>();
        values.next()?.ok()
    })
}

fn outfit(value: &Value) -> Option<Outfit> {
    // Some models wrap the answer: {"outfit": {…}}.
    let value = value.get("outfit").filter(|inner| inner.is_object()).unwrap_or(value);
    let pieces: Vec<Piece> = match value.get("pieces") {
        Some(Value::Array(items)) => items.iter().filter_map(piece).take(Outfit::MAX_PIECES).collect(),
        Some(single @ Value::Object(_)) => piece(single).into_iter().collect(),
        _ => Vec::new(),
    };
    let first_name = || pieces.iter().map(|piece| piece.name.clone()).find(|name| !name.is_empty());
    let garment_type = text(value, "garment_type").or_else(first_name)?;
    Some(Outfit {
        garment_type,
        slot: choice(value, "slot"),
        source: choice(value, "source"),
        confidence: value.get("confidence").and_then(confidence),
        pieces,
    })
}

fn piece(value: &Value) -> Option<Piece> {
    if let Value::String(name) = value {
        return Some(Piece { name: cap(name)?, ..Piece::default() });
    }
    let piece = Piece {
        name: text(value, "name").unwrap_or_default(),
        colors: items(value, "colors").filter_map(color).take(Outfit::MAX_COLORS).collect(),
        pattern: text(value, "pattern"),
        material: text(value, "material"),
        finish: text(value, "finish"),
        neckline: text(value, "neckline"),
        sleeves: text(value, "sleeves"),
        length: text(value, "length"),
        fit: text(value, "fit"),
        closure: text(value, "closure"),
        details: items(value, "details").filter_map(Value::as_str).filter_map(cap).take(Outfit::MAX_DETAILS).collect(),
        text_on_garment: text(value, "text_on_garment"),
    };
    (piece != Piece::default()).then_some(piece)
}

fn color(value: &Value) -> Option<Color> {
    let (name, hex) = match value {
        Value::String(word) => match hex(word) {
            Some(hex) => (String::new(), Some(hex)),
            None => (cap(word)?, None),
        },
        other => (text(other, "name").unwrap_or_default(), text(other, "hex").as_deref().and_then(hex)),
    };
    (!name.is_empty() || hex.is_some()).then_some(Color { name, hex })
}

/// `#rrggbb` in lower case, or nothing: the value is put into a style.
fn hex(text: &str) -> Option<String> {
    let digits = text.trim().strip_prefix('#')?;
    let valid = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    valid.then(|| format!("#{}", digits.to_ascii_lowercase()))
}

#[expect(clippy::cast_possible_truncation, reason = "a share needs no more than f32 has")]
fn confidence(value: &Value) -> Option<f32> {
    let share = value.as_f64().or_else(|| value.as_str()?.parse().ok())?;
    share.is_finite().then(|| share.clamp(0.0, 1.0) as f32)
}

fn choice<T: serde::de::DeserializeOwned>(value: &Value, key: &str) -> Option<T> {
    let word = value.get(key)?.as_str()?.trim().to_ascii_lowercase().replace(['-', ' '], "_");
    serde_json::from_value(Value::String(word)).ok()
}

fn items<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    match value.get(key) {
        Some(Value::Array(items)) => items.as_slice(),
        Some(single @ (Value::String(_) | Value::Object(_))) => std::slice::from_ref(single),
        _ => &[],
    }
    .iter()
}

fn text(value: &Value, key: &str) -> Option<String> {
    match value.get(key)? {
        Value::String(text) => cap(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(items) => cap(&items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")),
        _ => None,
    }
}

/// The text on one line, without control characters, no longer than a text may be; `None` when nothing is left.
fn cap(text: &str) -> Option<String> {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line: String = words.collect::<Vec<_>>().join(" ").chars().take(Outfit::MAX_TEXT).collect();
    (!line.is_empty() && !matches!(line.as_str(), "null" | "N/A" | "n/a")).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::look::outfit::{Outfit, Slot, Source};

    #[test]
    fn a_full_description_is_read() {
        let outfit = parse(
            r##"{"garment_type":"t-shirt","slot":"top","pieces":[{"name":"tee","colors":[{"name":"red","hex":"#C02030"}],"pattern":"solid","details":["pocket"],"text_on_garment":"HI"}],"source":"flat_lay","confidence":0.9,"secret":"x"}"##,
        )
        .unwrap();
        assert_eq!(outfit.garment_type, "t-shirt");
        assert_eq!((outfit.slot, outfit.source), (Some(Slot::Top), Some(Source::FlatLay)));
        assert_eq!(outfit.main_color(), Some("#c02030"));
        assert!(!serde_json::to_string(&outfit).unwrap().contains("secret"));
        assert!(!serde_json::to_string(&outfit.without_free_text()).unwrap().contains("HI"));
    }

    #[test]
    fn what_models_write_around_it_does_no_harm() {
        for text in [
            "Sure! Here is the JSON:\n```json\n{\"garment_type\": \"dress\"}\n```\nEnjoy {it}!",
            "[{\"garment_type\": \"dress\"}, {\"garment_type\": \"hat\"}]",
            "{oops} {\"garment_type\": \"dress\", \"slot\": \"cape\", \"pieces\": null, \"confidence\": \"high\"}",
            "{\"outfit\": {\"garment_type\": \"dress\", \"pieces\": {\"name\": \"dress\"}}}",
            "{\"pieces\": [\"dress\", 7, null, {}]}",
            // Found by fuzzing: a piece without a name is not what the outfit is called by.
            "{\"pieces\": [{\"colors\": [\"red\"]}, \"dress\"]}",
        ] {
            assert_eq!(parse(text).map(|outfit| outfit.garment_type).as_deref(), Some("dress"), "{text}");
        }
    }

    #[test]
    fn what_is_no_description_is_none() {
        let braces = "{".repeat(100_000);
        let long = format!("{{\"garment_type\":\"{}\"", "x".repeat(300_000));
        for text in
            ["", "a nice dress", "{}", "null", "[1,2]", "{\"garment_type\": null}", braces.as_str(), long.as_str()]
        {
            assert_eq!(parse(text), None);
        }
    }

    #[test]
    fn texts_are_capped_and_colours_are_only_colours() {
        let text = format!(
            r##"{{"garment_type":"{}","pieces":[{{"name":"a\n\u0007b","colors":["#12345g","url(x)","#ABCDEF",{{"hex":"red;}}"}}]}}]}}"##,
            "я".repeat(500)
        );
        let outfit = parse(&text).unwrap();
        assert_eq!(outfit.garment_type.chars().count(), Outfit::MAX_TEXT);
        assert_eq!(outfit.pieces[0].name, "a b");
        let hexes: Vec<_> = outfit.pieces[0].colors.iter().map(|color| color.hex.clone()).collect();
        assert_eq!(hexes, [None, None, Some("#abcdef".to_owned())]);
    }
}

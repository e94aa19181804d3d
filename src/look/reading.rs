//! Events read back from their JSON, whoever has parsed it: in the browser that is the browser itself.
//!
//! By hand and not by serde's derive: a tagged enum is buffered and visited through code that is generated for each of its types,
//! which was a third of what the browser had to download.

use super::event::{Event, FailureNotice, Picture};
use super::failure::FailureCode;
use super::id::LookId;
use super::outfit::{Color, Outfit, Piece, Slot, Source};
use super::price::Tokens;
use super::step::Step;

/// A parsed JSON value.
pub trait Json: Sized {
    /// The field of that name, if this is an object that has it.
    fn field(&self, name: &str) -> Option<Self>;
    /// The items, if this is an array.
    fn items(&self) -> Vec<Self>;
    /// The text, if this is one.
    fn text(&self) -> Option<String>;
    /// The number, if this is one.
    fn number(&self) -> Option<f64>;
    /// Whether this is `true`.
    fn is_true(&self) -> bool;
}

/// The event that a line tells; `None` for anything else, also for an event of a newer server.
pub fn event<J: Json>(line: &J) -> Option<Event> {
    Some(match word(line, "event")?.as_str() {
        "accepted" => Event::Accepted { id: id(line)? },
        "queued" => Event::Queued { position: small(line, "position")? },
        "retrying" => Event::Retrying {
            step: step(line)?,
            attempt: small(line, "attempt")?,
            after_ms: small(line, "after_ms")?.into(),
        },
        "ping" => Event::Ping,
        "describing" => Event::Describing,
        "described" => Event::Described {
            outfit: outfit(&line.field("outfit")?),
            cached: flag(line, "cached"),
            model: text(line, "model"),
            elapsed_ms: small(line, "elapsed_ms")?.into(),
        },
        "generating" => Event::Generating,
        "done" => Event::Done {
            look: picture(&line.field("look")?)?,
            cached: flag(line, "cached"),
            model: text(line, "model"),
            cost_usd: number(line, "cost_usd"),
            saved_usd: number(line, "saved_usd"),
            tokens: line.field("tokens").map(|of| tokens(&of)).unwrap_or_default(),
            elapsed_ms: small(line, "elapsed_ms")?.into(),
            demo: flag(line, "demo"),
        },
        "failed" => Event::Failed(FailureNotice {
            step: step(line),
            // A code of a newer server still comes with its message.
            code: text(line, "code").parse().unwrap_or(FailureCode::Internal),
            message: text(line, "message"),
            hint: text(line, "hint"),
            retry_after_s: small(line, "retry_after_s"),
            request_id: word(line, "request_id"),
        }),
        _ => return None,
    })
}

fn picture<J: Json>(of: &J) -> Option<Picture> {
    Some(Picture {
        id: id(of)?,
        url: word(of, "url")?,
        mime: text(of, "mime"),
        width: small(of, "width")?,
        height: small(of, "height")?,
    })
}

fn tokens<J: Json>(of: &J) -> Tokens {
    let count = |name| small(of, name).unwrap_or_default().into();
    Tokens { prompt: count("prompt"), text: count("text"), image: count("image") }
}

fn outfit<J: Json>(of: &J) -> Outfit {
    #[expect(clippy::cast_possible_truncation, reason = "it was an f32 before it was JSON")]
    let confidence = number(of, "confidence").map(|confidence| confidence as f32);
    Outfit {
        garment_type: text(of, "garment_type"),
        slot: word(of, "slot").and_then(|name| slot(&name)),
        pieces: list(of, "pieces").iter().map(piece).collect(),
        source: word(of, "source").and_then(|name| source(&name)),
        confidence,
    }
}

fn piece<J: Json>(of: &J) -> Piece {
    Piece {
        name: text(of, "name"),
        colors: list(of, "colors").iter().map(color).collect(),
        pattern: word(of, "pattern"),
        material: word(of, "material"),
        finish: word(of, "finish"),
        neckline: word(of, "neckline"),
        sleeves: word(of, "sleeves"),
        length: word(of, "length"),
        fit: word(of, "fit"),
        closure: word(of, "closure"),
        details: list(of, "details").iter().filter_map(Json::text).collect(),
        text_on_garment: word(of, "text_on_garment"),
    }
}

fn color<J: Json>(of: &J) -> Color {
    Color { name: text(of, "name"), hex: word(of, "hex") }
}

fn slot(name: &str) -> Option<Slot> {
    Some(match name {
        "top" => Slot::Top,
        "bottom" => Slot::Bottom,
        "one_piece" => Slot::OnePiece,
        "outerwear" => Slot::Outerwear,
        "footwear" => Slot::Footwear,
        "accessory" => Slot::Accessory,
        "set" => Slot::Set,
        _ => return None,
    })
}

fn source(name: &str) -> Option<Source> {
    Some(match name {
        "flat_lay" => Source::FlatLay,
        "worn" => Source::Worn,
        _ => return None,
    })
}

fn word<J: Json>(of: &J, name: &str) -> Option<String> {
    of.field(name)?.text()
}

fn text<J: Json>(of: &J, name: &str) -> String {
    word(of, name).unwrap_or_default()
}

fn flag<J: Json>(of: &J, name: &str) -> bool {
    of.field(name).is_some_and(|value| value.is_true())
}

fn number<J: Json>(of: &J, name: &str) -> Option<f64> {
    of.field(name)?.number()
}

/// A whole number. As milliseconds it reaches for seven weeks.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates, which is what is wanted")]
fn small<J: Json>(of: &J, name: &str) -> Option<u32> {
    number(of, name).map(|number| number as u32)
}

fn list<J: Json>(of: &J, name: &str) -> Vec<J> {
    of.field(name).map(|list| list.items()).unwrap_or_default()
}

fn id<J: Json>(of: &J) -> Option<LookId> {
    LookId::parse(&word(of, "id")?)
}

fn step<J: Json>(of: &J) -> Option<Step> {
    match small(of, "step")? {
        1 => Some(Step::Describe),
        2 => Some(Step::TryOn),
        _ => None,
    }
}

/// What a server has parsed.
#[cfg(feature = "ssr")]
mod parsed {
    use serde_json::Value;

    use super::{Event, Json};

    /// The event that a line tells.
    pub fn line(line: &str) -> Option<Event> {
        super::event(&serde_json::from_str::<Value>(line).ok()?)
    }

    impl Json for Value {
        fn field(&self, name: &str) -> Option<Self> {
            self.get(name).cloned()
        }

        fn items(&self) -> Vec<Self> {
            self.as_array().cloned().unwrap_or_default()
        }

        fn text(&self) -> Option<String> {
            self.as_str().map(str::to_owned)
        }

        fn number(&self) -> Option<f64> {
            self.as_f64()
        }

        fn is_true(&self) -> bool {
            self.as_bool().unwrap_or_default()
        }
    }
}

/// What the browser has parsed.
#[cfg(not(feature = "ssr"))]
mod parsed {
    use js_sys::{Array, JSON, Reflect};
    use wasm_bindgen::{JsCast, JsValue};

    use super::{Event, Json};

    /// The event that a line tells.
    pub fn line(line: &str) -> Option<Event> {
        super::event(&JSON::parse(line).ok()?)
    }

    impl Json for JsValue {
        fn field(&self, name: &str) -> Option<Self> {
            Reflect::get(self, &Self::from_str(name)).ok()
        }

        fn items(&self) -> Vec<Self> {
            self.dyn_ref::<Array>().map(Array::to_vec).unwrap_or_default()
        }

        fn text(&self) -> Option<String> {
            self.as_string()
        }

        fn number(&self) -> Option<f64> {
            self.as_f64()
        }

        fn is_true(&self) -> bool {
            self.as_bool().unwrap_or_default()
        }
    }
}

pub use parsed::line;

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use strum::IntoEnumIterator;

    use super::line as event;
    use crate::look::event::{Event, FailureNotice, Picture};
    use crate::look::failure::FailureCode;
    use crate::look::id::LookId;
    use crate::look::outfit::{Color, Outfit, Piece, Slot, Source};
    use crate::look::price::Tokens;
    use crate::look::step::Step;

    fn reads_back(told: &Event) {
        let line = told.to_line();
        assert_eq!(event(&line).as_ref(), Some(told), "{line}");
    }

    #[test]
    fn every_event_reads_back_as_it_was_told() {
        let id = LookId::random().unwrap();
        let word = |text: &str| Some(text.to_owned());
        let piece = Piece {
            name: "dress".to_owned(),
            colors: vec![
                Color { name: "red".to_owned(), hex: word("#c0412a") },
                Color { name: String::new(), hex: None },
            ],
            pattern: word("solid"),
            material: word("cotton"),
            finish: word("matt"),
            neckline: word("V"),
            sleeves: word("none"),
            length: word("midi"),
            fit: word("slim"),
            closure: word("zip"),
            details: vec!["belt".to_owned()],
            text_on_garment: word("Привет \"мир\""),
        };
        let outfit = Outfit {
            garment_type: "dress".to_owned(),
            slot: None,
            pieces: vec![piece, Piece::default()],
            source: None,
            confidence: Some(0.75),
        };
        let described =
            |outfit| Event::Described { outfit, cached: true, model: "m".to_owned(), elapsed_ms: 4_000_000_000 };
        for slot in
            [Slot::Top, Slot::Bottom, Slot::OnePiece, Slot::Outerwear, Slot::Footwear, Slot::Accessory, Slot::Set]
        {
            reads_back(&described(Outfit { slot: Some(slot), ..outfit.clone() }));
        }
        for source in [Source::FlatLay, Source::Worn] {
            reads_back(&described(Outfit { source: Some(source), ..outfit.clone() }));
        }
        let picture =
            Picture { id: id.clone(), url: "/x".to_owned(), mime: "image/png".to_owned(), width: 3, height: 4 };
        for cost_usd in [None, Some(0.0), Some(0.0336)] {
            reads_back(&Event::Done {
                look: picture.clone(),
                cached: false,
                model: String::new(),
                cost_usd,
                saved_usd: cost_usd,
                tokens: Tokens { prompt: 3000, text: 70, image: 1120 },
                elapsed_ms: 1,
                demo: true,
            });
        }
        for told in [
            Event::Accepted { id },
            Event::Queued { position: 3 },
            Event::Retrying { step: Step::TryOn, attempt: 2, after_ms: 1800 },
            Event::Ping,
            Event::Describing,
            Event::Generating,
        ] {
            reads_back(&told);
        }
    }

    #[test]
    fn every_failure_reads_back() {
        for code in FailureCode::iter() {
            for (step, retry_after_s, request_id) in [(None, None, None), (Some(Step::Describe), Some(7), Some("r"))] {
                reads_back(&Event::Failed(FailureNotice {
                    step,
                    code,
                    message: "Сообщение".to_owned(),
                    hint: "Hint".to_owned(),
                    retry_after_s,
                    request_id: request_id.map(str::to_owned),
                }));
            }
        }
    }

    #[test]
    fn what_is_no_event_is_none_and_a_new_code_keeps_its_message() {
        for line in ["", "{", "[]", "{}", r#"{"event":"from_tomorrow"}"#, r#"{"event":"accepted","id":"../x"}"#] {
            assert_eq!(event(line), None, "{line}");
        }
        let Some(Event::Failed(notice)) = event(r#"{"event":"failed","code":"from_tomorrow","message":"m"}"#) else {
            panic!("not a failure");
        };
        assert_eq!((notice.code, notice.message.as_str()), (FailureCode::Internal, "m"));
    }
}

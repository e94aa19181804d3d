//! Events read back from their lines.
//!
//! By hand and not by serde's derive: a tagged enum is buffered and visited through code that is generated for each of its types,
//! which was a fifth of what the browser had to download.

use serde_json::Value;

use super::event::{Event, FailureNotice, Picture};
use super::failure::FailureCode;
use super::id::LookId;
use super::outfit::{Color, Outfit, Piece, Slot, Source};
use super::step::Step;

/// The event that a line tells; `None` for anything else, also for an event of a newer server.
pub fn event(line: &str) -> Option<Event> {
    let line: Value = serde_json::from_str(line).ok()?;
    let of = Fields(&line);
    Some(match line.get("event")?.as_str()? {
        "accepted" => Event::Accepted { id: of.id()? },
        "queued" => Event::Queued { position: of.small("position")? },
        "retrying" => {
            Event::Retrying { step: of.step()?, attempt: of.small("attempt")?, after_ms: of.number("after_ms")? }
        }
        "ping" => Event::Ping,
        "describing" => Event::Describing,
        "described" => Event::Described {
            outfit: outfit(of.inner("outfit")?),
            cached: of.flag("cached"),
            model: of.text("model"),
            elapsed_ms: of.number("elapsed_ms")?,
        },
        "generating" => Event::Generating,
        "done" => Event::Done {
            look: picture(of.inner("look")?)?,
            cached: of.flag("cached"),
            model: of.text("model"),
            cost_usd: line.get("cost_usd").and_then(Value::as_f64),
            elapsed_ms: of.number("elapsed_ms")?,
            demo: of.flag("demo"),
        },
        "failed" => Event::Failed(FailureNotice {
            step: of.step(),
            // A code of a newer server still comes with its message.
            code: of.text("code").parse().unwrap_or(FailureCode::Internal),
            message: of.text("message"),
            hint: of.text("hint"),
            retry_after_s: of.small("retry_after_s"),
            request_id: of.word("request_id"),
        }),
        _ => return None,
    })
}

fn picture(of: Fields) -> Option<Picture> {
    Some(Picture {
        id: of.id()?,
        url: of.word("url")?,
        mime: of.text("mime"),
        width: of.small("width")?,
        height: of.small("height")?,
    })
}

fn outfit(of: Fields) -> Outfit {
    #[expect(clippy::cast_possible_truncation, reason = "it was an f32 before it was JSON")]
    let confidence = of.0.get("confidence").and_then(Value::as_f64).map(|confidence| confidence as f32);
    Outfit {
        garment_type: of.text("garment_type"),
        slot: of.name("slot").and_then(slot),
        pieces: of.list("pieces").iter().map(|value| piece(Fields(value))).collect(),
        source: of.name("source").and_then(source),
        confidence,
    }
}

fn piece(of: Fields) -> Piece {
    Piece {
        name: of.text("name"),
        colors: of.list("colors").iter().map(|value| color(Fields(value))).collect(),
        pattern: of.word("pattern"),
        material: of.word("material"),
        finish: of.word("finish"),
        neckline: of.word("neckline"),
        sleeves: of.word("sleeves"),
        length: of.word("length"),
        fit: of.word("fit"),
        closure: of.word("closure"),
        details: of.list("details").iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        text_on_garment: of.word("text_on_garment"),
    }
}

fn color(of: Fields) -> Color {
    Color { name: of.text("name"), hex: of.word("hex") }
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

/// An object's fields by name.
#[derive(Clone, Copy)]
struct Fields<'a>(&'a Value);

impl<'a> Fields<'a> {
    fn inner(self, name: &str) -> Option<Self> {
        self.0.get(name).map(Self)
    }

    fn name(self, name: &str) -> Option<&'a str> {
        self.0.get(name)?.as_str()
    }

    fn word(self, name: &str) -> Option<String> {
        self.name(name).map(str::to_owned)
    }

    fn text(self, name: &str) -> String {
        self.word(name).unwrap_or_default()
    }

    fn flag(self, name: &str) -> bool {
        self.0.get(name).and_then(Value::as_bool).unwrap_or_default()
    }

    fn number(self, name: &str) -> Option<u64> {
        self.0.get(name)?.as_u64()
    }

    fn small(self, name: &str) -> Option<u32> {
        u32::try_from(self.number(name)?).ok()
    }

    fn list(self, name: &str) -> &'a [Value] {
        self.0.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    fn id(self) -> Option<LookId> {
        LookId::parse(self.name("id")?)
    }

    fn step(self) -> Option<Step> {
        Step::try_from(u8::try_from(self.number("step")?).ok()?).ok()
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use strum::IntoEnumIterator;

    use super::event;
    use crate::look::event::{Event, FailureNotice, Picture};
    use crate::look::failure::FailureCode;
    use crate::look::id::LookId;
    use crate::look::outfit::{Color, Outfit, Piece, Slot, Source};
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
        let described = |outfit| Event::Described { outfit, cached: true, model: "m".to_owned(), elapsed_ms: u64::MAX };
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

//! What happens to a look, one event a line.

use serde::{Deserialize, Serialize};

use super::failure::FailureCode;
use super::id::LookId;
use super::outfit::Outfit;
use super::price::Tokens;
use super::step::Step;

/// One line of `POST /api/looks`. The last one is always `done` or `failed`, and there is exactly one of these.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The photos are good and the look has a name.
    Accepted {
        /// The look's id.
        id: LookId,
    },
    /// The look waits for its turn.
    Queued {
        /// Place in the queue, 1 is next.
        position: u32,
    },
    /// A call failed in a way that may pass; it will be tried again.
    Retrying {
        /// The step whose call failed.
        step: Step,
        /// Number of the attempt to come, from 2.
        attempt: u32,
        /// How long until then, in milliseconds.
        after_ms: u64,
    },
    /// Nothing new: keeps proxies from closing a quiet stream.
    Ping,
    /// Step 1 has begun.
    Describing,
    /// Step 1 is done.
    Described {
        /// What PHOTO B shows.
        outfit: Outfit,
        /// Whether it came from a cache or from the request, so that nothing was paid.
        cached: bool,
        /// The model that answered; empty when none was asked.
        model: String,
        /// Milliseconds since the step began.
        elapsed_ms: u64,
    },
    /// Step 2 has begun.
    Generating,
    /// The look is made.
    Done {
        /// Where the picture is.
        look: Picture,
        /// Whether it came from a cache.
        cached: bool,
        /// The model that answered.
        model: String,
        /// What the look cost in dollars; `null` when the model's price is not known.
        cost_usd: Option<f64>,
        /// What the cache, or sharing the look with somebody who asked for the same, has saved in dollars; `null` when that is not known.
        saved_usd: Option<f64>,
        /// The tokens that were paid for, both steps and every attempt together; none where a cache answered.
        tokens: Tokens,
        /// Milliseconds since the look was accepted.
        elapsed_ms: u64,
        /// Whether the embedded gateway made it: a demonstration, not a try-on.
        demo: bool,
    },
    /// The look cannot be made.
    Failed(FailureNotice),
}

impl Event {
    /// Whether nothing can follow this event.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Done { .. } | Self::Failed(_))
    }

    /// The event as one line of ASCII JSON with its newline, so that a stream may be cut between any two bytes.
    #[cfg(feature = "ssr")]
    pub fn to_line(&self) -> String {
        use std::fmt::Write;

        let json = serde_json::to_string(self).unwrap_or_else(|_| r#"{"event":"ping"}"#.to_owned());
        let mut line = String::with_capacity(json.len() + 1);
        for character in json.chars() {
            if character.is_ascii() {
                line.push(character);
            } else {
                let mut units = [0_u16; 2];
                for unit in character.encode_utf16(&mut units) {
                    // Writing to a String cannot fail.
                    let _ = write!(line, "\\u{unit:04x}");
                }
            }
        }
        line.push('\n');
        line
    }
}

/// The picture of a finished look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// The look's id.
    pub id: LookId,
    /// Where the bytes are, a path on this site.
    pub url: String,
    /// `image/jpeg`, `image/png` or `image/webp`.
    pub mime: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

/// A failure as the user is told of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailureNotice {
    /// The step that failed, if one had begun.
    pub step: Option<Step>,
    /// The stable code.
    pub code: FailureCode,
    /// What happened, in the user's language.
    pub message: String,
    /// What to do about it, in the user's language.
    pub hint: String,
    /// Seconds after which a new attempt makes sense.
    pub retry_after_s: Option<u32>,
    /// What an operator can look for in the logs.
    pub request_id: Option<String>,
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::{Event, FailureNotice};
    use crate::look::failure::FailureCode;
    use crate::look::step::Step;

    #[test]
    fn a_line_is_ascii_and_reads_back() {
        let event = Event::Failed(FailureNotice {
            step: Some(Step::TryOn),
            code: FailureCode::NoImage,
            message: "Картинки нет 👗".to_owned(),
            hint: String::new(),
            retry_after_s: None,
            request_id: None,
        });
        let line = event.to_line();
        assert!(line.is_ascii() && line.ends_with('\n'), "{line}");
        assert!(line.starts_with(r#"{"event":"failed","step":2,"code":"no_image""#), "{line}");
        assert_eq!(serde_json::from_str::<Event>(&line).unwrap(), event);
    }
}

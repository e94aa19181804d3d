//! What is known of the models: one table, with its sources. A model that is not in it is asked all the same; it only has no price.
//!
//! Image models: ai.google.dev deprecations and pricing pages of September 2026, for 2.1 three agreeing third-party tables of October
//! 2026 (`reference/gateway-and-gemini.md` B9, B10). Text models: the same pricing page as quoted in July 2026.

use jiff::civil::{Date, date};

use super::aspect::ImageSize;

/// What is known of one model.
#[derive(Debug)]
pub struct ModelFacts {
    /// Google's id.
    pub id: &'static str,
    /// Whether it draws; a model that does not is for step 1 alone.
    pub drawing: Option<Drawing>,
    /// Whether it answers in JSON by a schema. Image models refuse that.
    pub has_json_mode: bool,
    /// Whether it thinks before it answers.
    pub thinking: Thinking,
    /// Dollars for a million tokens, paid standard tier; `None` while nobody has published them.
    pub price: Option<Price>,
    /// When Google switched it off, or says it will.
    pub shutdown: Option<Date>,
}

/// How a model draws.
#[derive(Debug)]
pub struct Drawing {
    /// The sizes it takes, smallest first. The `512` of some models is too small for a person and not offered.
    pub sizes: &'static [ImageSize],
    /// How many ratios it knows: the ten of [`super::aspect::AspectRatio`], or these and four very long ones.
    pub ratios: u8,
    /// Tokens of one picture at each of `sizes`.
    pub tokens: &'static [u64],
    /// The format it answers in, as seen; the answer's own `mimeType` is what counts.
    pub mime: &'static str,
}

/// Whether a model thinks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thinking {
    /// Never; asking for it is an error.
    Never,
    /// By default, and less or more on request.
    Adjustable,
    /// Always.
    Always,
}

/// Dollars for a million tokens of each kind.
#[derive(Clone, Copy, Debug)]
pub struct Price {
    /// Sent.
    pub prompt: f64,
    /// Answered as text or thought.
    pub text: f64,
    /// Answered as a picture.
    pub image: f64,
}

const ALL_SIZES: &[ImageSize] = &[ImageSize::OneK, ImageSize::TwoK, ImageSize::FourK];
const ONE_SIZE: &[ImageSize] = &[ImageSize::OneK];

const MODELS: &[ModelFacts] = &[
    ModelFacts {
        id: "gemini-nano-banana-2.1",
        drawing: Some(Drawing { sizes: ALL_SIZES, ratios: 14, tokens: &[1120, 1680, 3780], mime: "image/jpeg" }),
        price: Some(Price { prompt: 1.50, text: 7.50, image: 30.0 }),
        ..LIVE_IMAGE_MODEL
    },
    ModelFacts {
        id: "gemini-3.1-flash-image",
        drawing: Some(Drawing { sizes: ALL_SIZES, ratios: 14, tokens: &[1120, 1680, 2520], mime: "image/jpeg" }),
        price: Some(Price { prompt: 0.50, text: 3.00, image: 60.0 }),
        ..LIVE_IMAGE_MODEL
    },
    ModelFacts {
        id: "gemini-3.1-flash-lite-image",
        drawing: Some(Drawing { sizes: ONE_SIZE, ratios: 14, tokens: &[1120], mime: "image/jpeg" }),
        price: Some(Price { prompt: 0.25, text: 1.50, image: 30.0 }),
        ..LIVE_IMAGE_MODEL
    },
    ModelFacts {
        id: "gemini-3-pro-image",
        drawing: Some(Drawing { sizes: ALL_SIZES, ratios: 10, tokens: &[1120, 1120, 2000], mime: "image/jpeg" }),
        thinking: Thinking::Always,
        price: Some(Price { prompt: 2.00, text: 12.00, image: 120.0 }),
        ..LIVE_IMAGE_MODEL
    },
    ModelFacts {
        id: "gemini-2.5-flash-image",
        drawing: Some(Drawing { sizes: ONE_SIZE, ratios: 10, tokens: &[1290], mime: "image/png" }),
        thinking: Thinking::Never,
        price: Some(Price { prompt: 0.30, text: 2.50, image: 30.0 }),
        shutdown: Some(date(2026, 10, 2)),
        ..LIVE_IMAGE_MODEL
    },
    ModelFacts { id: "gemini-3.1-flash-image-preview", shutdown: Some(date(2026, 6, 25)), ..LIVE_IMAGE_MODEL },
    ModelFacts { id: "gemini-3-pro-image-preview", shutdown: Some(date(2026, 6, 25)), ..LIVE_IMAGE_MODEL },
    ModelFacts {
        id: "gemini-3.5-flash",
        price: Some(Price { prompt: 1.50, text: 9.00, image: 0.0 }),
        ..LIVE_TEXT_MODEL
    },
    ModelFacts {
        id: "gemini-3.1-flash-lite",
        price: Some(Price { prompt: 0.25, text: 1.50, image: 0.0 }),
        ..LIVE_TEXT_MODEL
    },
    ModelFacts {
        id: "gemini-2.5-flash",
        price: Some(Price { prompt: 0.30, text: 2.50, image: 0.0 }),
        // As Google listed it (`reference/peers.md` 0).
        shutdown: Some(date(2026, 10, 16)),
        ..LIVE_TEXT_MODEL
    },
];

const LIVE_IMAGE_MODEL: ModelFacts = ModelFacts {
    id: "",
    drawing: Some(Drawing { sizes: ALL_SIZES, ratios: 10, tokens: &[1120, 1680, 2520], mime: "image/jpeg" }),
    has_json_mode: false,
    thinking: Thinking::Adjustable,
    price: None,
    shutdown: None,
};

const LIVE_TEXT_MODEL: ModelFacts = ModelFacts { drawing: None, has_json_mode: true, ..LIVE_IMAGE_MODEL };

impl ModelFacts {
    /// What is known of the model of that id.
    pub fn of(id: &str) -> Option<&'static Self> {
        MODELS.iter().find(|model| model.id == id)
    }

    /// The highest of all known prices, for a model whose price is not known.
    pub fn dearest() -> Price {
        let nothing = Price { prompt: 0.0, text: 0.0, image: 0.0 };
        MODELS.iter().filter_map(|model| model.price).fold(nothing, |most, price| Price {
            prompt: most.prompt.max(price.prompt),
            text: most.text.max(price.text),
            image: most.image.max(price.image),
        })
    }

    /// Whether Google has switched it off by `today`, as far as is known.
    pub fn is_retired(&self, today: Date) -> bool {
        self.shutdown.is_some_and(|shutdown| shutdown <= today)
    }
}

impl Drawing {
    /// The size that is drawn when `wanted` is asked for: itself, or the largest below it.
    pub fn size(&self, wanted: ImageSize) -> ImageSize {
        self.sizes.iter().rev().find(|size| **size <= wanted).copied().unwrap_or_default()
    }

    /// Tokens of one picture of `size`.
    pub fn tokens_at(&self, size: ImageSize) -> Option<u64> {
        let at = self.sizes.iter().position(|known| *known == size)?;
        self.tokens.get(at).copied()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{MODELS, ModelFacts};
    use crate::look::aspect::ImageSize;

    #[test]
    fn the_table_is_whole() {
        for model in MODELS {
            assert!(MODELS.iter().filter(|other| other.id == model.id).count() == 1, "{}", model.id);
            assert!(model.drawing.is_none() || !model.has_json_mode, "image models refuse JSON mode: {}", model.id);
            if let Some(drawing) = &model.drawing {
                assert_eq!(drawing.sizes.len(), drawing.tokens.len(), "{}", model.id);
            }
        }
    }

    #[test]
    fn a_model_is_retired_from_its_last_day_on() {
        let old = ModelFacts::of("gemini-2.5-flash-image").unwrap();
        assert!(!old.is_retired(date(2026, 10, 1)) && old.is_retired(date(2026, 10, 2)));
        assert!(!ModelFacts::of("gemini-nano-banana-2.1").unwrap().is_retired(date(2030, 1, 1)));
    }

    #[test]
    fn a_size_that_a_model_lacks_becomes_the_next_smaller_one() {
        let size = |id: &str, wanted| ModelFacts::of(id).unwrap().drawing.as_ref().unwrap().size(wanted);
        assert_eq!(size("gemini-3.1-flash-lite-image", ImageSize::FourK), ImageSize::OneK);
        assert_eq!(size("gemini-3-pro-image", ImageSize::FourK), ImageSize::FourK);
    }
}

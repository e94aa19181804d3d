//! Google's models: which there are, what each can do and costs (`reference/gateway-and-gemini.md` B9, B10).

use serde_json::{Value, json};

use super::super::reply::Tally;

/// A model.
#[derive(Debug)]
pub(in super::super) struct Model {
    pub(in super::super) id: &'static str,
    display_name: &'static str,
    /// None for a model of words.
    pub(in super::super) draws: Option<Draws>,
    /// Tokens of thought for an answer at the model's default level, 0 where that is a minimum; none for a model that cannot think.
    pub(in super::super) thoughts: Option<u32>,
    /// US dollars per million tokens: input, text and thoughts, pictures.
    prices: (f64, f64, f64),
    /// What its 404 recommends, for a model that Google has switched off.
    pub(in super::super) successor: Option<&'static str>,
}

/// How a model draws.
#[derive(Debug)]
pub(in super::super) struct Draws {
    pub(in super::super) mime: &'static str,
    /// Sizes with the tokens of a picture.
    pub(in super::super) sizes: &'static [(&'static str, u32)],
    /// Whether the four narrow ratios are there.
    pub(in super::super) has_narrow_ratios: bool,
    /// Whether the pixels are those of the 2.5 generation.
    pub(in super::super) is_old: bool,
}

const JPEG: &str = "image/jpeg";
const FLASH: Draws = Draws {
    mime: JPEG,
    sizes: &[("512", 747), ("1K", 1120), ("2K", 1680), ("4K", 2520)],
    has_narrow_ratios: true,
    is_old: false,
};
/// Whether it has the 512 of Google's table is UNCONFIRMED: here it has not.
const LITE: Draws = Draws { mime: JPEG, sizes: &[("1K", 1120)], has_narrow_ratios: true, is_old: false };
const PRO: Draws =
    Draws { mime: JPEG, sizes: &[("1K", 1120), ("2K", 1120), ("4K", 2000)], has_narrow_ratios: false, is_old: false };
/// 14 or 10 ratios is UNCONFIRMED: here 14.
const BANANA: Draws =
    Draws { mime: JPEG, sizes: &[("1K", 1120), ("2K", 1680), ("4K", 3780)], has_narrow_ratios: true, is_old: false };
const OLD: Draws = Draws { mime: "image/png", sizes: &[("1K", 1290)], has_narrow_ratios: false, is_old: true };

/// All of them. Text models are there for step 1 and for JSON mode; their prices are those of Google's pricing page as quoted in July 2026,
/// their tokens of thought are UNCONFIRMED.
static MODELS: [Model; 10] = [
    Model {
        id: "gemini-nano-banana-2.1",
        display_name: "Nano Banana 2.1",
        draws: Some(BANANA),
        thoughts: Some(180),
        prices: (1.5, 7.5, 30.0),
        successor: None,
    },
    Model {
        id: "gemini-3.1-flash-lite-image",
        display_name: "Nano Banana 2 Lite",
        draws: Some(LITE),
        thoughts: Some(40),
        prices: (0.25, 1.5, 30.0),
        successor: None,
    },
    Model {
        id: "gemini-3.1-flash-image",
        display_name: "Nano Banana 2",
        draws: Some(FLASH),
        thoughts: Some(40),
        prices: (0.5, 3.0, 60.0),
        successor: None,
    },
    Model {
        id: "gemini-3-pro-image",
        display_name: "Nano Banana Pro",
        draws: Some(PRO),
        thoughts: Some(260),
        prices: (2.0, 12.0, 120.0),
        successor: None,
    },
    Model {
        id: "gemini-3.5-flash",
        display_name: "Gemini 3.5 Flash",
        draws: None,
        thoughts: Some(90),
        prices: (1.5, 9.0, 0.0),
        successor: None,
    },
    Model {
        id: "gemini-3.1-flash-lite",
        display_name: "Gemini 3.1 Flash-Lite",
        draws: None,
        thoughts: Some(0),
        prices: (0.25, 1.5, 0.0),
        successor: None,
    },
    // Deprecated, and closed to who has not used it before, but it answers: Google's page of November 2026 names 1 December as its last
    // day. What is asked of it afterwards is said to be answered by gemini-3.5-flash-lite, not by a 404 (UNCONFIRMED).
    Model {
        id: "gemini-2.5-flash",
        display_name: "Gemini 2.5 Flash",
        draws: None,
        thoughts: Some(120),
        prices: (0.3, 2.5, 0.0),
        successor: None,
    },
    Model {
        id: "gemini-2.5-flash-image",
        display_name: "Nano Banana",
        draws: Some(OLD),
        thoughts: None,
        prices: (0.3, 2.5, 30.0),
        successor: Some("gemini-3.1-flash-image"),
    },
    Model {
        id: "gemini-3.1-flash-image-preview",
        display_name: "Nano Banana 2 Preview",
        draws: Some(FLASH),
        thoughts: Some(40),
        prices: (0.5, 3.0, 60.0),
        successor: Some("gemini-3.1-flash-image"),
    },
    Model {
        id: "gemini-3-pro-image-preview",
        display_name: "Nano Banana Pro Preview",
        draws: Some(PRO),
        thoughts: Some(260),
        prices: (2.0, 12.0, 120.0),
        successor: Some("gemini-3-pro-image"),
    },
];

/// The model of that id.
pub(in super::super) fn find(id: &str) -> Option<&'static Model> {
    MODELS.iter().find(|model| model.id == id)
}

/// All models, those that are switched off among them.
pub(in super::super) fn all() -> &'static [Model] {
    &MODELS
}

/// What a call has cost in US dollars (B10). That Cloudflare counts the tokens of pictures by their own price is UNCONFIRMED.
pub(in super::super) fn cost(tally: &Tally) -> f64 {
    let Some(Model { prices: (input, text, picture), .. }) = find(&tally.model) else { return 0.0 };
    let words = tally.tokens_out.saturating_sub(tally.image_tokens);
    let million =
        f64::from(tally.tokens_in) * input + f64::from(words) * text + f64::from(tally.image_tokens) * picture;
    million / 1e6
}

impl Model {
    /// The model as `ListModels` describes it.
    pub(super) fn described(&self) -> Value {
        let (_, version) = self.id.split_once('-').unwrap_or_default();
        json!({
            "name": format!("models/{}", self.id),
            "version": version,
            "displayName": self.display_name,
            "description": format!("{}, played by Primerka's embedded gateway", self.display_name),
            "inputTokenLimit": 131_072,
            "outputTokenLimit": 32_768,
            "supportedGenerationMethods": ["generateContent", "countTokens", "batchGenerateContent"],
            "temperature": 1,
            "topP": 0.95,
            "topK": 64,
            "maxTemperature": 2,
            "thinking": self.thoughts.is_some(),
        })
    }

    /// The generation of the tokens that a photo counts (B8): Gemini 3 by resolution, before that by tiles, of which one is taken.
    pub(super) fn tokens_of_photo(&self) -> u32 {
        if self.id.starts_with("gemini-2.") { 258 } else { 1120 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_are_those_of_the_price_list() {
        let picture = |model: &str, tokens: u32| {
            cost(&Tally { model: model.to_owned(), tokens_in: 0, tokens_out: tokens, image_tokens: tokens })
        };
        let near = |a: f64, b: f64| assert!((a - b).abs() < 5e-4, "{a} {b}");
        near(picture("gemini-2.5-flash-image", 1290), 0.039);
        near(picture("gemini-3.1-flash-image", 747), 0.045);
        near(picture("gemini-3.1-flash-image", 2520), 0.151);
        near(picture("gemini-3-pro-image", 2000), 0.24);
        near(picture("gemini-3.1-flash-lite-image", 1120), 0.0336);
        near(picture("gemini-nano-banana-2.1", 3780), 0.1134);
        let words = |model: &str| {
            cost(&Tally { model: model.to_owned(), tokens_in: 1_000_000, tokens_out: 1_000_000, image_tokens: 0 })
        };
        near(words("gemini-3.1-flash-lite"), 1.75);
        near(words("gemini-3.5-flash"), 10.5);
    }

    #[test]
    fn photos_count_by_the_models_generation() {
        let tokens = |model: &str| find(model).unwrap().tokens_of_photo();
        assert_eq!([tokens("gemini-2.5-flash"), tokens("gemini-2.5-flash-image")], [258, 258]);
        assert_eq!([tokens("gemini-3.1-flash-lite"), tokens("gemini-nano-banana-2.1")], [1120, 1120]);
    }
}

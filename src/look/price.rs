//! What a call costs.

use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::model::ModelFacts;

/// Tokens to pay for, as Google's `usageMetadata` counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tokens {
    /// Sent.
    pub prompt: u64,
    /// Answered as text, thinking counted in.
    pub text: u64,
    /// Answered as pictures, drafts counted in.
    pub image: u64,
}

impl std::ops::Add for Tokens {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            prompt: self.prompt.saturating_add(other.prompt),
            text: self.text.saturating_add(other.text),
            image: self.image.saturating_add(other.image),
        }
    }
}

/// Money as whole billionths of a dollar, whose sums are exact.
#[cfg(feature = "ssr")]
pub mod nanos {
    /// To the nearest billionth.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "`as` saturates, which is what is wanted"
    )]
    pub fn from_usd(usd: f64) -> u64 {
        (usd * 1e9).round() as u64
    }

    /// As dollars, to tell.
    #[expect(clippy::cast_precision_loss, reason = "exact to nine million dollars")]
    pub fn to_usd(nanos: u64) -> f64 {
        nanos as f64 / 1e9
    }
}

/// The price of a call in dollars, or `None` for a model whose price is not known. What cost no tokens costs nothing.
#[cfg(feature = "ssr")]
#[expect(clippy::cast_precision_loss, reason = "token counts are far below 2^52")]
pub fn cost_usd(model: &str, tokens: Tokens) -> Option<f64> {
    if tokens == Tokens::default() {
        return Some(0.0);
    }
    let price = ModelFacts::of(model)?.price?;
    let millionths =
        tokens.prompt as f64 * price.prompt + tokens.text as f64 * price.text + tokens.image as f64 * price.image;
    Some(millionths / 1_000_000.0)
}

/// What one call can cost at most: `prompt` tokens sent, and `answer` tokens (its `maxOutputTokens`) of the dearest kind that can come. A model
/// whose price is not known is taken for the dearest that is.
#[cfg(feature = "ssr")]
#[expect(clippy::cast_precision_loss, reason = "token counts are far below 2^52")]
pub fn worst_cost_usd(model: &str, prompt: u64, answer: u64) -> f64 {
    let price = ModelFacts::of(model).and_then(|facts| facts.price).unwrap_or(ModelFacts::dearest());
    (prompt as f64 * price.prompt + answer as f64 * price.text.max(price.image)) / 1_000_000.0
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::{Tokens, cost_usd, worst_cost_usd};

    #[test]
    fn one_picture_costs_what_the_price_list_says() {
        for (model, image, price) in [
            ("gemini-nano-banana-2.1", 1120, 0.0336),
            ("gemini-3.1-flash-image", 1120, 0.0672),
            ("gemini-3.1-flash-lite-image", 1120, 0.0336),
            ("gemini-3-pro-image", 2000, 0.24),
            ("gemini-2.5-flash-image", 1290, 0.0387),
        ] {
            let cost = cost_usd(model, Tokens { image, ..Tokens::default() }).unwrap();
            assert!((cost - price).abs() < 1e-9, "{model} {cost}");
        }
    }

    #[test]
    fn an_unknown_price_is_unknown_and_nothing_costs_nothing() {
        assert_eq!(cost_usd("a-model-of-tomorrow", Tokens { prompt: 1, ..Tokens::default() }), None);
        assert_eq!(cost_usd("a-model-of-tomorrow", Tokens::default()), Some(0.0));
    }

    #[test]
    fn no_call_costs_more_than_the_worst_one() {
        let worst = worst_cost_usd("gemini-nano-banana-2.1", 3000, 8192);
        let usual = cost_usd("gemini-nano-banana-2.1", Tokens { prompt: 3000, text: 7072, image: 1120 }).unwrap();
        assert!(usual < worst, "{usual} {worst}");
        assert!((worst_cost_usd("gemini-3.1-flash-lite", 0, 1_000_000) - 1.5).abs() < 1e-9);
        assert!(worst_cost_usd("a-model-of-tomorrow", 0, 1_000_000) >= 120.0);
    }
}

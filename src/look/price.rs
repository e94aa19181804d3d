//! What a call costs.

/// Tokens of one call, as `usageMetadata` counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Tokens sent.
    pub prompt: u64,
    /// Tokens answered as pictures.
    pub image: u64,
    /// Tokens answered as text, thinking counted in.
    pub text: u64,
}

/// Dollars for a million tokens of each kind.
struct Price {
    model: &'static str,
    prompt: f64,
    text: f64,
    image: f64,
}

/// Paid standard tier. Sources: ai.google.dev/pricing as quoted on 2026-09-24, for 2.1 three agreeing third-party tables of October 2026 (`reference/gateway-and-gemini.md` B10).
const PRICES: [Price; 5] = [
    Price { model: "gemini-2.5-flash-image", prompt: 0.30, text: 2.50, image: 30.0 },
    Price { model: "gemini-3.1-flash-image", prompt: 0.50, text: 3.00, image: 60.0 },
    Price { model: "gemini-3.1-flash-lite-image", prompt: 0.25, text: 1.50, image: 30.0 },
    Price { model: "gemini-3-pro-image", prompt: 2.00, text: 12.00, image: 120.0 },
    Price { model: "gemini-nano-banana-2.1", prompt: 1.50, text: 7.50, image: 30.0 },
];

/// The price of a call in dollars, or `None` for a model that the table does not know.
#[expect(clippy::cast_precision_loss, reason = "token counts are far below 2^52")]
pub fn cost_usd(model: &str, usage: Usage) -> Option<f64> {
    let price = PRICES.iter().find(|price| price.model == model)?;
    let millionths =
        usage.prompt as f64 * price.prompt + usage.text as f64 * price.text + usage.image as f64 * price.image;
    Some(millionths / 1_000_000.0)
}

#[cfg(test)]
mod tests {
    use super::{Usage, cost_usd};

    #[test]
    fn one_picture_costs_what_the_price_list_says() {
        let picture = Usage { prompt: 0, image: 1120, text: 0 };
        let cost = cost_usd("gemini-nano-banana-2.1", picture).unwrap();
        assert!((cost - 0.0336).abs() < 1e-9, "{cost}");
        assert_eq!(cost_usd("a-model-of-tomorrow", picture), None);
    }
}

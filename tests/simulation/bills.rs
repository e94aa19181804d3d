//! What the gateway really charges: the truth that the books are held against.

use std::collections::BTreeMap;

use primerka::config::BudgetConfig;
use primerka::look::price::Tokens;
use primerka::look::step::Step;

/// What some calls have cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bill {
    /// In billionths of a dollar.
    pub nanos: u64,
    /// As one reads it from the gateway's log, which does not tell words from pictures and so errs upward; `None` where it tells no price.
    pub logged: Option<u64>,
    /// The tokens that were told.
    pub tokens: Tokens,
    /// Some of it was never told to whoever called.
    pub is_vague: bool,
}

impl Default for Bill {
    fn default() -> Self {
        Self { nanos: 0, logged: Some(0), tokens: Tokens::default(), is_vague: false }
    }
}

/// All bills of a world.
#[derive(Default)]
pub struct Bills {
    /// By the request that a call was made for.
    pub asks: BTreeMap<u64, Bill>,
    /// By the look's name in the gateway's log and the step.
    pub steps: BTreeMap<(String, u8), Bill>,
    days: BTreeMap<u64, u64>,
    months: BTreeMap<u64, u64>,
}

impl std::ops::Add for Bill {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            nanos: self.nanos + other.nanos,
            logged: self.logged.zip(other.logged).map(|(one, other)| one + other),
            tokens: self.tokens + other.tokens,
            is_vague: self.is_vague || other.is_vague,
        }
    }
}

impl Bills {
    /// Charges a call. Gives what its step has cost by now.
    pub fn charge(&mut self, ask: u64, trace: &str, step: u8, bill: Bill) -> Bill {
        let of_ask = self.asks.entry(ask).or_default();
        *of_ask = *of_ask + bill;
        let of_step = self.steps.entry((trace.to_owned(), step)).or_default();
        *of_step = *of_step + bill;
        *of_step
    }

    /// Counts a charge to the day and the month in which it was reserved. Tells whether these are still within the budget.
    pub fn count(&mut self, day: u64, month: u64, nanos: u64, budget: BudgetConfig) -> bool {
        let of_day = self.days.entry(day).or_default();
        *of_day += nanos;
        let of_month = self.months.entry(month).or_default();
        *of_month += nanos;
        *of_day <= budget.day_nanos && *of_month <= budget.month_nanos
    }
}

/// Billionths of a dollar for each token of a model: sent, written, drawn. As Google's price list has them, apart from the program's table.
pub const PRICES: [(&str, Tokens); 2] = [
    ("gemini-nano-banana-2.1", Tokens { prompt: 1_500, text: 7_500, image: 30_000 }),
    ("gemini-3.1-flash-lite-image", Tokens { prompt: 250, text: 1_500, image: 30_000 }),
];

/// What so many tokens cost.
pub fn price(rate: Tokens, tokens: Tokens) -> u64 {
    rate.prompt * tokens.prompt + rate.text * tokens.text + rate.image * tokens.image
}

/// The same for somebody who does not know which tokens were drawn: in step 2 all.
pub fn logged_price(step: Step, rate: Tokens, tokens: Tokens) -> u64 {
    let drawn = Tokens { text: 0, image: tokens.text + tokens.image, ..tokens };
    price(rate, if step == Step::TryOn { drawn } else { tokens })
}

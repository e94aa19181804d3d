//! What can become of a call, what is answered then, and what it costs.

use bytes::Bytes;
use primerka::look::failure::{Failure, FailureCode};
use primerka::look::price::Tokens;
use primerka::look::step::Step;
use primerka::pipeline::gateway_logs::LogRow;
use primerka::pipeline::upstream::{Answer, AnswerImage, Call, Charge, Output, Refused};

use super::bills::{Bill, PRICES, logged_price, price};
use super::content::{Content, jpeg};
use super::dice::Dice;

/// What becomes of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// What was asked for.
    Good,
    /// The same, from the gateway's cache.
    Cached,
    /// The same, and nobody counted the tokens.
    Uncounted,
    /// The same, by a model whose price nobody knows.
    Unpriced,
    /// An answer that is of no use.
    Flawed(Flaw),
    /// No answer, and nothing to pay.
    Free(FailureCode),
    /// No answer, and the tokens that it took are to be paid.
    Counted(FailureCode),
    /// No answer, and nobody knows what is to be paid.
    Unknown(FailureCode),
    /// The code that made the call panics.
    Panic,
    /// Nothing ever comes.
    Hang,
}

/// Why an answer is of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Words where a picture or a description was asked for.
    Words,
    /// Nothing at all.
    Empty,
    /// A picture that is none.
    Garbage,
    /// One of the photos.
    Unchanged,
    /// A picture of another shape.
    Misshapen,
}

/// What is answered, what it costs, and what the gateway writes down of it.
pub struct Reply {
    pub answer: Result<Answer, Refused>,
    pub bill: Bill,
    pub row: LogRow,
}

/// What a call is made for: the request and what that wants, and the name of the call in the gateway's log.
#[derive(Clone, Debug)]
pub struct Cause {
    pub ask: u64,
    pub content: Content,
    pub request_id: String,
}

impl Outcome {
    /// In good weather.
    pub fn usual(dice: &mut Dice) -> Self {
        match dice.below(60) {
            0 | 1 => Self::Cached,
            2 => Self::Uncounted,
            3 => Self::Unpriced,
            _ => Self::Good,
        }
    }

    /// When something goes wrong.
    pub fn bad(step: Step, dice: &mut Dice) -> Self {
        let free = [
            FailureCode::RateLimited,
            FailureCode::Overloaded,
            FailureCode::GatewayUnreachable,
            FailureCode::Unauthorized,
            FailureCode::QuotaExhausted,
        ];
        let blocked = if step == Step::Describe { FailureCode::PromptBlocked } else { FailureCode::ImageBlocked };
        match dice.below(20) {
            0..=6 => Self::Flawed(Flaw::of(step, dice)),
            7..=11 => Self::Free(dice.one_of(&free)),
            12..=14 => Self::Counted(blocked),
            15..=18 => Self::Unknown(dice.one_of(&[FailureCode::Timeout, FailureCode::GatewayError])),
            _ => Self::Panic,
        }
    }

    /// How long it takes.
    pub fn wait_ms(self, step: Step, dice: &mut Dice) -> u64 {
        match (self, step) {
            (Self::Cached | Self::Free(_), _) => dice.between(20, 2_000),
            (Self::Unknown(_), _) => dice.between(5_000, 180_000),
            (_, Step::Describe) => dice.between(300, 8_000),
            (_, Step::TryOn) => dice.between(2_000, 50_000),
        }
    }

    /// What is answered to `call`. When the log's row begins, the gateway knows.
    pub fn reply(self, call: &Call, cause: &Cause, dice: &mut Dice) -> Reply {
        let (model, rate) = dice.one_of(&PRICES);
        let tokens = tokens(call.step, dice);
        let bill = |tokens: Tokens, is_vague| Bill {
            nanos: price(rate, tokens),
            logged: Some(logged_price(call.step, rate, tokens)),
            tokens,
            is_vague,
        };
        let row = |tokens: Option<Tokens>, success| LogRow {
            id: cause.request_id.clone(),
            trace: call.origin.trace.clone(),
            step: Some(call.step),
            model: model.to_owned(),
            tokens_in: tokens.map(|tokens| tokens.prompt),
            tokens_out: tokens.map(|tokens| tokens.text + tokens.image),
            success,
            ..LogRow::default()
        };
        let answered = |tokens: Option<Tokens>, model: &str| Ok(self.answer(call, cause, tokens, model));
        let refused = |code: FailureCode, charge| {
            Err(Refused { failure: Failure::new(code).request_id(Some(cause.request_id.clone())), charge })
        };
        let (answer, bill, row) = match self {
            Self::Good | Self::Flawed(_) => {
                (answered(Some(tokens), model), bill(tokens, false), row(Some(tokens), true))
            }
            Self::Cached => {
                let row = LogRow { cached: true, ..row(None, true) };
                (answered(Some(Tokens::default()), model), Bill::default(), row)
            }
            Self::Uncounted => (answered(None, model), bill(tokens, true), row(Some(tokens), true)),
            Self::Unpriced => {
                let model = "a-model-of-tomorrow";
                let row = LogRow { model: model.to_owned(), ..row(Some(tokens), true) };
                (answered(Some(tokens), model), Bill { logged: None, ..bill(tokens, true) }, row)
            }
            Self::Free(code) => (refused(code, Charge::Nothing), Bill::default(), row(None, false)),
            Self::Counted(code) => {
                // It was read, and thought about, and nothing was drawn.
                let tokens = Tokens { image: 0, ..tokens };
                let charge = Charge::Counted { model: model.to_owned(), tokens };
                (refused(code, charge), bill(tokens, false), row(Some(tokens), false))
            }
            Self::Unknown(code) if dice.percent(50) => {
                (refused(code, Charge::Unknown), bill(tokens, true), row(Some(tokens), true))
            }
            Self::Unknown(code) => {
                let bill = Bill { is_vague: true, ..Bill::default() };
                (refused(code, Charge::Unknown), bill, row(None, false))
            }
            Self::Panic | Self::Hang => {
                (refused(FailureCode::Timeout, Charge::Unknown), bill(tokens, true), row(Some(tokens), true))
            }
        };
        Reply { answer, bill, row }
    }

    fn answer(self, call: &Call, cause: &Cause, tokens: Option<Tokens>, model: &str) -> Answer {
        let Cause { ask, content, request_id } = cause;
        let image = match call.output {
            Output::Text => None,
            Output::Image { ratio, .. } => self.picture(call, &format!("look {ask} {}", content.word()), ratio.parts()),
        };
        let text = match (call.output, self) {
            (_, Self::Flawed(Flaw::Words)) => "A nice dress, I think.".to_owned(),
            (_, Self::Flawed(_)) | (Output::Image { .. }, _) => String::new(),
            (Output::Text, _) => format!(r#"{{"garment_type":"outfit {}"}}"#, content.outfit),
        };
        Answer {
            text,
            image: image.map(|bytes| AnswerImage { mime: "image/jpeg".to_owned(), bytes }),
            tokens,
            model: model.to_owned(),
            cached: self == Self::Cached,
            request_id: Some(request_id.clone()),
        }
    }

    fn picture(self, call: &Call, label: &str, (width, height): (u32, u32)) -> Option<Bytes> {
        let side = |part: u32| u16::try_from(part * 100).unwrap();
        match self {
            Self::Flawed(Flaw::Words | Flaw::Empty) => None,
            Self::Flawed(Flaw::Garbage) => Some(Bytes::from_static(b"this is not a picture")),
            Self::Flawed(Flaw::Unchanged) => call.photos().last().map(|photo| photo.bytes.clone()),
            Self::Flawed(Flaw::Misshapen) => Some(jpeg(label, 100, 1_000)),
            _ => Some(jpeg(label, side(width), side(height))),
        }
    }
}

impl Flaw {
    fn of(step: Step, dice: &mut Dice) -> Self {
        match step {
            Step::Describe => dice.one_of(&[Self::Words, Self::Empty]),
            Step::TryOn => dice.one_of(&[
                Self::Words,
                Self::Empty,
                Self::Garbage,
                Self::Unchanged,
                Self::Misshapen,
                Self::Misshapen,
            ]),
        }
    }
}

fn tokens(step: Step, dice: &mut Dice) -> Tokens {
    match step {
        Step::Describe => Tokens { prompt: dice.between(300, 3_000), text: dice.between(50, 1_500), image: 0 },
        Step::TryOn => Tokens {
            prompt: dice.between(600, 4_000),
            text: dice.one_of(&[0, 70, 1_000]),
            image: dice.one_of(&[1_120, 1_120, 1_680, 3_780]),
        },
    }
}

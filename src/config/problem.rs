//! What can be wrong with a value, and what would be right: in English for logs, in the operator's language for the doctor.

use std::fmt;

use leptos_i18n::td_string;

use crate::gateway::url::UrlProblem;
use crate::i18n::Locale;

/// Why a value cannot be used. It never holds the value itself, which may be a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Not a whole number within these bounds.
    Number {
        /// The least that there may be.
        from: u64,
        /// The most that there may be.
        to: u64,
    },
    /// Not an amount of dollars within bounds.
    Amount {
        /// The most that it may be.
        most: u64,
    },
    /// None of these words.
    Choice(&'static [&'static str]),
    /// It cannot stand in a header.
    Header,
    /// A secret that could be guessed.
    Short {
        /// The least characters that it may have.
        least: usize,
    },
    /// It is no URL of a gateway.
    Url(UrlProblem),
    /// A folder without any prompt.
    NoPrompts {
        /// The folder.
        folder: String,
    },
    /// A file that cannot be read.
    Unreadable {
        /// The file.
        file: String,
        /// What the system says.
        why: String,
    },
    /// A file that is empty or too long.
    Length {
        /// The file.
        file: String,
        /// Most bytes that it may have.
        most: usize,
    },
}

impl Problem {
    /// The problem as `locale`'s speakers are told of it.
    pub fn words(&self, locale: Locale) -> String {
        match self {
            Self::Number { from, to } => {
                filled(td_string!(locale, config.number), &[("{from}", &from.to_string()), ("{to}", &to.to_string())])
            }
            Self::Amount { most } => filled(td_string!(locale, config.amount), &[("{most}", &most.to_string())]),
            Self::Choice(choices) => filled(td_string!(locale, config.choice), &[("{choices}", &choices.join(", "))]),
            Self::Header => td_string!(locale, config.header).to_owned(),
            Self::Short { least } => filled(td_string!(locale, config.short), &[("{least}", &least.to_string())]),
            Self::Url(problem) => of_url(*problem, locale).to_owned(),
            Self::NoPrompts { folder } => filled(td_string!(locale, config.no_prompts), &[("{folder}", folder)]),
            Self::Unreadable { file, why } => {
                filled(td_string!(locale, config.unreadable), &[("{file}", file), ("{why}", why)])
            }
            Self::Length { file, most } => {
                filled(td_string!(locale, config.length), &[("{file}", file), ("{most}", &most.to_string())])
            }
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.words(Locale::en))
    }
}

fn of_url(problem: UrlProblem, locale: Locale) -> &'static str {
    match problem {
        UrlProblem::NotAUrl => td_string!(locale, config.not_a_url),
        UrlProblem::NotHttps => td_string!(locale, config.not_https),
        UrlProblem::Credentials => td_string!(locale, config.credentials),
        UrlProblem::Query => td_string!(locale, config.query),
        UrlProblem::NoGateway => td_string!(locale, config.no_gateway),
        UrlProblem::Provider => td_string!(locale, config.provider),
    }
}

/// A text with its `{gaps}` filled.
fn filled(text: &str, gaps: &[(&str, &str)]) -> String {
    gaps.iter().fold(text.to_owned(), |text, (gap, value)| text.replace(gap, value))
}

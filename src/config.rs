//! Settings: one small struct per concern, each read by its own `read`, under the same names natively and at the edge.
//!
//! Missing, empty and placeholder values mean "not set"; a malformed value is a [`ConfigError`] that names its variable.

mod admin;
mod budget;
mod gateway;
mod limits;
mod problem;
mod rates;
mod secret;

use std::path::PathBuf;
use std::str::FromStr;

use thiserror::Error;

use crate::i18n::Locale;

pub use admin::AdminConfig;
pub use budget::BudgetConfig;
pub use gateway::{GatewayCache, GatewayConfig};
pub use limits::LimitsConfig;
pub use problem::Problem;
pub use rates::RatesConfig;
pub use secret::Secret;

/// Everything an operator can set.
#[derive(Clone, Debug)]
pub struct Config {
    /// How to reach the model; `None` while it is not configured.
    pub gateway: Option<GatewayConfig>,
    /// What is kept and how much at once.
    pub limits: LimitsConfig,
    /// How often looks may be asked for.
    pub rates: RatesConfig,
    /// How much they may cost.
    pub budget: BudgetConfig,
    /// Who may see what only the operator may.
    pub admin: AdminConfig,
    /// `PROMPTS_PATH`: a folder with `describe.txt` or `try-on.txt` or both, which take the place of our own texts.
    pub prompts: Option<PathBuf>,
}

/// A value that cannot be used. The start is refused with this text.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{variable}: {problem}")]
pub struct ConfigError {
    /// The variable's name.
    pub variable: &'static str,
    /// What is wrong and what would be right.
    pub problem: Problem,
}

impl ConfigError {
    /// The error as `locale`'s speakers are told of it.
    pub fn words(&self, locale: Locale) -> String {
        format!("{}: {}", self.variable, self.problem.words(locale))
    }
}

/// Where values come from: the environment natively, bindings at the edge.
pub struct Variables<'a>(&'a dyn Fn(&str) -> Option<String>);

impl Config {
    /// Reads every setting through `lookup`.
    pub fn read(lookup: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let variables = Variables(lookup);
        Ok(Self {
            gateway: GatewayConfig::read(&variables)?,
            limits: LimitsConfig::read(&variables)?,
            rates: RatesConfig::read(&variables)?,
            budget: BudgetConfig::read(&variables)?,
            admin: AdminConfig::read(&variables)?,
            prompts: variables.text("PROMPTS_PATH").map(PathBuf::from),
        })
    }
}

impl Variables<'_> {
    /// The value of a variable that is set to something meant.
    fn text(&self, name: &str) -> Option<String> {
        let value = (self.0)(name)?.trim().to_owned();
        (!value.is_empty() && !is_placeholder(&value)).then_some(value)
    }

    fn number(
        &self,
        name: &'static str,
        default: u64,
        range: std::ops::RangeInclusive<u64>,
    ) -> Result<u64, ConfigError> {
        let Some(text) = self.text(name) else {
            return Ok(default);
        };
        match text.parse() {
            Ok(number) if range.contains(&number) => Ok(number),
            _ => {
                let problem = Problem::Number { from: *range.start(), to: *range.end() };
                Err(ConfigError { variable: name, problem })
            }
        }
    }

    /// Dollars, from nothing to `most`.
    #[expect(clippy::cast_precision_loss, reason = "a bound of a few millions")]
    fn amount(&self, name: &'static str, usual: f64, most: u64) -> Result<f64, ConfigError> {
        let Some(text) = self.text(name) else {
            return Ok(usual);
        };
        match text.parse::<f64>() {
            Ok(amount) if (0.0..=most as f64).contains(&amount) => Ok(amount),
            _ => Err(ConfigError { variable: name, problem: Problem::Amount { most } }),
        }
    }

    fn choice<T: FromStr>(
        &self,
        name: &'static str,
        choices: &'static [&'static str],
    ) -> Result<Option<T>, ConfigError> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        let choice = text.to_ascii_lowercase().parse();
        choice.map(Some).map_err(|_| ConfigError { variable: name, problem: Problem::Choice(choices) })
    }

    /// The items between commas; a list of none is not set.
    fn list(&self, name: &str) -> Option<Vec<String>> {
        let items = self.text(name)?;
        let items = items.split(',').map(str::trim).filter(|item| !item.is_empty());
        Some(items.map(str::to_owned).collect()).filter(|items: &Vec<String>| !items.is_empty())
    }
}

/// The values that `.dev.vars.example` and the guides put where the reader's own belong.
fn is_placeholder(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    ["your_account_id", "your_actual_token_here", "your_gateway", "{account_id}", "{gateway_id}", "your_google_key"]
        .iter()
        .any(|placeholder| value.contains(placeholder))
}

#[cfg(test)]
mod tests {
    use super::{Config, ConfigError};
    use crate::i18n::Locale;

    fn read(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
        Config::read(&|name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
    }

    const URL: &str = "https://gateway.ai.cloudflare.com/v1/0123/webapp/google-ai-studio/v1beta/models/gemini-3.1-flash-lite-image:generateContent";

    #[test]
    fn nothing_or_placeholders_mean_not_configured() {
        let placeholder = "https://gateway.ai.cloudflare.com/v1/YOUR_ACCOUNT_ID/webapp/google-ai-studio/v1beta/models/m:generateContent";
        for pairs in [
            &[][..],
            &[("GATEWAY_URL", ""), ("GATEWAY_TOKEN", " ")],
            &[("GATEWAY_URL", URL)],
            &[("GATEWAY_TOKEN", "t")],
            &[("GATEWAY_URL", placeholder), ("GATEWAY_TOKEN", "t")],
            &[("GATEWAY_URL", URL), ("GATEWAY_TOKEN", "your_actual_token_here")],
        ] {
            assert!(read(pairs).unwrap().gateway.is_none(), "{pairs:?}");
        }
        assert!(read(&[("GATEWAY_URL", URL), ("GATEWAY_TOKEN", "t")]).unwrap().gateway.is_some());
    }

    #[test]
    fn a_malformed_value_names_its_variable() {
        for (name, value) in [
            ("GATEWAY_URL", "not a url"),
            ("GATEWAY_URL", "http://example.com/v1/a/b"),
            ("GATEWAY_URL", "https://user:word@gateway.ai.cloudflare.com/v1/a/b"),
            ("GATEWAY_URL", "ftp://gateway.ai.cloudflare.com/v1/a/b"),
            ("GATEWAY_URL", "https://gateway.ai.cloudflare.com/v1/a/b?key=1"),
            ("GATEWAY_URL", "https://gateway.ai.cloudflare.com/v1/a"),
            ("GATEWAY_URL", "https://gateway.ai.cloudflare.com/v1/a/b/openai"),
            ("GATEWAY_TIMEOUT", "soon"),
            ("GATEWAY_TIMEOUT", "0"),
            ("GATEWAY_CACHE", "some"),
            ("GATEWAY_BYOK_ALIAS", "two words"),
            ("CACHE_TTL", "-1"),
            ("DAILY_BUDGET_USD", "five"),
            ("DAILY_BUDGET_USD", "-1"),
            ("MONTHLY_BUDGET_USD", "NaN"),
            ("RATE_LIMIT_PER_MINUTE", "0"),
            ("TRUSTED_PROXY_HOPS", "all"),
            ("MAX_CONCURRENT_LOOKS", "0"),
            ("GATEWAY_TOKEN", "two\nlines"),
            ("ADMIN_TOKEN", "short"),
            ("CLOUDFLARE_API_TOKEN", "two words"),
        ] {
            let mut pairs = vec![("GATEWAY_TOKEN", "t"), ("GATEWAY_URL", URL)];
            pairs.retain(|(key, _)| *key != name);
            pairs.push((name, value));
            let error = read(&pairs).unwrap_err();
            assert_eq!(error.variable, name, "{value}");
            assert!(!error.to_string().contains("word@"), "{error}");
            let (ru, en) = (error.words(Locale::ru), error.words(Locale::en));
            assert!(ru.starts_with(name) && ru.contains("нуж") && en == error.to_string(), "{ru} / {en}");
            assert!(!ru.contains(['{', '}']) && !en.contains(['{', '}']), "{ru} / {en}");
        }
    }

    #[test]
    fn a_list_of_nothing_is_not_set() {
        let models = |list| {
            let read = read(&[("GATEWAY_URL", URL), ("GATEWAY_TOKEN", "t"), ("IMAGE_MODELS", list)]);
            read.unwrap().gateway.unwrap().image_models
        };
        assert_eq!(models(" , "), models(""));
        assert_eq!(models("a, b,"), ["gemini-3.1-flash-lite-image", "a", "b"]);
    }
}

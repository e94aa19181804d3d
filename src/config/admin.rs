//! Who may see what only the operator may.

use super::{ConfigError, Problem, Secret, Variables};

/// A token of fewer characters could be guessed.
const LEAST_CHARACTERS: usize = 12;

/// The operator.
#[derive(Clone, Debug)]
pub struct AdminConfig {
    /// `ADMIN_TOKEN`: opens `/usage` to a browser, `/api/usage` and `/metrics` to a script that sends it as a bearer. At least 12 printable
    /// ASCII characters without spaces, for it stands in a header.
    pub token: Option<Secret>,
}

impl AdminConfig {
    pub(super) fn read(variables: &Variables<'_>) -> Result<Self, ConfigError> {
        let Some(token) = variables.text("ADMIN_TOKEN") else {
            return Ok(Self { token: None });
        };
        let wrong = |problem| ConfigError { variable: "ADMIN_TOKEN", problem };
        if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(wrong(Problem::Header));
        }
        if token.len() < LEAST_CHARACTERS {
            return Err(wrong(Problem::Short { least: LEAST_CHARACTERS }));
        }
        Ok(Self { token: Some(Secret::new(token)) })
    }
}

#[cfg(test)]
mod tests {
    use super::{AdminConfig, ConfigError, LEAST_CHARACTERS, Problem, Variables};
    use crate::i18n::Locale;

    fn read(token: &str) -> Result<Option<String>, ConfigError> {
        let lookup = |name: &str| (name == "ADMIN_TOKEN").then(|| token.to_owned());
        let config = AdminConfig::read(&Variables(&lookup))?;
        Ok(config.token.map(|token| token.expose().to_owned()))
    }

    #[test]
    fn a_token_is_long_enough_and_fits_into_a_header() {
        assert_eq!(read(" "), Ok(None));
        assert_eq!(read(" twelve-chars "), Ok(Some("twelve-chars".to_owned())));
        for (token, problem) in [
            ("eleven-char", Problem::Short { least: LEAST_CHARACTERS }),
            ("two words, long enough", Problem::Header),
            ("долгий-но-не-ascii", Problem::Header),
        ] {
            assert_eq!(read(token), Err(ConfigError { variable: "ADMIN_TOKEN", problem }), "{token}");
        }
    }

    #[test]
    fn a_token_that_is_too_short_is_told_without_being_shown() {
        let error = read("eleven-char").unwrap_err();
        for words in [error.words(Locale::ru), error.words(Locale::en)] {
            assert!(words.starts_with("ADMIN_TOKEN: ") && words.contains("12"), "{words}");
            assert!(!words.contains("eleven"), "{words}");
        }
    }
}

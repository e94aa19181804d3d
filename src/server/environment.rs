//! Where natively a setting comes from: the environment, then `.dev.vars`. The only file that reads either.

use std::collections::HashMap;
use std::path::Path;

use leptos_i18n::td_string;
use thiserror::Error;

use super::dev_vars::{self, Unusable};
use crate::i18n::Locale;

/// Settings by name. What the environment says wins, also when it says nothing (`GATEWAY_URL=`).
#[derive(Debug)]
pub(super) struct Environment {
    file: HashMap<String, String>,
}

/// A settings file that cannot be used.
#[derive(Debug, Error)]
#[error("{file}: {problem}")]
pub(super) struct UnusableFile {
    file: String,
    problem: Unusable,
}

impl Environment {
    /// Reads `.dev.vars` if it is there.
    pub(super) fn read(dev_vars: &Path) -> Result<Self, UnusableFile> {
        if !dev_vars.is_file() {
            return Ok(Self { file: HashMap::new() });
        }
        let read = std::fs::read_to_string(dev_vars).map_err(Unusable::Unreadable);
        let read = read.and_then(|text| dev_vars::parse(&text));
        let file = read.map_err(|problem| UnusableFile { file: dev_vars.display().to_string(), problem })?;
        Ok(Self { file })
    }

    /// The value of a setting.
    #[expect(clippy::disallowed_methods, reason = "this is the seam that the others go through")]
    pub(super) fn get(&self, name: &str) -> Option<String> {
        std::env::var(name).ok().or_else(|| self.file.get(name).cloned())
    }
}

impl UnusableFile {
    /// The error as `locale`'s speakers are told of it.
    pub(super) fn words(&self, locale: Locale) -> String {
        let problem = match &self.problem {
            Unusable::Line(line) => td_string!(locale, doctor.bad_line).replace("{line}", &line.to_string()),
            Unusable::Unreadable(error) => format!("{} ({error})", td_string!(locale, doctor.unreadable)),
            Unusable::Grammar(error) => error.to_string(),
        };
        format!("{}: {problem}", self.file)
    }
}

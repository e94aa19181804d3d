//! `primerka doctor`: is the configuration good? Each check says what it found, and what to do where it is wrong.

/// A text of the section `doctor` in the report's language.
macro_rules! words {
    ($report:expr, $key:ident) => {
        ::leptos_i18n::td_string!($report.locale, doctor.$key)
    };
}

mod checks;
mod models;
mod report;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;

use super::environment::Environment;
use crate::i18n::Locale;
use report::Report;

/// What the doctor is told.
#[derive(Debug)]
pub(super) struct Visit<'a> {
    /// The settings file.
    pub(super) dev_vars: &'a Path,
    /// The folder with the site's files.
    pub(super) site_root: &'a Path,
    /// The language of the report; that of the terminal when not said.
    pub(super) language: Option<Locale>,
}

/// Checks everything and writes the report to `out`. Fails only where nothing can be written.
pub(super) async fn examine(visit: &Visit<'_>, out: &mut dyn Write) -> Result<ExitCode> {
    let environment = Environment::read(visit.dev_vars);
    let locale = visit.language.unwrap_or_else(|| of_terminal(environment.as_ref().ok()));
    let mut report = Report::new(out, locale);
    checks::all(visit, environment, &mut report).await?;
    report.close()
}

/// Russian where the terminal speaks it, English elsewhere (POSIX: the first of these that is set counts).
fn of_terminal(environment: Option<&Environment>) -> Locale {
    let set = |name| environment?.get(name).filter(|value: &String| !value.is_empty());
    let language = set("LC_ALL").or_else(|| set("LC_MESSAGES")).or_else(|| set("LANG")).unwrap_or_default();
    if language.starts_with("ru") { Locale::ru } else { Locale::en }
}

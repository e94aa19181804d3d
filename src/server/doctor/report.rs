//! The report: one line for each check, and below a bad one its cure.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Result;

use crate::i18n::Locale;
use crate::look::failure::Failure;

/// A report being written.
pub(super) struct Report<'a> {
    out: &'a mut dyn Write,
    pub(super) locale: Locale,
    problems: u32,
}

impl<'a> Report<'a> {
    pub(super) fn new(out: &'a mut dyn Write, locale: Locale) -> Self {
        Self { out, locale, problems: 0 }
    }

    /// A check that found nothing wrong.
    pub(super) fn good(&mut self, what: &str, found: &str) -> Result<()> {
        Ok(writeln!(self.out, "✓ {what}: {found}")?)
    }

    /// Something to know that stops nothing.
    pub(super) fn note(&mut self, what: &str, found: &str) -> Result<()> {
        Ok(writeln!(self.out, "· {what}: {found}")?)
    }

    /// A check that found something wrong, and the cure.
    pub(super) fn bad(&mut self, what: &str, found: &str, cure: &str) -> Result<()> {
        self.problems += 1;
        writeln!(self.out, "✗ {what}: {found}")?;
        self.cure(cure)
    }

    /// A failure as a visitor would be told of it.
    pub(super) fn failure(&mut self, what: &str, failure: &Failure) -> Result<()> {
        let notice = failure.notice(self.locale);
        let id = notice.request_id.map(|id| format!(", request id {id}")).unwrap_or_default();
        let found = format!("{} [{}{id}]", notice.message, failure.code.name());
        self.bad(what, &found, &notice.hint)
    }

    /// A failure that stops nothing, and its cure: a model that another one stands in for.
    pub(super) fn weakness(&mut self, what: &str, failure: &Failure) -> Result<()> {
        let notice = failure.notice(self.locale);
        self.note(what, &notice.message)?;
        self.cure(&notice.hint)
    }

    fn cure(&mut self, cure: &str) -> Result<()> {
        if !cure.is_empty() {
            writeln!(self.out, "    → {cure}")?;
        }
        Ok(())
    }

    /// The last line: whether all is well.
    pub(super) fn close(self) -> Result<ExitCode> {
        if self.problems == 0 {
            writeln!(self.out, "\n{}", words!(self, all_well))?;
            return Ok(ExitCode::SUCCESS);
        }
        writeln!(self.out, "\n{}: {}", words!(self, problems), self.problems)?;
        Ok(ExitCode::FAILURE)
    }
}

//! `docs/failures.md` is made from the code and the captures: `UPDATE_DOCS=1 cargo test failure_table` writes it anew.

use std::collections::BTreeMap;
use std::fmt::Write;

use primerka::i18n::Locale;
use primerka::look::failure::{Failure, FailureCode, Why};
use strum::IntoEnumIterator;

use super::captures;

const FILE: &str = "docs/failures.md";

const HEAD: &str = "# What can fail, and what is told

Made by the tests from `src/look/failure.rs`, the locales and the captures in `tests/fixtures/answers/`; do not edit it.

**HTTP** is the status when a look is refused before its first event; once the stream has begun it is 200 and ends in `failed`.

| code | HTTP | по-русски | in English |
|---|---|---|---|
";

const ANSWERS: &str = "
# What the gateway answers, and what becomes of it

**Calls** is how often a step asks when the answer stays the same: 1 where nothing would change, 3 where it may pass, 2 where the model
answered without what was asked for. `made` is a look.

| answer | status | step 1 | calls | step 2 | calls | known from |
|---|---|---|---|---|---|---|
";

fn name_of(code: Option<FailureCode>) -> &'static str {
    code.map_or("made", FailureCode::name)
}

fn row(table: &mut String, name: &str, failure: &Failure) {
    let (ru, en) = (failure.notice(Locale::ru), failure.notice(Locale::en));
    let status = failure.code.http_status();
    let cell = |message: &str, hint: &str| format!("**{message}** {hint}").replace('|', "\\|");
    let (ru, en) = (cell(&ru.message, &ru.hint), cell(&en.message, &en.hint));
    writeln!(table, "| {name} | {status} | {ru} | {en} |").unwrap();
}

fn table() -> String {
    let mut table = HEAD.to_owned();
    for code in FailureCode::iter() {
        row(&mut table, &format!("`{}`", code.name()), &Failure::new(code));
        let reasons: &[(Why, &str)] = match code {
            FailureCode::ImageBlocked => {
                &[(Why::Prohibited, "prohibited"), (Why::Recitation, "recitation"), (Why::Guardrails, "guardrails")]
            }
            FailureCode::UnsupportedImage => &[(Why::Heic, "HEIC")],
            FailureCode::BudgetExhausted => &[(Why::Ledger, "the books"), (Why::Frozen, "stopped")],
            FailureCode::BadRequest => &[(Why::OtherSite, "another site's")],
            FailureCode::Busy => &[(Why::Restart, "restarting")],
            _ => &[],
        };
        for (why, name) in reasons {
            row(&mut table, &format!("`{}`, {name}", code.name()), &Failure::new(code).because(*why));
        }
    }
    table.push_str(ANSWERS);
    for (name, capture) in captures::all() {
        let name = name.replace('_', " ");
        let (one, two) = (&capture.describe, &capture.try_on);
        let (status, about) = (capture.status, &capture.about);
        let (first, second) = (name_of(one.code), name_of(two.code));
        writeln!(table, "| {name} | {status} | `{first}` | {} | `{second}` | {} | {about} |", one.calls, two.calls)
            .unwrap();
    }
    table
}

#[test]
fn the_table_is_the_codes() {
    let table = table();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(FILE, &table).unwrap();
    }
    let written = std::fs::read_to_string(FILE).unwrap_or_default();
    assert!(written == table, "{FILE} is out of date: UPDATE_DOCS=1 cargo test failure_table");
}

#[test]
fn every_failure_of_the_gateway_is_shown_by_an_answer() {
    let mut shown: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, capture) in captures::all() {
        *shown.entry(name_of(capture.try_on.code)).or_default() += 1;
    }
    for code in [
        FailureCode::Unauthorized,
        FailureCode::GatewayNotFound,
        FailureCode::ProviderKeyInvalid,
        FailureCode::ProviderKeyMissing,
        FailureCode::BillingRequired,
        FailureCode::RegionUnsupported,
        FailureCode::NoCredits,
        FailureCode::ModelNotFound,
        FailureCode::ModelRetired,
        FailureCode::RateLimited,
        FailureCode::QuotaExhausted,
        FailureCode::SpendLimit,
        FailureCode::Overloaded,
        FailureCode::Timeout,
        FailureCode::GatewayUnreachable,
        FailureCode::GatewayError,
        FailureCode::PromptBlocked,
        FailureCode::ImageBlocked,
        FailureCode::NoImage,
        FailureCode::TextOnly,
        FailureCode::InvalidResponse,
        FailureCode::ImageTooLarge,
        FailureCode::BrokenImage,
    ] {
        assert!(shown.contains_key(code.name()), "{}", code.name());
    }
}

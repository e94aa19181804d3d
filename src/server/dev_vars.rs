//! `.dev.vars` as wrangler reads it, by the grammar of dotenv 16 (`reference/gateway-and-gemini.md` C3). The crates for such files speak other
//! dialects: they put variables into values, or refuse a value with spaces.
//!
//! Where dotenv passes over what it does not understand, we say so: a setting that does not count is worse than none.

use std::collections::HashMap;
use std::io;
use std::ops::Range;

use regex::Regex;
use thiserror::Error;

/// One setting, with the comments and blank lines around it. `^` and `$` are the ends of a line.
const SETTING: &str = r#"(?mx)
    ^ \s* (?: export \s+ )? ( [A-Za-z0-9_.-]+ )
    (?: \s* = \s*? | : \s+? )
    (
        \s* ' (?: \\' | [^'] )* '
        | \s* " (?: \\" | [^"] )* "
        | \s* ` (?: \\` | [^`] )* `
        | [^\#\n]+
    )?
    \s* (?: \# .* )? $
"#;

/// Why a file cannot be used. A line is never quoted: it may hold a token.
#[derive(Debug, Error)]
pub(super) enum Unusable {
    /// The system does not give it.
    #[error("cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// The line of that number is neither a setting nor part of one, nor a comment.
    #[error("line {0} is not KEY=VALUE")]
    Line(usize),
    /// The grammar itself is broken, which the tests rule out.
    #[error(transparent)]
    Grammar(#[from] regex::Error),
}

/// The settings in a file's text. Of several with one name the last counts.
pub(super) fn parse(text: &str) -> Result<HashMap<String, String>, Unusable> {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
    let mut settings = HashMap::new();
    let mut end = 0;
    for setting in Regex::new(SETTING)?.captures_iter(&text) {
        let (Some(whole), Some(name)) = (setting.get(0), setting.get(1)) else { continue };
        only_comments(&text, end..whole.start())?;
        end = whole.end();
        let value = setting.get(2).map_or("", |value| value.as_str());
        settings.insert(name.as_str().to_owned(), unquoted(value.trim()));
    }
    only_comments(&text, end..text.len())?;
    Ok(settings)
}

/// What a value means: without its quotes, and in double ones with its escaped line breaks. Nothing else is put in.
fn unquoted(value: &str) -> String {
    let quote = value.chars().next().filter(|first| matches!(first, '\'' | '"' | '`'));
    let inner = quote.and_then(|quote| value.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(value);
    if quote == Some('"') { inner.replace("\\n", "\n").replace("\\r", "\r") } else { inner.to_owned() }
}

/// Fails where between two settings there is more than comments and blank lines.
fn only_comments(text: &str, between: Range<usize>) -> Result<(), Unusable> {
    let before = text.get(..between.start).unwrap_or_default().matches('\n').count();
    let mut lines = text.get(between).unwrap_or_default().lines().map(str::trim);
    match lines.position(|line| !line.is_empty() && !line.starts_with('#')) {
        Some(at) => Err(Unusable::Line(before + at + 1)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Unusable, parse};

    /// The value of `A` in a file.
    fn value(text: &str) -> String {
        parse(text).unwrap().remove("A").unwrap_or_else(|| panic!("no A in {text:?}"))
    }

    #[test]
    fn names_are_written_in_several_ways() {
        for text in
            ["A=1", "  A = 1", "export A=1", "export\tA =1", "A: 1", "\u{feff}A=1", "A=1\r\n", "A=1\rB=2", "\n\nA=1\n"]
        {
            assert_eq!(value(text), "1", "{text:?}");
        }
        assert_eq!(parse("a.b-C_9=1").unwrap()["a.b-C_9"], "1");
    }

    #[test]
    fn an_unquoted_value_ends_at_a_hash_and_is_trimmed() {
        assert_eq!(value("A=  two words \t"), "two words");
        assert_eq!(value("A=1 # one"), "1");
        assert_eq!(value("A=1#one"), "1");
        assert_eq!(value("A=x=y&z"), "x=y&z");
        assert_eq!(value("A=it's"), "it's");
        assert_eq!(value(r"A=a\nb"), r"a\nb");
        assert_eq!(value("A="), "");
        assert_eq!(value("A=\nB=2"), "");
        assert_eq!(value("A= # nothing"), "");
    }

    #[test]
    fn quotes_go_and_keep_what_they_hold() {
        for (text, meant) in [
            ("A='x'", "x"),
            ("A=\"x\"", "x"),
            ("A=`x`", "x"),
            ("A = ' x # y ' # z", " x # y "),
            ("A='one\ntwo'\nB=3", "one\ntwo"),
            ("A=\"one\r\n# two\r\n\"", "one\n# two\n"),
            (r#"A="one\ntwo\r""#, "one\ntwo\r"),
            (r"A='one\ntwo'", r"one\ntwo"),
            (r"A=`one\ntwo`", r"one\ntwo"),
            (r#"A='say "x"'"#, r#"say "x""#),
            (r#"A="a\"b""#, r#"a\"b"#),
            ("A=''", ""),
            ("A='x", "'x"),
        ] {
            assert_eq!(value(text), meant, "{text:?}");
        }
    }

    #[test]
    fn nothing_is_expanded() {
        for text in ["A=$B", "A=${B}", "A=\"${B}\"", r"A=\$B"] {
            assert!(value(&format!("B=b\n{text}")).contains('$'), "{text}");
        }
    }

    #[test]
    fn the_last_of_several_counts() {
        assert_eq!(value("A=1\nB=2\nA=3"), "3");
        assert_eq!(value("A=1\nA="), "");
    }

    #[test]
    fn what_is_no_setting_is_named_by_its_line() {
        for (text, number) in [
            ("this is no setting", 1),
            ("A=1\nthis is no setting\nB=2", 2),
            ("# A=1\n\n  # B=2\nTOKEN\n", 4),
            ("A='one\ntwo'\n\n# three\nTOKEN", 5),
            ("A=1\r\nTOKEN\r\n", 2),
            ("A B=1", 1),
            ("=1", 1),
        ] {
            let error = parse(text).unwrap_err();
            assert!(matches!(error, Unusable::Line(line) if line == number), "{text:?}: {error}");
            assert!(!error.to_string().contains("TOKEN"), "{error}");
        }
        assert!(parse("").unwrap().is_empty());
        assert!(parse("# A=1\n\n   \n#B=2").unwrap().is_empty());
    }

    #[test]
    fn the_example_is_read() {
        let example = parse(include_str!("../../.dev.vars.example")).unwrap();
        let mut names: Vec<_> = example.keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["GATEWAY_TOKEN", "GATEWAY_URL"]);
    }
}

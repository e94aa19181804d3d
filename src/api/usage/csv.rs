//! Entries of the usage log as CSV (RFC 4180), safe to open in a spreadsheet.

use jiff::Timestamp;

use super::wanted::MADE;
use crate::store::usage::Entry;

/// Times are RFC 3339 in UTC, `outcome` is `made` or a failure's code, money is dollars with all of their nine decimals.
const COLUMNS: [&str; 13] = [
    "at",
    "trace",
    "source",
    "outfit_known",
    "outcome",
    "step",
    "model",
    "cost_usd",
    "saved_usd",
    "took_ms",
    "upstream_ms",
    "queued_ms",
    "request_id",
];

/// A header row, and a row for each entry.
pub(super) fn of(entries: &[Entry]) -> String {
    let rows = std::iter::once(COLUMNS.map(str::to_owned)).chain(entries.iter().map(cells));
    let lines = rows.map(|cells| cells.map(|cell| safe(&cell)).join(",") + "\r\n");
    lines.collect()
}

fn cells(entry: &Entry) -> [String; COLUMNS.len()] {
    let source: &str = entry.source.into();
    [
        time(entry.at_ms),
        entry.trace.clone(),
        source.to_owned(),
        entry.outfit_known.to_string(),
        entry.code.clone().unwrap_or_else(|| MADE.to_owned()),
        entry.step.map(|step| step.to_string()).unwrap_or_default(),
        entry.model.clone().unwrap_or_default(),
        usd(entry.cost_nanos),
        usd(entry.saved_nanos),
        entry.took_ms.to_string(),
        entry.upstream_ms.to_string(),
        entry.queued_ms.to_string(),
        entry.request_id.clone().unwrap_or_default(),
    ]
}

fn time(at_ms: u64) -> String {
    let at = i64::try_from(at_ms).ok().and_then(|at_ms| Timestamp::from_millisecond(at_ms).ok());
    format!("{:.3}", at.unwrap_or_default())
}

/// Exact, which no floating-point number is.
fn usd(nanos: u64) -> String {
    format!("{}.{:09}", nanos / 1_000_000_000, nanos % 1_000_000_000)
}

/// A cell that no spreadsheet takes for a formula. A model's name and a request's id are the gateway's words, not ours.
///
/// Excel in Russian separates cells by `;`, so that to it a whole row is one cell, and quotes in its middle mean nothing: a `;` or the end of
/// a line inside them would begin another cell, with whatever comes next. Hence they become spaces.
fn safe(cell: &str) -> String {
    let cell = cell.replace(|letter: char| letter == ';' || letter.is_control(), " ");
    let is_formula = cell.trim_start().starts_with(['=', '+', '-', '@']);
    let cell = if is_formula { format!("'{cell}") } else { cell };
    if cell.contains([',', '"']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

#[cfg(test)]
mod tests {
    use super::{Entry, of, safe};
    use crate::store::usage::Source;

    #[test]
    fn an_entry_is_a_row() {
        let entry = Entry {
            at_ms: 1_700_000_000_050,
            trace: "abc".to_owned(),
            source: Source::Joined,
            code: Some("no_image".to_owned()),
            step: Some(2),
            model: Some("m".to_owned()),
            cost_nanos: 1_035_725_000,
            saved_nanos: 1,
            took_ms: 7,
            ..Entry::default()
        };
        let csv = of(&[entry, Entry::default()]);
        let rows: Vec<&str> = csv.split("\r\n").collect();
        assert_eq!(
            rows[1..],
            [
                "2023-11-14T22:13:20.050Z,abc,joined,false,no_image,2,m,1.035725000,0.000000001,7,0,0,",
                "1970-01-01T00:00:00.000Z,,made,false,made,,,0.000000000,0.000000000,0,0,0,",
                ""
            ]
        );
        assert_eq!(of(&[]).split(',').count(), rows[1].split(',').count());
    }

    #[test]
    fn no_cell_is_a_formula_or_breaks_out() {
        for (cell, expected) in [
            ("gemini-nano-banana-2.1", "gemini-nano-banana-2.1"),
            ("=1+1", "'=1+1"),
            ("+7", "'+7"),
            ("-7", "'-7"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "' =1"),
            ("\r=1", "' =1"),
            ("\n=1", "' =1"),
            ("\r\n @A1", "'   @A1"),
            (";=1", "' =1"),
            ("m;=1", "m =1"),
            ("m\n=1", "m =1"),
            ("=a,\"b\"", "\"'=a,\"\"b\"\"\""),
            ("a\r\nb", "a  b"),
            ("", ""),
        ] {
            assert_eq!(safe(cell), expected);
        }
    }

    #[test]
    fn where_semicolons_separate_a_row_is_one_cell() {
        let hostile = "m\";=1\n=2;\"=3\r\n@A1,;-4".to_owned();
        let entry = Entry { model: Some(hostile.clone()), request_id: Some(hostile), ..Entry::default() };
        let csv = of(&[entry.clone(), entry]);
        let rows: Vec<&str> = csv.split(['\r', '\n', ';']).filter(|cell| !cell.is_empty()).collect();
        assert_eq!(rows.len(), 3, "{csv}");
        assert!(rows[1..].iter().all(|row| row.starts_with("1970-01-01T")), "{csv}");
    }
}

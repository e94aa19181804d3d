//! How the log is written: lines for people, or JSON for machines. Each line of a request has the request's name (`api/request_id.rs`).

use std::io::IsTerminal;
use std::str::FromStr;

use tracing::Subscriber;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt};

/// What is logged where `RUST_LOG` says nothing.
const USUAL: &str = "info,leptos=warn,hyper=warn,opentelemetry=warn";

/// `LOG_FORMAT`: how lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for machines.
    Json,
}

impl FromStr for LogFormat {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim().to_ascii_lowercase().as_str() {
            "" | "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err("LOG_FORMAT may be text or json"),
        }
    }
}

/// What the log holds until the end: when it is dropped, the spans that are still to be exported are.
#[must_use]
pub(super) struct Log {
    #[cfg(feature = "otel")]
    _exporter: Option<super::otel::Exporter>,
}

/// Starts the log of the process, on standard error.
#[cfg(not(feature = "otel"))]
pub(super) fn start(format: LogFormat) -> Log {
    log(format).init();
    Log {}
}

/// Starts the log of the process, on standard error, and the export of its spans where a collector is named.
#[cfg(feature = "otel")]
pub(super) fn start(format: LogFormat) -> Log {
    let (exporter, problem) = match super::otel::Exporter::of_environment() {
        Ok(exporter) => (exporter, None),
        Err(problem) => (None, Some(problem)),
    };
    log(format).with(exporter.as_ref().map(super::otel::Exporter::layer)).init();
    if let Some(problem) = problem {
        tracing::error!("no spans are exported, for OTEL_EXPORTER_OTLP_ENDPOINT cannot be used: {problem}");
    }
    Log { _exporter: exporter }
}

fn log(format: LogFormat) -> impl Subscriber + for<'span> LookupSpan<'span> + Send + Sync {
    // Empty is not set, as everywhere.
    let wanted = std::env::var_os("RUST_LOG").and_then(|value| value.into_string().ok());
    let wanted = wanted.filter(|directives| !directives.trim().is_empty());
    let filter = wanted.and_then(|directives| EnvFilter::try_new(directives).ok());
    let filter = filter.unwrap_or_else(|| EnvFilter::new(USUAL));
    tracing_subscriber::registry().with(filter).with(lines(format))
}

fn lines<S>(format: LogFormat) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let lines = fmt::layer().with_target(false).with_writer(std::io::stderr);
    match format {
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(true).with_span_list(false).boxed(),
        // Colours are for eyes: a file and pm2's logs get plain text. On a terminal the library heeds NO_COLOR by itself.
        LogFormat::Text if std::io::stderr().is_terminal() => lines.boxed(),
        LogFormat::Text => lines.with_ansi(false).boxed(),
    }
}

#[cfg(test)]
mod tests {
    use super::LogFormat;

    #[test]
    fn a_format_is_named_as_people_write_it_and_a_wrong_one_names_its_variable() {
        for (text, format) in
            [("", LogFormat::Text), ("text", LogFormat::Text), (" JSON ", LogFormat::Json), ("json", LogFormat::Json)]
        {
            assert_eq!(text.parse(), Ok(format), "{text:?}");
        }
        assert!("xml".parse::<LogFormat>().unwrap_err().starts_with("LOG_FORMAT"));
    }
}

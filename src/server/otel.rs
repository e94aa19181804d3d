//! Spans for an OpenTelemetry collector, behind the feature `otel`: OTLP over HTTP to `OTEL_EXPORTER_OTLP_ENDPOINT`. Without that variable
//! nothing is exported. Headers, timeouts and sampling are set by the standard's other variables, which the library reads.

use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::registry::LookupSpan;

/// The name under which the collector knows us.
const SERVICE: &str = "primerka";

/// Sends spans from a thread of its own, and what is left of them when it is dropped.
pub(super) struct Exporter(SdkTracerProvider);

impl Exporter {
    /// The exporter that the environment asks for; `None` where it names no collector. Made outside tokio, and to be dropped there: its
    /// HTTP client waits.
    pub(super) fn of_environment() -> Result<Option<Self>, ExporterBuildError> {
        let Some(endpoint) = endpoint() else { return Ok(None) };
        let spans = SpanExporter::builder().with_http().with_endpoint(endpoint).build()?;
        let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
        let resource = Resource::builder().with_service_name(SERVICE).with_attribute(version).build();
        Ok(Some(Self(SdkTracerProvider::builder().with_batch_exporter(spans).with_resource(resource).build())))
    }

    /// What turns spans of ours into spans of the collector's. Other crates' are left out: the exporter's own HTTP client would report
    /// itself without end.
    pub(super) fn layer<S>(&self) -> Box<dyn Layer<S> + Send + Sync>
    where
        S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
    {
        let ours = filter_fn(|metadata| metadata.target().starts_with(SERVICE));
        tracing_opentelemetry::layer().with_tracer(self.0.tracer(SERVICE)).with_filter(ours).boxed()
    }
}

impl Drop for Exporter {
    fn drop(&mut self) {
        if let Err(error) = self.0.shutdown() {
            tracing::warn!("the last spans could not be exported: {error}");
        }
    }
}

/// Where spans go. Read here and not left to the library, which takes an address that is none for its own default.
fn endpoint() -> Option<String> {
    let set = |name: &str| std::env::var_os(name)?.into_string().ok().filter(|value| !value.trim().is_empty());
    set("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT").or_else(|| {
        let base = set("OTEL_EXPORTER_OTLP_ENDPOINT")?;
        Some(format!("{}/v1/traces", base.trim().trim_end_matches('/')))
    })
}

//! HTTP requests measured: how many there were, and how long each waited for the head of its answer.

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue, Method, StatusCode};
use tokio::time::Instant;

use super::Metrics;

const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// The label of what no route of ours answers, files among it: their names are anybody's to choose.
const OTHER: &str = "other";

/// Counts a request and says in its answer how long that took (`Server-Timing: app;dur=…`, in milliseconds). A look's answer begins when
/// the look is accepted, so the gateway is not in it.
pub(in crate::server) async fn measure(State(metrics): State<Metrics>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = method(request.method());
    let path = request.extensions().get::<MatchedPath>();
    let route = path.map_or(OTHER, MatchedPath::as_str).to_owned();
    let mut response = next.run(request).await;
    let took = began.elapsed();
    metrics.answered(&super::Request { method, route, status: class(response.status()) }, took);
    if let Ok(told) = HeaderValue::from_str(&format!("app;dur={:.3}", took.as_secs_f64() * 1_000.0)) {
        response.headers_mut().insert(SERVER_TIMING, told);
    }
    response
}

/// A method's name, of the usual ones: any word may stand in a request.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => OTHER,
    }
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        ..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    }
}

#[cfg(test)]
mod tests {
    use http::{Method, StatusCode};

    use super::{class, method};

    #[test]
    fn labels_are_few() {
        assert_eq!(method(&Method::from_bytes(b"BREW").unwrap()), "other");
        assert_eq!(method(&Method::DELETE), "DELETE");
        for (status, name) in [(101, "1xx"), (204, "2xx"), (304, "3xx"), (404, "4xx"), (503, "5xx"), (999, "5xx")] {
            assert_eq!(class(StatusCode::from_u16(status).unwrap()), name);
        }
    }
}

//! A name for each request: it stands on every line that is logged for the request, and on its answer, so that one leads to the other.
//!
//! The name is always our own, never one that came along: that would be anybody's word in our log.

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue};
use tracing::Instrument;

/// Where an answer says its name.
const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Names a request. Only its route is logged, not its path: a look's address is known to its viewer alone.
pub(super) async fn name(request: Request, next: Next) -> Response {
    let id = random();
    let route = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str);
    // Of the highest level, so that lines of every level have it.
    let span = tracing::error_span!("request", %id, method = %request.method(), %route);
    let answered = async {
        let response = next.run(request).await;
        tracing::debug!(status = response.status().as_u16(), "answered");
        response
    };
    let mut response = answered.instrument(span).await;
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HEADER, id);
    }
    response
}

/// 64 random bits in hex.
fn random() -> String {
    let mut random = [0_u8; 8];
    // Where there is no randomness requests have one name; nothing but the reading of logs depends on it.
    let _ = getrandom::fill(&mut random);
    format!("{:016x}", u64::from_be_bytes(random))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::extract::Request;
    use axum::routing::get;
    use axum::{Router, middleware};
    use tower::ServiceExt;

    use super::{HEADER, name};

    #[tokio::test]
    async fn each_answer_has_a_name_of_its_own_whatever_the_request_says() {
        let app = Router::new().route("/healthz", get(|| async {})).layer(middleware::from_fn(name));
        let mut names = Vec::new();
        for path in ["/healthz", "/healthz", "/nowhere"] {
            let request = Request::get(path).header(HEADER, "0123456789abcdef").body(Body::empty()).unwrap();
            let response = app.clone().oneshot(request).await.unwrap();
            names.push(response.headers()[HEADER].to_str().unwrap().to_owned());
        }
        assert!(names.iter().all(|name| name.len() == 16 && name.bytes().all(|byte| byte.is_ascii_hexdigit())));
        names.push("0123456789abcdef".to_owned());
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 4, "{names:?}");
    }
}

//! Headers that every answer carries. The content security policy is a page's own and set with its nonce, in `app`.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, Uri, header};

const HEADERS: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(self), geolocation=(), microphone=()"),
];

/// Whoever came over https comes over https for two years.
const STRICT: HeaderValue = HeaderValue::from_static("max-age=63072000");

/// Adds the headers that an answer does not have yet.
pub(super) async fn headers(request: Request, next: Next) -> Response {
    let is_https = is_https(request.headers(), request.uri());
    let mut response = next.run(request).await;
    if is_https {
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, STRICT);
    }
    for (name, value) in HEADERS {
        response.headers_mut().entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Whether the browser speaks https, to us or to the proxy before us. Who lies harms nobody but their own browser.
pub(super) fn is_https(headers: &HeaderMap, uri: &Uri) -> bool {
    let forwarded = headers.get("x-forwarded-proto").and_then(|value| value.to_str().ok());
    let forwarded = forwarded.and_then(|schemes| schemes.split(',').next()).map(str::trim);
    [forwarded, uri.scheme_str()].into_iter().flatten().any(|scheme| scheme.eq_ignore_ascii_case("https"))
}

//! No other site makes a visitor's browser do anything here. Whether a request is another site's is told by `Sec-Fetch-Site` and `Origin`, as
//! Go 1.25 tells it: there is nothing to remember, and forms work without a hidden field. Who is no browser sends neither and passes.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use tower::{Layer, ServiceExt};
use tower_http::csrf::{CsrfLayer, ProtectionError};

use super::{door, locale};
use crate::look::failure::{Failure, FailureCode, Why};

/// Refuses what another site has sent, unless it changes nothing here.
pub(super) async fn refuse_other_sites(request: Request, next: Next) -> Response {
    let locale = locale::of_request(request.headers());
    let Ok(response) = CsrfLayer::new().layer(next).oneshot(request).await;
    if response.extensions().get::<ProtectionError>().is_none() {
        return response;
    }
    door::refusal(&Failure::new(FailureCode::BadRequest).because(Why::OtherSite), locale)
}

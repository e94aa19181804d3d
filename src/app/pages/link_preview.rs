//! What a messenger shows of a link to this site: title, text and a picture.

use http::HeaderName;
use http::header::HOST;
use http::request::Parts;
use leptos::prelude::*;
use leptos_i18n::td_string;
use leptos_meta::Meta;

use crate::i18n::Locale;

/// The Open Graph tags. The picture must be named with its whole address, so it is left out where that is not known.
#[component]
pub(super) fn LinkPreview(locale: Locale) -> impl IntoView {
    let picture = use_context::<Parts>().as_ref().and_then(origin).map(|origin| {
        view! {
            <Meta property="og:image" content=format!("{origin}/og.png") />
            <Meta property="og:image:width" content="1200" />
            <Meta property="og:image:height" content="630" />
            <Meta name="twitter:card" content="summary_large_image" />
        }
    });
    view! {
        <Meta property="og:type" content="website" />
        <Meta property="og:title" content=td_string!(locale, page.home) />
        <Meta property="og:description" content=td_string!(locale, page.description) />
        {picture}
    }
}

/// Scheme and host by which this request found us. They are the asker's own word: good enough for a page that nobody else is sent and no
/// cache may keep, as long as nothing but a name can be said with it.
fn origin(parts: &Parts) -> Option<String> {
    let text = |name: HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(HOST).filter(|host| is_name(host))?;
    // A Worker sees the scheme in the address; behind a proxy only that knows it.
    let said = text(HeaderName::from_static("x-forwarded-proto"));
    let is_https = parts.uri.scheme_str().or(said) == Some("https");
    Some(format!("{}://{host}", if is_https { "https" } else { "http" }))
}

fn is_name(host: &str) -> bool {
    !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte))
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::origin;

    fn origin_of(uri: &str, headers: &[(&str, &str)]) -> Option<String> {
        let mut request = Request::get(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        origin(&request.body(()).unwrap().into_parts().0)
    }

    #[test]
    fn the_origin_is_a_scheme_and_a_name_or_nothing() {
        assert_eq!(origin_of("/", &[("host", "127.0.0.1:3000")]).as_deref(), Some("http://127.0.0.1:3000"));
        assert_eq!(origin_of("/", &[("host", "[::1]:3000")]).as_deref(), Some("http://[::1]:3000"));
        let behind = [("host", "primerka.example"), ("x-forwarded-proto", "https")];
        assert_eq!(origin_of("/", &behind).as_deref(), Some("https://primerka.example"));
        let worker = origin_of("https://primerka.example/", &[("host", "primerka.example")]);
        assert_eq!(worker.as_deref(), Some("https://primerka.example"));
        for host in ["", "a b", "me@evil.example", "x/../y", "x\"onload=alert(1)", "x?y"] {
            assert_eq!(origin_of("/", &[("host", host)]), None, "{host}");
        }
        assert_eq!(origin_of("/", &[]), None);
    }
}

//! Which language a request is answered in: the cookie that the switch sets, then what the browser asks for, then Russian.

use http::{HeaderMap, HeaderValue, header};
use leptos::prelude::use_context;
use leptos_i18n::Locale as _;

use super::cookies;
use crate::i18n::Locale;

/// The cookie of the language switch.
pub const LOCALE_COOKIE: &str = "lang";

/// The language of a request.
pub fn of_request(headers: &HeaderMap) -> Locale {
    let chosen = cookies::all(headers, LOCALE_COOKIE).find_map(known);
    chosen.or_else(|| accepted(headers)).unwrap_or_default()
}

/// The language of the request that leptos is answering.
pub fn in_context() -> Locale {
    use_context::<http::request::Parts>().map_or_else(Locale::default, |parts| of_request(&parts.headers))
}

/// The language that `?lang=` names.
pub(super) fn asked_for(query: &str) -> Option<Locale> {
    let value = query.split('&').find_map(|pair| pair.strip_prefix("lang="))?;
    known(value)
}

/// A `Set-Cookie` that keeps `locale` for a year.
pub(super) fn set_cookie(locale: Locale) -> Option<HeaderValue> {
    let cookie = format!("{LOCALE_COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax", locale.as_str());
    HeaderValue::from_str(&cookie).ok()
}

/// The known language of greatest weight in `Accept-Language`.
fn accepted(headers: &HeaderMap) -> Option<Locale> {
    let value = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let weighted = value.split(',').filter_map(|item| {
        let (tag, parameter) = item.split_once(';').unwrap_or((item, ""));
        let language = tag.trim().split('-').next()?;
        let weight: f32 = match parameter.trim().strip_prefix("q=") {
            Some(weight) => weight.parse().ok()?,
            None => 1.0,
        };
        Some((known(language)?, weight))
    });
    // The first of equal weights wins, so the comparison is strict.
    let mut best: Option<(Locale, f32)> = None;
    for (locale, weight) in weighted {
        if weight > best.map_or(0.0, |(_, weight)| weight) {
            best = Some((locale, weight));
        }
    }
    best.map(|(locale, _)| locale)
}

fn known(tag: &str) -> Option<Locale> {
    Locale::get_all().iter().copied().find(|locale| locale.as_str().eq_ignore_ascii_case(tag))
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, header};

    use super::of_request;
    use crate::i18n::Locale;

    fn locale(cookie: Option<&'static str>, accept: Option<&'static str>) -> Locale {
        let mut headers = HeaderMap::new();
        let mut set = |name, value: Option<&'static str>| {
            if let Some(value) = value {
                headers.insert(name, HeaderValue::from_static(value));
            }
        };
        set(header::COOKIE, cookie);
        set(header::ACCEPT_LANGUAGE, accept);
        of_request(&headers)
    }

    #[test]
    fn cookie_then_browser_then_russian() {
        assert_eq!(locale(None, None), Locale::ru);
        assert_eq!(locale(None, Some("de-DE,de;q=0.9")), Locale::ru);
        assert_eq!(locale(None, Some("en-US,en;q=0.9,ru;q=0.8")), Locale::en);
        assert_eq!(locale(None, Some("en;q=0.5, ru-RU;q=0.8")), Locale::ru);
        assert_eq!(locale(Some("a=b; lang=en"), Some("ru")), Locale::en);
        assert_eq!(locale(Some("lang=xx"), Some("en")), Locale::en);
        assert_eq!(locale(Some("lang=xx; lang=en"), Some("ru")), Locale::en);
        assert_eq!(locale(None, Some(";;;q=,,")), Locale::ru);
    }
}

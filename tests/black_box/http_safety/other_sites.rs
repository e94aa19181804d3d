//! What another site makes a visitor's browser send.

use http::Method;
use primerka::look::event::Event;
use primerka::look::failure::FailureCode;

use super::super::support::{TestApp, TestForm, events, garment, person};
use super::UNSAFE;

/// What browsers say of a request, and what they do not.
const SITES: [&str; 8] =
    ["", "same-origin", "none", "same-site", "cross-site", "Same-Origin", "same-origin, cross-site", "nonsense"];

/// Origins, and whether each is that of the host which was asked. `HOST` stands for it.
const ORIGINS: [(&str, bool); 12] = [
    ("", false),
    ("http://HOST", true),
    ("https://HOST", true),
    ("null", false),
    ("HOST", false),
    ("http://evil.example", false),
    ("https://evil.example", false),
    ("http://HOST.evil.example", false),
    ("http://evil.example/HOST", false),
    ("http://evil.example:80", false),
    ("http://127.0.0.1", false),
    ("not an origin", false),
];

/// Go 1.25, `net/http`, `CrossOriginProtection`: a browser's own word comes first; then the origin is to be the host's; who says nothing
/// of either is no browser.
fn passes(site: &str, origin: &str, is_hosts: bool) -> bool {
    match site {
        "same-origin" | "none" => true,
        "" => origin.is_empty() || is_hosts,
        _ => false,
    }
}

#[tokio::test]
async fn only_the_site_itself_and_no_browser_at_all_may_change_something() {
    let app = TestApp::with_settings(&[]).await;
    let own = app.base.trim_start_matches("http://");
    let mut decisions = [0, 0];
    for (method, path, status) in UNSAFE {
        // A proxy may ask under a name of its own: then only the browser's word helps.
        for host in [own, "internal:8080"] {
            for site in SITES {
                for (origin, is_hosts) in ORIGINS {
                    let origin = origin.replace("HOST", host);
                    let mut request = app.client.request(Method::from_bytes(method.as_bytes()).unwrap(), app.url(path));
                    request = request.header("host", host);
                    // No header and an empty one are the same.
                    for (name, value) in [("sec-fetch-site", site), ("origin", origin.as_str())] {
                        if !value.is_empty() || host == own {
                            request = request.header(name, value);
                        }
                    }
                    let answered = request.send().await.unwrap().status().as_u16();
                    let passes = passes(site, &origin, is_hosts);
                    let expected = if passes { status } else { 400 };
                    assert_eq!(answered, expected, "{method} {path} on {host} from {site:?}, {origin:?}");
                    decisions[usize::from(passes)] += 1;
                }
            }
        }
    }
    assert!(decisions.iter().all(|count| *count >= 60), "{decisions:?}");
}

#[tokio::test]
async fn looking_is_free_to_all() {
    let app = TestApp::with_settings(&[]).await;
    for method in [Method::GET, Method::HEAD] {
        for path in ["/", "/privacy", "/healthz"] {
            let request = app.client.request(method.clone(), app.url(path));
            let request = request.header("sec-fetch-site", "cross-site").header("origin", "https://evil.example");
            assert_eq!(request.send().await.unwrap().status(), 200, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn the_refusal_is_a_line_in_the_visitors_language_and_is_heard_by_who_still_sends() {
    let app = TestApp::with_settings(&[]).await;
    for (language, words) in [("ru", "с другого сайта"), ("en", "from another site")] {
        for _ in 0..10 {
            let request = app.client.post(app.url("/api/looks")).header("sec-fetch-site", "cross-site");
            let request = request.header("accept-language", language).body(vec![7; 3 * 1024 * 1024]);
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), 400);
            let told = events(&answer.text().await.unwrap());
            let [Event::Failed(failed)] = told.as_slice() else { panic!("{told:?}") };
            assert_eq!(failed.code, FailureCode::BadRequest);
            assert!(failed.message.contains(words), "{failed:?}");
        }
    }
}

#[tokio::test]
async fn a_form_of_our_own_passes_with_and_without_wasm() {
    let app = TestApp::with_settings(&[]).await;
    for (accept, status) in [("text/html,application/xhtml+xml", 303), ("*/*", 503)] {
        for header in [("sec-fetch-site", "same-origin"), ("origin", app.base.as_str())] {
            let request = app.client.post(app.url("/api/looks")).header("accept", accept).header(header.0, header.1);
            let form = TestForm::new(person(), garment()).into_multipart();
            assert_eq!(request.multipart(form).send().await.unwrap().status(), status, "{accept} {header:?}");
        }
    }
}

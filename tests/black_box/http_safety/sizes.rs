//! Requests that are too long, or not as long as they say.

use primerka::server::Deadlines;

use super::super::support::Upstream;
use super::{FORM, FORM_HEAD, HEALTH, Raw, UNSAFE, app, status};

const MEGABYTE: usize = 1024 * 1024;

/// What the buffers of two sockets may hold, and the server's own leeway.
const UNDER_WAY: usize = 16 * MEGABYTE;

/// A chunk of nothing.
fn chunk() -> Vec<u8> {
    let mut chunk = b"10000\r\n".to_vec();
    chunk.resize(chunk.len() + 0x10000, 0);
    chunk.extend_from_slice(b"\r\n");
    chunk
}

#[tokio::test]
async fn what_declares_to_be_too_long_is_refused_before_it_has_come() {
    let upstream = Upstream::start().await;
    let app = app(&upstream, Deadlines::default()).await;
    let mut raw = Raw::open(&app.base).await;
    raw.say(format!("{FORM_HEAD}Content-Length: {}\r\n\r\n{FORM}", 400 * MEGABYTE)).await;
    let (heard, taken) = raw.hear_out_flooding(&vec![0; 65_536]).await;
    assert!(status(&heard) == 413 && heard.contains("body_too_large"), "{heard}");
    assert!(taken < UNDER_WAY, "{taken} bytes were taken");
}

#[tokio::test]
async fn what_has_no_end_is_cut_on_every_route() {
    let upstream = Upstream::start().await;
    let app = app(&upstream, Deadlines::default()).await;
    let routes = UNSAFE.map(|(method, path, _)| (method, path));
    for (method, path) in routes.into_iter().chain([("GET", "/"), ("GET", "/healthz"), ("POST", "/nowhere")]) {
        let head = FORM_HEAD.replacen("POST /api/looks", &format!("{method} {path}"), 1);
        let mut raw = Raw::open(&app.base).await;
        raw.say(format!("{head}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{FORM}\r\n", FORM.len())).await;
        let (heard, taken) = raw.hear_out_flooding(&chunk()).await;
        let most = if path == "/api/looks" { 44 * MEGABYTE + UNDER_WAY } else { UNDER_WAY };
        assert!(taken < most, "{method} {path}: {taken} bytes were taken");
        let is_door = path == "/api/looks";
        assert!(!is_door || status(&heard) == 413, "{heard}");
        assert!(is_door || status(&heard) < 500, "{method} {path}: {heard}");
    }
    assert!(upstream.recorded().is_empty());
}

#[tokio::test]
async fn lengths_that_are_none_are_refused() {
    let upstream = Upstream::start().await;
    let app = app(&upstream, Deadlines::default()).await;
    for lengths in [
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: -5",
        "Content-Length: +5",
        "Content-Length: 5, 5",
        "Content-Length: 5 5",
        "Content-Length: 0x5",
        "Content-Length: five",
        "Content-Length: 99999999999999999999",
        "Transfer-Encoding: gzip",
        "Transfer-Encoding: identity",
        "Transfer-Encoding: chunked, gzip",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip",
    ] {
        let mut raw = Raw::open(&app.base).await;
        raw.say(format!("{FORM_HEAD}{lengths}\r\n\r\nhello")).await;
        assert_eq!(status(&raw.hear_out().await), 400, "{lengths}");
    }
    for chunks in ["hello\r\n", "-1\r\na\r\n", "fffffffffffffffff\r\na\r\n", "2\r\nabc\r\n0\r\n\r\n"] {
        let mut raw = Raw::open(&app.base).await;
        raw.say(format!("{FORM_HEAD}Transfer-Encoding: chunked\r\n\r\n{chunks}")).await;
        assert_eq!(status(&raw.hear_out().await), 400, "{chunks}");
    }
    assert!(upstream.recorded().is_empty());
}

#[tokio::test]
async fn a_body_that_is_not_as_long_as_it_says_does_no_harm() {
    let upstream = Upstream::start().await;
    let app = app(&upstream, Deadlines::default()).await;
    let head = FORM_HEAD.replace("Connection: close\r\n", "");
    // Longer: what is left over is no request.
    let mut raw = Raw::open(&app.base).await;
    raw.say(format!("{head}Content-Length: 10\r\n\r\n{FORM}")).await;
    let heard = raw.hear_out().await;
    let (answers, refusals) = (heard.matches("HTTP/1.1 ").count(), heard.matches("HTTP/1.1 400 ").count());
    assert!(answers > 0 && answers == refusals, "{heard}");
    // Shorter: the client has gone.
    let mut raw = Raw::open(&app.base).await;
    raw.say(format!("{head}Content-Length: 1000\r\n\r\n{FORM}")).await;
    raw.say_no_more().await;
    let heard = raw.hear_out().await;
    assert!(heard.is_empty() || status(&heard) == 400, "{heard}");
    // Both lengths at once: the one in chunks holds, and nothing that follows is read.
    let mut raw = Raw::open(&app.base).await;
    raw.say(format!("{head}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{HEALTH}")).await;
    let heard = raw.hear_out().await;
    assert!(status(&heard) == 400 && heard.matches("HTTP/1.1 ").count() == 1, "{heard}");
    assert!(upstream.recorded().is_empty());
}

#[tokio::test]
async fn heads_have_an_end() {
    let upstream = Upstream::start().await;
    let app = app(&upstream, Deadlines::default()).await;
    let long = format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "a".repeat(40_000));
    let wide = format!("GET / HTTP/1.1\r\nHost: a\r\nCookie: {}\r\n\r\n", "a".repeat(40_000));
    let many = format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "A: b\r\n".repeat(200));
    for head in [long, wide, many] {
        let mut raw = Raw::open(&app.base).await;
        raw.say(head).await;
        assert_eq!(status(&raw.hear_out().await), 431);
    }
}

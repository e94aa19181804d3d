//! Clients that are slow, silent or deaf.

use std::convert::Infallible;
use std::time::Instant;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::get;
use futures::future::{join_all, ready};
use futures::{StreamExt, stream};
use primerka::look::event::Event;
use primerka::server::{Application, Deadlines, Stop, serve};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::time::interval;

use super::super::support::{TestApp, TestForm, Upstream, garment, names, person, read_until};
use super::{FORM, FORM_HEAD, HEALTH, Raw, SHORT, app, status, within};

#[tokio::test]
async fn who_says_nothing_is_closed() {
    let upstream = Upstream::start().await;
    let app = app(&upstream, Deadlines { head: SHORT, ..Deadlines::default() }).await;
    let since = Instant::now();
    assert_eq!(Raw::open(&app.base).await.hear_out().await, "");
    assert!(since.elapsed() >= SHORT, "not before its time");
}

#[tokio::test]
async fn a_head_that_drips_is_closed_whether_it_is_the_first_or_not() {
    let upstream = Upstream::start().await;
    let app = app(&upstream, Deadlines { head: SHORT, ..Deadlines::default() }).await;
    for answered in [0, 1, 2] {
        let mut raw = Raw::open(&app.base).await;
        for _ in 0..answered {
            raw.say(HEALTH).await;
            assert_eq!(raw.answer().await, (200, "ok\n".to_owned()));
        }
        let since = Instant::now();
        raw.say("GET /").await;
        assert_eq!(raw.hear_out_dribbling().await, "");
        assert!(answered == 0 || since.elapsed() >= SHORT, "not before its time");
    }
}

#[tokio::test]
async fn a_connection_is_kept_for_the_next_request_but_not_for_ever() {
    let upstream = Upstream::start().await;
    let app = app(&upstream, Deadlines { idle: SHORT, ..Deadlines::default() }).await;
    let mut raw = Raw::open(&app.base).await;
    let mut since = Instant::now();
    for _ in 0..3 {
        since = Instant::now();
        raw.say(HEALTH).await;
        assert_eq!(raw.answer().await, (200, "ok\n".to_owned()));
    }
    assert_eq!(raw.hear_out().await, "");
    assert!(since.elapsed() >= SHORT, "not before its time");
}

#[tokio::test]
async fn a_body_that_drips_is_refused_in_its_time() {
    let upstream = Upstream::start().await;
    let app = app(&upstream, Deadlines { body: SHORT, ..Deadlines::default() }).await;
    for accept in ["*/*", "text/html"] {
        let mut raw = Raw::open(&app.base).await;
        let since = Instant::now();
        raw.say(format!("{FORM_HEAD}Accept: {accept}\r\nContent-Length: 1000\r\n\r\n{FORM}")).await;
        let heard = raw.hear_out_dribbling().await;
        assert!(status(&heard) == 408 && heard.contains("too slowly"), "{heard}");
        assert!(since.elapsed() >= SHORT, "not before its time");
    }
    assert!(upstream.recorded().is_empty());
}

#[tokio::test]
async fn a_body_that_stops_is_refused_in_its_time() {
    let upstream = Upstream::start().await;
    let app = app(&upstream, Deadlines { silence: SHORT, ..Deadlines::default() }).await;
    for length in ["Content-Length: 1000", "Transfer-Encoding: chunked"] {
        let mut raw = Raw::open(&app.base).await;
        let since = Instant::now();
        raw.say(format!("{FORM_HEAD}{length}\r\n\r\n")).await;
        assert_eq!(status(&raw.hear_out().await), 408, "{length}");
        assert!(since.elapsed() >= SHORT, "not before its time");
    }
}

#[tokio::test]
async fn a_slow_body_that_goes_on_is_heard() {
    let upstream = Upstream::start().await;
    let app = app(&upstream, Deadlines { silence: SHORT, ..Deadlines::default() }).await;
    let mut raw = Raw::open(&app.base).await;
    let (since, mut breath) = (Instant::now(), interval(SHORT / 5));
    raw.say(format!("{FORM_HEAD}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{FORM}\r\n", FORM.len())).await;
    while since.elapsed() < SHORT * 2 {
        breath.tick().await;
        raw.say("5\r\nwords\r\n").await;
    }
    raw.say("7\r\n\r\n--x--\r\n0\r\n\r\n").await;
    let heard = raw.hear_out().await;
    assert!(status(&heard) == 415 && heard.contains("unsupported_image"), "{heard}");
}

/// Tells that a body was dropped.
struct Gone(UnboundedSender<()>);

impl Drop for Gone {
    fn drop(&mut self) {
        let _ = self.0.send(());
    }
}

#[tokio::test]
async fn who_does_not_read_is_closed_and_the_others_are_served() {
    let (told, mut gone) = unbounded_channel();
    let endless = move || {
        let held = Gone(told.clone());
        let chunk = Bytes::from(vec![7; 65_536]);
        let chunks = stream::unfold(held, move |held| {
            let chunk = Ok::<_, Infallible>(chunk.clone());
            async move { Some((chunk, held)) }
        });
        ready(Body::from_stream(chunks))
    };
    let router = Router::new().route("/endless", get(endless)).route("/healthz", get(|| async { "ok\n" }));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let deadlines = Deadlines { unread: SHORT, ..Deadlines::default() };
    let app = Application { router, looks: TestApp::with_settings(&[]).await.looks };
    tokio::spawn(serve(listener, app, Stop::default(), deadlines));

    let (mut deaf, since) = (Raw::open(&address).await, Instant::now());
    deaf.say("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let mut other = Raw::open(&address).await;
    for _ in 0..20 {
        other.say(HEALTH).await;
        assert_eq!(other.answer().await, (200, "ok\n".to_owned()));
    }
    within(gone.recv()).await.unwrap();
    assert!(since.elapsed() >= SHORT, "not before its time");
    other.say(HEALTH).await;
    assert_eq!(other.answer().await, (200, "ok\n".to_owned()));
    assert!(status(&deaf.hear_out().await) == 200, "what was sent before can be read");
}

#[tokio::test]
async fn a_stream_without_news_outlives_every_deadline() {
    let upstream = Upstream::gated().await;
    let app = app(&upstream, Deadlines { head: SHORT, idle: SHORT, unread: SHORT, ..Deadlines::default() }).await;
    let (_, rest) = read_until(app.ask(TestForm::new(person(), garment())).await, "describing").await;
    upstream.arrival().await;
    // The server itself tells that time passes.
    for _ in 0..3 {
        assert_eq!(Raw::open(&app.base).await.hear_out().await, "");
    }
    upstream.let_through(2);
    let rest: Vec<Event> = within(rest.collect()).await;
    assert_eq!(names(&rest), ["described", "generating", "done"]);
}

#[tokio::test]
async fn a_thousand_silent_clients_are_closed_and_the_others_are_served() {
    let upstream = Upstream::start().await;
    let head = SHORT * 6;
    let app = app(&upstream, Deadlines { head, ..Deadlines::default() }).await;
    let mut silent = Vec::new();
    for _ in 0..as_many_as_files_allow() {
        silent.push(Raw::open(&app.base).await);
    }
    let since = Instant::now();
    let mut other = Raw::open(&app.base).await;
    for _ in 0..20 {
        other.say(HEALTH).await;
        assert_eq!(other.answer().await, (200, "ok\n".to_owned()));
    }
    let heard = join_all(silent.iter_mut().map(Raw::hear_out)).await;
    assert!(heard.iter().all(String::is_empty));
    assert!(since.elapsed() < head + SHORT * 20, "all in their time");
    other.say(HEALTH).await;
    assert_eq!(other.answer().await, (200, "ok\n".to_owned()));
}

/// A thousand, or fewer where this process may not have both ends of so many sockets.
fn as_many_as_files_allow() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let words = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let files: Option<usize> = words.and_then(|words| words.split_whitespace().next()?.parse().ok());
    files.map_or(200, |files| (files / 4).min(1000))
}

#[tokio::test]
async fn no_more_than_so_many_connections_are_open_at_once() {
    let upstream = Upstream::start().await;
    let app = app(&upstream, Deadlines { head: SHORT, connections: 2, ..Deadlines::default() }).await;
    let since = Instant::now();
    let silent = [Raw::open(&app.base).await, Raw::open(&app.base).await];
    let mut next = Raw::open(&app.base).await;
    next.say(HEALTH).await;
    assert_eq!(next.answer().await, (200, "ok\n".to_owned()));
    assert!(since.elapsed() >= SHORT, "it has waited for a place");
    drop(silent);
}

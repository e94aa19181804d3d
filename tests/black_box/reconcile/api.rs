//! A logs API that is away, refuses or talks nonsense changes nothing in the books, and is said to.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, Uri};
use primerka::gateway::CloudflareLogs;
use primerka::guard::reconcile::{Reconciled, Reconciler, Unreconciled};
use primerka::look::step::Step;
use primerka::server::TokioRuntime;
use primerka::store::ledger::SqlLedger;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{Books, Caller, House, WORST, config, trace_of_a_look};

/// Something that is asked for a log, and counts how often.
struct Pretender {
    url: String,
    origin: String,
    asked: Arc<AtomicUsize>,
}

impl Pretender {
    async fn start(answer: impl Fn(&Uri) -> Response + Clone + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(AtomicUsize::new(0));
        let counter = asked.clone();
        let router = Router::new().fallback(move |uri: Uri| {
            counter.fetch_add(1, Ordering::Relaxed);
            let response = answer(&uri);
            async move { response }
        });
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url: format!("{origin}/v1/account/gateway"), origin, asked }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

/// A reconciler that asks the log of the gateway at `url`.
fn reconciler(books: &Books, url: &str, api_token: &str) -> Reconciler {
    let runtime = Arc::new(TokioRuntime);
    let logs = CloudflareLogs::new(&config(url, Some(api_token)), runtime.clone()).unwrap().unwrap();
    let ledger = SqlLedger::new(books.0.clone(), "other".to_owned());
    Reconciler::new(Arc::new(ledger), Arc::new(logs), runtime, Duration::ZERO)
}

/// What the operator is told when nothing can be reconciled.
async fn refused(books: &Books, url: &str, api_token: &str) -> String {
    let outcome = reconciler(books, url, api_token).reconcile().await;
    assert_eq!((books.charged().await, books.unsettled().await), (2 * WORST, 2), "{outcome:?}");
    let Err(Unreconciled::Log(why)) = &outcome else { panic!("{outcome:?}") };
    assert!(!why.contains(api_token), "{why}");
    why.clone()
}

/// A row of a page, none of a call of ours.
fn row(id: usize) -> Value {
    let at = format!("2026-11-24T10:00:{:02}.000Z", id % 60);
    json!({ "id": id.to_string(), "created_at": at, "success": true, "cached": false, "metadata": { "step": 2 } })
}

fn page(rows: impl IntoIterator<Item = usize>, total: usize) -> Response {
    let rows: Vec<_> = rows.into_iter().map(row).collect();
    axum::Json(json!({ "success": true, "result": rows, "result_info": { "total_count": total } })).into_response()
}

fn number_of(uri: &Uri) -> usize {
    let page = uri.query().unwrap().split('&').find_map(|pair| pair.strip_prefix("page="));
    page.unwrap().parse().unwrap()
}

/// Books with a call that was made and one that was not, both of a process that is gone.
async fn books_in_doubt(house: &House) -> (tempfile::TempDir, Books) {
    let (folder, books) = Books::new().await;
    let gone = Caller::new(house, &books, "gone");
    let trace = trace_of_a_look();
    gone.reserve(&trace, Step::Describe).await;
    gone.ask(&trace, Step::Describe).await;
    gone.reserve(&trace, Step::TryOn).await;
    (folder, books)
}

#[tokio::test]
async fn an_api_that_refuses_or_is_away_changes_nothing() {
    let house = House::start().await;
    let (_folder, books) = books_in_doubt(&house).await;
    let why = refused(&books, &house.url, "a-token-that-is-wrong").await;
    assert!(why.contains("HTTP 401") && why.contains("CLOUDFLARE_API_TOKEN"), "{why}");
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let why = refused(&books, &format!("http://{nobody}/v1/account/gateway"), "secret-token").await;
    assert_eq!(why, "no connection");
    for (status, says) in [(404, "no such account or gateway"), (429, "HTTP 429"), (500, "HTTP 500"), (204, "HTTP 204")]
    {
        let pretender = Pretender::start(move |_| StatusCode::from_u16(status).unwrap().into_response()).await;
        let why = refused(&books, &pretender.url, "secret-token").await;
        assert!(why.contains(says), "{why}");
        assert_eq!(pretender.asked(), 1, "not asked again at once");
    }
    // The true log still tells.
    let done = house.reconciler(&books, "other").reconcile().await.unwrap();
    assert_eq!((done.settled, done.released, books.charged().await), (1, 1, house.logged().await.0));
}

#[tokio::test]
async fn an_api_that_talks_nonsense_changes_nothing() {
    let house = House::start().await;
    let (_folder, books) = books_in_doubt(&house).await;
    for nonsense in [
        "",
        "<!DOCTYPE html><title>Log in</title>",
        "null",
        "[]",
        r#"{"success":true}"#,
        r#"{"success":true,"result":7}"#,
        r#"{"success":true,"result":["row"]}"#,
        r#"{"success":false,"result":[]}"#,
    ] {
        let pretender = Pretender::start(move |_| nonsense.into_response()).await;
        assert_eq!(
            refused(&books, &pretender.url, "secret-token").await,
            "what came is no page of a log",
            "{nonsense}"
        );
    }
    let endless = Pretender::start(|_| "x".repeat(5 * 1024 * 1024).into_response()).await;
    assert_eq!(refused(&books, &endless.url, "secret-token").await, "the answer is too long");
}

#[tokio::test]
async fn the_token_follows_no_redirect() {
    let house = House::start().await;
    let (_folder, books) = books_in_doubt(&house).await;
    let elsewhere = Pretender::start(|_| page([], 0)).await;
    let location = elsewhere.origin.clone();
    let pretender =
        Pretender::start(move |_| (StatusCode::FOUND, [("location", location.clone())]).into_response()).await;
    assert_eq!(refused(&books, &pretender.url, "secret-token").await, "HTTP 302");
    assert_eq!((pretender.asked(), elsewhere.asked()), (1, 0));
}

#[tokio::test]
async fn a_log_that_breaks_off_changes_nothing() {
    let house = House::start().await;
    let (_folder, books) = books_in_doubt(&house).await;
    let pretender = Pretender::start(|uri| match number_of(uri) {
        1 => page(0..50, 60),
        _ => StatusCode::BAD_GATEWAY.into_response(),
    });
    let pretender = pretender.await;
    assert_eq!(refused(&books, &pretender.url, "secret-token").await, "HTTP 502");
    assert_eq!(pretender.asked(), 2);
}

#[tokio::test]
async fn a_log_without_end_is_read_for_forty_pages_and_releases_nothing() {
    let house = House::start().await;
    let (_folder, books) = books_in_doubt(&house).await;
    let endless = Pretender::start(|uri| {
        let first = (number_of(uri) - 1) * 50;
        page(first..first + 50, 1_000_000)
    });
    let endless = endless.await;
    let outcome = reconciler(&books, &endless.url, "secret-token").reconcile().await;
    assert_eq!(outcome, Ok(Reconciled { left: 2, ..Reconciled::default() }));
    assert_eq!((endless.asked(), books.charged().await), (40, 2 * WORST));
}

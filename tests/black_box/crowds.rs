//! Crowds: a thousand who want the same, five hundred who want more than there is money for.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use futures::future::join_all;
use primerka::embedded_gateway::{ACCOUNT, GATEWAY, router, url_at};
use primerka::look::event::Event;
use primerka::look::failure::FailureCode;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::support::{Answer, TestApp, TestForm, Upstream, events, jpeg, names, picture, read_until};

const CROWD: usize = 1_000;

/// Small photos: a crowd's uploads are all in memory at once.
fn form(side: u32) -> TestForm {
    TestForm::new(jpeg(&picture(side, 120)), jpeg(&picture(90, 110)))
}

async fn keeping(upstream: &Upstream) -> TestApp {
    let (url, ttl) = (upstream.url.as_str(), "86400");
    TestApp::with_settings(&[("GATEWAY_URL", url), ("GATEWAY_TOKEN", "canary-token"), ("CACHE_TTL", ttl)]).await
}

/// Everybody of the crowd has been accepted, and nobody answered.
async fn everybody_waits(app: &TestApp) -> Vec<reqwest::Response> {
    let answers = join_all((0..CROWD).map(|_| app.ask(form(100)))).await;
    assert!(answers.iter().all(|answer| answer.status() == 200));
    answers
}

async fn last_of_each(answers: Vec<reqwest::Response>) -> Vec<Event> {
    join_all(answers.into_iter().map(async |answer| events(&answer.text().await.unwrap()).pop().unwrap())).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_of_the_same_at_once_are_one_pair_also_when_the_first_leaves() {
    let upstream = Upstream::gated().await;
    let app = keeping(&upstream).await;
    let (_, first) = read_until(app.ask(form(100)).await, "describing").await;
    upstream.arrival().await;
    let answers = everybody_waits(&app).await;
    drop(first);
    upstream.let_through(2);
    let ends = last_of_each(answers).await;
    assert!(ends.iter().all(|end| matches!(end, Event::Done { cost_usd: Some(cost), .. } if *cost == 0.0)));
    assert_eq!((ends.len(), upstream.recorded().len()), (CROWD, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_are_told_of_one_failure() {
    let upstream = Upstream::gated().await;
    let app = keeping(&upstream).await;
    let answers = everybody_waits(&app).await;
    upstream.script([Answer::described(), Answer::new(401, r#"{"error":[{"code":2009,"message":"Unauthorized"}]}"#)]);
    upstream.let_through(2);
    let ends = last_of_each(answers).await;
    let told = |end: &Event| matches!(end, Event::Failed(failed) if failed.code == FailureCode::Unauthorized);
    assert!(ends.iter().all(told));
    assert_eq!((ends.len(), upstream.recorded().len()), (CROWD, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_are_answered_by_a_server_that_is_told_to_stop_midway() {
    let upstream = Upstream::gated().await;
    let app = keeping(&upstream).await;
    let answers = everybody_waits(&app).await;
    app.stop.ask();
    upstream.let_through(2);
    let ends = last_of_each(answers).await;
    assert!(ends.iter().all(|end| matches!(end, Event::Done { .. })));
    assert_eq!((ends.len(), upstream.recorded().len()), (CROWD, 2));
    app.server.await.unwrap();
}

/// An embedded gateway whose model calls wait for permits.
struct Gated {
    url: String,
    logs: String,
    gate: Arc<Semaphore>,
}

impl Gated {
    async fn start(permits: usize) -> Self {
        let gate = Arc::new(Semaphore::new(permits));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let gated = router(None).layer(middleware::from_fn_with_state(gate.clone(), wait));
        tokio::spawn(async move { axum::serve(listener, gated).await });
        let logs = format!("http://{address}/client/v4/accounts/{ACCOUNT}/ai-gateway/gateways/{GATEWAY}/logs");
        Self { url: url_at(address), logs, gate }
    }

    /// Every row of its log.
    async fn rows(&self, client: &reqwest::Client) -> Vec<Value> {
        let mut rows = Vec::new();
        for page in 1.. {
            let answer = client.get(format!("{}?per_page=50&page={page}", self.logs)).send().await.unwrap();
            let answer: Value = answer.json().await.unwrap();
            let found = answer["result"].as_array().unwrap();
            if found.is_empty() {
                return rows;
            }
            rows.extend(found.iter().cloned());
        }
        unreachable!("a page is the last")
    }
}

async fn wait(State(gate): State<Arc<Semaphore>>, request: Request, next: Next) -> Response {
    if request.uri().path().ends_with(":generateContent") {
        gate.acquire().await.unwrap().forget();
    }
    next.run(request).await
}

/// The worst price of a look with the usual model: both steps at `maxOutputTokens` of the dearest kind, and what is sent.
const WORST_USD: f64 = (2.0 * 20_000.0 * 1.5 + (8192.0 + 1120.0 + 8192.0) * 30.0) / 1e6;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_hundred_at_once_spend_the_budget_for_ten_and_the_books_are_the_gateways() {
    let gateway = Gated::start(0).await;
    let budget = (WORST_USD * 10.5).to_string();
    let settings = [
        ("GATEWAY_URL", gateway.url.as_str()),
        ("GATEWAY_TOKEN", "canary-token"),
        ("DAILY_BUDGET_USD", &budget),
        ("MAX_CONCURRENT_LOOKS", "1000"),
        ("GATEWAY_TIMEOUT", "300"),
    ];
    let app = TestApp::with_settings(&settings).await;
    // One photo each, told apart by a byte behind the picture.
    let photo = |at: u16| {
        let mut person = jpeg(&picture(120, 160));
        person.extend(at.to_be_bytes());
        TestForm::new(person, jpeg(&picture(90, 110)))
    };
    let answers = join_all((0..500).map(|at| app.ask(photo(at)))).await;
    // Of the ten that may be made, three steps fail in a way that costs nothing.
    let origin = gateway.url.split("/v1/").next().unwrap();
    let fault = serde_json::json!({ "name": "key_invalid", "step": 2, "times": 3 });
    let armed = app.client.post(format!("{origin}/control/faults")).json(&fault).send().await.unwrap();
    assert_eq!(armed.status(), 204);
    gateway.gate.add_permits(100_000);
    let (mut made, mut failed, mut refused) = (0, 0, 0);
    for answer in answers {
        let status = answer.status().as_u16();
        match events(&answer.text().await.unwrap()).last() {
            Some(Event::Done { .. }) => made += 1,
            Some(Event::Failed(told)) if told.code == FailureCode::BudgetExhausted => {
                assert_eq!(status, 503);
                refused += 1;
            }
            Some(Event::Failed(told)) => {
                assert_eq!(told.code, FailureCode::ProviderKeyInvalid);
                failed += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((made, failed, refused), (7, 3, 490));
    let rows = gateway.rows(&app.client).await;
    assert_eq!(rows.len(), 20, "ten pairs");
    let theirs: f64 = rows.iter().map(|row| row["cost"].as_f64().unwrap()).sum();
    let database = app.folder.path().join("primerka.db");
    let connection = tokio_rusqlite::Connection::open(database).await.unwrap();
    // As the gateway prices: `cf-aig-custom-cost` has one price for all that is answered, so words beside a picture cost as pictures do.
    let sql =
        "SELECT sum(nanos) + sum(text_tokens) FILTER (WHERE step = 2) * 22500, sum(state <> 'settled') FROM calls";
    let books = connection.call(move |connection| connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))));
    let (nanos, open): (u32, u32) = books.await.unwrap();
    assert_eq!(open, 0);
    assert!((f64::from(nanos) / 1e9 - theirs).abs() < 0.005 && theirs > 0.2, "ours {nanos}, theirs {theirs}");
    // What was given back is there to be spent.
    assert_eq!(names(&app.look(photo(1_000)).await).last().unwrap(), "done");
}

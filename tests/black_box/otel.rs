//! Spans as a collector receives them.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use http::HeaderMap;
use tokio::net::TcpListener;

use super::configuration::{Running, primerka};

/// What has come to `/v1/traces`.
type Received = Arc<Mutex<Vec<(HeaderMap, Bytes)>>>;

async fn take(State(received): State<Received>, headers: HeaderMap, body: Bytes) {
    received.lock().unwrap().push((headers, body));
}

/// A collector that keeps what it gets, and its address.
async fn collector() -> (Received, String) {
    let received = Received::default();
    let app = Router::new().route("/v1/traces", post(take)).with_state(received.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (received, address)
}

fn has(body: &[u8], words: &str) -> bool {
    body.windows(words.len()).any(|window| window == words.as_bytes())
}

// The binary is waited for on a thread of its own, so that the collector can answer it.
#[tokio::test(flavor = "multi_thread")]
async fn spans_are_with_the_collector_when_the_process_has_ended() {
    let (received, collector) = collector().await;
    let folder = tempfile::tempdir().unwrap();
    let settings = [("OTEL_EXPORTER_OTLP_ENDPOINT", collector.as_str()), ("NO_PROXY", "127.0.0.1")];
    let running = Running::start(primerka(folder.path()).envs(settings));
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = client.get(format!("{}/healthz", running.base)).send().await.unwrap();
    let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
    drop((answer, client));
    let log = tokio::task::spawn_blocking(move || running.stop()).await.unwrap();

    let received = received.lock().unwrap();
    let (headers, body) = received.first().unwrap_or_else(|| panic!("nothing came: {log}"));
    assert_eq!(headers["content-type"], "application/x-protobuf");
    for words in ["service.name", "primerka", "service.version", "request", "/healthz", id.as_str()] {
        assert!(received.iter().any(|(_, body)| has(body, words)), "{words} is not in {body:?}");
    }
}

#[tokio::test]
async fn nothing_is_sent_where_no_collector_is_named_and_a_wrong_one_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let silent = Running::start(primerka(folder.path()).env("OTEL_EXPORTER_OTLP_ENDPOINT", "")).stop();
    assert!(!silent.contains("OTEL"), "{silent}");
    let wrong = Running::start(primerka(folder.path()).env("OTEL_EXPORTER_OTLP_ENDPOINT", "not a url")).stop();
    assert!(wrong.contains("no spans are exported, for OTEL_EXPORTER_OTLP_ENDPOINT"), "{wrong}");
}

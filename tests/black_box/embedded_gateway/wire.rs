//! Faults of the connection itself, over a bare socket.

use std::io::ErrorKind;
use std::time::Duration;

use primerka::embedded_gateway::{ACCOUNT, GATEWAY, router};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{Gateway, MODEL, TOKEN, words};

impl Gateway {
    /// Asks over a socket of its own.
    async fn raw(&self) -> TcpStream {
        let address = self.origin.strip_prefix("http://").unwrap();
        let mut socket = TcpStream::connect(address).await.unwrap();
        let body = words().to_string();
        let path = format!("/v1/{ACCOUNT}/{GATEWAY}/google-ai-studio/v1beta/models/{MODEL}:generateContent");
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {address}\r\ncf-aig-authorization: Bearer {TOKEN}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        socket.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
        socket
    }

    async fn open_calls(&self) -> u64 {
        self.control(Method::GET, "calls", Value::Null).await["open"].as_u64().unwrap()
    }

    async fn until_open(&self, calls: u64) {
        while self.open_calls().await != calls {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Waits until all that is armed happens.
    async fn until_taken(&self) {
        while self.control(Method::GET, "faults", Value::Null).await != json!({ "faults": [] }) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// What arrives until the connection ends, and how it ends.
async fn read(mut socket: TcpStream) -> (Vec<u8>, Option<ErrorKind>) {
    let mut bytes = Vec::new();
    let end = socket.read_to_end(&mut bytes).await;
    (bytes, end.err().map(|error| error.kind()))
}

#[tokio::test]
async fn connections_end_where_they_were_told_to() {
    let gateway = Gateway::start().await;
    for (fault, length, end) in [
        (json!({ "name": "refuse" }), 0, None),
        (json!({ "name": "hangup", "after_bytes": 100 }), 100, None),
        (json!({ "name": "reset" }), 0, Some(ErrorKind::ConnectionReset)),
        (json!({ "name": "reset", "after_bytes": 700 }), 700, Some(ErrorKind::ConnectionReset)),
    ] {
        gateway.arm(fault.clone()).await;
        let (bytes, ended) = read(gateway.raw().await).await;
        assert_eq!((bytes.len(), ended), (length, end), "{fault}");
    }
    assert_eq!(gateway.ask(&words()).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_stalled_answer_has_a_head_and_disarming_lets_go() {
    let gateway = Gateway::start().await;
    gateway.arm(json!({ "name": "stall" })).await;
    let answer = gateway.ask(&words()).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(gateway.open_calls().await, 1);
    gateway.request(Method::DELETE, "/control/faults").send().await.unwrap();
    assert!(answer.bytes().await.is_err());
    assert_eq!(gateway.open_calls().await, 0);
}

#[tokio::test]
async fn silence_ends_by_disarming_or_with_the_caller() {
    let gateway = Gateway::start().await;
    gateway.arm(json!({ "name": "silence" })).await;
    let socket = gateway.raw().await;
    gateway.until_taken().await;
    assert_eq!(gateway.open_calls().await, 1);
    gateway.request(Method::DELETE, "/control/faults").send().await.unwrap();
    assert_eq!(read(socket).await, (Vec::new(), None));
    gateway.until_open(0).await;

    gateway.arm(json!({ "name": "silence" })).await;
    let socket = gateway.raw().await;
    gateway.until_taken().await;
    drop(socket);
    gateway.until_open(0).await;
}

#[tokio::test]
async fn a_huge_body_is_made_while_it_is_sent() {
    let gateway = Gateway::start().await;
    gateway.arm(json!({ "name": "huge_body" })).await;
    let mut answer = gateway.ask(&words()).send().await.unwrap();
    let mut read = 0;
    while read < 32 * 1024 * 1024 {
        read += answer.chunk().await.unwrap().unwrap().len();
    }
    drop(answer);
    let rows = gateway.logs("").await;
    assert_eq!(rows[0]["response_size"], 0, "nothing of it is kept");
}

#[tokio::test]
async fn under_another_server_the_body_breaks_off() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router(None)).await });
    let gateway = Gateway { origin, client: reqwest::Client::builder().no_proxy().build().unwrap() };
    gateway.arm(json!({ "name": "reset" })).await;
    match gateway.ask(&words()).send().await {
        Ok(answer) => assert!(answer.bytes().await.is_err()),
        Err(error) => assert!(error.is_request()),
    }
}

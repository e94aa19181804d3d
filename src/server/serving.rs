//! The native server's sockets. No client is waited for without end, and neither is the server when it is to stop.

mod alarm;
mod bodies;
mod exchange;
mod socket;

use std::convert::Infallible;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{Request, StatusCode, header};
use http_body::Body as _;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use self::bodies::{Answer, Upload};
use self::exchange::{Exchange, UnderWay};
use self::socket::Socket;
use super::TokioRuntime;
use super::app::Application;
use super::stopping::Stop;
use crate::api::address::Peer;
use crate::guard::registry::Looks;
use crate::runtime::Runtime;

/// Longest head of a request.
const MAX_HEAD_BYTES: usize = 32 * 1024;

/// How long nobody is accepted when the system has nothing left to accept with.
const BREATHER: Duration = Duration::from_secs(1);

/// What a client gets to read whose body came too slowly.
const TOO_SLOW: &str = "Запрос шёл слишком медленно.\nThe request came too slowly.\n";

/// How long the server waits for what, and for how many clients at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadlines {
    /// For a request's head: the first one from the moment of the connection, a later one from its first byte.
    pub head: Duration,
    /// For the next request on a connection. Longer than most proxies keep one, so that it is they who close it.
    pub idle: Duration,
    /// For the next byte of a request's body.
    pub silence: Duration,
    /// For all of a request's body.
    pub body: Duration,
    /// For a client to take more of an answer that lies ready. A stream that has no news is no such answer.
    pub unread: Duration,
    /// For what a client still sends when it has its answer.
    pub leftover: Duration,
    /// For what is under way when a stop is asked for.
    pub grace: Duration,
    /// For those who are told that the grace is over.
    pub farewell: Duration,
    /// Most connections at once. The next ones wait in the system's own queue.
    pub connections: u32,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            idle: Duration::from_secs(75),
            silence: Duration::from_secs(20),
            body: Duration::from_mins(5),
            unread: Duration::from_mins(1),
            leftover: Duration::from_secs(2),
            grace: Duration::from_secs(20),
            farewell: Duration::from_secs(1),
            connections: 10_000,
        }
    }
}

/// Serves `app` until `stop` is asked for; then gives what is under way its time, looks that nobody listens to included. Ends at once when there is nothing.
pub async fn serve(listener: TcpListener, app: Application, stop: Stop, deadlines: Deadlines) {
    let Application { router, looks } = app;
    let host = Arc::new(Host::new(router, deadlines));
    tokio::select! {
        () = host.clone().receive(listener) => {}
        () = stop.asked() => {}
    }
    looks.stop();
    host.leaving.cancel();
    if timeout(deadlines.grace, ended(&host, &looks)).await.is_err() {
        tracing::warn!("{} s were not enough: what is still under way is given up", deadlines.grace.as_secs());
        looks.give_up();
        // For their answers to leave; what is given up is not waited for.
        let _ = timeout(deadlines.farewell, host.emptied()).await;
    }
}

/// Ends when there is nothing left to wait for.
async fn ended(host: &Host, looks: &Looks) {
    looks.landed().await;
    host.emptied().await;
    // One that was asked for in the moment of the stop.
    looks.landed().await;
}

/// Who receives the clients.
struct Host {
    app: Router,
    http: http1::Builder,
    deadlines: Deadlines,
    /// A permit for each connection that may be open.
    places: Arc<Semaphore>,
    /// Connections are to end with the answer that they are at.
    leaving: CancellationToken,
}

impl Host {
    fn new(app: Router, deadlines: Deadlines) -> Self {
        let mut http = http1::Builder::new();
        // hyper waits for the first byte of a request no longer than for its last. The socket is stricter with what has begun.
        http.timer(TokioTimer::new()).header_read_timeout(deadlines.idle).max_header_size(MAX_HEAD_BYTES);
        let places = usize::try_from(deadlines.connections).unwrap_or(Semaphore::MAX_PERMITS);
        Self {
            app: app.with_state(()),
            http,
            deadlines,
            places: Arc::new(Semaphore::new(places)),
            leaving: CancellationToken::new(),
        }
    }

    /// Lets clients in, for ever.
    async fn receive(self: Arc<Self>, listener: TcpListener) {
        // The semaphore is never closed.
        while let Ok(place) = self.places.clone().acquire_owned().await {
            match listener.accept().await {
                Ok((stream, peer)) => TokioRuntime.spawn(Box::pin(self.clone().attend(stream, peer, place))),
                Err(error) if has_gone(error.kind()) => {}
                Err(error) => {
                    tracing::error!("nobody can be let in: {error}");
                    TokioRuntime.sleep(BREATHER).await;
                }
            }
        }
    }

    /// Answers one client until it goes, takes too long, or the server leaves.
    async fn attend(self: Arc<Self>, stream: TcpStream, peer: SocketAddr, _place: OwnedSemaphorePermit) {
        // Events are small and must leave at once.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!("a connection stays slow: {error}");
        }
        let exchange = Exchange::default();
        let socket = Socket::new(stream, &exchange, &self.deadlines);
        let service = service_fn(|request: Request<Incoming>| {
            let under_way = exchange.answer_begins();
            let mut request = request.map(|body| self.upload(body, &exchange));
            request.extensions_mut().insert(Peer(peer.ip()));
            answer(self.app.clone(), request, exchange.clone(), under_way)
        });
        let mut connection = pin!(self.http.serve_connection(TokioIo::new(socket), service));
        let end = tokio::select! {
            end = connection.as_mut() => end,
            () = self.leaving.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = end {
            tracing::debug!("a connection broke: {error}");
        }
    }

    fn upload(&self, body: Incoming, exchange: &Exchange) -> Body {
        if body.is_end_stream() { Body::empty() } else { Body::new(Upload::new(body, exchange, &self.deadlines)) }
    }

    /// Ends when no connection is open.
    async fn emptied(&self) {
        let _ = self.places.acquire_many(self.deadlines.connections).await;
    }
}

async fn answer(
    app: Router,
    request: Request<Body>,
    exchange: Exchange,
    under_way: UnderWay,
) -> Result<Response<Answer>, Infallible> {
    let response = app.oneshot(request).await?;
    // Whoever read the body knows only that it broke off.
    let response = if exchange.is_late() { too_slow(&response) } else { response };
    Ok(response.map(|body| Answer::new(body, under_way)))
}

/// With the headers of the answer in whose place it stands: the request's name and what every answer has.
fn too_slow(instead_of: &Response) -> Response {
    let mut response = (StatusCode::REQUEST_TIMEOUT, [(header::CONNECTION, "close")], TOO_SLOW).into_response();
    let of_the_body = [header::CONTENT_TYPE, header::CONTENT_LENGTH, header::CONTENT_ENCODING];
    for (name, value) in instead_of.headers().iter().filter(|(name, _)| !of_the_body.contains(name)) {
        response.headers_mut().append(name, value.clone());
    }
    response
}

/// Whether a client went before it was let in.
fn has_gone(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::ConnectionAborted | ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset)
}

//! The bodies of requests and answers: a request's must come in time, an answer's end is told.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::BoxError;
use axum::body::Body;
use bytes::Bytes;
use http_body::{Body as _, Frame, SizeHint};
use hyper::body::Incoming;

use super::Deadlines;
use super::alarm::Alarm;
use super::exchange::{Exchange, UnderWay};

/// A request's body. Whoever reads it gets an error once it comes too slowly.
pub(super) struct Upload {
    body: Incoming,
    exchange: Exchange,
    silence: Alarm,
    whole: Alarm,
    is_over: bool,
}

/// Nobody waits for a body like that.
#[derive(Debug, thiserror::Error)]
#[error("the body came too slowly")]
struct Late;

impl Upload {
    pub(super) fn new(body: Incoming, exchange: &Exchange, deadlines: &Deadlines) -> Self {
        let (silence, whole) = (Alarm::new(deadlines.silence), Alarm::new(deadlines.body));
        Self { body, exchange: exchange.clone(), silence, whole, is_over: false }
    }
}

impl http_body::Body for Upload {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = self.get_mut();
        match Pin::new(&mut this.body).poll_frame(cx) {
            Poll::Ready(frame) => {
                this.silence.unset();
                this.is_over = frame.is_none();
                Poll::Ready(frame.map(|frame| frame.map_err(BoxError::from)))
            }
            Poll::Pending if this.silence.has_rung(cx) || this.whole.has_rung(cx) => {
                this.exchange.body_is_late();
                Poll::Ready(Some(Err(Late.into())))
            }
            Poll::Pending => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if !self.is_over && !self.body.is_end_stream() {
            self.exchange.body_is_left();
        }
    }
}

/// An answer's body.
pub(super) struct Answer {
    body: Body,
    _under_way: UnderWay,
}

impl Answer {
    pub(super) fn new(body: Body, under_way: UnderWay) -> Self {
        Self { body, _under_way: under_way }
    }
}

impl http_body::Body for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.get_mut().body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

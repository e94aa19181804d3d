//! A client's socket: reading and writing that end in time.

use std::io::{Error, ErrorKind, IoSlice, Result};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::Deadlines;
use super::alarm::Alarm;
use super::exchange::{Exchange, Phase};

/// Most bytes that are read and dropped after the last answer.
const LEFTOVER_BYTES: usize = 4 * 1024 * 1024;

/// A connection whose client is not waited for without end.
pub(super) struct Socket {
    stream: TcpStream,
    exchange: Exchange,
    head: Alarm,
    unread: Alarm,
    leftover: Alarm,
    leftover_bytes: usize,
}

impl Socket {
    pub(super) fn new(stream: TcpStream, exchange: &Exchange, deadlines: &Deadlines) -> Self {
        Self {
            stream,
            exchange: exchange.clone(),
            head: Alarm::new(deadlines.head),
            unread: Alarm::new(deadlines.unread),
            leftover: Alarm::new(deadlines.leftover),
            leftover_bytes: LEFTOVER_BYTES,
        }
    }

    /// What a write has come to. Only one that waits for the client is timed: a stream that has no news writes nothing.
    fn written<T>(&mut self, written: Poll<Result<T>>, cx: &mut Context<'_>) -> Poll<Result<T>> {
        match written {
            Poll::Pending if self.unread.has_rung(cx) => Poll::Ready(Err(ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
            written @ Poll::Ready(_) => {
                self.unread.unset();
                written
            }
        }
    }

    /// Reads and drops what the client still sends: a socket that is closed with bytes unread takes its last answer along.
    fn poll_leftover(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut dropped = [0; 8192];
        while self.leftover_bytes > 0 && !self.leftover.has_rung(cx) {
            let mut into = ReadBuf::new(&mut dropped);
            match ready!(Pin::new(&mut self.stream).poll_read(cx, &mut into)) {
                Ok(()) if !into.filled().is_empty() => {
                    self.leftover_bytes = self.leftover_bytes.saturating_sub(into.filled().len());
                }
                _ => break,
            }
        }
        Poll::Ready(())
    }
}

impl AsyncRead for Socket {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let this = self.get_mut();
        let before = into.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(cx, into);
        match this.exchange.phase() {
            Phase::Head if read.is_pending() && this.head.has_rung(cx) => {
                return Poll::Ready(Err(Error::new(ErrorKind::TimedOut, "no request came")));
            }
            Phase::Idle if into.filled().len() > before => {
                this.head.unset();
                this.exchange.head_begins();
            }
            _ => {}
        }
        read
    }
}

impl AsyncWrite for Socket {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write(cx, bytes);
        this.written(written, cx)
    }

    fn poll_write_vectored(self: Pin<&mut Self>, cx: &mut Context<'_>, slices: &[IoSlice<'_>]) -> Poll<Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write_vectored(cx, slices);
        this.written(written, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let this = self.get_mut();
        ready!(Pin::new(&mut this.stream).poll_shutdown(cx))?;
        if this.exchange.is_unread() {
            ready!(this.poll_leftover(cx));
        }
        Poll::Ready(Ok(()))
    }
}

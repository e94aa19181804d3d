//! The sockets of the gateway's own server: a handler can have the connection under it end after so many bytes more.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

use super::locked;

/// How a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// In order (FIN).
    Closed,
    /// By RST: `SO_LINGER` 0.
    Reset,
}

/// Who calls, and the hand on their connection.
#[derive(Clone, Debug)]
pub(super) struct Peer {
    pub(super) address: IpAddr,
    pub(super) wire: Wire,
}

/// A hand on a connection; no hand at all where another server holds it.
#[derive(Clone, Debug, Default)]
pub(super) struct Wire {
    cut: Arc<Mutex<Option<(usize, End)>>>,
    is_held: bool,
}

impl Wire {
    /// Whether a cut has any effect.
    pub(super) fn is_held(&self) -> bool {
        self.is_held
    }

    /// Ends the connection when so many more bytes have been written.
    pub(super) fn cut(&self, after_bytes: usize, end: End) {
        *locked(&self.cut) = Some((after_bytes, end));
    }

    /// Takes a cut back that the last answer was too short for.
    pub(super) fn mend(&self) {
        *locked(&self.cut) = None;
    }
}

/// Accepts connections that can be cut.
pub(super) struct Sockets(pub(super) TcpListener);

impl Listener for Sockets {
    type Io = Socket;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Socket, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        (Socket { stream, wire: Wire { is_held: true, ..Wire::default() } }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

impl Connected<IncomingStream<'_, Sockets>> for Peer {
    fn connect_info(incoming: IncomingStream<'_, Sockets>) -> Self {
        Self { address: incoming.remote_addr().ip(), wire: incoming.io().wire.clone() }
    }
}

/// A connection that can be cut.
pub(super) struct Socket {
    stream: TcpStream,
    wire: Wire,
}

impl AsyncRead for Socket {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let cut = *locked(&self.wire.cut);
        let Some((left, end)) = cut else { return Pin::new(&mut self.stream).poll_write(cx, bytes) };
        let allowed = bytes.get(..left.min(bytes.len())).unwrap_or_default();
        if allowed.is_empty() && !bytes.is_empty() {
            if end == End::Reset {
                self.stream.set_zero_linger()?;
            }
            // hyper drops the socket on an error: that is what ends the connection.
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        let written = Pin::new(&mut self.stream).poll_write(cx, allowed);
        if let Poll::Ready(Ok(count)) = &written {
            self.wire.cut(left.saturating_sub(*count), end);
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

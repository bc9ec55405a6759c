//! A connection of the sandbox. Faults can cut it off or reset it.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpStream;
use tokio::sync::watch;

use crate::message::{Peer, response};
use crate::upstream::{Outcome, Upstream};

/// The state of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Running {
    Yes,
    /// The server stops: requests in progress still get a response, and new requests do not.
    UntilIdle,
    No,
}

/// The maximum number of bytes in a request body. All requests of the contract are smaller, and so are almost all
/// seeds.
const MAX_BODY: usize = 8 << 20;

/// Responds to requests until the connection or the server is closed.
pub(crate) async fn serve(stream: TcpStream, upstream: Arc<Upstream>, mut running: watch::Receiver<Running>) {
    // Turns off Nagle's algorithm, with which the kernel may delay small responses.
    let _ = stream.set_nodelay(true);
    let peer =
        Peer { is_this_machine: stream.peer_addr().is_ok_and(|peer| peer.ip().to_canonical().is_loopback()) };
    let is_reset = Arc::new(AtomicBool::new(false));
    let service =
        service_fn(|request| Box::pin(respond(request, peer, Arc::clone(&upstream), Arc::clone(&is_reset))));
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let mut is_ending = false;
    loop {
        tokio::select! {
            // An error means that the client has closed the connection, or that a fault resets it.
            _ = std::future::poll_fn(|context| connection.poll_without_shutdown(context)) => break,
            _ = running.changed(), if !is_ending => {
                is_ending = true;
                Pin::new(&mut connection).graceful_shutdown();
            }
        }
    }
    let stream = connection.into_parts().io.into_inner();
    if is_reset.load(Ordering::Relaxed) {
        // With a linger time of zero, the kernel sends a reset when the socket is closed.
        let _ = stream.set_zero_linger();
    }
}

async fn respond(
    mut request: http::Request<Incoming>,
    peer: Peer,
    upstream: Arc<Upstream>,
    is_reset: Arc<AtomicBool>,
) -> io::Result<http::Response<Written>> {
    request.extensions_mut().insert(peer);
    let (head, body) = request.into_parts();
    let Some(body) = read(body).await? else {
        let why = "the sandbox accepts at most 8 MiB in the body of a request; send several smaller requests";
        let body = json!({ "error": why }).to_string();
        return Ok(response(413, "application/json", body).map(Written::whole));
    };
    match upstream.handle(http::Request::from_parts(head, body)).await {
        Outcome::Response(response) => Ok(response.map(Written::whole)),
        Outcome::CutOff(response) => {
            let (mut head, body) = response.into_parts();
            head.headers.insert("content-length", body.len().into());
            let half = body.slice(..body.len() / 2);
            Ok(http::Response::from_parts(head, Written { rest: Some(half), end: BodyEnd::Flush }))
        }
        Outcome::Reset => {
            is_reset.store(true, Ordering::Relaxed);
            Err(io::ErrorKind::ConnectionReset.into())
        }
    }
}

/// Reads the body of a request. Returns `None` if it is too large.
async fn read(mut body: Incoming) -> io::Result<Option<Bytes>> {
    match Limited::new(&mut body, MAX_BODY).collect().await {
        Ok(body) => Ok(Some(body.to_bytes())),
        Err(error) if error.is::<LengthLimitError>() => {
            // Reads the rest of a body that is too large, because many clients read no response before they have sent
            // the whole request.
            while let Some(frame) = body.frame().await {
                frame.map_err(io::Error::other)?;
            }
            Ok(None)
        }
        Err(error) => Err(io::Error::other(error)),
    }
}

/// A response body, which may be cut off.
struct Written {
    rest: Option<Bytes>,
    end: BodyEnd,
}

impl Written {
    fn whole(body: Bytes) -> Self {
        Self { rest: Some(body), end: BodyEnd::Good }
    }
}

enum BodyEnd {
    Good,
    /// The body is cut off. The runtime sends the first bytes, and after that the body ends with an error.
    Flush,
    Error,
}

impl Body for Written {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(bytes) = self.rest.take() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        match self.end {
            BodyEnd::Good => Poll::Ready(None),
            BodyEnd::Flush => {
                self.end = BodyEnd::Error;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            BodyEnd::Error => Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into()))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_none() && matches!(self.end, BodyEnd::Good)
    }

    fn size_hint(&self) -> SizeHint {
        match (&self.rest, &self.end) {
            (rest, BodyEnd::Good) => SizeHint::with_exact(rest.as_ref().map_or(0, |rest| rest.len() as u64)),
            _ => SizeHint::default(),
        }
    }
}

//! The transport of a sandbox in memory.

use std::sync::Weak;
use std::time::SystemTime;

use bytes::Bytes;
use mediaconnect::transport::{Transport, TransportError, TransportFuture, http};

use crate::message::set;
use crate::upstream::{Outcome, Upstream};

/// Passes requests to a sandbox in the same process. Fails once the sandbox is dropped.
pub(crate) struct InMemory(pub(crate) Weak<Upstream>);

impl Transport for InMemory {
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture {
        let upstream = self.0.upgrade();
        Box::pin(async move {
            match upstream.ok_or(TransportError::Connect)?.handle(request).await {
                Outcome::Response(mut response) => {
                    set(response.headers_mut(), "date", &httpdate::fmt_http_date(SystemTime::now()));
                    Ok(response)
                }
                Outcome::CutOff(_) | Outcome::Reset => Err(TransportError::Interrupted),
            }
        })
    }
}

//! Faults of a server.

use std::sync::LazyLock;
use std::time::Duration;

use flate2::{Compress, Compression, FlushCompress};

/// The action of a [`FaultServer`](crate::FaultServer) for a request or a connection.
#[derive(Clone, Debug)]
pub enum Fault {
    /// No fault: responds, and keeps the connection open.
    Response(Response),
    /// Responds after this time.
    Late(Duration, Response),
    /// Responds as if it kept the connection open, but closes it.
    CloseAfter(Response),
    /// Resets the connection as soon as it is accepted.
    ResetOnAccept,
    /// Resets the connection after the request.
    ResetBeforeHead,
    /// Closes the connection after the request.
    CloseBeforeHead,
    /// Sends the head and half of the body, and resets the connection a millisecond later.
    ResetInBody(Response),
    /// Sends the head and half of the body, and closes the connection, so that `Content-Length` is wrong.
    CloseInBody(Response),
    /// Closes the connection in the middle of a chunk.
    CloseInChunk,
    /// Sends nothing until the client hangs up.
    Silence,
    /// Sends the head and half of the body, and nothing more.
    SilenceInBody(Response),
    /// Sends a good response, one byte per second.
    SlowHead,
    /// Sends the head at once, and then a long body at one byte per second.
    SlowBody,
    /// Responds with something that is not HTTP.
    Garbage(&'static [u8]),
    /// Sends something that is not HTTP as soon as it accepts a connection.
    GarbageOnAccept(&'static [u8]),
    /// Sends a head of 1 GiB.
    HugeHead,
    /// Sends a body of 1 GiB with this status.
    Flood(u16),
    /// Sends a body of 1 GiB in chunks, without its length.
    FloodInChunks,
    /// Sends this status and a compressed body of 1 MiB, which becomes 1 GiB when the client decompresses it.
    GzipBomb(u16),
}

impl Fault {
    /// Returns true if the server acts out the fault as soon as it accepts a connection, without waiting for a request.
    pub(crate) fn is_on_accept(&self) -> bool {
        matches!(self, Self::ResetOnAccept | Self::GarbageOnAccept(_))
    }
}

/// The bytes of a response.
#[derive(Clone, Debug)]
pub struct Response {
    head: String,
    body: String,
}

impl Response {
    /// Returns a successful response. Its body suits lookups, searches and changes of customers.
    #[must_use]
    pub fn good() -> Self {
        Self::status(200).body(r#"{"emails": ["kari@example.com"], "customers": [], "success": true}"#)
    }

    /// Returns a token that lives for an hour.
    #[must_use]
    pub fn token() -> Self {
        Self::status(200).body(r#"{"access_token": "canary-token", "expires_in": 3600}"#)
    }

    /// Returns a response with this status and without a body.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self { head: format!("HTTP/1.1 {status} Scripted\r\n"), body: String::new() }
    }

    /// Adds a header, as `Name: value`.
    #[must_use]
    pub fn header(mut self, header: &str) -> Self {
        self.head.extend([header, "\r\n"]);
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn body(mut self, body: &str) -> Self {
        body.clone_into(&mut self.body);
        self
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let Self { head, body } = self;
        let length = if head.contains(" 204 ") {
            String::new()
        } else {
            format!("Content-Length: {}\r\n", body.len())
        };
        format!("{head}{length}\r\n{body}").into_bytes()
    }

    /// Returns the response without the second half of the body.
    pub(crate) fn cut(&self) -> Vec<u8> {
        let mut bytes = self.bytes();
        bytes.truncate(bytes.len() - self.body.len().div_ceil(2));
        bytes
    }
}

/// The header of a gzip stream (RFC 1952): the magic number, the method deflate, and no flags, time or hints.
pub(crate) const GZIP_HEAD: &[u8] = &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

/// One compressed MiB of spaces. It ends with a full flush and refers to no earlier data, so copies of it can follow
/// each other in one stream.
pub(crate) static PACKED_MIB: LazyLock<Vec<u8>> = LazyLock::new(|| {
    const MIB: usize = 1024 * 1024;
    let mut packed = Vec::with_capacity(MIB);
    Compress::new(Compression::best(), false)
        .compress_vec(&vec![b' '; MIB], &mut packed, FlushCompress::Full)
        .expect("spaces can be compressed");
    packed.shrink_to_fit();
    packed
});

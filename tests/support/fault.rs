//! What can go wrong with an answer.

use std::sync::LazyLock;
use std::time::Duration;

use flate2::{Compress, Compression, FlushCompress};

/// What a [`FaultServer`](crate::FaultServer) does with a request, or instead of one.
#[derive(Clone, Debug)]
pub enum Fault {
    /// None: it answers, and keeps the connection.
    Answer(Answer),
    /// It answers after a while.
    Late(Duration, Answer),
    /// It answers as if it kept the connection, and closes it.
    CloseAfter(Answer),
    /// It resets the connection as soon as it comes.
    ResetOnAccept,
    /// It resets the connection when it has the request.
    ResetBeforeHead,
    /// It closes the connection when it has the request.
    CloseBeforeHead,
    /// It sends the head and half of the body, and resets the connection a millisecond later.
    ResetInBody(Answer),
    /// It sends the head and half of the body, and closes the connection: `Content-Length` was a lie.
    CloseInBody(Answer),
    /// It closes the connection in the middle of a chunk.
    CloseInChunk,
    /// It does nothing, until the client hangs up.
    Silence,
    /// It sends the head and half of the body, and nothing more.
    SilenceInBody(Answer),
    /// It sends a good response, a byte a second.
    SlowHead,
    /// It sends the head at once, and a long body, a byte a second.
    SlowBody,
    /// It answers something that is not HTTP.
    Garbage(&'static [u8]),
    /// It sends something that is not HTTP as soon as a connection comes.
    GarbageOnAccept(&'static [u8]),
    /// It sends a head of 1 GiB.
    HugeHead,
    /// It sends a body of 1 GiB with this status.
    Flood(u16),
    /// It sends a body of 1 GiB in chunks, without telling its length.
    FloodInChunks,
    /// It sends a body of 1 MiB, with this status, that unpacks to 1 GiB.
    GzipBomb(u16),
}

impl Fault {
    /// Returns whether it happens before there is a request.
    pub(crate) fn is_on_accept(&self) -> bool {
        matches!(self, Self::ResetOnAccept | Self::GarbageOnAccept(_))
    }
}

/// A response, as its bytes.
#[derive(Clone, Debug)]
pub struct Answer {
    head: String,
    body: String,
}

impl Answer {
    /// A success that suits all operations.
    #[must_use]
    pub fn good() -> Self {
        Self::status(200).body(r#"{"emails": ["kari@example.com"], "customers": [], "success": true}"#)
    }

    /// A token that lives for an hour.
    #[must_use]
    pub fn token() -> Self {
        Self::status(200).body(r#"{"access_token": "canary-token", "expires_in": 3600}"#)
    }

    /// A status without a body.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self { head: format!("HTTP/1.1 {status} Scripted\r\n"), body: String::new() }
    }

    /// A header more, as `Name: value`.
    #[must_use]
    pub fn header(mut self, header: &str) -> Self {
        self.head.extend([header, "\r\n"]);
        self
    }

    /// A body.
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

    /// Without the second half of the body.
    pub(crate) fn cut(&self) -> Vec<u8> {
        let mut bytes = self.bytes();
        bytes.truncate(bytes.len() - self.body.len().div_ceil(2));
        bytes
    }
}

/// A gzip stream's head (RFC 1952): magic, deflate, no flags, no time, no hints.
pub(crate) const GZIP_HEAD: &[u8] = &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

/// A MiB of spaces, packed. Behind a full flush it can be repeated, since it refers to nothing before it.
pub(crate) static PACKED_MIB: LazyLock<Vec<u8>> = LazyLock::new(|| {
    const MIB: usize = 1024 * 1024;
    let mut packed = Vec::with_capacity(MIB);
    Compress::new(Compression::best(), false)
        .compress_vec(&vec![b' '; MIB], &mut packed, FlushCompress::Full)
        .expect("spaces can be packed");
    packed.shrink_to_fit();
    packed
});

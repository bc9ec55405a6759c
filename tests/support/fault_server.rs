//! An HTTP server on a real socket, with the faults that a test sets.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::sleep;

use crate::fault::{Fault, GZIP_HEAD, PACKED_MIB, Response};
use crate::paced::busy;

/// The size of the data that [`Fault::Flood`] and similar faults send if the client reads everything.
pub const FLOOD: u64 = 1024 * 1024 * 1024;

/// A server that acts out one [`Fault`] per request. It stops when it is dropped.
pub struct FaultServer {
    address: SocketAddr,
    counts: Arc<Counts>,
    task: JoinHandle<()>,
}

/// The time from which a server accepts connections. Before that time, connections are refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Door {
    /// From the start.
    #[default]
    Open,
    /// After this time.
    OpensAfter(Duration),
    /// Never.
    Closed,
}

#[derive(Default)]
struct Counts {
    connections: AtomicUsize,
    open: AtomicUsize,
    requests: AtomicUsize,
    sent: AtomicU64,
}

impl FaultServer {
    /// Starts a server that follows a list of faults. The last fault repeats without end.
    ///
    /// # Panics
    /// If the list is empty, or no port is free.
    #[must_use]
    pub fn start(script: Vec<Fault>, door: Door) -> Self {
        let mut last = script.last().expect("the list has at least one fault").clone();
        let mut script = script.into_iter();
        let next = move || {
            if let Some(fault) = script.next() {
                last = fault;
            }
            last.clone()
        };
        Self::acting(next, door)
    }

    /// Starts a server on a free loopback port. It calls `next` to get the fault of each request.
    ///
    /// # Panics
    /// If no port is free.
    #[must_use]
    pub fn acting(next: impl FnMut() -> Fault + Send + 'static, door: Door) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        // The socket is bound but does not listen yet. So no other process gets the port, and the kernel refuses
        // connections.
        socket.bind(([127, 0, 0, 1], 0).into()).expect("a free port");
        let address = socket.local_addr().expect("the socket is bound");
        let counts = Arc::<Counts>::default();
        let listen = move || socket.listen(1024).expect("the socket can listen");
        let script = Script { next: Box::new(next), peeked: None };
        let actor = Actor { script: Arc::new(Mutex::new(script)), counts: Arc::clone(&counts) };
        let task = match door {
            Door::Open => {
                let listener = listen();
                tokio::spawn(async move { actor.serve(listener).await })
            }
            Door::OpensAfter(time) => tokio::spawn(async move {
                sleep(time).await;
                actor.serve(listen()).await;
            }),
            Door::Closed => tokio::spawn(async move {
                let _held = listen;
                std::future::pending::<()>().await;
            }),
        };
        Self { address, counts, task }
    }

    /// Returns a URL of the server.
    #[must_use]
    pub fn url(&self, scheme: &str) -> String {
        format!("{scheme}://{}", self.address)
    }

    /// Returns the number of accepted connections.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.counts.connections.load(Relaxed)
    }

    /// Returns the number of open connections, as far as the server knows.
    #[must_use]
    pub fn open(&self) -> usize {
        self.counts.open.load(Relaxed)
    }

    /// Returns the number of requests that arrived completely.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.counts.requests.load(Relaxed)
    }

    /// Returns the number of bytes that the server could send before the client hung up.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.counts.sent.load(Relaxed)
    }
}

impl Drop for FaultServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[derive(Clone)]
struct Actor {
    script: Arc<Mutex<Script>>,
    counts: Arc<Counts>,
}

struct Script {
    next: Box<dyn FnMut() -> Fault + Send>,
    peeked: Option<Fault>,
}

impl Actor {
    async fn serve(self, listener: TcpListener) {
        // When this task ends, `connections` is dropped, which closes all connections.
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                accepted = listener.accept() => {
                    let (stream, _) = accepted.expect("the listener stays open");
                    busy();
                    self.counts.connections.fetch_add(1, Relaxed);
                    self.counts.open.fetch_add(1, Relaxed);
                    let counts = Arc::clone(&self.counts);
                    let connection = Connection { stream, actor: self.clone() };
                    connections.spawn(async move {
                        // In many tests the client closes the connection early, so errors are ignored.
                        drop(connection.serve().await);
                        counts.open.fetch_sub(1, Relaxed);
                    });
                }
                Some(_) = connections.join_next() => busy(),
            }
        }
    }

    fn next(&self) -> Fault {
        let mut script = self.script.lock().expect("no thread panics while it holds the lock");
        script.peeked.take().unwrap_or_else(|| (script.next)())
    }

    /// Returns the next fault if it happens as soon as a connection is accepted. If the fault needs a request, it is
    /// kept for the next request.
    fn next_on_accept(&self) -> Option<Fault> {
        let fault = self.next();
        if fault.is_on_accept() {
            return Some(fault);
        }
        self.script.lock().expect("no thread panics while it holds the lock").peeked = Some(fault);
        None
    }
}

struct Connection {
    stream: TcpStream,
    actor: Actor,
}

impl Connection {
    async fn serve(mut self) -> io::Result<()> {
        self.stream.set_nodelay(true)?;
        if let Some(fault) = self.actor.next_on_accept() {
            return self.act(fault).await.map(drop);
        }
        while self.read_request().await? {
            self.actor.counts.requests.fetch_add(1, Relaxed);
            let fault = self.actor.next();
            if !self.act(fault).await? {
                break;
            }
        }
        Ok(())
    }

    /// Returns true if a whole request came before the end of the connection.
    async fn read_request(&mut self) -> io::Result<bool> {
        let mut request = Vec::new();
        loop {
            if self.stream.read_buf(&mut request).await? == 0 {
                return Ok(false);
            }
            busy();
            let Some(head) = request.windows(4).position(|end| end == b"\r\n\r\n") else { continue };
            if request.len() >= head + 4 + content_length(&request[..head]) {
                return Ok(true);
            }
        }
    }

    /// Acts out a fault, and returns true if the connection stays open.
    async fn act(&mut self, fault: Fault) -> io::Result<bool> {
        match fault {
            Fault::Response(answer) => {
                self.send(&answer.bytes()).await?;
                return Ok(true);
            }
            Fault::Late(time, answer) => {
                self.pause(time).await?;
                self.send(&answer.bytes()).await?;
                return Ok(true);
            }
            Fault::CloseAfter(answer) => self.send(&answer.bytes()).await?,
            Fault::CloseBeforeHead => {}
            Fault::ResetOnAccept | Fault::ResetBeforeHead => self.stream.set_zero_linger()?,
            Fault::ResetInBody(answer) => {
                self.send(&answer.cut()).await?;
                self.hold().await;
                self.stream.set_zero_linger()?;
            }
            Fault::CloseInBody(answer) => self.send(&answer.cut()).await?,
            Fault::CloseInChunk => {
                self.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n{").await?;
            }
            Fault::Silence => self.client_gone().await?,
            Fault::SilenceInBody(answer) => {
                self.send(&answer.cut()).await?;
                self.client_gone().await?;
            }
            Fault::SlowHead => self.trickle(&Response::good().bytes()).await?,
            Fault::SlowBody => {
                self.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n").await?;
                self.trickle(&[b' '; 1000]).await?;
            }
            Fault::Garbage(bytes) | Fault::GarbageOnAccept(bytes) => {
                self.send(bytes).await?;
                self.client_gone().await?;
            }
            Fault::HugeHead => {
                self.send(b"HTTP/1.1 200 OK\r\nX-Padding: ").await?;
                self.flood(&[b'x'; 16 * 1024], FLOOD).await?;
            }
            Fault::Flood(status) => {
                let head = format!("HTTP/1.1 {status} Flood\r\nContent-Length: {FLOOD}\r\n\r\n");
                self.send(head.as_bytes()).await?;
                self.flood(&[b' '; 16 * 1024], FLOOD).await?;
            }
            Fault::FloodInChunks => {
                self.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await?;
                let mut chunk = b"8000\r\n".to_vec();
                chunk.resize(chunk.len() + 0x8000, b' ');
                chunk.extend_from_slice(b"\r\n");
                self.flood(&chunk, FLOOD).await?;
            }
            Fault::GzipBomb(status) => {
                let pieces = FLOOD / (1024 * 1024);
                let length = GZIP_HEAD.len() as u64 + pieces * PACKED_MIB.len() as u64;
                let head = format!(
                    "HTTP/1.1 {status} Bomb\r\nContent-Encoding: gzip\r\nContent-Length: {length}\r\n\r\n"
                );
                self.send(head.as_bytes()).await?;
                self.send(GZIP_HEAD).await?;
                self.flood(&PACKED_MIB, pieces * PACKED_MIB.len() as u64).await?;
                self.client_gone().await?;
            }
        }
        Ok(false)
    }

    async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await?;
        self.actor.counts.sent.fetch_add(bytes.len() as u64, Relaxed);
        busy();
        Ok(())
    }

    /// Sends a piece repeatedly, until the client hangs up or `total` bytes are sent.
    async fn flood(&mut self, piece: &[u8], total: u64) -> io::Result<()> {
        for _ in 0..total / piece.len() as u64 {
            self.send(piece).await?;
        }
        Ok(())
    }

    async fn trickle(&mut self, bytes: &[u8]) -> io::Result<()> {
        for byte in bytes {
            self.send(&[*byte]).await?;
            self.pause(Duration::from_secs(1)).await?;
        }
        Ok(())
    }

    /// Waits, and fails as soon as the client hangs up.
    async fn pause(&mut self, time: Duration) -> io::Result<()> {
        tokio::select! {
            () = sleep(time) => Ok(()),
            gone = self.client_gone() => gone.and(Err(io::ErrorKind::ConnectionAborted.into())),
        }
    }

    /// Waits until the client has read the sent bytes, because a reset discards bytes that the client has not read.
    async fn hold(&self) {
        sleep(Duration::from_millis(1)).await;
    }

    async fn client_gone(&mut self) -> io::Result<()> {
        while self.stream.read(&mut [0; 1024]).await? > 0 {}
        busy();
        Ok(())
    }
}

fn content_length(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    length.map_or(0, |length| length.trim().parse().expect("a length"))
}

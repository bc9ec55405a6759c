//! A minimal server on loopback. It runs in its own threads, so that callgrind does not count its instructions.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use crate::documents;

/// A request to the server.
pub struct Request {
    /// The first line: method, path and version.
    pub line: String,
}

/// A response of the server.
#[derive(Clone, Default)]
pub struct Answer {
    /// The status and its reason phrase.
    pub status: &'static str,
    /// Additional headers. Each header ends with `\r\n`.
    pub headers: String,
    /// The JSON body.
    pub body: String,
}

impl Answer {
    fn to_wire(&self) -> String {
        let Self { status, headers, body } = self;
        format!(
            "HTTP/1.1 {status}\r\nDate: Wed, 21 Oct 2026 07:28:00 GMT\r\nContent-Type: application/json\r\n\
             {headers}Content-Length: {}\r\n\r\n{body}",
            body.len()
        )
    }
}

/// Starts a server that responds to lookups and searches with upstream's documented examples. The headers of its
/// responses state that `remaining` more requests are allowed in the current minute. The server runs until the process
/// ends.
#[must_use]
pub fn canned(remaining: u32) -> SocketAddr {
    let headers = format!("X-RateLimit-Remaining: {remaining}\r\nX-RateLimit-Reset: 60\r\n");
    let [info, search] = [documents::customer_info(), documents::customer_search()].map(|body| Answer {
        status: "200 OK",
        headers: headers.clone(),
        body,
    });
    serve(move |request| if request.line.starts_with("GET") { info.clone() } else { search.clone() })
}

/// Starts a server that calls `answer` for each request, and sends the returned response. The server uses a thread for
/// each connection, and runs until the process ends.
///
/// # Panics
/// If no port is free.
pub fn serve(answer: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let address = listener.local_addr().expect("the listener is bound");
    let answer = Arc::new(answer);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = Arc::clone(&answer);
            // This thread serves one connection. It ends when the client disconnects.
            thread::spawn(move || connection(&stream, &*answer));
        }
    });
    address
}

fn connection(mut stream: &TcpStream, answer: &dyn Fn(&Request) -> Answer) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    while let Some(request) = read(&mut reader)? {
        stream.write_all(answer(&request).to_wire().as_bytes())?;
    }
    Ok(())
}

/// Reads a request with its body. Returns `None` if the client has closed the connection.
fn read(reader: &mut impl BufRead) -> std::io::Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let (mut header, mut length) = (String::new(), 0);
    while reader.read_line(&mut header)? > 2 {
        header.make_ascii_lowercase();
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or_default();
        }
        header.clear();
    }
    reader.read_exact(&mut vec![0; length])?;
    Ok(Some(Request { line }))
}

//! A server with faults in its HTTP responses, and with faults below HTTP, such as a reset connection. The path of a
//! request selects the fault.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The server's action for a request.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// Sends these bytes, then closes the connection.
    Bytes(Vec<u8>),
    /// Sends these bytes, then resets the connection.
    Reset(Vec<u8>),
    /// Sends these bytes, then nothing more.
    Silence(Vec<u8>),
    /// Acts out these faults in order, one for each request.
    InTurn(Arc<Mutex<VecDeque<Fault>>>),
    /// Responds to each operation in the list with the bytes for this operation, and to any other request with a token.
    Own(Arc<Vec<Own>>),
    /// Responds to any request with a token.
    Works,
    /// Does not listen.
    Refused,
}

/// The response of an operation.
#[derive(Debug)]
pub(crate) struct Own {
    pub(crate) method: String,
    /// The path, with parameters in braces.
    pub(crate) template: String,
    pub(crate) bytes: Vec<u8>,
}

impl Fault {
    pub(crate) fn in_turn(faults: Vec<Self>) -> Self {
        Self::InTurn(Arc::new(Mutex::new(faults.into())))
    }
}

pub(crate) struct Server {
    address: SocketAddr,
    received: Arc<Mutex<Vec<u8>>>,
}

impl Server {
    pub(crate) async fn start(faults: Vec<Fault>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("the listener is bound");
        let received = Arc::new(Mutex::new(Vec::new()));
        let (faults, log) = (Arc::new(faults), received.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (faults, log) = (faults.clone(), log.clone());
                tokio::spawn(async move {
                    // A client may close the connection early, so errors are ignored.
                    let _ = serve(stream, &faults, &log).await;
                });
            }
        });
        Self { address, received }
    }

    /// Returns the URL that selects a fault.
    pub(crate) fn url(&self, index: usize, fault: &Fault) -> String {
        match fault {
            Fault::Refused => "http://127.0.0.1:1/0".to_owned(),
            _ => format!("http://{}/{index}", self.address),
        }
    }

    pub(crate) fn received(&self) -> String {
        String::from_utf8_lossy(&self.received.lock().expect("no thread panics")).into_owned()
    }
}

async fn serve(mut stream: TcpStream, faults: &[Fault], log: &Mutex<Vec<u8>>) -> std::io::Result<()> {
    let request = read_request(&mut stream).await?;
    log.lock().expect("no thread panics").extend_from_slice(&request);
    let text = String::from_utf8_lossy(&request);
    let index = text.split('/').nth(1).and_then(|rest| rest.split(['/', ' ']).next()?.parse::<usize>().ok());
    let fault = index.and_then(|index| faults.get(index)).cloned().unwrap_or(Fault::Works);
    let fault = match fault {
        Fault::InTurn(faults) => faults.lock().expect("no thread panics").pop_front().unwrap_or(Fault::Works),
        Fault::Own(all) => {
            let line = text.lines().next().unwrap_or_default();
            let own = all.iter().find(|own| is_request_of(line, &own.method, &own.template));
            own.map_or(Fault::Works, |own| Fault::Bytes(own.bytes.clone()))
        }
        fault => fault,
    };
    match fault {
        Fault::Bytes(bytes) => stream.write_all(&bytes).await?,
        Fault::Works | Fault::Refused | Fault::InTurn(_) | Fault::Own(_) => {
            let body = r#"{"access_token": "canary7391-access", "expires_in": 3600}"#;
            stream.write_all(&answer("200 OK", &[("content-type", "application/json")], body)).await?;
        }
        Fault::Reset(bytes) => {
            stream.write_all(&bytes).await?;
            stream.flush().await?;
            tokio::time::sleep(Duration::from_millis(20)).await;
            stream.set_zero_linger()?;
            return Ok(());
        }
        Fault::Silence(bytes) => {
            stream.write_all(&bytes).await?;
            tokio::time::sleep(Duration::from_secs(60)).await;
        }
    }
    stream.shutdown().await
}

async fn read_request(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let count = stream.read(&mut buffer).await?;
        request.extend_from_slice(&buffer[..count]);
        let head = request.windows(4).position(|window| window == b"\r\n\r\n").map(|position| position + 4);
        if count == 0 || head.is_some_and(|head| request.len() >= head + content_length(&request[..head])) {
            return Ok(request);
        }
    }
}

fn content_length(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
    length.unwrap_or(0)
}

/// Returns the bytes of a response. They contain a `Content-Length` header with the length of the body.
pub(crate) fn answer(status: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut answer = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n", body.len());
    for (name, value) in headers {
        answer.extend([name, ": ", value, "\r\n"]);
    }
    (answer + "\r\n" + body).into_bytes()
}

/// Returns true if a request line has this method, and a path that matches the template.
pub(crate) fn is_request_of(line: &str, method: &str, template: &str) -> bool {
    let Some(("HTTP/1.1", rest)) = line.rsplit_once(' ').map(|(rest, version)| (version.trim(), rest)) else {
        return false;
    };
    let path = rest.strip_prefix(method).unwrap_or_default().trim_start();
    // The first segment of the sent path is skipped, because it only selects the fault.
    let (sent, expected): (Vec<_>, Vec<_>) = (
        path.split('?').next().unwrap_or_default().split('/').skip(2).collect(),
        template.split('/').skip(1).collect(),
    );
    sent.len() == expected.len()
        && sent.iter().zip(expected).all(|(sent, expected)| expected.starts_with('{') || *sent == expected)
}

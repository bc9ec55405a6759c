//! An upstream over HTTP whose refresh tokens and codes work exactly once.

use std::io;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet, yield_now};

use mediaconnect::{Client, ClientCredentials};

/// The upstream. It stops when it is dropped.
pub(crate) struct OnceOnly {
    url: String,
    grants: Arc<Mutex<Grants>>,
    task: JoinHandle<()>,
}

struct Grants {
    /// The only valid refresh token.
    refresh_token: String,
    /// The only valid code.
    code: Option<String>,
    /// If true, each access token comes with a refresh token.
    refreshable: bool,
    /// The number of refresh tokens and codes issued.
    issued: usize,
    /// The number of requests to the token endpoint, accepted and refused.
    requests: usize,
}

impl OnceOnly {
    pub(crate) async fn start(refreshable: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let grants =
            Grants { refresh_token: "r0".to_owned(), code: None, refreshable, issued: 0, requests: 0 };
        let grants = Arc::new(Mutex::new(grants));
        let served = Arc::clone(&grants);
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                tokio::select! {
                    accepted = listener.accept() => {
                        // In some tests the client closes the connection early, so errors are ignored.
                        let (stream, grants) = (accepted.unwrap().0, Arc::clone(&served));
                        connections.spawn(async move { drop(serve(stream, &grants).await) });
                    }
                    Some(_) = connections.join_next() => {}
                }
            }
        });
        Self { url, grants, task }
    }

    pub(crate) fn client(&self) -> Client {
        Client::builder()
            .base_url(&self.url)
            .token_url(format!("{}/token", self.url))
            .credentials(ClientCredentials::new("id", "secret"))
            .build()
            .unwrap()
    }

    /// Logs a user in, and returns a refresh token that works once.
    pub(crate) fn refresh_token(&self) -> String {
        self.grants.lock().unwrap().next_refresh_token()
    }

    /// Identifies a user, and returns a code that works once.
    pub(crate) fn code(&self) -> String {
        let mut grants = self.grants.lock().unwrap();
        let code = format!("c{}", grants.issued);
        grants.issued += 1;
        grants.code = Some(code.clone());
        code
    }

    pub(crate) fn token_requests(&self) -> usize {
        self.grants.lock().unwrap().requests
    }
}

impl Drop for OnceOnly {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Grants {
    fn next_refresh_token(&mut self) -> String {
        self.issued += 1;
        self.refresh_token = format!("r{}", self.issued);
        self.refresh_token.clone()
    }

    /// Redeems the grant that the form of a token request contains. The grant is invalid afterwards.
    fn redeem(&mut self, form: &str) -> (u16, String) {
        self.requests += 1;
        let code = self.code.as_ref().is_some_and(|code| form.contains(&format!("&code={code}&")));
        let refresh_token = form.contains(&format!("&refresh_token={}&", self.refresh_token));
        if code {
            self.code = None;
        } else if !refresh_token {
            return (400, r#"{"error": "invalid_grant"}"#.to_owned());
        }
        let access = r#""access_token": "t", "expires_in": 3600"#;
        if !self.refreshable {
            self.refresh_token.clear();
            return (200, format!("{{{access}}}"));
        }
        let refresh_token = self.next_refresh_token();
        (200, format!(r#"{{{access}, "refresh_token": "{refresh_token}"}}"#))
    }
}

async fn serve(mut stream: TcpStream, grants: &Mutex<Grants>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    while let Some(request) = read_request(&mut stream).await? {
        let (status, body) = if request.starts_with("POST /token ") {
            grants.lock().unwrap().redeem(&request)
        } else {
            (200, r#"{"customerNumber": 563457}"#.to_owned())
        };
        let length = body.len();
        let response = format!(
            "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        // The response is sent in pieces, so that the client has to wait for it.
        for piece in response.as_bytes().chunks(60) {
            yield_now().await;
            stream.write_all(piece).await?;
        }
    }
    Ok(())
}

/// Reads a whole request; returns `None` at the end of the connection.
async fn read_request(stream: &mut TcpStream) -> io::Result<Option<String>> {
    let mut request = Vec::new();
    loop {
        if stream.read_buf(&mut request).await? == 0 {
            return Ok(None);
        }
        let text = String::from_utf8_lossy(&request);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let head = head.to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
        if body.len() >= length.map_or(0, |length| length.trim().parse().unwrap()) {
            return Ok(Some(text.into_owned()));
        }
    }
}

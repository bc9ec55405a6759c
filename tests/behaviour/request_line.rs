//! Tests the exact bytes of a path in the request lines that a socket receives.

use std::sync::{Arc, Mutex};

use mediaconnect::models::ReferenceCode;
use mediaconnect::{Client, ClientCredentials, Method};
use mediaconnect_tests::number;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A server that records the request lines. Its response is always the same: a success that is also a valid response to
/// a token request.
struct Wire {
    client: Client,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Wire {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let lines = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&lines);
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let (mut head, mut byte) = (Vec::new(), [0]);
                while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).await.unwrap() > 0 {
                    head.push(byte[0]);
                }
                let head = String::from_utf8(head).expect("a request line is ASCII");
                kept.lock().unwrap().push(head.lines().next().unwrap_or_default().to_owned());
                let body = r#"{"access_token": "t", "expires_in": 3600, "success": true}"#;
                let response = format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
                    body.len()
                );
                // A client may still be sending its body, so errors are ignored.
                let _ = stream.write_all(response.as_bytes()).await;
                let _ = stream.shutdown().await;
            }
        });
        let client = Client::builder()
            .base_url(format!("http://{address}/capi"))
            .token_url(format!("http://{address}/token"))
            .credentials(ClientCredentials::new("id", "secret"))
            .build()
            .unwrap();
        Self { client, lines }
    }

    /// Returns the recorded request lines, except those of token requests, and clears the record.
    fn sent(&self) -> Vec<String> {
        let lines = std::mem::take(&mut *self.lines.lock().unwrap());
        lines.into_iter().filter(|line| !line.contains("/token ")).collect()
    }
}

#[tokio::test]
async fn each_path_of_a_request_is_sent_as_it_stands_or_refused() {
    let wire = Wire::start().await;
    for (path, sent) in [
        ("/v1/a%20b", "/capi/v1/a%20b"),
        ("/v1/100%25", "/capi/v1/100%25"),
        ("/v1/Bærum", "/capi/v1/B%C3%A6rum"),
        ("/v1/B%c3%a6rum", "/capi/v1/B%c3%a6rum"),
        ("/v1/a..b/...", "/capi/v1/a..b/..."),
        ("/v1/x/", "/capi/v1/x/"),
        ("/v1/a+b@c:d,e=f", "/capi/v1/a+b@c:d,e=f"),
        ("/v1/a?b=%2f..%2f&c=%00;d", "/capi/v1/a?b=%2f..%2f&c=%00;d"),
        ("/v1/a?b=/../..;x//", "/capi/v1/a?b=/../..;x//"),
    ] {
        let outcome = wire.client.request(Method::Get, path).send::<Value>().await;
        assert!(outcome.is_ok(), "{path}: {:?}", outcome.err());
        assert_eq!(wire.sent(), [format!("GET {sent} HTTP/1.1")]);
    }
    for path in [
        "/v1/..;/x",
        "/v1/..;a=b/x",
        "/v1/a;b",
        "/v1/%2e%2e%3b/x",
        "/v1/%2e%2e/x",
        "/v1/.%2E/x",
        "/v1/a%2fb",
        "/v1/a%5cb",
        "/v1/%252e%252e/x",
        "/v1/a%252fb",
        "/v1//x",
        "//example.com/x",
        "/v1/a%00",
        "/v1/a%0d%0ab",
        "/v1/%c0%ae%c0%ae/x",
        "/v1/\u{ff0e}\u{ff0e}/x",
        "/v1/%ef%bc%8f",
        "/v1/a%3fb",
        "/v1/a#b",
        "/v1/a%23b",
    ] {
        let error = wire.client.request(Method::Get, path).send::<Value>().await.unwrap_err();
        assert!(error.is_configuration(), "{path}: {error}");
    }
    assert_eq!(wire.sent(), [""; 0], "a refused request is not sent");
}

/// Tries every ASCII character and some others, in the middle and at the end of a path parameter.
#[tokio::test]
async fn each_path_parameter_is_one_segment_on_the_wire_or_refused() {
    let wire = Wire::start().await;
    let strange =
        ["..;", ".;", "..", ".", "...", "\u{2025}", "\u{ff0e}\u{ff0e}", "\u{2215}", "ø", "%2e%2e", "%252f"];
    let texts = (0..=127_u8).map(char::from).flat_map(|c| [format!("a{c}b"), format!("..{c}")]);
    let (mut sent, mut refused) = (0, String::new());
    for text in texts.chain(strange.map(str::to_owned)) {
        let Ok(code) = ReferenceCode::try_from(text.as_str()) else {
            refused.extend(text.strip_prefix('a').and_then(|rest| rest.chars().next()));
            continue;
        };
        wire.client.external_references().remove(number(563_457), code).await.unwrap();
        let [line] = &wire.sent()[..] else { panic!("{text:?}") };
        let segment = line
            .strip_prefix("DELETE /capi/v1/client/customer/563457/external-reference/")
            .and_then(|rest| rest.strip_suffix(" HTTP/1.1"))
            .unwrap_or_else(|| panic!("{text:?} makes {line:?}"));
        assert!(!segment.contains(['/', '\\', ';', '?', '#', ' ']), "{text:?} makes {line:?}");
        assert!(!matches!(segment, "." | ".."), "{text:?} makes {line:?}");
        // Decoding the segment once gives the original text. Decoding the text again changes nothing, which means that
        // a server that decodes twice reads the same text.
        assert_eq!(decoded(segment), text);
        assert_eq!(decoded(&text), text);
        sent += 1;
    }
    let controls: String = (0..32_u8).map(char::from).collect();
    assert_eq!(refused, format!("{controls} #%/;?\\\u{7f}"));
    assert!(sent > 150, "{sent}");
}

fn decoded(segment: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = segment.as_bytes();
    while let [first, tail @ ..] = rest {
        let escape = tail.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        let byte = escape.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8(bytes).unwrap()
}

//! The leak test with a service's own transport, which returns both responses and failures.

use std::sync::atomic::{AtomicUsize, Ordering};

use mediaconnect::ClientAuthentication::FormBody;
use mediaconnect::transport::{Bytes, Transport, TransportError, TransportFuture, http};

use crate::canaries::text;
use crate::documents::Documents;
use crate::table::Share;
use crate::{assert_silence, capture, operations};

/// A transport that issues tokens. For other requests it alternates between responses and failures.
struct TestTransport {
    customer: String,
    turn: AtomicUsize,
}

impl Transport for TestTransport {
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture {
        let answer = |status: u16, body: String| {
            let answer = http::Response::builder().status(status).header("x-canary", text("header"));
            Ok(answer.body(Bytes::from(body)).expect("a valid response"))
        };
        if request.uri().path().ends_with("/token") {
            let token = format!(r#"{{"access_token": "{}", "expires_in": 3600}}"#, text("access"));
            return Box::pin(async move { answer(200, token) });
        }
        let outcome = match self.turn.fetch_add(1, Ordering::Relaxed) % 6 {
            0 => answer(200, self.customer.clone()),
            1 => answer(500, text("error")),
            2 => answer(200, format!("<html>{}", text("page"))),
            3 => Err(TransportError::Connect),
            4 => Err(TransportError::Interrupted),
            _ => return Box::pin(std::future::pending()),
        };
        Box::pin(async move { outcome })
    }
}

#[tokio::test]
async fn what_a_transport_carries_is_silent_too() {
    capture::listen();
    let documents = Documents::new();
    let customer = documents.poisoned("CustomerInfo").to_string();
    let builder = operations::builder("https://api.example.com", "https://login.example.com/token", FormBody);
    let client =
        builder.transport(TestTransport { customer, turn: AtomicUsize::new(0) }).build().expect("good URLs");
    operations::print(&client);
    for _ in 0..2 {
        operations::all(&client, &documents, Share::All).await;
    }
    assert!(capture::has_heard("source", "the transport lost the connection"), "its failures are reported");
    assert_silence();
}

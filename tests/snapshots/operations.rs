//! Snapshots of each operation with the contract's example: the request that is sent, and the `Debug` output.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use insta::assert_snapshot;
use mediaconnect::operations::{Operation, OperationInfo};
use mediaconnect::transport::{Bytes, Transport, TransportFuture, http};
use mediaconnect::{Client, ClientCredentials, UserToken};

use super::settings;

/// Records the last request, and responds with an operation's example.
#[derive(Clone)]
struct Example {
    info: &'static OperationInfo,
    request: Arc<Mutex<String>>,
}

impl Transport for Example {
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture {
        if request.uri().path().ends_with("/oauth/token") {
            let token = http::Response::new(Bytes::from_static(br#"{"access_token":"token"}"#));
            return Box::pin(async { Ok(token) });
        }
        let mut text = format!("{} {}\n", request.method(), request.uri());
        for (name, value) in request.headers() {
            writeln!(text, "{name}: {}", value.to_str().expect("the header is ASCII"))
                .expect("writing to a String cannot fail");
        }
        writeln!(text, "{}", String::from_utf8_lossy(request.body()))
            .expect("writing to a String cannot fail");
        *self.request.lock().expect("no thread panics") = text;
        let body = Bytes::from_static(self.info.response_example.as_bytes());
        let body = if self.info.response_example == "null" { Bytes::new() } else { body };
        let response = http::Response::builder().header("X-Mediaconnect-Api-Version", "1.2.3").body(body);
        Box::pin(async { Ok(response.expect("a valid status")) })
    }
}

macro_rules! every_operation {
    ($($operation:ident($mode:ident))*) => {
        #[tokio::test]
        async fn each_operation_as_it_is_sent_and_printed() {
            let user = UserToken::new("token");
            let mut shown = String::new();
            $({
                type Request = mediaconnect::operations::$operation;
                let info = <Request as Operation>::INFO;
                let example = Example { info, request: Arc::default() };
                let client = Client::builder()
                    .base_url("https://api.example.com/capi")
                    .credentials(ClientCredentials::new("id", "secret"))
                    .transport(example.clone())
                    .build()
                    .expect("a client");
                let operation: Request = serde_json::from_str(info.request_example)
                    .unwrap_or_else(|error| panic!("{}: the example of its request: {error}", info.id));
                let debug = format!("{operation:?}");
                let output = every_operation!(@$mode client, &user, operation).await;
                let output = output.unwrap_or_else(|error| panic!("{}: the example of its response: {error}", info.id));
                let request = example.request.lock().expect("no thread panics").clone();
                write!(shown, "# {}\n{request}\n{debug}\n{output:?}\n\n", info.id)
                    .expect("writing to a String cannot fail");
            })*
            settings().bind(|| assert_snapshot!("operations", shown));
        }
    };
    (@client $client:expr, $user:expr, $operation:expr) => { $client.call($operation) };
    (@user $client:expr, $user:expr, $operation:expr) => { $client.as_user($user).call($operation) };
}

mediaconnect_api::for_each_operation!(every_operation);

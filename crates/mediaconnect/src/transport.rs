//! Replaces the network, so that a service can be tested without a socket.
//!
//! A transport is for tests only. It has no TLS, certificates or proxies, and a failure to connect always has the
//! reason [`ConnectFailure::Other`](crate::ConnectFailure::Other). For proxies and private networks in production, use
//! the settings of [`ClientBuilder`](crate::ClientBuilder); see [the guide](crate::guide::network).
//!
//! The rest of the client works as in production: token, rate limit, retries, deadlines, decoding and telemetry.
//! Because the test does not wait for a socket, it can pause Tokio's clock, so that pauses of seconds take no time.
//!
//! `Sandbox::in_memory` of the crate `mediaconnect-sandbox` is a transport that responds as upstream does. To write
//! another transport:
//!
//! ```
//! use mediaconnect::transport::{Bytes, Transport, TransportFuture, http};
//! use mediaconnect::{Client, UserToken};
//!
//! struct Nobody;
//!
//! impl Transport for Nobody {
//!     fn send(&self, _: http::Request<Bytes>) -> TransportFuture {
//!         let response = http::Response::builder().status(404).body(Bytes::new());
//!         Box::pin(async { Ok(response.expect("404 is a valid status")) })
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> mediaconnect::Result<()> {
//! let client = Client::builder().transport(Nobody).build()?;
//! let error = client.customers().own_info(&UserToken::new("token")).await.unwrap_err();
//! assert!(error.is_gateway()); // nothing proves that Connect sent it
//! # Ok(())
//! # }
//! ```

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

pub use bytes::Bytes;
pub use http;
use tokio::time::timeout;

use crate::error::{Error, Kind};

/// Sends requests in place of the network, in tests only. Set it with
/// [`ClientBuilder::transport`](crate::ClientBuilder::transport).
pub trait Transport: Send + Sync + 'static {
    /// Returns the response to a request.
    ///
    /// The request has the method, the whole URL, the headers and the body that would be sent. It lacks the headers
    /// that an HTTP client adds: `Host`, `User-Agent` and `Accept-Encoding`. The future is dropped when the attempt
    /// times out.
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture;
}

/// Lets several clients share a transport: `transport(Arc::clone(&transport))`.
impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture {
        (**self).send(request)
    }
}

/// The future that [`Transport::send`] returns.
pub type TransportFuture =
    Pin<Box<dyn Future<Output = Result<http::Response<Bytes>, TransportError>> + Send>>;

/// The reason why a transport has no response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportError {
    /// No connection could be made. The error of the call returns true for [`is_connect`](Error::is_connect), with
    /// [`ConnectFailure::Other`](crate::ConnectFailure::Other).
    Connect,
    /// The connection broke. The error of the call returns true for [`is_interrupted`](Error::is_interrupted).
    Interrupted,
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "the transport could not connect",
            Self::Interrupted => "the transport lost the connection",
        })
    }
}

impl std::error::Error for TransportError {}

/// Sends a request through the transport if there is one, or else over the network.
///
/// This is not an `async fn`, because its future would contain the request and make each call larger.
pub(crate) fn send<'t>(
    http: &reqwest::Client,
    transport: Option<&'t dyn Transport>,
    request: reqwest::Request,
) -> impl Future<Output = Result<reqwest::Response, Error>> + Send + 't {
    let by_transport = match transport {
        None => Err(http.execute(request)),
        Some(transport) => Ok(Box::pin(send_by(transport, request))),
    };
    async {
        match by_transport {
            Ok(by_transport) => by_transport.await,
            Err(by_network) => by_network.await.map_err(Error::transport),
        }
    }
}

async fn send_by(transport: &dyn Transport, request: reqwest::Request) -> Result<reqwest::Response, Error> {
    let limit = request.timeout().copied();
    let request = http::Request::try_from(request).map_err(Error::transport)?;
    let bytes = |body: reqwest::Body| body.as_bytes().map(Bytes::copy_from_slice).unwrap_or_default();
    let sending = transport.send(request.map(bytes));
    let sent = match limit {
        Some(limit) => timeout(limit, sending).await.map_err(|_| Error::new(Kind::Timeout))?,
        None => sending.await,
    };
    sent.map(reqwest::Response::from).map_err(|error| {
        let kind = match error {
            TransportError::Connect => Kind::Connect,
            TransportError::Interrupted => Kind::Interrupted,
        };
        Error::new(kind).with_source(error)
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::*;
    use crate::{Client, ClientCredentials, ConnectFailure, CustomerSearch};

    /// Responds to token requests with tokens, and passes other requests to a function.
    struct Answering<F>(F);

    impl<F, Fut> Transport for Answering<F>
    where
        F: Fn(http::Request<Bytes>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<http::Response<Bytes>, TransportError>> + Send + 'static,
    {
        fn send(&self, request: http::Request<Bytes>) -> TransportFuture {
            if request.uri().path().ends_with("/token") {
                let token = r#"{"access_token": "token", "expires_in": 3600}"#;
                return Box::pin(async move { Ok(http::Response::new(Bytes::from(token))) });
            }
            Box::pin(self.0(request))
        }
    }

    fn client<F, Fut>(answer: F) -> Client
    where
        F: Fn(http::Request<Bytes>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<http::Response<Bytes>, TransportError>> + Send + 'static,
    {
        let credentials = ClientCredentials::new("no.example.test", "secret");
        Client::builder().credentials(credentials).transport(Answering(answer)).build().unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_reaches_it_whole() {
        let client = client(async |request| {
            assert_eq!(request.uri(), "https://api.mediaconnect.no/capi/v1/client/customer/search");
            assert_eq!(request.method(), "POST");
            assert_eq!(request.headers()["authorization"], "Bearer token");
            assert_eq!(request.body(), r#"{"email":"kari@example.com"}"#);
            Ok(http::Response::new(Bytes::from(r#"{"customers": [{"customerNumber": 7}]}"#)))
        });
        let found = client.customers().search(&CustomerSearch::by_email("kari@example.com")).await.unwrap();
        assert_eq!(found.customers.len(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn its_failures_are_those_of_a_network_and_are_repeated_alike() {
        let client = client(async |request: http::Request<Bytes>| {
            Err(if request.uri().path().ends_with("/1") {
                TransportError::Connect
            } else {
                TransportError::Interrupted
            })
        });
        let error = client.customers().info("1".parse().unwrap()).await.unwrap_err();
        assert!(error.is_connect() && error.attempts() == 3, "{error:?}");
        assert_eq!(error.connect_failure(), Some(ConnectFailure::Other));
        let error = client.customers().info("2".parse().unwrap()).await.unwrap_err();
        assert!(error.is_interrupted() && error.attempts() == 3, "{error:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn silence_ends_with_the_time_of_the_attempt() {
        let client = client(async |_| std::future::pending().await);
        let started = Instant::now();
        let call = client.customers().info("1".parse().unwrap()).with_attempts(1);
        assert!(call.await.unwrap_err().is_timeout());
        // An attempt times out after ten seconds. Timers are up to a millisecond late.
        assert_eq!(started.elapsed().as_secs(), 10, "{:?}", started.elapsed());
        assert!(started.elapsed() < Duration::from_millis(10_010));
    }
}

//! A client that makes the calls of the benchmarks with `mediaconnect` and its default settings: rate limiter, retries,
//! deadline, spans.

use std::hint::black_box;
use std::net::SocketAddr;
use std::time::Duration;

use mediaconnect::{AccessToken, Client, CustomerSearch, RateLimit, TokenFuture, TokenSource};

use crate::{Caller, EMAIL, NUMBER, TOKEN};

/// A client with the same settings as the client in the README.
#[derive(Clone)]
pub struct MediaconnectClient(Client);

impl MediaconnectClient {
    /// Creates a client that uses the given rate limit instead of upstream's.
    ///
    /// # Panics
    /// If TLS cannot be set up.
    #[must_use]
    pub fn with_rate(server: SocketAddr, rate: RateLimit) -> Self {
        let builder = Client::builder().base_url(format!("http://{server}/capi")).token_source(Static);
        Self(builder.rate_limit(rate).build().expect("the settings are valid"))
    }

    /// Returns the client.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.0
    }
}

impl Caller for MediaconnectClient {
    fn new(server: SocketAddr) -> Self {
        Self::with_rate(server, RateLimit::default())
    }

    async fn info(&mut self) {
        let number = black_box(NUMBER).try_into().expect("the number is not 0");
        let customer = self.0.customers().info(number).await.expect("a customer");
        assert_eq!(black_box(customer).customer_number, Some(number));
    }

    async fn search(&mut self) {
        let search = CustomerSearch::by_email(black_box(EMAIL));
        let found = self.0.customers().search(&search).await.expect("a result");
        assert_eq!(black_box(found).customers.len(), 1);
    }
}

/// A source of a fixed token that has the lifetime of upstream's tokens.
struct Static;

impl TokenSource for Static {
    fn fetch(&self) -> TokenFuture<'_> {
        Box::pin(async { Ok(AccessToken::new(TOKEN, Some(Duration::from_secs(12 * 3600)))) })
    }
}

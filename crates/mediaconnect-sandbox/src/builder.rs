//! How a sandbox is set up.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::ops::RangeInclusive;
use std::time::Duration;

use crate::clock::Clock;
use crate::customers::Customers;
use crate::rate::{self, RateWindow};
use crate::sandbox::Sandbox;
use crate::shapes::Shapes;
use crate::token::Tokens;
use crate::upstream::Upstream;

/// A sandbox to be set up; made by [`Sandbox::builder`].
#[must_use = "a sandbox answers only once it is started"]
pub struct SandboxBuilder {
    shapes: Shapes,
    token_lifetime: Duration,
    client_id: String,
    client_secret: String,
    generated: Option<RangeInclusive<i64>>,
    requests_per_minute: u32,
    port: u16,
}

impl Default for SandboxBuilder {
    fn default() -> Self {
        Self {
            shapes: Shapes::default(),
            // Upstream's documented default.
            token_lifetime: Duration::from_secs(12 * 60 * 60),
            client_id: "no.example.sandbox".to_owned(),
            client_secret: "sandbox-secret".to_owned(),
            generated: None,
            requests_per_minute: rate::LIMIT,
            port: 0,
        }
    }
}

impl SandboxBuilder {
    /// The shapes that JSON answers are written in; [`Shapes::Upstream`] by default.
    pub fn shapes(mut self, shapes: Shapes) -> Self {
        self.shapes = shapes;
        self
    }

    /// How long an issued token is valid, and what `expires_in` says in whole seconds; 12 hours by default.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.token_lifetime = lifetime;
        self
    }

    /// The client id and the client secret that the token endpoint accepts.
    pub fn credentials(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.client_id = id.into();
        self.client_secret = secret.into();
        self
    }

    /// Makes every number of a range a customer, besides those that are there anyway: a bulk of any size, of which
    /// nothing is stored.
    ///
    /// The customer is made of the number, always the same. `info` finds it, a search does not.
    pub fn generated(mut self, numbers: RangeInclusive<i64>) -> Self {
        self.generated = Some(numbers);
        self
    }

    /// How many requests a minute the rate headers tell of; upstream's 2,000 by default. It is not enforced.
    pub fn requests_per_minute(mut self, limit: u32) -> Self {
        self.requests_per_minute = limit;
        self
    }

    /// The port to listen on; 0, the default, is any free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Starts listening, on 127.0.0.1 only.
    ///
    /// # Errors
    /// When the port is taken or may not be used.
    ///
    /// # Panics
    /// Outside a Tokio runtime, and when the contract or the customers this crate was built with are broken.
    pub async fn start(self) -> io::Result<Sandbox> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port))?;
        let clock = Clock::of_this_runtime();
        let tokens = Tokens::new(self.client_id, self.client_secret, self.token_lifetime, clock.clone());
        let customers = Customers::invented(self.generated);
        let rate = RateWindow::new(clock, self.requests_per_minute);
        Ok(Sandbox::serve(Upstream::new(self.shapes, tokens, customers, rate), listener).await)
    }
}

impl fmt::Debug for SandboxBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxBuilder")
            .field("shapes", &self.shapes)
            .field("token_lifetime", &self.token_lifetime)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

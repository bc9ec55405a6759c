//! The set-up of a sandbox.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use mediaconnect_contract::Contract;

use crate::canned::Endpoints;
use crate::clock::Clock;
use crate::contract::Operations;
use crate::customer::Customer;
use crate::customers::{Customers, invented};
use crate::fault::Fault;
use crate::faults::Faults;
use crate::log::Log;
use crate::observer::{Handled, Observer};
use crate::quirks::Quirks;
use crate::rate::{Limits, Rate};
use crate::sandbox::Sandbox;
use crate::server::Server;
#[cfg(feature = "client")]
use crate::stub::Stubs;
use crate::token::Tokens;
#[cfg(feature = "ui")]
use crate::ui::Page;
use crate::upstream::Upstream;

/// A sandbox to be set up; made by [`Sandbox::builder`].
#[derive(Default)]
#[must_use = "a sandbox answers only once it is started"]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub struct SandboxBuilder {
    /// `None` for the one this crate was built with.
    contract: Option<Contract>,
    /// `None` as long as nobody said which.
    customers: Option<Vec<Customer>>,
    with_invented: bool,
    user: Option<i64>,
    quirks: Quirks,
    rate_limit: Option<Limits>,
    faults: Vec<Fault>,
    allow_unused_faults: bool,
    token_lifetime: Option<Duration>,
    /// The client id and the client secret.
    credentials: Option<(String, String)>,
    host: Option<IpAddr>,
    port: u16,
    cors: Option<String>,
    hides_rate: bool,
    admin: bool,
    #[cfg(feature = "ui")]
    ui: bool,
    observer: Option<Observer>,
}

/// The customer of upstream's documentation.
const DOCUMENTED_CUSTOMER: i64 = 563_457;

impl SandboxBuilder {
    /// Responds by another contract, such as one of the next version: [`Contract::load`] reads its file, and
    /// [`Contract::parse`] its text.
    ///
    /// All operations are then answered by their examples, also those of customers.
    pub fn contract(mut self, contract: Contract) -> Self {
        self.contract = Some(contract);
        self
    }

    /// One more customer.
    ///
    /// A sandbox with customers of its own has no others: what a search finds is what the test put in.
    /// [`with_invented_customers`](Self::with_invented_customers) adds them.
    pub fn customer(mut self, customer: Customer) -> Self {
        self.customers.get_or_insert_default().push(customer);
        self
    }

    /// More customers; none at all for a sandbox without any. Of two with the same number, the later one counts.
    pub fn customers(mut self, customers: impl IntoIterator<Item = Customer>) -> Self {
        self.customers.get_or_insert_default().extend(customers);
        self
    }

    /// The 66 customers of a sandbox that is not told which ones, beside those that it is told.
    pub fn with_invented_customers(mut self) -> Self {
        self.with_invented = true;
        self
    }

    /// The customer whom the [user token](Sandbox::user_token) belongs to; 563457 if nothing is said, or the first one
    /// where that one is missing.
    pub fn user(mut self, customer_number: i64) -> Self {
        self.user = Some(customer_number);
        self
    }

    /// Sets how answers differ from the documentation; [`Quirks::upstream`] if nothing is said.
    pub fn quirks(mut self, quirks: impl Into<Quirks>) -> Self {
        self.quirks = quirks.into();
        self
    }

    /// Refuses what goes beyond, with status 429, `Retry-After` and upstream's headers. If nothing is said, upstream's
    /// limit is told in the headers, and nothing is refused.
    ///
    /// Seconds and minutes begin with the first request after the last one ended, and refused requests count.
    pub fn rate_limit(mut self, per_second: u32, per_minute: u32) -> Self {
        self.rate_limit = Some(Limits { per_second, per_minute });
        self
    }

    /// One more thing that goes wrong.
    ///
    /// A fault that never happened makes the test fail when the sandbox is dropped: see
    /// [`allow_unused_faults`](Self::allow_unused_faults).
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Dropping the sandbox does not panic when a fault never happened.
    pub fn allow_unused_faults(mut self) -> Self {
        self.allow_unused_faults = true;
        self
    }

    /// Sets how long an issued token is valid, and what `expires_in` says in whole seconds; 12 hours by default.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.token_lifetime = Some(lifetime);
        self
    }

    /// The client id and the client secret that the token endpoint accepts.
    pub fn credentials(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.credentials = Some((id.into(), secret.into()));
        self
    }

    /// Tells nothing of the rate in headers as long as there is no [`rate_limit`](Self::rate_limit): then clients go by their
    /// own.
    pub fn without_rate_headers(mut self) -> Self {
        self.hides_rate = true;
        self
    }

    /// Lets pages of an origin call it from a browser (CORS), such as `https://app.example.com`; `*` is all origins. The
    /// routes of [`admin`](crate::admin) stay closed to them.
    ///
    /// # Panics
    /// When the origin has characters that no header has.
    pub fn cors(mut self, origin: impl Into<String>) -> Self {
        let origin = origin.into();
        assert!(HeaderValue::from_str(&origin).is_ok(), "the origin of `cors` cannot be a header");
        self.cors = Some(origin);
        self
    }

    /// The address to listen on, in place of 127.0.0.1. Whoever reaches it can use the sandbox; the routes of
    /// [`admin`](crate::admin) respond to this machine only.
    pub fn host(mut self, address: IpAddr) -> Self {
        self.host = Some(address);
        self
    }

    /// The port to listen on; 0, the default, is any free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Adds the routes of [`admin`](crate::admin), which change and tell everything without a token.
    pub fn admin(mut self) -> Self {
        self.admin = true;
        self
    }

    /// Adds a page to look at, at the root path, and the routes of [`admin`](crate::admin), which it uses. It responds to
    /// this machine only.
    ///
    /// The page shows customers, the latest 200 requests as they come, faults to switch on, and the contract's reference,
    /// where each operation can be tried. No other host is contacted.
    #[cfg(feature = "ui")]
    pub fn ui(mut self) -> Self {
        self.ui = true;
        self.admin()
    }

    /// Tells of each request when its response is about to be sent.
    pub fn on_request(mut self, tell: impl Fn(&Handled) + Send + Sync + 'static) -> Self {
        self.observer = Some(Observer::new(tell));
        self
    }

    /// Starts listening, on 127.0.0.1 unless [`host`](Self::host) says otherwise.
    ///
    /// # Errors
    /// When the port is taken or may not be used.
    ///
    /// # Panics
    /// Outside a Tokio runtime, when a fault is of an operation that the contract does not have, and when the contract or
    /// the customers this crate was built with are broken.
    #[expect(clippy::unused_async, reason = "starting it need not stay this simple")]
    pub async fn start(self) -> io::Result<Sandbox> {
        let listener = TcpListener::bind((self.host.unwrap_or(Ipv4Addr::LOCALHOST.into()), self.port))?;
        let (allow_unused_faults, upstream) = (self.allow_unused_faults, Arc::new(self.upstream()));
        let server = Server::start(Arc::clone(&upstream), listener)?;
        Ok(Sandbox::serving(upstream, server, allow_unused_faults))
    }

    /// A sandbox without a socket: only its [`client`](Sandbox::client) reaches it.
    ///
    /// It runs where it is called, so a test can pause Tokio's clock. A connection that is cut off is one that broke
    /// before the answer. The port does not count.
    ///
    /// # Panics
    /// As [`start`](Self::start) does.
    #[cfg(feature = "client")]
    pub fn in_memory(self) -> Sandbox {
        let allow_unused_faults = self.allow_unused_faults;
        Sandbox::in_memory(Arc::new(self.upstream()), allow_unused_faults)
    }

    fn upstream(self) -> Upstream {
        let clock = Clock::of_this_runtime();
        let is_invented = self.with_invented || self.customers.is_none();
        let mut customers = if is_invented { invented() } else { Vec::new() };
        customers.extend(self.customers.unwrap_or_default());
        let is_documented = |customer: &&Customer| customer.number() == DOCUMENTED_CUSTOMER;
        let user = customers.iter().find(is_documented).or(customers.first());
        let has_state = self.contract.is_none();
        let operations = self
            .contract
            .map_or_else(Operations::of_the_contract, |contract| Arc::new(Operations::of(contract)));
        let default = || ("no.example.sandbox".to_owned(), "sandbox-secret".to_owned());
        let (id, secret) = self.credentials.unwrap_or_else(default);
        // Upstream's documented default.
        let lifetime = self.token_lifetime.unwrap_or(Duration::from_secs(12 * 60 * 60));
        let faults = Faults::default();
        for fault in self.faults {
            fault.check(&operations).unwrap_or_else(|why| panic!("a fault cannot happen: {why}"));
            faults.add(fault);
        }
        Upstream {
            operations,
            has_state,
            user: self.user.or(user.map(Customer::number)).unwrap_or(DOCUMENTED_CUSTOMER),
            customers: Customers::new(customers),
            tokens: Tokens::new(id, secret, lifetime, clock.clone()),
            faults,
            #[cfg(feature = "client")]
            stubs: Stubs::default(),
            canned: Endpoints::default(),
            log: Log::default(),
            tells_rate: self.rate_limit.is_some() || !self.hides_rate,
            rate: Rate::new(self.rate_limit, clock),
            cors: self.cors,
            quirks: self.quirks,
            admin: self.admin,
            #[cfg(feature = "ui")]
            page: self.ui.then(Page::new),
            observer: self.observer,
        }
    }
}

impl fmt::Debug for SandboxBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxBuilder")
            .field("quirks", &self.quirks)
            .field("faults", &self.faults)
            .field("token_lifetime", &self.token_lifetime)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

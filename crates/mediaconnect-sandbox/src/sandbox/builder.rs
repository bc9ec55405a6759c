//! The settings of a sandbox.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use mediaconnect_contract::Contract;

use super::Sandbox;
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
use crate::rate::{Rate, RateLimit};
use crate::server::Server;
use crate::state::State;
#[cfg(feature = "client")]
use crate::stubs::Stubs;
use crate::token::Tokens;
#[cfg(feature = "ui")]
use crate::ui::Page;
use crate::upstream::Upstream;

/// A builder with the settings of a sandbox, made by [`Sandbox::builder`].
#[derive(Default)]
#[must_use = "a sandbox does not respond until it is started"]
#[expect(clippy::struct_excessive_bools, reason = "each `bool` is an independent setting")]
pub struct SandboxBuilder {
    /// The contract; `None` for the contract that this crate was built with.
    contract: Option<Contract>,
    /// The customers; `None` for the default, which is the invented customers of this crate.
    customers: Option<Vec<Customer>>,
    with_invented: bool,
    user: Option<i64>,
    quirks: Quirks,
    rate_limit: Option<RateLimit>,
    faults: Vec<Fault>,
    allow_unused_faults: bool,
    token_lifetime: Option<Duration>,
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

/// The number of the customer in upstream's documentation.
const DOCUMENTED_CUSTOMER: i64 = 563_457;

impl SandboxBuilder {
    /// Sets another contract, such as that of the next version. [`Contract::load`] reads it from a file, and
    /// [`Contract::parse`] from a string.
    ///
    /// The operations then do not use the sandbox's customers: each operation responds with its example in that
    /// contract.
    pub fn contract(mut self, contract: Contract) -> Self {
        self.contract = Some(contract);
        self
    }

    /// Adds a customer.
    ///
    /// If a test adds customers, the sandbox has no other customers, so a search finds only the added ones. To keep the
    /// 66 invented customers, call [`with_invented_customers`](Self::with_invented_customers).
    pub fn customer(mut self, customer: Customer) -> Self {
        self.customers.get_or_insert_default().push(customer);
        self
    }

    /// Adds customers. An empty list creates a sandbox without customers. If two customers have the same number, the
    /// later one replaces the earlier one.
    pub fn customers(mut self, customers: impl IntoIterator<Item = Customer>) -> Self {
        self.customers.get_or_insert_default().extend(customers);
        self
    }

    /// Keeps the 66 invented customers, even if the test adds customers.
    pub fn with_invented_customers(mut self) -> Self {
        self.with_invented = true;
        self
    }

    /// Sets the default user: the customer that the [user token](Sandbox::user_token) belongs to. The default is
    /// 563457, or the first customer if the sandbox does not have 563457. [`Sandbox::user`] returns other users.
    pub fn user(mut self, customer_number: i64) -> Self {
        self.user = Some(customer_number);
        self
    }

    /// Sets the ways in which responses differ from the documentation. The default is [`Quirks::upstream`].
    pub fn quirks(mut self, quirks: impl Into<Quirks>) -> Self {
        self.quirks = quirks.into();
        self
    }

    /// Sets a rate limit. Requests that exceed it get status 429, with `Retry-After` and upstream's headers. Without
    /// this setting, the headers report upstream's limit, but no request is refused.
    ///
    /// Requests are counted in windows of a second and of a minute. A window begins with the first request after the
    /// previous window has ended. Refused requests also count.
    pub fn rate_limit(mut self, per_second: u32, per_minute: u32) -> Self {
        self.rate_limit = Some(RateLimit { per_second, per_minute });
        self
    }

    /// Adds a fault.
    ///
    /// Dropping the sandbox panics if a fault never happened, unless
    /// [`allow_unused_faults`](Self::allow_unused_faults) is set.
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Disables the check for unused faults. Without this setting, dropping the sandbox panics if a fault never
    /// happened.
    pub fn allow_unused_faults(mut self) -> Self {
        self.allow_unused_faults = true;
        self
    }

    /// Sets the lifetime of issued tokens. `expires_in` reports it in whole seconds. The default is 12 hours.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.token_lifetime = Some(lifetime);
        self
    }

    /// Sets the client id and the client secret that the token endpoint accepts.
    pub fn credentials(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.credentials = Some((id.into(), secret.into()));
        self
    }

    /// Omits the headers that report the rate limit, so that clients use their own limit. Has no effect with a
    /// [`rate_limit`](Self::rate_limit).
    pub fn without_rate_headers(mut self) -> Self {
        self.hides_rate = true;
        self
    }

    /// Allows the pages of an origin, such as `https://app.example.com`, to call the API from a browser (CORS). `*`
    /// allows all origins. These pages still have no access to the routes of [`admin`](crate::admin).
    ///
    /// # Panics
    /// Panics if the origin has characters that a header cannot contain.
    pub fn cors(mut self, origin: impl Into<String>) -> Self {
        let origin = origin.into();
        assert!(HeaderValue::from_str(&origin).is_ok(), "the origin of `cors` is not a valid header value");
        self.cors = Some(origin);
        self
    }

    /// Sets the address to listen on. The default is 127.0.0.1. Everyone who can reach the address can use the API. The
    /// routes of [`admin`](crate::admin) only respond to clients on the same machine as the sandbox. A proxy on this
    /// machine is such a client, so it must not forward them.
    pub fn host(mut self, address: IpAddr) -> Self {
        self.host = Some(address);
        self
    }

    /// Sets the port to listen on. The default, 0, means any free port.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Adds the routes of [`admin`](crate::admin), which read and change the state of the sandbox without a token.
    pub fn admin(mut self) -> Self {
        self.admin = true;
        self
    }

    /// Adds a web page at `/`, and the routes of [`admin`](crate::admin), which the page uses. The page only responds
    /// to clients on the same machine as the sandbox. A proxy on the same machine must not forward the page.
    ///
    /// The page shows the customers, the latest 200 requests, the faults, and the contract's reference. In the
    /// reference, each operation can be tried. The page contacts no other host.
    #[cfg(feature = "ui")]
    pub fn ui(mut self) -> Self {
        self.ui = true;
        self.admin()
    }

    /// Sets a function that is called for each request just before its response is sent.
    pub fn on_request(mut self, notify: impl Fn(&Handled) + Send + Sync + 'static) -> Self {
        self.observer = Some(Observer::new(notify));
        self
    }

    /// Starts the sandbox on 127.0.0.1, or on the address of [`host`](Self::host).
    ///
    /// # Errors
    /// Returns an error if the port is in use or not permitted.
    ///
    /// # Panics
    /// Panics outside a Tokio runtime, and if a fault names an operation that is not in the contract.
    #[expect(clippy::unused_async, reason = "a later version may need to await")]
    pub async fn start(self) -> io::Result<Sandbox> {
        let listener = TcpListener::bind((self.host.unwrap_or(Ipv4Addr::LOCALHOST.into()), self.port))?;
        let (allow_unused_faults, upstream) = (self.allow_unused_faults, Arc::new(self.upstream()));
        let server = Server::start(Arc::clone(&upstream), listener)?;
        Ok(Sandbox::serving(upstream, server, allow_unused_faults))
    }

    /// Creates a sandbox without a socket. Only its [`client`](Sandbox::client) can reach it.
    ///
    /// The sandbox runs in the caller's task, so a test can pause Tokio's clock. If a fault cuts off a response, the
    /// client receives only the error of a broken connection, and no part of the response. The settings of host and
    /// port have no effect.
    ///
    /// # Panics
    /// Panics in the same cases as [`start`](Self::start).
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
        let uses_state = self.contract.is_none();
        let operations = self
            .contract
            .map_or_else(Operations::of_the_contract, |contract| Arc::new(Operations::of(contract)));
        let default = || ("no.example.sandbox".to_owned(), "sandbox-secret".to_owned());
        let credentials = self.credentials.unwrap_or_else(default);
        // Upstream documents a lifetime of twelve hours.
        let lifetime = self.token_lifetime.unwrap_or(Duration::from_secs(12 * 60 * 60));
        let faults = Faults::default();
        for fault in self.faults {
            fault.check(&operations).unwrap_or_else(|why| panic!("the fault cannot happen: {why}"));
            faults.add(fault);
        }
        let user = self.user.or(user.map(Customer::number)).unwrap_or(DOCUMENTED_CUSTOMER);
        let state = State {
            operations,
            tokens: Tokens::new(credentials, user, lifetime, clock.clone()),
            customers: Customers::new(customers),
            faults,
            #[cfg(feature = "client")]
            stubs: Stubs::default(),
            canned: Endpoints::default(),
            log: Log::default(),
        };
        Upstream {
            state,
            uses_state,
            sends_rate: self.rate_limit.is_some() || !self.hides_rate,
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

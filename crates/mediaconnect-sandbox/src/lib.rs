//! A stand-in for the Connect API, and the test kit of services that use it.
//!
//! A [`Sandbox`] issues tokens and responds to every operation of the contract. It checks each request against the
//! contract, and refuses an invalid request with a 400 that names the error. The response to a valid request is the
//! contract's example, in which some fields have the values of the request. Customers and their external references are
//! stored, so operations can find, change and remove them.
//!
//! Where upstream's examples or existing clients contradict the documentation, responses follow them ([`Quirks`]). For
//! example, postal codes are numbers, some lists with one element are a bare object, and a client that does not accept
//! JSON gets XML.
//!
//! ```toml
//! [dev-dependencies]
//! mediaconnect-sandbox = { git = "https://git.example.com/mediaconnect" }
//! ```
//!
//! ```
//! use mediaconnect::{Client, CustomerNumber, Result};
//! use mediaconnect_sandbox::{Customer, Expected, Fault, Sandbox};
//!
//! /// The code of a service, which the test calls.
//! async fn greeting(client: &Client, number: CustomerNumber) -> Result<String> {
//!     let customer = client.customers().info(number).await?;
//!     let first_name = customer.name.and_then(|name| name.first_name);
//!     Ok(format!("Hei, {}!", first_name.as_deref().unwrap_or("kunde")))
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let sandbox = Sandbox::builder()
//!     .customer(Customer::invented(100_200).name("Kari", "Nordmann"))
//!     .fault(Fault::on("getCustomerInfo").status(503)) // Once. The client retries.
//!     .start()
//!     .await?;
//!
//! assert_eq!(greeting(&sandbox.client(), "100200".parse()?).await?, "Hei, Kari!");
//!
//! sandbox.assert_received(Expected::operation("getCustomerInfo").field("customerNumber", 100_200).times(2));
//! # Ok(())
//! # }
//! ```
//!
//! # Over sockets or in memory
//!
//! | | [`start`](SandboxBuilder::start) | [`in_memory`](SandboxBuilder::in_memory) |
//! |---|---|---|
//! | clients | any HTTP client, in any process | the clients that the sandbox creates |
//! | broken connections | real | simulated: the client gets the error of a broken connection |
//! | Tokio's paused clock | not usable with deadlines, because the clock advances while a call waits for a socket | usable: retries, pauses and deadlines take no time |
//! | missing from a call | nothing | the socket, and what an HTTP client adds, such as `User-Agent` |
//!
//! So run most tests of a service in memory with `#[tokio::test(start_paused = true)]`, and a few over sockets. A
//! sandbox starts in less than a millisecond. Creating a client takes some 40 milliseconds in a debug build, so create
//! only one in each test.
//!
//! ```
//! # use std::time::Duration;
//! # use mediaconnect_sandbox::{Customer, Fault, RetryHint, Sandbox};
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let sandbox = Sandbox::builder()
//!     .customer(Customer::invented(100_200))
//!     .fault(Fault::on("getCustomerInfo").rate_limited(RetryHint::Seconds(20)))
//!     .in_memory();
//!
//! // The client waits for twenty seconds, and the test does not.
//! let started = tokio::time::Instant::now();
//! sandbox.client().customers().info("100200".parse()?).await?;
//! assert!(started.elapsed() >= Duration::from_secs(20));
//! # Ok(())
//! # }
//! ```
//!
//! # What can be set up
//!
//! - [`Customer`]s: a sandbox has 66 invented customers, or only those that a test adds. [`seed`] reads customers from
//!   a file.
//! - Responses: [`Sandbox::on`] sets the response of an operation, as a model or as JSON (feature `client`). A stub can
//!   depend on the request, and can expect a number of requests.
//! - [`Fault`]s: failures of some requests of an operation. A fault that never happens fails the test.
//! - [`Quirks`]: differences between responses and the documentation. Upstream's examples or existing clients point to
//!   some, and others test how tolerant a client is. Each quirk can be switched on and off.
//! - [Another contract](SandboxBuilder::contract), such as that of the next version.
//! - The [rate limit](SandboxBuilder::rate_limit), the [lifetime of tokens](SandboxBuilder::token_lifetime), and the
//!   [default user](SandboxBuilder::user).
//! - [Several users](Sandbox::user), each with its own tokens.
//! - [`Sandbox::client_builder`]: a client with other settings.
//!
//! # What is not imitated
//!
//! The login of a user in a browser: there is no login page, and the token endpoint refuses the grant
//! `authorization_code` with `unsupported_grant_type`. So the code of a service that handles the callback of a login
//! cannot be tested with a sandbox. A test begins after the login, with the tokens of a [`User`].
//!
//! # What can be asserted
//!
//! [`Sandbox::assert_received`] panics if the expected request is missing. The message names the nearest request and
//! the fields that differ. A sandbox is for invented customers, but a service with real customers may send requests to
//! it by mistake. The message therefore contains only the received fields that the test names, and never the access
//! token. [`Sandbox::requests`] returns complete requests, and [`Sandbox::received_as`] returns them as operations
//! (feature `client`).
//!
//! [`Sandbox::conversation`] returns the requests and responses for a snapshot, without personal data and secrets.
//!
//! # Parallel tests
//!
//! Sandboxes share no state, so tests with one sandbox each can run in parallel. Over sockets, each sandbox has its own
//! port and thread. Dropping the sandbox frees the port.
//!
//! # Front ends and other languages
//!
//! The command `mediaconnect sandbox` runs a sandbox as a process. It has options for a seed, quirks, faults and a rate
//! limit, and the [`admin`] routes. In a test, [`SandboxBuilder::admin`] adds these routes. With `--ui`, the command
//! also serves a web page at the root path: customers, requests, faults, and the contract's reference.
//!
//! A process with 90,000 customers needs less than 100 MB of memory.
//!
//! # Features
//!
//! | feature | effect |
//! |---|---|
//! | `client` (default) | adds [`Sandbox::client`], [`Sandbox::on`] and sandboxes in memory. Without it, this crate does not depend on the client |
//! | `rustls` (default) | TLS of these clients by rustls, as in `mediaconnect` |
//! | `native-tls` | TLS of these clients by the operating system's library |
//! | `ui` | adds `SandboxBuilder::ui`, the web page. The page contains Swagger UI (440 KB, licence Apache-2.0). The command enables this feature |
//!
//! # The invented customers
//!
//! Customer 563457 is the example in upstream's documentation. All other customers are invented. Their e-mail addresses
//! have reserved example domains, and their phone numbers belong to nobody. Norwegian numbers begin with 1, unlike the
//! numbers of subscribers. Swedish numbers are from the ranges that the Swedish authority (PTS) reserves for fiction.

pub mod admin;
mod api_response;
mod canned;
mod clock;
mod connection;
mod contract;
mod conversation;
mod cors;
mod customer;
mod customers;
mod derived;
mod example;
mod expected;
mod fault;
mod fault_text;
mod faults;
mod guard;
mod log;
#[cfg(feature = "client")]
mod memory;
mod message;
mod observer;
mod quirks;
mod rate;
mod received;
mod request_values;
mod sandbox;
pub mod seed;
mod server;
mod shapes;
mod state;
#[cfg(feature = "client")]
mod stub;
#[cfg(feature = "client")]
mod stubs;
mod token;
#[cfg(feature = "client")]
mod typed;
#[cfg(feature = "ui")]
mod ui;
mod upstream;
mod xml;

pub use canned::Endpoint;
pub use customer::Customer;
pub use expected::Expected;
pub use fault::{Fault, RetryHint};
pub use fault_text::FaultError;
pub use mediaconnect_contract::Contract;
pub use observer::Handled;
pub use quirks::{Quirk, Quirks, UnknownQuirk};
pub use received::Received;
pub use sandbox::{Sandbox, SandboxBuilder, User};
pub use seed::SeedError;
#[cfg(feature = "client")]
pub use stub::Stub;

//! A stand-in for the Connect API, and the test kit of services that use it.
//!
//! A [`Sandbox`] hands out tokens, and answers every operation of the contract. It checks the request against the contract,
//! so a bug of a client is a 400 that says what is wrong. The response is the contract's example, about what was asked.
//! Customers and their external references are remembered: they are found, changed and removed.
//!
//! Responses are as upstream's rather than as the documentation says: postal codes as numbers, a list of one as a bare
//! object, XML for a client that does not ask for JSON ([`Quirks`]).
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
//! /// What a service does, and what is to be tested.
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
//!     .fault(Fault::on("getCustomerInfo").status(503)) // Once; the client repeats it.
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
//! | reaches it | anything that speaks HTTP, other processes too | the clients that it hands out |
//! | breaks connections | for real | as a broken connection's error |
//! | Tokio's paused clock | not with deadlines: the clock runs while a socket is waited for | yes: retries, pauses and deadlines take no time |
//! | the way of a call | all of it | all but the socket, and what an HTTP client adds, such as `User-Agent` |
//!
//! So most tests of a service run in memory with `#[tokio::test(start_paused = true)]`, and a few over sockets. Both start
//! in less than a millisecond. To set up a client takes longer, some 40 in a debug build, so build one a test.
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
//! - [`Customer`]s: a sandbox has 66 invented ones, or those that it is given, and then no others. They can come
//!   from a file too: [`seed`].
//! - Responses: [`Sandbox::on`] says what an operation responds, as a model or as JSON (feature `client`).
//! - [`Fault`]s: by operation and count. One that never happened fails the test, because it does not test what it says.
//! - [`Quirks`]: upstream's odd shapes, each a switch, and some that upstream might have one day.
//! - [Another contract](SandboxBuilder::contract), such as that of the next version.
//! - The [rate limit](SandboxBuilder::rate_limit), the [lifetime of tokens](SandboxBuilder::token_lifetime), whom the
//!   [user token](SandboxBuilder::user) belongs to.
//! - [`Sandbox::client_builder`]: the client, with other settings than its defaults.
//!
//! # What can be asserted
//!
//! [`Sandbox::assert_received`] panics with the nearest request and the fields that differ. It tells what the test
//! expected, and of what was received the fields that the test names, never the access token: a sandbox is there for
//! invented customers, but somebody may have pointed a service with real ones at it. [`Sandbox::requests`] has it all.
//!
//! # Tests side by side
//!
//! Sandboxes share nothing, so tests that have one each run in parallel. Over sockets each has a port and a thread of its
//! own; when it is dropped, the port is free.
//!
//! # Front ends and other languages
//!
//! `mediaconnect sandbox` is one as a process, with a seed, quirks, faults and a rate limit by option, and the [`admin`]
//! routes. [`admin`](SandboxBuilder::admin) adds them to a sandbox in a test. `mediaconnect sandbox --ui` also has a page
//! for a browser, at the root path: customers, requests as they come, faults, and the contract's reference.
//!
//! # Features
//!
//! | feature | what it does |
//! |---|---|
//! | `client` (default) | [`Sandbox::client`], [`Sandbox::on`], and sandboxes in memory. Without it, the sandbox knows nothing of the client |
//! | `ui` | `SandboxBuilder::ui`, the page. It has Swagger UI in it: 440 KB, and its licence (Apache-2.0). The command switches it on |
//!
//! # The invented customers
//!
//! Customer 563457 is the example of upstream's documentation. All others are invented, with e-mail addresses
//! of the reserved example domains and phone numbers that nobody can have: Norwegian ones begin with 1, Swedish
//! ones are from the ranges that the Swedish authority (PTS) keeps free for fiction.

pub mod admin;
mod answer;
mod asked;
mod builder;
mod canned;
mod clock;
mod connection;
mod contract;
mod conversation;
mod cors;
mod customer;
mod customers;
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
mod rule;
mod sandbox;
pub mod seed;
mod server;
mod shapes;
mod state;
mod story;
#[cfg(feature = "client")]
mod stub;
mod token;
#[cfg(feature = "ui")]
mod ui;
mod upstream;
mod xml;

pub use builder::SandboxBuilder;
pub use canned::Endpoint;
pub use customer::Customer;
pub use expected::Expected;
pub use fault::{Fault, RetryHint};
pub use fault_text::FaultError;
pub use mediaconnect_contract::Contract;
pub use observer::Handled;
pub use quirks::{Quirk, Quirks, UnknownQuirk};
pub use received::Received;
pub use sandbox::Sandbox;
pub use seed::SeedError;
#[cfg(feature = "client")]
pub use stub::Stub;

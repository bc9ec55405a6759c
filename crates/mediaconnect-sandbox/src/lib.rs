//! An in-process stand-in for the Connect API: for tests, for demos, and for the command line.
//!
//! A [`Sandbox`] listens on the loopback interface, hands out tokens, and answers the customer endpoints with
//! invented customers. It answers as upstream does rather than as the documentation says: postal codes as
//! numbers, a list of one as a bare object, XML for a client that does not ask for JSON ([`Quirks`]).
//! What it receives, it checks against the contract, so a bug of a client is a 400 that says what is wrong.
//!
//! ```
//! use mediaconnect_sandbox::Sandbox;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let sandbox = Sandbox::start().await;
//! let http = reqwest::Client::new();
//!
//! let token: serde_json::Value = http
//!     .post(sandbox.token_url())
//!     .basic_auth(sandbox.client_id(), Some(sandbox.client_secret()))
//!     .header("Content-Type", "application/x-www-form-urlencoded")
//!     .body("grant_type=client_credentials")
//!     .send()
//!     .await?
//!     .json()
//!     .await?;
//! let customer: serde_json::Value = http
//!     .get(format!("{}/v1/client/customer/info/563457", sandbox.base_url()))
//!     .bearer_auth(token["access_token"].as_str().unwrap())
//!     .header("Accept", "application/json")
//!     .send()
//!     .await?
//!     .json()
//!     .await?;
//!
//! assert_eq!(customer["name"]["firstName"], "Ola");
//! // Documented as a list; one user comes as a bare object.
//! assert_eq!(customer["attachedUsers"]["uniqueId"], "abc123ee63461dd");
//! # Ok(())
//! # }
//! ```
//!
//! Customer 563457 is the example of upstream's documentation. All others are invented, with e-mail addresses
//! of the reserved example domains and phone numbers that nobody can have: Norwegian ones begin with 1, Swedish
//! ones are from the ranges that the Swedish authority (PTS) keeps free for fiction.

pub mod admin;
mod answer;
mod builder;
mod clock;
mod connection;
mod contract;
mod customer;
mod customers;
mod expected;
mod fault;
mod faults;
#[cfg(feature = "client")]
mod memory;
mod message;
mod observer;
mod quirks;
mod rate;
mod received;
mod sandbox;
pub mod seed;
mod server;
mod shapes;
mod token;
mod upstream;
mod xml;

pub use builder::SandboxBuilder;
pub use customer::Customer;
pub use expected::Expected;
pub use fault::{Fault, FaultError, RetryHint};
pub use observer::Handled;
pub use quirks::{Quirk, Quirks, UnknownQuirk};
pub use received::Received;
pub use sandbox::Sandbox;
pub use seed::SeedError;

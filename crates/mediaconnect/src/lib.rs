//! Client for the Mediaconnect Connect API, in which media houses in Norway and Sweden keep their customers.
//!
//! ```no_run
//! use mediaconnect::{Client, CustomerSearch};
//!
//! # async fn example() -> mediaconnect::Result<()> {
//! // MEDIACONNECT_CLIENT_ID and MEDIACONNECT_CLIENT_SECRET; see `ClientBuilder::from_env`.
//! let client = Client::from_env()?;
//!
//! let found = client.customers().search(&CustomerSearch::by_email("kari@example.com")).await?;
//! for customer in found.customers {
//!     let Some(number) = customer.customer_number else { continue };
//!     let info = client.customers().info(number).await?;
//!     println!("{} phone numbers", info.phone_numbers.len());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! - **Strict on what is sent**: input is checked first, and all violations come back at once.
//! - **Lenient on what is received**: upstream's answers do not keep to its documentation; they decode all the same.
//! - **Silent about personal data**: no `Debug`, no error and no log of this crate holds a customer's data, a token
//!   or a secret. Reading a value is an explicit field access.
//!
//! # Features
//!
//! | feature | what it does |
//! |---|---|
//! | `rustls` (default) | TLS by rustls |
//! | `native-tls` | TLS by the operating system's library |
//! | `schemars` | JSON Schemas (schemars 1) of the models |
//! | `unverified` | operations whose path or shape upstream does not document |
//! | `metrics` | counters and histograms through the `metrics` facade: [`observability`] lists them |
//! | `opentelemetry` | requests carry the trace of the service's tracer (`traceparent`) |

mod answer;
mod builder;
mod call;
mod client;
mod credentials;
mod customers;
mod drift;
mod environment;
mod error;
mod external_references;
mod headers;
pub mod observability;
mod options;
mod path;
mod rate;
mod request;
mod retry;
mod search;
mod telemetry;
mod token;
pub mod transport;
mod upstream_message;

pub use builder::ClientBuilder;
pub use call::{Call, CallFuture};
pub use client::Client;
pub use credentials::{ClientAuthentication, ClientCredentials};
pub use customers::Customers;
pub use environment::{Environment, UnknownEnvironment};
pub use error::{Error, Result};
pub use external_references::ExternalReferences;
pub use mediaconnect_api::validate::{Found, Rule, Violation, Violations};
pub use mediaconnect_api::wire::{
    CountryCode, CustomerNumber, EmailAddress, PhoneNumber, PostalCode, ProductCode, StreetNumber,
    UnknownValue,
};
pub use rate::{RateLimit, WhenExhausted};
pub use request::{Method, Request};
pub use search::{CustomerSearch, SearchName, SearchPlace};
pub use secrecy;
pub use token::{AccessToken, ExtidCode, RefreshToken, TokenEndpoint, TokenFuture, TokenSource, UserToken};
pub use upstream_message::UpstreamMessage;

pub mod models {
    //! The models of the contract, generated from it.
    //!
    //! Their `Debug` tells which fields are there, never their values. They are `#[non_exhaustive]`, since upstream
    //! adds fields: build one with `Default`, then set its fields.

    pub use mediaconnect_api::types::*;
}

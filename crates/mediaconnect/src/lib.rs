//! Client for the Mediaconnect Connect API, in which media houses in Norway and Sweden keep their customers.
//!
//! ```no_run
//! use mediaconnect::Client;
//!
//! #[tokio::main]
//! async fn main() -> mediaconnect::Result<()> {
//!     let client = Client::from_env()?; // MEDIACONNECT_CLIENT_ID, MEDIACONNECT_CLIENT_SECRET
//!     match client.customers().info("563457".parse()?).await {
//!         Ok(customer) => println!("{} e-mail addresses", customer.emails.len()),
//!         Err(error) if error.is_not_found() => println!("nobody has this number"),
//!         Err(error) => return Err(error), // safe to log: an error contains no customer data
//!     }
//!     Ok(())
//! }
//! ```
//!
//! - [`Client`] is the entry point: build one and clone it. Its methods return the [`groups`] of operations.
//!   [`CustomerSearch`] finds customers whose number is unknown. The predicates of [`Error`] explain why a call failed
//!   and what to do.
//! - The [`guide`] has a page for each topic: [getting started](guide::getting_started),
//!   [authentication](guide::authentication), [searching](guide::searching), [bulk](guide::bulk),
//!   [errors](guide::errors), [privacy](guide::privacy), [resilience](guide::resilience), [network](guide::network),
//!   [testing](guide::testing).
//! - [`dependencies`] re-exports the crates that a service must use in the same version as this crate.
//!
//! The crate is
//!
//! - **strict about requests**: input is checked before it is sent, and all violations are returned at once;
//! - **lenient about responses**: a response decodes even where it deviates from upstream's documentation;
//! - **silent about personal data**: no `Debug` output, error or log of this crate contains customer data, a token or a
//!   secret. A value is read only by an explicit field access.
//!
//! # Features
//!
//! | feature | effect |
//! |---|---|
//! | `rustls` (default) | TLS by rustls, with the operating system's roots |
//! | `native-tls` | TLS by the operating system's library; disable the default features of this crate, and of `mediaconnect-fleet` and `mediaconnect-sandbox`, to use it. One of `rustls` and `native-tls` is required; with both, the client uses rustls |
//! | `cache` | cached responses of reads: `Client::cached`, and `ResponseStore`, the trait of stores that processes share |
//! | `schemars` | JSON Schemas (schemars 1) of the models, and `component_schemas` for an OpenAPI document |
//! | `unverified` | operations whose path or shape upstream does not document, such as `groups::Customers::change_own_info` |
//! | `metrics` | counters and histograms through the `metrics` facade, listed in [`observability`] |
//! | `opentelemetry` | requests carry the trace of the service's tracer (`traceparent`, `tracestate`) |

// This makes docs.rs show which feature an item requires. It needs a nightly compiler.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
compile_error!("mediaconnect needs a TLS library: enable its feature `rustls` or `native-tls`");

mod access;
mod added_header;
mod body;
mod builder;
mod bulk;
mod bulk_queue;
#[cfg(feature = "cache")]
mod cache;
#[cfg(feature = "cache")]
mod cached;
mod call;
mod call_info;
mod client;
mod connect_failure;
mod credentials;
mod customers;
mod decode_error;
pub mod dependencies;
mod diagnosis;
mod drift;
mod environment;
mod error;
mod exhausted;
mod fleet;
pub mod groups;
pub mod guide;
mod headers;
mod json;
mod network;
pub mod observability;
mod options;
mod overview;
mod pipeline;
mod proof;
mod rate;
mod request;
mod retry;
mod runtime;
#[cfg(feature = "schemars")]
mod schemas;
mod search;
mod shared;
mod survey;
mod telemetry;
mod token;
pub mod transport;
mod upstream_message;

pub use access::{Reader, Verdict};
pub use builder::ClientBuilder;
pub use bulk::{Bulk, BulkSource};
#[cfg(feature = "cache")]
#[cfg_attr(docsrs, doc(cfg(feature = "cache")))]
pub use cache::{Forget, Lookup, ResponseKey, ResponseStore, StoreFuture};
#[cfg(feature = "cache")]
#[cfg_attr(docsrs, doc(cfg(feature = "cache")))]
pub use cached::{CachedClient, CachedUserClient};
pub use call::{Call, CallFuture};
pub use client::{Client, UserClient};
pub use connect_failure::ConnectFailure;
pub use credentials::{ClientAuthentication, ClientCredentials, CredentialsFuture, CredentialsProvider};
pub use diagnosis::{Diagnosis, Header, Probe, ResponseHead};
pub use environment::{Environment, UnknownEnvironment};
pub use error::{Error, ErrorKind, Result};
pub use fleet::{Fleet, FleetClient};
pub use mediaconnect_api::validate::{Found, Rule, Validate, Violation, Violations};
pub use mediaconnect_api::wire::{
    Amount, Base64, CountryCode, CustomerNumber, Date, DateTime, EmailAddress, EpochMillis, EpochSeconds,
    List, Map, PhoneNumber, PostalCode, ProductCode, Single, StreetNumber, UnknownValue,
};
pub use mediaconnect_api::{models, operations};
pub use overview::Overview;
pub use rate::{RateLimit, Turns, TurnsReport, WhenExhausted};
pub use request::{Method, Request, Response};
#[cfg(feature = "schemars")]
pub use schemas::component_schemas;
pub use search::{CustomerSearch, SearchName, SearchPlace};
pub use secrecy;
pub use token::{
    AccessToken, ExtidCode, Granted, RefreshToken, TokenEndpoint, TokenFuture, TokenSource, UserToken,
};
pub use upstream_message::UpstreamMessage;

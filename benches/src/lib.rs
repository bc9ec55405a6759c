//! Code that the benchmarks share: servers on loopback, and clients that make the same calls.

mod documents;
mod hook_client;
mod hyper_client;
mod limited;
mod mediaconnect_client;
mod models;
mod redis;
mod reqwest_client;
mod server;

use std::net::SocketAddr;

use mediaconnect_api::wire::scalar::in_one_pass;
use serde::de::DeserializeOwned;

pub use documents::{fifty_invoices, five_customers};
pub use hook_client::HookClient;
pub use hyper_client::HyperClient;
pub use limited::{Limits, Seen, Windows, limited};
pub use mediaconnect_client::MediaconnectClient;
pub use models::{Invoices, SearchResponse};
pub use redis::Redis;
pub use reqwest_client::ReqwestClient;
pub use server::{Answer, Request, canned, serve};

/// Decodes a body into a model with plain derives.
///
/// # Panics
/// If the body is not a `T`.
pub fn decode_plain<T: DeserializeOwned>(body: &str) -> T {
    serde_json::from_slice(body.as_bytes()).expect("the body is valid")
}

/// Decodes a body into a model of `mediaconnect`, in the same way as the client: checks once that the whole body is
/// UTF-8, then reads scalars in one pass.
///
/// # Panics
/// If the body is not a `T`.
pub fn decode<T: DeserializeOwned>(body: &str) -> T {
    let text = str::from_utf8(body.as_bytes()).expect("it is UTF-8");
    in_one_pass(|| serde_json::from_str(text)).expect("the body is valid")
}

/// The access token of all clients. It is as long as upstream's.
const TOKEN: &str =
    "eyJhbGciOiJIUzI1NiJ9.bWVkaWFjb25uZWN0LWJlbmNoLXRva2Vu.c2lnbmF0dXJlLXNpZ25hdHVyZS1zaWduYXR1cmU";
/// The customer that is looked up.
const NUMBER: u64 = 563_457;
/// The e-mail address that is searched for.
const EMAIL: &str = "ola.nordmann@company.com";
/// The `User-Agent` of all clients.
const USER_AGENT: &str = concat!("mediaconnect-rust/", env!("CARGO_PKG_VERSION"));

/// A client whose calls the benchmarks compare with those of other clients.
///
/// All clients send the same request, decode the same response into a model, and drop the model.
pub trait Caller: Clone + Send + 'static {
    /// Creates a client of a server. The client does not connect yet.
    fn new(server: SocketAddr) -> Self;

    /// Looks up a customer.
    ///
    /// # Panics
    /// If the response is not the expected one.
    fn info(&mut self) -> impl Future<Output = ()> + Send;

    /// Searches for a customer by e-mail address.
    ///
    /// # Panics
    /// If the response is not the expected one.
    fn search(&mut self) -> impl Future<Output = ()> + Send;
}

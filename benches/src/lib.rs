//! What the benchmarks share: a server on loopback, and the same calls made in three ways.

mod documents;
mod hyper_client;
mod limited;
mod mediaconnect_client;
mod models;
mod redis;
mod reqwest_client;
mod server;

use std::net::SocketAddr;

pub use hyper_client::HyperClient;
pub use limited::{Limits, Seen, Windows, limited};
pub use mediaconnect_client::MediaconnectClient;
pub use redis::Redis;
pub use reqwest_client::ReqwestClient;
pub use server::{Answer, Request, canned, serve};

/// The access token of all clients, as long as upstream's.
const TOKEN: &str =
    "eyJhbGciOiJIUzI1NiJ9.bWVkaWFjb25uZWN0LWJlbmNoLXRva2Vu.c2lnbmF0dXJlLXNpZ25hdHVyZS1zaWduYXR1cmU";
/// The customer that is looked up.
const NUMBER: u64 = 563_457;
/// The e-mail address that is searched for.
const EMAIL: &str = "ola.nordmann@company.com";
/// What all clients call themselves.
const USER_AGENT: &str = concat!("mediaconnect-rust/", env!("CARGO_PKG_VERSION"));

/// A client that makes the calls which are compared.
///
/// Each call sends the same request, reads the same answer into a model, and drops the model.
pub trait Caller: Clone + Send + 'static {
    /// A client of a server that has no connection yet.
    fn new(server: SocketAddr) -> Self;

    /// Looks a customer up.
    ///
    /// # Panics
    /// When the response is not the expected one.
    fn info(&mut self) -> impl Future<Output = ()> + Send;

    /// Searches for a customer by e-mail address.
    ///
    /// # Panics
    /// When the response is not the expected one.
    fn search(&mut self) -> impl Future<Output = ()> + Send;
}

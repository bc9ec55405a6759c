//! The base URL of requests, and the HTTP client that sends them.

use std::sync::Arc;

use reqwest::Url;

/// The destination of requests: the base URL, and the HTTP client that builds and sends them.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The base URL, to which the paths of the operations are appended.
    pub base_url: Arc<Url>,
    /// The HTTP client.
    pub http: reqwest::Client,
}

/// Returns the base URL with a path appended. The path must begin with a slash.
///
/// The path is appended to the parsed URL, because parsing the URL again would take longer.
#[must_use]
pub fn url(base_url: &Url, path: &str) -> Url {
    let mut url = base_url.clone();
    url.set_path(&[base_url.path().trim_end_matches('/'), path].concat());
    url
}

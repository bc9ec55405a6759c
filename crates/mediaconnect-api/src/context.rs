//! What each request needs besides its operation: the token, and how long it may take.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use progenitor_client::{ClientHooks, Error, OperationInfo};
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{Request, Response, Url};

use crate::Client;

/// What a [`Client`] adds to each request that it sends.
#[derive(Clone)]
pub struct Context {
    /// The value of `Authorization`. Marked sensitive before it is sent.
    pub authorization: HeaderValue,
    /// How long one request may take, its answer's body included.
    pub timeout: Duration,
    /// Headers that carry the trace, if the service has a tracer.
    pub propagated: HeaderMap,
    /// What carries requests in place of the network, if anything does.
    pub carrier: Option<Carrier>,
}

/// Carries requests in place of the network. That it failed is told by an extension of the response.
pub type Carrier = Arc<dyn Fn(Request) -> Pin<Box<dyn Future<Output = Response> + Send>> + Send + Sync>;

impl Context {
    /// Adds it to a request.
    pub fn apply(&self, request: &mut Request) {
        let mut authorization = self.authorization.clone();
        authorization.set_sensitive(true);
        *request.timeout_mut() = Some(self.timeout);
        let headers = request.headers_mut();
        headers.extend(self.propagated.clone());
        headers.insert(AUTHORIZATION, authorization);
        // Without it, upstream is known to answer XML.
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    }
}

/// Sends a request by the carrier, if there is one, else by the HTTP client.
///
/// # Errors
/// Those of the HTTP client.
pub async fn send(
    http: &reqwest::Client,
    carrier: Option<&Carrier>,
    request: Request,
) -> reqwest::Result<Response> {
    match carrier {
        None => http.execute(request).await,
        Some(carrier) => Ok(carrier(request).await),
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

impl Client {
    /// The URL of a path, which begins with a slash.
    ///
    /// The base URL is not parsed again: its host alone takes more instructions than the path.
    pub(crate) fn url(&self, path: &str) -> Url {
        let mut url = self.baseurl.clone();
        url.set_path(&[self.baseurl.path().trim_end_matches('/'), path].concat());
        url
    }
}

impl ClientHooks<Context> for Client {
    async fn pre<E>(&self, request: &mut Request, _: &OperationInfo) -> Result<(), Error<E>> {
        self.inner.apply(request);
        Ok(())
    }

    async fn exec(&self, request: Request, _: &OperationInfo) -> reqwest::Result<Response> {
        send(&self.client, self.inner.carrier.as_ref(), request).await
    }
}

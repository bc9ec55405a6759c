//! Sends requests. The code here is the same for every operation.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{Request, Response, Url};

use crate::operation::Sent;

/// The base URL, the HTTP client and the context of a request.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The base URL, to which the paths of the operations are appended.
    pub base_url: Arc<Url>,
    /// The HTTP client that sends the request, unless the context has a transport.
    pub http: reqwest::Client,
    /// The settings that do not depend on the operation.
    pub context: Context,
}

/// The settings of a request that do not depend on its operation, such as token and timeout.
#[derive(Clone)]
pub struct Context {
    /// The value of the header `Authorization`. It is marked sensitive before the request is sent.
    pub authorization: HeaderValue,
    /// The timeout of one request, including the response's body.
    pub timeout: Duration,
    /// The headers that propagate the trace, if the service has a tracer.
    pub propagated: HeaderMap,
    /// The transport that replaces the network, if there is one.
    pub carrier: Option<Carrier>,
}

/// A transport that replaces the network. It reports a failure in an extension of the response.
pub type Carrier = Arc<dyn Fn(Request) -> Pin<Box<dyn Future<Output = Response> + Send>> + Send + Sync>;

impl Connection {
    /// Sends a request once, with the headers and the timeout of the context. A response of any status is `Ok`.
    ///
    /// # Errors
    /// Returns an error if no response was received.
    pub async fn send(self, mut request: Request) -> Sent {
        let Self { http, context, .. } = self;
        let Context { mut authorization, timeout, propagated, carrier } = context;
        authorization.set_sensitive(true);
        *request.timeout_mut() = Some(timeout);
        let headers = request.headers_mut();
        headers.extend(propagated);
        headers.insert(AUTHORIZATION, authorization);
        // Without this header, upstream responds with XML.
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        Ok(send(&http, carrier.as_ref(), request).await?)
    }
}

/// Sends a request through the transport if there is one, otherwise through the HTTP client.
///
/// # Errors
/// Returns the error of the HTTP client.
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

/// Returns the base URL with a path appended. The path must begin with a slash.
///
/// The base URL is not parsed again, because parsing its host costs more than appending the path.
#[must_use]
pub fn url(base_url: &Url, path: &str) -> Url {
    let mut url = base_url.clone();
    url.set_path(&[base_url.path().trim_end_matches('/'), path].concat());
    url
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

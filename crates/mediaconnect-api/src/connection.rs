//! The way of a request to upstream, and the parts of it that do not depend on its operation.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{Request, Response, Url};

use crate::operation::Sent;

/// The way of a request to upstream: base URL, HTTP client and context.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The base URL, to which the paths of the operations are appended.
    pub base_url: Arc<Url>,
    /// The HTTP client that sends it, unless the context has a carrier.
    pub http: reqwest::Client,
    /// The parts that do not depend on the operation.
    pub context: Context,
}

/// The parts of a request that do not depend on its operation: token, time, trace.
#[derive(Clone)]
pub struct Context {
    /// The value of `Authorization`. Marked sensitive before it is sent.
    pub authorization: HeaderValue,
    /// The time limit of one request, its response's body included.
    pub timeout: Duration,
    /// Headers that carry the trace, if the service has a tracer.
    pub propagated: HeaderMap,
    /// What carries requests in place of the network, if anything does.
    pub carrier: Option<Carrier>,
}

/// Carries requests in place of the network. That it failed is told by an extension of the response.
pub type Carrier = Arc<dyn Fn(Request) -> Pin<Box<dyn Future<Output = Response> + Send>> + Send + Sync>;

impl Connection {
    /// Sends a request once, with what the context adds. Any response is `Ok`, whatever its status.
    ///
    /// # Errors
    /// When no response came.
    pub async fn send(self, mut request: Request) -> Sent {
        let Self { http, context, .. } = self;
        let Context { mut authorization, timeout, propagated, carrier } = context;
        authorization.set_sensitive(true);
        *request.timeout_mut() = Some(timeout);
        let headers = request.headers_mut();
        headers.extend(propagated);
        headers.insert(AUTHORIZATION, authorization);
        // Without it, upstream is known to answer XML.
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        Ok(send(&http, carrier.as_ref(), request).await?)
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

/// Returns the base URL with a path, which begins with a slash.
///
/// The base URL is not parsed again: its host alone takes more instructions than the path.
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

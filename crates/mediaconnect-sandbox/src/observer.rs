//! Notifications about handled requests.

use std::time::Duration;

/// Describes a handled request, without its content. Requests for the web page are not reported.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Handled {
    /// The contract's `operationId`, or `token`, `admin` or `preflight` (CORS). `None` for any other path.
    pub operation: Option<&'static str>,
    /// The status of the response; `None` if the connection was reset.
    pub status: Option<u16>,
    /// The time until the response, including the delay of a fault.
    pub duration: Duration,
}

/// The test's function that is called for each request, just before the response is sent.
pub(crate) struct Observer(Box<dyn Fn(&Handled) + Send + Sync>);

impl Observer {
    pub(crate) fn new(notify: impl Fn(&Handled) + Send + Sync + 'static) -> Self {
        Self(Box::new(notify))
    }

    pub(crate) fn notify(&self, handled: &Handled) {
        (self.0)(handled);
    }
}

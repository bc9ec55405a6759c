//! Who is told of each request.

use std::time::Duration;

/// A request that was handled, without anything that was in it. Those of the page to look at are not told.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Handled {
    /// The contract's `operationId`, `token`, `admin`, or `None` for anything else.
    pub operation: Option<&'static str>,
    /// The status of the response; `None` if the connection was reset.
    pub status: Option<u16>,
    /// How long it took, a fault's delay included.
    pub duration: Duration,
}

/// Told of each request when its response is about to be sent.
pub(crate) struct Observer(Box<dyn Fn(&Handled) + Send + Sync>);

impl Observer {
    pub(crate) fn new(tell: impl Fn(&Handled) + Send + Sync + 'static) -> Self {
        Self(Box::new(tell))
    }

    pub(crate) fn tell(&self, handled: &Handled) {
        (self.0)(handled);
    }
}

//! The state of one sandbox. It is read and changed by requests, tests, the page, and the [admin](crate::admin) routes.

use std::sync::Arc;

use crate::canned::Endpoints;
use crate::contract::Operations;
use crate::customers::Customers;
use crate::faults::Faults;
use crate::log::Log;
#[cfg(feature = "client")]
use crate::stubs::Stubs;
use crate::token::Tokens;

/// The state of one sandbox. Everything except `operations` can change.
pub(crate) struct State {
    pub(crate) operations: Arc<Operations>,
    pub(crate) tokens: Tokens,
    pub(crate) customers: Customers,
    pub(crate) faults: Faults,
    #[cfg(feature = "client")]
    pub(crate) stubs: Stubs,
    pub(crate) canned: Endpoints,
    pub(crate) log: Log,
}

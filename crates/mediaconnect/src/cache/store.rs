//! The trait of a store for responses that the processes of a client id share.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use zeroize::Zeroizing;

/// The future that the methods of a [`ResponseStore`] return.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Keeps the responses of [cached](crate::Client::cached) clients for all processes of a client id.
///
/// `mediaconnect_fleet::Fleet` implements it on Redis. A client gets its store from
/// [`Fleet::share_responses`](crate::Fleet::share_responses).
///
/// An implementation must keep these promises:
/// - Every future is ready after a few milliseconds, also when the store is slow or unreachable. No method fails.
/// - Keys and responses are personal data. A reader of the store learns neither.
/// - A lookup returns a response only for the key that it was kept for, and only within its time to live.
/// - The store is bounded in size. It may drop any response at any time.
pub trait ResponseStore: Send + Sync + 'static {
    /// Looks for a response. `ttl` is the time for which the caller will keep the response if there is none.
    ///
    /// Returns `None` while the store cannot be used. The client then keeps responses in its own memory.
    fn find<'a>(&'a self, key: &'a ResponseKey, ttl: Duration) -> StoreFuture<'a, Option<Lookup>>;

    /// Keeps a response until it is `ttl` old; `age` is the time since its request began.
    ///
    /// `version` is that of the lookup before the request was sent. The store must drop the response if anything that
    /// covers `key` was forgotten since then, by any process.
    fn keep<'a>(
        &'a self,
        key: &'a ResponseKey,
        version: Vec<u8>,
        response: Vec<u8>,
        age: Duration,
        ttl: Duration,
    ) -> StoreFuture<'a, ()>;

    /// Forgets responses.
    ///
    /// As soon as this method has returned, this process must not find or keep them any more, even if the future is
    /// dropped. When the future is ready, the same applies to the other processes. If the store cannot be used, it must
    /// forget the responses as soon as it can be used again.
    fn forget(&self, forget: Forget<'_>) -> StoreFuture<'static, ()>;
}

/// The identity of a read, and the customers that it names. `Debug` hides both.
#[derive(Clone)]
pub struct ResponseKey(Arc<Parts>);

struct Parts {
    request: Zeroizing<Vec<u8>>,
    customers: Vec<String>,
}

impl ResponseKey {
    pub(super) fn new(request: Zeroizing<Vec<u8>>, customers: Vec<String>) -> Self {
        Self(Arc::new(Parts { request, customers }))
    }

    /// Returns the caller, the operation and all of its values, as bytes. They are equal for equal reads, and hold
    /// personal data and, for a user, the access token.
    #[must_use]
    pub fn request(&self) -> &[u8] {
        &self.0.request
    }

    /// Returns the numbers of the customers that the request names, sorted; they may be repeated.
    #[must_use]
    pub fn customers(&self) -> &[String] {
        &self.0.customers
    }
}

impl fmt::Debug for ResponseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseKey").finish_non_exhaustive()
    }
}

/// The result of a lookup. `Debug` hides the response.
#[derive(Clone)]
pub struct Lookup {
    /// The state of the key in the store. It changes when something that covers the key is forgotten.
    pub version: Vec<u8>,
    /// The response, and the time since its request began, if there is one.
    pub response: Option<(Vec<u8>, Duration)>,
}

impl fmt::Debug for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lookup").field("has_response", &self.response.is_some()).finish_non_exhaustive()
    }
}

/// The responses to forget. `Debug` hides which.
#[derive(Clone, Copy)]
pub enum Forget<'a> {
    /// The response to one read.
    Response(&'a ResponseKey),
    /// The responses whose requests name one of these customers, and those whose requests name no customer.
    Customers(&'a [String]),
    /// All responses.
    All,
}

impl fmt::Debug for Forget<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Response(_) => "Response(..)",
            Self::Customers(_) => "Customers(..)",
            Self::All => "All",
        })
    }
}

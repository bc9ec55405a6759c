//! The trait of a store of responses. All processes with the same client id share the store.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use zeroize::Zeroizing;

/// The future that the methods of a [`ResponseStore`] return.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Stores the responses of [cached](crate::Client::cached) clients for all processes of a client id.
///
/// `mediaconnect_fleet::Fleet` implements it on Redis. A client gets its store from
/// [`Fleet::share_responses`](crate::Fleet::share_responses).
///
/// An implementation must ensure the following:
/// - Every future is ready after a few milliseconds, even if the store is slow or unreachable. No method fails.
/// - Keys and responses are personal data. Access to the store must not reveal them.
/// - A lookup returns a response only for the key under which it was stored, and only within its time to live.
/// - The store is bounded in size. It may drop any response at any time.
pub trait ResponseStore: Send + Sync + 'static {
    /// Looks up a response. If the store has none, the caller fetches the response, and may store it for at most `ttl`.
    ///
    /// Returns `None` while the store cannot be used. During that time, the client stores responses in its own memory.
    fn find<'a>(&'a self, key: &'a ResponseKey, ttl: Duration) -> StoreFuture<'a, Option<Lookup>>;

    /// Stores a response until it is `ttl` old. `age` is its current age, counted from the start of its request.
    ///
    /// `version` is the version that the lookup returned before the request was sent. The store must drop the response
    /// if any process has called [`forget`](Self::forget) for this key since that lookup.
    fn keep<'a>(
        &'a self,
        key: &'a ResponseKey,
        version: Vec<u8>,
        response: Vec<u8>,
        age: Duration,
        ttl: Duration,
    ) -> StoreFuture<'a, ()>;

    /// Invalidates responses.
    ///
    /// When this method returns, this process must no longer find or store these responses, even if the future is
    /// dropped. When the future is ready, no other process may find or store them either. If the store cannot be used
    /// now, it must invalidate the responses as soon as it can be used again.
    fn forget(&self, forget: Forget<'_>) -> StoreFuture<'static, ()>;
}

/// Identifies a read, and names its customers. `Debug` hides both.
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

    /// Returns the caller, the operation and all its values, as bytes. Equal reads have equal bytes. The bytes contain
    /// personal data and, for a user, the access token.
    #[must_use]
    pub fn request(&self) -> &[u8] {
        &self.0.request
    }

    /// Returns the numbers of the customers that the request names, in sorted order. A number may occur several times.
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
    /// The version of the key in the store. The store changes it whenever the response for this key is invalidated.
    pub version: Vec<u8>,
    /// The response, and the time since its request began. `None` if the store has no response.
    pub response: Option<(Vec<u8>, Duration)>,
}

impl fmt::Debug for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lookup").field("has_response", &self.response.is_some()).finish_non_exhaustive()
    }
}

/// The responses to invalidate. `Debug` hides them.
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

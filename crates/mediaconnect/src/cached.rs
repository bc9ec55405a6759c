//! Clients that cache the responses of reads.

use std::sync::Arc;
use std::time::Duration;

use mediaconnect_api::operation::{ClientOperation, Operation, SendOperation, UserOperation};

use crate::cache::{Cache, Fetch, Kept, Key, is_read};
use crate::call::Call;
use crate::call_info::CallInfo;
use crate::client::{Client, UserClient};
use crate::error::Error;
use crate::pipeline::{Caller, call, request_error};
use crate::proof::{Success, believe, believe_again};
use crate::shared::Shared;
use crate::token::{Owner, UserToken};

/// A client that caches the responses of reads, created by [`Client::cached`].
///
/// All clones of the client share the cache. A cached client accepts only operations that read data. A call of any
/// other operation does not compile:
///
/// ```compile_fail
/// # fn example(client: mediaconnect::Client) {
/// use mediaconnect::operations::RemoveExternalReference;
///
/// let cached = client.cached(std::time::Duration::from_secs(60));
/// let number = "563457".parse().unwrap();
/// let _ = cached.call(RemoveExternalReference::new(number, "CRM".parse().unwrap()));
/// # }
/// # fn main() { example(mediaconnect::Client::from_env().unwrap()) }
/// ```
#[derive(Clone, Debug)]
pub struct CachedClient {
    client: Client,
    ttl: Duration,
}

/// A client that calls on behalf of a user and caches the responses of reads; get it from [`UserClient::cached`].
#[derive(Clone, Debug)]
pub struct CachedUserClient {
    client: Client,
    user: UserToken,
    ttl: Duration,
}

impl Client {
    /// Returns a client that reuses the response of a read for `ttl`. This time is counted from the start of the
    /// request.
    ///
    /// Identical reads with the same token share one request while it is in progress. If `ttl` is zero, no finished
    /// response is reused. A response is cached only if it [comes from Connect](crate::Error::is_from_connect): a
    /// success for `ttl`, and a "not found" for a tenth of `ttl`. Each caller decodes and checks the response again.
    ///
    /// The cache is in the memory of this process and has at most 32 MiB
    /// ([`ClientBuilder::cache_capacity`](crate::ClientBuilder::cache_capacity)). In a fleet, it can be in a shared
    /// [store](crate::Fleet::share_responses) instead.
    ///
    /// Some calls of this client and its clones may change data. When such a call ends or is dropped, the responses for
    /// the same customer number are removed from the cache, and so are responses without a customer number. If the call
    /// names no customer number, all responses are removed. With a shared store, the responses are removed for all
    /// processes of the fleet. A change that is made elsewhere becomes visible only after `ttl`.
    ///
    /// If a caller is dropped, the shared request continues for the other callers. Each caller keeps its own deadline.
    /// The number of attempts and their time limit are those of the caller that started the request. Responses are
    /// personal data: the guide's page on privacy explains the consequences of caching.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client) -> mediaconnect::Result<()> {
    /// use mediaconnect::operations::GetCustomerInfo;
    ///
    /// let cached = client.cached(std::time::Duration::from_secs(60));
    /// let customer = cached.call(GetCustomerInfo::new("563457".parse()?)).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn cached(&self, ttl: Duration) -> CachedClient {
        CachedClient { client: self.clone(), ttl }
    }
}

impl UserClient {
    /// Returns a client that calls on behalf of this user and reuses the responses of reads; see [`Client::cached`].
    ///
    /// A response is reused only for calls with the same user token. These calls get the response even after the token
    /// has expired.
    #[must_use]
    pub fn cached(&self, ttl: Duration) -> CachedUserClient {
        CachedUserClient { client: self.client.clone(), user: self.user.clone(), ttl }
    }
}

impl CachedClient {
    /// Returns the cached response of an operation, or sends the request.
    ///
    /// # Errors
    /// Returns the same errors as [`Client::call`]. If callers share a request, all of them get its error. A caller
    /// whose own deadline passes first gets a timeout without a number of [attempts](Error::attempts).
    pub fn call<O: ClientOperation>(&self, operation: O) -> Call<O::Output> {
        const { assert!(is_read(O::INFO), "only an operation that reads data can be cached") };
        cached(self.client.shared(), operation, Caller::Client, self.ttl)
    }

    /// Removes the cached response of an operation. If a request for it is in progress, the response to that request is
    /// not cached.
    ///
    /// If the fleet shares a store, the response is removed for the other processes a moment later.
    pub fn forget<O: ClientOperation>(&self, operation: &O) {
        let client = self.client.shared();
        forget(client.cache(), client.owner(), operation);
    }

    /// Removes all cached responses of the client, including those of users.
    ///
    /// If the fleet shares a store, the responses are removed for the other processes a moment later.
    pub fn forget_all(&self) {
        self.client.shared().cache().forget_all();
    }
}

impl CachedUserClient {
    /// Returns the cached response of an operation, or sends the request.
    ///
    /// # Errors
    /// Returns the same errors as [`UserClient::call`]. If callers share a request, all of them get its error.
    pub fn call<O: UserOperation>(&self, operation: O) -> Call<O::Output> {
        const { assert!(is_read(O::INFO), "only an operation that reads data can be cached") };
        cached(self.client.shared(), operation, Caller::User(self.user.clone()), self.ttl)
    }

    /// Removes the cached response of an operation of this user. If a request for it is in progress, the response to
    /// that request is not cached.
    pub fn forget<O: UserOperation>(&self, operation: &O) {
        forget(self.client.shared().cache(), self.user.owner(), operation);
    }
}

fn cached<O: SendOperation>(
    client: &Arc<Shared>,
    operation: O,
    caller: Caller,
    ttl: Duration,
) -> Call<O::Output> {
    if let Err(violations) = operation.validate() {
        return Call::failed(Error::from(violations).in_operation(O::INFO.id, 0));
    }
    let client = Arc::clone(client);
    Call::new(client.options, async move |context| {
        let owner = match &caller {
            Caller::Client => client.owner(),
            Caller::User(user) => user.owner(),
        };
        let name = client.name.clone();
        let info = CallInfo::of::<O>(name.as_ref());
        let key = Key::new(owner, &operation).map_err(|error| error.in_operation(info.id, 0))?;
        let (operation, cache) = (Arc::new(operation), Arc::clone(client.cache()));
        let fetched = Arc::clone(&operation);
        let fetch = Box::new(move |mut context| -> Fetch {
            let span = O::span();
            Box::pin(async move {
                let build = |connection: &_| fetched.request(connection).map_err(request_error);
                let info = CallInfo::of::<O>(client.name.as_ref());
                let read = |success: &Success<'_>| {
                    believe(&*fetched, info, success)?;
                    Ok(Kept::of(success))
                };
                call(&client, &info, &caller, &mut context, span, &build, read).await
            })
        });
        let kept = cache.get(info, key, ttl, context, fetch).await?;
        believe_again(&*operation, &kept.success()).map_err(|error| error.in_operation(info.id, 0))
    })
}

fn forget<O: Operation>(cache: &Cache, owner: Owner, operation: &O) {
    if let Ok(key) = Key::new(owner, operation) {
        cache.forget(&key);
    }
}

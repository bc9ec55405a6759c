//! A call of an operation, with its limits.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use mediaconnect_api::operation::SendOperation;

use crate::bulk_queue::BulkSlot;
use crate::call_info::CallInfo;
use crate::error::{Error, Result};
use crate::options::{CallContext, CallOptions};
use crate::pipeline::{Caller, call, request_error};
use crate::proof::{Success, believe};
use crate::shared::Shared;

/// A call of an operation. It starts when it is awaited.
///
/// It borrows nothing, so it can be spawned: `tokio::spawn(call.into_future())`.
///
/// The client's limits apply unless the call sets its own:
///
/// ```no_run
/// # use std::time::Duration;
/// # async fn example(client: mediaconnect::Client) -> mediaconnect::Result<()> {
/// let number = "563457".parse()?;
/// let customer = client.customers().info(number).with_deadline(Duration::from_secs(2)).with_attempts(1).await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a call does nothing unless it is awaited"]
pub struct Call<T> {
    context: CallContext,
    /// True if a request of the call must not be sent twice.
    is_unsafe: bool,
    /// True for a call of [`Call::failed`]. A bulk does not restart it.
    has_failed: bool,
    start: Box<dyn FnOnce(CallContext) -> CallFuture<T> + Send>,
}

/// The future of a call. Dropping it drops the request.
pub type CallFuture<T> = Pin<Box<dyn Future<Output = Result<T>> + Send>>;

impl<T: 'static> Call<T> {
    pub(crate) fn new<F, Fut>(options: CallOptions, start: F) -> Self
    where
        F: FnOnce(CallContext) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T>> + Send + 'static,
    {
        let context = CallContext { options, ..CallContext::default() };
        Self {
            context,
            is_unsafe: false,
            has_failed: false,
            start: Box::new(move |context| Box::pin(start(context))),
        }
    }

    /// Creates the call of an operation of the contract.
    pub(crate) fn of<O: SendOperation<Output = T>>(client: &Arc<Shared>, operation: O, caller: Caller) -> Self
    where
        T: Send,
    {
        if let Err(violations) = operation.validate() {
            return Self::failed(Error::from(violations).in_operation(O::INFO.id, 0));
        }
        let client = Arc::clone(client);
        let call = Self::new(client.options, async move |mut context| {
            let build = |connection: &_| operation.request(connection).map_err(request_error);
            let info = CallInfo::of::<O>(client.name.as_ref());
            let read = |response: &Success<'_>| believe(&operation, info, response);
            #[cfg(feature = "cache")]
            let change = crate::cache::Change::of(&client.cache, &operation);
            let outcome = call(&client, &info, &caller, &mut context, O::span(), &build, read).await;
            #[cfg(feature = "cache")]
            crate::cache::Change::end(change).await;
            outcome
        });
        call.unsafe_if(!O::INFO.safe_to_retry)
    }

    /// Sets whether the call is unsafe. A request of an unsafe call must not be sent twice. The default is false.
    pub(crate) fn unsafe_if(mut self, is_unsafe: bool) -> Self {
        self.is_unsafe = is_unsafe;
        self
    }

    pub(crate) fn is_unsafe(&self) -> bool {
        self.is_unsafe
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.has_failed
    }

    /// Returns a call that fails with an error and sends nothing.
    ///
    /// Use it in a [`Bulk`](crate::Bulk), for an item for which no call can be made, such as a malformed customer
    /// number.
    pub fn failed(error: Error) -> Self
    where
        T: Send,
    {
        Self { has_failed: true, ..Self::new(CallOptions::default(), async move |_| Err(error)) }
    }

    pub(crate) fn map<U: 'static>(
        self,
        map: impl FnOnce(Result<T>) -> Result<U> + Send + 'static,
    ) -> Call<U> {
        let Self { is_unsafe, has_failed, .. } = self;
        let call = Call::new(self.context.options, async move |context| map((self.start)(context).await));
        Call { is_unsafe, has_failed, ..call }
    }

    /// Replaces all limits of the call. An overview passes its limits to each of its calls in this way.
    pub(crate) fn with_options(mut self, options: CallOptions) -> Self {
        self.context.options = options;
        self
    }

    /// Gives the call a slot in the queue of a `Bulk`. `None` means that the call belongs to no bulk.
    pub(crate) fn in_slot(mut self, slot: Option<Box<BulkSlot>>) -> Self {
        self.context.slot = slot;
        self
    }

    /// Sets the deadline of the call. It covers waits for the rate and the token, all attempts, and the pauses between
    /// them.
    #[doc(alias = "timeout")]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.context.options.deadline = deadline;
        self
    }

    /// Sets the time limit of each attempt, including the body of its response.
    #[doc(alias = "timeout")]
    pub fn with_attempt_timeout(mut self, timeout: Duration) -> Self {
        self.context.options.attempt_timeout = timeout;
        self
    }

    /// Sets the maximum number of requests: the first attempt and its retries. 0 counts as 1.
    ///
    /// With 1, a call whose token the API refuses (status 401) fails. Otherwise, it is repeated once with a new token.
    #[doc(alias = "retry")]
    #[doc(alias = "retries")]
    #[doc(alias = "max_retries")]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.context.options.attempts = attempts.max(1);
        self
    }
}

impl<T> IntoFuture for Call<T> {
    type Output = Result<T>;
    type IntoFuture = CallFuture<T>;

    fn into_future(self) -> Self::IntoFuture {
        (self.start)(self.context)
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("options", &self.context.options).finish_non_exhaustive()
    }
}

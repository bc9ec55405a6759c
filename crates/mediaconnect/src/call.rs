//! A call that can be awaited, and limited before it is.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use mediaconnect_api::operation::SendOperation;

use crate::call_info::CallInfo;
use crate::error::{Error, Result};
use crate::options::{CallOptions, Terms};
use crate::pipeline::{Caller, call, not_answered};
use crate::place::Place;
use crate::proof::{Success, believe};
use crate::shared::Shared;

/// A call of an operation. Await it; nothing happens before.
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
    terms: Terms,
    start: Box<dyn FnOnce(Terms) -> CallFuture<T> + Send>,
}

/// A call under way. Dropping it drops the request.
pub type CallFuture<T> = Pin<Box<dyn Future<Output = Result<T>> + Send>>;

impl<T: 'static> Call<T> {
    pub(crate) fn new<F, Fut>(options: CallOptions, start: F) -> Self
    where
        F: FnOnce(Terms) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T>> + Send + 'static,
    {
        let terms = Terms { options, place: None };
        Self { terms, start: Box::new(move |terms| Box::pin(start(terms))) }
    }

    /// A call of an operation of the contract.
    pub(crate) fn of<O: SendOperation<Output = T>>(client: &Arc<Shared>, operation: O, caller: Caller) -> Self
    where
        T: Send,
    {
        if let Err(violations) = operation.validate() {
            return Self::failed(Error::from(violations).in_operation(O::INFO.id, 0));
        }
        let client = Arc::clone(client);
        Self::new(client.options, async move |terms| {
            let build = |connection: &_| operation.request(connection).map_err(not_answered);
            let info = CallInfo::of::<O>(client.name.as_ref());
            let read = |response: &Success<'_>| believe(&operation, info, response);
            #[cfg(feature = "cache")]
            let change = crate::cache::Change::of(&client.cache, &operation);
            let outcome = call(&client, info, &caller, terms, O::span(), &build, read).await;
            #[cfg(feature = "cache")]
            crate::cache::Change::end(change).await;
            outcome
        })
    }

    /// Returns a call that has failed before it starts: for an item of a [`Bulk`](crate::Bulk) that is not fit to be asked for,
    /// such as a malformed number.
    pub fn failed(error: Error) -> Self
    where
        T: Send,
    {
        Self::new(CallOptions::default(), async move |_| Err(error))
    }

    /// The same call with another outcome.
    pub(crate) fn map<U: 'static>(
        self,
        map: impl FnOnce(Result<T>) -> Result<U> + Send + 'static,
    ) -> Call<U> {
        Call::new(self.terms.options, async move |terms| map((self.start)(terms).await))
    }

    /// The same call with the limits of another one, of which it is a part.
    pub(crate) fn with_options(mut self, options: CallOptions) -> Self {
        self.terms.options = options;
        self
    }

    /// The same call, which gives its place up when it has its turn of the rate.
    pub(crate) fn in_place(mut self, place: Place) -> Self {
        self.terms.place = Some(place);
        self
    }

    /// Limits the whole call: waiting for the rate and a token, all attempts, and the pauses between them.
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.terms.options.deadline = deadline;
        self
    }

    /// Limits each attempt, its response's body included.
    pub fn with_attempt_timeout(mut self, timeout: Duration) -> Self {
        self.terms.options.attempt_timeout = timeout;
        self
    }

    /// Sends at most so many requests; 0 counts as 1.
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.terms.options.attempts = attempts.max(1);
        self
    }
}

impl<T> IntoFuture for Call<T> {
    type Output = Result<T>;
    type IntoFuture = CallFuture<T>;

    fn into_future(self) -> Self::IntoFuture {
        (self.start)(self.terms)
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("options", &self.terms.options).finish_non_exhaustive()
    }
}

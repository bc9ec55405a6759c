//! Stubs: responses that a test sets for an operation.

use std::fmt;
use std::marker::PhantomData;

use mediaconnect::operations::Operation;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::contract::Operations;
use crate::fault::is_status;
use crate::stubs::{Condition, Entry, Reply, Stubs, documented};
use crate::typed;

/// A response that a test sets for an operation, made by [`Sandbox::on`](crate::Sandbox::on).
///
/// The sandbox still checks each request first, and its quirks apply to a success. Each request gets the response of
/// the first stub that applies to it:
///
/// 1. stubs with a [condition](Self::when), in the order in which they were set;
/// 2. stubs with a [number of times](Self::times), in the order in which they were set;
/// 3. the stub without either. It applies to all further requests, until the test sets another stub without a
///    condition.
///
/// ```
/// use mediaconnect::operations::GetCustomerInfo;
/// use mediaconnect_sandbox::Sandbox;
/// use serde_json::json;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let sandbox = Sandbox::builder().in_memory();
/// let closed = "7".parse()?;
/// sandbox
///     .on::<GetCustomerInfo>()
///     .when(move |lookup| lookup.customer_number == closed)
///     .expect(1)
///     .reject(404, json!({ "exceptionType": "RecordNotFoundException" }));
/// sandbox
///     .on::<GetCustomerInfo>()
///     .respond_with(|lookup| json!({ "customerNumber": lookup.customer_number, "emails": ["kari@example.com"] }));
///
/// let client = sandbox.client();
/// assert!(!client.customers().exists(closed).await?);
/// assert_eq!(client.customers().info("8".parse()?).await?.emails[0].as_str(), "kari@example.com");
/// # Ok(())
/// # }
/// ```
#[must_use = "a stub does nothing without `respond`, `respond_with` or `reject`"]
pub struct Stub<'s, O> {
    operations: &'s Operations,
    stubs: &'s Stubs,
    times: Option<u32>,
    expected: Option<u32>,
    condition: Option<Condition>,
    operation: PhantomData<fn() -> O>,
}

impl<'s, O: Operation> Stub<'s, O> {
    pub(crate) fn of(operations: &'s Operations, stubs: &'s Stubs) -> Self {
        Self { operations, stubs, times: None, expected: None, condition: None, operation: PhantomData }
    }

    /// Sets the number of requests that get this response. The default is all requests.
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Expects that exactly this number of requests get this response. Without this setting, a stub may stay unused.
    ///
    /// The sandbox checks the expectation when it is dropped, [stopped](crate::Sandbox::stop) or
    /// [reset](crate::Sandbox::reset), and panics if it is not met. [`unmet_stubs`](crate::Sandbox::unmet_stubs) checks
    /// it earlier. Each attempt of a call is a request.
    pub fn expect(mut self, requests: u32) -> Self {
        self.expected = Some(requests);
        self
    }

    /// Limits the stub to requests for which `condition` returns true.
    ///
    /// If `condition` panics, the request gets status 501, and the sandbox panics when it is dropped or reset.
    pub fn when(mut self, condition: impl Fn(&O) -> bool + Send + Sync + 'static) -> Self
    where
        O: DeserializeOwned,
    {
        self.condition = Some(Box::new(move |request| Ok(condition(&typed::operation(request)?))));
        self
    }

    /// Responds with a success. `output` is the body: the operation's output, or JSON. Use `()` for an operation
    /// without a body.
    ///
    /// # Panics
    /// Panics if the body does not match the contract's schema. The message names the fields, but contains no value. To
    /// send any other body, use [`Fault::body`](crate::Fault::body).
    #[track_caller]
    pub fn respond(self, output: impl Serialize) {
        self.set_body(None, output);
    }

    /// Responds with a success. `output` creates the body from the request.
    ///
    /// If `output` panics, or if the body does not match the contract's schema, the request gets status 501, and the
    /// sandbox panics when it is dropped or reset. The message names the fields, but contains no value.
    ///
    /// # Panics
    /// Panics if the contract does not have the operation.
    #[track_caller]
    pub fn respond_with<T: Serialize>(self, output: impl Fn(&O) -> T + Send + Sync + 'static)
    where
        O: DeserializeOwned,
    {
        if let Err(why) = self.operations.check_id(O::INFO.id) {
            panic!("{why}");
        }
        let output = move |request: &str| Ok(to_json(output(&typed::operation(request)?)));
        self.set(Reply::Computed(Box::new(output)));
    }

    /// Responds with an error, such as `json!({ "exceptionType": "ValidationException" })`, and a status that the
    /// contract documents for the operation.
    ///
    /// # Panics
    /// Panics in the same cases as [`respond`](Self::respond), and if the contract does not have the status. For any
    /// other status, use [`Fault::status`](crate::Fault::status).
    #[track_caller]
    pub fn reject(self, status: u16, error: impl Serialize) {
        assert!(is_status(status), "the status of `reject` must be from 200 to 599");
        self.set_body(Some(status), error);
    }

    #[track_caller]
    fn set_body(self, status: Option<u16>, body: impl Serialize) {
        let id = O::INFO.id;
        match documented(self.operations, id, status, to_json(body)) {
            Ok(body) => self.set(Reply::Fixed { status, body }),
            Err(why) => panic!("the stub of {id} does not match the contract: {why}"),
        }
    }

    fn set(self, reply: Reply) {
        let Self { stubs, times, expected, condition, .. } = self;
        stubs.add(Entry::new(O::INFO.id, times, expected, condition, reply));
    }
}

fn to_json(body: impl Serialize) -> Value {
    serde_json::to_value(body).expect("the keys of a body are strings")
}

impl<O> fmt::Debug for Stub<'_, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stub")
            .field("times", &self.times)
            .field("expected", &self.expected)
            .finish_non_exhaustive()
    }
}

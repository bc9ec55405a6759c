//! Stubs: responses that a test sets for an operation.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Mutex;

use mediaconnect::operations::Operation;
use serde::Serialize;
use serde_json::Value;

use crate::contract::{Operations, SchemaCheck};
use crate::quirks::Quirks;
use crate::shapes::Shape;

/// A response that a test sets for an operation, made by [`Sandbox::on`](crate::Sandbox::on).
///
/// The sandbox still checks each request first, and its quirks apply to a success. Stubs with a [number of
/// times](Self::times) are used one after the other. A stub without a number of times applies to all further requests,
/// until the test sets another stub for the operation.
#[must_use = "a stub does nothing without `respond` or `reject`"]
pub struct Stub<'s, O> {
    operations: &'s Operations,
    stubs: &'s Stubs,
    times: Option<u32>,
    operation: PhantomData<fn() -> O>,
}

impl<'s, O: Operation> Stub<'s, O> {
    pub(crate) fn of(operations: &'s Operations, stubs: &'s Stubs) -> Self {
        Self { operations, stubs, times: None, operation: PhantomData }
    }

    /// Sets the number of requests that get this response. The default is all requests.
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
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
        self.set(None, output);
    }

    /// Responds with an error, such as `json!({ "exceptionType": "ValidationException" })`, and a status that the
    /// contract documents for the operation.
    ///
    /// # Panics
    /// Panics in the same cases as [`respond`](Self::respond), and if the contract does not have the status. For any
    /// other status, use [`Fault::status`](crate::Fault::status).
    #[track_caller]
    pub fn reject(self, status: u16, error: impl Serialize) {
        self.set(Some(status), error);
    }

    #[track_caller]
    fn set(self, status: Option<u16>, body: impl Serialize) {
        let id = O::INFO.id;
        let body = serde_json::to_value(body).expect("the keys of a body are strings");
        match documented(self.operations, id, status, body) {
            Ok(body) => self.stubs.add(id, self.times, Stubbed { status, body }),
            Err(why) => panic!("the stub of {id} does not match the contract: {why}"),
        }
    }
}

impl<O> fmt::Debug for Stub<'_, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stub").field("times", &self.times).finish_non_exhaustive()
    }
}

/// Returns the body in the form that the contract documents. In that form, a list may have a wrapper object, which is
/// absent in a model.
///
/// # Errors
/// Returns the reason why the body or the status does not match the contract.
fn documented(operations: &Operations, id: &str, status: Option<u16>, body: Value) -> Result<Value, String> {
    operations.check_id(id)?;
    let Some(operation) = operations.get(id) else { return Ok(body) };
    let response = operation.response(status).ok_or_else(|| {
        let statuses = operation.facts.responses.iter().map(|response| response.status.as_str());
        format!(
            "the operation has no response with this status; use {}",
            statuses.collect::<Vec<_>>().join(", ")
        )
    })?;
    let Some(schema) = response.body.as_ref().map(|body| &body.schema) else {
        return if body.is_null() { Ok(body) } else { Err("the response has no body".to_owned()) };
    };
    let shape = Shape { outline: &operations.outline, quirks: Quirks::none(), kept: Vec::new() };
    let body = shape.of(schema, body);
    let violations = SchemaCheck::of(schema)
        .violations(operations, "", &body)
        .map_err(|_| "the schema of the response is not valid")?;
    if violations.is_empty() { Ok(body) } else { Err(violations.join("; ")) }
}

/// The stubs, in the order in which they were set.
#[derive(Default)]
pub(crate) struct Stubs(Mutex<Vec<Entry>>);

struct Entry {
    operation: &'static str,
    /// The number of responses left. `None` means no limit.
    left: Option<u32>,
    stubbed: Stubbed,
}

#[derive(Clone)]
pub(crate) struct Stubbed {
    /// The status of a refusal. `None` means a success.
    pub(crate) status: Option<u16>,
    pub(crate) body: Value,
}

impl Stubs {
    fn add(&self, operation: &'static str, left: Option<u32>, stubbed: Stubbed) {
        let mut entries = self.0.lock().expect("no thread panics while it holds the lock");
        entries.retain(|entry| entry.operation != operation || entry.left.is_some());
        entries.push(Entry { operation, left, stubbed });
    }

    pub(crate) fn clear(&self) {
        self.0.lock().expect("no thread panics while it holds the lock").clear();
    }

    /// Returns the stub for the next request of an operation, if there is one.
    pub(crate) fn next(&self, operation: &str) -> Option<Stubbed> {
        let mut entries = self.0.lock().expect("no thread panics while it holds the lock");
        let mut entries = entries.iter_mut().filter(|entry| entry.operation == operation);
        let entry = entries.find(|entry| entry.left != Some(0))?;
        entry.left = entry.left.map(|left| left - 1);
        Some(entry.stubbed.clone())
    }
}

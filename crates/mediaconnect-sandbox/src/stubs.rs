//! The stubs of a sandbox. Selects the stub for each request.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::Value;

use crate::contract::{Operations, SchemaCheck};
use crate::quirks::Quirks;
use crate::shapes::Shape;

/// Returns true if a stub applies to a request. The argument is the request as a JSON object: its parameters by name,
/// and its body.
///
/// # Errors
/// Returns the reason why the JSON cannot be read as an operation of the client.
pub(crate) type Condition = Box<dyn Fn(&str) -> Result<bool, String> + Send + Sync>;

/// Returns the body of a success for a request.
type Output = Box<dyn Fn(&str) -> Result<Value, String> + Send + Sync>;

/// The stubs, in the order in which they were set.
#[derive(Default)]
pub(crate) struct Stubs {
    entries: Mutex<Vec<Arc<Entry>>>,
    /// The reasons why stubs had no response for a request.
    failures: Mutex<BTreeSet<String>>,
}

pub(crate) struct Entry {
    operation: &'static str,
    condition: Option<Condition>,
    reply: Reply,
    /// The number of requests that the test expects.
    expected: Option<u32>,
    uses: Mutex<Uses>,
}

struct Uses {
    /// The number of responses left. `None` means no limit.
    left: Option<u32>,
    requests: u32,
}

pub(crate) enum Reply {
    /// A status and a body. `None` as status means a success.
    Fixed {
        status: Option<u16>,
        body: Value,
    },
    Computed(Output),
}

/// The response to one request. `None` as status means a success.
pub(crate) struct Stubbed {
    pub(crate) status: Option<u16>,
    pub(crate) body: Value,
}

impl Stubs {
    pub(crate) fn add(&self, entry: Entry) {
        let mut entries = self.entries();
        let is_replaced = |old: &Entry| {
            old.operation == entry.operation
                && entry.condition.is_none()
                && old.condition.is_none()
                && old.uses().left.is_none()
        };
        // A stub with an expectation stays, because the expectation must still be checked.
        entries.retain(|old| {
            let is_replaced = is_replaced(old);
            if is_replaced {
                old.uses().left = Some(0);
            }
            !is_replaced || old.expected.is_some()
        });
        entries.push(Arc::new(entry));
    }

    pub(crate) fn clear(&self) {
        self.entries().clear();
        self.failures().clear();
    }

    /// Returns the response to a request, or `None` if no stub applies to it. `request` returns the JSON of the
    /// operation.
    ///
    /// # Errors
    /// Returns the reason why a stub has no response. [`unmet`](Self::unmet) also contains it.
    pub(crate) fn next(
        &self,
        operations: &Operations,
        id: &str,
        request: impl FnOnce() -> String,
    ) -> Result<Option<Stubbed>, String> {
        // The test's closures run without the lock, because they may use the sandbox.
        let entries = self.entries();
        let mut candidates: Vec<_> =
            entries.iter().filter(|entry| entry.operation == id).map(Arc::clone).collect();
        drop(entries);
        // Stubs with a condition come first. The sort is stable, so the order is otherwise the same.
        candidates.sort_by_key(|entry| entry.condition.is_none());
        if candidates.is_empty() {
            return Ok(None);
        }
        let request = request();
        for entry in candidates {
            let response = entry.respond(operations, &request).inspect_err(|why| {
                self.failures().insert(why.clone());
            })?;
            if response.is_some() {
                return Ok(response);
            }
        }
        Ok(None)
    }

    /// Returns a description of each expectation that is not met, and of each stub that had no response for a request.
    pub(crate) fn unmet(&self) -> Vec<String> {
        let entries = self.entries();
        let unmet = entries.iter().enumerate().filter_map(|(at, entry)| {
            let (expected, requests) = (entry.expected?, entry.uses().requests);
            let (number, id) = (at + 1, entry.operation);
            let described = || format!("stub {number}, of {id}: {requests} requests, {expected} expected");
            (requests != expected).then(described)
        });
        unmet.chain(self.failures().iter().cloned()).collect()
    }

    fn entries(&self) -> MutexGuard<'_, Vec<Arc<Entry>>> {
        self.entries.lock().expect("no thread panics while it holds the lock")
    }

    fn failures(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.failures.lock().expect("no thread panics while it holds the lock")
    }
}

impl Entry {
    pub(crate) fn new(
        operation: &'static str,
        times: Option<u32>,
        expected: Option<u32>,
        condition: Option<Condition>,
        reply: Reply,
    ) -> Self {
        let uses = Mutex::new(Uses { left: times, requests: 0 });
        Self { operation, condition, reply, expected, uses }
    }

    /// Returns the response to a request, or `None` if the stub is used up or does not apply to the request.
    fn respond(&self, operations: &Operations, request: &str) -> Result<Option<Stubbed>, String> {
        let id = self.operation;
        if self.uses().left == Some(0) {
            return Ok(None);
        }
        if let Some(condition) = &self.condition
            && !guarded(id, || condition(request))?
        {
            return Ok(None);
        }
        // Another request may have used up the stub by now.
        if !self.uses().take() {
            return Ok(None);
        }
        match &self.reply {
            Reply::Fixed { status, body } => Ok(Some(Stubbed { status: *status, body: body.clone() })),
            Reply::Computed(output) => {
                let body = guarded(id, || output(request))?;
                let body = documented(operations, id, None, body)
                    .map_err(|why| format!("the stub of {id} does not match the contract: {why}"))?;
                Ok(Some(Stubbed { status: None, body }))
            }
        }
    }

    fn uses(&self) -> MutexGuard<'_, Uses> {
        self.uses.lock().expect("no thread panics while it holds the lock")
    }
}

impl Uses {
    /// Counts a request. Returns false if the stub is used up.
    fn take(&mut self) -> bool {
        if self.left == Some(0) {
            return false;
        }
        self.left = self.left.map(|left| left - 1);
        self.requests = self.requests.saturating_add(1);
        true
    }
}

/// Calls a closure of the test. A panic becomes an error, because it happens in the thread of the sandbox or of the
/// client, and would not fail the test.
fn guarded<T>(id: &str, act: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(act)) {
        Ok(result) => result.map_err(|why| format!("the stub of {id} cannot read a request: {why}")),
        Err(_) => Err(format!("a closure of the stub of {id} panicked")),
    }
}

/// Returns the body in the form that the contract documents. In that form, a list may have a wrapper object, which is
/// absent in a model.
///
/// # Errors
/// Returns the reason why the body or the status does not match the contract.
pub(crate) fn documented(
    operations: &Operations,
    id: &str,
    status: Option<u16>,
    body: Value,
) -> Result<Value, String> {
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

//! The properties of an operation that the pipeline needs.

use std::sync::Arc;

use mediaconnect_api::operation::{Operation, OperationInfo};

#[derive(Clone, Copy, Debug)]
pub(crate) struct CallInfo<'c> {
    pub(crate) id: &'static str,
    pub(crate) method: &'static str,
    /// The path template. `None` for a path that the service wrote itself. Such a path may contain personal data, so it
    /// must not be logged.
    pub(crate) path: Option<&'static str>,
    pub(crate) safe_to_retry: bool,
    /// The name of the client, if it has one.
    pub(crate) client: Option<&'c Arc<str>>,
}

impl<'c> CallInfo<'c> {
    pub(crate) fn of<O: Operation>(client: Option<&'c Arc<str>>) -> Self {
        let OperationInfo { id, method, path, safe_to_retry, .. } = *O::INFO;
        Self { id, method, path: Some(path), safe_to_retry, client }
    }
}

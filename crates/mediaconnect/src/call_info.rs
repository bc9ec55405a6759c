//! The facts of an operation that the pipeline needs.

use mediaconnect_api::operation::{Operation, OperationInfo};

/// The facts of an operation that the pipeline needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallInfo {
    pub(crate) id: &'static str,
    pub(crate) method: &'static str,
    /// The template; `None` where a service names its own path, which may hold anything.
    pub(crate) path: Option<&'static str>,
    pub(crate) safe_to_repeat: bool,
}

impl CallInfo {
    pub(crate) fn of<O: Operation>() -> Self {
        let OperationInfo { id, method, path, safe_to_repeat, .. } = *O::INFO;
        Self { id, method, path: Some(path), safe_to_repeat }
    }
}

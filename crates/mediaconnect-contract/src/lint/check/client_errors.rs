//! The rule for client error statuses.

use crate::lint::Lint;
use crate::rules;

impl Lint<'_> {
    /// Reports each operation without a client error status. For such an operation, upstream probably documents errors
    /// that the contract lacks.
    pub(super) fn client_errors(&mut self) {
        let is_one = |status: &str| status.starts_with('4') || status == "default";
        for operation in &self.outline.operations {
            // An operation without any response is skipped, because the rule `success` reports it.
            let responses = &operation.responses;
            if !responses.is_empty() && !responses.iter().any(|response| is_one(&response.status)) {
                self.report(
                    &operation.pointer,
                    &rules::CLIENT_ERROR,
                    "the operation has no client error status".to_owned(),
                    "add the 4xx statuses that upstream documents",
                );
            }
        }
    }
}

//! Helpers of several tests.

use std::panic::{AssertUnwindSafe, catch_unwind};

use mediaconnect::CustomerNumber;
use mediaconnect_sandbox::{Customer, Sandbox, SandboxBuilder};

pub fn number(number: u64) -> CustomerNumber {
    CustomerNumber::new(number).unwrap()
}

/// Returns the builder of a sandbox whose only customer has the number 7.
pub fn one_customer() -> SandboxBuilder {
    Sandbox::builder().customer(Customer::invented(7))
}

/// Starts two sandboxes with the same settings: one that listens on a socket, and one in memory.
pub async fn both(builder: impl Fn() -> SandboxBuilder) -> [Sandbox; 2] {
    [builder().start().await.unwrap(), builder().in_memory()]
}

/// Returns the message of the panic that a closure causes.
pub fn panic_of(act: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(act)).expect_err("it panics");
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref().cloned()).unwrap_or_default()
}

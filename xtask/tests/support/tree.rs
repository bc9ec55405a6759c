//! The sample of the contract in several files: it says what `contract.yaml` beside it says in one.

/// The file that names the group.
pub const CONNECT: &str = include_str!("../../../crates/mediaconnect-contract/tests/tree/connect.yaml");

/// The group, `groups/customer.yaml`.
pub const CUSTOMER: &str =
    include_str!("../../../crates/mediaconnect-contract/tests/tree/groups/customer.yaml");

//! The sample contract in several files. It is equal to the single file `contract.yaml`.

/// The file that refers to the group.
pub const CONNECT: &str = include_str!("../../../crates/mediaconnect-contract/tests/tree/connect.yaml");

/// The group file `groups/customer.yaml`.
pub const CUSTOMER: &str =
    include_str!("../../../crates/mediaconnect-contract/tests/tree/groups/customer.yaml");

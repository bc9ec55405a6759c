//! The sample contract in several files. It is equal to `contract.yaml`, which is one file.

/// The file that refers to the group.
pub const CONNECT: &str = include_str!("../../../crates/mediaconnect-contract/tests/tree/connect.yaml");

/// The group file `groups/customer.yaml`.
pub const CUSTOMER: &str =
    include_str!("../../../crates/mediaconnect-contract/tests/tree/groups/customer.yaml");

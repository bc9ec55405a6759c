//! The comparison of contracts. It is a library because tests of other crates use it too.

pub mod compare;

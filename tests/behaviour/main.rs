//! Behaviour that involves several crates, with one module per behaviour.

mod answers;
mod any_endpoint;
mod authentication;
mod broken_contract;
mod by_hand;
mod cached;
mod covered;
mod credentials;
mod customers;
mod digits;
mod documented_examples;
mod external_references;
mod generated_code;
mod guarantees;
mod guide;
mod manifests;
mod network;
mod once_only;
mod outside_a_runtime;
mod privacy;
mod public_api;
mod request_line;
mod rotation;
mod shared_parts;
mod tolerant_decoding;
mod user_mode;

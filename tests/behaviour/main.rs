//! Behaviour across the crates: one module a behaviour.

mod answers;
mod any_endpoint;
mod authentication;
mod broken_contract;
mod customers;
mod documented_examples;
mod external_references;
mod generated_code;
mod guarantees;
mod guide;
mod manifests;
mod privacy;
mod public_api;
mod request_line;
mod tolerant_decoding;
mod upstream;
mod user_mode;

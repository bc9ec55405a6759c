//! Tests of the sandbox. They are one program, because linking takes longer than most of them.

mod admin;
mod any_contract;
mod every_operation;
mod invoices;
mod kit;
mod over_http;
mod received;
mod stubs;
mod support;
mod users;

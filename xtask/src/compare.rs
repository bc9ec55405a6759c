//! Compares two contracts: the changes, the programs that break, and the effect on Rust programs.
//!
//! The comparison has two steps: first the requests and responses, then the Rust API that is generated from the
//! contracts. A change that breaks requests may be harmless in responses, so the class of a change depends on its
//! direction. The classes apply to programs that use this client. In responses, the client accepts unknown fields and
//! values, and most values outside the limits.

mod change;
mod messages;
mod operations;
mod public_api;
mod renames;
pub mod rules;
mod schemas;
mod security;
mod text;
mod values;
mod walk;

pub use change::{Affected, Change, Class, Direction, Effect, NewLimit, Part, Place, Report, Rule};

use mediaconnect_contract::outline::Outline;
use walk::Walk;

/// Compares the requests and responses of two outlines, and the Rust items that are generated from the outlines.
#[must_use]
pub fn diff(old: &Outline, new: &Outline) -> Report {
    let mut walk = on_the_wire(old, new);
    walk.rust_api();
    Report::of(walk.into_changes())
}

/// Compares only the requests and responses of two outlines. The names of components and methods are ignored, because
/// they are not sent.
#[must_use]
pub fn diff_on_the_wire(old: &Outline, new: &Outline) -> Report {
    Report::of(on_the_wire(old, new).into_changes())
}

fn on_the_wire<'a>(old: &'a Outline, new: &'a Outline) -> Walk<'a> {
    let mut walk = Walk::new(old, new);
    walk.contract();
    walk.security_schemes();
    walk.servers();
    walk.operations();
    walk
}

//! Compares two contracts: what changed, whom it breaks, and what a Rust program sees of it.
//!
//! Two outlines are compared, once for the wire and once for the Rust API that is generated from them. The class
//! of a change follows its direction, since who sends is bound by other things than who reads. It is judged for
//! programs that use this client: its readers are open, and check no limits on what they receive.

mod change;
mod operations;
mod public_api;
mod renames;
pub mod rules;
mod schemas;
mod security;
mod text;
mod values;
mod walk;

pub use change::{Affected, Change, Class, Direction, Effect, Place, Report, Rule};

use mediaconnect_contract::outline::Outline;
use walk::Walk;

/// Compares two outlines: what is on the wire, and the Rust items made of them.
#[must_use]
pub fn diff(old: &Outline, new: &Outline) -> Report {
    let mut walk = on_the_wire(old, new);
    walk.rust_api();
    Report::of(walk.into_changes())
}

/// Compares two outlines by what is on the wire alone: names of components and methods do not count.
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

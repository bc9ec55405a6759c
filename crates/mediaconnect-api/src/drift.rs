//! What live answers have that the contract does not: the first sign of an upstream change.

/// A model that can tell where it holds values that the contract does not know.
pub trait Drift {
    /// Calls `report` with the name of the field, once for each unknown value of an enumeration.
    fn unknown_values(&self, report: &mut dyn FnMut(&'static str));
}

/// Nothing is known of it, so nothing in it is unknown.
impl Drift for serde_json::Value {
    fn unknown_values(&self, _: &mut dyn FnMut(&'static str)) {}
}

impl Drift for () {
    fn unknown_values(&self, _: &mut dyn FnMut(&'static str)) {}
}

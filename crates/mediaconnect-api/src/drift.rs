//! Fields and values of live responses that the contract does not have: the first sign of an upstream change.

use crate::wire::scalar::FromScalar;

/// A model that can tell where it holds values that the contract does not know.
pub trait Drift {
    /// True if a JSON list can be one. Of a model it cannot, though serde would take its items for the fields.
    const MAY_BE_LIST: bool = false;

    /// Calls `report` with the name of the field, once for each unknown value of an enumeration. A model without
    /// enumerations has none.
    fn unknown_values(&self, _report: &mut dyn FnMut(&'static str)) {}
}

/// A value alone has no field by whose name it could be reported.
impl<T: FromScalar> Drift for T {}

/// Nothing is known of it, so nothing in it is unknown.
impl Drift for serde_json::Value {}

impl<T: Drift> Drift for crate::wire::List<T> {
    const MAY_BE_LIST: bool = true;

    fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
        self.iter().for_each(|item| item.unknown_values(report));
    }
}

impl<T: Drift> Drift for crate::wire::Map<T> {
    fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
        self.values().for_each(|value| value.unknown_values(report));
    }
}

/// A value alone has no field by whose name it could be reported.
impl<T> Drift for crate::wire::Single<T> {}

impl Drift for () {}

//! Finds values in responses that the contract does not list. An unlisted value is the first sign of a change upstream.

use crate::wire::scalar::FromScalar;

/// A type that can report the unknown values it contains.
pub trait Drift {
    /// True if a response of this type may be a JSON list. It must be false for a model. Otherwise, serde would
    /// accept a JSON list and read its items as the fields of the model.
    const MAY_BE_LIST: bool = false;

    /// Calls `report` for each unknown value of an enum, with the name of the field that contains the value. The
    /// default reports nothing.
    fn unknown_values(&self, _report: &mut dyn FnMut(&'static str)) {}
}

/// Reports nothing, because a single value has no field name.
impl<T: FromScalar> Drift for T {}

/// Reports nothing, because the contract does not describe the values in this JSON.
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

impl<T> Drift for crate::wire::Single<T> {}

impl Drift for () {}

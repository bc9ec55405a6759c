//! Functions for the serde attributes of generated models.

pub use super::amount::{number as decimal, numbers as decimals};
pub use super::lenient::{number, object, objects, optional_objects, optional_values, value, values};

/// Returns true if an optional field has no value and is therefore not sent.
pub fn absent<T>(value: &Option<T>) -> bool {
    value.is_none()
}

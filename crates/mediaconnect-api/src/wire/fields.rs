//! The functions that the fields of generated models name in their attributes.

pub use super::amount::{number as decimal, numbers as decimals};
pub use super::lenient::{boolean, number, object, objects, text, value, values};

/// Returns true if an optional field is not to be sent.
pub fn absent<T>(value: &Option<T>) -> bool {
    value.is_none()
}

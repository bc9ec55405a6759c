use std::fmt;
use std::ops::Deref;

use serde::de::{Deserialize, Deserializer};
use serde::{Serialize, Serializer};

use super::lenient;
use super::scalar::{FromScalar, Scalar};

/// The maximum number of items of a response that is a bare list.
const MAX: usize = 100_000;

/// A response that is a bare list, without a wrapper object.
///
/// A single item instead of a list is read as a list of one item. The type dereferences to a slice. Debug prints the
/// number of items, but no values.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct List<T>(Vec<T>);

/// A type that can be an item of a list or a value of a map.
pub trait Element: Sized {
    /// Reads one item. Null is `None`. An empty string is also `None`, unless the type can represent an empty string.
    ///
    /// # Errors
    /// Returns an error if the value cannot be read as this type.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error>;

    /// Reads a list of items, or a single item.
    ///
    /// # Errors
    /// Returns an error if an item cannot be read as this type, or if there are too many items.
    fn read_all<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Self>, D::Error>;
}

impl<T: FromScalar> Element for T {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        match Scalar::read::<T, D>(deserializer)? {
            // An empty string counts as absent if the type cannot represent it. For example, a number cannot be empty.
            Some(Scalar::Text(text)) if text.is_empty() => Ok(T::from_scalar(Scalar::Text(text))),
            scalar => scalar.map(Scalar::to).transpose(),
        }
    }

    fn read_all<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Self>, D::Error> {
        lenient::values::<D, T, MAX>(deserializer)
    }
}

/// Implements [`Element`] for a model.
#[doc(hidden)]
#[macro_export]
macro_rules! element {
    ($model:path) => {
        impl $crate::wire::Element for $model {
            fn read<'de, D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
                $crate::wire::lenient::object(deserializer)
            }

            fn read_all<'de, D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<Self>, D::Error> {
                $crate::wire::lenient::objects::<D, Self, 100_000>(deserializer)
            }
        }
    };
}

#[doc(hidden)]
pub use element;

impl<T> List<T> {
    /// Returns the items.
    pub fn into_vec(self) -> Vec<T> {
        self.0
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T> From<Vec<T>> for List<T> {
    fn from(items: Vec<T>) -> Self {
        Self(items)
    }
}

impl<T> IntoIterator for List<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a List<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<T> fmt::Debug for List<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        super::redact::list(&self.0).fmt(f)
    }
}

impl<T: Serialize> Serialize for List<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: Element> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read_all(deserializer).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::from_str;

    use super::*;

    fn numbers(json: &str) -> Vec<i64> {
        from_str::<List<i64>>(json).unwrap().into_vec()
    }

    #[test]
    fn a_single_item_is_a_list_and_null_is_an_empty_list() {
        assert_eq!(numbers("[1, \"2\", null]"), [1, 2]);
        assert_eq!(numbers("9007199254740993"), [9_007_199_254_740_993]);
        assert_eq!(numbers("null"), [0; 0]);
        assert!(from_str::<List<i64>>("{}").is_err());
    }

    #[test]
    fn debug_prints_the_number_of_items() {
        assert_eq!(format!("{:?}", List::from(vec!["a", "b"])), "[2 items]");
    }
}

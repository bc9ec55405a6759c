use std::fmt;
use std::ops::Deref;

use serde::de::{Deserialize, Deserializer};
use serde::{Serialize, Serializer};

use super::scalar::{self, FromScalar};

/// A response that is a single string, number or boolean. Debug does not print the value.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Single<T>(T);

impl<T> Single<T> {
    /// Returns the value.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Single<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> From<T> for Single<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> fmt::Debug for Single<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Single(..)")
    }
}

impl<T: Serialize> Serialize for Single<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: FromScalar> Deserialize<'de> for Single<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar::read(deserializer).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_value_is_read_as_in_a_field_and_not_printed() {
        let value: Single<i64> = serde_json::from_str("\"9007199254740993\"").unwrap();
        assert_eq!(*value, 9_007_199_254_740_993);
        assert_eq!(format!("{value:?}"), "Single(..)");
        assert!(serde_json::from_str::<Single<i64>>("null").is_err());
        assert!(serde_json::from_str::<Single<String>>("{}").is_err());
    }
}

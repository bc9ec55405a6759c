use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::de::{Deserialize, Deserializer};
use serde::{Serialize, Serializer};

use super::scalar::{self, FromScalar, Scalar};

macro_rules! epoch {
    ($(#[$doc:meta])* $name:ident, $unit:literal, $duration:path, $whole:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(i64);

        impl $name {
            #[doc = concat!("Creates a time from ", $unit, " since 1970 in UTC. A negative number is a time before 1970.")]
            pub const fn new(number: i64) -> Self {
                Self(number)
            }

            #[doc = concat!("Returns the ", $unit, " since 1970 in UTC.")]
            pub const fn get(self) -> i64 {
                self.0
            }

            /// Returns the time as a `SystemTime`, or `None` if `SystemTime` cannot represent it.
            pub fn to_system_time(self) -> Option<SystemTime> {
                let distance = $duration(self.0.unsigned_abs());
                if self.0 < 0 { UNIX_EPOCH.checked_sub(distance) } else { UNIX_EPOCH.checked_add(distance) }
            }
        }

        impl From<i64> for $name {
            fn from(number: i64) -> Self {
                Self(number)
            }
        }

        #[doc = concat!("Truncates the time to whole ", $unit, ".")]
        impl From<SystemTime> for $name {
            fn from(time: SystemTime) -> Self {
                let number = |distance: Duration| i64::try_from(distance.$whole()).unwrap_or(i64::MAX);
                Self(match time.duration_since(UNIX_EPOCH) {
                    Ok(since) => number(since),
                    Err(before) => -number(before.duration()),
                })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_i64(self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                scalar::read(deserializer)
            }
        }

        impl FromScalar for $name {
            fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
                i64::from_scalar(scalar).map(Self)
            }
        }

        #[cfg(feature = "schemars")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let description = concat!("A time in ", $unit, " since 1970 in UTC.");
                schemars::json_schema!({ "type": "integer", "description": description })
            }
        }
    };
}

epoch! {
    /// A time in milliseconds since 1970 in UTC. It is read from a number, or from a string that contains a number.
    ///
    /// Display prints the number, Debug does not.
    EpochMillis, "milliseconds", Duration::from_millis, as_millis
}

epoch! {
    /// A time in seconds since 1970 in UTC. It is read from a number, or from a string that contains a number.
    ///
    /// Display prints the number, Debug does not.
    EpochSeconds, "seconds", Duration::from_secs, as_secs
}

#[cfg(test)]
mod tests {
    use serde_json::{from_str, to_string};

    use super::*;

    #[test]
    fn a_number_and_its_string_are_the_same_time() {
        for json in ["1764352800123", "\"1764352800123\"", "1764352800123.0", "1.764352800123e12"] {
            assert_eq!(from_str::<EpochMillis>(json).unwrap(), EpochMillis::new(1_764_352_800_123), "{json}");
        }
        assert_eq!(to_string(&EpochSeconds::new(-5)).unwrap(), "-5");
        for json in ["1.5", "\"soon\"", "true", "null", "9223372036854775808"] {
            assert!(from_str::<EpochSeconds>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn each_type_has_the_unit_in_its_name() {
        let time = UNIX_EPOCH + Duration::from_millis(1_500);
        assert_eq!((EpochMillis::from(time).get(), EpochSeconds::from(time).get()), (1_500, 1));
        assert_eq!(EpochMillis::new(1_500).to_system_time(), Some(time));
        assert_eq!(EpochSeconds::new(-2).to_system_time(), Some(UNIX_EPOCH - Duration::from_secs(2)));
        assert_eq!(EpochSeconds::from(UNIX_EPOCH - Duration::from_secs(2)).get(), -2);
    }

    #[test]
    fn debug_prints_the_type_alone() {
        assert_eq!(
            format!("{:?} {:?}", EpochMillis::new(1), EpochSeconds::new(1)),
            "EpochMillis(..) EpochSeconds(..)"
        );
    }
}

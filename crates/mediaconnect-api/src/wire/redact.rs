//! Functions that replace values in the `Debug` output of a model.

use std::fmt::{self, Debug};

/// Prints `Some(..)` or `None`.
pub fn present<T>(value: &Option<T>) -> impl Debug + use<T> {
    if value.is_some() { Redacted::Present } else { Redacted::Absent }
}

/// Prints `[2 items]`.
pub fn list<T>(items: &[T]) -> impl Debug + use<T> {
    Redacted::Items(items.len())
}

/// Prints `..`.
pub fn hidden<T>(_: &T) -> impl Debug + use<T> {
    Redacted::Hidden
}

/// Returns a nested model unchanged, because the model's own `Debug` hides its values.
pub fn nested<T: Debug>(value: &T) -> &T {
    value
}

/// Implements `Debug` for a struct. For each field, `$shown` names the function of this module that prints it.
#[doc(hidden)]
#[macro_export]
macro_rules! redacting_debug {
    ($name:ident { $($field:ident: $shown:ident),* $(,)? }) => {
        /// Prints which fields are set, but no values.
        #[allow(deprecated)]
        impl ::std::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_struct(stringify!($name))
                    $(.field(stringify!($field), &$crate::wire::redact::$shown(&self.$field)))*
                    .finish()
            }
        }
    };
}

#[doc(hidden)]
pub use redacting_debug;

enum Redacted {
    Hidden,
    Present,
    Absent,
    Items(usize),
}

impl Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hidden => f.write_str(".."),
            Self::Present => f.write_str("Some(..)"),
            Self::Absent => f.write_str("None"),
            Self::Items(1) => f.write_str("[1 item]"),
            Self::Items(count) => write!(f, "[{count} items]"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::testing::CANARY;

    #[test]
    fn presence_and_size_are_printed_but_no_value() {
        assert_eq!(format!("{:?}", present(&Some(CANARY))), "Some(..)");
        assert_eq!(format!("{:?}", present(&None::<&str>)), "None");
        assert_eq!(format!("{:?}", hidden(&CANARY)), "..");
        assert_eq!(format!("{:?}", list::<&str>(&[])), "[0 items]");
        assert_eq!(format!("{:?}", list(&[CANARY])), "[1 item]");
        assert_eq!(format!("{:?}", list(&[CANARY, CANARY])), "[2 items]");
    }
}

//! The macro for open enums, which keep undocumented values.

/// Defines an enum whose values are strings. An undocumented value becomes `Unknown` and is kept unchanged.
///
/// Each variant begins with its documented value, which the client sends. Other spellings may follow, and the client
/// reads them as the same value.
#[doc(hidden)]
#[macro_export]
macro_rules! open_enum {
    (
        $(#[$doc:meta])*
        $name:ident {
            $($(#[$variant_doc:meta])* $variant:ident = $value:literal $(| $alias:literal)*,)+
        }
        schema: $description:literal
    ) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
            /// A value that the contract does not list.
            Unknown($crate::wire::UnknownValue),
        }

        impl $name {
            /// The values that the contract lists.
            pub const KNOWN: &'static [&'static str] = &[$($value),+];

            /// Returns the value as sent on the wire.
            #[must_use]
            #[inline]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)+
                    Self::Unknown(value) => value.as_str(),
                }
            }

            /// Returns true if the contract lists the value.
            #[must_use]
            #[inline]
            pub fn is_known(&self) -> bool {
                !matches!(self, Self::Unknown(_))
            }
        }

        impl AsRef<str> for $name {
            #[inline]
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl From<&str> for $name {
            #[inline]
            fn from(value: &str) -> Self {
                match value {
                    $($value $(| $alias)* => Self::$variant,)+
                    other => Self::Unknown($crate::wire::scalar::unknown(other)),
                }
            }
        }

        /// Prints the name of the variant, but never an unknown value.
        impl std::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(match self {
                    $(Self::$variant => stringify!($variant),)+
                    Self::Unknown(_) => "Unknown(..)",
                })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::wire::scalar::read(deserializer)
            }
        }

        impl $crate::wire::scalar::FromScalar for $name {
            #[inline]
            fn from_scalar(scalar: $crate::wire::scalar::Scalar<'_>) -> Option<Self> {
                // Upstream writes an absent value as an empty string.
                let text = scalar.as_text();
                (!text.is_empty()).then(|| Self::from(text))
            }
        }

        #[cfg(feature = "schemars")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "type": "string",
                    "description": $description,
                    "x-known-values": [$($value),+],
                })
            }
        }
    };
}

#[doc(hidden)]
pub use open_enum;

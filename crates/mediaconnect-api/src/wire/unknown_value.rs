use std::fmt;

/// An undocumented value of an enum, kept unchanged. It may be personal data.
///
/// Services cannot create this type. A later version can therefore add a variant for the value without breaking them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnknownValue(String);

impl UnknownValue {
    pub(crate) fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// Returns the value as received.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UnknownValue(..)")
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for UnknownValue {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "UnknownValue".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "description": "An undocumented value." })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::testing::CANARY;

    #[test]
    fn the_value_is_kept_but_not_printed() {
        let value = UnknownValue::new(CANARY);
        assert_eq!(value.as_str(), CANARY);
        assert_eq!(format!("{value:?}"), "UnknownValue(..)");
    }
}

//! The parts of a customer, with the names that are on the wire.
#![expect(clippy::struct_field_names, reason = "the names are those on the wire")]

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Name {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) first_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) middle_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) company_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) department_name: Option<String>,
}

#[derive(Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Address {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) care_of_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) street_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) street_number: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) entrance: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) postal_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) postal_place: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) postal_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) postal_address_postal_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) postal_address_postal_place: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) country_code: Option<String>,
}

#[derive(Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PhoneNumber {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) phone_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) phone_number_type: Option<String>,
}

#[derive(Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AttachedUser {
    pub(crate) unique_id: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) credentials: Vec<Credential>,
}

#[derive(Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Credential {
    pub(crate) credential: String,
    pub(crate) credential_type: String,
    pub(crate) verification_level: String,
}

impl PhoneNumber {
    /// As a search returns it.
    pub(crate) fn found(&self) -> Value {
        // In upstream's example, the personal number of a customer is a mobile one.
        let is_mobile = matches!(self.phone_number_type.as_deref(), Some("mobile" | "personal"));
        match &self.phone_number {
            Some(number) => json!({ "phoneNumber": number, "isMobile": is_mobile }),
            None => json!({ "isMobile": is_mobile }),
        }
    }
}

impl Name {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Address {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

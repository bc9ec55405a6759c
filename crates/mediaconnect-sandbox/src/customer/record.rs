//! The fields of a customer, with their documented names.
#![expect(clippy::struct_field_names, reason = "the names are the documented ones")]

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value, json};

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Record {
    pub(crate) customer_number: i64,
    #[serde(default, skip_serializing_if = "Name::is_empty")]
    pub(crate) name: Name,
    #[serde(default, skip_serializing_if = "Address::is_empty")]
    pub(crate) address: Address,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) phone_numbers: Vec<PhoneNumber>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) emails: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) invoice_email_address: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) attached_users: Vec<AttachedUser>,
    /// The codes of the customer's products. No response contains them, but a search can match them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) products: Vec<String>,
    /// The customer's ids in other systems, by reference code.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "external_references")]
    pub(crate) external_references: BTreeMap<String, String>,
}

#[derive(Default, PartialEq, Eq, Deserialize, Serialize)]
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

#[derive(Default, PartialEq, Eq, Deserialize, Serialize)]
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

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PhoneNumber {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) phone_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) phone_number_type: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AttachedUser {
    pub(crate) unique_id: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) credentials: Vec<Credential>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Credential {
    pub(crate) credential: String,
    pub(crate) credential_type: String,
    pub(crate) verification_level: String,
}

impl Record {
    pub(crate) fn new(number: i64) -> Self {
        assert!(number > 0, "a customer number is positive");
        Self {
            customer_number: number,
            name: Name::default(),
            address: Address::default(),
            phone_numbers: Vec::new(),
            emails: Vec::new(),
            invoice_email_address: None,
            attached_users: Vec::new(),
            products: Vec::new(),
            external_references: BTreeMap::new(),
        }
    }

    /// Returns the customer as the info operations return it, without quirks.
    pub(crate) fn info(&self) -> Value {
        let Value::Object(mut info) = json!(self) else { return Value::Null };
        for hidden in ["address", "products", "externalReferences"] {
            info.remove(hidden);
        }
        info.into()
    }

    /// Returns the customer as one result of a search, without quirks.
    pub(crate) fn search_result(&self) -> Value {
        let mut result = self.name_and_address();
        result.remove("careOfAddress");
        result.remove("entrance");
        result.insert("customerNumber".to_owned(), json!(self.customer_number));
        if !self.emails.is_empty() {
            // The e-mail addresses are sorted because upstream's example of a search result has them in alphabetical
            // order. In the example of the same customer's info, they are not sorted.
            let mut emails = self.emails.clone();
            emails.sort();
            result.insert("emails".to_owned(), json!({ "email": emails }));
        }
        if !self.phone_numbers.is_empty() {
            let phones = self.phone_numbers.iter().map(PhoneNumber::search_result).collect();
            result.insert("phoneNumbers".to_owned(), phones);
        }
        result.into()
    }

    /// Returns one map with all fields of `name` and `address`. The keys are the field names of a search.
    pub(crate) fn name_and_address(&self) -> Map<String, Value> {
        let parts = [json!(self.name), json!(self.address)];
        parts.into_iter().filter_map(|part| part.as_object().cloned()).flatten().collect()
    }
}

impl PhoneNumber {
    fn search_result(&self) -> Value {
        // In upstream's examples, a phone number has the type `personal` in the customer's info, and is a mobile number
        // in the search result. The type `personal` therefore counts as mobile.
        let is_mobile = matches!(self.phone_number_type.as_deref(), Some("mobile" | "personal"));
        match &self.phone_number {
            Some(number) => json!({ "phoneNumber": number, "isMobile": is_mobile }),
            None => json!({ "isMobile": is_mobile }),
        }
    }
}

impl Name {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Address {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Reads external references. A duplicate code is an error.
fn external_references<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, String>, D::Error> {
    struct References;

    impl<'de> Visitor<'de> for References {
        type Value = BTreeMap<String, String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a map")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
            let mut references = BTreeMap::new();
            while let Some((code, id)) = members.next_entry()? {
                if references.insert(code, id).is_some() {
                    return Err(A::Error::custom("duplicate reference code"));
                }
            }
            Ok(references)
        }
    }

    deserializer.deserialize_map(References)
}

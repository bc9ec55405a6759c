//! A customer, as a test describes it.
#![expect(clippy::struct_field_names, reason = "the names are those on the wire")]

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::customer_parts::{Address, AttachedUser, Credential, Name, PhoneNumber};

/// A customer of a sandbox.
///
/// [`invented`](Self::invented) has a little of everything, [`new`](Self::new) nothing but the number. As JSON or YAML
/// (a [seed](crate::seed)) its fields have the documented names, with the address in a field of its own.
///
/// ```
/// use mediaconnect_sandbox::Customer;
///
/// let kari = Customer::new(100_200)
///     .name("Kari", "Nordmann")
///     .email("kari@example.com")
///     .phone("+4712000100")
///     .street("Storgata", 12)
///     .postal("0179", "Oslo")
///     .product("MORGEN");
/// ```
///
/// `Debug` hides everything but which fields are there.
#[derive(Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Customer {
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
    /// Codes of the products that the customer has. No response shows them; a search can ask for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) products: Vec<String>,
    /// Ids in other systems, by the codes of the references.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) external_references: BTreeMap<String, String>,
}

impl Customer {
    /// A customer of whom nothing is known but the number.
    ///
    /// # Panics
    /// When the number is not positive.
    pub fn new(number: i64) -> Self {
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

    /// A customer with a name, an address in Norway, a phone number, an e-mail address, a user, a product (`AVIS`) and
    /// an external reference (`CRM`), all of them invented of the number and always the same.
    ///
    /// Any number of them can be made: `(1..=20_000).map(Customer::invented)`. No two share an e-mail address, and no
    /// two below ten million a phone number. Nobody can be reached at either.
    ///
    /// # Panics
    /// When the number is not positive.
    pub fn invented(number: i64) -> Self {
        const FIRST: [&str; 8] = ["Astrid", "Birger", "Dagny", "Eirik", "Frida", "Geir", "Hedda", "Ivar"];
        const LAST: [&str; 7] = ["Aasen", "Bakke", "Dahl", "Eng", "Fossum", "Haugen", "Åsgård"];
        const STREETS: [&str; 5] = ["Storgata", "Kirkeveien", "Skolegata", "Bjørkelia", "Øvre gate"];
        const PLACES: [(&str, &str); 4] =
            [("0179", "Oslo"), ("2609", "Lillehammer"), ("5003", "Bergen"), ("9008", "Tromsø")];
        // Of lists whose lengths have no common divisor, neighbours get different combinations.
        let index = usize::try_from(number).unwrap_or_default();
        let (place, email) = (PLACES[index % PLACES.len()], format!("customer-{number}@example.com"));
        let customer = Self::new(number)
            .name(FIRST[index % FIRST.len()], LAST[index % LAST.len()])
            .street(STREETS[index % STREETS.len()], number % 90 + 1)
            .postal(place.0, place.1)
            .country("NO")
            // No Norwegian number begins with a 1.
            .phone(format!("+471{:07}", number % 10_000_000))
            .product("AVIS")
            .external_reference("CRM", format!("C-{number}"));
        customer.invoice_email(email.clone()).user(format!("user-{number}")).email(email)
    }

    /// First and last name.
    #[must_use]
    pub fn name(mut self, first: impl Into<String>, last: impl Into<String>) -> Self {
        self.name.first_name = Some(first.into());
        self.name.last_name = Some(last.into());
        self
    }

    /// Middle name.
    #[must_use]
    pub fn middle_name(mut self, name: impl Into<String>) -> Self {
        self.name.middle_name = Some(name.into());
        self
    }

    /// Company name.
    #[must_use]
    pub fn company(mut self, name: impl Into<String>) -> Self {
        self.name.company_name = Some(name.into());
        self
    }

    /// Department of the company.
    #[must_use]
    pub fn department(mut self, name: impl Into<String>) -> Self {
        self.name.department_name = Some(name.into());
        self
    }

    /// One more mobile number.
    #[must_use]
    pub fn phone(self, number: impl Into<String>) -> Self {
        self.phone_of_type(number, "mobile")
    }

    /// One more phone number; `kind` is one of the contract's, or one that nobody documents.
    #[must_use]
    pub fn phone_of_type(mut self, number: impl Into<String>, kind: impl Into<String>) -> Self {
        let (phone_number, phone_number_type) = (Some(number.into()), Some(kind.into()));
        self.phone_numbers.push(PhoneNumber { phone_number, phone_number_type });
        self
    }

    /// One more e-mail address.
    #[must_use]
    pub fn email(mut self, address: impl Into<String>) -> Self {
        self.emails.push(address.into());
        self
    }

    /// The e-mail address that invoices go to.
    #[must_use]
    pub fn invoice_email(mut self, address: impl Into<String>) -> Self {
        self.invoice_email_address = Some(address.into());
        self
    }

    /// Street and number.
    #[must_use]
    pub fn street(mut self, name: impl Into<String>, number: i64) -> Self {
        self.address.street_address = Some(name.into());
        self.address.street_number = Some(number);
        self
    }

    /// Entrance of the building.
    #[must_use]
    pub fn entrance(mut self, entrance: impl Into<String>) -> Self {
        self.address.entrance = Some(entrance.into());
        self
    }

    /// Whose address it is, if not the customer's own. No response shows it; a search can ask for it.
    #[must_use]
    pub fn care_of(mut self, name: impl Into<String>) -> Self {
        self.address.care_of_address = Some(name.into());
        self
    }

    /// Postal code and place of the street.
    #[must_use]
    pub fn postal(mut self, code: impl Into<String>, place: impl Into<String>) -> Self {
        self.address.postal_code = Some(code.into());
        self.address.postal_place = Some(place.into());
        self
    }

    /// A postal address beside the street's, such as a box, with its own code and place.
    #[must_use]
    pub fn postal_address(
        mut self,
        address: impl Into<String>,
        code: impl Into<String>,
        place: impl Into<String>,
    ) -> Self {
        self.address.postal_address = Some(address.into());
        self.address.postal_address_postal_code = Some(code.into());
        self.address.postal_address_postal_place = Some(place.into());
        self
    }

    /// Country code, such as `NO`.
    #[must_use]
    pub fn country(mut self, code: impl Into<String>) -> Self {
        self.address.country_code = Some(code.into());
        self
    }

    /// One more user who is connected to the customer.
    #[must_use]
    pub fn user(mut self, unique_id: impl Into<String>) -> Self {
        self.attached_users.push(AttachedUser { unique_id: unique_id.into(), credentials: Vec::new() });
        self
    }

    /// One more thing that the latest [`user`](Self::user) logs in with, such as
    /// `("kari@example.com", "A_EMAIL_ADDRESS", "Externally_verified")`.
    ///
    /// # Panics
    /// When there is no user yet.
    #[must_use]
    pub fn credential(
        mut self,
        credential: impl Into<String>,
        kind: impl Into<String>,
        verification: impl Into<String>,
    ) -> Self {
        let user = self.attached_users.last_mut().expect("a credential belongs to a user: call `user` first");
        user.credentials.push(Credential {
            credential: credential.into(),
            credential_type: kind.into(),
            verification_level: verification.into(),
        });
        self
    }

    /// One more product. No response shows it; a search can ask for it.
    #[must_use]
    pub fn product(mut self, code: impl Into<String>) -> Self {
        self.products.push(code.into());
        self
    }

    /// The id in another system, by the code of the reference.
    #[must_use]
    pub fn external_reference(mut self, code: impl Into<String>, id: impl Into<String>) -> Self {
        self.external_references.insert(code.into(), id.into());
        self
    }
}

/// On the wire, without the quirks.
impl Customer {
    /// As the info operations return it.
    pub(crate) fn info(&self) -> Value {
        let Value::Object(mut info) = json!(self) else { return Value::Null };
        for unseen in ["address", "products", "externalReferences"] {
            info.remove(unseen);
        }
        info.into()
    }

    /// As a search returns it.
    pub(crate) fn found(&self) -> Value {
        let mut found = self.name_and_address();
        found.remove("careOfAddress");
        found.remove("entrance");
        found.insert("customerNumber".to_owned(), json!(self.customer_number));
        if !self.emails.is_empty() {
            // In upstream's two examples of one customer, the order differs. Sorting gives both.
            let mut emails = self.emails.clone();
            emails.sort();
            found.insert("emails".to_owned(), json!({ "email": emails }));
        }
        if !self.phone_numbers.is_empty() {
            let phones = self.phone_numbers.iter().map(PhoneNumber::found).collect();
            found.insert("phoneNumbers".to_owned(), phones);
        }
        found.into()
    }

    /// The parts of name and address, by their names in a search.
    pub(crate) fn name_and_address(&self) -> Map<String, Value> {
        let parts = [json!(self.name), json!(self.address)];
        parts.into_iter().filter_map(|part| part.as_object().cloned()).flatten().collect()
    }
}

impl fmt::Debug for Customer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Customer")
            .field("emails", &self.emails.len())
            .field("phone_numbers", &self.phone_numbers.len())
            .field("attached_users", &self.attached_users.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_reads_as_it_was_written() {
        for customer in [Customer::new(7), Customer::invented(100_200)] {
            let written = serde_json::to_value(&customer).unwrap();
            let read: Customer = serde_json::from_value(written.clone()).unwrap();
            assert_eq!(serde_json::to_value(&read).unwrap(), written);
        }
        assert_eq!(
            serde_json::to_value(Customer::new(7)).unwrap(),
            serde_json::json!({ "customerNumber": 7 })
        );
    }

    #[test]
    fn invented_customers_differ_and_stay_the_same() {
        let written = |number| serde_json::to_string(&Customer::invented(number)).unwrap();
        assert_eq!(written(1), written(1));
        assert_ne!(written(1), written(2).replace('2', "1"));
    }

    #[test]
    fn debug_hides_the_values() {
        let text = format!("{:?}", Customer::invented(100_200));
        assert!(!text.contains("100200") && !text.contains("example.com"), "{text}");
    }
}

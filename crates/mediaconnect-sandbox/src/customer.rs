//! Describes a customer for a test or a seed.

mod invented;
mod record;

use std::fmt;

use serde::{Deserialize, Serialize};

use record::{AttachedUser, Credential};
pub(crate) use record::{Name, PhoneNumber, Record};

/// A customer of a sandbox.
///
/// [`invented`](Self::invented) fills every kind of field. [`new`](Self::new) sets the customer number only. In the
/// form of JSON or YAML (a [seed](crate::seed)), the fields have their documented names, and the object `address`
/// contains the fields of the address.
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
/// `Debug` shows the length of each list, but no value.
#[derive(Clone, Deserialize, Serialize)]
#[serde(from = "Record", into = "Record")]
pub struct Customer {
    number: i64,
    /// The record, stored as JSON because a `Record` needs five times as much memory.
    json: Box<str>,
}

impl Customer {
    /// Creates a customer with a customer number and no other field.
    ///
    /// # Panics
    /// Panics if the number is not positive.
    pub fn new(number: i64) -> Self {
        Record::new(number).into()
    }

    /// Creates a customer with a name, an address in Norway, a phone number, an e-mail address, a user, a product
    /// (`AVIS`) and an external reference (`CRM`). All values are derived from the number, so the same number gives the
    /// same customer.
    ///
    /// `(1..=20_000).map(Customer::invented)` creates 20,000 customers. E-mail addresses are unique, and so are the
    /// phone numbers of customers below ten million. None of these addresses and numbers can reach a real person.
    ///
    /// # Panics
    /// Panics if the number is not positive.
    pub fn invented(number: i64) -> Self {
        Record::invented(number).into()
    }

    /// Sets the first name and the last name.
    #[must_use]
    pub fn name(self, first: impl Into<String>, last: impl Into<String>) -> Self {
        self.with(|record| {
            record.name.first_name = Some(first.into());
            record.name.last_name = Some(last.into());
        })
    }

    /// Sets the middle name.
    #[must_use]
    pub fn middle_name(self, name: impl Into<String>) -> Self {
        self.with(|record| record.name.middle_name = Some(name.into()))
    }

    /// Sets the company name.
    #[must_use]
    pub fn company(self, name: impl Into<String>) -> Self {
        self.with(|record| record.name.company_name = Some(name.into()))
    }

    /// Sets the department of the company.
    #[must_use]
    pub fn department(self, name: impl Into<String>) -> Self {
        self.with(|record| record.name.department_name = Some(name.into()))
    }

    /// Adds a mobile number.
    #[must_use]
    pub fn phone(self, number: impl Into<String>) -> Self {
        self.phone_of_type(number, "mobile")
    }

    /// Adds a phone number. `kind` is a value of the contract, such as `personal`, or an undocumented value.
    #[must_use]
    pub fn phone_of_type(self, number: impl Into<String>, kind: impl Into<String>) -> Self {
        let (phone_number, phone_number_type) = (Some(number.into()), Some(kind.into()));
        self.with(|record| record.phone_numbers.push(PhoneNumber { phone_number, phone_number_type }))
    }

    /// Adds an e-mail address.
    #[must_use]
    pub fn email(self, address: impl Into<String>) -> Self {
        self.with(|record| record.emails.push(address.into()))
    }

    /// Sets the e-mail address for invoices.
    #[must_use]
    pub fn invoice_email(self, address: impl Into<String>) -> Self {
        self.with(|record| record.invoice_email_address = Some(address.into()))
    }

    /// Sets the street and the street number.
    #[must_use]
    pub fn street(self, name: impl Into<String>, number: i64) -> Self {
        self.with(|record| {
            record.address.street_address = Some(name.into());
            record.address.street_number = Some(number);
        })
    }

    /// Sets the entrance of the building.
    #[must_use]
    pub fn entrance(self, entrance: impl Into<String>) -> Self {
        self.with(|record| record.address.entrance = Some(entrance.into()))
    }

    /// Sets the person at whose address the customer receives mail (c/o). No response contains this name, but a search
    /// can match it.
    #[must_use]
    pub fn care_of(self, name: impl Into<String>) -> Self {
        self.with(|record| record.address.care_of_address = Some(name.into()))
    }

    /// Sets the postal code and the postal place of the street.
    #[must_use]
    pub fn postal(self, code: impl Into<String>, place: impl Into<String>) -> Self {
        self.with(|record| {
            record.address.postal_code = Some(code.into());
            record.address.postal_place = Some(place.into());
        })
    }

    /// Sets a postal address, such as a post-office box, in addition to the street. `code` and `place` are the postal
    /// code and the postal place of this address.
    #[must_use]
    pub fn postal_address(
        self,
        address: impl Into<String>,
        code: impl Into<String>,
        place: impl Into<String>,
    ) -> Self {
        self.with(|record| {
            record.address.postal_address = Some(address.into());
            record.address.postal_address_postal_code = Some(code.into());
            record.address.postal_address_postal_place = Some(place.into());
        })
    }

    /// Sets the country code, such as `NO`.
    #[must_use]
    pub fn country(self, code: impl Into<String>) -> Self {
        self.with(|record| record.address.country_code = Some(code.into()))
    }

    /// Adds a user of the customer.
    #[must_use]
    pub fn user(self, unique_id: impl Into<String>) -> Self {
        let user = AttachedUser { unique_id: unique_id.into(), credentials: Vec::new() };
        self.with(|record| record.attached_users.push(user))
    }

    /// Adds a credential to the user that was added last with [`user`](Self::user). For example, the credential
    /// `kari@example.com` has the kind `A_EMAIL_ADDRESS`, and may have the verification level `Externally_verified`.
    ///
    /// # Panics
    /// Panics if the customer has no user yet.
    #[must_use]
    pub fn credential(
        self,
        credential: impl Into<String>,
        kind: impl Into<String>,
        verification: impl Into<String>,
    ) -> Self {
        let credential = Credential {
            credential: credential.into(),
            credential_type: kind.into(),
            verification_level: verification.into(),
        };
        self.with(|record| {
            let user = record.attached_users.last_mut();
            user.expect("a credential belongs to a user: call `user` first").credentials.push(credential);
        })
    }

    /// Adds a product, by its code. For each product, the customer has a subscription, invoices and an order. An access
    /// check grants the customer's users access to the product, and a search by product code finds the customer.
    #[must_use]
    pub fn product(self, code: impl Into<String>) -> Self {
        self.with(|record| record.products.push(code.into()))
    }

    /// Sets the customer's id in another system. `code` is the reference code of that system.
    #[must_use]
    pub fn external_reference(self, code: impl Into<String>, id: impl Into<String>) -> Self {
        self.with(|record| drop(record.external_references.insert(code.into(), id.into())))
    }

    fn with(self, change: impl FnOnce(&mut Record)) -> Self {
        let mut record = self.record();
        change(&mut record);
        record.into()
    }
}

impl Customer {
    pub(crate) fn number(&self) -> i64 {
        self.number
    }

    /// Returns the record as JSON, in the form of a seed.
    pub(crate) fn json(&self) -> &str {
        &self.json
    }

    pub(crate) fn record(&self) -> Record {
        serde_json::from_str(&self.json).expect("the JSON was written from a record")
    }
}

impl From<Record> for Customer {
    fn from(record: Record) -> Self {
        let json = serde_json::to_string(&record).expect("all keys of a record are strings");
        Self { number: record.customer_number, json: json.into() }
    }
}

impl From<Customer> for Record {
    fn from(customer: Customer) -> Self {
        customer.record()
    }
}

impl fmt::Debug for Customer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let record = self.record();
        f.debug_struct("Customer")
            .field("emails", &record.emails.len())
            .field("phone_numbers", &record.phone_numbers.len())
            .field("attached_users", &record.attached_users.len())
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
    fn a_reference_code_given_twice_is_refused() {
        let text = r#"{ "customerNumber": 7, "externalReferences": { "CRM": "A", "CRM": "B" } }"#;
        let error = serde_json::from_str::<Customer>(text).unwrap_err().to_string();
        assert!(error.starts_with("duplicate reference code"), "{error}");
    }

    #[test]
    fn debug_hides_the_values() {
        let text = format!("{:?}", Customer::invented(100_200));
        assert!(!text.contains("100200") && !text.contains("example.com"), "{text}");
    }
}
